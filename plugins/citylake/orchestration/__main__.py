"""What the Makefile calls: the night by Airflow, the services kept running, the store's server made ready."""

from __future__ import annotations

import argparse
import signal
import sys
from types import FrameType

from rich.console import Console
from rich.table import Table

from citylake.contracts import Period
from citylake.errors import CityLakeError
from citylake.orchestration import airflow_services, minio_server
from citylake.orchestration.minio_build import minio_binary
from citylake.settings import Settings, get_secret, get_settings

_INTERRUPTED = 130
_LOG_WIDTH = 120


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns the exit code (0 done, 1 wrong use, 3 nothing published)."""
    options = _parser().parse_args(arguments)
    # A log has no width of its own; the tracker's table wants this much.
    console = Console() if sys.stdout.isatty() else Console(width=_LOG_WIDTH)
    # `kill` ends a night as Ctrl-C does: what was started is stopped.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if options.command == "nightly":
            return _nightly(get_settings(), options, console)
        return {"up": _up, "down": _down, "minio": _minio}[options.command](get_settings(), console)
    except CityLakeError as error:
        console.print(str(error), style="red", highlight=False)
        return error.exit_code
    except KeyboardInterrupt:
        console.print("已中断, 启动的服务已停止 interrupted; what was started has been stopped")
        return _INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m citylake.orchestration")
    commands = parser.add_subparsers(dest="command", required=True)
    night = commands.add_parser("nightly")
    night.add_argument("--date", required=True)
    night.add_argument("--people", type=int, required=True)
    commands.add_parser("minio")
    commands.add_parser("up")
    commands.add_parser("down")
    return parser


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _nightly(settings: Settings, options: argparse.Namespace, console: Console) -> int:
    from citylake.orchestration.airflow_nightly import airflow_nightly

    airflow_nightly(settings, Period.parse(options.date).end, options.people, console)
    return 0


def _up(settings: Settings, console: Console) -> int:
    if not settings.is_store_external:
        console.print("启动 MinIO starting the object store")
        minio_server.start(settings)
    console.print("启动 Airflow starting Airflow")
    api = airflow_services.start(settings)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_row("Airflow", api.address, f"{airflow_services.USER} / {airflow_services.password(settings)}")
    table.add_row("", "", f"viewer / {get_secret(settings, 'airflow_viewer_password', 12)}")
    if not settings.is_store_external:
        store = minio_server.connected(settings)
        table.add_row("MinIO (S3)", str(store.s3_endpoint), f"{store.s3_access_key} / {store.s3_secret_key}")
    console.print(table)
    console.print("停止: make down")
    return 0


def _minio(settings: Settings, console: Console) -> int:
    console.print(str(minio_binary(settings)), soft_wrap=True, highlight=False)
    return 0


def _down(settings: Settings, console: Console) -> int:
    stopped = airflow_services.stop(settings)
    if not settings.is_store_external and minio_server.stop(settings):
        stopped.append(minio_server.NAME)
    console.print(f"已停止 stopped: {', '.join(stopped)}" if stopped else "没有在运行的服务 nothing was running")
    return 0


if __name__ == "__main__":
    sys.exit(main())
