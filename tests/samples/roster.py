"""A small register of benefit cards as the tests deliver it: one contract, written in every form, by other code.

Nothing here is shared with staging: files are put together byte by byte, so that a fault stands exactly where a test
says. Rows are dicts under the contract's column names.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import xlsxwriter
import xlwt
import yaml

from citylake.contracts import Contract

Row = dict[str, str]
SHEET = "名册"
CODES = {"sex": {"1": "1", "男": "1", "2": "2", "女": "2"}}
# name -> what columns.yml says of it, then what the contract adds.
COLUMNS: dict[str, dict[str, Any]] = {
    "card_no": {"zh": "卡号", "type": "code", "level": 1, "required": True, "position": [1, 8]},
    "resident_id": {
        "zh": "公民身份号码", "type": "code", "check": "resident_id", "level": 4, "required": True, "position": [9, 18],
    },
    "person_name": {"zh": "姓名", "type": "text", "level": 3, "required": True, "position": [27, 10]},
    "sex": {"zh": "性别", "type": "text", "level": 1, "codes": "sex", "position": [37, 4]},
    "issued_date": {"zh": "发卡日期", "type": "date", "level": 1, "position": [41, 12]},
    "amount_cny": {"zh": "补贴金额", "type": "decimal", "level": 1, "unit": "元", "position": [53, 12]},
    "division_code": {"zh": "区划代码", "type": "code", "check": "division", "level": 1, "position": [65, 6]},
    "remark": {"zh": "备注", "type": "text", "level": 1, "position": [71, 20]},
}  # fmt: skip
HEADERS = {name: str(terms["zh"]) for name, terms in COLUMNS.items()}
_DICTIONARY = ("zh", "type", "check", "level")
# What is delivered -> the form of the contract that takes it.
FORMS: dict[str, dict[str, Any]] = {
    "csv": {"type": "csv"},
    "tsv": {"type": "csv", "delimiters": [",", "\t"]},
    "utf-16": {"type": "csv", "encodings": ["utf-8", "utf-16"]},
    "gb18030": {"type": "csv", "encodings": ["gb18030"]},
    "xlsx": {"type": "xlsx", "sheet": SHEET},
    "xls": {"type": "xls", "sheet": SHEET},
    "ods": {"type": "ods", "sheet": SHEET},
    "json": {"type": "json", "records": "data.rows"},
    "jsonl": {"type": "jsonl"},
    "parquet": {"type": "parquet"},
    "fixed": {"type": "fixed", "encodings": ["gb18030"], "counts": "bytes"},
    "zip": {"type": "csv", "archive": "zip"},
    "gzip": {"type": "csv", "archive": "gzip"},
}
EXTENSIONS = {"utf-16": "csv", "gb18030": "csv", "fixed": "txt", "gzip": "csv.gz"}


def resident_id(number: int, division: str = "320402", day: str = "19580101") -> str:
    """A valid resident ID; the check digit is reckoned here."""
    digits = f"{division}{day}{number % 999 + 1:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def row(number: int = 1, **changes: str) -> Row:
    """A record that breaks no rule."""
    good = {
        "card_no": f"C{number:05d}",
        "resident_id": resident_id(number),
        "person_name": "王小明",
        "sex": "男",
        "issued_date": "2025-09-01",
        "amount_cny": "12.50",
        "division_code": "320402",
        "remark": "正常发放",
    }
    return good | changes


def rows(count: int = 5) -> list[Row]:
    return [row(number) for number in range(1, count + 1)]


# -- contracts -------------------------------------------------------------------------------------------------------


def terms(form: str | dict[str, Any] = "csv", dataset: str = "hall__roster", **changes: Any) -> dict[str, Any]:
    """A contract as its YAML file says it, all keys.

    `columns` given adds to single columns or changes them; `only` names the columns that there are.
    """
    extension = EXTENSIONS.get(form, form) if isinstance(form, str) else "csv"
    layout = FORMS[form] if isinstance(form, str) else form
    only = changes.pop("only", list(COLUMNS))
    left_out = _DICTIONARY if layout["type"] == "fixed" else (*_DICTIONARY, "position")
    columns: dict[str, Any] = {
        name: {key: value for key, value in COLUMNS[name].items() if key not in left_out}
        | {"headers": [COLUMNS[name]["zh"]]}
        for name in only
    }
    for name, of in changes.pop("columns", {}).items():
        columns[name] = {**columns.get(name, {}), **of}
    return {
        "dataset": dataset,
        "title": {"zh": "补贴卡名册", "en": "Register of benefit cards"},
        "each_row_is_a": "card",
        "owner": {"department": "市民服务局"},
        "catalogue": {"code": "3-99-001/0001", "share": "不予共享", "open": "不开放", "level": 4, "legal_basis": "x"},
        "status": "active",
        "version": 1,
        "delivery": {
            "mode": "full", "cycle": "monthly", "file_name": f"补贴卡名册_{{period}}.{extension}",
            "since": "2025-01-01", "due": {"days": 30, "time": "18:00"},
        },
        "form": layout,
        "key": ["card_no"],
        "columns": columns,
        "not_records": ["^合计", "^总计", "^制表人", "^填报", "^其中", "^注[:：]"],
        "reject": {"rows_at_most": 1000, "share_at_most": 1.0},
    } | changes  # fmt: skip


def contract(form: str | dict[str, Any] = "csv", **changes: Any) -> Contract:
    """The contract of the register in one form, as loading its YAML gives it."""
    given = terms(form, **changes)
    given["columns"] = {
        name: {"name": name, "meaning": name, **{k: v for k, v in COLUMNS[name].items() if k in _DICTIONARY}, **of}
        for name, of in given["columns"].items()
    }
    return Contract.model_validate(given)


def columns_of_dictionary() -> dict[str, dict[str, Any]]:
    """The register's part of columns.yml."""
    return {
        name: {"meaning": f"{name} of the card", **{k: v for k, v in of.items() if k in _DICTIONARY}}
        for name, of in COLUMNS.items()
    }


