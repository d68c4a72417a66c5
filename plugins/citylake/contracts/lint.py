"""The rules of a contract: what its model says, key by key, and what its parts must say together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations, pairwise
from pathlib import PurePath
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from citylake.contracts.dictionary import NOT_FILLED_IN, Dictionary, nearest
from citylake.contracts.headings import normal_header, unit_of_header
from citylake.contracts.model import ALL_SHEETS, Column, Contract, HeaderSpelling, WrongTogether
from citylake.contracts.units import UNITS
from citylake.contracts.yaml_file import TO_FILL, Place, YamlFile
from citylake.errors import ContractProblem

# How the name of a lake column shows what it counts or measures.
SUFFIXES = {
    "money": ("_cny",),
    "people": ("_persons", "_count"),
    "area": ("_m2",),
    "households": ("_households", "_count"),
    "entities": ("_entities", "_count"),
    "share": ("_pct",),
    "energy": ("_kwh",),
}
# A column of a draft for which nothing gave a name.
UNNAMED = "new_column_"
_EXTENSIONS = {
    ".csv": {"csv", "fixed"},
    ".tsv": {"csv"},
    ".xlsx": {"xlsx", "xls"},
    ".xlsm": {"xlsx"},
    ".xls": {"xls", "xlsx"},
    ".ods": {"ods"},
    ".json": {"json", "jsonl"},
    ".jsonl": {"jsonl"},
    ".parquet": {"parquet"},
}
_ARCHIVES = {".zip": "zip", ".gz": "gzip"}
# The engine that applies patterns runs in linear time and knows neither look-around nor back-references.
_NOT_LINEAR = re.compile(r"\(\?(?:=|!|<=|<!)|\\[1-9]")


def not_filled_in(file: YamlFile) -> list[ContractProblem]:
    """Every value that still holds the mark of a draft."""
    return [file.problem(NOT_FILLED_IN, *place) for place in file.to_fill()]


def as_model(file: YamlFile, data: dict[str, Any], problems: list[ContractProblem]) -> Contract | None:
    """The contract, or None with every breach of its model in `problems`."""
    try:
        return Contract.model_validate(data)
    except ValidationError as error:
        for detail in error.errors():
            place = tuple(detail["loc"])
            cause = detail.get("ctx", {}).get("error")
            if isinstance(cause, WrongTogether):
                place = (*place, *cause.place)
            # A value that is still to be filled in is named once.
            if not _is_marked(file.data, place):
                problems.append(file.problem(_message(detail, place), *place))
        return None


def rules(contract: Contract, file: YamlFile, known: Dictionary) -> Iterator[ContractProblem]:
    """Everything that a valid model can still say wrongly."""
    for column in contract.columns.values():
        yield from _column_rules(column, contract, file, known)
    yield from _headers_of_two_columns(contract, file)
    yield from _positions(contract, file)
    yield from _patterns(contract, file)
    yield from _file_name(contract, file)
    if contract.catalogue.share == "不予共享" and not contract.catalogue.legal_basis:
        yield file.problem("不予共享 needs its legal basis", "catalogue", "legal_basis")


def shared_file_names(datasets: Mapping[str, Contract], files: Mapping[str, YamlFile]) -> Iterator[ContractProblem]:
    """Two datasets of one department wait for the same file only where each takes other sheets of a workbook."""
    active = [contract for contract in datasets.values() if contract.status == "active"]
    for one, other in combinations(active, 2):
        if (one.department_id, one.delivery.file_name) != (other.department_id, other.delivery.file_name):
            continue
        sheets = [_sheets(contract) for contract in (one, other)]
        if not (one.is_workbook and other.is_workbook and all(sheets)) or ALL_SHEETS in sheets[0] | sheets[1]:
            message = f"is that of {one.dataset} as well; only workbooks whose sheets are named can be shared"
            yield files[other.dataset].problem(message, "delivery", "file_name")
        elif doubled := sheets[0] & sheets[1]:
            message = f"sheet {'、'.join(sorted(doubled))} belongs to {one.dataset} as well"
            yield files[other.dataset].problem(message, "form", "sheet")


def _sheets(contract: Contract) -> set[str]:
    sheet = contract.form.sheet
    return set() if sheet is None else {sheet} if isinstance(sheet, str) else set(sheet)


def _message(detail: Any, place: Place) -> str:
    if detail["type"] == "extra_forbidden":
        return "unknown key" + nearest(str(place[-1]), _known_keys(place))
    if detail["type"] == "missing":
        return "is missing"
    return str(detail["msg"]).removeprefix("Value error, ")


def _known_keys(place: Place) -> list[str]:
    """The keys that may stand where an unknown one was found: the model is followed down to it."""
    current: Any = Contract
    for key in place[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(key))
            current = None if field is None else field.annotation
        else:  # the name of a column, or the number of a list entry
            current = _model_inside(current)
    model = _model_inside(current)
    return [] if model is None else list(model.model_fields)


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation such as `dict[str, Column]` or `Volume | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_inside(inner))), None)


def _is_marked(data: Any, place: Place) -> bool:
    for key in place:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
    return isinstance(data, str) and TO_FILL in data


def _column_rules(column: Column, contract: Contract, file: YamlFile, known: Dictionary) -> Iterator[ContractProblem]:
    here = ("columns", column.name)
    if column.name.startswith(UNNAMED):
        yield file.problem("needs a name of its own, here and in columns.yml", *here)
    for index, header in enumerate(column.headers):
        if header.since and header.until and header.since > header.until:
            yield file.problem(f"{header.text} ends before it begins", *here, "headers", index)
        if column.type in ("integer", "decimal") and (unit := unit_of_header(header.text)):
            yield from _unit_of_name(column, unit, file, "headers", index)
    if column.codes is not None and column.codes not in known.codes:
        yield file.problem(f"no list {column.codes!r}" + nearest(column.codes, known.codes), *here, "codes")
    elif column.codes is not None and (clash := set(contract.missing) & set(known.codes[column.codes])):
        said = "、".join(sorted(clash))
        yield file.problem(f"{said} is a missing mark and a spelling of list {column.codes}", *here, "codes")
    if column.unit is not None:
        if column.type not in ("integer", "decimal"):
            yield file.problem(f"a column of type {column.type} has no unit", *here, "unit")
        else:
            yield from _unit_of_name(column, column.unit, file, "unit")


def _unit_of_name(column: Column, unit: str, file: YamlFile, *key: str | int) -> Iterator[ContractProblem]:
    """A unit measures what the column's name says: 万元 goes into `…_cny`, never into `…_m2`."""
    wanted = SUFFIXES[UNITS[unit].quantity]
    said = next((suffix for suffixes in SUFFIXES.values() for suffix in suffixes if column.name.endswith(suffix)), None)
    is_wrong = said not in wanted if key[0] == "unit" else said is not None and said not in wanted
    if is_wrong:
        message = f"{unit} belongs to a column whose name ends with {' or '.join(wanted)}"
        yield file.problem(message, "columns", column.name, *key)


