"""One simulated city: department exports with their dirt, the truth behind them, and the list of planted faults."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from citylake.simulator import dirt, exports_people, exports_things, repeats, spoils, truth
from citylake.simulator.deliveries import LEGAL_DATASETS, PERSON_DATASETS, Inbox, planned_faults
from citylake.simulator.drawing import Streams
from citylake.simulator.forms import LAYOUTS, Layout
from citylake.simulator.marks import ACCEPTED, REPAIRED, Mark
from citylake.simulator.published import figure_files
from citylake.simulator.rendering import render
from citylake.simulator.schedule import Period, Schedule, arrival
from citylake.simulator.table import Table
from citylake.simulator.world import World, make_world
from citylake.simulator.writers import PLAIN, Decoration

Faults = Literal["none", "usual", "all"]
Export = Callable[[World, Period], pl.DataFrame]
LEAST_PEOPLE = 500

EXPORTS: dict[str, Export] = {
    "public_security__resident_register": exports_people.resident_register,
    "human_resources__insured_persons": exports_people.social_insured,
    "human_resources__social_security_cards": exports_people.social_cards,
    "human_resources__electronic_card_issuance": exports_people.electronic_cards,
    "medical_insurance__insured_persons": exports_people.medical_insured,
    "medical_insurance__voucher_activations": exports_people.vouchers,
    "market_supervision__enterprises": exports_things.enterprises,
    "tax__taxpayers": exports_things.taxpayers,
    "industry__cloud_enterprises": exports_things.cloud_enterprises,
    "big_data__government_systems": exports_things.systems,
    "big_data__cloud_servers": exports_things.servers,
    "big_data__resource_catalogue": exports_things.resources,
    "big_data__sharing_interfaces": exports_things.interfaces,
    "government_services__service_items": exports_things.items,
    "government_services__cases": exports_things.cases,
    "public_security__signal_junctions": exports_things.junctions,
}
EVENT_MOMENTS = {
    "human_resources__electronic_card_issuance": ("issued_at", "issue_id"),
    "medical_insurance__voucher_activations": ("activated_at", "activation_id"),
}


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
) -> SimulationSummary:
    """Writes department exports below `out/inbox`, the truth below `out/truth` and `out/SIMULATED.json`.

    The same arguments give the same bytes and file times. Increments and event logs come as one file a month and, for
    the month of `until`, one a day; the first file holds the stock. An earlier simulation in `out` is replaced.

    :param people: persons in the world, at least 500 (the household register holds 78 % of them)
    :param months: calendar months delivered, the month of `until` last; at least one must be complete by `until`
    :param faults: none: no dirt and no delivery faults; usual: what departments do every month; all: rarer faults too
    :param progress: called with a line of text now and then
    :raises SimulationRefused: for arguments that make no city, or a folder in use by something else
    """
    schedule = Schedule(until, months)
    _check(out, people, schedule, faults)
    say = progress or (lambda _: None)
    streams = Streams(seed)
    say(f"模拟城市: {people} 人, {months} 个月, 至 {until}")
    world = make_world(people, schedule, streams)
    counts = {"person": people, "legal_entity": world.enterprises.count}
    true_ids = {entity_type: truth.entity_ids(entity_type, np.arange(count)) for entity_type, count in counts.items()}
    inbox = Inbox(out, planned_faults(schedule, faults), true_ids)
    for dataset, export in EXPORTS.items():
        layout = LAYOUTS[dataset]
        for period in _periods(schedule, layout):
            _deliver(inbox, world, layout, export, period, streams, faults)
        say(f"{dataset}: 累计 {inbox.files} 个文件, {inbox.rows} 行")
    real = list(_deliver_figures(inbox, schedule, streams, faults))
    if faults == "all":
        inbox.put_strangers(schedule)
    _write_truth(out, world, inbox)
    marker = {
        "origin": "simulated",
        "seed": seed,
        "people": people,
        "months": months,
        "until": f"{until}",
        "real": sorted(real),
    }
    (out / "SIMULATED.json").write_text(json.dumps(marker, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    planted = inbox.faults.frame().height
    say(f"完成: {inbox.files} 个文件, {inbox.rows} 行, {inbox.size} 字节, {planted} 处缺陷")
    return SimulationSummary(out, people, months, seed, until, inbox.files, inbox.rows, inbox.size, planted)


def _check(out: Path, people: int, schedule: Schedule, faults: str) -> None:
    if people < LEAST_PEOPLE:
        raise SimulationRefused(f"people must be at least {LEAST_PEOPLE}, is {people}")
    if faults not in ("none", "usual", "all"):
        raise SimulationRefused(f"faults must be none, usual or all, is {faults!r}")
    if schedule.months < 1 or schedule.first_day < date(2021, 1, 1) or not schedule.complete_month_ends:
        raise SimulationRefused("at least one complete month is needed, and none before 2021")
    if out.exists() and any(out.iterdir()):
        if not (out / "SIMULATED.json").exists():
            raise SimulationRefused(f"{out} holds something that is not a simulation; choose an empty folder")
        for name in ("inbox", "truth"):
            shutil.rmtree(out / name, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)


def _periods(schedule: Schedule, layout: Layout) -> list[Period]:
    if layout.dataset == "big_data__sharing_interfaces":
        return schedule.daily_full()
    return {"daily": schedule.daily, "weekly": schedule.weekly, "monthly": schedule.monthly}[layout.cycle]()


def _deliver(
    inbox: Inbox, world: World, layout: Layout, export: Export, period: Period, streams: Streams, faults: Faults
) -> None:
    """One delivery from the world to the inbox."""
    name = f"{layout.dataset} {period.label}"
    rng = None if faults == "none" else streams.named(name)
    frame = export(world, period)
    marks: list[Mark] = []
    if rng is not None:
        frame, marks = _repeat(world, layout, export, period, frame, rng)
    table = Table(layout, frame, render(frame, layout, rng), marks)
    if rng is not None:
        _soil(table, world, rng)
    decoration = PLAIN if rng is None or layout.form != "xlsx" else _decorate(layout, period, frame.height, table)
    inbox.deliver(table, period, arrival(period, layout.cycle, streams.named(f"arrival {name}")), decoration)


def _repeat(
    world: World, layout: Layout, export: Export, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    """Rows that stand twice, as the department's export makes them."""
    dataset = layout.dataset
    if dataset in repeats.NEW_NUMBER:
        return repeats.double_persons(frame, dataset, rng)
    if dataset == "tax__taxpayers":
        return repeats.double_taxpayers(frame, rng)
    if dataset == "industry__cloud_enterprises":
        return repeats.double_cloud_uses(frame, rng)
    daily = world.schedule.daily()
    at = next((n for n, one in enumerate(daily) if one.label == period.label), 0)
    if dataset in EVENT_MOMENTS and at > 0 and len(daily[at - 1].label) == len(period.label) == 8:
        return repeats.repeat_last_hour(frame, export(world, daily[at - 1]), *EVENT_MOMENTS[dataset])
    return frame, []


