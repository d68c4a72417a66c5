"""What is noted of every record as it is written: the true things in it, its address, the faults put into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from citylake.simulator.files.marks import FaultList, Mark
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import Run
from citylake.simulator.world.divisions import DIVISIONS
from citylake.simulator.world.place_ground import STREET_CODES, STREET_DIVISION
from citylake.simulator.world.places import Places

ENTITY_TYPES = {
    "person": "P",
    "legal_entity": "L",
    "certificate": "C",
    "credit_subject": "K",
    "place": "A",
}
PLACE = ["dataset_id", "file_name", "sheet_name", "line_number", "path"]
LINKS = ["entity_type", "true_entity_id", *PLACE, "role"]
OLDEST = pl.CompatLevel.oldest()
ROW_GROUP = 100_000
CODED = pa.dictionary(pa.int16(), pa.large_string())
PLAIN_TYPES = {"line_number": pa.int64(), "true_entity_id": pa.large_string()}
# What the numbers of a column stand for, -1 for nothing.
CODES = {"street_code": STREET_CODES, "division_code": DIVISIONS}
ADDRESSES = [*PLACE, *CODES]
# One text (or none) for all records, numbers, codes by number, or texts.
Values: TypeAlias = str | np.ndarray | pa.LargeStringArray | None


class Books:
    """Grows `entity_links.parquet`, `addresses.parquet` and `faults.jsonl` below the folder of the truth.

    entity_links: one row a record and true thing in it (role `self`, or another where a row names several things).
    addresses: one row a record with an address; street_code and division_code are null where it lies elsewhere.
    """

    def __init__(self, folder: Path, ground: Places) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ground = ground
        self.faults = FaultList()
        self._links = _Growing(folder / "entity_links.parquet", LINKS)
        self._addresses = _Growing(folder / "addresses.parquet", ADDRESSES)
        self._faults = (folder / "faults.jsonl").open("wb")

    def note(self, table: Table, path: str, headers: list[str], runs: Iterable[Run]) -> None:
        """Notes the records of one block, by where they came to stand."""
        named = {one.name: header for one, header in zip(table.layout.fields, headers, strict=True)}
        for run in runs:
            end = run.first + len(run.lines)
            marks = [mark.within(run.first, end) for mark in table.marks]
            self.faults.add_table(table.layout.dataset, path, run.sheet, named, run.lines, marks)
            for column in table.frame.columns:
                entity_type, _, role = column.removeprefix("_").partition("__")
                if column.startswith("_") and entity_type in (*ENTITY_TYPES, "address"):
                    self._link(table, column, entity_type, role, path, run)
        # A large file has millions of faults: their text does not wait for its end.
        self.write_faults()

    def close_file(self, dataset: str, path: str, marks: Iterable[Mark]) -> None:
        """Notes the faults all over a file."""
        for mark in marks:
            self.faults.add_file(dataset, path, mark.kind, mark.expected, mark.reason)
        self.write_faults()

    def write_faults(self) -> None:
        for text in self.faults.take():
            self._faults.write(text.encode())

    def close(self) -> None:
        self.write_faults()
        self._faults.close()
        self._links.close()
        self._addresses.close()

    def _link(self, table: Table, column: str, entity_type: str, role: str, path: str, run: Run) -> None:
        index = table.frame[column][run.first : run.first + len(run.lines)].to_numpy()
        place = {
            "dataset_id": table.layout.dataset,
            "file_name": path.rsplit("/", 1)[-1],
            "sheet_name": run.sheet,
            "path": path,
        }
        if entity_type == "address":
            street = np.where(index >= 0, self.ground.street_of(np.maximum(index, 0)), -1)
            codes = {"street_code": street, "division_code": np.where(street >= 0, STREET_DIVISION[street], -1)}
            self._addresses.append({**place, "line_number": run.lines, **codes}, len(run.lines))
        else:
            named = np.flatnonzero(index >= 0)
            self._links.append(
                {
                    **place,
                    "line_number": run.lines[named],
                    "entity_type": entity_type,
                    "true_entity_id": _entity_ids(entity_type, index[named]),
                    "role": role or "self",
                },
                len(named),
            )


class _Growing:
    """A Parquet file that grows by blocks. Small files wait for each other, so that row groups are not tiny."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.schema = pa.schema([(name, PLAIN_TYPES.get(name, CODED)) for name in columns])
        # An id stands once or twice in a block: a dictionary of ids is lost work, and so are least and greatest values.
        self.writer = pq.ParquetWriter(
            path,
            self.schema,
            compression="zstd",
            compression_level=1,
            store_schema=False,
            write_statistics=False,
            use_dictionary=[name for name in columns if name not in PLAIN_TYPES],
            column_encoding={"line_number": "DELTA_BINARY_PACKED"},
        )
        self.waiting: list[dict[str, Values]] = []
        self.counts: list[int] = []

    def append(self, columns: dict[str, Values], count: int) -> None:
        self.waiting.append(columns)
        self.counts.append(count)
        if sum(self.counts) >= ROW_GROUP:
            self._write()

    def close(self) -> None:
        self._write()
        self.writer.close()

    def _write(self) -> None:
        """One dictionary a column for all that waits: with several, all but the first would be spelt out."""
        if self.waiting:
            arrays = [self._array(name, [one[name] for one in self.waiting]) for name in self.schema.names]
            self.writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))
        self.waiting, self.counts = [], []

    def _array(self, name: str, parts: list[Values]) -> pa.Array:
        if name == "true_entity_id":
            return pa.concat_arrays(parts)
        if name in CODES or name in PLAIN_TYPES:
            numbers = np.concatenate([one for one in parts if isinstance(one, np.ndarray)])
            return _coded(numbers, CODES[name]) if name in CODES else _numbers(numbers, pa.int64())
        texts = [one if isinstance(one, str) else None for one in parts]
        places = {text: at for at, text in enumerate(dict.fromkeys(one for one in texts if one is not None))}
        return _coded(np.repeat([-1 if one is None else places[one] for one in texts], self.counts), list(places))


