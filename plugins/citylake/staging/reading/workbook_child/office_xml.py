"""XLSX by its XML: the list of sheets, the date epoch, and the facts of one sheet in one pass over its bytes.

Sheets are written by machines and look alike, so their rows are searched as bytes, which costs a tenth of parsing them.
A sheet that is written otherwise (prefixes, comments, cells without an address) is parsed event by event.
"""

from __future__ import annotations

import re
import xml.parsers.expat
import zipfile
from pathlib import PurePosixPath

from .facts import ERROR, NOT_COMPUTED, NUMBER, Facts, Sheet, column_index, column_letters
from .office_xml_events import scan_events

_PIECE = 4 * 1024 * 1024
_ROW_BYTES = 64 * 1024 * 1024
_HEAD_BYTES = 8 * 1024 * 1024
_CELL = re.compile(rb"<c ([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_ATTRIBUTE = re.compile(rb'([A-Za-z:]+)="([^"]*)"')
_VALUE = re.compile(rb"<v(?:/>|[^>]*>([^<]*))")
_FORMULA = re.compile(rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')
_ANY_CONTENT = re.compile(rb't="(?:s|str|inlineStr|e)"[^>]*><|<v>[^<]|<f[ />]')
# A row whose first cell plainly has a value; every other row is looked at by itself.
_ODD_ROW = re.compile(
    rb'<row (?!r="[0-9]++"[^>]*+><c r="[A-Z]++[0-9]++"(?: s="[0-9]++")?+(?: t="[a-zA-Z]++")?+><(?:v>[^<]|is>))'
)


class NotPlain(Exception):
    """The sheet's XML is not written the usual way."""


def structure(path: str) -> tuple[list[Sheet], bool]:
    """Sheets in their order, and whether dates count from 1904."""
    with zipfile.ZipFile(path) as book:
        targets = {
            attributes["Id"]: attributes["Target"]
            for name, attributes in _elements(book, "xl/_rels/workbook.xml.rels")
            if name == "Relationship"
        }
        sheets, is_1904 = [], False
        for name, attributes in _elements(book, "xl/workbook.xml"):
            if name == "workbookPr":
                is_1904 = attributes.get("date1904") in ("1", "true")
            if name == "sheet":
                relation = next((value for key, value in attributes.items() if key.split(":")[-1] == "id"), "")
                target = targets.get(relation, "")
                part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
                sheets.append(Sheet(attributes["name"], attributes.get("state", "visible") == "visible", part))
    return sheets, is_1904


def _elements(book: zipfile.ZipFile, part: str) -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.split(":")[-1], attributes))
    with book.open(part) as file:
        parser.Parse(file.read(_HEAD_BYTES), True)
    return found


def scan(path: str, part: str, columns: list[int]) -> Facts:
    """Facts of one sheet; numbers are looked for in `columns` (positions from 0)."""
    try:
        return _scan_bytes(path, part, columns)
    except NotPlain:
        with zipfile.ZipFile(path) as book, book.open(part) as file:
            return scan_events(file, columns)


def _scan_bytes(path: str, part: str, columns: list[int]) -> Facts:
    facts, numbers = Facts(), _numbers_in(columns)
    with zipfile.ZipFile(path) as book, book.open(part) as file:
        rest, is_first = b"", True
        while fresh := file.read(_PIECE):
            data = rest + fresh
            if is_first and not _is_plain(data):
                raise NotPlain
            # A piece ends where a row begins.
            cut = max(data.rfind(b"<row "), 0)
            if len(data) - cut > _ROW_BYTES:
                raise NotPlain
            _scan_piece(data[:cut], numbers, facts)
            rest, is_first = data[cut:], False
        _scan_piece(rest, numbers, facts)
    for first_letters, first_row, last_letters, last_row in _MERGED.findall(rest):
        first, last = column_index(first_letters.decode()), column_index(last_letters.decode())
        facts.merged.append((int(first_row) - 1, first, int(last_row) - 1, last))
    facts.cells.sort()
    return facts


def _is_plain(data: bytes) -> bool:
    """Whether the sheet is written as usual, seen by its first piece: one program writes all of its rows."""
    is_usual = b"<worksheet" in data and b"<!" not in data and b"<row>" not in data
    return is_usual and data.count(b"<c ") == data.count(b'<c r="') and b"<c>" not in data


def _numbers_in(columns: list[int]) -> re.Pattern[bytes] | None:
    """Finds the cells of these columns that hold a number."""
    if not columns:
        return None
    letters = b"|".join(column_letters(column).encode() for column in columns)
    return re.compile(rb'<c r="((?:' + letters + rb')[0-9]++)"(?: s="[0-9]++"| t="n"| [cv]m="[0-9]++")*+><v>([^<]+)')


def _scan_piece(piece: bytes, numbers: re.Pattern[bytes] | None, facts: Facts) -> None:
    facts.content_rows += piece.count(b"<row ")
    for odd in _ODD_ROW.finditer(piece):
        facts.content_rows -= _is_without_content(piece, odd.start())
    for found in numbers.finditer(piece) if numbers else ():
        facts.cells.append((*_place(found[1]), NUMBER, found[2].decode()))
    # One letter is found much faster than two, and hardly ever stands in a sheet without formulas.
    if (b"f" in piece and b"<f" in piece) or b't="e"' in piece:
        wanted = numbers is not None
        for cell in _CELL.finditer(piece):
            if cell[2] and (b"<f" in cell[2] or b't="e"' in cell[1]):
                _judge(cell[0], cell[1], cell[2], numbers if wanted else None, facts)


def _is_without_content(piece: bytes, start: int) -> bool:
    """Whether an odd row holds nothing."""
    head_end = piece.find(b">", start)
    if piece[start:head_end].endswith(b"/"):
        return True
    end = piece.find(b"</row>", head_end)
    if end < 0:
        raise NotPlain
    return _ANY_CONTENT.search(piece, head_end, end) is None


def _judge(whole: bytes, head: bytes, body: bytes, numbers: re.Pattern[bytes] | None, facts: Facts) -> None:
    """A cell with a formula or an error: whether its value is there, and is a value."""
    attributes = dict(_ATTRIBUTE.findall(head))
    place, kind = _place(attributes[b"r"]), attributes.get(b"t", b"n")
    value = _VALUE.search(body)
    text = (value[1] or b"").decode() if value else ""
    if kind == b"e":
        facts.cells.append((*place, ERROR, text))
    elif value is None or (not text and kind != b"str"):
        facts.cells.append((*place, NOT_COMPUTED, ""))
    elif kind == b"n" and numbers and numbers.match(_FORMULA.sub(b"", whole)):
        facts.cells.append((*place, NUMBER, text))


def _place(address: bytes) -> tuple[int, int]:
    letters = address.rstrip(b"0123456789")
    return int(address[len(letters) :]) - 1, column_index(letters.decode())
