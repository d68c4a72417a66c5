"""Rows 1 to 18 and 56 of the catalogue on delimited text: headers, rows, quotes, line ends, encodings, spellings."""

from __future__ import annotations

from faults.cases import HEADER, Case, holds, rejected, text, the_good_rows, with_line
from samples import roster
from samples.seeing import Seen

ROWS = roster.rows()
GOOD = text(ROWS)
UTF16 = {"type": "csv", "encodings": ["utf-8", "utf-16"]}
GB = "gb18030"
EVOLVE = {"drift": {"table": "freeze", "columns": "evolve", "types": "quarantine_row"}}


def _swapped(names: dict[str, str]) -> list[list[str]]:
    """The register under other headers, cells where they were."""
    cells = roster.table(ROWS)
    return [[names.get(name, name) for name in cells[0]], *cells[1:]]


def _backwards() -> str:
    return roster.csv_text([line[::-1] for line in roster.table(ROWS)])


def _with_column(header: str, value: str) -> str:
    return roster.csv_text([[*line, value if number else header] for number, line in enumerate(roster.table(ROWS))])


def _without(column: str) -> str:
    place = list(roster.COLUMNS).index(column)
    return roster.csv_text([line[:place] + line[place + 1 :] for line in roster.table(ROWS)])


def _with_value(column: str, value: str) -> str:
    """The register with one value in the second record (line 3)."""
    return text([ROWS[0], ROWS[1] | {column: value}, *ROWS[2:]])


def _two_stray_quotes() -> str:
    records = roster.rows(1_200)
    records[50]["remark"], records[1_050]["remark"] = "@", "%"
    return text(records).replace("@", '"正常').replace("%", '正常"')


def _unknown_header(seen: Seen) -> None:
    assert seen.staged is not None
    assert seen.staged.reading is not None
    assert seen.staged.reading.unknown_headers == ["联系电话"]


HEADERS = [
    Case(
        "1",
        "columns in another order, header and cells alike",
        f"5 accepted; {HEADER}",
        lambda: _backwards().encode(),
        also=the_good_rows(),
    ),
    Case(
        "1",
        "two headers exchanged over the same cells",
        f"0 accepted; {rejected(range(2, 7), 'resident_id resident_id.length')}; {HEADER}",
        lambda: roster.csv_text(_swapped({"卡号": "公民身份号码", "公民身份号码": "卡号"})).encode(),
    ),
    Case(
        "2",
        "a column renamed",
        "refused file.column_missing line 1 column 公民身份号码",
        lambda: roster.csv_text(_swapped({"公民身份号码": "身份证号"})).encode(),
    ),
    Case(
        "2",
        "a column renamed, its new name known to the contract",
        f"5 accepted; {HEADER}",
        lambda: roster.csv_text(_swapped({"公民身份号码": "身份证号"})).encode(),
        also=the_good_rows(),
        changes={"columns": {"resident_id": {"headers": ["公民身份号码", "身份证号"]}}},
    ),
    Case(
        "2",
        "a column added where columns are frozen",
        "refused file.column_unknown line 1 column 联系电话",
        lambda: _with_column("联系电话", "0519-85680000").encode(),
    ),
    Case(
        "2",
        "a column added where columns may evolve",
        f"5 accepted; {HEADER}",
        lambda: _with_column("联系电话", "0519-85680000").encode(),
        changes=EVOLVE,
        also=_unknown_header,
    ),
    Case(
        "2", "a column missing", "refused file.column_missing line 1 column 备注", lambda: _without("remark").encode()
    ),
    Case(
        "2",
        "an optional column missing",
        f"5 accepted; {HEADER}",
        lambda: _without("remark").encode(),
        changes={"columns": {"remark": {"optional": True}}},
        also=holds("remark", [None] * 5),
    ),
    Case(
        "2",
        "one column twice",
        "refused file.column_doubled line 1 column 备注",
        lambda: _with_column("备注", "另一列").encode(),
    ),
    Case("3", "no header", "refused file.header_missing line 1", lambda: GOOD.split("\n", 1)[1].encode()),
    Case(
        "4",
        "a title row above the header",
        "5 accepted; aside line 1 row.title, line 2 row.header",
        lambda: f"常州市补贴卡名册,,,,,,,\n{GOOD}".encode(),
        also=the_good_rows(),
    ),
    Case(
        "4",
        "two header rows",
        "5 accepted; aside line 1 row.header, line 2 row.header",
        lambda: f"持卡人,,,,发放情况,,,\n{GOOD}".encode(),
        {"type": "csv", "header_rows": 2},
        also=the_good_rows(),
    ),
]

