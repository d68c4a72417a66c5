"""One simulated city: department exports with their dirt, the truth behind them, and the list of planted faults."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from citylake.simulator.basics.drawing import Streams
from citylake.simulator.basics.schedule import Schedule, arrival
from citylake.simulator.blocks import Maker
from citylake.simulator.exports.published import figure_files
from citylake.simulator.faults.plan import make_plan
from citylake.simulator.faults.sending import put_strangers, send
from citylake.simulator.files.books import Books
from citylake.simulator.files.deliveries import Delivery, Inbox
from citylake.simulator.files.forms import LAYOUTS
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import PLAIN, Decoration, write_blocks
from citylake.simulator.memory import give_back
from citylake.simulator.registry import EXPORTS
from citylake.simulator.truth import entities as truth_entities
from citylake.simulator.truth import indicators as truth
from citylake.simulator.truth import macro as truth_macro
from citylake.simulator.truth import people as truth_people
from citylake.simulator.truth import places as truth_places
from citylake.simulator.world.city import World, make_world

Faults = Literal["none", "usual", "all"]
LEAST_PEOPLE = 500


class SimulationRefused(ValueError):
    """The arguments cannot be simulated, or the folder holds something else; nothing was written."""


@dataclass(frozen=True)
class SimulationSummary:
    """What was written: counts of files, exported rows, bytes, planted faults; and the folder."""

    out: Path
    people: int
    months: int
    seed: int
    until: date
    files: int
    rows: int
    size_bytes: int
    faults: int


def simulate(
    out: Path,
    people: int = 50_000,
    months: int = 3,
    seed: int = 20250930,
    until: date = date(2025, 9, 30),
    faults: Faults = "usual",
    progress: Callable[[str], None] | None = None,
    datasets: Collection[str] | None = None,
) -> SimulationSummary:
    """Writes department exports below `out/inbox`, the truth below `out/truth` and `out/SIMULATED.json`.

    The same arguments give the same bytes and file times. Increments and event logs come as one file a month and, for
    the month of `until`, one a day; the first file holds the stock. An earlier simulation in `out` is replaced.

    :param people: persons in the world, at least 500 (the household register holds 78 % of them)
    :param months: calendar months delivered, the month of `until` last; at least one must be complete by `until`
    :param faults: none: no dirt and no delivery faults; usual: what departments do every month; all: rarer faults too
    :param progress: called with a line of text now and then
    :param datasets: only these datasets are written (the world and the truth stay whole); None: all
    :raises SimulationRefused: for arguments that make no city, or a folder in use by something else
    """
    schedule = Schedule(until, months)
    wanted = set(LAYOUTS) if datasets is None else set(datasets)
    _check(out, people, schedule, faults, wanted)
    say = progress or (lambda _: None)
    streams = Streams(seed)
    say(f"模拟城市: {people} 人, {months} 个月, 至 {until}")
    world = make_world(people, schedule, streams)
    give_back()
    inbox = Inbox(out, Books(out / "truth", world.ground))
    plan = make_plan(faults, [dataset for dataset in EXPORTS if dataset in wanted])
    maker = Maker(world, streams, has_dirt=faults != "none", has_rare_faults=faults == "all")
    for dataset, export in EXPORTS.items():
        if dataset in wanted:
            for delivery in maker.deliveries(export):
                fault = plan.fault_of(delivery.layout, delivery.rows)
                if fault is None:
                    inbox.write(delivery)
                else:
                    send(inbox, delivery, fault)
            say(f"{dataset}: 累计 {inbox.files} 个文件, {inbox.rows} 行")
    real = list(_deliver_figures(inbox, schedule, streams, faults, wanted))
    if faults == "all":
        put_strangers(inbox, schedule)
    inbox.books.close()
    _write_truth(out / "truth", world)
    marker = {
        "origin": "simulated",
        "seed": seed,
        "people": people,
        "months": months,
        "until": f"{until}",
        "faults": faults,
        "real": sorted(real),
    }
    (out / "SIMULATED.json").write_text(json.dumps(marker, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    planted = inbox.books.faults.count
    say(f"完成: {inbox.files} 个文件, {inbox.rows} 行, {inbox.size} 字节, {planted} 处缺陷")
    return SimulationSummary(out, people, months, seed, until, inbox.files, inbox.rows, inbox.size, planted)


def _check(out: Path, people: int, schedule: Schedule, faults: str, datasets: set[str]) -> None:
    if people < LEAST_PEOPLE:
        raise SimulationRefused(f"people must be at least {LEAST_PEOPLE}, is {people}")
    if faults not in ("none", "usual", "all"):
        raise SimulationRefused(f"faults must be none, usual or all, is {faults!r}")
    if schedule.months < 1 or schedule.first_day < date(2021, 1, 1) or not schedule.complete_month_ends:
        raise SimulationRefused("at least one complete month is needed, and none before 2021")
    if unknown := sorted(datasets - set(LAYOUTS)):
        raise SimulationRefused(f"datasets that nobody exports: {', '.join(unknown)}")
    if out.exists() and any(out.iterdir()):
        if not (out / "SIMULATED.json").exists():
            raise SimulationRefused(f"{out} holds something that is not a simulation; choose an empty folder")
        for name in ("inbox", "truth"):
            shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)


def _deliver_figures(
    inbox: Inbox, schedule: Schedule, streams: Streams, faults: Faults, wanted: set[str]
) -> Iterator[str]:
    """The real figures, without any dirt of ours; only the workbook of 市工信局 has its title row and footer."""
    for layout, period, cells in figure_files(schedule.until):
        if layout.dataset in wanted:
            has_title = faults != "none" and layout.form == "xlsx"
            decoration = Decoration((layout.stem,), ("制表人:综合处",)) if has_title else PLAIN
            when = arrival(period, layout.cycle, streams.named(f"arrival {layout.dataset} {period.label}"))
            tables = partial(iter, [Table(layout, cells, cells)])
            headers = [one.header for one in layout.fields]
            yield inbox.write(Delivery(layout, period, when, tables, headers, layout.encoding, decoration=decoration))


def _write_truth(folder: Path, world: World) -> None:
    truth.indicator_values(world).write_parquet(folder / "indicator_values.parquet")
    truth_places.true_places(world).write_parquet(folder / "places.parquet")
    write_blocks(folder / "persons.parquet", truth_people.person_blocks(world))
    for name, blocks in truth_entities.truth_blocks(world).items():
        write_blocks(folder / f"{name}.parquet", blocks)
    truth_macro.macro(world).write_parquet(folder / "macro.parquet")
