"""A synthetic city of small deliveries: 36 departments, 150 files of 100 rows, in the three usual forms."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import xlsxwriter
import yaml

from citylake.settings import PACKAGE

DEPARTMENTS = 36
FILES = 150
ROWS = 100
UNTIL = date(2025, 9, 30)
HEADERS = {
    "tax_registration_no": "登记号",
    "uscc": "统一社会信用代码",
    "entity_name": "单位名称",
    "legal_representative_id": "法定代表人证件号码",
    "address": "地址",
    "registered_date": "登记日期",
    "updated_at": "更新时间",
}
# Each department delivers in one of these.
FORMS: list[dict[str, object]] = [
    {"type": "csv", "encodings": ["gb18030"]},
    {"type": "csv", "encodings": ["utf-8"]},
    {"type": "csv", "encodings": ["gb18030", "utf-8"]},
    {"type": "xlsx"},
]
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def write_city(folder: Path) -> tuple[Path, Path]:
    """Writes `contracts/` and `inbox/<department>/<file>` below a folder; returns the two."""
    contracts, inbox = folder / "contracts", folder / "inbox"
    (contracts / "datasets").mkdir(parents=True)
    for name in ("columns.yml", "codes.yml", "holidays.csv"):
        shutil.copy(PACKAGE / "contracts" / name, contracts)
    for number in range(DEPARTMENTS):
        path = contracts / "datasets" / f"{_department(number)}__register.yml"
        path.write_text(yaml.safe_dump(_contract(number), allow_unicode=True, sort_keys=False), encoding="utf-8")
    for number in range(FILES):
        department, month = number % DEPARTMENTS, number // DEPARTMENTS + 1
        form = FORMS[department % len(FORMS)]
        path = inbox / _department(department) / f"登记册_{department:02d}_2025{month:02d}.{form['type']}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_workbook(number) if form["type"] == "xlsx" else _text(number, form))
    return contracts, inbox


def _department(number: int) -> str:
    return f"department_{number:02d}"


def _contract(number: int) -> dict[str, object]:
    form = FORMS[number % len(FORMS)]
    return {
        "dataset": f"{_department(number)}__register",
        "title": {"zh": f"登记册 {number}", "en": f"Register {number}"},
        "each_row_is_a": "registered unit",
        "owner": {"department": f"部门 {number:02d}"},
        "catalogue": {
            "code": f"3-99-{number:03d}/0001",
            "share": "不予共享",
            "open": "不开放",
            "level": 3,
            "legal_basis": "政务信息资源共享管理暂行办法",
        },
        "status": "active",
        "version": 1,
        "delivery": {
            "mode": "increment",
            "cycle": "monthly",
            "file_name": f"登记册_{number:02d}_{{period}}.{form['type']}",
            "since": date(2025, 1, 1),
            "due": {"days": 8, "time": "18:00"},
        },
        "form": form,
        "key": ["tax_registration_no"],
        "columns": {
            name: {"headers": [header], "required": name != "legal_representative_id"}
            for name, header in HEADERS.items()
        },
        "not_records": ["^合计", "^制表人"],
        "reject": {"rows_at_most": 20, "share_at_most": 0.1},
    }


def _rows(number: int) -> Iterator[list[str]]:
    for row in range(ROWS):
        serial = number * ROWS + row
        yield [
            f"T{serial:09d}",
            _uscc(serial),
            f"常州市第{serial}号𠮷祥有限公司",
            _resident_id(serial),
            f"常州市天宁区延陵中路 {row} 号",
            f"20{row % 24:02d}-0{row % 9 + 1}-{row % 27 + 1:02d}",
            f"2025-0{number // DEPARTMENTS + 1}-20 08:00:{row % 60:02d}",
        ]


def _uscc(serial: int) -> str:
    organisation = f"{serial:08d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    digit = (11 - sum(int(d) * w for d, w in zip(organisation, weights, strict=True)) % 11) % 11
    body = f"91320402{organisation}{'X' if digit == 10 else digit}"
    return body + _ALPHABET[(31 - sum(_ALPHABET.index(c) * 3**n % 31 for n, c in enumerate(body)) % 31) % 31]


def _resident_id(serial: int) -> str:
    body = f"320402{1950 + serial % 50}{serial % 12 + 1:02d}{serial % 28 + 1:02d}{serial % 999 + 1:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _text(number: int, form: dict[str, object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([list(HEADERS.values()), *_rows(number)])
    return out.getvalue().encode("utf-8" if form["encodings"] == ["utf-8"] else "gb18030")


def _workbook(number: int) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("登记册")
        for line, cells in enumerate([list(HEADERS.values()), *_rows(number)]):
            for place, cell in enumerate(cells):
                sheet.write_string(line, place, cell)
    return out.getvalue()
