"""Workbooks (XLSX and legacy XLS): read by a guarded child process, title rows and merged headers understood here."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import headers
from citylake.staging.reading.block import Block, Reading

_SECONDS = 300
_EXCEL_DIGITS = 15
_CHILD = Path(__file__).with_name("workbook_child.py")


class WorkbookReader:
    """The child process, started on first use and again after a workbook has killed it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def ask(self, request: dict[str, object], memory_megabytes: int) -> dict[str, object] | None:
        """The child's answer, or None when it died over the workbook or took too long."""
        with self._lock:
            process = self._process
            if process is None or process.poll() is not None:
                process = self._process = subprocess.Popen(
                    [sys.executable, str(_CHILD), str(memory_megabytes)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    env={"POLARS_MAX_THREADS": "1"},
                )
            timer = threading.Timer(_SECONDS, process.kill)
            timer.start()
            try:
                if process.stdin is None or process.stdout is None:
                    return None
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answer = process.stdout.readline()
            except BrokenPipeError:
                answer = ""
            finally:
                timer.cancel()
            if not answer:
                process.kill()
                process.wait()
                self._process = None
                return None
            return dict(json.loads(answer))

    def close(self) -> None:
        """Ends the child, if it runs."""
        with self._lock:
            if self._process is not None and self._process.stdin is not None:
                self._process.stdin.close()
                self._process.wait(timeout=10)
                if self._process.stdout is not None:
                    self._process.stdout.close()
                self._process = None


SHARED_READER = WorkbookReader()


def read_workbook(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """One block of the contract's sheet; raises FileRefused when the workbook cannot be taken."""
    with tempfile.TemporaryDirectory(prefix="citylake-workbook-") as folder:
        out = Path(folder) / "rows.arrow"
        answer = _answer(path, contract, reading, out, skip=0)
        sheet = str(answer["sheet"])
        frame = pl.read_ipc(out)
        reading.encoding = "workbook"
        reading.evidence = f"sheet {sheet} of {'、'.join(map(str, _list(answer['sheets'])))}"
        header = _header(frame, contract, reading, sheet)
        if header.below < frame.height:
            answer = _answer(path, contract, reading, None, skip=header.below)
    _refuse_numeric_identifiers(answer, frame, header, contract, reading, sheet)
    yield _block(frame, header, reading, sheet)


class _Header:
    def __init__(self, start: int, below: int, names: list[str | None]) -> None:
        self.start, self.below, self.names = start, below, names


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _answer(path: Path, contract: Contract, reading: Reading, out: Path | None, skip: int) -> dict[str, object]:
    request: dict[str, object] = {"path": str(path), "sheet": contract.form.sheet, "skip": skip}
    if out is not None:
        request["out"] = str(out)
    answer = SHARED_READER.ask(request, reading.memory_megabytes)
    if answer is None:
        raise FileRefused(
            "file.unreadable",
            f"工作簿在 {reading.memory_megabytes} MB 内存内无法打开 (可能在很远的单元格有内容)",
            action="删去数据区以外的内容, 另存后重报",
            file=reading.file_name,
        )
    if answer.get("error") == "sheet":
        raise FileRefused(
            "file.sheet_missing",
            f"没有工作表“{contract.form.sheet}”, 只有: {'、'.join(map(str, _list(answer['sheets'])))}",
            action="将数据所在工作表改回契约名称后重报",
            file=reading.file_name,
        )
    if answer.get("error"):
        raise FileRefused(
            "file.unreadable",
            f"不是完整的工作簿 ({answer.get('message')})",
            action="用 Excel 或 WPS 打开检查, 另存后重报",
            file=reading.file_name,
        )
    return answer


def _header(frame: pl.DataFrame, contract: Contract, reading: Reading, sheet: str) -> _Header:
    top = frame.head(headers.HEADER_SEARCH_ROWS + contract.form.header_rows).rows()
    start = headers.find_header(top, contract, reading.file_name, sheet)
    below = start + contract.form.header_rows
    for index, row in enumerate(top[:below]):
        text = ",".join(cell or "" for cell in row).strip(",")
        reason = "row.header" if index >= start else "row.title" if text else "row.blank"
        reading.set_aside(sheet, index + 1, text, reason)
    names = headers.name_columns(headers.combine_header_rows(top[start:below]), contract, reading, start + 1, sheet)
    return _Header(start, below, names)


def _refuse_numeric_identifiers(
    answer: dict[str, object], frame: pl.DataFrame, header: _Header, contract: Contract, reading: Reading, sheet: str
) -> None:
    """A code longer than 15 digits that Excel keeps as a number has lost its last digits for good."""
    numeric = answer.get("numeric") or {}
    for index, name in enumerate(header.names):
        column = contract.columns.get(name or "")
        if not column or column.type != "code" or not isinstance(numeric, dict) or f"c{index}" not in numeric:
            continue
        digits = frame[f"c{index}"].slice(header.below).str.extract(r"^([0-9]+)(?:\.0+)?$").str.len_bytes().max()
        if isinstance(digits, int) and digits > _EXCEL_DIGITS:
            raise FileRefused(
                "file.id_column_numeric",
                f"列“{column.header}”已被 Excel 转成数字, 15 位以后的数字已经丢失",
                action="从源系统重新导出, 导出前将该列设为“文本”格式",
                file=reading.file_name,
                sheet=sheet,
                line=header.below + 1,
                column=column.header,
            )


def _block(frame: pl.DataFrame, header: _Header, reading: Reading, sheet: str) -> Block:
    rows = frame.slice(header.below)
    numbers = pl.int_range(header.below + 1, frame.height + 1, eager=True).alias("line_number")
    blank = rows.select(pl.all_horizontal(pl.all().is_null() | (pl.all().str.strip_chars() == ""))).to_series()
    for number in numbers.filter(blank):
        reading.set_aside(sheet, number, "", "row.blank")
    rows, numbers = rows.filter(~blank), numbers.filter(~blank)
    return Block(
        rows.select(pl.col(f"c{i}").alias(name) for i, name in enumerate(header.names) if name), numbers, sheet
    )
