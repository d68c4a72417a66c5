"""One file, start to end: read, type, check, write accepted rows and quarantine as Parquet on the local disk.

Nothing here knows the object store: `deliveries` brings the file and takes the results away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.ahead import ZSTD_LEVEL, PartWriter, one_ahead
from citylake.staging.counting import SecondCount, count
from citylake.staging.identifiers.expressions import LATEST_BIRTH
from citylake.staging.profile import Profile
from citylake.staging.quarantine_file import QuarantineFile
from citylake.staging.reading import Block, Reading, opened, read
from citylake.staging.validation import Validator

__all__ = ["ZSTD_LEVEL", "Staged", "stage_file"]

_EXCEL_LIMITS = (65_536, 1_048_576)


@dataclass
class Staged:
    """What one file became. rows_in_file = rows_accepted + rows_rejected + rows_not_records, always."""

    parts: list[Path] = field(default_factory=list)
    rejects: Path | None = None
    rows_accepted: int = 0
    rows_rejected: int = 0
    rows_not_records: int = 0
    reading: Reading | None = None
    profile: Profile = field(default_factory=Profile)
    second_count: SecondCount | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def rows_in_file(self) -> int:
        return self.rows_accepted + self.rows_rejected + self.rows_not_records

    @property
    def rejected_share(self) -> float:
        records = self.rows_accepted + self.rows_rejected
        return self.rows_rejected / records if records else 0.0


def stage_file(
    path: Path,
    contract: Contract,
    codes: dict[str, dict[str, str]],
    delivery_id: str,
    out: Path,
    *,
    file_name: str,
    as_of: date = LATEST_BIRTH,
    period_end: date | None = None,
    block_bytes: int = 32 * 1024 * 1024,
    memory_megabytes: int = 2048,
    takes_empty: bool = False,
) -> Staged:
    """Turns one file into `out/part-0000.parquet`, … and `out/rejects.parquet`; raises FileRefused for a whole file.

    With `takes_empty` a header without rows is a file of no rows: what that means is judged from outside. Memory is
    bounded by the block size for text forms, whatever the size of the file.
    """
    reading = Reading(file_name, block_bytes, memory_megabytes, period_end)
    if path.stat().st_size == 0:
        raise FileRefused("file.empty", "文件为空 (0 字节)", action="确认导出是否成功, 重新导出后重报", file=file_name)
    staged = Staged(reading=reading, profile=Profile(contract.volume.groups if contract.volume else None))
    validator = Validator(contract, codes, as_of, reading)
    quarantine = QuarantineFile(out)
    aside: list[pl.DataFrame] = []
    last_line = last_bad_line = 0
    with PartWriter(out) as writer:
        for block in one_ahead(_blocks(path, contract, reading, staged)):
            result = validator.validate(block)
            if result.accepted.height:
                writer.write(result.accepted.with_columns(pl.lit(delivery_id).alias("delivery_id")))
            staged.profile.add(result.accepted)
            staged.rows_accepted += result.accepted.height
            staged.rows_rejected += result.rows_rejected
            quarantine.add(result.rejects)
            aside.append(result.not_records)
            ends = (block.line_numbers, result.rejects["line_number"], result.not_records["line_number"])
            last_line = max(last_line, *map(_last, ends))
            last_bad_line = max(last_bad_line, _last(result.rejects["line_number"]))
            del block, result
    staged.parts = writer.parts
    if "file.no_last_newline" in reading.notes and last_bad_line == last_line > 0:
        raise _truncated(reading, quarantine.latest, last_line)
    staged.rows_not_records = reading.not_records.height + sum(frame.height for frame in aside)
    _balance(staged, reading)
    staged.rejects = quarantine.finish([reading.not_records, *aside])
    if staged.rows_accepted + staged.rows_rejected == 0 and not takes_empty:
        raise FileRefused(
            "file.no_records",
            "只有表头, 没有数据行",
            action="确认该期确无数据; 如有, 重新导出后重报",
            file=reading.file_name,
        )
    staged.warnings += [note for note in reading.notes if note != "file.no_last_newline"]
    if staged.rows_in_file in _EXCEL_LIMITS:
        staged.warnings.append(f"行数恰为 {staged.rows_in_file}, 可能被电子表格截断")
    return staged


def _blocks(path: Path, contract: Contract, reading: Reading, staged: Staged) -> Iterator[Block]:
    """Blocks of all files of a delivery, packed or not; each file is counted a second way when it has been read."""
    with opened(path, contract, reading) as members:
        for member in members:
            reading.member = member.name
            yield from read(member.path, contract, reading)
            if counted := count(member.path, contract, reading.encoding):
                staged.second_count = counted.plus(staged.second_count)


def _balance(staged: Staged, reading: Reading) -> None:
    """Refuses a file whose rows do not cover what its bytes show: nothing may be lost between reading and writing."""
    second, covered = staged.second_count, staged.rows_in_file + reading.lines_beyond_rows
    if second is not None and second.number != covered:
        raise FileRefused(
            "file.rows_unbalanced",
            f"文件有 {second.number} 行, 读出的记录只对应 {covered} 行",
            action="把原文件交数据管理员核对; 多为引号或换行不成对, 重新导出后重报",
            file=reading.file_name,
        )


def _last(lines: pl.Series) -> int:
    last = lines.max()
    return last if isinstance(last, int) else 0


def _truncated(reading: Reading, rejects: pl.DataFrame, line: int) -> FileRefused:
    rows = rejects.filter(pl.col("line_number") == line)
    # A row that breaks off before its last column is cut in the column of its last field.
    place = (rows["raw_row"][0] or "").count(reading.delimiter) + 1
    cut_in = next((header.header for header in reading.headers if header.position == place), None)
    return FileRefused(
        "file.truncated",
        "最后一行不完整且没有换行, 文件在传输或导出中被截断",
        action="重新导出并核对文件大小后重报",
        file=reading.file_name,
        line=line,
        column=rows["column_name"][0] or cut_in,
        value=(rows["raw_row"][0] or "")[:80],
    )
