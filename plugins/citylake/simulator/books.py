"""What is noted of every record as it is written: the true things in it, its address, the faults put into it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from citylake.simulator.marks import FaultList, Mark
from citylake.simulator.table import Table
from citylake.simulator.world_places import Places
from citylake.simulator.writers import Run

ENTITY_TYPES = {
    "person": "P",
    "legal_entity": "L",
    "certificate": "C",
    "credit_subject": "K",
    "place": "A",
}
PLACE = ["dataset_id", "file_name", "sheet_name", "line_number", "path"]
LINKS = ["entity_type", "true_entity_id", *PLACE, "role"]
ADDRESSES = [*PLACE, "street_code", "division_code"]


class Books:
    """Grows `entity_links.parquet`, `addresses.parquet` and `faults.jsonl` below the folder of the truth.

    entity_links: one row a record and true thing in it (role `self`, or another where a row names several things).
    addresses: one row a record with an address; street_code and division_code are null where it lies elsewhere.
    """

    def __init__(self, folder: Path, ground: Places) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ground = ground
        self.faults = FaultList()
        self.fault_count = 0
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
                if column.startswith("_"):
                    self._link(table, column, path, run)

    def close_file(self, dataset: str, path: str, marks: Iterable[Mark]) -> None:
        """Notes the faults all over a file, and writes down all faults noted so far."""
        for mark in marks:
            self.faults.add_file(dataset, path, mark.kind, mark.expected, mark.reason)
        self.write_faults()

    def write_faults(self) -> None:
        found = self.faults.frame()
        found.write_ndjson(self._faults)
        self.fault_count += found.height
        self.faults.parts.clear()

    def close(self) -> None:
        self.write_faults()
        self._faults.close()
        self._links.close()
        self._addresses.close()

    def _link(self, table: Table, column: str, path: str, run: Run) -> None:
        entity_type, _, role = column.removeprefix("_").partition("__")
        index = table.frame[column][run.first : run.first + len(run.lines)].to_numpy()
        place = {
            "dataset_id": table.layout.dataset,
            "file_name": path.rsplit("/", 1)[-1],
            "sheet_name": run.sheet,
            "path": path,
        }
        if entity_type == "address":
            is_ours, at = pl.Series(index >= 0), np.maximum(index, 0)
            codes = pl.DataFrame(
                {
                    "street_code": self.ground.street_codes(at),
                    "division_code": self.ground.division_codes(at),
                }
            ).select(pl.when(is_ours).then(pl.all()))
            self._addresses.append({**place, "line_number": run.lines, **codes.to_dict()})
        elif entity_type in ENTITY_TYPES:
            named = np.flatnonzero(index >= 0)
            self._links.append(
                {
                    **place,
                    "line_number": run.lines[named],
                    "entity_type": entity_type,
                    "true_entity_id": entity_ids(entity_type, index[named]),
                    "role": role or "self",
                }
            )


class _Growing:
    """A Parquet file that grows by blocks; texts that are the same in a whole block are given once."""

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.schema = pa.schema([(name, pa.int64() if name == "line_number" else pa.string()) for name in columns])
        self.writer = pq.ParquetWriter(path, self.schema, compression="zstd", compression_level=1, store_schema=False)

    def append(self, columns: dict[str, str | np.ndarray | pl.Series | None]) -> None:
        count = next(len(one) for one in columns.values() if isinstance(one, (np.ndarray, pl.Series)))
        if count:
            arrays = [_array(columns[name], count) for name in self.schema.names]
            self.writer.write_table(pa.Table.from_arrays(arrays, names=self.schema.names).cast(self.schema))

    def close(self) -> None:
        self.writer.close()


def _array(values: str | np.ndarray | pl.Series | None, count: int) -> pa.Array:
    if isinstance(values, pl.Series):
        return values.to_arrow(compat_level=pl.CompatLevel.oldest())
    if isinstance(values, np.ndarray):
        return pa.array(values, pa.int64())
    return pa.repeat(pa.scalar(values, pa.string()), count)


def entity_ids(entity_type: str, index: np.ndarray) -> pl.Series:
    """The true ids: a letter for the type and the index in the world as eight digits (P00000042)."""
    return ENTITY_TYPES[entity_type] + pl.Series(index + 10**8).cast(pl.String).str.slice(1)
