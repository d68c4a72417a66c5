"""Workbooks that grow block by block: XLSX as Office Open XML written directly, XLS by xlwt.

The XLSX cells are put together in columns, not one by one: strings stand in the cells themselves, as report servers
write them, and dates and numbers are real ones where they are plainly written.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import polars as pl
import xlwt

from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.writers import Decoration, Run, Sink

XLSX_ROWS, XLS_ROWS = 1_048_576, 65_536
NOTES = "填报说明"
NUMBER = r"^-?\d{1,14}(\.\d+)?$"
DAY_ZERO = date(1899, 12, 30)
# Cells before 1 March 1900 count one day off in the 1900 date system: they stay text.
FIRST_SERIAL = 61
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


class SheetFull(ValueError):
    """More rows than a sheet of this form holds, in a dataset whose contract reads one sheet only."""

    def __init__(self, dataset: str, rows: int) -> None:
        super().__init__(f"{dataset}: a sheet holds {rows} rows; give the layout `sheet: '*'`")
        self.dataset = dataset
        self.rows = rows


class _Book(Sink):
    """What both forms share: heading, splitting over sheets, places of the records."""

    most_rows = XLSX_ROWS

    def __init__(self, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers)
        self.decoration = decoration
        self.sheet: str | None = None
        self.parts = 1
        self.used = 0

    def append(self, cells: pl.DataFrame, sheet: str | None) -> list[Run]:
        wanted = sheet or self.layout.sheet_names[0]
        if self.sheet is None or wanted != self.sheet:
            self._turn(wanted, 1)
        runs = []
        done = 0
        while done < cells.height:
            # The last rows are kept free for the lines below the table.
            free = self.most_rows - self.used - len(self.decoration.footer)
            if free <= 0:
                self._turn(wanted, self.parts + 1)
                continue
            some = cells[done : done + free]
            self._rows(some)
            lines = np.arange(self.used + 1, self.used + some.height + 1)
            runs.append(Run(done, self._title(), lines))
            self.used += some.height
            done += some.height
        return runs

    def _title(self) -> str:
        return f"{self.sheet}" if self.parts == 1 else f"{self.sheet}({self.parts})"

    def _turn(self, sheet: str, part: int) -> None:
        if part > 1 and not self.layout.is_open_ended:
            raise SheetFull(self.layout.dataset, self.most_rows)
        if self.sheet is not None:
            self._finish_sheet()
        self.sheet, self.parts = sheet, part
        self.used = self._begin_sheet(self._title())

    def _heading(self) -> tuple[list[list[str | None]], list[tuple[int, int, int, int]]]:
        """Rows above the records, and merged ranges (first row, first column, last row, last column; from 0).

        Groups are merged across their columns; under a title the first column's header is merged over both header
        rows, as clerks do.
        """
        width, top = len(self.headers), len(self.decoration.title)
        rows: list[list[str | None]] = [[line, *([None] * (width - 1))] for line in self.decoration.title]
        merged = [(row, 0, row, width - 1) for row in range(top)]
        if self.layout.header_rows == 1:
            return [*rows, list(self.headers)], merged
        is_tall = bool(self.decoration.title)
        upper: list[str | None] = [None] * width
        column = 0
        for label, span in self.layout.groups:
            begin = column + (is_tall and column == 0)
            upper[begin] = label
            merged.append((top, begin, top, column + span - 1))
            column += span
        lower: list[str | None] = list(self.headers)
        if is_tall:
            upper[0], lower[0] = self.headers[0], None
            merged.append((top, 0, top + 1, 0))
        return [*rows, upper, lower], [one for one in merged if one[:2] != one[2:]]

    def _begin_sheet(self, title: str) -> int:
        raise NotImplementedError

    def _rows(self, cells: pl.DataFrame) -> None:
        raise NotImplementedError

    def _finish_sheet(self) -> None:
        raise NotImplementedError


class XlsxSink(_Book):
    """Office Open XML, the same bytes each time."""

    def __init__(self, path: Path, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers, decoration)
        self.zip = ZipFile(path, "w")
        self.titles: list[str] = []
        self.merged: list[tuple[int, int, int, int]] = []

    def _begin_sheet(self, title: str) -> int:
        self.titles.append(title)
        self.stream = self.zip.open(_entry(f"xl/worksheets/sheet{len(self.titles)}.xml"), "w")
        self.stream.write(f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetData>'.encode())
        rows, self.merged = self._heading()
        self.stream.write("".join(_row(texts, BOLD) for texts in rows).encode())
        return len(rows)

    def _rows(self, cells: pl.DataFrame) -> None:
        for start in range(0, cells.height, PIECE):
            self._piece(cells[start : start + PIECE])

    def _piece(self, cells: pl.DataFrame) -> None:
        """Some rows at once; the text goes from polars to the file without ever being a str of Python."""
        if cells.select(pl.any_horizontal(pl.all().str.contains("[&<>]")).any()).item():
            cells = cells.with_columns(pl.all().str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"]))
        parts: list[pl.Expr] = [pl.lit("<row>")]
        for column, one in zip(cells.iter_columns(), self.layout.fields, strict=True):
            parts += _cells(column, one, one.name in self.decoration.numeric)
        target = io.BytesIO()
        rows = cells.select(pl.concat_str(*parts, pl.lit("</row>")).alias("row"))
        rows.write_csv(target, include_header=False, quote_style="never")
        data = target.getvalue()
        has_control = bool((np.frombuffer(data, dtype=np.uint8) < 9).any())
        self.stream.write(data.translate(None, CONTROL) if has_control else data)

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
        self.zip.writestr(_entry(name), text.encode())


def _entry(name: str) -> ZipInfo:
    """A member with a fixed time, lightly packed."""
    info = ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.compress_type = ZIP_DEFLATED
    # The name under which 3.11's streaming writer looks for the level; 3.13 gives it a public one.
    info._compresslevel = 1  # type: ignore[attr-defined]
    return info


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
        found = _when(text, one.kind, words)
    elif column.null_count() == 0:
        return [pl.lit(BEGIN), text, pl.lit(END)]
    else:
        found = words
    return [found.fill_null("<c/>")]


def _when(text: pl.Expr, kind: str, words: pl.Expr) -> pl.Expr:
    """Cells of days or moments that are written the ISO way, as serial numbers with a date format."""
    is_day = kind == "date"
    long = text.str.len_bytes() == (10 if is_day else 19)
    day = pl.when(long).then(text.str.slice(0, 10)).str.to_date("%Y-%m-%d", strict=False)
    serial = day.to_physical() - pl.lit(DAY_ZERO).to_physical()
    is_real = serial.is_between(FIRST_SERIAL, 2_900_000).fill_null(False)
    if is_day:
        return pl.when(is_real).then(pl.format(f'<c s="{DAY}"><v>{{}}</v></c>', serial)).otherwise(words)
    clock = pl.when(long).then(text).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False)
    seconds = clock.dt.hour().cast(pl.Int32) * 3600 + clock.dt.minute().cast(pl.Int32) * 60 + clock.dt.second()
    moment = serial + seconds / 86400
    is_real = is_real & clock.is_not_null()
    return pl.when(is_real).then(pl.format(f'<c s="{MOMENT}"><v>{{}}</v></c>', moment)).otherwise(words)


class XlsSink(_Book):
    """The old binary workbook."""

    most_rows = XLS_ROWS

    def __init__(self, path: Path, layout: Layout, headers: list[str], decoration: Decoration) -> None:
        super().__init__(layout, headers, decoration)
        self.path = path
        self.book = xlwt.Workbook(encoding="utf-8")
        self.plain = xlwt.XFStyle()
        self.styles = {
            date: xlwt.easyxf(num_format_str="yyyy-mm-dd"),
            datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"),
        }

    def _begin_sheet(self, title: str) -> int:
        self.page = self.book.add_sheet(title)
        rows, merged = self._heading()
        over = {(top, left): (bottom, right) for top, left, bottom, right in merged}
        for row, texts in enumerate(rows):
            for at, text in enumerate(texts):
                if text is not None:
                    bottom, right = over.get((row, at), (row, at))
                    self.page.write_merge(row, bottom, at, right, text)
        return len(rows)

    def _rows(self, cells: pl.DataFrame) -> None:
        for at, (one, column) in enumerate(zip(self.layout.fields, cells.iter_columns(), strict=True)):
            is_number = column.str.contains(NUMBER).fill_null(False).to_list() if one.kind in ("int", "decimal") else []
            for row, text in enumerate(column.to_list()):
                if text is not None:
                    value = float(text) if is_number and is_number[row] else _day_or_text(text, one)
                    self.page.write(self.used + row, at, value, self.styles.get(type(value), self.plain))

    def _finish_sheet(self) -> None:
        for row, footer in enumerate(self.decoration.footer, self.used):
            self.page.write(row, 0, footer)
        self.page.flush_row_data()

    def close(self) -> None:
        if self.sheet is None:
            self._turn(self.layout.sheet_names[0], 1)
        self._finish_sheet()
        self.book.save(str(self.path))


def _day_or_text(text: str, one: Field) -> str | date | datetime:
    try:
        if one.kind == "date" and len(text) == 10 and text[4] == "-" and not text.startswith("9999"):
            return date.fromisoformat(text)
        if one.kind == "timestamp" and len(text) == 19 and text[10] == " ":
            return datetime.fromisoformat(text)
    except ValueError:  # No day of the calendar: it stands as text.
        return text
    return text
