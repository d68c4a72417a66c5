"""The form of an export: its columns with their headers and kinds, its file name, its sheet.

Kinds: text, id (resident ID), uscc, code (a plain code kept as text), int, decimal, date, timestamp, month, bool,
list:<name> (a word of `spellings.SPELLINGS`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """One column of an export: the lake's name, the header as written, the kind."""

    name: str
    header: str
    kind: str


@dataclass(frozen=True)
class Layout:
    """One dataset's export form. `cycle` is daily, weekly, monthly or yearly; `sheet` only for workbooks."""

    dataset: str
    stem: str
    form: str
    cycle: str
    fields: tuple[Field, ...]
    encoding: str = "utf-8"
    sheet: str | None = None
    header_rows: int = 1
    groups: tuple[tuple[str, int], ...] = ()

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
