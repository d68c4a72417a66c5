"""The department's side: files are put into the inboxes, as a department would put them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from citylake.contracts import Contracts, Period, load_contracts
from citylake.errors import FileNotDeliverable, UsageError
from citylake.lake import Lake
from citylake.landing.names import UNKNOWN
from citylake.settings import SHANGHAI, Settings

SIMULATED_MARK = "SIMULATED.json"


def deliver(
    settings: Settings,
    paths: Iterable[Path],
    *,
    dataset_id: str | None = None,
    period: str | None = None,
    kind: str | None = None,
    keep_times: bool = False,
) -> int:
    """Puts files (or every file of folders) into the departments' inboxes, as a department would.

    A file's department is that of its dataset, or of the folder it lies in. Files of a simulated city are marked as
    such. With `keep_times` a file's modification time stands as its arrival: for history and simulated cities.
    Returns the number of files; raises FileNotDeliverable before anything is sent.
    """
    contracts = load_contracts(settings.contracts)
    if dataset_id is not None and dataset_id not in contracts.datasets:
        raise UsageError(f"没有数据集 {dataset_id}", action="citylake contracts list 列出全部数据集")
    if period is not None:
        Period.parse(period)
    lake, sent = Lake(settings), []
    for path in _files(paths):
        department = _department_of(path, contracts, dataset_id)
        sent.append((path, department, _metadata(path, dataset_id, period, kind, keep_times)))
    for path, department, metadata in sent:
        changed = datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI)
        batch = f"{changed:%Y%m%dT%H%M%S}" if keep_times else f"{datetime.now(SHANGHAI):%Y%m%dT%H%M%S%f}"
        lake.put_file("inbox", f"{department}/{batch}/{path.name}", path, metadata)
    return len(sent)


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


def _department_of(path: Path, contracts: Contracts, dataset_id: str | None) -> str:
    if dataset_id is not None:
        return contracts.datasets[dataset_id].department_id
    known = contracts.departments
    folder = next((parent.name for parent in path.resolve().parents if parent.name in known), None)
    if folder:
        return folder
    if found := contracts.of_file(path.name):
        return found[0].department_id
    return UNKNOWN


def _metadata(
    path: Path, dataset_id: str | None, period: str | None, kind: str | None, keep_times: bool
) -> dict[str, str]:
    given = {"dataset": dataset_id, "period": period, "kind": kind}
    metadata = {name: value for name, value in given.items() if value}
    if keep_times:
        metadata["received-at"] = (
            datetime.fromtimestamp(path.stat().st_mtime, SHANGHAI).replace(microsecond=0).isoformat()
        )
    mark = next((p / SIMULATED_MARK for p in path.resolve().parents if (p / SIMULATED_MARK).is_file()), None)
    if mark:
        real = json.loads(mark.read_text(encoding="utf-8")).get("real", [])
        if path.resolve().relative_to(mark.parent).as_posix() not in real:
            metadata["origin"] = "simulated"
    return metadata
