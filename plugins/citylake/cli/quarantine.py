"""`citylake quarantine`: what is held, why, since when, whose turn it is; what a data steward decides about it."""

from __future__ import annotations

from typing import Annotated

import typer

from citylake.cli.console import DateOption, JsonOption, business_date, console, show_json, show_table
from citylake.orchestration import minio_server
from citylake.settings import get_settings

app = typer.Typer(help="隔离区: 被拒收的行与暂存的交付 / rejected rows and held deliveries", no_args_is_help=True)

Delivery = Annotated[str, typer.Argument(help="交付编号 / delivery id")]
Reason = Annotated[str, typer.Option(help="理由, 会保存 / why, kept with the delivery")]
Department = Annotated[str | None, typer.Option(help="部门 / one department only")]
Rows = Annotated[int, typer.Option(min=1, help="显示的行数 / rows shown")]


@app.command("list")
def list_quarantine(date: DateOption = None, department: Department = None, json: JsonOption = False) -> None:
    """暂存、拒收、有退回行的交付: 原因、起始、轮到谁 / what waits, why, since when, whose turn it is."""
    from citylake.orchestration.docket import read_docket

    with minio_server.running_store(get_settings()) as settings:
        docket = read_docket(settings, business_date(date) if date else None)
    cases = [one for one in docket.cases if department in (None, one.department_id, one.department_zh)]
    if json:
        show_json(cases)
        return
    show_table(
        f"隔离区 {len(cases)} 份, 截至 {docket.as_of:%Y-%m-%d %H:%M}",
        ["交付编号 delivery", "部门", "文件", "状态", "原因", "收到", "天数", "轮到", "限期"],
        [
            (
                one.delivery_id,
                one.department_zh,
                one.file_name,
                one.status_zh,
                one.why,
                f"{one.since:%m-%d %H:%M}",
                one.days,
                one.turn,
                f"{one.due_at:%m-%d %H:%M}" if one.due_at else "",
            )
            for one in cases
        ],
        numbers=[6],
    )


@app.command("show")
def show_quarantine(delivery: Delivery, rows: Rows = 50, json: JsonOption = False) -> None:
    """一份交付被拒收的单元格: 工作表、行、列、原值、原因、是否已销号 / the rejected cells of one delivery."""
    from citylake.orchestration.docket import read_docket
    from citylake.orchestration.quarantined import read_quarantined

    with minio_server.running_store(get_settings()) as settings:
        docket = read_docket(settings)
        record = docket.record(delivery)
        found = read_quarantined(settings, record, docket.records, rows)
    case = next((one for one in docket.cases if one.delivery_id == record.delivery_id), None)
    if json:
        show_json({"manifest": record.manifest, "outcome": record.outcome, "case": case, "rows": found.rows})
        return
    console.print(f"{record.manifest['file_name']} · {record.delivery_id}", markup=False, highlight=False)
    state = f"{case.status_zh} {case.days} 天, 轮到{case.turn}: {case.why}" if case else "没有待办"
    console.print(state, markup=False, highlight=False, soft_wrap=True)
    show_table(
        found.title("被拒收的单元格"),
        ["工作表", "行", "列", "原值", "问题", "原因代码", "状态"],
        [
            (one.sheet, one.line, one.column, one.value, one.reason_zh, one.reason_code, one.status_zh)
            for one in found.rows
        ],
        numbers=[1],
    )


@app.command()
def release(delivery: Delivery, reason: Reason) -> None:
    """核准放行一份暂存的交付 / takes a held delivery as it is; the reason is kept."""
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        review.release(settings, delivery, reason)
    console.print(f"已放行 {delivery}; 下一步: citylake nightly")


@app.command()
def withdraw(delivery: Delivery, reason: Reason) -> None:
    """撤回一份交付, 该期恢复为上一版 / takes a delivery back: the revision before it counts again."""
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        review.withdraw(settings, delivery, reason)
    console.print(f"已撤回 {delivery}, 原文件仍在归集区; 下一步: citylake nightly")


@app.command()
def replay(delivery: Delivery) -> None:
    """按现行契约重新治理一份交付 / stages a delivery again by the contract of today."""
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        summary = review.replay(settings, delivery)
    console.print(f"接收 {summary.accepted}, 暂存 {summary.held}, 拒收 {summary.refused}; 下一步: citylake nightly")
    for message in summary.messages:
        console.print(f"  · {message}", markup=False, soft_wrap=True)
