"""What is known of a sheet besides its values: found without the library that reads the values."""

from __future__ import annotations

from dataclasses import dataclass, field

NUMBER, ERROR, NOT_COMPUTED = "number", "error", "not_computed"


@dataclass
class Facts:
    """Rows with content, cells that are not what they look like, and merged ranges. Rows and columns count from 0.

    cells: (row, column, kind, text) with the kinds above; numbers only in the columns asked for.
    merged: (first row, first column, last row, last column).
    """

    content_rows: int = 0
    cells: list[tuple[int, int, str, str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; `part` is where its content lies inside the file."""

    name: str
    is_visible: bool
    part: str


def column_index(letters: str) -> int:
    """A -> 0, Z -> 25, AA -> 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def column_letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