def _headers_of_two_columns(contract: Contract, file: YamlFile) -> Iterator[ContractProblem]:
    """One spelling stands for one column at a time."""
    seen: dict[str, list[tuple[str, HeaderSpelling]]] = {}
    for column in contract.columns.values():
        for index, header in enumerate(column.headers):
            others = seen.setdefault(normal_header(header.text), [])
            for name, other in others:
                if _overlap(header, other):
                    message = f"{header.text} is a header of {name} as well, in the same time"
                    yield file.problem(message, "columns", column.name, "headers", index)
            others.append((column.name, header))


def _overlap(one: HeaderSpelling, other: HeaderSpelling) -> bool:
    begin = max(one.since or date.min, other.since or date.min)
    return begin <= min(one.until or date.max, other.until or date.max)


def _positions(contract: Contract, file: YamlFile) -> Iterator[ContractProblem]:
    """Fields of a fixed-width line stand side by side, never over each other."""
    placed = sorted((column.position, column.name) for column in contract.columns.values() if column.position)
    for ((start, length), name), ((following, _), other) in pairwise(placed):
        if start + length > following:
            yield file.problem(f"begins inside {name}", "columns", other, "position")
    if contract.form.type != "fixed":
        for _, name in placed:
            yield file.problem("only fixed width has positions", "columns", name, "position")


def _patterns(contract: Contract, file: YamlFile) -> Iterator[ContractProblem]:
    found: list[tuple[Place, str]] = [(("not_records", i), text) for i, text in enumerate(contract.not_records)]
    found += [(("columns", c.name, "pattern"), c.pattern) for c in contract.columns.values() if c.pattern]
    for place, pattern in found:
        try:
            re.compile(pattern)
        except re.error as error:
            yield file.problem(f"is not a regular expression: {error}", *place)
            continue
        if _NOT_LINEAR.search(pattern):
            yield file.problem("look-around and back-references are not available", *place)


def _file_name(contract: Contract, file: YamlFile) -> Iterator[ContractProblem]:
    """The ending of the file name suits the form, where it is a usual one."""
    path = PurePath(contract.delivery.file_name)
    if archive := _ARCHIVES.get(path.suffix.lower()):
        if contract.form.archive != archive:
            yield file.problem(f"the file name ends with {path.suffix}, so this must be {archive}", "form", "archive")
        path = path.with_suffix("")
    suits = _EXTENSIONS.get(path.suffix.lower())
    if suits and contract.form.type not in suits:
        yield file.problem(f"does not suit a file name that ends with {path.suffix}", "form", "type")
