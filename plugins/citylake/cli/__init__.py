"""The shell: `citylake COMMAND`. Every stage that a DAG runs can be run alone, by the same code.

Exit codes: 0 done; 1 wrong use or configuration, nothing touched; 2 a check found something; 3 nothing was published.
"""

from __future__ import annotations

import logging
import os
import sys

import structlog
import typer

from citylake import __version__
from citylake.cli import (
    accuracy,
    care,
    conflicts,
    contracts,
    corrections,
    inbox,
    published,
    quarantine,
    reviews,
    stages,
)
from citylake.cli.console import error_console
from citylake.errors import CityLakeError

_USAGE = 2

app = typer.Typer(
    name="citylake",
    help="CityLake 城市数据湖: 归集 landing → 治理 staging → 基础库 base → 主题库 marts → 指标 kpi → 报告 reports",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (stages, published, care, accuracy):
    module.register(app)
app.add_typer(contracts.app, name="contracts")
app.add_typer(inbox.app, name="inbox")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(corrections.app, name="corrections")
app.add_typer(reviews.app, name="reviews")
app.add_typer(conflicts.app, name="conflicts")


@app.callback()
def common(
    debug: bool = typer.Option(False, "--debug", help="出错时显示完整的回溯信息 / show the traceback of an error"),
    verbose: bool = typer.Option(False, "--verbose", "-v", help="显示每份交付的日志 / one log line a delivery"),
) -> None:
    """Options of every command."""
    os.environ["CITYLAKE_DEBUG"] = "1" if debug else ""
    level = logging.INFO if verbose or debug else logging.WARNING
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@app.command()
def version() -> None:
    """显示版本 / the version of the program."""
    typer.echo(f"citylake {__version__}")


def main(arguments: list[str] | None = None) -> int:
    """Runs one command and gives its exit code; an error is one message with the next action, never a traceback."""
    try:
        app(args=arguments)
    except CityLakeError as error:
        if os.environ.get("CITYLAKE_DEBUG"):
            raise
        error_console.print(f"[red]错误[/red] {type(error).__name__}")
        error_console.print(str(error), markup=False, soft_wrap=True)
        return error.exit_code
    except SystemExit as end:
        # The shell library ends with 2 for a mistyped command; here 2 means that a check found something.
        return 1 if end.code == _USAGE else int(end.code or 0)
    return 0
