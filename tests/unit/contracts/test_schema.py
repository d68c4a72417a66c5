"""The JSON Schema that editors complete from: every contract fits it, every key is explained, a slip does not pass."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from citylake import cli
from citylake.contracts.schema import SCHEMA_FILE, SCHEMA_LINE, contract_schema, render_schema
from citylake.settings import PACKAGE, PROJECT

FOLDER = PACKAGE / "contracts"
SCHEMA = contract_schema(FOLDER)
DATASETS = sorted((FOLDER / "datasets").glob("*.yml"))


def read(path: Path) -> Any:
    """A contract as an editor sees it: days are text."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


def is_valid(data: Any) -> bool:
    return not list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(data))


def test_the_schema_is_one_and_explains_every_key_in_both_languages() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in (SCHEMA, *SCHEMA["$defs"].values()):
        for key, terms in part["properties"].items():
            assert "/" in terms["description"], key


def test_the_packaged_schema_is_the_one_that_the_contracts_give() -> None:
    assert (FOLDER / SCHEMA_FILE).read_text(encoding="utf-8") == render_schema(FOLDER)


@pytest.mark.parametrize("path", DATASETS, ids=lambda path: path.stem)
def test_every_packaged_contract_fits_and_names_the_schema(path: Path) -> None:
    assert is_valid(read(path))
    assert path.read_text(encoding="utf-8").startswith(SCHEMA_LINE)
    assert (path.parent / SCHEMA_LINE.split("=")[1].strip()).resolve() == FOLDER / SCHEMA_FILE


@pytest.mark.parametrize("folder", ["tests/real_files/contracts", "tests/benchmarks/contracts"])
def test_contracts_of_another_folder_fit_the_schema_of_that_folder(folder: str) -> None:
    validator = jsonschema.Draft202012Validator(contract_schema(PROJECT / folder))
    for path in (PROJECT / folder / "datasets").glob("*.yml"):
        assert not list(validator.iter_errors(read(path))), path.name


CHANGES: list[tuple[list[Any], Any]] = [
    (["rejects"], {"rows_at_most": 1, "share_at_most": 0.1}),
    (["status"], "activ"),
    (["delivery", "cycle"], "hourly"),
    (["delivery", "file_name"], "社会保障卡.csv"),
    (["delivery", "due"], {"days": 1, "working_days": 1, "time": "18:00"}),
    (["delivery", "due"], {"time": "18:00"}),
    (["delivery", "due", "time"], "25:00"),
    (["form", "type"], "cvs"),
    (["form", "encodings"], ["gbk"]),
    (["key"], ["certificate_number"]),
    (["columns", "bank_cod"], {"headers": ["合作银行"]}),
    (["columns", "bank_code"], {}),
    (["columns", "bank_code", "headers"], []),
    (["columns", "bank_code", "headers"], [{"text": "合作银行", "from": "2024-01-01"}]),
    (["columns", "bank_code", "codes"], "banks"),
    (["columns", "bank_code", "unit"], "斤"),
    (["drift", "columns"], "ignore"),
    (["catalogue", "level"], 5),
]


@pytest.mark.parametrize(
    ("place", "value"), CHANGES, ids=lambda one: ".".join(map(str, one))[:40] if isinstance(one, list) else ""
)
def test_a_slip_does_not_fit(place: list[Any], value: Any) -> None:
    data = read(FOLDER / "datasets" / "human_resources__social_security_cards.yml")
    assert is_valid(data)
    spoilt = copy.deepcopy(data)
    inner = spoilt
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert not is_valid(spoilt)


def test_headers_are_text_or_text_with_dates() -> None:
    data = read(FOLDER / "datasets" / "human_resources__social_security_cards.yml")
    data["columns"]["bank_code"]["headers"] = ["合作银行", {"text": "银行", "until": "2023-12-31"}]
    assert is_valid(data)


def test_the_shell_prints_the_schema_or_writes_it(
    contracts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "schema.json"
    assert cli.main(["contracts", "schema", "--out", str(out)]) == 0
    capsys.readouterr()
    assert cli.main(["contracts", "schema"]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8") == render_schema(contracts)
