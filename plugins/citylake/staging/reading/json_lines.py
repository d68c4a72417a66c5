"""JSON lines: one object a line. Lines that are no object are set aside one by one; the others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from citylake.contracts import Contract
from citylake.staging.reading import decoding
from citylake.staging.reading.block import Block, Reading
from citylake.staging.reading.json_records import JsonRecords


def read_json_lines(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Blocks of a JSON-lines file; raises FileRefused when the file as a whole cannot be taken."""
    records: JsonRecords | None = None
    line = 1
    for data in _utf8_blocks(path, contract, reading):
        records = records or JsonRecords(data, contract, reading)
        yield from records.blocks(data, line)
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
