"""Workbooks: title rows, merged headers, footers, and the numbers that Excel makes of identifiers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.engine import Staged, stage_file

IDS = ["320402195801010017", "320421196501010019", "329015199101010012"]


def contract(form: str = "xlsx", header_rows: int = 2) -> Contract:
    def column(name: str, header: str, kind: str, check: str | None = None) -> dict[str, object]:
        return {
            "name": name, "zh": header, "type": kind, "check": check, "level": 1, "meaning": name,
            "headers": [header], "required": True,
        }  # fmt: skip

    return Contract.model_validate(
        {
            "dataset": "test__cards",
            "title": {"zh": "名册", "en": "cards"},
            "each_row_is_a": "card",
            "owner": {"department": "测试"},
            "catalogue": {"code": "1", "share": "不予共享", "open": "不开放", "level": 4},
            "status": "active",
            "version": 1,
            "delivery": {
                "mode": "full", "cycle": "monthly", "file_name": "名册_{period}.xlsx", "since": "2025-01-01",
                "due": {"days": 1, "time": "08:00"},
            },
            "form": {"type": form, "sheet": "名册", "header_rows": header_rows},
            "key": ["resident_id"],
            "columns": {
                "person_name": column("person_name", "姓名", "text"),
                "resident_id": column("resident_id", "公民身份号码", "code", "resident_id"),
                "issued_date": column("issued_date", "发卡日期", "date"),
            },
            "not_records": ["^合计", "^制表人"],
            "reject": {"rows_at_most": 10, "share_at_most": 0.9},
        }
    )  # fmt: skip


def write(path: Path, ids: list[object], issued: list[object]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("说明").write(0, 0, "不是数据")
        sheet = book.add_worksheet("名册")
        sheet.merge_range(0, 0, 0, 2, "常州市持卡人名册")
        sheet.merge_range(1, 0, 2, 0, "姓名")
        sheet.merge_range(1, 1, 1, 2, "持卡情况")
        sheet.write_row(2, 1, ["公民身份号码", "发卡日期"])
        for n, (identifier, day) in enumerate(zip(ids, issued, strict=True), 3):
            sheet.write_row(n, 0, ["王", identifier, day])
        sheet.write_row(len(ids) + 4, 0, ["合计", len(ids)])
        sheet.write(len(ids) + 5, 0, "制表人：李四")
    return path


def stage(path: Path, kind: Contract) -> Staged:
    return stage_file(path, kind, {}, "d-1", path.parent, file_name=path.name)


def test_title_rows_merged_headers_and_footers_are_lines_that_are_not_records(tmp_path: Path) -> None:
    staged = stage(write(tmp_path / "名册_202509.xlsx", IDS, ["2020-01-01", "2020年1月2日", 43833]), contract())

    assert (staged.rows_accepted, staged.rows_rejected, staged.rows_not_records) == (3, 0, 6)
    rows = pl.read_parquet(staged.parts[0])
    assert rows["line_number"].to_list() == [4, 5, 6]
    assert rows["sheet_name"].unique().to_list() == ["名册"]
    assert [str(day) for day in rows["issued_date"]] == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert staged.rejects is not None
    reasons = dict(pl.read_parquet(staged.rejects).select("line_number", "reason_code").iter_rows())
    assert reasons == {
        1: "row.title", 2: "row.header", 3: "row.header", 7: "row.blank", 8: "row.total", 9: "row.footer",
    }  # fmt: skip


def test_an_identifier_that_became_a_number_is_rejected_by_its_cell(tmp_path: Path) -> None:
    path = write(tmp_path / "名册_202509.xlsx", [IDS[0], int(IDS[1]), 3204], ["2020-01-01"] * 3)
    staged = stage(path, contract())
    assert (staged.rows_accepted, staged.rows_rejected) == (1, 2)
    assert staged.rejects is not None
    rejected = pl.read_parquet(staged.rejects).filter(kind="row_rejected")
    assert rejected.select("line_number", "column_name", "reason_code").rows() == [
        (5, "resident_id", "code.lost_precision"),
        (6, "resident_id", "code.became_number"),
    ]
    assert staged.reading is not None
    assert any("公民身份号码" in note and "数字" in note for note in staged.reading.notes)


def test_a_doubled_key_in_a_full_delivery_is_rejected_once_named(tmp_path: Path) -> None:
    staged = stage(write(tmp_path / "名册_202509.xlsx", [IDS[0], IDS[1], IDS[0]], ["2020-01-01"] * 3), contract())
    assert (staged.rows_accepted, staged.rows_rejected) == (2, 1)
    assert staged.rejects is not None
    rejected = pl.read_parquet(staged.rejects).filter(kind="row_rejected")
    assert rejected.select("line_number", "reason_code").rows() == [(6, "key.duplicate")]


def test_a_missing_sheet_names_the_sheets_there_are(tmp_path: Path) -> None:
    path = tmp_path / "名册_202509.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面").write(0, 0, "姓名")
    with pytest.raises(FileRefused) as refused:
        stage(path, contract())
    assert refused.value.rule == "file.sheet_missing"
    assert "封面" in str(refused.value)


def test_a_far_cell_that_would_need_too_much_memory_is_refused_and_the_next_workbook_is_read(tmp_path: Path) -> None:
    far = tmp_path / "远.xlsx"
    with xlsxwriter.Workbook(far) as book:
        sheet = book.add_worksheet("名册")
        sheet.write_row(0, 0, ["姓名", "公民身份号码", "发卡日期"])
        sheet.write(1_048_575, 16_383, "x")
    with pytest.raises(FileRefused) as refused:
        stage(far, contract(header_rows=1))
    assert refused.value.rule == "file.too_large"
    assert stage(write(tmp_path / "名册_202509.xlsx", IDS, ["2020-01-01"] * 3), contract()).rows_accepted == 3
