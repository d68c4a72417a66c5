"""What this machine offers: ports, tools, and the settings that only the running of services needs."""

from __future__ import annotations

import fcntl
import os
import resource
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class ServiceSettings(BaseSettings):
    """Settings of the services; each can be given as an environment variable `CITYLAKE_…`.

    minio_bin: a MinIO server binary to use instead of finding or building one.
    minio_port, airflow_port: fixed ports (0: the one used last, or any free one).
    clock: `off` takes the cron schedules out of the DAGs, so that only what is triggered runs (`make nightly`).
    """

    model_config = SettingsConfigDict(env_prefix="CITYLAKE_", extra="ignore", frozen=True)

    minio_bin: Path | None = None
    minio_port: int = 0
    airflow_port: int = 0
    clock: bool = True


def free_port(preferred: int = 0) -> int:
    """A TCP port free on 127.0.0.1: the preferred one if it is, else any."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


# Our own servers on this machine are never behind a proxy, whatever the environment says.
LOCAL = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether a GET on this address is answered with 200."""
    try:
        with LOCAL.open(url, timeout=seconds) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def cpu_seconds() -> float:
    """CPU seconds of this process and of its children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Lets one process at a time through; the others wait. The system frees the lock when a process dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
