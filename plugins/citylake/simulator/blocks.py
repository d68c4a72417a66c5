"""From the world to rendered tables, block by block: what a department exports for a period, with its dirt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from citylake.simulator import dirt, spoils
from citylake.simulator.deliveries import Delivery
from citylake.simulator.drawing import Streams
from citylake.simulator.exporting import Export
from citylake.simulator.forms import LAYOUTS, Layout
from citylake.simulator.marks import ACCEPTED, DEDUPLICATED, REPAIRED, Mark
from citylake.simulator.rendering import render
from citylake.simulator.schedule import Period, Schedule, arrival
from citylake.simulator.table import Table
from citylake.simulator.world import World
from citylake.simulator.writers import PLAIN, Decoration

BLOCK = 100_000


@dataclass(frozen=True)
class Maker:
    """Makes the deliveries of one world; the same blocks each time they are asked for."""

    world: World
    streams: Streams
    has_dirt: bool

    def deliveries(self, export: Export) -> Iterator[Delivery]:
        """All deliveries of one dataset; a period without rows has none."""
        layout = LAYOUTS[export.dataset]
        for period in periods(self.world.schedule, layout, export.history):
            rows = export.rows(self.world, period)
            if len(rows) == 0:
                continue
            name = f"{layout.dataset} {period.label}"
            arrives = arrival(period, layout.cycle, self.streams.named(f"arrival {name}"))
            again = export.again(self.world, period) if export.again and self.has_dirt else rows[:0]
            is_decorated = self.has_dirt and layout.form == "xlsx"
            yield Delivery(
                layout,
                period,
                arrives,
                partial(self._tables, export, period, rows, again),
                _file_marks(self.has_dirt, is_decorated),
                _decoration(layout, period, len(rows)) if is_decorated else PLAIN,
            )

    def _tables(self, export: Export, period: Period, rows: np.ndarray, again: np.ndarray) -> Iterator[Table]:
        layout = LAYOUTS[export.dataset]
        rng = self.streams.named(f"{layout.dataset} {period.label}") if self.has_dirt else None
        whole = np.concatenate([again, rows]) if len(again) else rows
        for start in range(0, len(whole), BLOCK):
            frame = export.frame(self.world, period, whole[start : start + BLOCK])
            marks: list[Mark] = []
            if rng is not None and export.doubles is not None:
                frame, marks = export.doubles(self.world, period, frame, rng)
            table = Table(layout, frame, render(frame, layout, rng), marks)
            if start == 0 and len(again):
                table.marks.append(
                    Mark("last_hour_of_yesterday_again", layout.fields[0].name, np.arange(len(again)), DEDUPLICATED)
                )
            if rng is not None:
                _soil(table, export, self.world, rng)
            yield table


def _soil(table: Table, export: Export, world: World, rng: np.random.Generator) -> None:
    """All dirt of one block; rows that must be rejected are chosen first."""
    spoils.spoil(table, rng)
    if export.soil is not None:
        export.soil(table, world, rng)
    dirt.soil_numbers(table, rng)


def _file_marks(has_dirt: bool, is_decorated: bool) -> list[Mark]:
    marks = [Mark("mixed_spellings", None, None, REPAIRED)] if has_dirt else []
    return [*marks, Mark("title_rows_and_footer", None, None, ACCEPTED)] if is_decorated else marks


def _decoration(layout: Layout, period: Period, rows: int) -> Decoration:
    """Title rows above, totals and signatures below, and a second sheet with notes."""
    return Decoration(
        title=[layout.stem, f"统计截止日期:{period.end:%Y年%m月%d日}"],
        footer=[f"合计:{rows}", f"制表人:张三  审核人:李四  填报日期:{period.end:%Y-%m-%d}"],
        notes=["填报说明", "1. 本表由主管部门按月填报。", "2. 日期填写到日。"],
    )


def periods(schedule: Schedule, layout: Layout, history: int) -> list[Period]:
    """The delivered periods of a dataset, `history` earlier ones first; the first one holds the stock."""
    if layout.is_state and layout.cycle == "daily":
        return schedule.daily_full()
    cycles: dict[str, Callable[[], list[Period]]] = {
        "daily": schedule.daily,
        "weekly": schedule.weekly,
        "monthly": lambda: schedule.monthly(history),
        "quarterly": lambda: schedule.quarterly(history),
        "yearly": lambda: schedule.yearly(history),
    }
    return cycles[layout.cycle]()
