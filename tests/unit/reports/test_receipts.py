"""A receipt says first what became of a delivery and what to do by when; delivered cells stay text, never formulas."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import fastexcel
import pytest

from citylake.contracts.reasons import REASONS
from citylake.reports import receipt as facts
from citylake.reports.receipt import Answered, Counts, Earlier, NotRecord, Problem, ProblemGroup, Receipt, Refusal
from citylake.reports.receipt_files import write_receipt
from citylake.reports.receipt_wording import change
from citylake.settings import SHANGHAI

FORMULAS = ('=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "http://x.cn/1", "\t=1", "0320402", "1E5")
HEADERS = ("公民身份号码", "性别", "户籍所在地区划")


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2025, 10, day, hour, tzinfo=SHANGHAI)


def receipt(**changes: Any) -> Receipt:
    made = Receipt(
        delivery_id="20251001T083000-0a1b2c3d4e5f",
        status="accepted",
        department="市公安局",
        dataset_id="public_security__resident_register",
        dataset_zh="户籍人口信息",
        period="2025-09-30",
        kind="full",
        file_name="户籍人口信息_20250930.csv",
        sha256="ab" * 32,
        size_bytes=4096,
        received_at=at(1),
        due_at=at(1, 9),
        is_late=False,
        contract_version=3,
        counts=Counts(41, 39, 1, 1),
        answer_due_at=at(15, 18),
        table=facts.Table(HEADERS, {1: ("男", "女")}),
    )
    return replace(made, **changes)


def cells(path: Path, sheet: str) -> list[list[str]]:
    frame = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [["" if cell is None else cell for cell in row] for row in frame.iter_rows()]


def text(one: Receipt, folder: Path, sheet: str = "回执") -> str:
    path = folder / "receipt.xlsx"
    write_receipt(one, path)
    return "\n".join(" ".join(filter(None, row)) for row in cells(path, sheet))


def rejected(values: tuple[str, ...]) -> dict[str, Any]:
    rows = tuple(
        facts.RowToCorrect(None, line, (value, "男", "0320402"), frozenset({0}), "公民身份号码: 不对")
        for line, value in enumerate(values, 2)
    )
    problems = tuple(Problem(None, row.line, HEADERS[0], row.cells[0], "resident_id.length") for row in rows)
    return {
        "counts": Counts(41, 41 - len(rows), len(rows), 0),
        "problems": problems,
        "problems_total": len(problems),
        "rows_to_correct": rows,
        "rows_to_correct_total": len(rows),
        "groups": (ProblemGroup("resident_id.length", HEADERS[0], len(rows), None, 2),),
    }


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"counts": Counts(40, 40, 0, 0)}, ["已接收", "40 行入库", "没有退回", "无需处理"]),
        (
            {
                "counts": Counts(40, 40, 0, 0),
                "problems": (Problem(None, 7, "经度", "31.75", "coordinate.swapped", is_row_rejected=False),),
                "problems_total": 1,
            },
            ["已接收", "40 行入库", "没有退回", "1 个值不合规定", "没有采用", "不必重报", "问题清单", "下次报送"],
        ),
        (rejected(("1",)), ["已接收", "40 行入库", "1 行退回", "2025年10月15日 18:00", "待更正行", "原样报回"]),
        (
            {"status": "held", "reason_code": "delivery.over_threshold", "message": "拒收 9 行, 超过上限。 下一步: 无"},
            ["暂存", "没有发布", "拒收 9 行", "10月15日", REASONS["delivery.over_threshold"].action_zh, "核准放行"],
        ),
        (
            {
                "status": "refused",
                "counts": None,
                "refusal": Refusal("file.mojibake", "文字已是乱码", "重新导出", "表一", 17, "姓名", "锟斤拷"),
            },
            ["拒收", "没有入库", "表一", "第 17 行", "姓名", "锟斤拷", "文字已是乱码", "file.mojibake", "重新导出"],
        ),
        (
            {"status": "duplicate", "counts": None, "message": "与 20251001T080000-aaaaaaaaaaaa 内容相同"},
            ["重复", "完全相同", "20251001T080000-aaaaaaaaaaaa", "无需处理"],
        ),
        (
            {
                "status": "refused",
                "counts": None,
                "dataset_id": None,
                "dataset_zh": None,
                "period": None,
                "kind": None,
                "due_at": None,
                "contract_version": None,
                "answer_due_at": None,
                "refusal": Refusal("file.unknown_dataset", "没有契约认得文件 'x.csv'"),
            },
            ["拒收", "没有契约认得文件", REASONS["file.unknown_dataset"].action_zh.split(";")[0]],
        ),
        (
            {
                "kind": "correction",
                "counts": Counts(5, 5, 0, 0),
                "answered": (Answered("JH-20251001T080000-aaaaaaaaaaaa", "户籍.csv", 5, 2),),
            },
            ["更正", "销号 5 行", "还有 2 行待更正", "JH-20251001T080000-aaaaaaaaaaaa", "户籍.csv"],
        ),
    ],
)
def test_the_answer_stands_first_with_what_to_do(changes: dict[str, Any], says: list[str], tmp_path: Path) -> None:
    page = text(receipt(**changes), tmp_path)
    plain = page.replace("\uff0c", ", ").replace("\uff1b", "; ").replace("\uff1a", ": ")
    assert [word for word in says if word not in page and word not in plain] == []
    for fact in ("户籍人口信息_20250930.csv", "2025-10-01 08:00", "abababababababab"):
        assert fact in page


def test_this_delivery_stands_beside_the_one_before(tmp_path: Path) -> None:
    page = text(receipt(earlier=Earlier("2025-09-29", at(1, 1), Counts(50, 50, 0, 0))), tmp_path)
    assert "上次 (2025-09-29)" in page
    assert "文件中的行 41 50 −18.0%" in page
    assert "退回 1 0 +1" in page


@pytest.mark.parametrize(
    ("now", "before", "says"),
    [(41, 50, "−18.0%"), (3089, 3090, "−1"), (50, 50, "持平"), (5, 0, "+5"), (0, 0, "–"), (60, 50, "+20.0%")],
)
def test_a_change_is_said_in_the_words_that_say_most(now: int, before: int, says: str) -> None:
    assert change(now, before) == says


def test_delivered_cells_stay_the_text_they_are(tmp_path: Path) -> None:
    path = tmp_path / "receipt.xlsx"
    write_receipt(receipt(**rejected(FORMULAS)), path)
    assert [row[4] for row in cells(path, "问题清单")[1:]] == list(FORMULAS)
    back = cells(path, "待更正行")
    assert back[0] == ["校核单号", "原工作表", "原行号", *HEADERS, "问题"]
    assert [row[3] for row in back[1:]] == list(FORMULAS)
    assert {row[5] for row in back[1:]} == {"0320402"}
    assert [row[2] for row in back[1:]] == [str(line) for line in range(2, 2 + len(FORMULAS))]


def test_every_reason_is_printed_with_its_words_and_action(tmp_path: Path) -> None:
    problems = tuple(Problem("表一", line, "列", "值", code) for line, code in enumerate(REASONS, 2))
    path = tmp_path / "receipt.xlsx"
    write_receipt(receipt(problems=problems, problems_total=len(problems)), path)
    found = {row[7]: (row[1], row[2], row[5], row[6]) for row in cells(path, "问题清单")[1:]}
    assert set(found) == set(REASONS)
    for line, code in enumerate(REASONS, 2):
        assert found[code][:2] == ("表一", str(line))
        assert found[code][2] and found[code][3]


def test_a_list_beyond_its_bound_says_how_many_more_there_are(tmp_path: Path) -> None:
    more = receipt(**rejected(("1",)) | {"problems_total": 60_000, "rows_to_correct_total": 20_000})
    assert "“待更正行”只列出前 1 行" in text(more, tmp_path)
    assert "59,999" in text(more, tmp_path, "问题清单")
    assert "50,000" in text(more, tmp_path)
    aside = receipt(not_records=(NotRecord(None, 41, "合计,40", "row.total"),), not_records_total=9)
    assert "还有 8 行" in text(aside, tmp_path, "非数据行")


def test_a_cell_longer_than_excel_takes_is_cut_with_its_length(tmp_path: Path) -> None:
    page = text(receipt(**rejected(("长" * 40_000,))), tmp_path, "问题清单")
    assert "共 40,000 字" in page


def test_the_same_facts_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_receipt(receipt(**rejected(("1", "2"))), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
