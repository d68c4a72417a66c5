"""Commands for those who look after the lake: status, doctor, quarantine, corrections."""

from __future__ import annotations

from typing import Annotated

import typer

from citylake.cli.console import DateOption, Format, JsonOption, business_date, console, show_json, show_table
from citylake.errors import CheckFailed
from citylake.orchestration import health, minio_server
from citylake.orchestration.status import delivery_status
from citylake.settings import get_settings

quarantine = typer.Typer(
    help="隔离区: 被拒收的行与暂存的交付 / rejected rows and held deliveries", no_args_is_help=True
)
corrections = typer.Typer(help="校核单: 退回部门更正的清单 / lists sent back to departments", no_args_is_help=True)

_HELD = """
select delivery_id, dataset_id, business_period, file_name, status, rows_rejected, reason_code, message
from quality.fct_deliveries where status in ('held', 'refused') or rows_rejected > 0
order by received_at desc
"""
_ROWS = """
select sheet_name, line_number, column_name, raw_value, reason_code, status
from quality.fct_quarantined_rows where delivery_id = '{delivery}' order by line_number limit {rows}
"""
_REQUESTS = """
select request_id, department_zh, dataset_id, opened_at, due_at, status, rows_open, closed_by_delivery_id
from quality.fct_correction_requests order by status desc, opened_at
"""


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    app.command()(status)
    app.command()(doctor)


def status(
    date: DateOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="有逾期或暂存时退出码为 2")] = False,
    json: JsonOption = False,
) -> None:
    """报送情况: 应报、已报、按时、迟报、暂存、拒收 / what was due, on time, late, held, rejected, by department."""
    with minio_server.running_store(get_settings()) as settings:
        found = delivery_status(settings, business_date(date))
    if json:
        show_json(found)
    else:
        show_table(
            f"报送情况 {found.since:%Y-%m-%d} 至 {found.until:%Y-%m-%d}",
            ["部门", "应报", "已报", "按时", "迟报", "逾期未报", "重复", "暂存", "拒收", "退回行"],
            [
                (
                    d.department_zh,
                    d.expected,
                    d.arrived,
                    d.on_time,
                    d.late,
                    d.overdue,
                    d.duplicates,
                    d.held,
                    d.refused,
                    d.rows_rejected,
                )
                for d in found.departments
            ],
            numbers=range(1, 10),
        )
        for line in found.notices:
            console.print(f"  · {line}", markup=False, soft_wrap=True)
        console.print(found.version_line, markup=False)
    if strict and found.needs_care:
        raise CheckFailed("有逾期未报或暂存的交付", action="按上表联系部门, 或 citylake quarantine list 查看暂存原因")


def doctor(json: JsonOption = False) -> None:
    """体检: 机器、存储、锁文件、契约 / checks the machine, the store, the lock and the contracts."""
    found = health.check(get_settings())
    if json:
        show_json(found)
    else:
        for one in found:
            console.print(f"{'✓' if one.is_fine else '✗'} {one.name}: {one.message}", markup=False, soft_wrap=True)
            if one.action:
                console.print(f"    下一步: {one.action}", markup=False, soft_wrap=True)
    if not all(one.is_fine for one in found):
        raise CheckFailed("体检发现问题", action="按上面各项的下一步处理")


@quarantine.command("list")
def list_quarantine(format: Annotated[Format, typer.Option(help="输出格式 / output format")] = "table") -> None:
    """有拒收行、被暂存或被拒收的交付 / deliveries with rejected rows, held or refused."""
    _query(_HELD, format)


@quarantine.command("show")
def show_quarantine(
    delivery: Annotated[str, typer.Argument(help="交付编号 / delivery id")],
    rows: Annotated[int, typer.Option(min=1)] = 50,
    format: Annotated[Format, typer.Option(help="输出格式 / output format")] = "table",
) -> None:
    """一份交付被拒收的单元格: 工作表、行、列、原值、原因 / the rejected cells of one delivery."""
    _query(_ROWS.format(delivery=delivery.replace("'", "''"), rows=rows), format)


@quarantine.command()
def release(
    delivery: Annotated[str, typer.Argument(help="交付编号 / delivery id")],
    reason: Annotated[str, typer.Option(help="放行理由, 会保存 / why, kept with the delivery")],
) -> None:
    """核准放行一份暂存的交付 / takes a held delivery as it is; the reason is kept."""
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        review.release(settings, delivery, reason)
    console.print(f"已放行 {delivery}; 下一步: citylake nightly")


@quarantine.command()
def replay(delivery: Annotated[str, typer.Argument(help="交付编号 / delivery id")]) -> None:
    """按现行契约重新治理一份交付 / stages a delivery again by the contract of today."""
    from citylake.staging import review

    with minio_server.running_store(get_settings()) as settings:
        summary = review.replay(settings, delivery)
    console.print(f"接收 {summary.accepted}, 暂存 {summary.held}, 拒收 {summary.refused}; 下一步: citylake nightly")
    for message in summary.messages:
        console.print(f"  · {message}", markup=False, soft_wrap=True)


@corrections.command("list")
def list_corrections(format: Annotated[Format, typer.Option(help="输出格式 / output format")] = "table") -> None:
    """校核单及其状态 / correction requests and their state."""
    _query(_REQUESTS, format)


def _query(sql: str, format: Format) -> None:
    from citylake import warehouse

    text = warehouse.query(sql, role="operator", format=format)
    if text:
        typer.echo(text, nl=not text.endswith("\n"))
