"""`citylake conflicts`: what departments say differently of one thing (一数一源), and whose value stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from citylake.cli.console import JsonOption, Role, console, show_json, show_table
from citylake.cli.quarantine import Department, Reason, Rows
from citylake.orchestration import minio_server
from citylake.settings import get_settings

if TYPE_CHECKING:
    from citylake.decisions import Decision
    from citylake.warehouse.conflicts import Case, Conflict

app = typer.Typer(help="部门冲突: 一数一源的裁定 / conflicts between departments", no_args_is_help=True)

ConflictId = Annotated[str, typer.Argument(help="冲突编号 X… / conflict id")]
RoleOption = Annotated[Role, typer.Option(help="operator 才显示个人信息, 并记入查询日志 / role")]
EntityType = Annotated[
    Literal["person", "legal_entity", "certificate", "place"] | None, typer.Option(help="只看一类 / one type only")
]
StatusOption = Annotated[
    Literal["waiting", "open", "value_changed", "reopened", "decided", "lapsed", "all"],
    typer.Option(help="waiting: 一切待裁定的 / which, by default all that wait"),
]
_STATUSES = {
    "open": "待裁定",
    "value_changed": "值已变动",
    "reopened": "重新待裁定",
    "decided": "已裁定",
    "lapsed": "已无冲突",
}
_TYPES = {"person": "人口", "legal_entity": "法人", "certificate": "证照", "place": "地点"}
_RULES = {
    "authority": "采信次序 (attribute_authority) 在前",
    "identifier": "公民身份号码本身所载",
    "issuer": "发证部门先于公示部门",
    "keeper": "主管部门台账先于地图",
    "steward": "数据管理员裁定",
}
_PENDING = " (下次构建生效)"
_NEXT = "下次构建 (citylake nightly 或 build) 生效"
_HIDDEN = "个人信息未显示; --role operator 显示, 并记入查询日志"


@app.command("list")
def list_conflicts(
    entity_type: EntityType = None,
    attribute: Annotated[str | None, typer.Option(help="只看一个属性: 地址 或 address … / one attribute only")] = None,
    department: Department = None,
    status: StatusOption = "waiting",
    rows: Rows = 50,
    page: Annotated[int, typer.Option(min=1, help="第几页 / which page")] = 1,
    role: RoleOption = "analyst",
    json: JsonOption = False,
) -> None:
    """部门间说法不一的属性: 采信谁的值, 谁说得不同; 值已变动的在前 / what departments disagree about."""
    from citylake.warehouse import conflicts

    statuses = conflicts.WAITING if status == "waiting" else None if status == "all" else (status,)
    wanted = conflicts.Wanted(entity_type, attribute, department, statuses)
    with minio_server.running_store(get_settings()) as settings:
        found = conflicts.list_conflicts(settings, wanted, rows, page, role)
    if json:
        show_json(found)
        return
    total = sum(n for one, n in found.counts.items() if wanted.statuses is None or one in wanted.statuses)
    counted = ", ".join(f"{zh} {found.counts[one]:,}" for one, zh in _STATUSES.items() if one in found.counts)
    show_table(
        f"冲突: {counted or '无'}",
        ["冲突编号 conflict", "属性", "采信", "不同说法", "状态"],
        [
            (
                one.conflict_id,
                f"{_TYPES[one.entity_type]} {one.attribute_zh}",
                _said(one.winner_department, one.winner_value),
                _others(one),
                _status(one),
            )
            for one in found.conflicts
        ],
        whole=[0],
    )
    last = -(-total // rows)
    if total > rows:
        more = f"; 下一页: --page {page + 1}" if page < last else ""
        console.print(f"第 {page} 页, 共 {last:,} 页 {total:,} 条{more}", highlight=False)


@app.command("show")
def show_conflict(conflict: ConflictId, role: RoleOption = "analyst", json: JsonOption = False) -> None:
    """一个冲突: 每个数据集的值、日期、采信次序, 为何采信, 裁定经过 / what every dataset says, and why one stands."""
    from citylake.warehouse import conflicts

    with minio_server.running_store(get_settings()) as settings:
        found = conflicts.show_conflict(settings, conflict, role)
    if role != "operator":
        found = replace(found, history=[replace(_without_values(one), reason="") for one in found.history])
    if json:
        show_json(found)
        return
    one = found.conflict
    what = f"{one.attribute_zh} ({one.attribute})"
    head = (one.conflict_id, f"{_TYPES[one.entity_type]} {one.entity_id}", what, _status(one))
    console.print(" · ".join(head), markup=False, highlight=False, soft_wrap=True)
    show_table(
        f"各方说法, 采信理由: {_RULES.get(one.winner_rule or '', '')}",
        ["", "次序", "部门", "数据集", "值", "日期"],
        [
            (
                "采信" if said["is_winner"] else "不同" if said["is_contrary"] else "相符",
                said["authority_rank"],
                said["department_zh"],
                said["dataset_id"],
                said["stated_value"],
                said["changed_on"],
            )
            for said in found.statements
        ],
        numbers=[1],
    )
    if any(said["stated_value"] is None for said in found.statements):
        console.print(_HIDDEN, markup=False)
    _show_decisions(found)
    if found.history:
        _show_history(found.history)


@app.command()
def decide(
    conflict: ConflictId,
    dataset: Annotated[str, typer.Argument(help="采信其值的数据集 / the dataset whose value stands")],
    reason: Reason,
) -> None:
    """裁定采信哪个数据集的值, 理由会保存; 下次构建生效 / decides whose value stands; the reason is kept."""
    from citylake.warehouse import conflicts

    with minio_server.running_store(get_settings()) as settings:
        kept = conflicts.decide_conflict(settings, conflict, dataset, reason)
    console.print(
        f"已裁定 {kept.number}: 采信 {dataset}; {_NEXT}; 撤销: citylake conflicts undo {kept.number} --reason …",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )


@app.command()
def undo(conflict: ConflictId, reason: Reason) -> None:
    """撤销现行裁定, 恢复按采信次序 / takes the standing decision back."""
    from citylake.warehouse import conflicts

    with minio_server.running_store(get_settings()) as settings:
        conflicts.undo_conflict(settings, conflict, reason)
    console.print(f"已撤销 {conflict} 的裁定; {_NEXT}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def history(
    conflict: Annotated[str, typer.Argument(help="冲突编号, 缺省为全部 / conflict id, default all")] = "",
    json: JsonOption = False,
) -> None:
    """谁在何时裁定或撤销了什么, 为什么 / who decided or undid what, when and why; identifiers are masked."""
    from citylake.warehouse import conflicts
    from citylake.warehouse.roles import masked

    with minio_server.running_store(get_settings()) as settings:
        events = conflicts.conflict_history(settings, conflict)
    events = [replace(_without_values(event), reason=masked(event.reason)) for event in events]
    if json:
        show_json(events)
    else:
        _show_history(events)


def _without_values(event: Decision) -> Decision:
    return replace(event, about={name: event.about.get(name) for name in ("attribute", "dataset_id")})


def _show_decisions(found: Case) -> None:
    """What the published version makes of decisions, where it is not simply that they hold."""
    for one in found.decisions:
        if one["status"] == "value_changed":
            values = f": 裁定时为 {one['decided_value']}, 现为 {one['value_now']}" if one["value_now"] else ""
            said = f"{one['dataset_id']} 在裁定之后改了说法{values}; 确认新值: 再次 decide, 或 undo"
        elif one["status"] == "reopened" and not any(
            said["dataset_id"] == one["dataset_id"] for said in found.statements
        ):
            said = f"裁定采信的 {one['dataset_id']} 现在没有说法, 裁定暂不起作用"
        elif one["status"] == "reopened":
            said = f"合并前的两个主体裁定不一 ({one['conflict_id']} 采信 {one['dataset_id']}), 暂按采信次序"
        else:
            continue
        console.print(said, markup=False, highlight=False, soft_wrap=True)


def _show_history(events: Sequence[Decision]) -> None:
    show_table(
        f"经过 {len(events)} 项",
        ["时间", "冲突编号", "裁定", "经办", "理由"],
        [
            (
                f"{one.decided_at:%Y-%m-%d %H:%M}",
                one.number,
                "撤销" if one.verdict == "undo" else f"采信 {one.about['dataset_id']}",
                one.decided_by,
                one.reason,
            )
            for one in events
        ],
        whole=[1],
    )


def _said(department: str | None, value: str | None) -> str:
    return f"{department}: {value}" if value is not None else str(department or "")


def _others(one: Conflict) -> str:
    pairs = zip(one.loser_departments or [], one.loser_values or [], strict=True)
    return "\n".join(_said(department, value) for department, value in pairs)


def _status(one: Conflict) -> str:
    return _STATUSES[one.status] + (_PENDING if one.is_pending else "")
