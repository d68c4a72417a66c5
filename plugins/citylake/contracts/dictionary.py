"""The column dictionary and the code lists: what every dataset shares."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from citylake.contracts.model import ColumnType, Strict
from citylake.contracts.yaml_file import TO_FILL, YamlFile, read_yaml
from citylake.errors import ContractProblem

CODES_FILE = "codes.yml"
COLUMNS_FILE = "columns.yml"
NOT_FILLED_IN = f"is still to be filled in ({TO_FILL})"
# The identifier checks that staging knows (`staging.identifiers.CHECKS`), with their Chinese names.
CHECKS = {
    "resident_id": "公民身份号码",
    "uscc": "统一社会信用代码",
    "organisation_code": "组织机构代码",
    "division": "行政区划代码",
    "industry": "国民经济行业代码",
    "division_in_force": "本账期在用的行政区划代码",
    "industry_2017": "国民经济行业代码 (2017 年版)",
    "oid": "对象标识符 (OID)",
    "phone": "电话号码",
    "longitude": "经度 (本市范围内)",
    "latitude": "纬度 (本市范围内)",
    "not_negative": "不为负数",
    "boundary": "完整的多边形, 经纬度 (WKT)",
}


class ColumnEntry(Strict):
    """One entry of `columns.yml`."""

    zh: str = Field(min_length=1)
    type: ColumnType
    check: str | None = None
    level: int = Field(ge=1, le=4)
    meaning: str = Field(min_length=1)


class CodeEntry(Strict):
    """One code of a list in `codes.yml`: its standard word and the spellings seen in files."""

    zh: str = Field(min_length=1)
    also: list[str | int] = Field(default_factory=list)


@dataclass(frozen=True)
class Dictionary:
    """Entries of `columns.yml` by name, code lists (list -> spelling -> code), and entries still to be filled in."""

    columns: dict[str, dict[str, Any]]
    codes: dict[str, dict[str, str]]
    unfinished: dict[str, ContractProblem]

    def complete(self, file: YamlFile, problems: list[ContractProblem]) -> dict[str, Any]:
        """The columns of a contract with what the dictionary says of each name; unknown names go to `problems`."""
        given = file.data.get("columns") or {}
        if not isinstance(given, Mapping):
            problems.append(file.problem("must hold column names with their terms", "columns"))
            return {}
        merged = {}
        for name, terms in given.items():
            here = ("columns", str(name))
            if name not in self.columns:
                problems.append(file.problem(f"is not in {COLUMNS_FILE}" + nearest(str(name), self.columns), *here))
                continue
            # In a draft the entry of columns.yml is named by itself.
            if name in self.unfinished and file.data.get("status") != "planned":
                problems.append(file.problem(f"its meaning in {COLUMNS_FILE} is not filled in yet ({TO_FILL})", *here))
            if not isinstance(terms, Mapping):
                problems.append(file.problem("must hold at least headers", *here))
                continue
            merged[name] = {**self.columns[name], **terms, "name": name}
        return merged


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint at the known name that was probably meant, or nothing."""
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; nearest known: {close[0]}" if close else ""


def read_dictionary(folder: Path, problems: list[ContractProblem]) -> Dictionary:
    """Reads `columns.yml` and `codes.yml`; every wrong entry is added to `problems`."""
    columns = read_yaml(folder / COLUMNS_FILE, problems)
    for name, entry in columns.data.items():
        _check_column(columns, str(name), entry, problems)
    entries = {str(name): dict(entry) for name, entry in columns.data.items() if isinstance(entry, Mapping)}
    unfinished = {str(place[0]): columns.problem(NOT_FILLED_IN, *place) for place in columns.to_fill()}
    return Dictionary(entries, _read_codes(folder / CODES_FILE, problems), unfinished)


def _check_column(file: YamlFile, name: str, entry: object, problems: list[ContractProblem]) -> None:
    try:
        column = ColumnEntry.model_validate(entry)
    except ValidationError as error:
        for detail in error.errors():
            message = str(detail["msg"])
            if detail["type"] == "extra_forbidden":
                message = "unknown key" + nearest(str(detail["loc"][-1]), ColumnEntry.model_fields)
            problems.append(file.problem(message, name, *detail["loc"]))
        return
    if column.check is not None and column.check not in CHECKS:
        problems.append(file.problem(f"no check {column.check!r}" + nearest(column.check, CHECKS), name, "check"))


def _read_codes(path: Path, problems: list[ContractProblem]) -> dict[str, dict[str, str]]:
    """list -> every accepted spelling -> code; a spelling that stands for two codes is a problem."""
    file = read_yaml(path, problems)
    found: dict[str, dict[str, str]] = {}
    for name, entries in file.data.items():
        spellings: dict[str, str] = {}
        for code, entry in entries.items() if isinstance(entries, Mapping) else []:
            try:
                words = CodeEntry.model_validate(entry)
            except ValidationError as error:
                problems += [file.problem(str(one["msg"]), str(name), str(code), *one["loc"]) for one in error.errors()]
                continue
            for spelling in map(str, (code, words.zh, *words.also)):
                if spellings.setdefault(spelling, str(code)) != str(code):
                    problems.append(file.problem(f"{spelling!r} stands for two codes", str(name), str(code)))
        if not spellings:
            problems.append(file.problem("must hold codes", str(name)))
        found[str(name)] = spellings
    return found
