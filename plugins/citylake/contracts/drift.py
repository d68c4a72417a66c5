"""Drift between contracts and dbt, looked for in both directions.

The contracts decide; dbt repeats their names in two YAML files and one view a dataset. Whatever stands on one side only
is named with file and column. Only active datasets take part: a planned or retired one has no table in the lake.
"""

from __future__ import annotations

import re
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
    render_view,
)
from citylake.contracts.loader import Contracts
from citylake.contracts.schema import SCHEMA_FILE, render_schema
from citylake.errors import ContractProblem, ContractsInvalid
from citylake.settings import Settings

_RENDERED = ((SOURCES_FILE, render_sources), (STAGING_FILE, render_staging))
# A name or a star, outside of the comment lines that open a view.
_WORD = re.compile(r"[a-z][a-z0-9_]*|\*")


def check_drift(contracts: Contracts, settings: Settings) -> None:
    """Raises ContractsInvalid with every active dataset or column that stands on one side only."""
    folder = settings.dbt_project / "models" / "staging"
    problems = list(_views(contracts, folder))
    problems += _columns(contracts, folder / SOURCES_FILE, lambda data: data["sources"][0]["tables"], "")
    problems += _columns(contracts, folder / STAGING_FILE, lambda data: data["models"], "stg_")
    if not problems:
        problems += _texts(settings, folder)
    if problems:
        raise ContractsInvalid(problems)


def write_files(contracts: Contracts, settings: Settings) -> list[Path]:
    """Writes dbt's two YAML files and the editors' schema anew, and a staging view where an active dataset has none."""
    folder = settings.dbt_project / "models" / "staging"
    texts = {folder / name: render(settings.contracts) for name, render in _RENDERED}
    texts[settings.contracts / SCHEMA_FILE] = render_schema(settings.contracts)
    for contract in contracts.active:
        if not any(folder.rglob(f"stg_{contract.dataset}.sql")):
            texts[folder / f"stg_{contract.dataset}.sql"] = render_view(contract)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def _views(contracts: Contracts, folder: Path) -> Iterator[ContractProblem]:
    """One staging view an active contract, and no view without one; each view names every column or takes them all."""
    views = {path.stem.removeprefix("stg_"): path for path in folder.rglob("stg_*__*.sql")}
    active = {contract.dataset: contract for contract in contracts.active}
    for dataset in sorted(set(active) - set(views)):
        message = "the contract has no staging view in dbt; citylake contracts sync writes it"
        yield ContractProblem(f"stg_{dataset}.sql", 0, dataset, message)
    for dataset in sorted(set(views) - set(active)):
        yield ContractProblem(views[dataset].name, 0, dataset, "dbt has a staging view without an active contract")
    for dataset in sorted(set(views) & set(active)):
        words = set(_WORD.findall(views[dataset].read_text(encoding="utf-8")))
        for name in active[dataset].columns if "*" not in words else ():
            if name not in words:
                yield ContractProblem(views[dataset].name, 0, f"{dataset}.{name}", "is not in the staging view")


def _columns(contracts: Contracts, path: Path, tables_of: Any, prefix: str) -> Iterator[ContractProblem]:
    if not path.is_file():
        yield ContractProblem(path.name, 0, "", "is missing; citylake contracts sync writes it")
        return
    tables = {
        table["name"].removeprefix(prefix): {column["name"] for column in table.get("columns", [])}
        for table in tables_of(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    }
    for dataset in sorted(set(tables) - {contract.dataset for contract in contracts.active}):
        yield ContractProblem(path.name, 0, dataset, "is in dbt, but there is no active contract")
    for contract in contracts.active:
        dataset = contract.dataset
        if dataset not in tables:
            yield ContractProblem(path.name, 0, dataset, "dbt does not know the dataset")
            continue
        wanted = {*contract.columns, *LINEAGE_COLUMNS}
        for name in sorted(wanted - tables[dataset]):
            yield ContractProblem(f"{dataset}.yml", 0, f"columns.{name}", f"is not in dbt ({path.name})")
        for name in sorted(tables[dataset] - wanted):
            yield ContractProblem(path.name, 0, f"{dataset}.{name}", "is in dbt, but not in the contract")


def _texts(settings: Settings, folder: Path) -> Iterator[ContractProblem]:
    """Names agree; descriptions, tests and the editors' schema must as well."""
    rendered = [(folder / name, render) for name, render in _RENDERED]
    for path, render in [*rendered, (settings.contracts / SCHEMA_FILE, render_schema)]:
        if not path.is_file() or path.read_text(encoding="utf-8") != render(settings.contracts):
            message = "differs from the contracts; citylake contracts sync writes it anew"
            yield ContractProblem(path.name, 0, "", message)
