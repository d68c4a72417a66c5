"""Which datasets a file is for, which period, and what kind of delivery it is.

In this order: what was declared on delivery, a returned correction list (校核单), the file name by the contracts'
patterns, the same without the mark `_更正`, `_补报` or `_撤回`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, get_args

from citylake.contracts import Contract, Contracts, Period
from citylake.contracts.model import DeliveryKind
from citylake.errors import DateUnreadable
from citylake.lake import MANIFEST, Lake
from citylake.landing.arrivals import Arrival
from citylake.landing.names import UNKNOWN, answered_delivery, marked, split_key, unsafe_name

KINDS: tuple[str, ...] = get_args(DeliveryKind)
_NAME_ACTION = "核对文件名 (citylake contracts list), 或用 deliver --dataset --period 指明"


@dataclass(frozen=True)
class Recognised:
    """One dataset that a file delivers to; `withdraws` only where the department named the delivery."""

    contract: Contract
    period: Period
    kind: str
    answers: str | None = None
    withdraws: str | None = None


@dataclass(frozen=True)
class Unrecognised:
    """Why a file cannot be landed: a stable code, in words, and what to do."""

    reason_code: str
    message: str
    action: str


class Receipts:
    """Looks up the deliveries that returned correction lists answer, with one listing a department."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._keys: dict[str, dict[str, str]] = {}

    def manifest(self, department: str, delivery_id: str) -> dict[str, Any] | None:
        """The manifest of a department's own delivery; None when it has none of this id."""
        if department not in self._keys:
            found = (item.key for item in self._lake.list("landing", f"{department}/"))
            self._keys[department] = {key.split("/")[-2]: key for key in found if key.endswith(f"/{MANIFEST}")}
        key = self._keys[department].get(delivery_id)
        return json.loads(self._lake.get("landing", key)) if key else None


def recognise(arrival: Arrival, contracts: Contracts, receipts: Receipts) -> list[Recognised] | Unrecognised:
    """The datasets that a file is for: one, several for a workbook of several datasets, or why none."""
    if problem := unsafe_name(arrival.file_name):
        return Unrecognised("file.unsafe_name", problem, "改用不含路径的文件名重报")
    folder = split_key(arrival.item.key)[0]
    if arrival.department == UNKNOWN and folder != UNKNOWN:
        return Unrecognised(
            "file.unknown_dataset",
            f"收件箱文件夹 {folder!r} 不属于任何部门, 文件 {arrival.file_name!r} 未收",
            "改投本部门的文件夹 (citylake inbox list); 新部门先登记契约",
        )
    declared_kind = arrival.metadata.get("kind")
    if declared_kind is not None and declared_kind not in KINDS:
        return Unrecognised(
            "delivery.kind_unknown", f"没有交付方式 {declared_kind!r}", f"改用 {'、'.join(KINDS)} 之一重报"
        )
    withdraws, answered = arrival.metadata.get("withdraws"), answered_delivery(arrival.file_name)
    if delivery := withdraws or answered:
        about = _about(arrival, delivery, "withdrawal" if withdraws else "correction", contracts, receipts)
        if isinstance(about, list) or "dataset" not in arrival.metadata:
            return about
    found = _by_name(arrival.file_name, arrival.department, contracts)
    try:
        found = _as_declared(arrival, found, contracts)
    except DateUnreadable as error:
        return Unrecognised("file.unknown_dataset", error.message, error.action)
    if not found:
        return Unrecognised("file.unknown_dataset", f"没有契约认得文件 {arrival.file_name!r}", _NAME_ACTION)
    return found


def _about(
    arrival: Arrival, delivery_id: str, kind: str, contracts: Contracts, receipts: Receipts
) -> list[Recognised] | Unrecognised:
    """A returned correction list, or a withdrawal that names a delivery, is for that delivery's dataset and period."""
    manifest = receipts.manifest(arrival.department, delivery_id)
    contract = contracts.datasets.get((manifest or {}).get("dataset_id") or "")
    if manifest is None or contract is None:
        return Unrecognised(
            "receipt.unknown_delivery",
            f"交付编号 {delivery_id} 不是本部门已归集的交付",
            "不要改动校核单文件名中的交付编号; 核对是否寄错了部门",
        )
    period = Period.parse(manifest["business_period"])
    named = {"answers": delivery_id} if kind == "correction" else {"withdraws": delivery_id}
    return [Recognised(contract, period, kind, **named)]


def _by_name(name: str, department: str | None, contracts: Contracts) -> list[Recognised]:
    plain = [Recognised(one, period, one.delivery.mode) for one, period in contracts.of_file(name, department)]
    if plain or not (mark := marked(name)):
        return plain
    if mark.kind == "withdrawal":
        # What stands in the file is a reason in words, so its ending says nothing.
        named = [
            (one, period)
            for ending in sorted({_ending(contract) for contract in contracts.active})
            for one, period in contracts.of_file(mark.stem + ending, department)
        ]
    else:
        named = contracts.of_file(mark.stem + mark.ending, department)
    return [Recognised(one, period, mark.kind) for one, period in named]


def _ending(contract: Contract) -> str:
    _, dot, ending = contract.delivery.file_name.split("{period}")[1].partition(".")
    return dot + ending


def _as_declared(arrival: Arrival, found: list[Recognised], contracts: Contracts) -> list[Recognised]:
    """What was declared on delivery goes before what the name says; a department declares its own datasets only."""
    given = arrival.metadata
    period = Period.parse(given["period"]) if "period" in given else None
    if "dataset" in given:
        contract = contracts.datasets.get(given["dataset"])
        period = period or next((one.period for one in found), None)
        if contract is None or contract.department_id != arrival.department or period is None:
            return []
        mark = marked(arrival.file_name)
        found = [Recognised(contract, period, mark.kind if mark else contract.delivery.mode)]
    return [
        Recognised(one.contract, period or one.period, given.get("kind", one.kind), None, given.get("withdraws"))
        for one in found
    ]


def departments_of_name(name: str, contracts: Contracts) -> list[str]:
    """The departments whose contracts a file name fits."""
    return [one.contract.department_id for one in _by_name(name, None, contracts)]
