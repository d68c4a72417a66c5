"""One console for answers, one for errors, and the few things every command needs."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.table import Table

from citylake.contracts import Period
from citylake.errors import DateUnreadable
from citylake.settings import yesterday

# In a log or a pipe a line stays one line, whatever the width of a terminal would be.
_LOG_WIDTH = 240
console = Console(width=None if sys.stdout.isatty() else _LOG_WIDTH)
error_console = Console(stderr=True, width=None if sys.stderr.isatty() else _LOG_WIDTH)

Format = Literal["table", "csv", "json", "parquet"]
Role = Literal["analyst", "operator"]
DateOption = Annotated[
    str | None, typer.Option("--date", help="业务日期 2025-09-30, 缺省为昨天 / business date, default yesterday")
]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出 / answer as JSON")]
DatasetOption = Annotated[str | None, typer.Option("--dataset", help="只处理一个数据集 / one dataset only")]


def business_date(text: str | None) -> date:
    """The business date of a command; raises DateUnreadable."""
    if text is None:
        return yesterday()
    period = Period.parse(text)
    if period.start != period.end:
        raise DateUnreadable(text)
    return period.end


def show_json(data: object) -> None:
    """Prints dataclasses, dates and plain values as JSON."""
    typer.echo(json.dumps(_plain(data), ensure_ascii=False, indent=1))


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def show_table(
    title: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    numbers: Iterable[int] = (),
    whole: Iterable[int] = (),
) -> None:
    """Prints a table; `numbers` are the positions of right-aligned columns, `whole` of those that are never folded
    because they are copied from the screen.
    """
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    right, unbroken = set(numbers), set(whole)
    for position, column in enumerate(columns):
        justify: Literal["left", "right"] = "right" if position in right else "left"
        table.add_column(column, justify=justify, overflow="fold", no_wrap=position in unbroken)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(table)
