"""Reads a folder of contracts and reports every problem with file, line and the nearest known key."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from citylake.contracts import lint
from citylake.contracts.dictionary import CODES_FILE, COLUMNS_FILE, Dictionary, read_dictionary
from citylake.contracts.holidays import HOLIDAYS_FILE, Holidays, read_holidays
from citylake.contracts.model import Contract
from citylake.contracts.periods import Period
from citylake.contracts.yaml_file import YamlFile, read_yaml
from citylake.errors import ContractProblem, ContractsInvalid, DateUnreadable

__all__ = ["CODES_FILE", "COLUMNS_FILE", "Contracts", "load_contracts"]


@dataclass(frozen=True)
class Contracts:
    """All contracts of a city, by dataset, with its code lists (list -> spelling -> code) and its working days.

    `drafts` are planned datasets with entries still to be filled in or put right; they take no part in anything, and
    `unfinished` says what is missing in them.
    """

    datasets: dict[str, Contract]
    codes: dict[str, dict[str, str]]
    sources: dict[str, str]
    holidays: Holidays = field(default_factory=Holidays)
    drafts: tuple[str, ...] = ()
    unfinished: tuple[ContractProblem, ...] = ()

    @property
    def active(self) -> list[Contract]:
        return [contract for contract in self.datasets.values() if contract.status == "active"]

    @property
    def departments(self) -> dict[str, str]:
        """Department id -> Chinese name, in the order of the dataset names."""
        return {contract.department_id: contract.owner.department for contract in self.datasets.values()}

    def of_file(self, file_name: str, department: str | None = None) -> list[tuple[Contract, Period]]:
        """The contracts whose file-name pattern a name matches, each with the business period that the name carries.

        More than one for a workbook whose sheets are datasets of their own.
        """
        found = []
        for contract in self.active:
            match = contract.file_pattern.fullmatch(file_name) if department in (None, contract.department_id) else None
            if match:
                try:
                    found.append((contract, Period.parse(match["period"])))
                except DateUnreadable:
                    continue
        return found


@cache
def load_contracts(folder: Path) -> Contracts:
    """Loads `columns.yml`, `codes.yml`, `holidays.csv` and `datasets/*.yml`.

    Raises ContractsInvalid with every problem found. A planned dataset that is still a draft stops nothing: what it
    lacks stands in `unfinished`, and `citylake contracts check` refuses it.
    """
    problems: list[ContractProblem] = []
    unfinished: list[ContractProblem] = []
    drafts: list[str] = []
    known = read_dictionary(folder, problems)
    holidays = read_holidays(folder / HOLIDAYS_FILE, problems)
    datasets: dict[str, Contract] = {}
    files: dict[str, YamlFile] = {}
    for path in sorted((folder / "datasets").glob("*.yml")):
        found: list[ContractProblem] = []
        file = read_yaml(path, found)
        contract = _read_contract(file, path.stem, known, found)
        if found and file.data.get("status") == "planned":
            drafts.append(path.stem)
            unfinished += found
            continue
        problems += found
        if contract is not None:
            datasets[contract.dataset], files[contract.dataset] = contract, file
    problems += lint.shared_file_names(datasets, files)
    if problems:
        raise ContractsInvalid(problems)
    unfinished += known.unfinished.values()
    sources = {dataset: file.text for dataset, file in files.items()}
    return Contracts(datasets, known.codes, sources, holidays, tuple(drafts), tuple(unfinished))


def _read_contract(file: YamlFile, stem: str, known: Dictionary, problems: list[ContractProblem]) -> Contract | None:
    if not file.data:
        return None
    before = len(problems)
    problems += lint.not_filled_in(file)
    data = dict(file.data, columns=known.complete(file, problems))
    contract = lint.as_model(file, data, problems)
    if contract is None or len(problems) > before:
        return None
    if contract.dataset != stem:
        problems.append(file.problem(f"must be {stem!r}, as the file", "dataset"))
    problems += lint.rules(contract, file, known)
    return contract
