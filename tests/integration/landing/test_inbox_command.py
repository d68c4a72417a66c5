"""`citylake inbox`: the operator sees what waits and hands out keys; a secret is shown once and kept nowhere."""

from __future__ import annotations

import json

import pytest

from citylake import cli
from citylake.lake import Lake
from citylake.settings import Settings

pytestmark = pytest.mark.store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(["inbox", *arguments])
    return code, capsys.readouterr().out


def test_an_operator_sees_what_waits_and_who_holds_a_key(store: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    Lake(store).put("inbox", "tax/a.csv", b"1")
    Lake(store).put("inbox", "who/a.csv", b"1")
    code, text = run(capsys, "grant", "ecology", "--json")
    secret = json.loads(text)["secret_key"]
    assert code == 0 and len(secret) >= 40
    code, text = run(capsys, "list", "--json")
    found = {one["department_id"]: (one["files"], one["has_key"]) for one in json.loads(text)}
    assert (found["tax"], found["ecology"], found["who"]) == ((1, False), (0, True), (1, False))
    assert secret not in text
    assert not [
        path for path in store.root.rglob("*") if path.is_file() and secret in path.read_text("utf-8", "ignore")
    ]
    code, text = run(capsys, "revoke", "ecology")
    assert (code, "已收回" in text) == (0, True)


def test_a_mistyped_department_is_told_the_known_ones(store: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["inbox", "grant", "taxx"]) == 1
    assert "public_security" in capsys.readouterr().err