def _coded(index: np.ndarray, texts: Sequence[str]) -> pa.DictionaryArray:
    """texts[index], null where the index is -1. No text stands twice in `texts`."""
    values = pl.Series(texts, dtype=pl.String).to_arrow(compat_level=OLDEST)
    return pa.DictionaryArray.from_arrays(_numbers(np.maximum(index, 0), pa.int16(), index >= 0), values)


def _numbers(values: np.ndarray, kind: pa.DataType, known: np.ndarray | None = None) -> pa.Array:
    """Put together from its buffers: what stands under a null is the same each time, and pandas stays away, which
    pyarrow's own `array` would load first.
    """
    validity = None
    if known is not None and not known.all():
        validity = pa.py_buffer(np.packbits(known, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(values, dtype=kind.to_pandas_dtype()))
    return pa.Array.from_buffers(kind, len(values), [validity, data])


def entity_ids(entity_type: str, index: np.ndarray) -> pl.Series:
    """The true ids: a letter for the type and the index in the world as eight digits (P00000042)."""
    return pl.Series(pl.from_arrow(_entity_ids(entity_type, index)))


def _entity_ids(entity_type: str, index: np.ndarray) -> pa.LargeStringArray:
    """Digit by digit: a fifth of the time that formatting takes."""
    count = len(index)
    text = np.empty((count, 9), dtype=np.uint8)
    text[:, 0] = ord(ENTITY_TYPES[entity_type])
    rest = index.astype(np.uint32)
    for place in range(8, 0, -1):
        tens = rest // 10
        text[:, place] = rest - tens * 10 + ord("0")
        rest = tens
    offsets = np.arange(0, 9 * count + 1, 9, dtype=np.int64)
    return pa.LargeStringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))
