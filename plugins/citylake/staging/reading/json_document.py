"""One JSON document with a list of records somewhere inside: cut into its records, whatever its size.

The document is walked mark by mark (brackets, colons, strings) up to the list that the contract's `form.records` leads
to; there most records are found by one expression each. Memory is bounded by the block and the longest record.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding
from citylake.staging.reading.block import Block, Reading
from citylake.staging.reading.json_records import FIELD_BYTES, JsonRecords

_PIECE = 4 * 1024 * 1024
_RECORD_BYTES = 8 * FIELD_BYTES
_DEEPEST = 64
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_MARK = re.compile(_STRING + rb"|[\[\]{}:,]|[^\s\[\]{}:,\"]+", re.DOTALL)
# A record without objects or lists inside, and what follows it.
_FLAT = re.compile(rb"\s*+(\{[^{}\[\]\"]*+(?:" + _STRING + rb"[^{}\[\]\"]*+)*+\})\s*+([,\]])", re.DOTALL)
_BARE = re.compile(rb"[^\s\[\]{}:,\"]+")


def read_json(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a JSON document; records are numbered from 1. Raises FileRefused for the whole document."""
    records: JsonRecords | None = None
    number = 1
    with decoding.open_text(path, contract, reading) as file:
        document = _Document(file, contract, reading)
        for batch in document.batches():
            data = b"".join(record.replace(b"\r", b" ").replace(b"\n", b" ") + b"\n" for record in batch)
            records = records or JsonRecords(data, contract, reading, is_document=True)
            yield from records.blocks(data, number)
            number += len(batch)


