"""What waits for somebody: held and refused deliveries, open correction lists, and whose turn it is.

Read from the store, so that a steward sees it right after staging, whatever the published version says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from citylake.contracts import Contracts, load_contracts
from citylake.contracts.reasons import reason_of
from citylake.errors import UsageError
from citylake.lake import Lake
from citylake.orchestration.correction_lists import DEPARTMENT, STEWARD, CorrectionList, read_correction_lists
from citylake.orchestration.receipt_facts import answer_due_at
from citylake.orchestration.records import Record, read_records
from citylake.settings import SHANGHAI, Settings, now

SYSTEM = "夜间任务"
STATUSES = {"held": "暂存", "refused": "拒收", "waiting": "待治理", "rows": "有退回行"}
OVER_THRESHOLD = "delivery.over_threshold"
# A file that no contract knows and that nobody sent again is history after so long.
_UNKNOWN_FOR = timedelta(days=30)


class DeliveryUnknown(UsageError):
    """No delivery of this id is in the store."""

    def __init__(self, delivery_id: str) -> None:
        super().__init__(f"没有交付 {delivery_id}", action="citylake quarantine list 列出交付编号")
        self.delivery_id = delivery_id


class RequestUnknown(UsageError):
    """No correction list of this number was ever sent."""

    def __init__(self, request: str) -> None:
        super().__init__(f"没有校核单 {request}", action="citylake corrections list --all 列出校核单号")
        self.request = request


@dataclass(frozen=True)
class Case:
    """One delivery that waits: why, since when, for whom, until when."""

    delivery_id: str
    department_id: str
    department_zh: str
    dataset_id: str | None
    dataset_zh: str
    business_period: str
    file_name: str
    status: str
    status_zh: str
    reason_code: str | None
    why: str
    since: datetime
    days: int
    due_at: datetime | None
    turn: str
    rows_rejected: int
    rows_open: int


@dataclass(frozen=True)
class Docket:
    """Everything that deliveries have left to do, as of a moment."""

    as_of: datetime
    contracts: Contracts
    records: list[Record]
    lists: list[CorrectionList]
    cases: list[Case]

    def record(self, delivery_id: str) -> Record:
        """A delivery by its id, or by the number of its correction list. Raises DeliveryUnknown."""
        wanted = delivery_id.removeprefix("JH-")
        found = next((one for one in self.records if one.delivery_id == wanted), None)
        if found is None:
            raise DeliveryUnknown(delivery_id)
        return found

    def correction_list(self, request: str) -> CorrectionList:
        """A correction list by its number, or by its delivery. Raises RequestUnknown."""
        wanted = request.removeprefix("JH-")
        found = next((one for one in self.lists if one.delivery_id == wanted), None)
        if found is None:
            raise RequestUnknown(request)
        return found


def read_docket(settings: Settings, business_date: date | None = None) -> Docket:
    """Reads what has landed and been staged for periods up to the business date (None: all). Raises StoreError."""
    lake, contracts = Lake(settings), load_contracts(settings.contracts)
    as_of = moment_of(business_date)
    records = read_records(lake, settings, business_date)
    lists = read_correction_lists(lake, settings, contracts, records, as_of)
    return Docket(as_of, contracts, records, lists, _cases(records, lists, contracts, as_of))


def moment_of(business_date: date | None) -> datetime:
    """The moment that a business date is judged at: its end, or now while it lasts."""
    if business_date is None:
        return now()
    return min(now(), datetime.combine(business_date + timedelta(days=1), time(), SHANGHAI))


def _cases(
    records: Sequence[Record], lists: Sequence[CorrectionList], contracts: Contracts, as_of: datetime
) -> list[Case]:
    open_lists = {one.delivery_id: one for one in lists if one.status != "closed"}
    found = []
    for record in records:
        status = _status(record, records, open_lists, as_of)
        if status:
            found.append(_case(record, status, open_lists.get(record.delivery_id), contracts, as_of))
    return found


def _status(
    record: Record, records: Sequence[Record], open_lists: dict[str, CorrectionList], as_of: datetime
) -> str | None:
    """What a delivery waits as; None for one that waits for nothing."""
    if record.status is None:
        return "waiting"
    if record.status in ("held", "refused") and not _is_replaced(record, records, as_of):
        return record.status
    return "rows" if record.status == "accepted" and record.delivery_id in open_lists else None


def _is_replaced(record: Record, records: Sequence[Record], as_of: datetime) -> bool:
    """Whether a later delivery took the place of one that was held or refused."""
    later = [one for one in records if one.order > record.order]
    if record.dataset_id is None:
        same = any(one.dataset_id and one.manifest["file_sha256"] == record.manifest["file_sha256"] for one in later)
        return same or as_of - record.received_at > _UNKNOWN_FOR
    taken = [one for one in later if one.slot == record.slot and one.status == "accepted"]
    return any(one.is_whole or not record.is_whole for one in taken)


def _case(
    record: Record, status: str, correction_list: CorrectionList | None, contracts: Contracts, as_of: datetime
) -> Case:
    contract, department = contracts.datasets.get(record.dataset_id or ""), record.department_id or ""
    due = correction_list.due_at if correction_list else answer_due_at(record, contracts)
    code = record.fact("reason_code")
    if status == "rows" and correction_list:
        why = f"{correction_list.rows_open:,} 行待更正 ({correction_list.status_zh})"
    else:
        why = str(record.fact("message") or (reason_of(code).zh if code else "已归集, 尚未治理"))
    return Case(
        delivery_id=record.delivery_id,
        department_id=department,
        department_zh=record.manifest.get("department_zh") or contracts.departments.get(department, "未识别"),
        dataset_id=record.dataset_id,
        dataset_zh=contract.title.zh if contract else "",
        business_period=record.manifest.get("business_period") or "",
        file_name=record.manifest["file_name"],
        status=status,
        status_zh=STATUSES[status],
        reason_code=code,
        why=" ".join(why.split("下一步")[0].split()).rstrip(" ;。"),
        since=record.received_at,
        days=max((as_of - record.received_at).days, 0),
        due_at=due,
        turn=_turn(record, status, correction_list, due, as_of),
        rows_rejected=(record.outcome or {}).get("rows_rejected") or 0,
        rows_open=correction_list.rows_open if correction_list else 0,
    )


def _turn(
    record: Record, status: str, correction_list: CorrectionList | None, due: datetime | None, as_of: datetime
) -> str:
    """Whose move it is: a department corrects until its time is over; what only looks odd a steward confirms."""
    if status == "waiting":
        return SYSTEM
    if status == "rows" and correction_list:
        return correction_list.turn
    if status == "held" and record.fact("reason_code") != OVER_THRESHOLD:
        return STEWARD
    return STEWARD if due and due < as_of else DEPARTMENT
