"""`citylake reviews`: doubtful matches that wait for a data steward, and what is decided about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from citylake.cli.console import JsonOption, Role, console, show_json, show_table
from citylake.cli.quarantine import Department, Reason, Rows
from citylake.orchestration import minio_server
from citylake.settings import get_settings

if TYPE_CHECKING:
    from citylake.decisions import Decision
    from citylake.warehouse.reviews import Review

app = typer.Typer(help="匹配复核: 拿不准的关联 / doubtful matches for the steward", no_args_is_help=True)

ReviewId = Annotated[str, typer.Argument(help="复核编号 R… / review id")]
_STATUSES = {"open": "待裁定", "decided": "已裁定", "lapsed": "已无此疑点"}
_VERDICTS = {"same": "同一主体", "different": "不是同一主体", "accept": "保持现状", "undo": "撤销裁定"}
_PENDING = " (下次构建生效)"
_NEXT = "下次构建 (citylake nightly 或 build) 生效"


@app.command("list")
def list_reviews(
    entity_type: Annotated[str | None, typer.Option(help="只看一类: person, legal_entity … / one type only")] = None,
    kind: Annotated[str | None, typer.Option(help="只看一种疑点 / one kind only")] = None,
    department: Department = None,
    all: Annotated[bool, typer.Option("--all", help="也列出已裁定的 / decided ones too")] = False,
    rows: Rows = 50,
    json: JsonOption = False,
) -> None:
    """待裁定的疑似匹配, 可能性大的在前; 裁定在下次构建生效 / the queue, likeliest first."""
    from citylake.warehouse import reviews

    with minio_server.running_store(get_settings()) as settings:
        queue = reviews.read_reviews(settings)
    found = [
        one
        for one in queue
        if entity_type in (None, one.entity_type)
        and kind in (None, one.kind)
        and department in (None, one.department_zh, one.department_id)
    ]
    waiting = sum(one.status == "open" for one in found)
    pending = sum(one.is_pending for one in found)
    shown = [one for one in found if all or one.status == "open" or one.is_pending]
    if json:
        show_json(shown)
        return
    show_table(
        f"待裁定 {waiting:,} 条, 已裁定 {len(found) - waiting:,} 条, 其中 {pending:,} 条变动{_PENDING[2:-1]}",
        ["复核编号 review", "疑点", "来源", "可能性", "说明", "状态"],
        [
            (
                one.review_id,
                f"{one.entity_type or ''} {one.kind or ''}",
                _place(one),
                None if one.score is None else f"{one.score:.2f}",
                one.reason_zh,
                _status(one),
            )
            for one in shown[:rows]
        ],
        numbers=[3],
        whole=[0],
    )
    if len(shown) > rows:
        console.print(f"另有 {len(shown) - rows:,} 条未显示; --rows {len(shown)} 全部显示")


@app.command("show")
def show_review(
    review: ReviewId,
    role: Annotated[Role, typer.Option(help="operator 才显示个人信息, 并记入查询日志 / role")] = "analyst",
    json: JsonOption = False,
) -> None:
    """一条复核: 现归属与候选并列, 来源记录, 部门间冲突, 经过 / both sides, records, conflicts, history."""
    from citylake.warehouse import reviews

    with minio_server.running_store(get_settings()) as settings:
        found = reviews.compare(settings, review, role)
        events = reviews.history(settings, review)
    if json:
        show_json({"comparison": found, "history": events if role == "operator" else []})
        return
    one = found.review
    place = (one.department_zh, one.file_name, one.sheet_name, f"第 {one.line_number} 行", one.role)
    console.print(" · ".join(str(part) for part in (one.review_id, one.kind, *place) if part), markup=False)
    console.print(f"{one.reason_zh or ''} {one.evidence or ''} [{_status(one)}]", markup=False, soft_wrap=True)
    show_table("对照", ["字段", "现归属 subject", "候选 candidate"], found.values)
    show_table(
        "来源记录",
        ["编号", "数据集", "文件", "工作表", "行", "角色", "规则", "匹配分"],
        [tuple(record.values()) for record in found.records],
        numbers=[4, 7],
    )
    show_table(
        "部门间冲突",
        ["编号", "属性", "采信部门", "采信值", "落选部门", "落选值"],
        [tuple(conflict.values()) for conflict in found.conflicts],
    )
    _show_history(events if role == "operator" else [replace(event, reason="") for event in events])


@app.command()
def decide(
    review: ReviewId,
    decision: Annotated[
        Literal["same", "different", "accept"],
        typer.Argument(help="same 归入候选, different 永远分开, accept 保持现状 / what it is"),
    ],
    reason: Reason,
) -> None:
    """裁定一条复核, 理由会保存; 下次构建生效 / decides; the reason is kept."""
    from citylake.warehouse import reviews

    with minio_server.running_store(get_settings()) as settings:
        kept = reviews.decide(settings, review, decision, reason)
    console.print(f"已裁定 {review}: {_VERDICTS[kept.verdict]}; {_NEXT}; 撤销: citylake reviews undo {review}")


@app.command()
def undo(review: ReviewId, reason: Reason) -> None:
    """撤销现行裁定, 恢复待裁定 / takes the standing decision back."""
    from citylake.warehouse import reviews

    with minio_server.running_store(get_settings()) as settings:
        reviews.undo(settings, review, reason)
    console.print(f"已撤销 {review} 的裁定; {_NEXT}")


@app.command()
def history(
    review: Annotated[str, typer.Argument(help="复核编号, 缺省为全部 / review id, default all")] = "",
    json: JsonOption = False,
) -> None:
    """谁在何时裁定或撤销了什么, 为什么 / who decided or undid what, when and why; identifiers are masked."""
    from citylake.warehouse import reviews
    from citylake.warehouse.roles import masked

    with minio_server.running_store(get_settings()) as settings:
        events = [replace(event, reason=masked(event.reason)) for event in reviews.history(settings, review)]
    if json:
        show_json(events)
    else:
        _show_history(events)


def _show_history(events: list[Decision]) -> None:
    show_table(
        f"经过 {len(events)} 项",
        ["时间", "复核编号", "裁定", "经办", "理由"],
        [
            (f"{one.decided_at:%Y-%m-%d %H:%M:%S}", one.number, _VERDICTS[one.verdict], one.decided_by, one.reason)
            for one in events
        ],
    )


def _place(one: Review) -> str:
    line = f"第 {one.line_number} 行" if one.line_number else None
    return " ".join(part for part in (one.department_zh, one.file_name, line) if part)


def _status(one: Review) -> str:
    decided = f": {_VERDICTS[one.decision]}" if one.decision else ""
    return _STATUSES[one.status] + decided + (_PENDING if one.is_pending else "")
