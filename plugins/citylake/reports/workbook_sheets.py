"""What each sheet of the workbook holds, as plain rows; titles carry the Chinese and the published column's name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from citylake.reports import findings, wording
from citylake.reports.model import Indicator, Tracker, Value

NUMBER, WHOLE, SHARE, INDEX = "by value", "#,##0", "0.00%", "0.000"


@dataclass(frozen=True)
class Column:
    title: str
    width: float
    number_format: str = ""
    wraps: bool = False


@dataclass(frozen=True)
class Sheet:
    name: str
    note: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    frozen_columns: int = 0


def sheets(tracker: Tracker) -> list[Sheet]:
    """All sheets after the summary, in the order of the tabs."""
    return [
        _indicators(tracker),
        _values(tracker),
        _progress(tracker),
        _projects(tracker),
        _deliveries(tracker),
        _notes(tracker),
    ]


def _source(source: str | None) -> str | None:
    return wording.SOURCES[source][1] if source else None


def _simulated_note(tracker: Tracker) -> str:
    return (
        f"含模拟数据:{len(tracker.simulated)} 项指标,“来源”为模拟的数值不是真实统计,不得引用。"
        if tracker.simulated
        else "不含模拟数据。"
    )


def _indicators(tracker: Tracker) -> Sheet:
    columns = (
        Column("序号\nindicator_no", 8),
        Column("章节\ndomain_zh", 12),
        Column("指标\nindicator_name_zh", 32, wraps=True),
        Column("单位\nunit", 7),
        Column("责任单位\nresponsible_unit", 17),
        Column("基期时点\nbaseline_time", 11, wraps=True),
        Column("基期\nbaseline_value", 9, NUMBER),
        *(Column(f"{year}目标\ntarget_value", 9, NUMBER) for year in tracker.milestones),
        Column("现值\nvalue", 9, NUMBER),
        Column("期间\nperiod", 9),
        Column("来源\nsource", 7),
        Column("差距", 8, NUMBER),
        Column("时序指数\nschedule_index", 9, INDEX),
        Column("判断\nprogress_class", 15),
        Column("证据\nevidence_grade", 9),
        Column("原因或缺少的数据", 40, wraps=True),
    )
    rows = [
        (
            one.number,
            one.indicator.chapter,
            one.indicator.name,
            one.indicator.unit,
            one.indicator.responsible_unit,
            wording.moment(one.status.baseline_time) + wording.BASELINE_MARK.get(one.status.baseline_kind or "", ""),
            one.status.baseline_value,
            *(one.indicator.targets.get(year) for year in tracker.milestones),
            one.status.value,
            one.status.period,
            _source(one.status.source),
            findings.gap(one),
            one.status.schedule_index,
            one.status.progress_class,
            one.status.evidence_grade,
            _why_empty(one.status.reason, one.status.missing_datasets),
        )
        for one in tracker.dossiers
    ]
    return Sheet("指标", _simulated_note(tracker), columns, rows, frozen_columns=3)


def _why_empty(reason: str | None, missing: str | None) -> str | None:
    words = [reason or "", f"缺少:{missing}" if missing else ""]
    return ";".join(word for word in words if word) or None


def _values(tracker: Tracker) -> Sheet:
    columns = (
        Column("序号\nindicator_no", 8),
        Column("指标", 34),
        Column("地区代码\nregion_code", 11),
        Column("地区", 11),
        Column("期间\nperiod", 10),
        Column("分子\nnumerator", 13, WHOLE),
        Column("分母\ndenominator", 13, WHOLE),
        Column("数值\nvalue", 11, NUMBER),
        Column("单位\nunit", 8),
        Column("来源\nsource", 8),
        Column("版次\nvintage", 18),
        Column("口径版本\ndefinition_version", 15),
        Column("应报\nexpected", 8),
        Column("已报\npresent", 8),
        Column("拒收率\nrejected_share", 11, SHARE),
        Column("暂缓发布\nis_held_back", 9),
        Column("暂缓原因\nheld_reason", 34),
    )
    rows = [
        _value_row(tracker, one.indicator.name, one.indicator.unit, value)
        for one in tracker.dossiers
        for value in _ordered(one.history, one.districts)
    ]
    return Sheet(
        "指标数值", _simulated_note(tracker) + " 全市为全部期间,地区为最新期间。", columns, rows, frozen_columns=2
    )


def _ordered(history: Iterable[Value], districts: Iterable[Value]) -> list[Value]:
    return [*sorted(history, key=lambda value: (value.period, value.source)), *districts]


def _value_row(tracker: Tracker, name: str, unit: str, value: Value) -> tuple[Any, ...]:
    return (
        value.indicator_no,
        name,
        value.region_code,
        tracker.regions.get(value.region_code, value.region_code),
        value.period,
        value.numerator,
        value.denominator,
        value.value,
        unit,
        _source(value.source),
        value.vintage,
        value.definition_version,
        value.expected_deliveries,
        value.present_deliveries,
        value.rejected_share,
        value.is_held_back,
        value.held_reason,
    )


def _progress(tracker: Tracker) -> Sheet:
    columns = (
        Column("序号\nindicator_no", 8),
        Column("指标", 34),
        Column("期间\nperiod", 10),
        Column("里程碑\nmilestone_year", 9),
        Column("评价期\nassessed_period", 10),
        Column("目标\ntarget_value", 10, NUMBER),
        Column("数值\nvalue", 10, NUMBER),
        Column("单位\nunit", 8),
        Column("来源\nsource", 8),
        Column("完成比例\ncompletion", 10, INDEX),
        Column("时间比例\nelapsed", 10, INDEX),
        Column("时序指数\nschedule_index", 10, INDEX),
        Column("判断\nprogress_class", 15),
        Column("原因\nreason", 22),
        Column("达标所需年变化\nrequired_yearly_change", 15, NUMBER),
        Column("预测\nforecast_value", 10, NUMBER),
        Column("预测下限\nforecast_low", 10, NUMBER),
        Column("预测上限\nforecast_high", 10, NUMBER),
        Column("加拿大统计局\nstatcan_ratio", 12, INDEX),
        Column("联合国统计司\nunsd_ratio", 12, INDEX),
        Column("亚太经社会\nescap_csi", 11, NUMBER),
        Column("德国联邦统计局\ndestatis_symbol", 14),
    )
    rows = [
        (
            one.number,
            one.indicator.name,
            row.period,
            row.milestone_year,
            row.assessed_period,
            row.target_value,
            row.value,
            one.indicator.unit,
            _source(one.status.source),
            row.completion,
            row.elapsed,
            row.schedule_index,
            row.progress_class,
            row.reason,
            row.required_yearly_change,
            row.forecast_value,
            row.forecast_low,
            row.forecast_high,
            row.statcan_ratio,
            row.unsd_ratio,
            row.escap_csi,
            wording.DESTATIS.get(row.destatis_symbol, row.destatis_symbol) if row.destatis_symbol else None,
        )
        for one in tracker.dossiers
        for row in one.milestones
    ]
    return Sheet("进度与里程碑", _simulated_note(tracker) + " 空白为不适用。", columns, rows, frozen_columns=2)


def _projects(tracker: Tracker) -> Sheet:
    columns = (
        Column("序号\nproject_no", 8),
        Column("章节", 40),
        Column("工程\nproject_name", 26),
        Column("性质", 12),
        Column("计划\nschedule", 22),
        Column("起始年\nschedule_from", 10),
        Column("截止年\nschedule_to", 10),
        Column("时间状态\nstate_zh", 12),
        Column("责任单位\nresponsible_units", 70, wraps=True),
    )
    rows = [
        (
            one.project_no,
            one.chapter,
            one.name,
            one.construction_type,
            one.schedule,
            one.schedule_from,
            one.schedule_to,
            one.state,
            one.responsible_units,
        )
        for one in tracker.projects
    ]
    return Sheet("工程", "规划未给出工程的量化进度,只列时间安排。", columns, rows, frozen_columns=3)


def _deliveries(tracker: Tracker) -> Sheet:
    columns = (
        Column("部门\ndepartment_zh", 20),
        Column("数据集", 30),
        Column("数据集标识\ndataset_id", 42),
        Column("账期\nbusiness_period", 13),
        Column("限期\ndue_at", 18),
        Column("状态", 11),
    )
    rows = [
        (
            line.department,
            line.dataset,
            line.dataset_id,
            line.business_period,
            line.due_at,
            wording.DELIVERY_STATES[line.state][1],
        )
        for line in tracker.calendar
    ]
    return Sheet("交付", "截至业务日期应报的全部交付。", columns, rows, frozen_columns=2)


def _definition(indicator: Indicator) -> str:
    parts = [part for part in (indicator.numerator, indicator.denominator) if part]
    status = wording.DEFINITIONS.get(indicator.definition_status, indicator.definition_status)
    return f"{indicator.name}:{' ÷ '.join(parts) or '–'}({status})"


def _notes(tracker: Tracker) -> Sheet:
    rows: list[tuple[Any, ...]] = [(kind, kind.meaning) for kind in wording.CLASSES]
    rows += [(word, meaning) for _, word, meaning in wording.SOURCES.values()]
    rows += [(f"证据 {grade}", meaning) for grade, meaning in wording.EVIDENCE.items()]
    rows += [
        ("时序指数", "完成比例 ÷ 时间比例,沿基期至各里程碑的分段折线计算"),
        ("完成比例", "(现值 − 基期) ÷ (目标 − 基期)"),
        ("从数值到文件行", "citylake why 指标序号"),
        *(
            (
                f"校核单 {one.request_id}",
                f"{one.department} 待更正 {one.rows_open} 行,限期 {wording.day(one.due_at)},状态 {one.status}",
            )
            for one in tracker.corrections
        ),
        *((f"指标{one.number} 定义", _definition(one.indicator)) for one in tracker.dossiers),
    ]
    return Sheet(
        "说明",
        "判断、来源、证据、未办结校核单与各指标定义。",
        (Column("名称", 22), Column("含义", 90, wraps=True)),
        rows,
    )
