"""`citylake doctor`: what stands in the way of a night, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from citylake.contracts import load_contracts
from citylake.contracts.calendar import holidays_until
from citylake.errors import CityLakeError
from citylake.lake import BUCKETS, Lake
from citylake.orchestration import minio_server
from citylake.settings import PROJECT, Settings

_FREE_GIGABYTES = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    name: str
    is_fine: bool
    message: str
    action: str = ""


def check(settings: Settings) -> list[Finding]:
    """Looks at the machine, the lock, the contracts and the store; never raises for what it finds."""
    found = [_python(), _disk(settings), _lock(), _contracts(settings), _store(settings), _version(settings)]
    return [*found, _drop_folder(settings.drop_folder)] if settings.drop_folder else found


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python", sys.version_info[:2] == (3, 11), found, "" if sys.version_info[:2] == (3, 11) else "安装 Python 3.11"
    )


def _disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.root).free / 1024**3
    is_fine = free >= _FREE_GIGABYTES
    return Finding(
        "磁盘 disk", is_fine, f"{free:.0f} GB 可用", "" if is_fine else f"清出 {_FREE_GIGABYTES} GB 以上空间"
    )


def _lock() -> Finding:
    """Whether what is installed is what the lock says."""
    path = PROJECT / "requirements.txt"
    if not path.is_file():
        return Finding("依赖锁 lock", True, "未随程序安装, 未核对")
    wrong = [line for line in path.read_text(encoding="utf-8").splitlines() if (text := _differs(line)) and text]
    if wrong:
        return Finding("依赖锁 lock", False, f"{len(wrong)} 个包与锁不符, 如 {wrong[0]}", "删除 .venv 后重新运行 make")
    return Finding("依赖锁 lock", True, "已安装的包与 requirements.txt 一致")


def _differs(line: str) -> bool:
    match = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", line)
    if not match:
        return False
    try:
        return importlib.metadata.version(match[1]) != match[2]
    except importlib.metadata.PackageNotFoundError:
        return ";" not in line


def _contracts(settings: Settings) -> Finding:
    try:
        contracts = load_contracts(settings.contracts)
    except CityLakeError as error:
        return Finding("契约 contracts", False, error.message, error.action)
    return Finding("契约 contracts", True, f"{len(contracts.datasets)} 份有效; {holidays_until(contracts)}")


def _store(settings: Settings) -> Finding:
    try:
        with minio_server.running_store(settings) as connected:
            lake = Lake(connected)
            counts = [f"{bucket} {sum(1 for _ in lake.list(bucket))}" for bucket in BUCKETS]
    except CityLakeError as error:
        return Finding("对象存储 store", False, error.message, error.action)
    return Finding("对象存储 store", True, f"{lake.endpoint}; 对象数 {', '.join(counts)}")


def _drop_folder(folder: Path) -> Finding:
    name = "投递文件夹 drop folder"
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        return Finding(name, False, f"{folder} 不存在或不可读写", "挂载文件夹, 给运行账户读写权限")
    return Finding(name, True, str(folder))


def _version(settings: Settings) -> Finding:
    from citylake import warehouse

    current = next((one for one in warehouse.versions(settings) if one.is_current), None)
    if current is None:
        return Finding("已发布版本 version", True, "尚无; 运行 make nightly 或 citylake nightly")
    missing = [name for name in current.files if not Path(name).exists()]
    if missing:
        return Finding(
            "已发布版本 version", False, f"{current.build_id} 缺文件 {missing[0]}", "citylake rollback 到另一版本"
        )
    return Finding("已发布版本 version", True, f"{current.build_id}, 业务日期 {current.business_date}")
