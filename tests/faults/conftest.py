"""The table of the fault catalogue: fault, expected, seen. Printed at the end of a run, and written as Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Check = Callable[[str, str, str, Callable[[], object]], None]
_MARK = "fault of the catalogue"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fault-table", type=Path, help="file for the table of the fault catalogue (Markdown)")


@pytest.fixture
def fault(request: pytest.FixtureRequest) -> Check:
    """Compares what is expected of a fault with what is seen, and notes both for the table.

    Give the row of the catalogue, the fault in words, what is expected, and what tells (as text) what became of it.
    """

    def check(number: str, what: str, expected: str, tell: Callable[[], object]) -> None:
        seen = "raised, unforeseen"
        try:
            seen = str(tell())
        finally:
            request.node.user_properties.append((_MARK, [number, what, expected, seen]))
        assert seen == expected

    return check


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    found = [
        (*value, report.outcome)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name == _MARK and report.when == "call"
    ]
    if not found:
        return
    found.sort(key=lambda row: (int("".join(filter(str.isdigit, row[0])) or 0), row[0]))
    terminalreporter.section("fault, expected, seen")
    for number, what, expected, seen, outcome in found:
        terminalreporter.write_line(f"{number:>4} {what}")
        terminalreporter.write_line(f"       expected: {expected}")
        terminalreporter.write_line(f"       seen:     {'the same' if seen == expected else seen} ({outcome})")
    path = config.getoption("--fault-table", default=None)
    if path:
        path.write_text(_markdown(found), encoding="utf-8")
        terminalreporter.write_line(f"table written to {path}")


def _markdown(found: list[tuple[str, ...]]) -> str:
    lines = ["| # | fault | expected | seen |", "|---|---|---|---|"]
    for number, what, expected, seen, outcome in found:
        cells = (number, what, expected, seen if outcome == "passed" or seen != expected else f"{seen} ({outcome})")
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"