LINES = [
    Case(
        "5", "合计 at the end", f"5 accepted; {HEADER}, line 7 row.total", lambda: f"{GOOD}合计,,,,,62.5,,\n".encode()
    ),
    Case(
        "5",
        "其中, 制表人 and 注 at the end",
        f"5 accepted; {HEADER}, line 7 row.note, line 8 row.footer, line 9 row.note",
        lambda: f"{GOOD}其中: 女,,,,,0,,\n制表人：张三,,,,,,,\n注: 按月发放,,,,,,,\n".encode(),
    ),
    Case(
        "5",
        "制表人 at the end, in one cell",
        f"5 accepted; {HEADER}, line 7 row.footer",
        lambda: f"{GOOD}制表人：张三\n".encode(),
    ),
    Case(
        "6",
        "cut in the middle of a field",
        "refused file.truncated line 6 column 区划代码",
        lambda: GOOD[:-10].encode(),
        changes={"columns": {"remark": {"optional": True}}},
    ),
    Case("6", "cut inside a character", "refused file.encoding line 6", lambda: GOOD.encode()[:-2]),
    Case(
        "6",
        "no newline at the end, last row whole",
        f"5 accepted; {HEADER}",
        lambda: GOOD[:-1].encode(),
        also=the_good_rows(),
    ),
    Case(
        "7",
        "a row with too few fields",
        f"4 accepted; rejected line 3 row.too_short; {HEADER}",
        lambda: with_line(3, "C00002,320402195801010025,王小明\n").encode(),
    ),
    Case(
        "7",
        "a row with too many fields",
        f"4 accepted; rejected line 3 row.too_long; {HEADER}",
        lambda: GOOD.replace("正常发放\n", "正常,发放\n", 2).replace("正常,发放\n", "正常发放\n", 1).encode(),
    ),
    Case(
        "8",
        "one unclosed quote",
        "refused file.quote_unclosed line 3",
        lambda: _with_value("remark", "@").replace("@", '"正常').encode(),
    ),
    Case(
        "9",
        "two stray quotes 1,000 rows apart",
        "refused file.quote_unclosed line 52",
        lambda: _two_stray_quotes().encode(),
    ),
    Case(
        "9",
        "two stray quotes 1,000 rows apart, in small blocks",
        "refused file.quote_unclosed line 52",
        lambda: _two_stray_quotes().encode(),
        block_bytes=2_000,
    ),
    Case(
        "10",
        'an odd quote inside a field: 正常"发放',
        f"5 accepted; {HEADER}",
        lambda: _with_value("remark", "@").replace("@", '正常"发放').encode(),
        also=lambda seen: holds("remark", ["正常发放", '正常"发放', *["正常发放"] * 3])(seen),
    ),
    Case(
        "11",
        "CRLF and LF mixed",
        f"5 accepted; {HEADER}",
        lambda: GOOD.replace("\n", "\r\n", 3).encode(),
        also=the_good_rows(),
    ),
    Case(
        "11",
        "line ends by CR alone",
        f"5 accepted; {HEADER}",
        lambda: GOOD.replace("\n", "\r").encode(),
        also=the_good_rows(),
    ),
    Case(
        "11",
        "one CR among LF",
        f"5 accepted; {HEADER}",
        lambda: GOOD.replace("\n", "\r", 3).replace("\r", "\n", 2).encode(),
    ),
    Case(
        "11",
        "UTF-8 with a byte-order mark",
        f"5 accepted; {HEADER}",
        lambda: b"\xef\xbb\xbf" + GOOD.encode(),
        also=the_good_rows(),
    ),
    Case(
        "11",
        "UTF-16, little end first",
        f"5 accepted; {HEADER}",
        lambda: b"\xff\xfe" + GOOD.encode("utf-16-le"),
        UTF16,
        also=the_good_rows(),
    ),
    Case(
        "11",
        "UTF-16, big end first",
        f"5 accepted; {HEADER}",
        lambda: b"\xfe\xff" + GOOD.encode("utf-16-be"),
        UTF16,
        also=the_good_rows(),
    ),
    Case(
        "11",
        "UTF-16 where the contract has UTF-8 alone",
        "refused file.encoding line 1",
        lambda: b"\xff\xfe" + GOOD.encode("utf-16-le"),
    ),
    Case(
        "11",
        "UTF-16 cut inside a character",
        "refused file.encoding line 6",
        lambda: b"\xff\xfe" + GOOD.encode("utf-16-le")[:-3],
        UTF16,
    ),
    Case("12", "a NUL", "refused file.encoding line 3", lambda: _with_value("remark", "正\0常").encode()),
    Case(
        "12",
        "a control character in a name",
        f"4 accepted; rejected line 3 person_name value.control_character; {HEADER}",
        lambda: _with_value("person_name", "王\x07小明").encode(),
    ),
    Case(
        "12",
        "a field of 2 MB",
        "refused file.field_too_long line 3 column 备注",
        lambda: _with_value("remark", "长" * 700_000).encode(),
    ),
    Case(
        "12",
        "a field of 40 MB",
        "refused file.field_too_long line 3 column 备注",
        lambda: _with_value("remark", "x" * 40_000_000).encode(),
    ),
]

RARE = "王𠮷䶮㐀𫖯鿿·张"
PRIVATE = {b"\xa6\xd9": "︐", b"\xfe\x59": "龴", b"\xa8\xbc": "ḿ"}


def _gb(name: str) -> bytes:
    return _with_value("person_name", name).encode(GB)


