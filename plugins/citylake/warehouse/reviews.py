"""The queue of doubtful matches as a data steward works on it: what is published, and what was decided since.

Questions come from `quality.fct_match_reviews` of the published version, decisions from the store, so that a steward
sees a decision at once; the tables follow with the next build.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl

from citylake.decisions import MATCHES, UNDO, Decision, put_decision, read_decisions, standing_decisions
from citylake.errors import UsageError
from citylake.lake import Lake
from citylake.settings import Settings
from citylake.warehouse.query import read
from citylake.warehouse.tables import text
from citylake.warehouse.versions import Role

Verdict = Literal["same", "different", "accept"]
# Where a kind of real thing has its golden rows, and the column of their number.
DIMENSIONS = {
    "person": ("base.dim_persons", "person_id"),
    "legal_entity": ("base.dim_legal_entities", "legal_entity_id"),
    "certificate": ("base.dim_certificates", "certificate_id"),
    "credit_subject": ("base.dim_credit_subjects", "credit_subject_id"),
    "place": ("base.dim_places", "place_id"),
}
_SHOWN_RECORDS = 20
_QUEUE = """
    select
        reviews.review_id, reviews.entity_type, reviews.kind, reviews.dataset_id, deliveries.department_zh,
        reviews.delivery_id, reviews.file_name, reviews.sheet_name, reviews.line_number, reviews.role,
        reviews.subject_id, reviews.candidate_id, reviews.score, reviews.reason_zh, reviews.evidence,
        reviews.decision as built_with
    from quality.fct_match_reviews as reviews
    left join quality.fct_deliveries as deliveries using (delivery_id)
"""


class ReviewUnknown(UsageError):
    """The published version has no review of this number."""

    def __init__(self, review_id: str) -> None:
        super().__init__(f"已发布版本中没有复核 {review_id}", action="citylake reviews list --all 列出复核编号")
        self.review_id = review_id


class CandidateMissing(UsageError):
    """A record can only be the same as something: this review names no candidate."""

    def __init__(self, review_id: str) -> None:
        super().__init__(
            f"复核 {review_id} 没有候选对象, 不能裁定为 same",
            action=f"citylake reviews decide {review_id} accept (保持现状) 或 different (分开)",
        )
        self.review_id = review_id


class ReviewDecided(UsageError):
    """A decision about this review stands already."""

    def __init__(self, review_id: str, standing: Decision) -> None:
        who = f"{standing.decided_by} 于 {standing.decided_at:%Y-%m-%d %H:%M}"
        super().__init__(
            f"复核 {review_id} 已由 {who} 裁定为 {standing.verdict}",
            action=f"要改判先撤销: citylake reviews undo {review_id} --reason …",
        )
        self.review_id = review_id
        self.standing = standing


class NothingToUndo(UsageError):
    """No decision about this review stands."""

    def __init__(self, review_id: str) -> None:
        super().__init__(f"复核 {review_id} 没有有效的裁定, 无可撤销", action=f"citylake reviews history {review_id}")
        self.review_id = review_id


@dataclass(frozen=True)
class Review:
    """One doubtful match. `is_pending`: what stands was decided after the published version was built."""

    review_id: str
    entity_type: str | None
    kind: str | None
    dataset_id: str | None
    department_zh: str | None
    delivery_id: str | None
    file_name: str | None
    sheet_name: str | None
    line_number: int | None
    role: str | None
    subject_id: str | None
    candidate_id: str | None
    score: float | None
    reason_zh: str | None
    evidence: str | None
    status: str
    decision: str | None
    decided_at: datetime | None
    is_pending: bool

    @property
    def department_id(self) -> str | None:
        """The department whose dataset raised it: the part of the dataset's name before `__`."""
        return self.dataset_id and self.dataset_id.split("__", 1)[0]


@dataclass(frozen=True)
class Comparison:
    """A review with what it is about: golden rows (column, where the record stands, candidate), records, conflicts."""

    review: Review
    values: list[tuple[str, Any, Any]]
    records: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]


