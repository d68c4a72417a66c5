"""Values of a sheet put right by what else is known of it: merged cells, failed formulas, the date epoch."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

_MIDNIGHT = " 00:00:00"
_NOT_COMPUTED = "(公式无结果)"
# Days from 1904-01-01 to the epoch of polars, 1970-01-01.
_DAYS_FROM_1904 = 24_107


@dataclass(frozen=True)
class SheetFacts:
    """cells: row, name (c0, …), kind (number, error, not_computed), text. merged: top, left, bottom, right. From 0."""

    cells: pl.DataFrame
    merged: pl.DataFrame

    def below(self, row: int) -> SheetFacts:
        """The facts of the data rows alone, with columns by name."""
        named = pl.format("c{}", "column").alias("name") if "column" in self.cells.columns else pl.col("name")
        text = pl.when(kind="not_computed").then(pl.lit(_NOT_COMPUTED)).otherwise("text").alias("text")
        cells = self.cells.filter(pl.col("row") >= row).select("row", named, "kind", text)
        return SheetFacts(cells, self.merged.filter(pl.col("top") >= row))


def spoil_cells(frame: pl.DataFrame, facts: SheetFacts) -> pl.DataFrame:
    """Cells of failed formulas show what stands there instead of nothing."""
    broken = facts.cells.filter(pl.col("kind") != "number", pl.col("row") < frame.height)
    for (name,), cells in broken.group_by("name"):
        if str(name) in frame.columns:
            frame = frame.with_columns(frame[str(name)].scatter(cells["row"], cells["text"]))
    return frame


def fill_merged(frame: pl.DataFrame, facts: SheetFacts) -> pl.DataFrame:
    """A value merged over several rows stands for each of them; a blank cell that is not merged stays blank."""
    tall = facts.merged.filter(pl.col("bottom") > pl.col("top"), pl.col("top") < frame.height)
    for (left,), ranges in tall.group_by("left"):
        name = f"c{left}"
        if name not in frame.columns:
            continue
        last = pl.min_horizontal("bottom", pl.lit(frame.height - 1))
        cells = ranges.select("top", pl.int_ranges(pl.col("top") + 1, last + 1, dtype=pl.UInt32).alias("row"))
        cells = cells.explode("row").drop_nulls()
        empty = cells.filter(frame[name].gather(cells["row"]).is_null())
        frame = frame.with_columns(frame[name].scatter(empty["row"], frame[name].gather(empty["top"])))
    return frame


def respell_dates(frame: pl.DataFrame, columns: list[str], is_1904: bool) -> pl.DataFrame:
    """Days without their midnight; in a workbook that counts from 1904, bare day numbers as the day they mean."""
    for name in columns:
        values = pl.col(name).str.strip_suffix(_MIDNIGHT)
        if is_1904:
            number = values.str.extract(r"^([0-9]{1,5})(?:\.0+)?$").cast(pl.Int32, strict=False)
            day = (number - _DAYS_FROM_1904).cast(pl.Date).dt.to_string("%Y-%m-%d")
            values = day.fill_null(values)
        frame = frame.with_columns(values.alias(name))
    return frame
