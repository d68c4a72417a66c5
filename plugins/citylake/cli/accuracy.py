"""The command that measures a simulated city: accuracy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from citylake.cli.console import JsonOption, console, show_json, show_table
from citylake.errors import CheckFailed
from citylake.settings import get_settings

if TYPE_CHECKING:
    from citylake.accuracy import Accuracy, Figure

_MARKS = {True: "达到", False: "未达到", None: ""}


def register(app: typer.Typer) -> None:
    """Adds the command of this module."""
    app.command()(accuracy)


def accuracy(
    folder: Annotated[
        Path, typer.Argument(help="模拟城市的文件夹, 已报送并发布 / a simulated city, delivered and published")
    ],
    json: JsonOption = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="有未达到的指标时以 2 退出 / exit 2 when one falls short")
    ] = False,
) -> None:
    """准确度: 已发布版本与模拟城市真值之比 / how close the published version comes to a simulated city's truth."""
    from citylake import accuracy as package

    measured = package.measure(folder, get_settings())
    if json:
        shown = [{**vars(one), "value": one.value, "is_reached": one.is_reached} for one in measured.figures]
        kinds = [{**vars(one), "missed": one.missed} for one in measured.kinds]
        show_json({**vars(measured), "figures": shown, "kinds": kinds})
    else:
        _show(measured)
    if strict and measured.short:
        names = "、".join(f"{one.subject} {one.measure}" for one in measured.short)
        raise CheckFailed(f"未达到: {names}", action=f"citylake accuracy {folder} --json 查看各项和例子")


def _show(measured: Accuracy) -> None:
    show_table(
        f"准确度 accuracy: {measured.people:,} 人, 种子 {measured.seed}, {measured.faults}, 版本 {measured.build_id}",
        ["", "对象 subject", "指标 measure", "要求 asked", "实测 seen", "相符 part", "总数 of", "结论", "注 note"],
        [
            (one.chapter, one.subject, one.measure, _asked(one), _share(one.value), f"{one.part:,}", f"{one.whole:,}",
             _MARKS[one.is_reached], one.note)
            for one in measured.figures
        ],
        numbers=(3, 4, 5, 6),
    )  # fmt: skip
    show_table(
        "匹配规则 rules: 记录数与错并的记录",
        ["对象 type", "规则 rule", "记录 records", "错 wrong"],
        [(one.entity_type, one.match_rule, f"{one.records:,}", f"{one.wrong:,}") for one in measured.rules],
        numbers=(2, 3),
    )
    show_table(
        "植入的差错 planted faults",
        ["种类 kind", "应有的结果 expected", "原因 reason", "植入 planted", "随文件 hidden", "发现 caught", "漏 missed",
         "原因不同 other reason"],
        [
            (one.kind, one.expected, one.reason, one.planted, one.hidden, one.caught, one.missed, one.other_reason)
            for one in measured.kinds
        ],
        numbers=(3, 4, 5, 6, 7),
    )  # fmt: skip
    if measured.examples:
        show_table(
            "漏掉与误判的例子 missed and falsely accused",
            ["", "种类 kind", "数据集 dataset", "文件 file", "表 sheet", "行 line", "列 column", "原因 reason"],
            [
                (one.what, one.kind, one.dataset_id, one.file_name, one.sheet_name, one.line_number, one.column_name,
                 one.reason_code)
                for one in measured.examples
            ],
        )  # fmt: skip
    console.print(f"未达到 {len(measured.short)} 项", markup=False)


def _asked(one: Figure) -> str:
    if one.asked is None:
        return ""
    return f"{'≤' if one.is_at_most else '≥'} {one.asked:.4f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.5f}"
