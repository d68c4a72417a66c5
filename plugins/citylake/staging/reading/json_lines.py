"""JSON lines: one object a line. Lines that are no object are set aside one by one; the others go on."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import decoding, headers
from citylake.staging.reading.block import RAGGED_SCHEMA, Block, Reading

_SMALL = 16 * 1024


def read_json_lines(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a JSON-lines file; raises FileRefused when the file as a whole cannot be taken."""
    names: dict[str, str] | None = None
    line = 1
    for data in _utf8_blocks(path, contract, reading):
        if names is None:
            names = _keys(data, contract, reading)
        yield from _parse(data, names, line, reading)
        line += data.count(b"\n")


def _utf8_blocks(path: Path, contract: Contract, reading: Reading) -> Iterator[bytes]:
    """The file as UTF-8 in whole lines; a last line without its end gets one."""
    with decoding.open_text(path, contract, reading) as file:
        rest, offset, line = b"", file.tell(), 1
        is_last = False
        while not is_last:
            fresh = file.read(reading.block_bytes)
            is_last = len(fresh) < reading.block_bytes
            data = rest + fresh
            cut = len(data) if is_last else data.rfind(b"\n") + 1
            block, rest = data[:cut], data[cut:]
            if block:
                text = decoding.to_utf8(block, reading.encoding or "utf-8", reading.file_name, offset, line)
                yield text if text.endswith(b"\n") else text + b"\n"
            offset, line = offset + cut, line + block.count(b"\n")


def _keys(data: bytes, contract: Contract, reading: Reading) -> dict[str, str]:
    """Key in the file -> column name, from the keys of the first lines; judged like a header."""
    found: dict[str, None] = {}
    for text in data.split(b"\n", 200)[:200]:
        try:
            record = json.loads(text)
        except ValueError:
            continue
        if isinstance(record, dict):
            found.update(dict.fromkeys(record))
    if not found:
        raise FileRefused(
            "file.unreadable",
            "前 200 行中没有 JSON 对象",
            action="按 JSON Lines 格式导出: 每行一个对象, 键名为契约所列名称",
            file=reading.file_name,
            line=1,
            value=data[:80].decode("utf-8", "replace"),
        )
    keys = list(found)
    names = headers.name_columns(keys, contract, reading, 1)
    return {key: name for key, name in zip(keys, names, strict=True) if name}


def _parse(data: bytes, names: dict[str, str], line: int, reading: Reading) -> Iterator[Block]:
    rows = data.count(b"\n")
    frame = _frame(data, names)
    if frame is not None and frame.height == rows:
        yield Block(frame.rename(names), pl.int_range(line, line + rows, eager=True))
        return
    half = data.rfind(b"\n", 0, len(data) // 2) + 1 if len(data) > _SMALL else 0
    if half:
        yield from _parse(data[:half], names, line, reading)
        yield from _parse(data[half:], names, line + data.count(b"\n", 0, half), reading)
    else:
        yield _damaged(data, names, line, reading)


def _frame(data: bytes, names: dict[str, str]) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(io.BytesIO(data), schema=dict.fromkeys(names, pl.String))
    except pl.exceptions.PolarsError:
        return None


def _damaged(data: bytes, names: dict[str, str], line: int, reading: Reading) -> Block:
    """A few KB in which some line is blank or no object: read line by line."""
    good: list[list[str | None]] = []
    good_lines: list[int] = []
    ragged: list[tuple[int, str, str]] = []
    for number, raw in enumerate(data.decode("utf-8").split("\n")[:-1], line):
        if not raw.strip():
            reading.set_aside(None, number, "", "row.blank")
            continue
        try:
            record = json.loads(raw)
        except ValueError:
            record = None
        if isinstance(record, dict):
            good.append([_text(record.get(key)) for key in names])
            good_lines.append(number)
        else:
            ragged.append((number, raw, "row.not_json"))
    frame = pl.DataFrame(good, schema=dict.fromkeys(names.values(), pl.String), orient="row")
    return Block(
        frame,
        pl.Series("line_number", good_lines, dtype=pl.Int64),
        ragged=pl.DataFrame(ragged, schema=RAGGED_SCHEMA, orient="row"),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
