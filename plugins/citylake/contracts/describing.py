"""A contract in words: the data dictionary of one dataset, in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from citylake.contracts.dictionary import CHECKS, nearest
from citylake.contracts.loader import Contracts
from citylake.contracts.model import ALL_SHEETS, Column, Contract, HeaderSpelling
from citylake.errors import UsageError

CYCLES = {
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季",
    "yearly": "每年",
    "irregular": "不定期",
}
MODES = {"full": "全量", "increment": "增量", "event": "事件"}
TYPES = {
    "text": "文本",
    "code": "代码",
    "integer": "整数",
    "decimal": "小数",
    "date": "日期",
    "timestamp": "时间",
    "month": "月份",
    "boolean": "是否",
}
STATES = {"active": "启用", "planned": "筹备", "retired": "停用"}
_MOST_CODES = 6


def known_dataset(contracts: Contracts, dataset: str) -> Contract:
    """The contract of a dataset; raises UsageError with the nearest known id."""
    if contract := contracts.datasets.get(dataset):
        return contract
    if dataset in contracts.drafts:
        raise UsageError(f"{dataset} 还是草稿", action="运行 citylake contracts check, 填完列出的“待填”")
    hint = nearest(dataset, contracts.datasets).removeprefix("; nearest known: ")
    raise UsageError(
        f"没有数据集 {dataset}", action=f"是否指 {hint}" if hint else "运行 citylake contracts list 查看编号"
    )


def describe(contract: Contract) -> dict[str, str]:
    """What holds for the dataset as a whole."""
    terms, catalogue = contract.delivery, contract.catalogue
    reject = contract.reject
    return {
        "部门": contract.owner.department,
        "一行是": contract.each_row_is_a,
        "状态与版本": f"{STATES[contract.status]}, 第 {contract.version} 版",
        "报送": f"{CYCLES[terms.cycle]}, {MODES[terms.mode]}, 自 {terms.since} 起",
        "期限": due_rule(contract),
        "文件": f"{terms.file_name} ({_form(contract)})",
        "主键": "、".join(contract.columns[name].zh for name in contract.key),
        "退回上限": f"{reject.rows_at_most} 行或 {reject.share_at_most:.0%}, 超过则整批暂存",
        "校核单": f"{contract.answer.working_days} 个工作日内答复",
        "目录": f"{catalogue.code} {catalogue.share} {catalogue.open} {catalogue.level} 级",
        "依据": catalogue.legal_basis or "未登记",
    }


def due_rule(contract: Contract) -> str:
    """When a delivery is due, in words."""
    due = contract.delivery.due
    days = f"{due.days} 日" if due.working_days is None else f"{due.working_days} 个工作日"
    none = "、".join(f"{month} 月" for month in contract.delivery.none_for_months)
    return f"账期结束后第 {days} {due.time:%H:%M} 前 (北京时间)" + (f", {none}不单独报送" if none else "")


def describe_columns(contracts: Contracts, contract: Contract) -> Iterator[tuple[str, ...]]:
    """One line a column: name, Chinese name, type, what is asked of it, level, headers, codes or unit, meaning."""
    for column in contract.columns.values():
        yield (
            column.name,
            column.zh,
            TYPES[column.type] + (f" ({CHECKS[column.check]})" if column.check in CHECKS else ""),
            _asked(contract, column),
            str(column.level),
            " / ".join(map(_header, column.headers)),
            _values(contracts, column),
            column.meaning,
        )


def _form(contract: Contract) -> str:
    form = contract.form
    parts = [form.type, *(["、".join(form.encodings)] if form.type in ("csv", "json", "jsonl", "fixed") else [])]
    if contract.is_workbook:
        sheet = form.sheet or "首个可见工作表"
        parts.append("全部工作表" if sheet == ALL_SHEETS else "、".join([sheet] if isinstance(sheet, str) else sheet))
        parts.append(f"表头 {form.header_rows} 行")
    if form.archive != "none":
        parts.append(f"{form.archive} 压缩")
    return ", ".join(parts)


def _asked(contract: Contract, column: Column) -> str:
    words = ["主键"] if column.name in contract.key else []
    words += ["必填"] if column.required else ["可缺列"] if column.optional else []
    return "、".join(words)


def _header(header: HeaderSpelling) -> str:
    if header.since is None and header.until is None:
        return header.text
    return f"{header.text} ({header.since or ''} 至 {header.until or '今'})"


def _values(contracts: Contracts, column: Column) -> str:
    if column.unit:
        return f"按{column.unit}报送, 入湖换算"
    if column.codes is None:
        return ""
    codes = list(dict.fromkeys(contracts.codes[column.codes].values()))
    shown = "、".join(codes[:_MOST_CODES]) + ("…" if len(codes) > _MOST_CODES else "")
    return f"{column.codes}: {shown}"
