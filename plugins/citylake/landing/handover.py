"""The department's side: files are put into the inboxes, as a department would put them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from citylake.contracts import Contracts, Period, load_contracts
from citylake.errors import FileNotDeliverable, UsageError
from citylake.lake import MANIFEST, Lake
from citylake.landing.names import UNKNOWN, answered_delivery, readable
from citylake.landing.recognition import departments_of_name
from citylake.settings import SHANGHAI, Settings

SIMULATED_MARK = "SIMULATED.json"


@dataclass(frozen=True)
class Declared:
    """What is said of files on delivery; what is not said is read from their names."""

    dataset_id: str | None = None
    period: str | None = None
    kind: str | None = None
    withdraws: str | None = None

    def metadata(self) -> dict[str, str]:
        given = {"dataset": self.dataset_id, "period": self.period, "kind": self.kind, "withdraws": self.withdraws}
        return {name: value for name, value in given.items() if value}


def deliver(
    settings: Settings,
    paths: Iterable[Path],
    *,
    dataset_id: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    withdraws: str | None = None,
    keep_times: bool = False,
) -> int:
    """Puts files (or every file of folders) into the departments' inboxes, as a department would.

    A file's department is that of its dataset, of the folder it lies in, of its name, or of the delivery that a
    returned correction list (校核单) answers. Files of a simulated city are marked as such. With `keep_times` a file's
    modification time stands as its arrival: for history and simulated cities. `withdraws` names the delivery that a
    withdrawal takes back. Returns the number of files; raises FileNotDeliverable before anything is sent.
    """
    contracts = load_contracts(settings.contracts)
    if dataset_id is not None and dataset_id not in contracts.datasets:
        raise UsageError(f"没有数据集 {dataset_id}", action="citylake contracts list 列出全部数据集")
    if period is not None:
        Period.parse(period)
    declared = Declared(dataset_id, period, "withdrawal" if withdraws and not kind else kind, withdraws)
    lake, sent = Lake(settings), []
    for path in _files(paths):
        department = _department_of(path, contracts, declared, lake)
        sent.append((path, department, declared.metadata() | _facts(path, keep_times)))
    for path, department, metadata in sent:
        changed = datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI)
        batch = f"{changed:%Y%m%dT%H%M%S}" if keep_times else f"{datetime.now(SHANGHAI):%Y%m%dT%H%M%S%f}"
        lake.put_file("inbox", f"{department}/{batch}/{readable(path.name)}", path, metadata)
    return len(sent)


def origin_of(path: Path) -> str:
    """`simulated` for a file of a simulated city, else `measured`."""
    mark = next((p / SIMULATED_MARK for p in path.resolve().parents if (p / SIMULATED_MARK).is_file()), None)
    if mark is None:
        return "measured"
    real = json.loads(mark.read_text(encoding="utf-8")).get("real", [])
    return "measured" if path.resolve().relative_to(mark.parent).as_posix() in real else "simulated"


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(
                p
                for p in path.rglob("*")
                if p.is_file() and p.name != SIMULATED_MARK and "truth" not in p.relative_to(path).parts
            )
        elif path.is_file():
            yield path
        else:
            raise FileNotDeliverable(path, "没有这个文件")


def _department_of(path: Path, contracts: Contracts, declared: Declared, lake: Lake) -> str:
    if declared.dataset_id is not None:
        return contracts.datasets[declared.dataset_id].department_id
    known, name = contracts.departments, readable(path.name)
    folder = next((parent.name for parent in path.resolve().parents if parent.name in known), None)
    if folder:
        return folder
    if about := declared.withdraws or answered_delivery(name):
        keys = (item.key.split("/") for item in lake.list("landing"))
        return next((parts[0] for parts in keys if parts[-2:] == [about, MANIFEST]), UNKNOWN)
    found = departments_of_name(name, contracts)
    return found[0] if found else UNKNOWN


def _facts(path: Path, keep_times: bool) -> dict[str, str]:
    """What the store is told of a file besides its bytes."""
    facts = {"origin": "simulated"} if origin_of(path) == "simulated" else {}
    if keep_times:
        changed = datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI)
        facts["received-at"] = changed.replace(microsecond=0).isoformat()
    return facts
