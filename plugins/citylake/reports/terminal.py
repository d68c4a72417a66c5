"""The tracker as a table for the end of a nightly run."""

from __future__ import annotations

from pathlib import Path

from rich.table import Table
from rich.text import Text

from citylake.reports import wording
from citylake.reports.model import Dossier
from citylake.reports.reading import read_dossiers

STYLES = {
    "achieved": "bold cyan",
    "achieved_early": "bold cyan",
    "ahead": "green",
    "on_schedule": "green",
    "behind": "yellow",
    "reversed": "bold red",
    "not_assessable": "dim",
}


def terminal_table(database: Path) -> Table:
    """One row per indicator: number, name, unit, value with its source mark, targets, schedule index, class."""
    dossiers = read_dossiers(database)
    years = sorted({year for dossier in dossiers for year in dossier.indicator.targets})
    table = Table(title="目标跟踪", title_justify="left", header_style="dim", pad_edge=False, box=None)
    table.add_column("#", justify="right", style="dim")
    table.add_column("指标", overflow="fold", max_width=36)
    table.add_column("单位", style="dim")
    table.add_column("现值", justify="right", no_wrap=True)
    table.add_column("来源", no_wrap=True)
    for year in years:
        table.add_column(f"{year}目标", justify="right", no_wrap=True)
    table.add_column("指数", justify="right", no_wrap=True)
    table.add_column("判断", no_wrap=True)
    for dossier in dossiers:
        table.add_row(*_cells(dossier, years))
    return table


def _cells(dossier: Dossier, years: list[int]) -> list[Text]:
    indicator, status = dossier.indicator, dossier.status
    source = wording.SOURCES[status.source][1] if status.source and status.value is not None else ""
    kind = status.progress_class
    return [
        Text(str(dossier.number)),
        Text(indicator.name),
        Text(indicator.unit),
        Text(wording.number(status.value, indicator.unit)),
        Text(source, style="red" if status.source == "simulated" else ""),
        *(Text(wording.number(indicator.targets.get(year), indicator.unit)) for year in years),
        Text(wording.number(status.schedule_index, digits=2)),
        Text(f"{kind.mark} {kind.zh}", style=STYLES.get(kind.code, "")),
    ]
