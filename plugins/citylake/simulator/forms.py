"""The form of an export: its columns with their headers and kinds, its file name, its sheet.

This is the simulator's own copy of what the departments do (data/layouts), kept apart from the contracts on purpose:
the two are compared by a test, so neither can drift silently.

Kinds: text, id (resident ID), uscc, code (a plain code kept as text), int, decimal, date, timestamp, month, bool,
list:<name> (a word of `spellings.SPELLINGS`).
"""

from __future__ import annotations

from dataclasses import dataclass
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
class Layout:
    """One dataset's export form.

    `cycle` is daily, weekly, monthly, quarterly or yearly; `sheet` only for workbooks; `is_state` for a daily file that
    holds everything instead of what is new.
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

    @property
    def department(self) -> str:
        return self.dataset.split("__", 1)[0]

    def file_name(self, label: str) -> str:
        return f"{self.stem}_{label}.{self.form}"

    def header(self, name: str) -> str:
        return next(one.header for one in self.fields if one.name == name)


def fields_of(text: str) -> tuple[Field, ...]:
    """Fields from lines of `name header kind`, in the order of the file."""
    parts = [one.rsplit(" ", 2) for one in text.strip().splitlines() if one.strip()]
    return tuple(Field(name.strip(), header, kind) for name, header, kind in parts)


def _layout(dataset: str, terms: dict[str, Any]) -> Layout:
    groups = tuple((label, width) for label, width in terms.pop("groups", []))
    return Layout(dataset, fields=fields_of(terms.pop("columns")), groups=groups, **terms)


def _read_layouts() -> dict[str, Layout]:
    folder = files("citylake.simulator") / "data" / "layouts"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yml")), key=lambda one: one.name)
    return {
        dataset: _layout(dataset, terms)
        for one in found
        for dataset, terms in yaml.safe_load(one.read_text(encoding="utf-8")).items()
    }


LAYOUTS = _read_layouts()
