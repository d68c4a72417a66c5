"""Files that grow block by block. Every sink also says on which physical line (or sheet row) each record begins."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from citylake.simulator.files.forms import Layout

SAMPLE = 2_000


@dataclass(frozen=True)
class Decoration:
    """What a workbook carries besides its records; `numeric` names columns whose codes became numbers."""

    title: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    numeric: frozenset[str] = frozenset()


PLAIN = Decoration()


@dataclass(frozen=True)
class Run:
    """Records of one block that stand together: from which row of the block, on which sheet, on which lines."""

    first: int
    sheet: str | None
    lines: np.ndarray


class Sink(ABC):
    """A file in the making. Columns come in the layout's order; `headers` are what stands above them."""

    def __init__(self, layout: Layout, headers: list[str]) -> None:
        self.layout = layout
        self.headers = headers

    @abstractmethod
    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        """Writes one block; blocks of one sheet follow each other."""

    @abstractmethod
    def close(self) -> None:
        """Finishes the file."""


class _Records(Sink):
    """Forms that number their records from 1: JSON, JSON lines, Parquet."""

    count = 0

    def _number(self, cells: pl.DataFrame) -> list[Run]:
        lines = np.arange(self.count + 1, self.count + cells.height + 1)
        self.count += cells.height
        return [Run(0, None, lines)]

    def _named(self, cells: pl.DataFrame) -> pl.DataFrame:
        return cells.rename(dict(zip(cells.columns, self.headers, strict=True)))


class CsvSink(Sink):
    """Comma-separated text; cells with line breaks stand in quotes, so records may span lines."""

    def __init__(self, path: Path, layout: Layout, headers: list[str], encoding: str) -> None:
        super().__init__(layout, headers)
        self.encoding = encoding
        self.file: BinaryIO = path.open("wb")
        self.file.write(pl.DataFrame(schema=dict.fromkeys(headers, pl.String)).write_csv().encode(encoding))
        self.line = 2
        self.needs_quotes = False

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        data, breaks = self._csv(cells)
        lines = self.line + np.arange(cells.height)
        lines[1:] += np.cumsum(breaks)[:-1]
        self.line += cells.height + int(breaks.sum())
        is_utf8 = self.encoding.startswith("utf-8")
        self.file.write(data if is_utf8 else data.decode().encode(self.encoding))
        return [Run(0, None, lines)]

    def close(self) -> None:
        self.file.close()

    def _csv(self, cells: pl.DataFrame) -> tuple[bytes, np.ndarray]:
        """The block as UTF-8 text, and how many line breaks stand inside of each record.

        Quotes are put in by column, and only from the first block on that needs any: a writer that looks at each cell
        takes twice as long. The marks in the text tell whether a cell in an unlikely column needs them after all.
        """
        none = np.zeros(cells.height, dtype=np.int64)
        if not self.needs_quotes:
            data = _unquoted(cells)
            if _marks(data) == (cells.height, cells.height * (cells.width - 1), 0):
                return data, none
            self.needs_quotes = True
        quoted, odd = _quoted(cells, [one.kind for one in self.layout.fields])
        inner = [column.str.count_matches("\n", literal=True).fill_null(0).to_numpy() for column in odd]
        breaks = sum(inner, none)
        data = _unquoted(quoted)
        commas, quotes = (sum(int(one.str.count_matches(mark, literal=True).sum()) for one in odd) for mark in ',"')
        edges = sum(2 * (one.len() - one.null_count()) for one in odd)
        expected = (
            cells.height + int(breaks.sum()),
            cells.height * (cells.width - 1) + commas,
            2 * quotes + edges,
        )
        if _marks(data) == expected:
            return data, breaks
        target = io.BytesIO()
        cells.write_csv(target, include_header=False)
        inside = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).fill_null(0).cast(pl.Int64))
        return target.getvalue(), cells.select(inside).to_series().to_numpy()


def _unquoted(cells: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    cells.write_csv(target, include_header=False, quote_style="never")
    return target.getvalue()


def _marks(data: bytes) -> tuple[int, int, int]:
    """Line ends, commas and other marks (quotes, carriage returns) in a text."""
    found = np.frombuffer(data, dtype=np.uint8)
    counts = [int(np.count_nonzero(found == ord(mark))) for mark in '\n,"']
    return counts[0], counts[1], counts[2] + (10**9 if b"\r" in data else 0)


def _quoted(cells: pl.DataFrame, kinds: list[str]) -> tuple[pl.DataFrame, list[pl.Series]]:
    """The block with quotes in columns of free text that need any; and the cells that got them, null elsewhere."""
    changed, odd = [], []
    for column, kind in zip(cells.iter_columns(), kinds, strict=True):
        if kind != "text":
            continue
        is_odd = column.str.contains(r'[,"\r\n]')
        if is_odd.any():
            text = pl.col(column.name)
            whole = pl.concat_str(pl.lit('"'), text.str.replace_all('"', '""', literal=True), pl.lit('"'))
            changed.append(pl.when(is_odd).then(whole).otherwise(text).alias(column.name))
            odd.append(column.to_frame().select(pl.when(is_odd).then(text)).to_series())
    return cells.with_columns(changed), odd


class JsonLinesSink(_Records):
    """One JSON object a line."""

    def __init__(self, path: Path, layout: Layout, headers: list[str]) -> None:
        super().__init__(layout, headers)
        self.file: BinaryIO = path.open("wb")

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        self._named(cells).write_ndjson(self.file)
        return self._number(cells)

    def close(self) -> None:
        self.file.close()


class JsonSink(_Records):
    """One JSON document: a list of objects, each on a line of its own."""

    def __init__(self, path: Path, layout: Layout, headers: list[str]) -> None:
        super().__init__(layout, headers)
        self.file: BinaryIO = path.open("wb")

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        target = io.BytesIO()
        self._named(cells).write_ndjson(target)
        self.file.write(b",\n" if self.count else b"[\n")
        self.file.write(target.getvalue()[:-1].replace(b"\n", b",\n"))
        return self._number(cells)

    def close(self) -> None:
        self.file.write(b"\n]\n" if self.count else b"[]\n")
        self.file.close()


class ParquetSink(_Records):
    """Typed columns, a row group a block."""

    def __init__(self, path: Path, layout: Layout, headers: list[str]) -> None:
        super().__init__(layout, headers)
        self.file = ParquetBlocks(path)

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        self.file.append(self._named(cells))
        return self._number(cells)

    def close(self) -> None:
        self.file.close()


class ParquetBlocks:
    """A Parquet file that grows by frames of one schema. Texts that hardly repeat get no dictionary."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.writer: pq.ParquetWriter | None = None

    def append(self, frame: pl.DataFrame) -> None:
        block: pa.Table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if self.writer is None:
            few = [column.name for column in frame if column.head(SAMPLE).n_unique() < SAMPLE // 4]
            self.writer = pq.ParquetWriter(
                self.path,
                block.schema,
                compression="zstd",
                compression_level=1,
                store_schema=False,
                write_statistics=False,
                use_dictionary=few or False,
            )
        self.writer.write_table(block)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def write_blocks(path: Path, frames: Iterable[pl.DataFrame]) -> None:
    """A Parquet file of frames that are made one after the other."""
    file = ParquetBlocks(path)
    for frame in frames:
        file.append(frame)
    file.close()