class _Document:
    """A document in the middle of being read: what is in memory, and how deep the place is."""

    def __init__(self, file: IO[bytes], contract: Contract, reading: Reading) -> None:
        self._file, self._reading = file, reading
        self._path = contract.form.records.split(".") if contract.form.records else []
        self._decoder = codecs.getincrementaldecoder(reading.encoding or "utf-8")("strict")
        self._data, self._at, self._is_whole, self._offset = b"", 0, False, file.tell()
        self.number = 1

    def batches(self) -> Iterator[list[bytes]]:
        """Records as they are written, in batches of the block's size."""
        closing = self._enter()
        batch: list[bytes] = []
        size = 0
        if self._peek() == b"]":
            self._mark()
        else:
            for record in self._records():
                batch.append(record)
                size += len(record)
                if size >= self._reading.block_bytes:
                    yield batch
                    batch, size = [], 0
        if batch:
            yield batch
        self._leave(closing)

    # -- walking -----------------------------------------------------------------------------------------------------

    def _enter(self) -> list[bytes]:
        """Walks to the beginning of the list of records; gives the brackets that are still open behind it."""
        for depth, key in enumerate(self._path):
            if self._mark() != b"{" or not self._find_key(key):
                raise self._refused(
                    "file.records_missing",
                    f"没有键“{'.'.join(self._path[: depth + 1])}”",
                    "按契约的层级导出后重报",
                )
        if self._mark() != b"[":
            where = f"“{'.'.join(self._path)}”" if self._path else "文件"
            raise self._refused("file.records_missing", f"{where}不是记录的列表", "按契约的层级导出后重报")
        return [b"}"] * len(self._path)

    def _find_key(self, key: str) -> bool:
        while (mark := self._mark()) != b"}":
            if mark == b",":
                continue
            if not mark.startswith(b'"') or self._mark() != b":":
                raise self._broken(mark)
            if _plain_key(mark) == key:
                return True
            self._skip_value()
        return False

    def _skip_value(self) -> None:
        depth = 0
        while True:
            mark = self._mark()
            depth += 1 if mark in (b"{", b"[") else -1 if mark in (b"}", b"]") else 0
            if depth > _DEEPEST:
                raise self._refused("file.too_deep", f"嵌套超过 {_DEEPEST} 层", "按契约的格式导出, 每条记录只有一层")
            if depth == 0:
                return

    def _leave(self, closing: list[bytes]) -> None:
        """The rest of the document must be whole, and nothing may follow it."""
        while closing:
            mark = self._mark()
            if mark == closing[-1]:
                closing.pop()
            elif mark in (b"{", b"["):
                closing.append(b"}" if mark == b"{" else b"]")
            elif mark in (b"}", b"]"):
                raise self._broken(mark)
        if self._next_mark():
            raise self._refused("file.trailing_bytes", "JSON 文档之后还有多余的内容", "从源系统重新导出后重报")

    def _records(self) -> Iterator[bytes]:
        end = b","
        while end == b",":
            found = _FLAT.match(self._data, self._at)
            if found:
                record, end = found[1], found[2]
                self._at = found.end()
            elif self._more():
                continue
            else:
                record, end = self._nested()
            if len(record) > _RECORD_BYTES:
                raise self._refused("file.field_too_long", "一条记录超过 8 MB", "检查是否误将文件写入一个字段")
            self.number += 1
            yield record

    def _more(self) -> bool:
        """Reads on while the record at hand may simply not be whole yet."""
        rest = len(self._data) - self._at
        return rest < min(_PIECE, _RECORD_BYTES) and self._read()

    def _nested(self) -> tuple[bytes, bytes]:
        """A record that is no flat object: its marks one by one."""
        parts: list[bytes] = []
        depth = 0
        while True:
            mark = self._mark()
            if depth == 0 and parts and mark in (b",", b"]"):
                return b"".join(parts), mark
            depth += 1 if mark in (b"{", b"[") else -1 if mark in (b"}", b"]") else 0
            if depth > _DEEPEST:
                raise self._refused("file.too_deep", f"嵌套超过 {_DEEPEST} 层", "按契约的格式导出, 每条记录只有一层")
            if depth < 0 or (mark == b"," and not parts):
                raise self._broken(mark)
            # What stood apart stays apart: two numbers never become one.
            parts.append(b" " + mark)

    # -- bytes -------------------------------------------------------------------------------------------------------

    def _mark(self) -> bytes:
        mark = self._next_mark()
        if not mark:
            raise self._refused(
                "file.truncated", "JSON 文档没有结束, 在传输或导出中被截断", "重新导出并核对文件大小后重报"
            )
        return mark

    def _next_mark(self) -> bytes:
        """The next mark; empty at the end of the document."""
        while True:
            found = _MARK.search(self._data, self._at)
            # Only a string that is not whole yet is no mark.
            before = self._data[self._at : found.start() if found else None].strip()
            # A bare word at the end of what is in memory may go on.
            is_open = found is not None and found.end() == len(self._data) and _BARE.fullmatch(found[0]) is not None
            if found and not before and (self._is_whole or not is_open):
                self._at = found.end()
                return found[0]
            if self._is_whole:
                return b""
            self._read()

    def _peek(self) -> bytes:
        mark = self._mark()
        self._at -= len(mark)
        return mark

    def _read(self) -> bool:
        """Takes more of the file into memory; False at its end."""
        if self._is_whole:
            return False
        fresh = self._file.read(_PIECE)
        self._is_whole = not fresh
        try:
            text = self._decoder.decode(fresh, self._is_whole)
        except UnicodeDecodeError as error:
            bad = f"第 {self._offset + error.start} 字节附近不是有效的 {(self._reading.encoding or '').upper()} 文本"
            raise self._refused("file.encoding", bad, "确认导出时选择的编码与契约一致, 重新导出后重报") from error
        self._offset += len(fresh)
        self._data, self._at = self._data[self._at :] + text.encode(), 0
        if len(self._data) > _RECORD_BYTES + _PIECE * 4:
            raise self._refused("file.field_too_long", "一条记录超过 8 MB", "检查是否误将文件写入一个字段")
        return not self._is_whole

    def _broken(self, mark: bytes) -> FileRefused:
        words = mark.decode("utf-8", "replace")
        return self._refused("file.unreadable", f"不是有效的 JSON: “{words}”位置不对", "从源系统重新导出后重报")

    def _refused(self, rule: str, message: str, action: str) -> FileRefused:
        return FileRefused(rule, message, action=action, file=self._reading.file_name, line=self.number)


def _plain_key(mark: bytes) -> str:
    try:
        return str(json.loads(mark))
    except ValueError:
        return ""
