"""Commands for the departments' inboxes: what waits in them, and who may put files there."""

from __future__ import annotations

from typing import Annotated

import typer

from citylake.cli.console import JsonOption, console, show_json, show_table
from citylake.orchestration import inbox_keys, minio_server
from citylake.settings import get_settings

app = typer.Typer(
    help="收件箱: 待归集的文件、部门密钥 / inboxes: what waits, and each department's key", no_args_is_help=True
)

DepartmentArgument = Annotated[str, typer.Argument(help="部门编号, 如 tax / department id")]


@app.command("list")
def list_inboxes(json: JsonOption = False) -> None:
    """各部门待归集的文件数, 是否有密钥 / files waiting in each inbox, and whether a key has been granted."""
    from citylake import landing

    with minio_server.running_store(get_settings()) as settings:
        waiting = landing.waiting(settings)
        keys = inbox_keys.granted(settings)
    if json:
        show_json([one.__dict__ | {"has_key": one.department_id in keys} for one in waiting])
        return
    show_table(
        "收件箱 inboxes",
        ["部门", "名称", "待归集", "最早", "密钥"],
        [
            (one.department_id, one.department_zh, one.files, one.oldest_at, "有" if one.department_id in keys else "")
            for one in waiting
        ],
        numbers=[2],
    )


@app.command()
def grant(department: DepartmentArgument, json: JsonOption = False) -> None:
    """发放部门密钥: 只能向本部门收件箱放文件; 再次发放即换新 / a key that can only put into the own inbox."""
    with minio_server.running_store(get_settings()) as settings:
        key = inbox_keys.grant(settings, department)
    if json:
        show_json(key)
        return
    for name, value in (
        ("地址 endpoint", key.endpoint),
        ("存储桶与前缀", key.prefix),
        ("区域 region", "us-east-1"),
        ("访问密钥 access key", key.access_key),
        ("私有密钥 secret key", key.secret_key),
    ):
        console.print(f"{name:20}  {value}", markup=False, highlight=False, soft_wrap=True)
    console.print("私有密钥只显示这一次, 请当面或以密件交给该部门; 遗失的重新发放")


@app.command()
def revoke(department: DepartmentArgument) -> None:
    """收回部门密钥 / takes a department's key away."""
    with minio_server.running_store(get_settings()) as settings:
        had_one = inbox_keys.revoke(settings, department)
    console.print(f"已收回 {department} 的密钥" if had_one else f"{department} 没有密钥, 无需收回")
