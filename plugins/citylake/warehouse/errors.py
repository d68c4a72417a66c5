"""What can go wrong in the warehouse, as facts. Nothing here ever leaves a half-published version behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from citylake.errors import NothingPublished, UsageError


@dataclass(frozen=True)
class FailedNode:
    """One dbt model, seed or test that did not pass."""

    name: str
    kind: str
    status: str
    message: str
    path: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name} {self.status}: {self.message} ({self.path})"


class LeaseHeld(NothingPublished):
    """Another process is building or publishing."""

    def __init__(self, holder: str, path: Path) -> None:
        super().__init__(
            f"另一个进程正在构建或发布: {holder}", action=f"等它结束后再运行; 锁文件 {path} 随进程结束自动释放"
        )
        self.holder = holder
        self.path = path


class DbtFailed(NothingPublished):
    """dbt did not get through: the project does not parse, or a model or test failed."""

    def __init__(self, build_id: str, failed: list[FailedNode], log: Path) -> None:
        first = str(failed[0]) if failed else "no result"
        more = f" (另有 {len(failed) - 1} 项)" if len(failed) > 1 else ""
        super().__init__(
            f"构建 {build_id} 未通过: {first}{more}", action=f"修正后重新运行 citylake build; 全文见 {log}"
        )
        self.build_id = build_id
        self.failed = failed
        self.log = log


class AuditFailed(NothingPublished):
    """The finished build is not fit to be published. Every problem found is in `problems`."""

    def __init__(self, build_id: str, problems: list[str]) -> None:
        more = f" (共 {len(problems)} 项)" if len(problems) > 1 else ""
        super().__init__(
            f"构建 {build_id} 未通过发布前检查: {problems[0]}{more}",
            action="上一版本保持不变; 修正后重新运行 citylake build",
        )
        self.build_id = build_id
        self.problems = problems


class BuildMissing(NothingPublished):
    """No finished build is there to be published."""

    def __init__(self, business_date: date) -> None:
        super().__init__(f"{business_date} 没有可发布的构建", action=f"先运行 citylake build --date {business_date}")
        self.business_date = business_date


class BuildOvertaken(NothingPublished):
    """A build of the same date that was prepared later is already published: the older one must not replace it."""

    def __init__(self, build_id: str, current_id: str) -> None:
        super().__init__(f"构建 {build_id} 已被更新的 {current_id} 取代", action="无需处理; 或重新运行 citylake build")
        self.build_id = build_id
        self.current_id = current_id


class DiskTooSmall(NothingPublished):
    """There is not enough room to write a version beside the build."""

    def __init__(self, folder: Path, needed_bytes: int, free_bytes: int) -> None:
        super().__init__(
            f"{folder} 剩余空间不足: 需要 {needed_bytes / 1e6:.0f} MB, 剩余 {free_bytes / 1e6:.0f} MB",
            action="清理磁盘或减少保留版本数 (CITYLAKE_KEEP_VERSIONS) 后重新运行",
        )
        self.folder = folder
        self.needed_bytes = needed_bytes
        self.free_bytes = free_bytes


class DatabaseFailed(NothingPublished):
    """DuckDB could not read the inputs or write a file; what was written of it has been removed."""

    def __init__(self, step: str, cause: str) -> None:
        super().__init__(
            f"{step} 失败: {cause.splitlines()[0]}", action="检查磁盘空间与内存后重新运行; 上一版本保持不变"
        )
        self.step = step
        self.cause = cause


class VersionUnknown(UsageError):
    """No published version has this name."""

    def __init__(self, version: str, known: list[str]) -> None:
        super().__init__(
            f"没有版本 {version!r}", action="已有版本: " + (", ".join(known) or "无; 先运行 citylake build 与 publish")
        )
        self.version = version
        self.known = known


class NothingYetPublished(UsageError):
    """There is no published version to read."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 还没有已发布的版本", action="先运行 citylake nightly 或 make nightly")
        self.folder = folder


class QueryRefused(UsageError):
    """Something other than one reading statement was asked for."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"不执行该语句: {why}", action="只接受一条 SELECT (或 WITH、FROM、DESCRIBE、SHOW、SUMMARIZE、EXPLAIN)"
        )
        self.why = why


class QueryFailed(UsageError):
    """DuckDB refused the SQL; its message stands whole."""

    def __init__(self, sql: str, cause: str) -> None:
        super().__init__(cause.strip(), action="改正 SQL; 表与字段见 information_schema 或 duckdb_columns() 的注释")
        self.sql = sql
        self.cause = cause


class QueryTooLong(UsageError):
    """A query ran into the time limit."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"查询超过 {seconds:g} 秒, 已停止", action="缩小范围 (时间、区域) 或先汇总; 检查是否缺少连接条件"
        )
        self.seconds = seconds


class IndicatorUnknown(UsageError):
    """The published version holds no such indicator, region or period."""

    def __init__(self, what: str, known: list[str]) -> None:
        super().__init__(f"已发布版本中没有{what}", action="已有: " + ("、".join(known) or "无"))
        self.what = what
        self.known = known


class IndicatorWithoutData(UsageError):
    """No delivery and no publication has brought a value for an indicator yet."""

    def __init__(self, indicator_no: int, missing: str) -> None:
        super().__init__(f"指标 {indicator_no} 还没有数值", action=f"等待数据: {missing}")
        self.indicator_no = indicator_no
        self.missing = missing
