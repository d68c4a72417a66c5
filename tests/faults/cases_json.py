"""Row 28 of the catalogue: JSON and JSON lines that readers do not agree on."""

from __future__ import annotations

import json

from faults.cases import Case, holds
from samples import roster

ROWS = roster.rows()


def _json(*changed: dict[str, object], records: list[roster.Row] | None = None) -> bytes:
    """The JSON document with members of its second record replaced."""
    listed: list[dict[str, object]] = [
        {roster.HEADERS[name]: value for name, value in record.items()} for record in records or ROWS
    ]
    for change in changed:
        listed[1] |= change
    return json.dumps({"code": 0, "data": {"rows": listed}}, ensure_ascii=False).encode()


def _lines(data: bytes) -> bytes:
    return b"".join(
        json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in json.loads(data)["data"]["rows"]
    )


BIG = {"卡号": 9007199254740993}
DOUBLE = '"补贴金额": "12.50"'
CASES = [
    Case(
        "28",
        "json: NaN where a number stands",
        "refused file.unreadable line 2",
        lambda: _json({"补贴金额": float("nan")}),
        "json",
    ),
    Case(
        "28",
        "json: a key twice in one object",
        "4 accepted; rejected line 2 row.doubled_key",
        lambda: (
            _json()
            .replace(DOUBLE.encode(), f'{DOUBLE}, "补贴金额": "99"'.encode(), 2)
            .replace(f'{DOUBLE}, "补贴金额": "99"'.encode(), DOUBLE.encode(), 1)
        ),
        "json",
    ),
    Case(
        "28",
        "json: a number above 2^53 as a code",
        "5 accepted",
        lambda: _json(BIG),
        "json",
        also=holds("card_no", ["C00001", "9007199254740993", "C00003", "C00004", "C00005"]),
    ),
    Case(
        "28",
        "json lines: a number above 2^53 as a code",
        "5 accepted",
        lambda: _lines(_json(BIG)),
        "jsonl",
        also=holds("card_no", ["C00001", "9007199254740993", "C00003", "C00004", "C00005"]),
    ),
    Case(
        "28",
        "json lines: a number above 2^53 as a code, beside a line that is no object",
        "5 accepted; rejected line 6 row.not_json",
        lambda: _lines(_json(BIG)) + b"[]\n",
        "jsonl",
        also=holds("card_no", ["C00001", "9007199254740993", "C00003", "C00004", "C00005"]),
    ),
    Case(
        "28",
        "json: 10,000 lists deep",
        "refused file.too_deep line 1",
        lambda: b'{"data": {"rows": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}",
        "json",
    ),
    Case(
        "28",
        "json lines: 10,000 lists deep in one line",
        "4 accepted; rejected line 3 row.not_json",
        lambda: (
            roster.json_lines(ROWS[:2]).encode()
            + b"[" * 10_000
            + b"]" * 10_000
            + b"\n"
            + roster.json_lines(ROWS[2:4]).encode()
        ),
        "jsonl",
    ),
    Case("28", "json: cut in the middle", "refused file.truncated line 5", lambda: _json()[:-60], "json"),
    Case(
        "28",
        "json: no list where the contract says",
        "refused file.records_missing line 1",
        lambda: b'{"data": {"list": []}}',
        "json",
    ),
    Case(
        "28",
        "json: a record that is no object",
        "5 accepted; rejected line 6 row.not_json",
        lambda: _json().replace(b"]}}", b', "x"]}}'),
        "json",
    ),
    Case(
        "28", "json: 20,000 records in one line", "20000 accepted", lambda: _json(records=roster.rows(20_000)), "json"
    ),
    Case(
        "28",
        "json lines: an array in one line of 30 MB",
        "refused file.unreadable line 1",
        lambda: b"[" + b"0," * (15 << 20) + b"0]\n",
        "jsonl",
    ),
    Case(
        "28",
        "json: a value of 2 MB",
        "refused file.field_too_long line 2 column 备注",
        lambda: _json({"备注": "长" * 700_000}),
        "json",
    ),
]