def as_yaml(given: dict[str, Any]) -> str:
    return str(yaml.safe_dump(given, allow_unicode=True, sort_keys=False))


# -- text forms ------------------------------------------------------------------------------------------------------


def table(records: Sequence[Row], headers: dict[str, str] = HEADERS) -> list[list[str]]:
    """Header and cells in the order of the headers."""
    return [list(headers.values()), *([record[name] for name in headers] for record in records)]


def csv_text(cells: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows(cells)
    return out.getvalue()


def json_lines(records: Sequence[Row]) -> str:
    return "".join(json.dumps(_named(record), ensure_ascii=False) + "\n" for record in records)


def json_document(records: Sequence[Row]) -> str:
    listed = ",\n".join(json.dumps(_named(record), ensure_ascii=False) for record in records)
    return f'{{"code": 0, "data": {{"rows": [\n{listed}\n]}}}}\n'


def fixed_line(record: Row, encoding: str = "gb18030") -> bytes:
    line = b""
    for name, of in COLUMNS.items():
        _, length = of["position"]
        line += record[name].encode(encoding)[:length].ljust(length)
    return line


def _named(record: Row) -> dict[str, str]:
    return {HEADERS.get(name, name): value for name, value in record.items()}


# -- workbooks and archives ------------------------------------------------------------------------------------------


def xlsx(sheets: dict[str, Sequence[Sequence[Any]]], options: dict[str, Any] | None = None) -> bytes:
    """A workbook of text cells (numbers where a cell is one)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True} | (options or {})) as book:
        book.set_properties({"created": datetime(2025, 10, 1, tzinfo=UTC)})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate(cells):
                for place, cell in enumerate(line):
                    if cell is not None and cell != "":
                        write = sheet.write_number if isinstance(cell, int | float) else sheet.write_string
                        write(number, place, cell)
    return out.getvalue()


def xls(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    for name, cells in sheets.items():
        sheet = book.add_sheet(name)
        for number, line in enumerate(cells):
            for place, cell in enumerate(line):
                if cell is not None and cell != "":
                    sheet.write(number, place, cell)
    book.save(out)
    return out.getvalue()


_OPEN_DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
    ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    '<manifest:file-entry manifest:full-path="/" manifest:media-type="{0}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def ods(sheets: dict[str, Sequence[Sequence[Any]]]) -> bytes:
    """An OpenDocument spreadsheet by hand: rows and cells, and nothing that a reader may leave out."""
    kind, body = "application/vnd.oasis.opendocument.spreadsheet", ""
    for name, cells in sheets.items():
        lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, line))}</table:table-row>" for line in cells)
        body += f'<table:table table:name="{escape(name)}">{lines}</table:table>'
    return archive(
        {
            "mimetype": kind.encode(),
            "META-INF/manifest.xml": _MANIFEST.format(kind).encode(),
            "content.xml": _OPEN_DOCUMENT.format(body).encode(),
        },
        zipfile.ZIP_STORED,
    )


def _ods_cell(cell: Any) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, int | float):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members.items():
            # Without a date of its own a member carries the moment at which it was packed.
            file.writestr(zipfile.ZipInfo(name), data, compression)
    return out.getvalue()


def write(form: str, records: Sequence[Row]) -> bytes:
    """The register in one of FORMS."""
    cells = table(records)
    text = csv_text(cells)
    if form == "tsv":
        return csv_text(cells, "\t").encode()
    if form == "utf-16":
        return b"\xff\xfe" + text.encode("utf-16-le")
    if form == "gb18030":
        return text.encode("gb18030")
    if form in ("xlsx", "xls", "ods"):
        return {"xlsx": xlsx, "xls": xls, "ods": ods}[form]({SHEET: cells})
    if form == "json":
        return json_document(records).encode()
    if form == "jsonl":
        return json_lines(records).encode()
    if form == "parquet":
        out = io.BytesIO()
        pl.DataFrame(cells[1:], schema=cells[0], orient="row").write_parquet(out)
        return out.getvalue()
    if form == "fixed":
        return b"".join(fixed_line(record) + b"\n" for record in records)
    if form == "zip":
        return archive({"补贴卡名册.csv": text.encode()})
    if form == "gzip":
        return gzip.compress(text.encode(), mtime=0)
    return text.encode()


def first_line(form: str) -> int:
    """Line on which the first record of a file written here stands."""
    return {"jsonl": 1, "parquet": 1, "fixed": 1, "json": 1}.get(form, 2)
