"""How each department lays its exports out: file name, form, headers in order, and the kind of every column.

This is the simulator's own copy of what the departments do, kept apart from the contracts on purpose: the two are
compared by a test, so neither can drift silently.
"""

from __future__ import annotations

from citylake.simulator.forms import Layout, fields_of
from citylake.simulator.layout_government import GOVERNMENT
from citylake.simulator.layout_people import ENTERPRISES, PEOPLE

FIGURES = fields_of("""
    indicator_code 指标代码 text
    indicator_name 指标或序列名称 text
    stat_year 年份 int
    period_label 时期 text
    value 数值 decimal
    unit 单位 text
    division_code 区划代码 code
    division_name 地区 text
    scope_code 统计范围 text
    vintage 数据版本 text
    confidence_code 可信度 text
    document_title 来源名称 text
    document_url 来源地址 text
    published_date 发布日期 text
    note 备注 text
""")

_FIGURES = (
    Layout("statistics__bulletin_figures", "统计公报与公开发布数据", "csv", "yearly", FIGURES),
    Layout("industry__published_figures", "工业和信息化公开数据", "xlsx", "yearly", FIGURES, sheet="公开数据"),
    Layout("government_services__published_figures", "政务服务公开数据", "xls", "yearly", FIGURES, sheet="公开数据"),
    Layout("big_data__published_figures", "智慧城市公开数据", "csv", "yearly", FIGURES, encoding="utf-8-sig"),
    Layout("ecology__published_figures", "生态环境公开数据", "csv", "yearly", FIGURES),
    Layout("government_office__published_figures", "市政府公开数据", "jsonl", "yearly", FIGURES),
)

LAYOUTS = {one.dataset: one for one in (*PEOPLE, *ENTERPRISES, *GOVERNMENT, *_FIGURES)}
