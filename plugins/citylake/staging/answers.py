"""Brings an answer together with what it answers: rows that count in its period, and rows that were rejected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from citylake.contracts import Contract
from citylake.lake import Lake
from citylake.staging.books import Desk, Outcome
from citylake.staging.engine import ZSTD_LEVEL, Staged
from citylake.staging.settling import Rejected, apply_answer


def settle(desk: Desk, contract: Contract, outcome: Outcome, staged: Staged, out: Path) -> None:
    """Applies an answer to its period; puts `settled.parquet` into quarantine and notes it in the outcome."""
    period, number = outcome["business_period"], outcome["revision_no"]
    standing = [one for one in desk.books.standing(period, with_held=True) if one["revision_no"] < number]
    earlier = [one for one in desk.books.of_period(period) if one["revision_no"] < number]
    asked = [one for one in earlier if one["status"] in ("accepted", "held")]
    settled = apply_answer(
        contract,
        outcome["delivery_kind"],
        outcome["answers_delivery"],
        staged,
        _parts(desk.lake, standing, out),
        [_rejected(desk.lake, one, out) for one in reversed(asked)],
        out,
    )
    outcome["answers"] = dict(sorted(settled.group_by("delivery_id").len().iter_rows()))
    outcome["settled"] = None
    if settled.height:
        path = out / "settled.parquet"
        settled.write_parquet(path, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False)
        outcome["settled"] = desk.books.key(outcome["delivery_id"], "settled.parquet")
        desk.lake.put_file("quarantine", outcome["settled"], path)


def _parts(lake: Lake, standing: list[Outcome], out: Path) -> Iterator[Path]:
    """The Parquet files of the rows that count, one at a time: a period may be larger than the disk is patient."""
    path = out / "standing.parquet"
    for key in (key for one in standing for key in one["parts"]):
        lake.download("staging", key, path)
        yield path
        path.unlink()


def _rejected(lake: Lake, outcome: Outcome, out: Path) -> Rejected:
    paths = []
    for number, key in enumerate(outcome["quarantine"]):
        paths.append(out / f"{outcome['delivery_id']}-{number}.parquet")
        lake.download("quarantine", key, paths[-1])
    return Rejected.of_quarantine(outcome["delivery_id"], outcome.get("answers_delivery"), paths)
