"""Drift between contracts and dbt, looked for in both directions.

The contracts decide; dbt repeats their names in two YAML files and one view a dataset. Whatever stands on one side only
is named with file and column.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from citylake.contracts.dbt_sources import (
    LINEAGE_COLUMNS,
    SOURCES_FILE,
    STAGING_FILE,
    render_sources,
    render_staging,
)
from citylake.contracts.loader import Contracts
from citylake.errors import ContractProblem, ContractsInvalid
from citylake.settings import Settings


def check_drift(contracts: Contracts, settings: Settings) -> None:
    """Raises ContractsInvalid with every dataset or column that stands on one side only."""
    folder = settings.dbt_project / "models" / "staging"
    problems = list(_views(contracts, folder))
    problems += _columns(contracts, folder / SOURCES_FILE, lambda data: data["sources"][0]["tables"], "")
    problems += _columns(contracts, folder / STAGING_FILE, lambda data: data["models"], "stg_")
    if not problems:
        problems += _texts(settings, folder)
    if problems:
        raise ContractsInvalid(problems)


def write_dbt_files(settings: Settings) -> list[Path]:
    """Writes the two YAML files anew; the views are written by hand."""
    folder = settings.dbt_project / "models" / "staging"
    written = []
    for name, render in ((SOURCES_FILE, render_sources), (STAGING_FILE, render_staging)):
        path = folder / name
        path.write_text(render(settings.contracts), encoding="utf-8")
        written.append(path)
    return written


def _views(contracts: Contracts, folder: Path) -> Iterator[ContractProblem]:
    """One staging view a contract, and no view without one; each view names every column or takes them all."""
    views = {path.stem.removeprefix("stg_"): path for path in folder.rglob("stg_*__*.sql")}
    for dataset in sorted(set(contracts.datasets) - set(views)):
        yield ContractProblem(f"stg_{dataset}.sql", 0, dataset, "the contract has no staging view in dbt")
    for dataset in sorted(set(views) - set(contracts.datasets)):
        yield ContractProblem(views[dataset].name, 0, dataset, "dbt has a staging view without a contract")


def _columns(contracts: Contracts, path: Path, tables_of: Any, prefix: str) -> Iterator[ContractProblem]:
    if not path.is_file():
        yield ContractProblem(path.name, 0, "", "is missing; citylake contracts sync writes it")
        return
    tables = {
        table["name"].removeprefix(prefix): {column["name"] for column in table.get("columns", [])}
        for table in tables_of(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    }
    for dataset, contract in contracts.datasets.items():
        if dataset not in tables:
            yield ContractProblem(path.name, 0, dataset, "dbt does not know the dataset")
            continue
        wanted = {*contract.columns, *LINEAGE_COLUMNS}
        for name in sorted(wanted - tables[dataset]):
            yield ContractProblem(f"{dataset}.yml", 0, f"columns.{name}", f"is not in dbt ({path.name})")
        for name in sorted(tables[dataset] - wanted):
            yield ContractProblem(path.name, 0, f"{dataset}.{name}", "is in dbt, but not in the contract")


def _texts(settings: Settings, folder: Path) -> Iterator[ContractProblem]:
    """Names agree; descriptions and tests must as well."""
    for name, render in ((SOURCES_FILE, render_sources), (STAGING_FILE, render_staging)):
        if (folder / name).read_text(encoding="utf-8") != render(settings.contracts):
            yield ContractProblem(name, 0, "", "differs from the contracts; citylake contracts sync writes it anew")
