"""Whether a delivery that was read is taken or held: a pure function of its figures, of the deliveries before it, of
the rows that came back corrected, and of what a data steward decided.

Because it is pure it can be asked again when any of these changes, and the order in which files came does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from citylake.contracts import Contract
from citylake.contracts.revisions import BESIDE, WITHDRAWN
from citylake.staging.volume import check_volume, reason_of_checks, words_of_checks

OVER_THRESHOLD, RELEASED, EMPTY = "delivery.over_threshold", "delivery.released", "file.no_records"
Verdict = dict[str, Any]


def judge(
    contract: Contract,
    outcome: Mapping[str, Any],
    earlier: Sequence[Mapping[str, Any]],
    *,
    rows_settled: int = 0,
    rows_replaced: int = 0,
) -> Verdict:
    """Status, reason_code, message and volume of a delivery.

    :param earlier: profiles of the last accepted whole deliveries with earlier periods, newest first
    :param rows_settled: rejected rows of this delivery that later answers brought right
    :param rows_replaced: accepted rows of the period that this delivery would replace
    """
    is_checked = outcome.get("profile") and outcome.get("delivery_kind") not in BESIDE
    volume = check_volume(contract, outcome["profile"], earlier) if is_checked else []
    if decided := _decided(outcome):
        return decided | {"volume": volume}
    if held := _reasons_to_hold(contract, outcome, earlier, volume, rows_settled, rows_replaced):
        return {"status": "held", "reason_code": held[0], "message": held[1], "volume": volume}
    message = "; ".join(outcome.get("warnings") or []) or None
    return {"status": "accepted", "reason_code": None, "message": message, "volume": volume}


def _decided(outcome: Mapping[str, Any]) -> Verdict | None:
    """What people decided goes before what figures say; of two decisions the later one counts."""
    if by := outcome.get("withdrawn_by"):
        message = f"已撤回 ({by}), 该期恢复为撤回前的版本"
        return {"status": "superseded", "reason_code": WITHDRAWN, "message": message}
    for one in reversed(outcome.get("decisions") or []):
        if one["event"] == "withdraw":
            message = f"{one['actor']} 撤回: {one['reason']}"
            return {"status": "superseded", "reason_code": WITHDRAWN, "message": message}
        if one["event"] == "release":
            message = f"{one['actor']} 核准放行: {one['reason']}"
            return {"status": "accepted", "reason_code": RELEASED, "message": message}
    return None


def _reasons_to_hold(
    contract: Contract,
    outcome: Mapping[str, Any],
    earlier: Sequence[Mapping[str, Any]],
    volume: Sequence[Mapping[str, Any]],
    rows_settled: int,
    rows_replaced: int,
) -> tuple[str, str] | None:
    """The first reason code, and in words what to do."""
    if words := _over_threshold(contract, outcome, rows_settled):
        return OVER_THRESHOLD, words
    if not outcome["rows_accepted"] + outcome["rows_rejected"] and (words := _empty(earlier, rows_replaced)):
        return EMPTY, words
    reason, words = reason_of_checks(volume), words_of_checks(contract, volume)
    return (reason, words) if reason and words else None


def _over_threshold(contract: Contract, outcome: Mapping[str, Any], rows_settled: int) -> str | None:
    """Too many rows, or too large a share of them, were rejected and are not corrected yet.

    An answer to a correction list is often small and partly right: a share says nothing of it.
    """
    limit, accepted, rejected = contract.reject, outcome["rows_accepted"], outcome["rows_rejected"] - rows_settled
    share = rejected / (accepted + rejected) if rejected else 0.0
    share_counts = outcome["delivery_kind"] not in BESIDE
    if rejected <= limit.rows_at_most and not (share_counts and share > limit.share_at_most):
        return None
    return (
        f"拒收 {rejected} 行, 占 {share:.2%}, 超过契约上限"
        f" ({limit.rows_at_most} 行或 {limit.share_at_most:.0%}); 整批暂存, 未发布。"
        " 下一步: 按校核单更正后重报, 或由数据管理员核准放行"
    )


def _empty(earlier: Sequence[Mapping[str, Any]], rows_replaced: int) -> str | None:
    """A file with a header alone is a statement that nothing happened; taken without asking where that is usual."""
    if rows_replaced:
        return (
            f"只有表头, 没有数据行, 而该期已入库 {rows_replaced} 行; 整批暂存, 原有数据不变。"
            " 下一步: 确要作废的, 报撤回文件 (文件名末尾加 _撤回); 导出有误的, 重新导出后重报"
        )
    if any(one["rows"] == 0 for one in earlier):
        return None
    return (
        "只有表头, 没有数据行, 近期没有过空报; 整批暂存, 未发布。"
        " 下一步: 部门确认该期确无数据, 由数据管理员放行; 导出有误的, 重新导出后重报"
    )
