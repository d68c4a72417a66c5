"""What a data steward decides about a delivery that was held or refused: release it as it is, or stage it again."""

from __future__ import annotations

import getpass
import json
from datetime import datetime
from typing import Any

from citylake.errors import UsageError
from citylake.lake import Lake
from citylake.settings import SHANGHAI, Settings
from citylake.staging.deliveries import StagingSummary, stage


class DeliveryUnknown(UsageError):
    """No delivery of this id has been staged."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"没有已治理的交付 {delivery_id}", action="citylake quarantine list 列出交付编号")
        self.delivery_id = delivery_id


class DeliveryNotHeld(UsageError):
    """Only a held delivery can be released."""

    def __init__(self, delivery_id: str, status: str) -> None:
        super().__init__(
            f"交付 {delivery_id} 的状态是 {status}, 不是 held",
            action="拒收的文件请部门更正后重报; 契约修改后用 citylake quarantine replay 重新治理",
        )
        self.delivery_id = delivery_id
        self.status = status


def release(settings: Settings, delivery_id: str, reason: str) -> None:
    """Takes a held delivery as it is; who, when and why stay in its outcome and in `quality.fct_outcomes`.

    Raises DeliveryUnknown, DeliveryNotHeld, StoreError.
    """
    lake = Lake(settings)
    key, outcome = _outcome(lake, delivery_id)
    if outcome["status"] != "held":
        raise DeliveryNotHeld(delivery_id, outcome["status"])
    moment = datetime.now(SHANGHAI).isoformat()
    message = f"{getpass.getuser()} 核准放行: {reason}"
    step = {"step": "release", "status": "ok", "started_at": moment, "finished_at": moment}
    outcome["steps"].append(step | {"reason_code": "delivery.released", "message": message})
    outcome |= {"status": "accepted", "reason_code": "delivery.released", "message": message}
    lake.put("staging", key, json.dumps(outcome, ensure_ascii=False, indent=1).encode())


def replay(settings: Settings, delivery_id: str) -> StagingSummary:
    """Stages a delivery again by the contract of today, from the bytes as they landed.

    Raises DeliveryUnknown, StoreError.
    """
    lake = Lake(settings)
    key, outcome = _outcome(lake, delivery_id)
    lake.remove("staging", key)
    return stage(settings, dataset_id=outcome["dataset_id"])


def _outcome(lake: Lake, delivery_id: str) -> tuple[str, dict[str, Any]]:
    for item in lake.list("staging"):
        if item.key.endswith(f"/{delivery_id}/outcome.json"):
            return item.key, json.loads(lake.get("staging", item.key))
    raise DeliveryUnknown(delivery_id)
