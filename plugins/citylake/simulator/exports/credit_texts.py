"""Texts of credit records: document numbers, deciding offices, facts and grounds."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.world import divisions as places
from citylake.simulator.world.credit import BLACK_LISTS, RED_LISTS
from citylake.simulator.world.entity_names import joined

LIST_NAMES = (*RED_LISTS, *BLACK_LISTS)
LIST_OFFICES = (
    "国家税务总局常州市税务局",
    "常州市市场监督管理局",
    "常州市人力资源和社会保障局",
    "常州市市场监督管理局",
    "国家税务总局常州市税务局",
    "常州市人力资源和社会保障局",
    "常州市应急管理局",
)
# Offices that license and punish, with the word that stands in their document numbers.
OFFICES = ("市场监督管理局", "城市管理局", "生态环境局", "应急管理局", "交通运输局", "卫生健康局", "住房和城乡建设局")
WORDS = ("市监", "城管", "环", "应急", "交", "卫", "建")
SHORT = [f"常{name[0]}" for name in places.DIVISION_NAMES]
TOWNS = [f"常州市{name}" if name.endswith("区") else name for name in places.DIVISION_NAMES]
OFFICE_NAMES = [town + office for office in OFFICES for town in TOWNS]
COURTS = [f"{town}人民法院" for town in TOWNS]
VIOLATIONS = (
    "经营超过保质期的食品",
    "未按规定公示年度报告",
    "擅自占用城市道路堆放物料",
    "超标排放水污染物",
    "未如实记录安全生产教育和培训情况",
    "使用无道路运输证的车辆参加货物运输",
    "未取得卫生许可证擅自营业",
    "未取得施工许可证擅自施工",
    "发布虚假广告",
)
BASES = (
    "《中华人民共和国食品安全法》第一百二十四条",
    "《企业信息公示暂行条例》第十七条",
    "《江苏省城市市容和环境卫生管理条例》第五十一条",
    "《中华人民共和国水污染防治法》第八十三条",
    "《中华人民共和国安全生产法》第九十七条",
    "《中华人民共和国道路运输条例》第六十三条",
    "《公共场所卫生管理条例实施细则》第三十五条",
    "《中华人民共和国建筑法》第六十四条",
    "《中华人民共和国广告法》第五十五条",
)


def _years(days: np.ndarray) -> pl.Series:
    return pl.Series(days.astype(np.int32)).cast(pl.Date).dt.year().cast(pl.String)


def decision_nos(word: str, rows: np.ndarray, days: np.ndarray, division: np.ndarray) -> pl.Series:
    """Document numbers such as 常武市监罚〔2024〕000123号: another one for every row of a book."""
    office = pick(WORDS, rows % len(WORDS))
    serial = pl.Series(10_000_000 + rows).cast(pl.String).str.slice(1)
    return joined(pick(SHORT, division), office, word + "〔", _years(days), "〕", serial, "号")


def offices(rows: np.ndarray, division: np.ndarray) -> pl.Series:
    """The office of the division that made each decision."""
    return pick(OFFICE_NAMES, rows % len(OFFICES) * len(TOWNS) + division)


def case_nos(rows: np.ndarray, days: np.ndarray, division: np.ndarray) -> pl.Series:
    """Numbers of enforcement cases such as (2021)苏0402执1234号; the court's digits are the division's last ones."""
    court = pick([code[2:] for code in places.DIVISIONS], division)
    return joined("(", _years(days), ")苏", court, "执", pl.Series(1000 + rows).cast(pl.String), "号")
