"""`why` and `diff` as plain text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from citylake.warehouse.diff import Difference
from citylake.warehouse.why import EvidenceTable, Row, Why

_SHOWN = 40
_ORIGIN = ("department_zh", "dataset_id", "business_period", "file_name", "sheet_name", "line_number", "delivery_id")
_LINK = ("entity_type", "entity_id", "match_rule")
_SOURCES = {"measured": "实测 measured", "published": "公开 published", "simulated": "模拟 simulated"}


def render_why(found: Why) -> str:
    """The way back from a value, one block a step, widest first."""
    blocks = [
        _value(found),
        *(_evidence(table) for table in found.evidence),
        _block("有效交付 deliveries", map(_delivery, found.deliveries)),
        _block("未计入 left out", map(_left_out, found.left_out)),
        _block("历次更正 restatements", (_pairs(row) for row in found.restatements)),
        _block("同期其他数值 other sources and vintages", (_value_line(row) for row in found.other_values)),
        "\n".join(f"SQL {model.path}\n{model.compiled_sql.strip()}" for model in found.models[:1]),
        _block("上游模型 models behind it", (f"{model.name}  {model.path}" for model in found.models[1:])),
    ]
    return "\n\n".join(block for block in blocks if block)


def render_diff(found: Difference) -> str:
    """Schema, row counts and values that differ, each under its heading."""
    if found.is_empty:
        return f"{found.before} 与 {found.after} 没有差别 (no difference)"
    values = (
        f"{one.indicator_no} {one.region_code} {one.period} {one.source} {one.vintage}: {one.before} -> {one.after}"
        for one in found.values
    )
    rows = (f"{name}: {before:,} -> {after:,}" for name, (before, after) in found.rows.items())
    blocks = [
        f"{found.before} -> {found.after}",
        _block("表结构 schema", found.schema),
        _block("行数 rows", rows),
        _block("指标值 values", values),
    ]
    return "\n\n".join(block for block in blocks if block)


def _value(found: Why) -> str:
    value, indicator = found.value, found.indicator
    lines = [
        f"指标 {indicator['indicator_no']} {indicator['indicator_name_zh']}  版本 {found.build_id}",
        _value_line(value),
    ]
    if value["numerator"] is not None:
        denominator = "无 none" if value["denominator"] is None else f"{value['denominator']:,.10g}"
        lines.append(f"分子 numerator {value['numerator']:,.10g}  分母 denominator {denominator}")
    if value["expected_deliveries"] is not None:
        rejected = "" if value["rejected_share"] is None else f"  退回率 rejected {value['rejected_share']:.2%}"
        present = f"实交 present {value['present_deliveries']}"
        lines.append(f"应交 expected {value['expected_deliveries']}  {present}{rejected}")
    if value["is_held_back"]:
        lines.append(f"暂缓发布 held back: {value['held_reason']}")
    return "\n".join(lines)


def _value_line(value: Row) -> str:
    return (
        f"{value['region_code']} {value['period']}: {value['value']} {value['unit'] or ''}"
        f"  {_SOURCES.get(value['source'], value['source'])}, {value['vintage']}, {value['definition_version']}"
    )


def _evidence(table: EvidenceTable) -> str:
    lines = []
    for row in table.rows:
        sheet = f" · {row['sheet_name']}" if row["sheet_name"] else ""
        origin = f"{row['department_zh']} · {row['file_name']}{sheet} · 第 {row['line_number']} 行"
        facts = {key: value for key, value in row.items() if key not in (*_ORIGIN, *_LINK) and value is not None}
        link = f"  -> {row['entity_type']} {row['entity_id']} ({row['match_rule']})" if row["entity_id"] else ""
        lines += [origin + link, "    " + _pairs(facts)]
    return _block(f"{table.table}: {table.matching_rows:,} 行, 列出 {len(table.rows)} 行", lines, shown=len(lines))


def _delivery(row: Row) -> str:
    late = " 迟交 late" if row["is_late"] else ""
    counts = f"{row['rows_accepted'] or 0:,} 行, 退回 {row['rows_rejected'] or 0:,}"
    return (
        f"{row['business_period']} {row['file_name']} (修订 {row['revision_no']}, {row['delivery_id']}): {counts}{late}"
    )


def _left_out(row: Row) -> str:
    what = "行 rows" if row["what"] == "row" else "整份 deliveries"
    column = f" · {row['column_name']}" if row["column_name"] else ""
    return (
        f"{row['dataset_id']}{column} · {row['reason_code']}: {row['rows'] or 0:,} 行, {row['deliveries']} 份 ({what})"
    )


def _pairs(row: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in row.items())


def _block(title: str, lines: Iterable[str], shown: int = _SHOWN) -> str:
    listed = list(lines)
    if not listed:
        return ""
    more = [f"  … 另有 {len(listed) - shown} 行"] if len(listed) > shown else []
    return "\n".join([title, *(f"  {line}" for line in listed[:shown]), *more])
