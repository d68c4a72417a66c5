"""The form of an export: its columns with their headers and kinds, its file name, its sheet.

This is the simulator's own copy of what the departments do (data/layouts), kept apart from the contracts on purpose:
the two are compared by a test, so neither can drift silently.

Kinds: text, id (resident ID), uscc, code (a plain code kept as text), int, decimal, date, timestamp, month, bool,
list:<name> (a word of `spellings.SPELLINGS`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Field:
    """One column of an export: the lake's name, the header as written, the kind."""

    name: str
    header: str
    kind: str


@dataclass(frozen=True)
class Edition:
    """Another edition of a form that is in use at the same time, in a share of the deliveries.

    `headers` replace those of the fields; `factors` say by what the delivered numbers are multiplied: 10000 where the
    main edition has 万元 and this one 元.
    """

    share: float
    headers: dict[str, str] = field(default_factory=dict)
    encoding: str | None = None
    factors: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """One dataset's export form.

    `cycle` is daily, weekly, monthly, quarterly or yearly; `is_state` for a daily or weekly file that holds everything
    instead of what is new. Workbooks have one `sheet`, or `*`: all sheets hold records, first those named in `sheets`;
    each goes on in a further sheet when it is full. `loose` columns may hold what they should not: the value is left
    out then, and the row stays. `spoilt` names the column that a kind of spoilt cell befalls. `footnotes` stand below
    the table of a workbook that is not quite clean.
    """

    dataset: str
    stem: str
    form: str
    cycle: str
    fields: tuple[Field, ...]
    encoding: str = "utf-8"
    sheet: str | None = None
    header_rows: int = 1
    groups: tuple[tuple[str, int], ...] = ()
    is_state: bool = False
    sheets: tuple[str, ...] = ()
    editions: tuple[Edition, ...] = ()
    loose: frozenset[str] = frozenset()
    spoilt: dict[str, str] = field(default_factory=dict)
    footnotes: tuple[str, ...] = ()

    @property
    def department(self) -> str:
        return self.dataset.split("__", 1)[0]

    def file_name(self, label: str) -> str:
        return f"{self.stem}_{label}.{self.form}"

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """The sheets that hold records, before any is full."""
        return self.sheets or (self.sheet or "Sheet1",)

    @property
    def is_open_ended(self) -> bool:
        """Whether every sheet of the workbook holds records, however many there are."""
        return self.sheet == "*"

    def header(self, name: str) -> str:
        return next(one.header for one in self.fields if one.name == name)


def fields_of(text: str) -> tuple[Field, ...]:
    """Fields from lines of `name header kind`, in the order of the file."""
    parts = [one.rsplit(" ", 2) for one in text.strip().splitlines() if one.strip()]
    return tuple(Field(name.strip(), header, kind) for name, header, kind in parts)


def _layout(dataset: str, terms: dict[str, Any]) -> Layout:
    groups = tuple((label, width) for label, width in terms.pop("groups", []))
    sheets = tuple(terms.pop("sheets", []))
    editions = tuple(Edition(**one) for one in terms.pop("editions", []))
    columns = fields_of(terms.pop("columns"))
    loose = frozenset(terms.pop("loose", []))
    terms["footnotes"] = tuple(terms.pop("footnotes", []))
    return Layout(dataset, fields=columns, groups=groups, sheets=sheets, editions=editions, loose=loose, **terms)


def _read_layouts() -> dict[str, Layout]:
    folder = files("citylake.simulator") / "data" / "layouts"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yml")), key=lambda one: one.name)
    return {
        dataset: _layout(dataset, terms)
        for one in found
        for dataset, terms in yaml.safe_load(one.read_text(encoding="utf-8")).items()
    }


LAYOUTS = _read_layouts()
