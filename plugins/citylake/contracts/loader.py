"""Reads a folder of contracts and reports every problem with file, line and the nearest known key."""

from __future__ import annotations

import difflib
import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from citylake.contracts.holidays import HOLIDAYS_FILE, Holidays, read_holidays
from citylake.contracts.model import Column, Contract
from citylake.contracts.periods import Period
from citylake.errors import ContractProblem, ContractsInvalid, DateUnreadable

CODES_FILE = "codes.yml"
COLUMNS_FILE = "columns.yml"


@dataclass(frozen=True)
class Contracts:
    """All contracts of a city, by dataset, with its code lists (list -> spelling -> code) and its working days."""

    datasets: dict[str, Contract]
    codes: dict[str, dict[str, str]]
    sources: dict[str, str]
    holidays: Holidays = field(default_factory=Holidays)

    @property
    def active(self) -> list[Contract]:
        return [contract for contract in self.datasets.values() if contract.status == "active"]

    @property
    def departments(self) -> dict[str, str]:
        """Department id -> Chinese name, in the order of the dataset names."""
        return {contract.department_id: contract.owner.department for contract in self.datasets.values()}

    def of_file(self, file_name: str, department: str | None = None) -> tuple[Contract, Period] | None:
        """The contract whose file-name pattern a name matches, with the business period the name carries."""
        for contract in self.active:
            if department not in (None, contract.department_id):
                continue
            if match := contract.file_pattern.fullmatch(file_name):
                try:
                    return contract, Period.parse(match["period"])
                except DateUnreadable:
                    return None
        return None

    def fingerprint(self, dataset: str) -> str:
        """sha256 of the contract's text, first 16 digits: what `frozen beside every delivery` is compared by."""
        return hashlib.sha256(self.sources[dataset].encode()).hexdigest()[:16]


@cache
def load_contracts(folder: Path) -> Contracts:
    """Loads `columns.yml`, `codes.yml` and `datasets/*.yml`; raises ContractsInvalid with every problem found."""
    problems: list[ContractProblem] = []
    columns = _read(folder / COLUMNS_FILE, problems) or {}
    codes = _read_codes(folder / CODES_FILE, problems)
    datasets: dict[str, Contract] = {}
    sources: dict[str, str] = {}
    for path in sorted((folder / "datasets").glob("*.yml")):
        if contract := _read_contract(path, columns, codes, problems):
            datasets[contract.dataset] = contract
            sources[contract.dataset] = path.read_text(encoding="utf-8")
    holidays = read_holidays(folder / HOLIDAYS_FILE, problems)
    problems += _shared_file_names(datasets)
    if problems:
        raise ContractsInvalid(problems)
    return Contracts(datasets, codes, sources, holidays)


def _read(path: Path, problems: list[ContractProblem]) -> dict[str, Any] | None:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        problems.append(ContractProblem(path.name, mark.line + 1 if mark else 0, "", f"cannot be read: {error}"))
        return None
    return data


def _read_codes(path: Path, problems: list[ContractProblem]) -> dict[str, dict[str, str]]:
    """list -> every accepted spelling -> code; a spelling that stands for two codes is a problem."""
    found: dict[str, dict[str, str]] = {}
    for name, entries in (_read(path, problems) or {}).items():
        spellings: dict[str, str] = {}
        for code, entry in entries.items():
            for spelling in (str(code), entry["zh"], *entry.get("also", [])):
                if spellings.setdefault(str(spelling), str(code)) != str(code):
                    problems.append(
                        ContractProblem(
                            path.name, _line_of(path, name), f"{name}.{code}", f"{spelling!r} stands for two codes"
                        )
                    )
        found[name] = spellings
    return found


def _read_contract(
    path: Path, columns: dict[str, Any], codes: dict[str, dict[str, str]], problems: list[ContractProblem]
) -> Contract | None:
    data = _read(path, problems)
    if data is None:
        return None
    before = len(problems)
    data = dict(data, columns=_merged_columns(path, data.get("columns") or {}, columns, codes, problems))
    if len(problems) > before:
        return None
    try:
        contract = Contract.model_validate(data)
    except ValidationError as error:
        problems += [_problem(path, detail) for detail in error.errors()]
        return None
    if contract.dataset != path.stem:
        problems.append(
            ContractProblem(path.name, _line_of(path, "dataset"), "dataset", f"must be {path.stem!r}, as the file")
        )
    return contract


def _merged_columns(
    path: Path,
    given: dict[str, Any],
    columns: dict[str, Any],
    codes: dict[str, dict[str, str]],
    problems: list[ContractProblem],
) -> dict[str, Any]:
    merged = {}
    for name, terms in given.items():
        if name not in columns:
            problems.append(
                ContractProblem(
                    path.name,
                    _line_of(path, name),
                    f"columns.{name}",
                    "is not in columns.yml" + _nearest(name, columns),
                )
            )
            continue
        if (listed := (terms or {}).get("codes")) and listed not in codes:
            problems.append(
                ContractProblem(
                    path.name,
                    _line_of(path, name),
                    f"columns.{name}.codes",
                    f"no list {listed!r}" + _nearest(listed, codes),
                )
            )
            continue
        merged[name] = {"name": name, **columns[name], **(terms or {})}
    return merged


def _problem(path: Path, detail: Any) -> ContractProblem:
    keys = [str(part) for part in detail["loc"]]
    message = detail["msg"]
    if detail["type"] == "extra_forbidden":
        known = Column.model_fields if "columns" in keys else Contract.model_fields
        message = "unknown key" + _nearest(keys[-1], known)
    # The deepest key that stands in the file gives the line.
    lines = [line for key in keys if (line := _line_of(path, key))]
    return ContractProblem(path.name, lines[-1] if lines else 1, ".".join(keys), message)


def _nearest(name: str, known: Any) -> str:
    close = difflib.get_close_matches(name, list(known), 1)
    return f"; nearest known: {close[0]}" if close else ""


def _line_of(path: Path, key: str) -> int:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        stripped = line.lstrip(" {-")
        if stripped.startswith(f"{key}:") or f"{{{key}:" in line or f", {key}:" in line:
            return number
    return 0


def _shared_file_names(datasets: dict[str, Contract]) -> list[ContractProblem]:
    """Two datasets of one department must not wait for files of the same name."""
    seen: dict[tuple[str, str], str] = {}
    problems = []
    for contract in datasets.values():
        slot = (contract.department_id, contract.delivery.file_name)
        if slot in seen:
            problems.append(
                ContractProblem(f"{contract.dataset}.yml", 0, "delivery.file_name", f"is that of {seen[slot]} as well")
            )
        seen[slot] = contract.dataset
    return problems
