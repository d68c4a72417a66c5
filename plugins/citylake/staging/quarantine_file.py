"""The quarantine of one file, written as it grows: a large bad delivery is not kept in memory."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from citylake.staging.ahead import ZSTD_LEVEL, write_parquet
from citylake.staging.rejects import REJECTS_SCHEMA

_ROWS_IN_MEMORY = 100_000


class QuarantineFile:
    """Rejected cells, then lines that are no records, told apart by `kind`; `latest` are the rejects added last."""

    def __init__(self, folder: Path) -> None:
        self.latest = pl.DataFrame(schema=REJECTS_SCHEMA)
        self._folder = folder
        self._held: list[pl.DataFrame] = []
        self._pieces: list[Path] = []

    def add(self, rejects: pl.DataFrame) -> None:
        """Takes the rejects of one block."""
        if rejects.height:
            self.latest = rejects
            self._held.append(rejects)
        if sum(frame.height for frame in self._held) > _ROWS_IN_MEMORY:
            self._write_piece(self._cells())

    def finish(self, aside: list[pl.DataFrame]) -> Path | None:
        """The whole file, `rejects.parquet`; None when there is nothing to write."""
        lines = pl.concat(aside).with_columns(pl.lit("not_record").alias("kind"))
        rest = pl.concat([self._cells(), lines], how="diagonal")
        path = self._folder / "rejects.parquet"
        if not self._pieces:
            if rest.is_empty():
                return None
            write_parquet(rest, path)
            return path
        self._write_piece(rest)
        pl.scan_parquet(self._pieces, glob=False).sink_parquet(
            path, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False
        )
        return path

    def _cells(self) -> pl.DataFrame:
        cells = pl.concat([pl.DataFrame(schema=REJECTS_SCHEMA), *self._held]).with_columns(
            pl.when("is_row_rejected").then(pl.lit("row_rejected")).otherwise(pl.lit("value_discarded")).alias("kind")
        )
        self._held = []
        return cells.drop("is_row_rejected")

    def _write_piece(self, rows: pl.DataFrame) -> None:
        path = self._folder / f"rejects-{len(self._pieces):04d}.parquet"
        write_parquet(rows, path)
        self._pieces.append(path)
