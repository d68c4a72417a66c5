"""Where a delivery stands among those of its dataset and period: new, revision, duplicate, or nothing to take back.

A whole delivery (full, increment, event) replaces the one before it. A correction or a supplement stands beside the
whole revision it was landed on, and falls with it. A withdrawal takes back one of these; the one before stands again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Manifest = dict[str, Any]
PARTIAL = ("correction", "supplement")


def rank(manifest: Manifest, earlier: list[Manifest], is_refused: Callable[[str], bool]) -> Manifest:
    """What a manifest says beyond the file itself: status, revision_no, reason, corrects, withdraws.

    `earlier` are all manifests of the same dataset and period; `is_refused` tells of a delivery id whether staging
    could not take it at all.
    """
    landed = sorted((one for one in earlier if one["status"] == "landed"), key=lambda one: one["revision_no"])
    gone = _withdrawn(landed)
    standing = [one for one in landed if one["delivery_id"] not in gone and one["delivery_kind"] != "withdrawal"]
    wholes = [one for one in standing if one["delivery_kind"] not in PARTIAL]
    kind = manifest["delivery_kind"]
    facts: Manifest = {"corrects": None, "withdraws": None}
    if kind == "withdrawal":
        named = manifest["withdraws"]
        same = [one for one in landed[-1:] if named in (None, one.get("withdraws"))]
        target = _target(manifest, landed, gone, wholes, is_refused)
        if target is None and not _is_same(manifest, same):
            return facts | _refused()
        facts["withdraws"] = target
    elif kind in PARTIAL:
        facts["corrects"] = wholes[-1]["delivery_id"] if wholes else None
        beside = [one for one in standing if one["delivery_kind"] == kind and one.get("corrects") == facts["corrects"]]
        # A correction after another one goes back to what it says; rows that were added are there whatever came since.
        same = beside[-1:] if kind == "correction" else beside
    else:
        # The same bytes again are a duplicate only while nothing else came in between: A, B, A goes back to A.
        same = wholes[-1:]
    if twin := _is_same(manifest, same):
        return facts | _duplicate(twin)
    number = 1 + max((one["revision_no"] for one in landed), default=0)
    return facts | {"status": "landed", "revision_no": number, "reason_code": None, "message": None}


def is_revision(manifest: Manifest) -> bool:
    """Whether a landed delivery replaces an earlier one whole."""
    return manifest["delivery_kind"] not in (*PARTIAL, "withdrawal") and manifest["revision_no"] > 1


def _withdrawn(landed: list[Manifest]) -> set[str]:
    """Deliveries that were taken back; a withdrawal can be taken back itself, so the newest one has its say first."""
    gone: set[str] = set()
    for one in reversed(landed):
        if one["delivery_kind"] == "withdrawal" and one["delivery_id"] not in gone:
            gone.add(one["withdraws"])
    return gone


def _target(
    manifest: Manifest,
    landed: list[Manifest],
    gone: set[str],
    wholes: list[Manifest],
    is_refused: Callable[[str], bool],
) -> str | None:
    """The delivery that a withdrawal takes back: the one it names, else the newest whole one that can be published."""
    if named := manifest["withdraws"]:
        return named if named in {one["delivery_id"] for one in landed} - gone else None
    newest_first = (one["delivery_id"] for one in reversed(wholes))
    return next((delivery for delivery in newest_first if not is_refused(delivery)), None)


def _is_same(manifest: Manifest, others: list[Manifest]) -> Manifest | None:
    found = (one for one in others if one["delivery_kind"] == manifest["delivery_kind"] or _both_whole(one, manifest))
    return next((one for one in found if one["file_sha256"] == manifest["file_sha256"]), None)


def _both_whole(one: Manifest, other: Manifest) -> bool:
    return {one["delivery_kind"], other["delivery_kind"]}.isdisjoint((*PARTIAL, "withdrawal"))


def _duplicate(twin: Manifest) -> Manifest:
    return {
        "status": "duplicate",
        "revision_no": twin["revision_no"],
        "landing_key": twin["landing_key"],
        "reason_code": "delivery.duplicate",
        "message": f"与 {twin['delivery_id']} 内容相同, 已登记, 不重复处理",
    }


def _refused() -> Manifest:
    return {
        "status": "refused",
        "revision_no": 0,
        "reason_code": "withdrawal.nothing_stands",
        "message": "该期没有可以撤回的交付; 下一步: 核对账期, 或以 --withdraws 指明要撤回的交付编号",
    }
