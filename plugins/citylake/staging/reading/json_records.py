"""JSON objects become rows: most of them at once by polars, those that it would bend one by one.

Objects come as one line each. A line goes the slow way when a key stands in it twice (the last would win silently),
when it has a key that the first records did not have, when it holds half a character, or when it does not parse.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import headers
from citylake.staging.reading.block import RAGGED_SCHEMA, Block, Reading

FIELD_BYTES = 1024 * 1024
_SAMPLE_RECORDS = 200
_DEEPEST = 64
_FEW = 50
_HALF_CHARACTER = r"\\u[dD][89a-fA-F]"
_CONSTANT = re.compile("NaN|-?Infinity")
_KEY_END = r'[^\\]"\s*:'


class DoubledKey(ValueError):
    """A key stands twice in one object."""


class JsonRecords:
    """Reads the records of one file; the keys of its first records are judged like a header.

    A line that is no JSON is a bad line; within one document (`is_document`) it spoils the whole.
    """

    def __init__(self, sample: bytes, contract: Contract, reading: Reading, *, is_document: bool = False) -> None:
        self._contract, self._reading, self._is_document = contract, reading, is_document
        found: dict[str, None] = {}
        for text in sample.split(b"\n", _SAMPLE_RECORDS)[:_SAMPLE_RECORDS]:
            record, _ = _loaded(text)
            found.update(dict.fromkeys(record or ()))
        if not found:
            raise FileRefused(
                "file.unreadable",
                f"前 {_SAMPLE_RECORDS} 条中没有 JSON 对象",
                action="按契约的格式导出: 每条记录一个对象, 键名为契约所列名称",
                file=reading.file_name,
                line=1,
                value=sample[:80].decode("utf-8", "replace"),
            )
        self._names = self._named(list(found), 1)

    def blocks(self, data: bytes, number: int) -> Iterator[Block]:
        """Blocks of records given as whole lines of UTF-8; `number` is that of the first."""
        lines = pl.Series("line", data.split(b"\n")[:-1], dtype=pl.Binary).cast(pl.String)
        numbers = pl.int_range(number, number + lines.len(), eager=True).alias("line_number")
        is_odd = self._odd(lines)
        if (lines.str.len_bytes() > FIELD_BYTES).any():
            self._prove_fields(lines, number)
        if is_odd.any():
            yield from self._one_by_one(lines.filter(is_odd), numbers.filter(is_odd))
            lines, numbers = lines.filter(~is_odd), numbers.filter(~is_odd)
        yield from self._at_once(lines, numbers)

    def _at_once(self, lines: pl.Series, numbers: pl.Series) -> Iterator[Block]:
        """Halves what does not parse, until the damaged lines stand nearly alone."""
        frame = self._frame(lines)
        half = lines.len() // 2
        if frame is not None:
            if frame.height:
                yield Block(frame, numbers)
        elif half < _FEW:
            yield from self._one_by_one(lines, numbers)
        else:
            yield from self._at_once(lines[:half], numbers[:half])
            yield from self._at_once(lines[half:], numbers[half:])

    def _named(self, keys: list[str], line: int) -> dict[str, str]:
        names = headers.name_columns(keys, self._contract, self._reading, line)
        return {key: name for key, name in zip(keys, names, strict=True) if name}

    def _odd(self, lines: pl.Series) -> pl.Series:
        """Lines that polars would take, and give something else than they say."""
        known = [_key_count(key) for key in self._names]
        text = pl.col("line")
        return (
            lines.to_frame()
            .select(
                pl.any_horizontal(count > 1 for count in known)
                | (text.str.count_matches(_KEY_END) != pl.sum_horizontal(known))
                | text.str.contains(_HALF_CHARACTER)
            )
            .to_series()
        )

    def _frame(self, lines: pl.Series) -> pl.DataFrame | None:
        """The records as text columns; None when one of them is no object."""
        if lines.is_empty():
            return pl.DataFrame(schema=dict.fromkeys(self._names.values(), pl.String))
        source = lines.str.join("\n").item().encode()
        try:
            frame = pl.read_ndjson(io.BytesIO(source), schema=dict.fromkeys(self._names, pl.String))
        except pl.exceptions.PolarsError:
            return None
        return frame.rename(self._names) if frame.height == lines.len() else None

    def _one_by_one(self, lines: pl.Series, numbers: pl.Series) -> Iterator[Block]:
        good: list[dict[str, str | None]] = []
        good_lines: list[int] = []
        ragged: list[tuple[int, str, str]] = []
        columns = dict.fromkeys(self._names.values(), pl.String)
        for number, raw in zip(numbers, lines, strict=True):
            if not raw.strip():
                self._reading.set_aside(None, number, "", "row.blank")
                continue
            record, reason = _loaded(raw)
            if record is None:
                if self._is_document and not _is_json(raw):
                    raise self._no_document(raw, number)
                ragged.append((number, raw, reason))
                continue
            if self._is_document and _CONSTANT.search(raw) and not _is_json(raw):
                raise self._no_document(raw, number)
            row: dict[str, str | None] = {}
            for key, value in record.items():
                if name := self._names.get(key) or self._unknown(key, value, number):
                    row[name] = value
            columns.update(dict.fromkeys(row, pl.String))
            good.append(row)
            good_lines.append(number)
        yield Block(
            pl.DataFrame(good, schema=columns),
            pl.Series("line_number", good_lines, dtype=pl.Int64),
            ragged=pl.DataFrame(ragged, schema=RAGGED_SCHEMA, orient="row"),
        )

    def _unknown(self, key: str, value: str | None, line: int) -> str | None:
        """The column of a key that first turns up here; raises FileRefused where columns are frozen."""
        if value is None and self._contract.drift.columns == "freeze":
            return None
        if key not in self._reading.unknown_headers:
            self._reading.unknown_headers.append(key)
        if self._contract.drift.columns == "freeze":
            raise FileRefused(
                "file.column_unknown",
                f"契约中没有列“{key}”",
                action="删去该列, 或先在契约中登记",
                file=self._reading.file_name,
                line=line,
                column=key,
                value=value,
            )
        if self._contract.drift.columns == "discard_value":
            self._reading.note(f"列“{key}”不在契约中, 其内容未取")
            return None
        return f"{key} (未登记)" if key in self._contract.columns else key

    def _no_document(self, raw: str, number: int) -> FileRefused:
        found = _CONSTANT.search(raw)
        return FileRefused(
            "file.unreadable",
            f"第 {number} 条记录不是有效的 JSON" + (f": {found[0]} 不是 JSON 的数值" if found else ""),
            action="从源系统重新导出后重报; 没有的数值留空 (null)",
            file=self._reading.file_name,
            line=number,
            value=raw[:80],
        )

    def _prove_fields(self, lines: pl.Series, number: int) -> None:
        """Raises FileRefused for a value of more than 1 MB."""
        sizes = lines.str.len_bytes()
        for index in (sizes > FIELD_BYTES).arg_true():
            record, _ = _loaded(lines[index])
            for key, value in (record or {}).items():
                if value is not None and len(value.encode()) > FIELD_BYTES:
                    raise FileRefused(
                        "file.field_too_long",
                        f"“{key}”的内容有 {len(value.encode()):,} 字节, 超过 {FIELD_BYTES:,}",
                        action="检查是否误将整段文字或文件写入一个字段",
                        file=self._reading.file_name,
                        line=number + index,
                        column=key,
                    )


def _key_count(key: str) -> pl.Expr:
    """How often a key stands in a line, written plainly or with escapes."""
    spelt = {json.dumps(key, ensure_ascii=False), json.dumps(key)}
    return pl.col("line").str.count_matches("(?:" + "|".join(re.escape(text) for text in spelt) + r")\s*:")


def _loaded(text: str | bytes) -> tuple[dict[str, str | None] | None, str]:
    """An object with its values as they are written, or None and why: numbers keep every digit."""
    raw = text if isinstance(text, bytes) else text.encode()
    if max(raw.count(b"["), raw.count(b"{")) > _DEEPEST and _depth(raw) > _DEEPEST:
        return None, "row.not_json"
    try:
        record = json.loads(raw, object_pairs_hook=_once, parse_int=str, parse_float=str, parse_constant=str)
        found = {key: _text(value) for key, value in record.items()} if isinstance(record, dict) else None
        # Half a character cannot be kept.
        "".join(value for value in (found or {}).values() if value).encode()
    except DoubledKey:
        return None, "row.doubled_key"
    except (ValueError, RecursionError):
        return None, "row.not_json"
    return found, "row.not_json"


def _is_json(raw: str) -> bool:
    """Whether a text is JSON by the letter, which NaN and Infinity are not."""

    def refuse(text: str) -> object:
        raise ValueError(text)

    try:
        json.loads(raw, parse_constant=refuse)
    except ValueError:
        return False
    except RecursionError:
        pass
    return True


def _depth(raw: bytes) -> int:
    depth = deepest = 0
    for mark in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', raw):
        depth += 1 if mark[0] in b"[{" else -1 if mark[0] in b"]}" else 0
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise DoubledKey
    return found


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
