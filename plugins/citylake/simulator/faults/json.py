"""JSON and JSON lines that readers do not agree on."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from citylake.simulator.faults.files import ENOUGH_ROWS, REFUSED, FileFault, Sent, Spoilt, plain
from citylake.simulator.files.marks import ACCEPTED, REJECTED, Mark


def _line(kind: str, change: Callable[[str], str], reason: str) -> Callable[[Sent], Spoilt]:
    """The line in the middle changed, so that its row comes back."""

    def spoil(sent: Sent) -> Spoilt:
        lines = sent.good.decode().split("\n")
        lines[sent.middle] = change(lines[sent.middle])
        return Spoilt("\n".join(lines).encode(), marks=[Mark(kind, None, np.array([sent.middle]), REJECTED, reason)])

    return spoil


def _twice(line: str) -> str:
    """The first key of the object stands a second time with another value."""
    key = next(iter(json.loads(line)))
    return f'{line.rstrip()[:-1]}, {json.dumps(key, ensure_ascii=False)}: "0"}}'


def _not_a_number(line: str) -> str:
    key = next(iter(json.loads(line)))
    return json.dumps(json.loads(line) | {key: float("nan")}, ensure_ascii=False)


def _big(sent: Sent) -> bytes:
    """A key that names nothing in the contract holds a whole number above 2^53, in every object."""
    rows = [json.loads(line) | {"流水号": 9007199254740993 + at} for at, line in enumerate(sent.good.splitlines())]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _nowhere(_: Sent) -> bytes:
    return json.dumps({"code": 500, "msg": "查询失败"}, ensure_ascii=False).encode()


_ROW = "row.not_json"
JSON_FAULTS = (
    FileFault(
        "28", "key_twice", "jsonl", ACCEPTED, "", _line("key_twice", _twice, "row.doubled_key"), rows=ENOUGH_ROWS
    ),
    FileFault(
        "28", "not_a_number", "jsonl", ACCEPTED, "", _line("not_a_number", _not_a_number, _ROW), rows=ENOUGH_ROWS
    ),
    FileFault(
        "28", "lists_10000_deep", "jsonl", ACCEPTED, "",
        _line("lists_10000_deep", lambda _: "[" * 10_000 + "]" * 10_000, _ROW), rows=ENOUGH_ROWS,
    ),
    FileFault(
        "28", "line_cut", "jsonl", ACCEPTED, "", _line("line_cut", lambda one: one[: len(one) // 2], _ROW),
        rows=ENOUGH_ROWS,
    ),
    FileFault("28", "numbers_above_2_53", "jsonl", ACCEPTED, "", plain(_big)),
    FileFault(
        "28", "array_in_one_line", "jsonl", REFUSED, "file.unreadable",
        plain(lambda _: b"[" + b"0," * (4 << 20) + b"0]\n"),
    ),
    FileFault("18", "empty_file", "jsonl", REFUSED, "file.empty", plain(lambda _: b"")),
    FileFault("28", "cut_document", "json", REFUSED, "file.truncated", plain(lambda sent: sent.good[:-60])),
    FileFault("28", "answer_of_a_failed_query", "json", REFUSED, "file.records_missing", plain(_nowhere)),
)  # fmt: skip
