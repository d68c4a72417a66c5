"""Errors that carry facts as attributes and say what to do next.

Tests and receipts read the attributes; no one parses a message. Every error names the exit code that a command
ends with: 1 wrong use or configuration (nothing touched), 2 a check found something, 3 nothing was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar


class CityLakeError(Exception):
    """Base of every error that CityLake raises on purpose."""

    exit_code = 1

    def __init__(self, message: str, *, action: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.action = action

    def __str__(self) -> str:
        return f"{self.message}\n  下一步 next: {self.action}" if self.action else self.message


class SettingsError(CityLakeError):
    """A setting is missing or unusable."""


class UsageError(CityLakeError):
    """A command was called with values it cannot work with."""


class CheckFailed(CityLakeError):
    """A check asked for by `--strict` or `doctor` found something."""

    exit_code = 2


class DateUnreadable(UsageError):
    """A business date or period is not written as `2025`, `2025Q3`, `2025-09` or `2025-09-30`."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"日期或账期无法识别 {text!r}", action="按 2025、2025Q3、2025-09 或 2025-09-30 书写 (Asia/Shanghai)"
        )
        self.text = text


@dataclass(frozen=True)
class ContractProblem:
    """One thing wrong in one contract file: where it is, what is wrong, what was meant."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ContractsInvalid(CityLakeError):
    """One or more contract files break their model; all problems are collected before this is raised."""

    exit_code = 2

    def __init__(self, problems: list[ContractProblem]) -> None:
        super().__init__(
            "\n".join(str(p) for p in problems), action="按文件、行号和键名修改契约后运行 citylake contracts check"
        )
        self.problems = problems


class StoreError(CityLakeError):
    """The object store did not do what was asked."""

    exit_code = 3


class StoreUnavailable(StoreError):
    """No answer from the object store within our own time-outs."""

    def __init__(self, endpoint: str, cause: str) -> None:
        super().__init__(
            f"对象存储 {endpoint} 没有应答: {cause}",
            action="运行 citylake doctor; 恢复后重新运行本阶段, 已完成的部分不会重复",
        )
        self.endpoint = endpoint
        self.cause = cause


class StoreRefused(StoreUnavailable):
    """The object store answers, and does not let us in: wrong keys, too few rights, or a clock that is wrong."""

    _ACTIONS: ClassVar[dict[str, str]] = {
        "RequestTimeTooSkewed": "校准本机或对象存储的时钟 (相差不得超过 15 分钟), 再运行本阶段",
        "AccessDenied": "该密钥没有此项权限: 核对 infra/minio-policies, 或改用有权限的密钥",
    }

    def __init__(self, endpoint: str, code: str, cause: str) -> None:
        super().__init__(endpoint, f"{code}: {cause}")
        self.message = f"对象存储 {endpoint} 拒绝了请求: {code}: {cause}"
        self.args = (self.message,)
        self.action = self._ACTIONS.get(
            code, "核对 CITYLAKE_S3_ACCESS_KEY、CITYLAKE_S3_SECRET_KEY (内置 MinIO: secrets.json), 再运行本阶段"
        )
        self.code = code


class ObjectExists(StoreError):
    """A put-once object is already there."""

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__(f"{bucket}/{key} 已存在, 归集区只写一次", action="无需处理: 同一交付已归集")
        self.bucket = bucket
        self.key = key


class ObjectMissing(StoreError):
    """An object that the lake refers to is not there."""

    def __init__(self, bucket: str, key: str) -> None:
        super().__init__(f"{bucket}/{key} 不存在", action="运行 citylake doctor 核对归集区与台账")
        self.bucket = bucket
        self.key = key


class ObjectDamaged(StoreError):
    """The bytes read back are not the bytes that were put."""

    def __init__(self, bucket: str, key: str, expected_sha256: str, actual_sha256: str) -> None:
        super().__init__(
            f"{bucket}/{key} 内容与 sha256 不符 (应为 {expected_sha256[:12]}…, 实为 {actual_sha256[:12]}…)",
            action="从备份恢复该对象, 再运行本阶段",
        )
        self.bucket = bucket
        self.key = key
        self.expected_sha256 = expected_sha256
        self.actual_sha256 = actual_sha256


class KeyUnusable(StoreError):
    """The store takes no object of this name: a `.` or `..` between slashes, or too long."""

    def __init__(self, bucket: str, key: str, cause: str) -> None:
        super().__init__(f"{bucket}: 对象名 {key!r} 不可用: {cause}", action="改用不含路径、不过长的文件名重报")
        self.bucket = bucket
        self.key = key
        self.cause = cause


class DeliveryError(CityLakeError):
    """Something is wrong with one delivery; the others go on."""

    exit_code = 3


class FileRefused(DeliveryError):
    """A whole file cannot be taken: it goes to quarantine whole, with the reason.

    Facts: file, sheet, line (physical, from 1), column (as written in the header), value, rule (reason code).
    """

    def __init__(
        self,
        rule: str,
        message: str,
        *,
        action: str,
        file: str = "",
        sheet: str | None = None,
        line: int | None = None,
        column: str | None = None,
        value: str | None = None,
    ) -> None:
        where = " · ".join(part for part in (file, sheet, f"第 {line} 行" if line else None, column) if part)
        super().__init__(f"{where}: {message} ({rule})" if where else f"{message} ({rule})", action=action)
        self.rule = rule
        self.text = message
        self.file = file
        self.sheet = sheet
        self.line = line
        self.column = column
        self.value = value


class NothingPublished(CityLakeError):
    """The night ended without a new version; the last good one stays."""

    exit_code = 3


class FileNotDeliverable(UsageError):
    """A path given to `deliver` cannot be put into an inbox."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}", action="检查路径, 或用 --dataset 指明数据集")
        self.path = path


class SampleUnusable(UsageError):
    """No contract can be drafted from a sample file. Facts: path, why."""

    def __init__(self, path: Path, why: str, action: str = "换一份能打开的样例文件") -> None:
        super().__init__(f"{path.name}: {why}", action=action)
        self.path = path
        self.why = why
