"""The sample city that `make nightly` runs on: simulated once into CITYLAKE_HOME/city, delivered once."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from citylake.errors import UsageError
from citylake.settings import Settings


def deliver_sample_city(settings: Settings, people: int, store: str, console: Console) -> Path:
    """Simulates the city when it is not there, and puts its files into the inboxes once; returns its folder.

    `settings` are connected to the store that receives the files; `store` is the name it is remembered by.
    Raises UsageError for a size that makes no city.
    """
    folder = settings.root / "city" / f"people-{people}"
    record = folder.with_suffix(".json")
    # Written after each step: a run that was ended in the middle simulates, or delivers, again. Both end the same way.
    delivered_to: list[str] | None = json.loads(record.read_text()) if record.exists() else None
    if delivered_to is None:
        _simulate(folder, people, console)
        delivered_to = []
        record.write_text(json.dumps(delivered_to))
    if store not in delivered_to:
        from citylake import landing

        with console.status("各部门报送 the departments deliver"):
            count = landing.deliver(settings, [folder / "inbox"], keep_times=True)
        console.print(f"各部门报送 {count} 个文件 files delivered", highlight=False)
        record.write_text(json.dumps([*delivered_to, store]))
    return folder


def _simulate(folder: Path, people: int, console: Console) -> None:
    from citylake import simulator

    folder.parent.mkdir(parents=True, exist_ok=True)
    console.print(f"模拟 {people} 人的城市 simulating the sample city", highlight=False)
    try:
        with console.status("") as live:
            summary = simulator.simulate(folder, people=people, progress=live.update)
    except simulator.SimulationRefused as error:
        raise UsageError(f"PEOPLE={people}: {error}", action="给出可模拟的人数, 如 PEOPLE=50000") from error
    console.print(f"  {summary.files} 个文件, {summary.rows} 行, {summary.faults} 处预设错误", highlight=False)
