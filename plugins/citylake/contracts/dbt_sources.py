"""The dbt files that follow from the contracts alone: source tables with their tests, and the staging views' columns.

A contract is the only place where a dataset's columns are decided. dbt needs the same names once more, as YAML; these
functions write that YAML, and `citylake contracts check` compares it with the files in `dbt_project/models/staging`,
so that neither side can move without the other.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from citylake.contracts.model import Contract

HEADER = "# Written by plugins/citylake/contracts/dbt_sources.py. Change the contract, not this file.\n"
SOURCES_FILE = "_lake__sources.yml"
STAGING_FILE = "_staging__models.yml"
# What staging adds to every row of every dataset.
LINEAGE_COLUMNS = {
    "delivery_id": ("交付编号", "delivery that brought the row"),
    "sheet_name": ("工作表", "sheet of the delivered file, empty where the form has none"),
    "line_number": ("行号", "physical line of the row in the delivered file or sheet"),
}

Mapping = dict[str, Any]


def render_sources(contracts_dir: Path) -> str:
    """Return the text of `_lake__sources.yml`: one source table a contract, tests included.

    `contracts_dir` is the folder that holds `datasets/`, `columns.yml` and `codes.yml`.
    """
    columns, codes = _read(contracts_dir / "columns.yml"), _read(contracts_dir / "codes.yml")
    tables = [_source_table(contract, columns, codes) for contract in _contracts(contracts_dir)]
    source = {
        "name": "lake",
        "schema": "lake",
        "description": "Rows of the active deliveries, typed by staging. 各部门有效交付的明细数据（治理后）。",
        "tables": tables,
    }
    return _dump({"version": 2, "sources": [source]})


def render_staging(contracts_dir: Path) -> str:
    """Return the text of `_staging__models.yml`: one staging view a contract, each column described once."""
    columns = _read(contracts_dir / "columns.yml")
    models = []
    for contract in _contracts(contracts_dir):
        text = f"{_titles(contract)} One row per {contract['each_row_is_a']} and delivery."
        name = f"stg_{contract['dataset']}"
        models.append({"name": name, "description": text, "columns": _described(contract, columns)})
    return _dump({"version": 2, "models": models})


def render_view(contract: Contract) -> str:
    """Return the text of a dataset's staging view: its columns by name, as delivered."""
    names = ",\n    ".join([*contract.columns, *LINEAGE_COLUMNS])
    source = f"{{{{ source('lake', '{contract.dataset}') }}}}"
    return f"-- {contract.title.zh}: the typed rows as delivered.\nselect\n    {names}\nfrom {source}\n"


def _contracts(contracts_dir: Path) -> list[Mapping]:
    """The active ones: only they have a table in the lake."""
    found = [_read(path) for path in sorted((contracts_dir / "datasets").glob("*.yml"))]
    return [contract for contract in found if contract.get("status") == "active"]


def _source_table(contract: Mapping, columns: Mapping, codes: Mapping) -> Mapping:
    required = [name for name, spec in contract["columns"].items() if spec.get("required")]
    lists = {name: list(codes[spec["codes"]]) for name, spec in contract["columns"].items() if "codes" in spec}
    test: Mapping = {"required": required}
    if lists:
        test["codes"] = lists
    return {
        "name": contract["dataset"],
        "description": f"{_titles(contract)} One row per {contract['each_row_is_a']} and delivery.",
        "data_tests": [{"follows_contract": {"arguments": test}}],
        "columns": _described(contract, columns),
    }


def _described(contract: Mapping, columns: Mapping) -> list[Mapping]:
    described = []
    for name in contract["columns"]:
        meaning = columns[name]
        described.append(
            {
                "name": name,
                "description": f"{meaning['zh']} / {meaning['meaning']}",
                "config": {"meta": {"level": meaning["level"]}},
            }
        )
    for name, (zh, english) in LINEAGE_COLUMNS.items():
        described.append({"name": name, "description": f"{zh} / {english}", "config": {"meta": {"level": 1}}})
    return described


def _titles(contract: Mapping) -> str:
    return f"{contract['title']['zh']} / {contract['title']['en']}."


def _read(path: Path) -> Mapping:
    loaded: Mapping = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


def _dump(document: Mapping) -> str:
    return HEADER + yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
