"""The object store's server: a real MinIO on 127.0.0.1, unless CITYLAKE_S3_ENDPOINT names a store of its own.

A store that the environment names is used as it is and never started or stopped.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from citylake.errors import CityLakeError, StoreUnavailable
from citylake.lake import Lake
from citylake.orchestration import processes
from citylake.orchestration.machine import ServiceSettings, answers, free_port, only_one
from citylake.orchestration.minio_build import minio_binary
from citylake.orchestration.processes import Service
from citylake.settings import Settings, get_secret

NAME = "minio"
USER = "citylake"
_READY_SECONDS = 60.0
_SETTLE_SECONDS = 10.0
_DISK_BYTES = 500_000_000


class DiskFull(CityLakeError):
    """Too little disk is left for the object store to take a night's deliveries."""

    def __init__(self, folder: Path, free_bytes: int) -> None:
        super().__init__(
            f"{folder} 只剩 {free_bytes / 1e6:.0f} MB 磁盘空间", action="腾出空间后重新运行, 已完成的部分不会重复"
        )
        self.folder = folder
        self.free_bytes = free_bytes


def connected(settings: Settings) -> Settings:
    """The settings with the address and keys of the running store; raises StoreUnavailable when it does not run."""
    if settings.is_store_external:
        return settings
    service = status(settings)
    if service is None:
        raise StoreUnavailable("MinIO (内置)", "没有运行; 用 make up 启动")
    return settings.model_copy(
        update={
            "s3_endpoint": f"http://{service.address}",
            "s3_access_key": USER,
            "s3_secret_key": get_secret(settings, "minio_root_password"),
        }
    )


def status(settings: Settings) -> Service | None:
    """The embedded server if it runs."""
    return processes.recorded_service(_folder(settings), NAME)


def is_ready(service: Service) -> bool:
    return answers(f"http://{service.address}/minio/health/ready")


def start(settings: Settings) -> Service:
    """Starts the embedded server, or finds it running; returns when it is ready and its buckets are there."""
    binary = minio_binary(settings)
    folder = _folder(settings)
    with only_one(folder / "start.lock"):
        service = status(settings)
        if service is None:
            service = _start(settings, binary, folder)
        processes.wait_until(lambda: is_ready(service), service, _READY_SECONDS)
        _create_buckets(settings)
    return service


def _create_buckets(settings: Settings) -> None:
    """Makes the buckets; a server that calls itself ready may still answer 503 while it loads its policies."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while True:
        try:
            return Lake(connected(settings)).create_buckets()
        except StoreUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def stop(settings: Settings) -> bool:
    """Stops the embedded server; returns whether it ran."""
    return bool(processes.stop_services(_folder(settings), [NAME]))


@contextmanager
def running_store(settings: Settings) -> Iterator[Settings]:
    """Settings connected to a running store; a server that was not running before is stopped again afterwards."""
    if settings.is_store_external:
        Lake(settings).create_buckets()
        yield settings
        return
    was_running = status(settings) is not None
    start(settings)
    try:
        yield connected(settings)
    finally:
        if not was_running:
            stop(settings)


def _start(settings: Settings, binary: Path, folder: Path) -> Service:
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    if (free := shutil.disk_usage(data).free) < _DISK_BYTES:
        raise DiskFull(data, free)
    # The port used last is asked for again: published URLs and running analyst sessions stay right.
    last = folder / "port"
    wanted = ServiceSettings().minio_port or (int(last.read_text()) if last.exists() else 0)
    port = free_port(wanted)
    last.write_text(str(port))
    address = f"127.0.0.1:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MINIO_")},
        "MINIO_ROOT_USER": USER,
        "MINIO_ROOT_PASSWORD": get_secret(settings, "minio_root_password"),
        "MINIO_BROWSER": "off",
        "MINIO_UPDATE": "off",
        "MINIO_REGION_NAME": "us-east-1",
    }
    return processes.start_service(
        NAME,
        [str(binary), "server", "--quiet", "--address", address, str(data)],
        environment=environment,
        folder=folder,
        address=address,
        log=settings.root / "logs" / "minio.log",
    )


def _folder(settings: Settings) -> Path:
    return settings.root / "minio"
