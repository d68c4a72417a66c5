"""The sentences of a receipt: the answer first, then what to do and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from citylake.contracts.reasons import reason_of
from citylake.reports.receipt import Receipt, Status
from citylake.reports.wording import day, period

KINDS = {
    "full": "全量",
    "increment": "增量",
    "event": "逐笔",
    "correction": "更正",
    "supplement": "补报",
    "withdrawal": "撤回",
}
# Below this a share would print as nothing; the difference itself says more.
_LEAST_SHARE = 0.0005
UNITS = {
    "lines": "行, 数的是文件字节里的换行",
    "sheet_rows": "行, 数的是工作表自身的行标记",
    "records": "条, 数的是文件自身的记录标记",
}


@dataclass(frozen=True)
class Verdict:
    """What became of a delivery: a mark that does on a grey print, a word, and its colours."""

    mark: str
    word: str
    colour: str
    ink: str = "#FFFFFF"


VERDICTS: dict[Status, Verdict] = {
    "accepted": Verdict("●", "已接收", "#0F4C5C"),
    "held": Verdict("◇", "暂存", "#DD9A3A", "#2B1C05"),
    "refused": Verdict("✕", "拒收", "#9E2A2B"),
    "duplicate": Verdict("＝", "重复", "#D2D2CC", "#3D3F41"),
    "superseded": Verdict("–", "已撤回", "#D2D2CC", "#3D3F41"),
}


def answer(receipt: Receipt) -> str:
    """What became of the delivery, in one sentence."""
    counts = receipt.counts
    if receipt.status == "duplicate":
        return f"与已收到的文件内容完全相同,已登记,不重复入库。{_plain(receipt.message)}"
    if receipt.status == "superseded":
        return f"不再计入。{_plain(receipt.message)}"
    if receipt.status == "refused" or counts is None:
        return _sentence(f"整份文件没有入库:{_cause(receipt)}")
    if receipt.status == "held":
        return _sentence(f"整批没有发布:{_cause(receipt)}")
    if receipt.kind == "withdrawal":
        return f"已按要求撤回{_of(receipt)}。{_plain(receipt.message)}"
    taken = f"{counts.accepted:,} 行入库"
    if counts.rejected:
        return f"{taken},{counts.rejected:,} 行退回更正。"
    if receipt.problems_total:
        return f"{taken},没有退回;其中 {receipt.problems_total:,} 个值不合规定,没有采用。{_settled(receipt)}"
    return f"{taken},没有退回。{_settled(receipt)}"


def next_step(receipt: Receipt) -> str:
    """What the clerk does, and by when; never empty."""
    until = f"请于{by(receipt.answer_due_at)}前" if receipt.answer_due_at else "请"
    if receipt.status == "duplicate":
        return "无需处理。如果本意是更正,请核对是否又报了旧文件。"
    if receipt.status == "superseded":
        return "无需处理。需要重新报送的,按新文件报送。"
    if receipt.status == "refused":
        return f"{until}处理后重报:{refusal_action(receipt)}。"
    if receipt.status == "held":
        action = reason_of(receipt.reason_code).action_zh if receipt.reason_code else "等数据管理员确认"
        return f"{until}处理:{action}。情况属实、无需更正的,向数据管理员说明原因,由其核准放行。"
    if not receipt.counts or not receipt.counts.rejected:
        if receipt.counts and receipt.problems_total:
            return "不必重报。请对照工作表“问题清单”在源系统更正没有采用的值,下次报送时即可采用。"
        return "无需处理。"
    return f"{until}在工作表“待更正行”中改正标出的单元格,保存后将本文件原样报回;也可在源系统更正后重报整份文件。"


def refusal_action(receipt: Receipt) -> str:
    """What a refused file needs: staging's own words, else those of its reason."""
    refusal = receipt.refusal
    if refusal and refusal.action:
        return refusal.action.rstrip("。")
    code = refusal.reason_code if refusal else receipt.reason_code
    return reason_of(code).action_zh if code else "联系数据管理员"


def by(moment: datetime | None) -> str:
    """`2025年10月10日 18:00`."""
    return "–" if moment is None else f"{day(moment)} {moment:%H:%M}"


def minute(moment: datetime | None) -> str:
    return "–" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def timeliness(receipt: Receipt) -> str:
    """Whether a delivery came in time; irregular ones and answers have no date to keep."""
    if receipt.kind in ("correction", "supplement", "withdrawal"):
        return "–"
    if receipt.due_at is None:
        return "不定期,没有期限"
    if not receipt.is_late:
        return "按时"
    late = receipt.received_at - receipt.due_at
    return f"迟报 {late.days} 天" if late.days else f"迟报 {max(1, late.seconds // 3600)} 小时"


def change(now: int, before: int) -> str:
    """A difference as a share of what was before: `+2.4%`, `−12.0%`; the number where that would say nothing."""
    if not before:
        return "–" if not now else f"+{now:,}"
    share = (now - before) / before
    if abs(share) < _LEAST_SHARE:
        return "持平" if now == before else f"{now - before:+,}".replace("-", "−")
    return f"{share:+.1%}".replace("-", "−")


def place(sheet: str | None, line: int | None, column: str | None) -> str:
    """Where in the file: `系统目录 · 第 12 行 · 系统编号`."""
    return " · ".join(part for part in (sheet, f"第 {line} 行" if line else None, column) if part)


def _cause(receipt: Receipt) -> str:
    """A refused file says where it breaks which rule; a held one says what staging wrote."""
    refusal = receipt.refusal
    if refusal:
        where = place(refusal.sheet, refusal.line, refusal.column)
        return f"{where}:{refusal.text}" if where else refusal.text
    if receipt.message:
        return _first(receipt.message)
    return reason_of(receipt.reason_code).zh if receipt.reason_code else "原因未记录"


def _sentence(text: str) -> str:
    """A text with one full stop; a question keeps its mark."""
    return text if text.endswith(("?", "\uff1f", "。")) else f"{text}。"


def _first(message: str) -> str:
    """A message without its next step: that stands on a line of its own."""
    return message.replace("\n", " ").split("下一步")[0].rstrip(" ;；。.")


def _plain(message: str | None) -> str:
    text = _first(message) if message else ""
    return f"{text}。" if text else ""


def _of(receipt: Receipt) -> str:
    return f"{period(receipt.period)}的交付" if receipt.period else "该交付"


def _settled(receipt: Receipt) -> str:
    """What an answer did to the lists it answers."""
    done = sum(one.rows_settled for one in receipt.answered)
    left = sum(one.rows_open for one in receipt.answered)
    if not receipt.answered:
        return ""
    return f"销号 {done:,} 行,校核单已全部办结。" if not left else f"销号 {done:,} 行,校核单还有 {left:,} 行待更正。"
