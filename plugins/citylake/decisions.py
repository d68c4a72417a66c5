"""What people decide, each an object that is put once: who, when and why.

`quarantine/<kind>/<number>/<moment>-<verdict>.json`. Taking a decision back is a further object that names it, so that
nothing is ever lost; what stands about a number is its newest decision that nobody took back.
"""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from citylake.errors import UsageError
from citylake.lake import Lake
from citylake.settings import SHANGHAI

BUCKET = "quarantine"
# What is decided about a delivery lies by its id; about matches and conflicts see Kind.
DELIVERIES = "_decisions"
UNDO: Literal["undo"] = "undo"


@dataclass(frozen=True)
class Kind:
    """A kind of decisions: the folder they lie in, and the field of an object that names what it is about."""

    folder: str
    number: str


MATCHES = Kind("_match_decisions", "review_id")
CONFLICTS = Kind("_conflict_decisions", "conflict_id")
_OWN = ("verdict", "at", "actor", "reason", "undoes")


class ReasonMissing(UsageError):
    """Somebody decided and did not say why."""

    def __init__(self, verdict: str) -> None:
        super().__init__("没有写明理由, 未作任何裁定", action='加上 --reason "核对了什么、依据什么"')
        self.verdict = verdict


@dataclass(frozen=True)
class Decision:
    """One thing that a steward said about a review or a conflict. `undoes`: the decision that an `undo` takes back;
    `about`: what else the object holds.
    """

    decision_id: str
    number: str
    verdict: str
    decided_at: datetime
    decided_by: str
    reason: str
    undoes: str | None = None
    about: Mapping[str, str | None] = field(default_factory=dict)


def write_decision(
    lake: Lake,
    folder: str,
    verdict: str,
    reason: str,
    facts: Mapping[str, object],
    actor: str | None = None,
    keyed_by: datetime | None = None,
) -> tuple[str, dict[str, Any]]:
    """Keeps a decision and its `facts` with who, when and why; returns the key and the object.

    :param actor: a program that does it by itself; a person has to give a reason
    :param keyed_by: the moment in the key, where a program that runs again must find what it put
    Raises ReasonMissing, StoreError; ObjectExists where an object of that moment is there already.
    """
    if actor is None and not reason.strip():
        raise ReasonMissing(verdict)
    moment = datetime.now(SHANGHAI)
    kept = {**facts, "at": moment.isoformat(), "actor": actor or getpass.getuser(), "reason": reason}
    key = f"{folder}/{keyed_by or moment:%Y%m%dT%H%M%S%f}-{verdict}.json"
    lake.put_once(BUCKET, key, json.dumps(kept, ensure_ascii=False, indent=1).encode())
    return key, kept


def put_decision(
    lake: Lake,
    kind: Kind,
    number: str,
    verdict: str,
    reason: str,
    undoes: str | None = None,
    about: Mapping[str, str | None] | None = None,
) -> Decision:
    """Keeps what a steward says about a number. Raises ReasonMissing, StoreError, ObjectExists."""
    facts = {**(about or {}), kind.number: number, "verdict": verdict, "undoes": undoes}
    return as_decision(kind, *write_decision(lake, f"{kind.folder}/{number}", verdict, reason, facts))


def as_decision(kind: Kind, key: str, kept: Mapping[str, Any]) -> Decision:
    """A decision as it lies under its key; its moment is Shanghai wall time without a zone, as in the whole lake."""
    return Decision(
        key.rsplit("/", 1)[-1].removesuffix(".json"),
        kept[kind.number],
        kept["verdict"],
        datetime.fromisoformat(kept["at"]).astimezone(SHANGHAI).replace(tzinfo=None),
        kept["actor"],
        kept["reason"],
        kept["undoes"],
        {name: value for name, value in kept.items() if name not in (*_OWN, kind.number)},
    )


def read_decisions(lake: Lake, kind: Kind, number: str = "") -> list[Decision]:
    """Everything that was decided, about one number or all, oldest first about a number. Raises StoreError."""
    prefix = f"{kind.folder}/{number}/" if number else f"{kind.folder}/"
    keys = sorted(item.key for item in lake.list(BUCKET, prefix))
    return [as_decision(kind, key, json.loads(lake.get(BUCKET, key))) for key in keys]


def standing_decisions(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The decision that stands, by number; none where all were taken back.

    :param decisions: oldest first about a number
    """
    decisions = list(decisions)
    undone = {(one.number, one.undoes) for one in decisions if one.verdict == UNDO}
    valid = [one for one in decisions if one.verdict != UNDO and (one.number, one.decision_id) not in undone]
    return {one.number: one for one in valid}
