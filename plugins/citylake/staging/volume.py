"""Volume checks: a delivery that departs from the last seven of its dataset is held until a data steward confirms it.

Pure functions over profiles: the same deliveries give the same verdicts, in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from citylake.contracts import Contract

LAST = 7
ROWS, NULLS, GROUP_GONE = "delivery.volume_rows", "delivery.volume_nulls", "delivery.volume_group_gone"
_REASONS = {"rows": ROWS, "null_share": NULLS, "group_gone": GROUP_GONE}


def check_volume(
    contract: Contract, profile: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """One entry a check: check, subject (a column or group), value seen, usual value, low, high, is_held.

    `earlier`: profiles of the last accepted whole deliveries with earlier periods, at most seven count. Without terms
    in the contract, or with too few to compare with, there is no check.
    """
    terms, compared = contract.volume, list(earlier)[:LAST]
    if terms is None or len(compared) < terms.after:
        return []
    usual = median(one["rows"] for one in compared)
    low, high = usual * (1 - terms.rows_down_at_most), usual * (1 + terms.rows_up_at_most)
    checks = [_check("rows", None, profile["rows"], usual, low, high)]
    for column in contract.key:
        share = median(one["null_share"].get(column, 0.0) for one in compared)
        seen = profile["null_share"].get(column, 0.0)
        checks.append(_check("null_share", column, seen, share, 0.0, share + terms.null_share_up_at_most))
    for group in sorted(set.intersection(*(set(one["groups"]) for one in compared)) if terms.groups else ()):
        rows = median(one["groups"][group] for one in compared)
        checks.append(_check("group_gone", group, profile["groups"].get(group, 0), rows, 1, None))
    return checks


def _check(
    check: str, subject: str | None, value: float, usual: float, low: float, high: float | None
) -> dict[str, Any]:
    limits = {"low": round(low, 4), "high": None if high is None else round(high, 4)}
    is_held = value < low or (high is not None and value > high)
    return {"check": check, "subject": subject, "value": value, "usual": round(usual, 4), **limits, "is_held": is_held}


def reason_of_checks(checks: Sequence[Mapping[str, Any]]) -> str | None:
    """The reason code of the first check that was not passed."""
    return next((_REASONS[one["check"]] for one in checks if one["is_held"]), None)


def words_of_checks(contract: Contract, checks: Sequence[Mapping[str, Any]]) -> str | None:
    """What departs from the last deliveries, for a clerk and a steward, with the next action."""
    failed = [_words(contract, one) for one in checks if one["is_held"]]
    if not failed:
        return None
    return (
        "; ".join(failed) + "; 整批暂存, 未发布。下一步: 部门核对是否漏报、重报或口径有变, 更正后重报;"
        " 情况属实的, 由数据管理员说明理由放行"
    )


def _words(contract: Contract, one: Mapping[str, Any]) -> str:
    if one["check"] == "rows":
        return f"行数 {one['value']:,}, 近期通常 {one['usual']:,.0f}, 允许 {one['low']:,.0f} 至 {one['high']:,.0f}"
    if one["check"] == "null_share":
        name = contract.columns[one["subject"]].zh
        return f"{name}空缺 {one['value']:.1%}, 近期通常 {one['usual']:.1%}, 至多 {one['high']:.1%}"
    group = contract.columns[contract.volume.groups].zh if contract.volume and contract.volume.groups else "分组"
    return f"{group} {one['subject']} 一行也没有, 近期通常 {one['usual']:,.0f} 行, 至少应有 {one['low']:.0f} 行"
