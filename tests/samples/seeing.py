"""What became of one file, in one line: the outcome a case of the catalogue expects is written the same way.

    refused file.truncated line 6 column 备注
    4 accepted; rejected line 4 row.too_short; aside line 1 row.header; emptied line 5 sex code.unknown

Whatever is seen has kept the law of rows: see() fails on a row without a place, a reason or a line.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.contracts.reasons import REASONS
from citylake.errors import FileRefused
from citylake.staging.engine import Staged, stage_file
from samples import roster

AS_OF = date(2025, 10, 1)


@dataclass(frozen=True)
class Seen:
    """One staged file: the line that tells it, its accepted rows, its quarantine; or its refusal."""

    text: str
    accepted: pl.DataFrame
    quarantine: pl.DataFrame
    staged: Staged | None = None
    refusal: FileRefused | None = None

    def __str__(self) -> str:
        return self.text


def see(
    data: bytes,
    contract: Contract,
    file_name: str = "补贴卡名册_202509.csv",
    *,
    codes: dict[str, dict[str, str]] = roster.CODES,
    block_bytes: int = 32 * 1024 * 1024,
    memory_megabytes: int = 2048,
) -> Seen:
    """Stages the bytes through the real engine and tells what came of them; raises what no one should see."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"delivery.{contract.form.type}"
        path.write_bytes(data)
        try:
            staged = stage_file(
                path,
                contract,
                codes,
                "d-1",
                Path(folder),
                file_name=file_name,
                as_of=AS_OF,
                block_bytes=block_bytes,
                memory_megabytes=memory_megabytes,
            )
        except FileRefused as refusal:
            return Seen(_of_refusal(refusal, file_name), pl.DataFrame(), pl.DataFrame(), refusal=refusal)
        accepted = pl.concat([pl.read_parquet(part) for part in staged.parts]) if staged.parts else pl.DataFrame()
        quarantine = pl.read_parquet(staged.rejects) if staged.rejects else pl.DataFrame(schema={"kind": pl.String})
    seen = Seen(_of_rows(staged, quarantine), accepted, quarantine, staged)
    _keeps_the_law(seen)
    return seen


def _of_refusal(refusal: FileRefused, file_name: str) -> str:
    assert refusal.rule in REASONS, f"{refusal.rule} has no words"
    assert refusal.action, f"{refusal.rule} says nothing to do"
    assert refusal.file == file_name, f"{refusal.rule} names {refusal.file!r}"
    where = {"line": refusal.line, "column": refusal.column}
    return " ".join(["refused", refusal.rule, *(f"{name} {what}" for name, what in where.items() if what)])


def _of_rows(staged: Staged, quarantine: pl.DataFrame) -> str:
    said = [f"{staged.rows_accepted} accepted"]
    for kind, word in (("row_rejected", "rejected"), ("not_record", "aside"), ("value_discarded", "emptied")):
        found = quarantine.filter(pl.col("kind") == kind)
        if found.height:
            said.append(f"{word} {_places(found)}")
    if staged.warnings:
        said.append(f"{len(staged.warnings)} warning")
    return "; ".join(said)


def _places(found: pl.DataFrame) -> str:
    several = found["sheet_name"].n_unique() > 1 if "sheet_name" in found.columns else False
    named = []
    for one in found.sort("sheet_name", "line_number", "column_name", nulls_last=True).iter_rows(named=True):
        sheet = f"{one['sheet_name']} " if several and one["sheet_name"] else ""
        place = f"{sheet}line {one['line_number']}"
        named.append(" ".join(filter(None, (place, one["column_name"], one["reason_code"]))))
    return ", ".join(named) if len(named) <= 12 else f"{', '.join(named[:3])} … {named[-1]} ({len(named)})"


def _keeps_the_law(seen: Seen) -> None:
    staged, quarantine = seen.staged, seen.quarantine
    assert staged is not None
    assert staged.rows_accepted == seen.accepted.height
    if not quarantine.height:
        assert staged.rows_rejected == staged.rows_not_records == 0
        return
    assert quarantine["reason_code"].null_count() == 0
    unknown = set(quarantine["reason_code"]) - set(REASONS)
    assert not unknown, f"reason codes without words: {unknown}"
    assert quarantine["line_number"].null_count() == 0
    assert (quarantine["line_number"] >= 1).all()
    place = ["sheet_name", "line_number"]
    rejected = quarantine.filter(pl.col("kind") == "row_rejected").unique(place)
    aside = quarantine.filter(pl.col("kind") == "not_record")
    assert (staged.rows_rejected, staged.rows_not_records) == (rejected.height, aside.height)
    taken = seen.accepted.select(place) if seen.accepted.height else pl.DataFrame(schema=rejected.select(place).schema)
    everywhere = pl.concat([taken, rejected.select(place), aside.select(place)])
    assert everywhere.is_unique().all(), "a line stands in two places"