ENCODINGS = [
    Case(
        "13",
        "four-byte and astral names in GB18030",
        f"5 accepted; {HEADER}",
        lambda: _gb(RARE),
        GB,
        also=holds("person_name", ["王小明", RARE, *["王小明"] * 3]),
    ),
    Case(
        "13",
        "four-byte and astral names in UTF-8",
        f"5 accepted; {HEADER}",
        lambda: _with_value("person_name", RARE).encode(),
        also=holds("person_name", ["王小明", RARE, *["王小明"] * 3]),
    ),
    Case(
        "14", "one bad byte in GB18030", "refused file.encoding line 3", lambda: _gb("王@明").replace(b"@", b"\xff"), GB
    ),
    Case(
        "14",
        "one bad byte in UTF-8",
        "refused file.encoding line 3",
        lambda: _with_value("person_name", "王@明").encode().replace(b"@", b"\xff"),
    ),
    Case(
        "14",
        "one lost byte in GB18030",
        "refused file.encoding line 3",
        lambda: _gb("王@明").replace(b"@", "小".encode(GB)[:1]),
        GB,
    ),
    Case("15", "UTF-8 where the contract has GB18030", "refused file.encoding line 1", lambda: GOOD.encode(), GB),
    Case("15", "GB18030 where the contract has UTF-8", "refused file.encoding line 1", lambda: GOOD.encode(GB)),
    Case(
        "15",
        "UTF-8 read as GBK by the source (鐜嬪皬鏄)",
        "refused file.mojibake line 3",
        lambda: _with_value("person_name", "王小明".encode()[:8].decode("gbk", "ignore")).encode(),
    ),
    Case(
        "15",
        "lost bytes written as 锟斤拷",
        "refused file.mojibake line 3",
        lambda: _with_value("remark", "锟斤拷锟斤拷").encode(),
    ),
    Case(
        "15",
        "lost bytes written as U+FFFD",
        "refused file.mojibake line 3",
        lambda: _with_value("remark", "正\ufffd发放").encode(),
    ),
    Case(
        "15",
        "UTF-8 read as cp1252 by the source (å¸¸å·ž)",
        "refused file.mojibake line 3",
        lambda: _with_value("remark", "常州".encode().decode("cp1252")).encode(),
    ),
    Case(
        "15",
        "锟斤拷 far below the sample of the file's head",
        "refused file.mojibake line 3001",
        lambda: text([*roster.rows(2_999), roster.row(3_000, remark="锟斤拷"), roster.row(3_001)]).encode(),
    ),
    Case(
        "16",
        "characters of the 2000 edition (A6D9, FE59, A8BC)",
        f"5 accepted; {HEADER}",
        lambda: _gb("王@明").replace(b"@", b"".join(PRIVATE)),
        GB,
        also=holds("person_name", ["王小明", f"王{''.join(PRIVATE.values())}明", *["王小明"] * 3]),
    ),
    Case(
        "16",
        "a private-use character of no known meaning in a name",
        f"4 accepted; rejected line 3 person_name value.private_character; {HEADER}",
        lambda: _with_value("person_name", "王\ue000明").encode(),
    ),
]


def _odd(column: str, value: str, becomes: object, fault: str, number: str = "17") -> Case:
    """A spelling that is read: the value of the second record."""
    return Case(
        number,
        fault,
        f"5 accepted; {HEADER}",
        lambda: _with_value(column, value).encode(),
        also=lambda seen: holds(column, [becomes])(_second(seen)),
    )


def _second(seen: Seen) -> Seen:
    return Seen(seen.text, seen.accepted.slice(1, 1), seen.quarantine, seen.staged)


ID = ROWS[1]["resident_id"]
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
SPELLINGS = [
    _odd("resident_id", ID.translate(FULL_WIDTH), ID, "full-width digits in an ID"),
    _odd("resident_id", f"\u200b{ID[:6]}\u200d{ID[6:]}\ufeff", ID, "zero-width characters in an ID"),
    _odd("resident_id", f"\u00a0{ID}\u3000", ID, "no-break and ideographic spaces around an ID"),
    _odd("amount_cny", "１，２３４．５０", 1234.5, "full-width digits and commas in an amount"),
    *(
        _odd("person_name", f"阿依{dot}买买提", "阿依·买买提", f"middle dot U+{ord(dot):04X} in a name")
        for dot in "·•・‧∙"
    ),
    _odd("person_name", "\u9e7f\ufa12", "\u9e7f\u6674", "a compatibility character in a name (NFC)"),
    _odd("card_no", "00042", "00042", "leading zeros of a code", "56"),
    _odd("division_code", "320402", "320402", "a code that is all digits stays text", "56"),
]

DOTS = None
EMPTY = [
    Case("18", "an empty file", "refused file.empty", lambda: b""),
    Case("18", "a header and nothing else", "refused file.no_records", lambda: GOOD.split("\n")[0].encode() + b"\n"),
    Case("18", "blank lines alone", "refused file.header_missing line 1", lambda: b"\n\n\n"),
]
CASES = [*HEADERS, *LINES, *ENCODINGS, *SPELLINGS, *EMPTY]
