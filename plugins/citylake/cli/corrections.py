"""`citylake corrections`: the correction lists (校核单) sent back to departments, their lines, history and state."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated, Literal

import typer

from citylake.cli.console import DateOption, JsonOption, business_date, console, show_json, show_table
from citylake.cli.quarantine import Department, Reason, Rows
from citylake.errors import UsageError
from citylake.orchestration import minio_server
from citylake.settings import SHANGHAI, get_settings

app = typer.Typer(help="校核单: 退回部门更正的清单 / lists sent back to departments", no_args_is_help=True)

Request = Annotated[str, typer.Argument(help="校核单号 JH-… / request id")]


@app.command("list")
def list_corrections(
    date: DateOption = None,
    department: Department = None,
    all: Annotated[bool, typer.Option("--all", help="也列出已办结的 / closed ones too")] = False,
    json: JsonOption = False,
) -> None:
    """校核单及其状态: 还有几行, 截止何时, 轮到谁 / correction lists: rows open, due when, whose turn."""
    from citylake.orchestration.docket import read_docket

    with minio_server.running_store(get_settings()) as settings:
        docket = read_docket(settings, business_date(date) if date else None)
    found = [one for one in docket.lists if department in (None, one.department_id, one.department_zh)]
    shown = [one for one in found if all or one.status != "closed"]
    if json:
        show_json(shown)
        return
    show_table(
        f"校核单 {len(shown)} 份, 已办结 {sum(one.status == 'closed' for one in found)} 份",
        ["校核单号 request", "部门", "数据集", "账期", "状态", "退回", "未办", "发出", "限期", "天数", "轮到"],
        [
            (
                one.request_id,
                one.department_zh,
                one.dataset_zh,
                one.business_period,
                one.status_zh,
                one.rows_rejected,
                one.rows_open,
                f"{one.opened_at:%m-%d %H:%M}",
                f"{one.due_at:%m-%d %H:%M}" if one.due_at else "",
                one.days,
                one.turn,
            )
            for one in shown
        ],
        numbers=[5, 6, 9],
    )


@app.command("show")
def show_correction(request: Request, rows: Rows = 50, json: JsonOption = False) -> None:
    """一份校核单: 逐行的问题、是否已销号、经过 / its lines, which are settled, and its history."""
    from citylake.orchestration.docket import read_docket
    from citylake.orchestration.quarantined import read_quarantined

    with minio_server.running_store(get_settings()) as settings:
        docket = read_docket(settings)
        found = docket.correction_list(request)
        lines = read_quarantined(settings, docket.record(found.delivery_id), docket.records, rows, rejected_only=True)
    if json:
        show_json({"request": found, "rows_in_list": lines.total, "rows": lines.rows})
        return
    state = [f"{found.status_zh}: 退回 {found.rows_rejected:,} 行, 未办 {found.rows_open:,} 行"]
    state += [f"限 {found.due_at:%Y-%m-%d %H:%M}"] if found.due_at else []
    state += [f"轮到{found.turn}"] if found.turn else [f"办结: {found.closed_by}"]
    about = (found.request_id, found.department_zh, found.dataset_zh, found.business_period)
    console.print(" · ".join(about), markup=False, highlight=False)
    console.print(", ".join(state), markup=False, highlight=False, soft_wrap=True)
    show_table(
        lines.title("问题"),
        ["工作表", "行", "列", "原值", "问题", "怎么改", "状态"],
        [
            (one.sheet, one.line, one.column, one.value, one.reason_zh, one.action_zh, one.status_zh)
            for one in lines.rows
        ],
        numbers=[1],
    )
    show_table(
        "经过", ["时间", "事项", "经办"], [(f"{one.at:%Y-%m-%d %H:%M}", one.words, one.actor) for one in found.events]
    )


@app.command()
def export(
    delivery: Annotated[str | None, typer.Option(help="交付编号或校核单号 / delivery or request id")] = None,
    department: Department = None,
    out: Annotated[Path | None, typer.Option(help="写入文件夹, 缺省 CITYLAKE_HOME/receipts / folder")] = None,
) -> None:
    """导出回执与校核单 XLSX, 缺省为全部未办结的 / writes receipts as XLSX: those of open lists unless one is named."""
    from citylake.orchestration.docket import read_docket
    from citylake.orchestration.receipts import export_receipts

    with minio_server.running_store(get_settings()) as settings:
        docket = read_docket(settings)
        if delivery:
            wanted = [docket.record(delivery)]
        else:
            chosen = [one for one in docket.lists if department in (None, one.department_id, one.department_zh)]
            wanted = [docket.record(one.delivery_id) for one in chosen if one.status != "closed"]
        paths = export_receipts(settings, wanted, docket.records, out or settings.root / "receipts")
    for path in paths:
        console.print(str(path), markup=False, highlight=False, soft_wrap=True)
    console.print(f"已导出 {len(paths)} 份。含个人信息, 只交给报送的部门")


@app.command()
def dispute(request: Request, reason: Reason) -> None:
    """登记部门的异议, 轮到数据管理员 / the department disputes the list: it is the steward's turn."""
    _decide(request, "dispute", reason)
    console.print(f"已登记异议 {request}; 下一步: citylake corrections close, 或改契约后 citylake quarantine replay")


@app.command()
def close(request: Request, reason: Reason) -> None:
    """办结一份校核单, 未更正的行不再催办 / closes a list: its open rows are no longer asked for."""
    _decide(request, "close", reason)
    console.print(f"已办结 {request}")


@app.command()
def extend(
    request: Request,
    reason: Reason,
    until: Annotated[str, typer.Option(help="新的截止日期 2025-10-20 (当日 18:00) / new due date")],
) -> None:
    """延长一份校核单的期限 / gives the department more time."""
    due = datetime.combine(business_date(until), time(18), SHANGHAI)
    _decide(request, "extend", reason, due)
    console.print(f"{request} 延期至 {due:%Y-%m-%d %H:%M}")


def _decide(
    request: str, event: Literal["dispute", "close", "extend"], reason: str, due_at: datetime | None = None
) -> None:
    """Keeps a decision about an open list. Raises RequestUnknown, RequestClosed."""
    from citylake.orchestration.docket import read_docket
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        found = read_docket(settings).correction_list(request)
        if found.status == "closed":
            raise RequestClosed(found.request_id, found.closed_by or "")
        review.decide(settings, found.delivery_id, event, reason, due_at)


class RequestClosed(UsageError):
    """Nothing is left to decide about a closed list."""

    def __init__(self, request: str, closed_by: str) -> None:
        super().__init__(f"校核单 {request} 已办结 ({closed_by})", action=f"citylake corrections show {request}")
        self.request = request
