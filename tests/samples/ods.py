"""A small writer of ODS workbooks, for the tests of their reader."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_REST = (
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)
_HIDDEN = (
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
)


def raw_cell(xml: str) -> tuple[str]:
    """A cell written as it stands."""
    return (xml,)


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return str(value[0])
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def write_ods(path: Path, sheets: dict[str, list[list[object]]], hidden: tuple[str, ...] = ()) -> Path:
    """Writes sheets of rows; after each sheet stand the empty rows and cells that LibreOffice fills it up with."""
    tables = []
    for name, rows in sheets.items():
        body = "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
        style = "ta2" if name in hidden else "ta1"
        tables.append(
            f'<table:table table:name={quoteattr(name)} table:style-name="{style}">{body}{_REST}</table:table>'
        )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES} office:version="1.2">'
        f"<office:automatic-styles>{_HIDDEN}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", _MIME)
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", manifest)
    return path
