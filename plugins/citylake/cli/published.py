"""Commands that read what is published: query, why, versions, rollback, diff."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from citylake.cli.console import Format, JsonOption, Role, console, show_json, show_table
from citylake.errors import UsageError
from citylake.orchestration import minio_server
from citylake.settings import get_settings


def register(app: typer.Typer) -> None:
    """Adds the commands of this module."""
    for command in (query, why, versions, rollback, diff):
        app.command()(command)


def query(
    sql: Annotated[str, typer.Argument(help="一条 SELECT 语句 / one SELECT statement")],
    role: Annotated[Role, typer.Option(help="角色 / role")] = "analyst",
    format: Annotated[Format, typer.Option(help="输出格式 / output format")] = "table",
    out: Annotated[Path | None, typer.Option(help="写入文件 / file to write")] = None,
) -> None:
    """查询已发布的版本, 只读 / reads the published version, never writes."""
    from citylake import warehouse

    text = warehouse.query(sql, role=role, format=format, out=out)
    if text:
        typer.echo(text, nl=not text.endswith("\n"))


def why(
    indicator: Annotated[int, typer.Argument(help="指标序号 1-36")],
    region: Annotated[str | None, typer.Option(help="区划代码 / region code")] = None,
    period: Annotated[str | None, typer.Option(help="账期 / period")] = None,
    rows: Annotated[int, typer.Option(min=1, max=1000, help="每层显示的行数")] = 10,
    json: JsonOption = False,
) -> None:
    """为什么是这个数: 由数值追到 SQL、主题行、实体、交付、文件与行 / from the value down to file, sheet and line."""
    from citylake import warehouse

    answer = warehouse.why(indicator, region=region, period=period, rows=rows)
    if json:
        show_json(answer)
    else:
        console.print(warehouse.render_why(answer), markup=False, highlight=False, soft_wrap=True)


def versions(json: JsonOption = False) -> None:
    """列出已发布的版本 / the published versions, oldest first."""
    from citylake import warehouse

    found = warehouse.versions()
    if json:
        show_json(found)
        return
    show_table(
        "已发布版本 versions",
        ["", "版本 version", "业务日期 date", "发布时间 published"],
        [("→" if one.is_current else "", one.build_id, one.business_date, one.published_at) for one in found],
    )


def rollback(version: Annotated[str, typer.Argument(help="版本号 / build id")]) -> None:
    """回到较早的版本 / points readers back to an earlier version."""
    from citylake import warehouse

    with minio_server.running_store(get_settings()) as settings:
        found = warehouse.rollback(version, settings)
    console.print(f"当前版本: {found.build_id} (业务日期 {found.business_date})")


def diff(
    first: Annotated[str, typer.Argument(help="较早的版本")],
    second: Annotated[str, typer.Argument(help="较晚的版本")],
    json: JsonOption = False,
) -> None:
    """两个版本的差别: 表结构、行数、指标值 / what differs: schema, row counts, keyed values."""
    from citylake import warehouse

    if first == second:
        raise UsageError("两个版本相同", action="citylake versions 列出版本")
    found = warehouse.diff(first, second)
    if json:
        show_json(found)
    else:
        console.print(warehouse.render_diff(found), markup=False, highlight=False, soft_wrap=True)
