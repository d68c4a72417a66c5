"""Each column of a sample with its proposed name and terms, and the smallest key that tells its rows apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations, islice

import polars as pl

from citylake.contracts.drafts import DraftColumn
from citylake.contracts.headings import normal_header, unit_of_header
from citylake.contracts.lint import SUFFIXES, UNNAMED
from citylake.contracts.naming import Planned, Vocabulary
from citylake.contracts.units import UNITS
from citylake.contracts.yaml_file import TO_FILL
from citylake.staging.drafting.table import Table
from citylake.staging.drafting.values import Values, look_at

_PERSONAL = re.compile("姓名|身份证|证件号|电话|手机|联系方式|法定代表人|负责人")
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
_NUMBERS = ("integer", "decimal")
# Whole numbers in a sample do not speak against decimals.
_WHOLE = ("decimal", "integer")
_MOST_KEYS = 2_000


@dataclass(frozen=True)
class SampleColumn:
    """One column as found and as proposed; `position` counts from 0."""

    position: int
    draft: DraftColumn
    type: str
    values: Values


def draft_columns(
    table: Table, vocabulary: Vocabulary, planned: Planned | None, numbers: frozenset[int]
) -> list[SampleColumn]:
    """Every column with a header; a column that has neither header nor values is an accident of Excel.

    :param numbers: positions of columns that a workbook keeps as numbers
    """
    found: list[SampleColumn] = []
    taken: set[str] = set()
    lists = vocabulary.contracts.codes
    for position, header in enumerate(table.headers):
        cells = [record[position] for record in table.records]
        if not normal_header(header):
            continue
        name, note = _name(header, vocabulary, planned, taken) or (f"{UNNAMED}{position + 1:02d}", "")
        values = look_at(header, cells, lists, vocabulary.list_of(name))
        if name.startswith(UNNAMED) and values.check in ("uscc", "resident_id") and values.check not in taken:
            name, note = values.check, "由校验码认出"
        taken.add(name)
        kind = vocabulary.type_of(name, planned) or values.type
        draft = _proposed(name, header.strip(), kind, values, vocabulary, note)
        if kind == "code" and position in numbers:
            draft.terms["reads"] = ["number_cells"]
        found.append(SampleColumn(position, draft, kind, values))
    return found


def _name(header: str, vocabulary: Vocabulary, planned: Planned | None, taken: set[str]) -> tuple[str, str] | None:
    """The name of a header and a remark on where it comes from; None where nothing is known or the name is taken."""
    known = vocabulary.name_of(header, planned)
    if known and known not in taken:
        return known, ""
    ending = vocabulary.name_by_ending(header)
    if ending and ending[0] not in taken:
        return ending[0], f"按“{ending[1]}”取名, 请核对"
    return None


def _proposed(name: str, header: str, kind: str, values: Values, vocabulary: Vocabulary, note: str) -> DraftColumn:
    terms: dict[str, object] = {"headers": [" ".join(header.split())]}
    # Lines without records are told by what they lack, so it has to be said what a record has.
    if values.is_full:
        terms["required"] = True
    unit = unit_of_header(header) if kind in _NUMBERS else None
    suits = unit is not None and name.endswith(SUFFIXES[UNITS[unit].quantity])
    if unit is not None and (suits or name.startswith(UNNAMED)) and UNITS[unit].factor != 1:
        terms["unit"] = unit
    if values.codes and kind in ("text", "code"):
        terms["codes"] = values.codes
    is_other = kind != values.type and "text" not in (kind, values.type) and (kind, values.type) != _WHOLE
    if name in vocabulary.entries and values.present and is_other:
        note = f"样本中像是 {values.type}, columns.yml 为 {kind}, 请核对"
    if name in vocabulary.entries:
        return DraftColumn(name, terms, note)
    if name.startswith(UNNAMED):
        wanted = f", 以 {SUFFIXES[UNITS[unit].quantity][0]} 结尾" if unit else ""
        note = f"{TO_FILL} 英文列名{wanted}"
    return DraftColumn(name, terms, note, _entry(header, kind, values))


def _entry(header: str, kind: str, values: Values) -> dict[str, object]:
    """The entry for `columns.yml`: what the column means is for its owner to say."""
    entry: dict[str, object] = {"zh": _BRACKETS.sub("", " ".join(header.split())) or header, "type": kind}
    if values.check:
        entry["check"] = values.check
    is_personal = values.check == "resident_id" or _PERSONAL.search(header)
    return entry | {"level": 4 if is_personal else 2, "meaning": f"{TO_FILL} what it means, in English"}


def find_key(table: Table, columns: list[SampleColumn], planned: Planned | None) -> list[str]:
    """The fewest columns, full in every row, whose values together never occur twice; empty when there are none."""
    names = {column.draft.name: column for column in columns}
    foreseen = planned.facts["key_columns"].split(";") if planned else []
    if foreseen and set(foreseen) <= set(names):
        return foreseen
    full = [column for column in columns if column.values.is_full and column.type not in ("decimal", "boolean")]
    full.sort(key=lambda column: (_rank(column), column.position))
    frame = pl.DataFrame(
        {column.draft.name: [record[column.position] for record in table.records] for column in full},
        schema={column.draft.name: pl.String for column in full},
    )
    for size in (1, 2, 3):
        for chosen in islice(combinations(frame.columns, size), _MOST_KEYS):
            if frame.height > 1 and not frame.select(chosen).is_duplicated().any():
                return list(chosen)
    return []


def _rank(column: SampleColumn) -> int:
    """Numbers of things first, then their days and names; moments of change and counts tell rows apart by chance."""
    if column.draft.name.endswith(("_id", "_no", "_code")) and column.type == "code":
        return 0
    return {"code": 1, "month": 2, "date": 2, "text": 3, "integer": 4}.get(column.type, 5)
