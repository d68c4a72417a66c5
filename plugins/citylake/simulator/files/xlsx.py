"""Workbooks of the new form (Office Open XML), written directly and in columns, not cell by cell.

Strings stand in the cells themselves, as report servers write them; dates and numbers are real ones where they are
plainly written.
"""

from __future__ import annotations

import io
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import polars as pl

from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.workbooks import NUMBER, Book, serial_of
from citylake.simulator.files.writers import Decoration

NOTES = "填报说明"
BOLD, DAY, MOMENT = 1, 2, 3
BEGIN, END = '<c t="str"><v>', "</v></c>"
PIECE = 20_000
CONTROL = bytes(one for one in range(32) if one not in (9, 10, 13))
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml."
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
STYLES = (
    f'{XML}<styleSheet xmlns="{SPREADSHEET}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="宋体"/></font><font><b/><sz val="11"/><name val="宋体"/></font>'
    '</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">'
    '<alignment horizontal="center"/></xf>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class XlsxSink(Book):
    """Office Open XML, the same bytes each time."""

    def __init__(self, path: Path, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers, decoration)
        # Lightly packed. A member that is opened by its name gets the year 1980 for its time, whenever it is written.
        self.zip = ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1)
        self.titles: list[str] = []
        self.merged: list[tuple[int, int, int, int]] = []

    def _begin_sheet(self, title: str) -> int:
        self.titles.append(title)
        self.stream = self.zip.open(f"xl/worksheets/sheet{len(self.titles)}.xml", "w")
        self.stream.write(f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode())
        rows, self.merged = self._heading()
        self.stream.write("".join(_row(texts, BOLD) for texts in rows).encode())
        return len(rows)

    def _rows(self, cells: pl.DataFrame) -> None:
        for start in range(0, cells.height, PIECE):
            self._piece(cells[start : start + PIECE])

    def _piece(self, cells: pl.DataFrame) -> None:
        """Some rows at once; the text goes from polars to the file without ever being a str of Python."""
        data = self._markup(cells)
        # Two tags a row; one for an empty cell, four for any other: with more, or an &, some text has to be escaped.
        empty = sum(column.null_count() for column in cells)
        tags = 2 * cells.height + 4 * cells.height * cells.width - 3 * empty
        if b"&" in data or int(np.count_nonzero(np.frombuffer(data, dtype=np.uint8) == ord("<"))) != tags:
            escaped = pl.all().str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"])
            data = self._markup(cells.with_columns(escaped))
        has_control = bool((np.frombuffer(data, dtype=np.uint8) < 9).any())
        self.stream.write(data.translate(None, CONTROL) if has_control else data)

    def _markup(self, cells: pl.DataFrame) -> bytes:
        parts: list[pl.Expr] = [pl.lit("<row>")]
        for column, one in zip(cells.iter_columns(), self.layout.fields, strict=True):
            parts += _cells(column, one, one.name in self.decoration.numeric)
        target = io.BytesIO()
        rows = cells.select(pl.concat_str(*parts, pl.lit("</row>")).alias("row"))
        rows.write_csv(target, include_header=False, quote_style="never")
        return target.getvalue()

    def _finish_sheet(self) -> None:
        self.stream.write("".join(_row([line], 0) for line in self.decoration.footer).encode())
        self.stream.write(b"</sheetData>")
        if self.merged:
            ranges = "".join(f'<mergeCell ref="{_place(*one[:2])}:{_place(*one[2:])}"/>' for one in self.merged)
            self.stream.write(f'<mergeCells count="{len(self.merged)}">{ranges}</mergeCells>'.encode())
        self.stream.write(b"</worksheet>")
        self.stream.close()

    def close(self) -> None:
        if self.sheet is None:
            self._turn(self.layout.sheet_names[0], 1)
        self._finish_sheet()
        if self.decoration.notes:
            self.titles.append(NOTES)
            rows = "".join(_row([line], 0) for line in self.decoration.notes)
            body = f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetData>{rows}</sheetData></worksheet>'
            self._put(f"xl/worksheets/sheet{len(self.titles)}.xml", body)
        self._frame()
        self.zip.close()

    def _frame(self) -> None:
        """The parts around the sheets."""
        numbers = range(1, len(self.titles) + 1)
        sheets = "".join(
            f'<sheet name={quoteattr(title)} sheetId="{n}" r:id="rId{n}"/>'
            for n, title in zip(numbers, self.titles, strict=True)
        )
        self._put(
            "xl/workbook.xml",
            f'{XML}<workbook xmlns="{SPREADSHEET}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>',
        )
        parts = [(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        parts.append((len(self.titles) + 1, "styles", "styles.xml"))
        self._put("xl/_rels/workbook.xml.rels", _relations(parts))
        self._put("xl/styles.xml", STYLES)
        self._put("_rels/.rels", _relations([(1, "officeDocument", "xl/workbook.xml")]))
        overrides = "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{TYPES}{kind}+xml"/>'
            for name, kind in (
                ("workbook", "sheet.main"),
                ("styles", "styles"),
                *((f"worksheets/sheet{n}", "worksheet") for n in numbers),
            )
        )
        self._put(
            "[Content_Types].xml",
            f'{XML}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        )

    def _put(self, name: str, text: str) -> None:
        with self.zip.open(name, "w") as part:
            part.write(text.encode())


def _relations(parts: list[tuple[int, str, str]]) -> str:
    some = "".join(f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{at}"/>' for n, kind, at in parts)
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{some}</Relationships>'


def _place(row: int, column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _row(texts: list[str | None], style: int) -> str:
    cells = "".join(
        f'<c s="{style}"/>'
        if text is None
        else f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
        for text in texts
    )
    return f"<row>{cells}</row>"


def _cells(column: pl.Series, one: Field, as_number: bool) -> list[pl.Expr]:
    """The XML of the cells of one column, in parts that stand behind each other; empty cells stay empty."""
    text = pl.col(column.name)
    words = pl.concat_str(pl.lit(BEGIN), text, pl.lit(END))
    if as_number:
        number = text.cast(pl.Float64, strict=False)
        found = pl.when(number.is_not_null()).then(pl.format("<c><v>{}</v></c>", number)).otherwise(words)
    elif one.kind in ("int", "decimal"):
        found = pl.when(text.str.contains(NUMBER)).then(pl.format("<c><v>{}</v></c>", text)).otherwise(words)
    elif one.kind in ("date", "timestamp"):
        serial, style = serial_of(text, one.kind), DAY if one.kind == "date" else MOMENT
        found = (
            pl.when(serial.is_not_null()).then(pl.format(f'<c s="{style}"><v>{{}}</v></c>', serial)).otherwise(words)
        )
    elif column.null_count() == 0:
        return [pl.lit(BEGIN), text, pl.lit(END)]
    else:
        found = words
    return [found.fill_null("<c/>")]
