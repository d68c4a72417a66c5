"""Verdicts that depend on other deliveries: given when a delivery is read, and asked again for those it touches.

A delivery touches the later periods that are compared with it, and a correction the delivery that it brings right.
Their outcomes are written before its own: a run that is killed in between does the same again.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import polars as pl

from citylake.contracts import Contract
from citylake.contracts.revisions import BESIDE, WITHDRAWAL
from citylake.errors import FileRefused
from citylake.lake import Lake
from citylake.staging.books import Books, Outcome, is_whole
from citylake.staging.verdict import judge
from citylake.staging.volume import LAST

NOTHING_STANDS = "withdrawal.nothing_stands"


def give_verdict(lake: Lake, books: Books, contract: Contract, outcome: Outcome) -> dict[str, Any]:
    """Judges one delivery by the books of today and notes the verdict in its outcome."""
    period = outcome["business_period"]
    others = [one for one in books.standing(period) if one["delivery_id"] != outcome["delivery_id"]]
    older = [one for one in others if is_whole(one) and one["revision_no"] < outcome["revision_no"]]
    is_empty = not outcome["rows_accepted"] + outcome["rows_rejected"]
    verdict = judge(
        contract,
        outcome,
        books.before(period) if contract.volume or is_empty else [],
        rows_settled=_rows_settled(lake, books, outcome),
        rows_replaced=sum(one.get("rows_accepted", 0) for one in older),
    )
    outcome |= verdict
    return verdict


def reconsider(lake: Lake, books: Books, contract: Contract, touching: Outcome) -> None:
    """Asks again for every delivery that this one touches; writes the outcomes whose verdict changed."""
    period = touching["business_period"]
    if touching["delivery_kind"] in BESIDE or touching["delivery_kind"] == WITHDRAWAL:
        _again(lake, books, contract, period, touching)
    if contract.volume is None:
        return
    unchanged = 0
    for later in books.after(period):
        if unchanged >= LAST:  # no later period is compared with anything that changed
            return
        unchanged = 0 if _again(lake, books, contract, later, touching) else unchanged + len(books.standing(later))


def _again(lake: Lake, books: Books, contract: Contract, period: str, touching: Outcome) -> bool:
    """Judges the whole deliveries of a period again; whether any verdict changed."""
    changed = False
    for outcome in books.of_period(period):
        is_judged = is_whole(outcome) and outcome.get("profile") and outcome["status"] in ("accepted", "held")
        if is_judged and outcome["delivery_id"] != touching["delivery_id"]:
            before = (outcome["status"], outcome["reason_code"], outcome["message"], outcome.get("volume"))
            verdict = give_verdict(lake, books, contract, outcome)
            if before != tuple(verdict[name] for name in ("status", "reason_code", "message", "volume")):
                note_check(outcome)
                books.write(outcome)
                changed = True
    return changed


def note_check(outcome: Outcome) -> None:
    """Writes a changed verdict into the step `check`."""
    is_held = outcome["status"] == "held"
    said = {"status": "held" if is_held else "ok", "reason_code": outcome["reason_code"]}
    said["message"] = outcome["message"] if is_held else None
    outcome["steps"] = [step | said if step["step"] == "check" else step for step in outcome["steps"]]


def take_back(lake: Lake, books: Books, contract: Contract, outcome: Outcome, named: str | None) -> None:
    """Withdraws the newest standing revision of the period, or the named delivery; the one before stands again.

    Raises FileRefused when there is nothing to take back.
    """
    known = [one for one in books.of_period(outcome["business_period"]) if one["delivery_id"] != outcome["delivery_id"]]
    mine = [one for one in known if one.get("withdrawn_by") == outcome["delivery_id"]]  # of a run that was killed
    if not mine and named:
        mine = [one for one in known if one["delivery_id"] == named and one["status"] in ("accepted", "held")]
    elif not mine:
        whole = [one for one in books.standing(outcome["business_period"]) if is_whole(one)]
        mine = [one for one in whole if one["revision_no"] < outcome["revision_no"]]
    if not mine:
        raise FileRefused(
            NOTHING_STANDS,
            f"{contract.title.zh} {outcome['business_period']} 没有可撤回的交付",
            action="核对业务期与文件名; 用 citylake quarantine list 查看该期的交付",
        )
    target = mine[-1]
    if target.get("delivery_kind") == WITHDRAWAL:
        give_back(lake, books, contract, target)
    target["withdrawn_by"] = outcome["delivery_id"]
    target |= judge(contract, target, [])
    books.write(target)
    outcome |= {"status": "accepted", "reason_code": None, "withdraws": target["delivery_id"]}
    outcome |= dict.fromkeys(("rows_in_file", "rows_accepted", "rows_rejected", "rows_not_records"), 0)
    outcome["message"] = f"撤回 {target['delivery_id']} ({target.get('rows_accepted', 0)} 行)"


def give_back(lake: Lake, books: Books, contract: Contract, withdrawal: Outcome) -> None:
    """A withdrawal that is withdrawn itself: what it had taken back counts again."""
    restored = books.outcome(withdrawal["withdraws"])
    restored["withdrawn_by"] = None
    give_verdict(lake, books, contract, restored)
    books.write(restored)


def _rows_settled(lake: Lake, books: Books, outcome: Outcome) -> int:
    """Rejected rows of a delivery that answers taken since have brought right."""
    answers = [
        one
        for one in books.of_period(outcome["business_period"])
        if one["status"] == "accepted" and outcome["delivery_id"] in (one.get("answers") or {})
    ]
    if len(answers) < 2:
        return sum(int(one["answers"][outcome["delivery_id"]]) for one in answers)
    with tempfile.TemporaryDirectory(prefix="citylake-settled-") as folder:
        paths = []
        for number, one in enumerate(answers):
            paths.append(Path(folder) / f"{number}.parquet")
            lake.download("quarantine", one["settled"], paths[-1])
        rows = pl.concat([pl.read_parquet(path) for path in paths])
        return rows.filter(pl.col("delivery_id") == outcome["delivery_id"]).unique().height
