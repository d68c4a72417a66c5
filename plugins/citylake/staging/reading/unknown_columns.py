"""Values in columns that the contract does not know: kept beside the row, or the row is named and rejected."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading.block import Block, Reading


def settle_unknown_columns(block: Block, contract: Contract, reading: Reading) -> Block:
    """A block with the contract's columns alone; what stood in others goes into `extra` or into `bad_cells`.

    Raises FileRefused for a value under no header, where columns are frozen.
    """
    unknown = [name for name in block.frame.columns if name not in contract.columns]
    if not unknown:
        return block
    values = block.frame.select(pl.col(unknown).cast(pl.String, strict=False))
    known = replace(block, frame=block.frame.drop(unknown))
    if contract.drift.columns == "evolve":
        return replace(known, extra=_extra(values))
    cells = [_filled(values[name]) for name in unknown]
    found = pl.concat(cells)
    if found.height and contract.drift.columns == "freeze":
        first = found.row(0, named=True)
        raise FileRefused(
            "file.column_unknown",
            f"{first['column_name']}没有表头, 却有 {found.height} 格内容",
            action="为该列补上表头并先在契约中登记, 或删去该列后重报",
            file=reading.file_name,
            sheet=block.sheet_name,
            line=block.line_numbers.item(first["row"]),
            column=first["column_name"],
            value=first["raw_value"],
        )
    bad_cells = [found] if block.bad_cells is None else [block.bad_cells, found]
    return replace(known, bad_cells=pl.concat(bad_cells))


def _extra(values: pl.DataFrame) -> pl.Series:
    is_empty = pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))
    return values.select(pl.when(~is_empty).then(pl.struct(pl.all()).struct.json_encode()).alias("extra")).to_series()


def _filled(values: pl.Series) -> pl.DataFrame:
    rows = (values.str.strip_chars() != "").fill_null(False).arg_true()
    return pl.DataFrame({"row": rows, "raw_value": values.gather(rows)}).select(
        pl.col("row").cast(pl.UInt32),
        pl.lit(values.name).alias("column_name"),
        "raw_value",
        pl.lit("drift.unknown_column").alias("reason_code"),
    )
