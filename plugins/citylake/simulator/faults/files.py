"""What it takes to spoil a whole file, whatever its form.

A fault takes the file as it should have been (`Sent`) and gives the bytes that arrive instead (`Spoilt`). The numbers
are the rows of the catalogue of faults: 1-28 form, 53-56 meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import polars as pl

from citylake.simulator.files.forms import Field, Layout
from citylake.simulator.files.marks import Mark
from citylake.simulator.files.table import Table
from citylake.simulator.files.writers import Decoration

ANY = "any"
REFUSED, HELD, WARNED = "refused", "held", "warned"
# A rejected row must not bring its delivery over the share at which all of it is held.
ENOUGH_ROWS = 40


class Render(Protocol):
    """Writes cells under headers in the delivery's form; the bytes, and the line on which each record begins."""

    def __call__(self, cells: pl.DataFrame, headers: list[str], decoration: Decoration) -> tuple[bytes, np.ndarray]: ...


@dataclass(frozen=True)
class Sent:
    """A delivery as it should be: its table, its bytes, and the line on which each record begins."""

    layout: Layout
    table: Table
    headers: list[str]
    encoding: str
    decoration: Decoration
    render: Render
    good: bytes
    lines: np.ndarray

    @property
    def text(self) -> str:
        return self.good.decode(self.encoding)

    @property
    def middle(self) -> int:
        return self.table.cells.height // 2

    def encode(self, text: str) -> bytes:
        return text.encode(self.encoding)

    def again(
        self, cells: pl.DataFrame | None = None, headers: list[str] | None = None, decoration: Decoration | None = None
    ) -> tuple[bytes, np.ndarray]:
        """The file with other cells, headers or decoration."""
        chosen = self.table.cells if cells is None else cells
        return self.render(chosen, headers or self.headers, decoration or self.decoration)

    def with_cell(self, rows: dict[int, str], column: str) -> pl.DataFrame:
        """The cells with other text in some rows of a column."""
        changed = self.table.cells[column].clone().scatter(list(rows), list(rows.values()))
        return self.table.cells.with_columns(changed.alias(column))


@dataclass(frozen=True)
class Spoilt:
    """What arrives instead. `lines`: where the records stand in it, unless as before; `marks`: faults of its rows."""

    content: bytes
    lines: np.ndarray | None = None
    marks: list[Mark] = field(default_factory=list)


@dataclass(frozen=True)
class FileFault:
    """One kind of fault.

    `expected` is what must become of the delivery: refused and held ones come again, whole, the next day. `form` is one
    of the layouts' forms or any; `fits` says which layouts it can befall; `rows` how many rows at least, `after` how
    many deliveries.
    """

    number: str
    kind: str
    form: str
    expected: str
    reason: str
    spoil: Callable[[Sent], Spoilt]
    fits: Callable[[Layout], bool] = lambda _: True
    rows: int = 2
    after: int = 0


def free_text(layout: Layout) -> Field | None:
    """A text column whose content nothing depends on: no name, no number, no address, not the first."""
    for one in reversed(layout.fields[1:]):
        if one.kind == "text" and not one.name.endswith(("_name", "_no", "_names", "phone", "address", "_id")):
            return one
    return None


def has_free_text(layout: Layout) -> bool:
    return free_text(layout) is not None


def text_column(layout: Layout) -> str:
    one = free_text(layout)
    return layout.fields[0].name if one is None else one.name


def a_date(layout: Layout) -> Field | None:
    """A column of days or moments that is not the first, and in which what is none costs the row."""
    strict = (one for one in layout.fields[1:] if one.name not in layout.loose)
    return next((one for one in strict if one.kind in ("date", "timestamp")), None)


def is_in(*encodings: str) -> Callable[[Layout], bool]:
    return lambda layout: layout.encoding in encodings


def plain(change: Callable[[Sent], bytes]) -> Callable[[Sent], Spoilt]:
    """A fault that changes bytes and leaves every record on its line, or leaves none."""
    return lambda sent: Spoilt(change(sent))


def renamed(sent: Sent) -> Spoilt:
    return Spoilt(sent.again(headers=[f"新{sent.headers[0]}", *sent.headers[1:]])[0])


def cut(sent: Sent) -> Spoilt:
    """The transfer stopped in the middle of a field, never inside a character."""
    last = sent.text.rstrip("\n").rfind("\n")
    return Spoilt(sent.encode(sent.text[: last + max(3, (len(sent.text) - last) // 3)]))


def header_again(sent: Sent) -> Spoilt:
    """Two files glued together: the header of the second stands in the middle."""
    cells = sent.table.cells.cast(pl.String)
    header = pl.DataFrame([sent.headers], schema=cells.schema, orient="row")
    content, lines = sent.again(pl.concat([cells.head(sent.middle), header, cells.slice(sent.middle)]))
    return Spoilt(content, np.delete(lines, sent.middle))


def has_some_columns(layout: Layout) -> bool:
    return len(layout.fields) > 4
