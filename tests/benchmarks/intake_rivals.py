"""The same residents file through the tools a user would otherwise take: dlt and pandas.

dlt loads without checking; pandas does by hand what the contract asks for. Columns get Latin names for dlt, which makes
one column `x` of eight Chinese ones in its way over dicts. Both are in the development lock; where they are missing the
benchmark says so and goes on.
"""

from __future__ import annotations

import csv
import importlib.util
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

NAMES = ["register_no", "resident_id", "person_name", "sex", "birth_date", "address", "phone", "updated_at"]
BATCH_ROWS = 250_000
SEXES = {"男": "1", "男性": "1", "1": "1", "M": "1", "女": "2", "女性": "2", "2": "2", "F": "2"}


def missing(kind: str) -> str | None:
    """What to install for a kind of run; None when everything is there."""
    package = {"dlt-arrow": "dlt", "dlt-dicts": "dlt", "pandas": "pandas"}.get(kind)
    return package if package and importlib.util.find_spec(package) is None else None


def by_dlt_arrow(path: Path, out: Path) -> None:
    """dlt, batches of Arrow tables as text, into Parquet files."""
    import polars as pl

    def batches() -> Iterator[object]:
        lines = pl.scan_csv(path, infer_schema=False, with_column_names=lambda _: NAMES)
        for frame in lines.collect_batches(chunk_size=BATCH_ROWS):
            yield frame.to_arrow(compat_level=pl.CompatLevel.oldest())

    _dlt(batches(), out)


def by_dlt_dicts(path: Path, out: Path, rows: int) -> None:
    """dlt, a dict a row, the first `rows` rows, into Parquet files."""
    with path.open(encoding="utf-8", newline="") as file:
        next(file)
        _dlt(islice(csv.DictReader(file, NAMES), rows), out)


def _dlt(rows: Iterator[object], out: Path) -> None:
    os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}
    import dlt

    destination = dlt.destinations.filesystem(f"file://{out}/lake")
    pipeline = dlt.pipeline("bench", destination=destination, dataset_name="lake", pipelines_dir=str(out))
    resource = dlt.resource(rows, name="residents", write_disposition="append")
    pipeline.run(resource, loader_file_format="parquet")


def by_pandas(path: Path, out: Path) -> None:
    """pandas: everything read as text, the contract's rules by hand, accepted rows into zstd Parquet."""
    import pandas as pd

    frame = pd.read_csv(path, dtype=str, keep_default_na=False, header=0, names=NAMES)
    for name in NAMES:
        frame[name] = frame[name].str.strip()
    number = frame["resident_id"].str.normalize("NFKC").str.upper()
    is_whole = number.str.fullmatch("[0-9]{17}[0-9X]")
    digits = number.where(is_whole, "0" * 18)
    total = sum(digits.str[place].astype("int64") * (2 ** (17 - place) % 11) for place in range(17))
    frame["resident_id"] = number
    is_right = is_whole & (digits.str[17] == (1 - total).mod(11).astype(str).replace("10", "X"))
    frame["sex"] = frame["sex"].map(SEXES)
    frame["birth_date"] = pd.to_datetime(frame["birth_date"], errors="coerce", format="mixed")
    frame["updated_at"] = pd.to_datetime(frame["updated_at"], errors="coerce", format="%Y-%m-%d %H:%M:%S")
    frame["phone"] = frame["phone"].where(frame["phone"].str.fullmatch("1[3-9][0-9]{9}"))
    accepted = frame[is_right & (frame["register_no"] != "") & frame["updated_at"].notna()]
    accepted.to_parquet(out / "accepted.parquet", compression="zstd", compression_level=1, index=False)
