"""Chinese words, marks, colours and number forms. One place, so that page, workbook and terminal say the same."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class ProgressClass:
    """A class of progress: the mark alone must do on a grey print. `ink` is the text colour on `colour`."""

    code: str
    zh: str
    mark: str
    colour: str
    ink: str
    meaning: str
    always: bool = True


CLASSES = (
    ProgressClass("achieved", "实现", "◉", "#0b3c49", "#ffffff", "在里程碑到期时达到目标值", always=False),
    ProgressClass("achieved_early", "提前实现", "●", "#0f4c5c", "#ffffff", "在里程碑到期之前已达到目标值"),
    ProgressClass("ahead", "快于预期", "▲", "#2a8c82", "#ffffff", "时序指数不低于 1.05"),
    ProgressClass("on_schedule", "基本符合预期", "■", "#9cc5bf", "#17332f", "时序指数在 0.95 至 1.05 之间"),
    ProgressClass("behind", "滞后", "▽", "#dd9a3a", "#2b1c05", "时序指数在 0 至 0.95 之间"),
    ProgressClass("reversed", "倒退", "▼", "#9e2a2b", "#ffffff", "现值低于基期(越小越好的指标为高于基期)"),
    ProgressClass("not_assessable", "无法评价", "–", "#d2d2cc", "#3d3f41", "没有数值、没有基期或口径未定,不作判断"),
)
_BY_NAME = {kind.zh: kind for kind in CLASSES}
NOT_ASSESSABLE = _BY_NAME["无法评价"]
NEEDS_ATTENTION = ("reversed", "behind")

SOURCES = {  # code: (one-character mark, word, explanation)
    "simulated": ("模拟", "模拟", "由模拟交付计算,不是真实统计"),
    "measured": ("测", "测算", "由部门交付的数据计算"),
    "published": ("公", "公布", "统计公报等公开发布的数值"),
}
DEFINITIONS = {"plan": "规划已定义", "standard": "引用标准", "proposed": "规划未给出公式,口径为拟定"}
BASELINE_MARK = {"first_observed": "(首个观测)"}
BASELINES = {"plan": "基期", "first_observed": "首个观测"}
DELIVERY_STATES = {
    "on_time": ("●", "按时"),
    "late": ("◐", "迟报"),
    "held": ("◇", "暂缓入库"),
    "refused": ("✕", "退回"),
    "missing": ("○", "未报"),
}
EVIDENCE = {
    "A": "应交数据全部交齐,拒收不超过 1%",
    "B": "有缺交或拒收超过 1%,或为公开发布值",
    "C": "最近一期未达证据要求而沿用前值,或口径与目标不同",
}
VINTAGES = {"preliminary": "初步数", "revised": "修订数", "forecast": "预计数", "final": "正式公布数"}
RATINGS = {
    "achieved": "已达到",
    "on track": "在轨",
    "moderate": "中等",
    "limited": "有限",
    "deterioration": "恶化",
    "acceleration needed": "需加快",
    "stagnation or regression": "停滞或倒退",
}
DESTATIS = {"sun": "晴", "sun_and_cloud": "晴间多云", "cloud": "多云", "storm": "雷雨"}
COUNTED_UNITS = frozenset({"个", "家", "户", "人", "件", "所", "项", "次", "Mbps"})


def progress_class(name: str | None) -> ProgressClass:
    """The class of a Chinese name as the warehouse writes it; without a name nothing can be judged."""
    return NOT_ASSESSABLE if name is None else _BY_NAME[name]


def source_mark(source: str | None) -> str:
    return SOURCES[source][0] if source in SOURCES else ""


def number(value: float | None, unit: str = "", *, digits: int | None = None) -> str:
    """A number for reading: thousands separated, as many decimals as the unit carries, a dash when there is none."""
    if value is None:
        return "–"
    places = digits if digits is not None else 0 if unit in COUNTED_UNITS else 1
    text = f"{value:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if places and digits is None and value == round(value) else text
    return text.replace("-", "−") if re.search(r"[1-9]", text) else text.replace("-", "")


def figure(value: float | None, unit: str) -> str:
    """A measured figure: always the decimals of its unit, so that figures under each other line up."""
    return number(value, unit, digits=0 if unit in COUNTED_UNITS else 1)


def signed(value: float | None, unit: str = "", *, digits: int | None = None) -> str:
    """A difference with its sign."""
    text = figure(value, unit) if digits is None else number(value, unit, digits=digits)
    return f"+{text}" if value is not None and value > 0 else text


def points(unit: str) -> str:
    """The unit of a difference: percentage points for percentages."""
    return "个百分点" if unit == "%" else unit


def amount(value: float | None, unit: str) -> str:
    """Number and unit as one text: `83.3%`, `14,210 家`."""
    return "–" if value is None else f"{number(value, unit)}%" if unit == "%" else f"{number(value, unit)} {unit}"


def period(text: str | None) -> str:
    """`2025-09` -> 2025年9月, `2025Q3` -> 2025年三季度, `2025` -> 2025年, `2025-09-30` -> 2025年9月30日."""
    if not text:
        return "–"
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return f"{match[1]}年{'一二三四'[int(match[2]) - 1]}季度"
    parts = text.split("-")
    return (
        "".join(f"{int(part)}{word}" for part, word in zip(parts, "年月日", strict=False))
        if parts[0].isdigit()
        else text
    )


def year_position(text: str) -> float:
    """Where a period ends on a line of year-ends: `2025-09` -> 2024.75, `2025` -> 2025.0, `2025Q3` -> 2024.75."""
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return int(match[1]) - 1 + int(match[2]) / 4
    parts = [int(part) for part in text.split("-")]
    return parts[0] - 1 + parts[1] / 12 if len(parts) > 1 else float(parts[0])


def moment(time: float | None) -> str:
    """A point on the line of year-ends: 2020.0 -> 2020年末, 2024.75 -> 2025年9月."""
    if time is None:
        return "–"
    months = round(time * 12)
    year, month = (months - 1) // 12 + 1, (months - 1) % 12 + 1
    return f"{year}年末" if month == 12 else f"{year}年{month}月"


def day(moment: date | datetime | None) -> str:
    return "–" if moment is None else f"{moment.year}年{moment.month}月{moment.day}日"


def short_day(moment: date | datetime | None) -> str:
    return "–" if moment is None else f"{moment.month}月{moment.day}日"
