"""Every delivery gets its receipt right after staging: what came, what was rejected and where, what to do by when."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import fastexcel
import pytest

from citylake import landing, staging
from citylake.contracts import Period
from citylake.lake import Lake
from citylake.orchestration import report_files, stages
from citylake.orchestration.receipts import ReceiptsSummary
from citylake.settings import Settings
from samples import residents_file

pytestmark = pytest.mark.store

DAY = Period.parse("2025-09-30").end
NAME = "户籍人口信息_20250930.csv"
FORMULA = "=1+1"


def deliver(store: Settings, folder: Path, name: str, *rows: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(residents_file.text(*rows).encode("gb18030"))
    landing.deliver(store, [path])
    landing.land(store)
    staging.stage(store)


def receipts(store: Settings) -> list[Path]:
    return sorted((store.reports_dir / DAY.isoformat() / "receipts").rglob("*.xlsx"))


def cells(path: Path, sheet: str) -> list[list[str]]:
    frame = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return [["" if cell is None else cell for cell in row] for row in frame.iter_rows()]


def text(path: Path, sheet: str = "回执") -> str:
    return "\n".join(" ".join(row) for row in cells(path, sheet))


@pytest.fixture
def delivered(store: Settings, tmp_path: Path) -> Path:
    """The receipt of a delivery with five planted errors, at lines 5, 9, 13, 17 and 21."""
    rows = [residents_file.row(n) for n in range(200)]
    rows[3] = residents_file.row(3, resident_id="00123")
    rows[7] = residents_file.row(7, birth="1958-02-30")
    rows[11] = residents_file.row(11, status="不详")
    rows[15] = residents_file.row(15, resident_id=FORMULA)
    rows[19] = residents_file.row(19) + ",多出一格"
    deliver(store, tmp_path / "one", NAME, *rows)
    assert stages.receipts(store, DAY) == ReceiptsSummary(written=1, unchanged=0)
    (path,) = receipts(store)
    return path


def test_all_five_planted_errors_are_named_by_line_and_field(delivered: Path) -> None:
    found = [(row[2], row[3], row[7]) for row in cells(delivered, "问题清单")[1:]]
    assert found == [
        ("5", "公民身份号码", "resident_id.length"),
        ("9", "出生日期", "value.not_date"),
        ("13", "注销状态", "code.unknown"),
        ("17", "公民身份号码", "resident_id.length"),
        ("21", "整行", "row.too_long"),
    ]
    page = text(delivered)
    assert "195 行入库" in page
    assert "5 行退回" in page


def test_the_rows_come_back_as_they_were_delivered(delivered: Path) -> None:
    header, *rows = cells(delivered, "待更正行")
    assert [row[2] for row in rows] == ["5", "9", "13", "17", "21"]
    by_name = [dict(zip(header, row, strict=True)) for row in rows]
    assert by_name[0]["公民身份号码"] == "00123"
    assert by_name[3]["公民身份号码"] == FORMULA
    assert by_name[1]["出生日期"] == "1958-02-30"
    assert {one["校核单号"] for one in by_name} == {f"JH-{delivered.stem}"}
    assert "多出一格" in by_name[4]["问题"]  # a row that cannot be split is given to read
    assert by_name[4]["公民身份号码"] == ""


def test_only_its_owner_reads_a_receipt_and_the_store_has_it(store: Settings, delivered: Path) -> None:
    assert stat.S_IMODE(delivered.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in list(delivered.parents)[:2]} == {0o700}
    assert delivered.parts[-4:-1] == (DAY.isoformat(), "receipts", "public_security")
    assert Lake(store).get("reports", delivered.relative_to(store.reports_dir).as_posix()) == delivered.read_bytes()


def test_a_receipt_is_written_once_for_each_state_of_its_delivery(store: Settings, delivered: Path) -> None:
    written = delivered.read_bytes()
    assert stages.receipts(store, DAY) == ReceiptsSummary(written=0, unchanged=1)
    lake = Lake(store)
    (mark,) = [item.key for item in lake.list("reports", "_receipts/")]
    lake.remove("reports", mark)  # killed before the mark was put
    assert stages.receipts(store, DAY, "public_security") == ReceiptsSummary(written=1, unchanged=0)
    assert delivered.read_bytes() == written
    assert [item.key for item in lake.list("reports", "_receipts/")] == [mark]
    (sent,) = [json.loads(lake.get("quarantine", item.key)) for item in lake.list("quarantine", "_decisions/")]
    assert (sent["event"], sent["delivery_id"]) == ("sent", delivered.stem)


def test_refused_duplicate_and_unknown_files_have_receipts_too(store: Settings, tmp_path: Path) -> None:
    good = [residents_file.row(n) for n in range(10)]
    deliver(store, tmp_path / "one", NAME, *good)
    deliver(store, tmp_path / "two", NAME, *good)
    deliver(store, tmp_path / "public_security", "户籍.csv", *good)
    deliver(store, tmp_path / "three", "户籍人口信息_20250929.csv")
    deliver(store, tmp_path / "four", "户籍人口信息_20250928.csv", *[residents_file.row(n, "1") for n in range(9)])
    summary = stages.receipts(store, DAY)
    pages = [text(path) for path in receipts(store)]
    assert summary.written == len(pages) == 5
    for word in ("● 已接收", "＝ 重复", "没有契约认得文件", "只有表头", "超过契约上限"):
        assert sum(word in page for page in pages) == 1, word


def test_the_tracker_of_a_date_leaves_its_receipts_where_they_are(store: Settings, delivered: Path) -> None:
    folder = store.reports_dir / DAY.isoformat()
    for killed_after in ("nothing", "old", "both"):
        partial, old = folder.with_name(f".{folder.name}.partial"), folder.with_name(f".{folder.name}.old")
        if killed_after != "nothing":
            folder.rename(old)
        if killed_after == "both":
            shutil.copytree(old, folder)
        partial.mkdir()
        (partial / "tracker.html").write_text(killed_after)
        report_files.move_into_place(partial, folder)
        assert (folder / "tracker.html").read_text() == killed_after
        assert delivered.exists()
        assert not old.exists()
        assert not partial.exists()
