"""The sample city that `make nightly` runs on: simulated once into CITYLAKE_HOME/city, delivered once."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from citylake.settings import Settings

SEED = 320400  # Changzhou's division code: the same city on every machine
MONTHS = 3
_MARK = "sample.json"


def deliver_sample_city(settings: Settings, people: int, console: Console) -> Path:
    """Simulates the city when it is not there, and puts its files into the inboxes once; returns its folder.

    `settings` are connected to the store that receives the files.
    """
    folder = settings.root / "city" / f"people-{people}"
    mark = folder / _MARK
    state = json.loads(mark.read_text()) if mark.exists() else {}
    if not state.get("is_simulated"):
        from citylake import simulator

        with console.status(f"模拟 {people} 人的城市 simulating the sample city"):
            simulator.simulate(out=folder, people=people, months=MONTHS, seed=SEED, faults="usual")
        state = {"is_simulated": True}
        mark.write_text(json.dumps(state))
    if settings.s3_endpoint not in state.get("delivered_to", []):
        from citylake import landing

        with console.status("各部门报送 delivering the departments' files"):
            count = landing.deliver(settings, [folder / "inbox"], keep_times=True)
        console.print(f"已报送 {count} 个文件 files delivered")
        mark.write_text(json.dumps({**state, "delivered_to": [*state.get("delivered_to", []), settings.s3_endpoint]}))
    return folder
