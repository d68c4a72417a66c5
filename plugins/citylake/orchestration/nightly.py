"""One whole night without Airflow: every stage in order, in this process (`citylake nightly`)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from citylake.errors import CityLakeError
from citylake.orchestration import processes, stages
from citylake.orchestration.machine import cpu_seconds
from citylake.orchestration.minio_server import running_store, status
from citylake.settings import Settings


@dataclass
class Night:
    """What a night came to: the report's folder, CPU and wall seconds by stage, and the departments that failed."""

    business_date: date
    report: Path | None = None
    cpu_seconds: dict[str, float] = field(default_factory=dict)
    wall_seconds: dict[str, float] = field(default_factory=dict)
    failed_departments: dict[str, str] = field(default_factory=dict)

    def add(self, stage: str, cpu: float, wall: float) -> None:
        self.cpu_seconds[stage] = self.cpu_seconds.get(stage, 0.0) + cpu
        self.wall_seconds[stage] = self.wall_seconds.get(stage, 0.0) + wall


def nightly(settings: Settings, business_date: date, console: Console | None = None) -> Night:
    """Runs land, stage, build, publish and report for a business date; starts the embedded store if it must.

    A department whose files cannot be landed or staged is named at the end and stops no other one. Raises
    NothingPublished when the build does not pass: the version that readers see stays.
    """
    console = console or Console(stderr=True)
    night = Night(business_date)
    with running_store(settings) as connected:
        server = status(settings)
        store_before = processes.cpu_seconds([server]) if server else 0.0
        _intake(connected, night, console)
        _watch(connected, night, console, is_night_over=False)
        try:
            _publish(connected, night, console)
        finally:
            _watch(connected, night, console, is_night_over=True)
        with _step(night, "report", console):
            night.report = stages.report(connected, business_date)
        if server:
            night.add("minio", processes.cpu_seconds([server]) - store_before, 0.0)
    return night


def _publish(settings: Settings, night: Night, console: Console) -> None:
    with _step(night, "prepare", console):
        build_id = stages.prepare(settings, night.business_date)
    if build_id is None:
        console.print("没有新内容, 沿用已发布的版本 nothing new since the published version")
        return
    for layer in stages.LAYERS:
        with _step(night, layer, console):
            stages.build_layer(settings, night.business_date, layer)
    with _step(night, "publish", console):
        stages.publish(settings, night.business_date)


def _watch(settings: Settings, night: Night, console: Console, *, is_night_over: bool) -> None:
    """Issues of the night. That they cannot be written is said, and stops nothing."""
    try:
        with _step(night, "watch", console):
            seen = stages.watch(
                settings, night.business_date, failed=night.failed_departments, is_night_over=is_night_over
            )
    except CityLakeError as error:
        console.print(f"值守 watch: {error}", style="red", markup=False)
        return
    for mark, lines in (("●", seen.opened), ("○ 已解除", seen.closed), ("✕", seen.failed_hooks)):
        for line in lines:
            console.print(f"  {mark} {line}", markup=False, soft_wrap=True)


def _intake(settings: Settings, night: Night, console: Console) -> None:
    from citylake.contracts import load_contracts
    from citylake.landing import UNKNOWN

    names = load_contracts(settings.contracts).departments
    for department, name in {**names, UNKNOWN: "未识别"}.items():
        try:
            with _step(night, "land", console, name):
                landed = stages.land(settings, night.business_date, department)
            with _step(night, "stage", console, name):
                staged = stages.stage(settings, night.business_date, department)
            with _step(night, "receipts", console, name):
                stages.receipts(settings, night.business_date, department)
            for message in (*landed.messages, *staged.messages):
                console.print(f"  · {message}", markup=False, soft_wrap=True)
        except CityLakeError as error:
            night.failed_departments[department] = name
            console.print(f"{name}: {error}", style="red")


@contextmanager
def _step(night: Night, stage: str, console: Console, what: str = "") -> Iterator[None]:
    cpu, wall = cpu_seconds(), time.monotonic()
    with console.status(f"{stage} {what}") if console.is_terminal else _plain(console, stage, what):
        yield
    night.add(stage, cpu_seconds() - cpu, time.monotonic() - wall)


@contextmanager
def _plain(console: Console, stage: str, what: str) -> Iterator[None]:
    console.print(f"{stage} {what}".strip(), highlight=False)
    yield


def cpu_table(night: Night) -> Table:
    """CPU seconds by stage; the services' own share stands apart."""
    table = Table(title="CPU 秒 by stage", title_justify="left", box=None, header_style="dim", pad_edge=False)
    table.add_column("阶段 stage")
    table.add_column("CPU s", justify="right")
    table.add_column("历时 wall s", justify="right")
    for stage, seconds in night.cpu_seconds.items():
        wall = night.wall_seconds.get(stage, 0.0)
        table.add_row(stage, f"{seconds:.1f}", f"{wall:.1f}" if wall else "")
    table.add_row("合计 total", f"{sum(night.cpu_seconds.values()):.1f}", "", style="bold")
    return table
