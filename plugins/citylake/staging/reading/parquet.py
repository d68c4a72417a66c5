"""Parquet: typed already, so types are taken as they are where they fit and as text where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from pyarrow import ArrowException

from citylake.contracts import Column, Contract
from citylake.errors import FileRefused
from citylake.staging.reading import headers
from citylake.staging.reading.block import Block, Reading

_BATCH_ROWS = 200_000
_ZONE = "Asia/Shanghai"
_MIDNIGHT = " 00:00:00"
_EXACT_DIGITS = 10**15


def read_parquet(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a Parquet file; page checksums are verified. Rows are numbered from 1 (there are no lines)."""
    line = 1
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            keys = list(file.schema_arrow.names)
            names = headers.name_columns(keys, contract, reading, 1)
            wanted = {key: name for key, name in zip(keys, names, strict=True) if name}
            reading.encoding, reading.evidence = "parquet", f"{file.metadata.num_rows} rows in the footer"
            for batch in file.iter_batches(_BATCH_ROWS, columns=list(wanted)):
                batch.validate(full=True)  # pages without a checksum may hold bytes that are no text any more
                frame = pl.from_arrow(batch)
                if isinstance(frame, pl.DataFrame) and frame.height:
                    yield _block(frame.rename(wanted), line, contract, reading)
                    line += frame.height
    except (ArrowException, OSError) as error:
        raise FileRefused(
            "file.unreadable",
            f"不是完整的 Parquet 文件 ({str(error).splitlines()[0]})",
            action="确认传输是否中断, 重新导出后重报",
            file=reading.file_name,
            line=line,
        ) from error


def _block(frame: pl.DataFrame, line: int, contract: Contract, reading: Reading) -> Block:
    """A block in which every column either fits its contract or has its cells named."""
    bad = []
    for name in frame.columns:
        if column := contract.columns.get(name):
            values, reason = _fitted(frame[name], column)
            if reason is not None:
                bad.append(_named(values, name, reason))
                reading.note(f"列“{column.header}”的类型是 {frame.schema[name]}, 与契约的 {column.type} 不符")
            frame = frame.with_columns(values.alias(name))
    return Block(
        frame,
        pl.int_range(line, line + frame.height, eager=True).alias("line_number"),
        bad_cells=pl.concat(bad) if bad else None,
    )


def _fitted(values: pl.Series, column: Column) -> tuple[pl.Series, pl.Expr | None]:
    """The values as they can be checked, and why none of them may be taken, where the type itself is wrong."""
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        plain = values.dt.convert_time_zone(_ZONE).dt.replace_time_zone(None) if dtype.time_zone else values
        if column.type == "timestamp":
            return plain.cast(pl.Datetime("us")), None
        # A day in another type's clothes; a moment in a column of days stays one and is judged as text.
        return plain.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(_MIDNIGHT), None
    if dtype.is_nested() or dtype == pl.Binary:
        shown = values.bin.encode("hex") if dtype == pl.Binary else _as_json(values)
        return shown, pl.lit("drift.type")
    is_plain_code = column.type == "code" and column.codes is None and "number_cells" not in column.reads
    if is_plain_code and dtype.is_numeric():
        is_lost = pl.lit(dtype.is_float()) & (pl.first().cast(pl.Float64).abs() >= _EXACT_DIGITS)
        reason = pl.when(is_lost).then(pl.lit("code.lost_precision")).otherwise(pl.lit("code.became_number"))
        return values, reason
    return values, None


def _as_json(values: pl.Series) -> pl.Series:
    json = pl.struct(pl.first()).struct.json_encode()
    return values.to_frame().select(pl.when(pl.first().is_not_null()).then(json)).to_series()


def _named(values: pl.Series, name: str, reason: pl.Expr) -> pl.DataFrame:
    return (
        values.to_frame()
        .select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
            pl.lit(name).alias("column_name"),
            pl.first().cast(pl.String).alias("raw_value"),
            reason.alias("reason_code"),
        )
        .filter(values.is_not_null())
    )