def _soil(table: Table, world: World, rng: np.random.Generator) -> None:
    """All dirt of one table; rows that must be rejected are chosen first."""
    dataset = table.layout.dataset
    table.marks.append(Mark("mixed_spellings", None, None, REPAIRED))
    spoils.spoil(table, rng)
    if dataset in PERSON_DATASETS:
        dirt.soil_people(table, rng, world.people.plain_name)
        dirt.soil_events(table, rng)
    elif dataset in LEGAL_DATASETS:
        dirt.soil_firms(table, rng)
    else:
        dirt.soil_lists(table, rng)
    dirt.soil_numbers(table, rng)


def _decorate(layout: Layout, period: Period, rows: int, table: Table) -> Decoration:
    """Title rows above, totals and signatures below, and a second sheet with notes."""
    table.marks.append(Mark("title_rows_and_footer", None, None, ACCEPTED))
    return Decoration(
        title=[layout.stem, f"统计截止日期:{period.end:%Y年%m月%d日}"],
        footer=[f"合计:{rows}", f"制表人:张三  审核人:李四  填报日期:{period.end:%Y-%m-%d}"],
        notes=["填报说明", "1. 本表由主管部门按月填报。", "2. 日期填写到日。"],
    )


def _deliver_figures(inbox: Inbox, schedule: Schedule, streams: Streams, faults: Faults) -> Iterator[str]:
    """The real figures, without any dirt of ours; only the workbook of 市工信局 has its title row and footer."""
    for layout, period, cells in figure_files(schedule.until):
        has_title = faults != "none" and layout.form == "xlsx"
        decoration = Decoration([layout.stem], ["制表人:综合处"], []) if has_title else PLAIN
        when = arrival(period, layout.cycle, streams.named(f"arrival {layout.dataset} {period.label}"))
        yield inbox.deliver(Table(layout, cells, cells), period, when, decoration)


def _write_truth(out: Path, world: World, inbox: Inbox) -> None:
    folder = out / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    truth.indicator_values(world).write_parquet(folder / "indicator_values.parquet")
    truth.persons(world).write_parquet(folder / "persons.parquet")
    truth.legal_entities(world).write_parquet(folder / "legal_entities.parquet")
    pl.concat(inbox.links).write_parquet(folder / "entity_links.parquet", compression_level=1)
    (folder / "faults.jsonl").write_text(inbox.faults.frame().write_ndjson(), encoding="utf-8")
