"""The facts of an XLSX sheet by parsing its XML event by event: any spelling of it, at ten times the cost."""

from __future__ import annotations

import re
import xml.parsers.expat
from typing import IO

from .facts import ERROR, NOT_COMPUTED, NUMBER, Facts, column_index

_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")
_PIECE = 1024 * 1024


class _Handler:
    def __init__(self, columns: list[int]) -> None:
        self.facts = Facts()
        self._columns = set(columns)
        self._row = self._column = -1
        self._kind, self._text = "n", ""
        self._has_value = self._has_formula = self._is_in_value = self._has_content = False

    def start(self, qualified: str, attributes: dict[str, str]) -> None:
        name = qualified.split(":")[-1]
        if name == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column, self._has_content = -1, False
        elif name == "c":
            found = _ADDRESS.fullmatch(attributes.get("r", ""))
            self._column = column_index(found[1]) if found else self._column + 1
            self._kind, self._text = attributes.get("t", "n"), ""
            self._has_value = self._has_formula = False
        elif name in ("v", "is"):
            self._has_value = self._is_in_value = True
        elif name == "f":
            self._has_formula = True
        elif name == "mergeCell" and (found := re.fullmatch(r"([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)", attributes["ref"])):
            first, last = (int(found[2]) - 1, column_index(found[1])), (int(found[4]) - 1, column_index(found[3]))
            self.facts.merged.append((*first, *last))

    def text(self, data: str) -> None:
        if self._is_in_value:
            self._text += data

    def end(self, qualified: str) -> None:
        name = qualified.split(":")[-1]
        if name in ("v", "is"):
            self._is_in_value = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self.facts.content_rows += self._has_content

    def _end_cell(self) -> None:
        is_text = self._kind in ("s", "str", "inlineStr", "e")
        self._has_content |= self._has_formula or (self._has_value and (is_text or bool(self._text)))
        place = (self._row, self._column)
        if self._kind == "e":
            self.facts.cells.append((*place, ERROR, self._text))
        elif self._has_formula and not self._text and (self._kind != "str" or not self._has_value):
            self.facts.cells.append((*place, NOT_COMPUTED, ""))
        elif self._kind == "n" and self._text and self._column in self._columns:
            self.facts.cells.append((*place, NUMBER, self._text))


def scan_events(file: IO[bytes], columns: list[int]) -> Facts:
    """Facts of the sheet in `file`; numbers are looked for in `columns`."""
    handler = _Handler(columns)
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = handler.start
    parser.EndElementHandler = handler.end
    parser.CharacterDataHandler = handler.text
    while data := file.read(_PIECE):
        parser.Parse(data, False)
    parser.Parse(b"", True)
    return handler.facts
