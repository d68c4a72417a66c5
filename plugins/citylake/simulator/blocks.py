"""From the world to rendered tables, block by block: what a department exports for a period, with its dirt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import Streams
from citylake.simulator.basics.schedule import Period, Schedule, arrival
from citylake.simulator.faults import cells as faults_cells
from citylake.simulator.faults import dirt, spoils
from citylake.simulator.faults import meaning as faults_meaning
from citylake.simulator.files.deliveries import Delivery
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.forms import LAYOUTS, Edition, Layout
from citylake.simulator.files.marks import ACCEPTED, DEDUPLICATED, REJECTED, REPAIRED, Mark
from citylake.simulator.files.rendering import render
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import PLAIN, Decoration
from citylake.simulator.world.address_writing import as_written
from citylake.simulator.world.city import World

BLOCK = 50_000


@dataclass(frozen=True)
class Maker:
    """Makes the deliveries of one world; the same blocks each time they are asked for."""

    world: World
    streams: Streams
    has_dirt: bool
    has_rare_faults: bool = False

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
            edition = self._edition(layout, name)
            is_decorated = self.has_dirt and layout.form in ("xlsx", "xls")
            yield Delivery(
                layout,
                period,
                arrives,
                partial(self._tables, export, period, rows, again, edition),
                [edition.headers.get(one.name, one.header) for one in layout.fields],
                edition.encoding or layout.encoding,
                len(rows),
                _file_marks(self.has_dirt, is_decorated),
                _decoration(layout, period, len(rows)) if is_decorated else PLAIN,
            )

    def _edition(self, layout: Layout, name: str) -> Edition:
        """The edition of the form that is used for one delivery; without dirt always the main one."""
        if self.has_dirt and layout.editions:
            draw = self.streams.named(f"edition {name}").random()
            for edition in layout.editions:
                if draw < edition.share:
                    return edition
                draw -= edition.share
        return MAIN

    def _tables(
        self, export: Export, period: Period, rows: np.ndarray, again: np.ndarray, edition: Edition
    ) -> Iterator[Table]:
        layout = LAYOUTS[export.dataset]
        rng = self.streams.named(f"{layout.dataset} {period.label}") if self.has_dirt else None
        for sheet, some in self._sheets(export, period, np.concatenate([again, rows]) if len(again) else rows):
            for start in range(0, len(some), BLOCK):
                table = self._table(export, period, some[start : start + BLOCK], edition, rng)
                table.sheet = sheet
                if len(again):
                    marked = np.arange(len(again))
                    table.marks.append(
                        Mark("last_hour_of_yesterday_again", layout.fields[0].name, marked, DEDUPLICATED)
                    )
                    again = again[:0]
                yield table

    def _sheets(self, export: Export, period: Period, rows: np.ndarray) -> Iterator[tuple[str | None, np.ndarray]]:
        if export.sheet_of is None:
            yield None, rows
            return
        sheet = export.sheet_of(self.world, period, rows)
        for at, name in enumerate(LAYOUTS[export.dataset].sheet_names):
            yield name, rows[sheet == at]

    def _table(
        self, export: Export, period: Period, rows: np.ndarray, edition: Edition, rng: np.random.Generator | None
    ) -> Table:
        """One block: the typed frame, its cells as text, the dirt."""
        frame = export.frame(self.world, period, rows)
        marks: list[Mark] = []
        if rng is not None and export.doubles is not None:
            frame, marks = export.doubles(self.world, period, frame, rng)
        layout = LAYOUTS[export.dataset]
        delivered = frame.with_columns(pl.col(name) * factor for name, factor in edition.factors.items())
        table = Table(layout, frame, render(delivered, layout, rng), marks)
        for mark in marks:
            if mark.expected == REJECTED and mark.rows is not None:
                # A repeated row comes back only while it and the one before it are alike.
                table.is_spoilt[mark.rows] = table.is_spoilt[mark.rows - 1] = True
        if rng is not None:
            self._soil(table, export, rng)
        return table

    def _soil(self, table: Table, export: Export, rng: np.random.Generator) -> None:
        """All dirt of one block; rows that must be rejected are chosen before any other dirt is put in."""
        if "_address" in table.frame.columns and "address" in table.cells.columns:
            written = as_written(self.world.ground, table.cells["address"], table.frame["_address"].to_numpy(), rng)
            table.cells = table.cells.with_columns(written.alias("address"))
        if self.has_rare_faults:
            faults_cells.put(table, rng)
            faults_meaning.put(table, rng)
        spoils.spoil(table, rng)
        if export.soil is not None:
            export.soil(table, self.world, rng)
        dirt.soil_numbers(table, rng)


MAIN = Edition(share=1.0)


def _file_marks(has_dirt: bool, is_decorated: bool) -> tuple[Mark, ...]:
    spellings = Mark("mixed_spellings", None, None, REPAIRED)
    if is_decorated:
        return spellings, Mark("title_rows_and_footer", None, None, ACCEPTED)
    return (spellings,) if has_dirt else ()


def _decoration(layout: Layout, period: Period, rows: int) -> Decoration:
    """Title rows above, totals and signatures below, and a second sheet with notes where only one sheet is read."""
    return Decoration(
        title=(layout.stem, f"统计截止日期:{period.end:%Y年%m月%d日}"),
        footer=(*layout.footnotes, f"合计:{rows}", f"制表人:张三  审核人:李四  填报日期:{period.end:%Y-%m-%d}"),
        notes=() if layout.is_open_ended else ("填报说明", "1. 本表由主管部门按月填报。", "2. 日期填写到日。"),
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
