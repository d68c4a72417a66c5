"""The tracker's files, from the published database alone: `write_reports` writes the page and the workbook.

Nothing here asks for the time or the network: the same database, business date and version give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from citylake.reports.page import render_page
from citylake.reports.reading import read_tracker
from citylake.reports.terminal import terminal_table
from citylake.reports.workbook import write_workbook

__all__ = ["ReportSummary", "terminal_table", "write_reports"]


@dataclass(frozen=True)
class ReportSummary:
    """What one run made: files in the order written, indicators by class (Chinese name), simulated ones."""

    files: tuple[Path, ...]
    indicators_by_class: dict[str, int]
    indicators_with_value: int
    simulated_indicators: tuple[int, ...]


def write_reports(database: Path, out_dir: Path, business_date: date, version: str) -> ReportSummary:
    """Write `tracker.html` and `tracker.xlsx` into `out_dir`; ReportInputIncomplete before anything is written."""
    tracker = read_tracker(database, business_date, version)
    out_dir.mkdir(parents=True, exist_ok=True)
    page, workbook = out_dir / "tracker.html", out_dir / "tracker.xlsx"
    page.write_text(render_page(tracker), encoding="utf-8", newline="\n")
    write_workbook(tracker, workbook)
    return ReportSummary(
        files=(page, workbook),
        indicators_by_class={kind.zh: count for kind, count in tracker.class_counts.items()},
        indicators_with_value=sum(dossier.status.value is not None for dossier in tracker.dossiers),
        simulated_indicators=tuple(dossier.number for dossier in tracker.simulated),
    )
