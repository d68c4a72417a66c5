"""Server processes of our own: started apart from the terminal, recorded in a file, stopped by verified pid.

A record carries the moment the process was created, so a pid that the system gave to another program since is never
mistaken for ours, and never ended.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from citylake.errors import CityLakeError

# A running task is given this long to come to its end; whatever is killed then is taken up by the next run.
_STOP_SECONDS = 12.0


class ServiceFailed(CityLakeError):
    """A server ended, or did not answer in time, while it was being started."""

    exit_code = 3

    def __init__(self, name: str, why: str, log: Path) -> None:
        super().__init__(f"{name} 未能启动: {why}", action=f"查看日志 {log} 的末尾几行")
        self.name = name
        self.log = log


@dataclass(frozen=True)
class Service:
    """A running server as its record file describes it."""

    name: str
    pid: int
    created: float
    address: str
    log: str

    @property
    def process(self) -> psutil.Process | None:
        """The process, if it still runs and is the one that was started."""
        try:
            process = psutil.Process(self.pid)
            is_ours = abs(process.create_time() - self.created) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if is_ours else None


def start_service(
    name: str, command: list[str], *, environment: Mapping[str, str], folder: Path, address: str, log: Path
) -> Service:
    """Starts a server that outlives this process; its record goes to `folder/<name>.json`, its output to `log`."""
    folder.mkdir(parents=True, exist_ok=True)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    service = Service(name, child.pid, psutil.Process(child.pid).create_time(), address, str(log))
    partial = folder / f"{name}.partial"
    partial.write_text(json.dumps(asdict(service)), encoding="utf-8")
    os.replace(partial, folder / f"{name}.json")
    return service


def recorded_service(folder: Path, name: str) -> Service | None:
    """The service of this name if it runs; a record whose process is gone is removed."""
    path = folder / f"{name}.json"
    try:
        service = Service(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if service.process is None:
        path.unlink(missing_ok=True)
        return None
    return service


def wait_until(is_ready: Callable[[], bool], service: Service, seconds: float) -> None:
    """Waits for a server to answer; raises ServiceFailed when it ends first or takes longer."""
    deadline = time.monotonic() + seconds
    while not is_ready():
        if service.process is None:
            raise ServiceFailed(service.name, "进程已退出", Path(service.log))
        if time.monotonic() > deadline:
            raise ServiceFailed(service.name, f"{seconds:.0f} 秒内没有应答", Path(service.log))
        time.sleep(0.2)


def stop_services(folder: Path, names: Iterable[str]) -> list[str]:
    """Ends the named services side by side; returns the names of those that ran.

    The servers themselves are asked first and end their own children; what is left of a family after that is killed.
    """
    running = [service for name in names if (service := recorded_service(folder, name))]
    members = [process for service in running for process in family(service)]
    servers = [process for service in running if (process := service.process)]
    _signal(servers, psutil.Process.terminate)
    psutil.wait_procs(servers, timeout=_STOP_SECONDS)
    left = [process for process in members if process.is_running()]
    _signal(left, psutil.Process.kill)
    psutil.wait_procs(left, timeout=5)
    for service in running:
        (folder / f"{service.name}.json").unlink(missing_ok=True)
    return [service.name for service in running]


def family(service: Service) -> list[psutil.Process]:
    """The service's process and all its descendants, parents first."""
    process = service.process
    if process is None:
        return []
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_seconds(services: Iterable[Service]) -> float:
    """CPU seconds that the services and their descendants, living or ended, have used so far."""
    total = 0.0
    for service in services:
        for process in family(service):
            try:
                total += sum(process.cpu_times()[:4])  # user, system, and both of the children that have ended
            except psutil.NoSuchProcess:
                continue
    return total


def memory_megabytes(services: Iterable[Service]) -> float:
    """Memory the services hold now, shared pages counted once, in MB."""
    total = 0
    for service in services:
        for process in family(service):
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    return total / 1e6


def _signal(processes: Iterable[psutil.Process], send: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        try:
            send(process)
        except psutil.NoSuchProcess:
            continue
