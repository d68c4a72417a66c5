"""The shell says what is wrong in one message and ends with the exit code it promises."""

from __future__ import annotations

from pathlib import Path

import pytest

from citylake import cli


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "nonsense"),
        (["status", "--date", "2025-13-01"], "2025-13-01"),
        (["deliver", "/nowhere/file.csv"], "file.csv"),
        (["query", "drop table x"], ""),
        (["query", "select 1", "--format", "yaml"], "yaml"),
        (["why", "99"], ""),
        (["rollback", "none-such"], "none-such"),
    ],
)
def test_wrong_use_ends_with_1_and_no_traceback(
    arguments: list[str], says: str, store: object, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 1
    out = capsys.readouterr()
    assert says in out.err + out.out
    assert "Traceback" not in out.err
    assert "下一步" in out.err or "Error" in out.err


def test_help_and_contracts_list_work_without_any_store(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    assert cli.main(["contracts", "list"]) == 0
    assert "public_security__resident_register" in capsys.readouterr().out.replace("\n", "")
    assert not home.exists() or not any(home.iterdir())


def test_status_strict_ends_with_2_when_something_is_overdue(store: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["status", "--date", "2025-09-30", "--strict"]) == 2
    assert "逾期" in capsys.readouterr().out
