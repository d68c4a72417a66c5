"""Which deliveries of one dataset and period count: the rule that staging and warehouse share.

Whole deliveries (full, increment, event) replace one another: the newest that was taken stands. A correction or
supplement stands beside the whole delivery it came after, and falls with it. A withdrawal takes one back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

WITHDRAWN = "delivery.withdrawn"
CORRECTION = "correction"
BESIDE = frozenset({CORRECTION, "supplement"})
WITHDRAWAL = "withdrawal"


@dataclass(frozen=True)
class Revision:
    """One delivery as the rule sees it. `status`: of its outcome; `reason_code` tells what was withdrawn."""

    delivery_id: str
    revision_no: int
    delivery_kind: str | None
    status: str
    reason_code: str | None

    @property
    def is_whole(self) -> bool:
        return self.delivery_kind not in BESIDE and self.delivery_kind != WITHDRAWAL

    @property
    def was_taken(self) -> bool:
        """Accepted now, or until it was withdrawn."""
        return self.status == "accepted" or self.reason_code == WITHDRAWN


def standing(revisions: Iterable[Revision]) -> set[str]:
    """Delivery ids of one dataset and period whose rows count. A withdrawal stands too; it has no rows."""
    taken = sorted((one for one in revisions if one.was_taken), key=lambda one: one.revision_no)
    whole = [one for one in taken if one.is_whole]
    newest = max((one.revision_no for one in whole if one.status == "accepted"), default=0)

    def stands(one: Revision) -> bool:
        if one.is_whole:
            return one.revision_no == newest
        base = max((other.revision_no for other in whole if other.revision_no < one.revision_no), default=0)
        return base == newest or one.delivery_kind == WITHDRAWAL

    return {one.delivery_id for one in taken if one.status == "accepted" and stands(one)}
