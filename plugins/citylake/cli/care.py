"""Commands for those who look after the lake: status, doctor."""

from __future__ import annotations

from typing import Annotated

import typer

from citylake.cli.console import DateOption, JsonOption, business_date, console, show_json, show_table
from citylake.errors import CheckFailed
from citylake.orchestration import health, minio_server
from citylake.orchestration.status import DepartmentStatus, delivery_status
from citylake.settings import get_settings

_COLUMNS = ["部门", "应报", "已报", "报送率%", "按时", "按时率%", "迟报", "逾期未报", "重复", "暂存", "拒收", "退回行"]


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
            _COLUMNS,
            [_line(one) for one in (*found.departments, found.total)],
            numbers=range(1, 12),
        )
        for line in found.notices:
            console.print(f"  · {line}", markup=False, soft_wrap=True)
        if found.issues:
            show_table(
                f"未解除的问题 {len(found.issues)} 项",
                ["自", "问题", "已历业务日", "已通知"],
                [
                    (one.opened_at[:10], one.title_zh, one.times_seen, "是" if one.notified_at else "否")
                    for one in found.issues
                ],
                numbers=[2],
            )
        console.print(found.version_line, markup=False)
    if strict and found.needs_care:
        raise CheckFailed("有逾期未报或暂存的交付", action="按上表联系部门, 或 citylake quarantine list 查看暂存原因")


def _line(one: DepartmentStatus) -> tuple[object, ...]:
    return (
        one.department_zh,
        one.expected,
        one.arrived,
        one.reporting_rate_pct,
        one.on_time,
        one.on_time_rate_pct,
        one.late,
        one.overdue,
        one.duplicates,
        one.held,
        one.refused,
        one.rows_rejected,
    )


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