def read_reviews(settings: Settings, role: Role = "analyst") -> list[Review]:
    """The whole queue, open reviews first, the likeliest before the others.

    Raises NothingYetPublished, StoreError.
    """
    standing = standing_decisions(read_decisions(Lake(settings), MATCHES))
    found = [_review(row, standing.get(row["review_id"])) for row in read(_QUEUE, role, settings).to_dicts()]
    return sorted(found, key=lambda one: (one.status != "open", -(one.score or 0), one.review_id))


def compare(settings: Settings, review_id: str, role: Role = "analyst") -> Comparison:
    """What a steward looks at before deciding. Without the role of an operator personal values are not there.

    Raises ReviewUnknown, NothingYetPublished, StoreError.
    """
    review = _find(settings, review_id, role)
    sides = [one for one in (review.subject_id, review.candidate_id) if one]
    if not sides or review.entity_type not in DIMENSIONS:
        return Comparison(review, [], [], [])
    table, key = DIMENSIONS[review.entity_type]
    listed = ", ".join(text(one) for one in sides)
    same_thing = f"entity_type = {text(review.entity_type)} and entity_id in ({listed})"
    golden = read(f"select * from {table} where {key} in ({listed})", role, settings)
    records = f"""
        select entity_id, dataset_id, file_name, sheet_name, line_number, role, match_rule, match_score
        from base.fct_entity_links where {same_thing}
        order by all limit {_SHOWN_RECORDS}"""
    conflicts = f"""
        select entity_id, attribute, winner_department, winner_value, loser_department, loser_value
        from quality.fct_attribute_conflicts where {same_thing} order by all limit {_SHOWN_RECORDS}"""
    return Comparison(
        review,
        _side_by_side(golden, key, review),
        read(records, role, settings).to_dicts(),
        read(conflicts, role, settings).to_dicts(),
    )


def decide(settings: Settings, review_id: str, decision: Verdict, reason: str) -> Decision:
    """Keeps a decision; it takes effect with the next build.

    Raises ReviewUnknown, CandidateMissing, ReviewDecided, ReasonMissing, StoreError.
    """
    review, lake = _find(settings, review_id), Lake(settings)
    if decision == "same" and review.candidate_id is None:
        raise CandidateMissing(review_id)
    if standing := standing_decisions(read_decisions(lake, MATCHES, review_id)).get(review_id):
        raise ReviewDecided(review_id, standing)
    return put_decision(lake, MATCHES, review_id, decision, reason)


def undo(settings: Settings, review_id: str, reason: str) -> Decision:
    """Takes back the decision that stands. Raises NothingToUndo, ReasonMissing, StoreError."""
    lake = Lake(settings)
    standing = standing_decisions(read_decisions(lake, MATCHES, review_id)).get(review_id)
    if standing is None:
        raise NothingToUndo(review_id)
    return put_decision(lake, MATCHES, review_id, UNDO, reason, undoes=standing.decision_id)


def history(settings: Settings, review_id: str = "") -> list[Decision]:
    """Everything that was decided and taken back, oldest first, of one review or of all. Raises StoreError."""
    return sorted(read_decisions(Lake(settings), MATCHES, review_id), key=lambda one: one.decision_id)


def _find(settings: Settings, review_id: str, role: Role = "analyst") -> Review:
    found = next((one for one in read_reviews(settings, role) if one.review_id == review_id), None)
    if found is None:
        raise ReviewUnknown(review_id)
    return found


def _review(row: dict[str, Any], standing: Decision | None) -> Review:
    built_with = row.pop("built_with")
    decision = standing.verdict if standing else None
    status = "open" if decision is None else "lapsed" if row["entity_type"] is None else "decided"
    decided_at = standing.decided_at if standing else None
    return Review(**row, status=status, decision=decision, decided_at=decided_at, is_pending=decision != built_with)


def _side_by_side(golden: pl.DataFrame, key: str, review: Review) -> list[tuple[str, Any, Any]]:
    rows = {row[key]: row for row in golden.to_dicts()}
    subject, candidate = rows.get(review.subject_id, {}), rows.get(review.candidate_id, {})
    return [(column, subject.get(column), candidate.get(column)) for column in golden.columns]
