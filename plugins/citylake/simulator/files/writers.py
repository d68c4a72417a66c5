"""Files that grow block by block. Every sink also says on which physical line (or sheet row) each record begins."""

from __future__ import annotations

import io
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, ClassVar, NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from citylake.simulator.files.forms import Layout

SAMPLE = 2_000
# Line end, comma, quote, carriage return: cells that hold any of them stand in quotes.
MARKS, ODD = '\n,"\r', r'[,"\r\n]'
# So many bytes stay in the processor's cache while they are counted or encoded.
PIECE = 1 << 18


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

    # Columns of each dataset that needed quotes before: looking at all cells takes longer than writing them. What is
    # written does not depend on it.
    _odd: ClassVar[defaultdict[str, set[str]]] = defaultdict(set)

    def __init__(self, path: Path, layout: Layout, headers: list[str], encoding: str) -> None:
        super().__init__(layout, headers)
        self.encoding = encoding
        self.file: BinaryIO = path.open("wb")
        self.file.write(pl.DataFrame(schema=dict.fromkeys(headers, pl.String)).write_csv().encode(encoding))
        self.line = 2

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        data, breaks = self._csv(cells)
        lines = self.line + np.arange(cells.height)
        lines[1:] += np.cumsum(breaks)[:-1]
        self.line += cells.height + int(breaks.sum())
        self._write(data)
        return [Run(0, None, lines)]

    def _write(self, data: bytes) -> None:
        """Puts UTF-8 text into the encoding of the file: some lines at a time, which stay in the cache."""
        if self.encoding.startswith("utf-8"):
            self.file.write(data)
            return
        start = 0
        while start < len(data):
            end = data.find(b"\n", start + PIECE) + 1 or len(data)
            self.file.write(data[start:end].decode().encode(self.encoding))
            start = end

    def close(self) -> None:
        self.file.close()

    def _csv(self, cells: pl.DataFrame) -> tuple[bytes, np.ndarray]:
        """The block as UTF-8 text, and how many line breaks stand inside of each record.

        Quotes are put into the columns that are known to need some. The marks in the text tell whether a cell of
        another column needs them after all.
        """
        odd = self._odd[self.layout.dataset]
        quoted = _quoted(cells, odd)
        data = _unquoted(quoted.cells)
        if _marks(data) != quoted.marks:
            odd |= {one.name for one in cells if one.dtype == pl.String and one.str.contains(ODD).any()}
            quoted = _quoted(cells, odd)
            data = _unquoted(quoted.cells)
        return data, quoted.breaks


class _Quoted(NamedTuple):
    """A block whose odd cells stand in quotes, the line breaks in each record, the number of all MARKS in its text."""

    cells: pl.DataFrame
    breaks: np.ndarray
    marks: tuple[int, ...]


def _quoted(cells: pl.DataFrame, odd: set[str]) -> _Quoted:
    breaks = np.zeros(cells.height, dtype=np.int64)
    marks = np.array([cells.height, cells.height * (cells.width - 1), 0, 0])
    changed = []
    for column in cells:
        if column.name not in odd:
            continue
        rows = np.flatnonzero(column.str.contains(ODD).fill_null(False).to_numpy())
        if len(rows):
            some = column[rows]
            inside = [some.str.count_matches(mark, literal=True).to_numpy().astype(np.int64) for mark in MARKS]
            breaks[rows] += inside[0]
            marks += [int(one.sum()) for one in inside]
            marks[2] += inside[2].sum() + 2 * len(rows)
            whole = '"' + some.str.replace_all('"', '""', literal=True) + '"'
            changed.append(column.clone().scatter(rows, whole))
    return _Quoted(cells.with_columns(changed), breaks, tuple(marks.tolist()))


def _unquoted(cells: pl.DataFrame) -> bytes:
    target = io.BytesIO()
    cells.write_csv(target, include_header=False, quote_style="never")
    return target.getvalue()


def _marks(data: bytes) -> tuple[int, ...]:
    """How often each of MARKS stands in a text."""
    found = np.frombuffer(data, dtype=np.uint8)
    pieces = [found[start : start + PIECE] for start in range(0, len(found), PIECE)]
    return tuple(
        sum(int(np.count_nonzero(piece == ord(mark))) for piece in pieces) if mark.encode() in data else 0
        for mark in MARKS
    )


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
