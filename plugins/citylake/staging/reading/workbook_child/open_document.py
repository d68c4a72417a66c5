"""ODS by its XML: the list of sheets, and the facts of each, parsed event by event."""

from __future__ import annotations

import xml.parsers.expat
import zipfile

from .facts import ERROR, NOT_COMPUTED, NUMBER, Facts, Sheet

_PIECE = 1024 * 1024
_NUMBERS = ("float", "currency", "percentage")
# Cells and rows repeated further than this are the empty rest of a sheet; with content they would be an attack.
_MOST_REPEATED = 1_048_576


class _Handler:
    """Collects the sheets, and the facts of the one that is named."""

    def __init__(self, wanted: str | None, columns: list[int]) -> None:
        self.sheets: list[Sheet] = []
        self.facts = Facts()
        self._wanted, self._columns = wanted, set(columns)
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._is_wanted = self._has_content = False
        self._row = self._column = self._rows = self._repeated = 0
        self._cell: dict[str, str] | None = None
        self._cells: list[tuple[int, str, str]] = []
        self._text = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "style:style":
            self._style = attributes.get("style:name", "")
        elif name == "style:table-properties" and attributes.get("table:display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table:table":
            title = attributes.get("table:name", "")
            self.sheets.append(Sheet(title, attributes.get("table:style-name") not in self._hidden_styles, title))
            self._is_wanted, self._row = title == self._wanted, 0
        elif self._is_wanted and name == "table:table-row":
            self._rows = int(attributes.get("table:number-rows-repeated", "1"))
            self._column, self._has_content, self._cells = 0, False, []
        elif self._is_wanted and name in ("table:table-cell", "table:covered-table-cell"):
            self._repeated = int(attributes.get("table:number-columns-repeated", "1"))
            self._cell, self._text = attributes, ""

    def text(self, data: str) -> None:
        if self._cell is not None:
            self._text += data

    def end(self, name: str) -> None:
        if name in ("table:table-cell", "table:covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table:table-row" and self._is_wanted:
            self._end_row()

    def _end_cell(self, cell: dict[str, str]) -> None:
        kind = cell.get("office:value-type", "")
        is_error = cell.get("calcext:value-type") == "error" or (
            "table:formula" in cell and self._text.startswith(("#", "Err:"))
        )
        is_open = "table:formula" in cell and not kind
        self._has_content |= bool(kind) or is_error or is_open
        for column in range(self._column, self._column + min(self._repeated, 16_384) if kind or is_open else 0):
            if is_error:
                self._cells.append((column, ERROR, self._text))
            elif is_open:
                self._cells.append((column, NOT_COMPUTED, ""))
            elif kind in _NUMBERS and column in self._columns:
                self._cells.append((column, NUMBER, cell.get("office:value", self._text)))
        down = int(cell.get("table:number-rows-spanned", "1"))
        across = int(cell.get("table:number-columns-spanned", "1"))
        if down > 1 or across > 1:
            self.facts.merged.append((self._row, self._column, self._row + down - 1, self._column + across - 1))
        self._column += self._repeated

    def _end_row(self) -> None:
        if self._has_content:
            self.facts.content_rows += self._rows
            for row in range(self._row, self._row + min(self._rows, _MOST_REPEATED) if self._cells else 0):
                self.facts.cells += [(row, *cell) for cell in self._cells]
        self._row += self._rows


def _parse(path: str, wanted: str | None, columns: list[int]) -> _Handler:
    handler = _Handler(wanted, columns)
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    with zipfile.ZipFile(path) as book, book.open("content.xml") as file:
        while data := file.read(_PIECE):
            parser.Parse(data, False)
        parser.Parse(b"", True)
    return handler


def structure(path: str) -> tuple[list[Sheet], bool]:
    """Sheets in their order; dates are written out, so there is no epoch."""
    return _parse(path, None, []).sheets, False


def scan(path: str, part: str, columns: list[int]) -> Facts:
    """Facts of one sheet; numbers are looked for in `columns` (positions from 0)."""
    return _parse(path, part, columns).facts
