"""Parquet: typed already, so types are taken as they are where they fit and as text where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
from pyarrow import ArrowInvalid

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import headers
from citylake.staging.reading.block import Block, Reading

_BATCH_ROWS = 200_000


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
                frame = pl.from_arrow(batch)
                if isinstance(frame, pl.DataFrame) and frame.height:
                    yield Block(frame.rename(wanted), pl.int_range(line, line + frame.height, eager=True))
                    line += frame.height
    except (ArrowInvalid, OSError) as error:
        raise FileRefused(
            "file.unreadable",
            f"不是完整的 Parquet 文件 ({str(error).splitlines()[0]})",
            action="确认传输是否中断, 重新导出后重报",
            file=reading.file_name,
            line=line,
        ) from error
