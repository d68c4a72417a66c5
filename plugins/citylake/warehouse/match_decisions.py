"""What data stewards decide about doubtful matches: who, when and why, each decision an object that is put once.

`quarantine/_match_decisions/<review_id>/<moment>-<verdict>.json`. Taking a decision back is a further object that names
it, so that nothing is ever lost; what stands of a review is its newest decision that nobody took back.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from citylake.lake import Lake
from citylake.settings import SHANGHAI

MATCH_DECISIONS = "_match_decisions/"
_BUCKET = "quarantine"
UNDO: Literal["undo"] = "undo"
Decision = Literal["same", "different", "accept"]
Verdict = Literal["same", "different", "accept", "undo"]


@dataclass(frozen=True)
class MatchDecision:
    """One thing that a steward said about a review. `undoes`: the decision that an `undo` takes back."""

    decision_id: str
    review_id: str
    verdict: str
    decided_at: datetime
    decided_by: str
    reason: str
    undoes: str | None = None


def put_match_decision(
    lake: Lake, review_id: str, verdict: Verdict, reason: str, undoes: str | None = None
) -> MatchDecision:
    """Keeps a decision. Raises StoreError, also where an object of that moment is there already."""
    moment = datetime.now(SHANGHAI)
    decision_id = f"{moment:%Y%m%dT%H%M%S%f}-{verdict}"
    kept = {
        "review_id": review_id,
        "verdict": verdict,
        "at": moment.isoformat(),
        "actor": getpass.getuser(),
        "reason": reason,
        "undoes": undoes,
    }
    key = f"{MATCH_DECISIONS}{review_id}/{decision_id}.json"
    lake.put_once(_BUCKET, key, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    return match_decision(key, kept)


def match_decision(key: str, kept: Mapping[str, Any]) -> MatchDecision:
    """A decision as it lies under its key; its moment is Shanghai wall time without a zone, as in the whole lake."""
    decided_at = datetime.fromisoformat(kept["at"]).astimezone(SHANGHAI).replace(tzinfo=None)
    decision_id = key.rsplit("/", 1)[-1].removesuffix(".json")
    return MatchDecision(
        decision_id,
        kept["review_id"],
        kept["verdict"],
        decided_at,
        kept["actor"],
        kept["reason"],
        kept["undoes"],
    )


def read_match_decisions(lake: Lake, review_id: str = "") -> list[MatchDecision]:
    """Everything that was decided, of one review or of all, oldest first within a review. Raises StoreError."""
    prefix = f"{MATCH_DECISIONS}{review_id}/" if review_id else MATCH_DECISIONS
    keys = sorted(item.key for item in lake.list(_BUCKET, prefix))
    return [match_decision(key, json.loads(lake.get(_BUCKET, key))) for key in keys]


def standing_decisions(decisions: Iterable[MatchDecision]) -> dict[str, MatchDecision]:
    """The decision that stands, by review; none for a review whose decisions were all taken back.

    :param decisions: oldest first within a review
    """
    decisions = list(decisions)
    undone = {(one.review_id, one.undoes) for one in decisions if one.verdict == UNDO}
    valid = [one for one in decisions if one.verdict != UNDO and (one.review_id, one.decision_id) not in undone]
    return {one.review_id: one for one in valid}
