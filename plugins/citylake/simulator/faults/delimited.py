"""The faults of delimited text; the numbers are the rows of the catalogue of faults."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable

import numpy as np
import polars as pl

from citylake.simulator.faults.files import (
    ENOUGH_ROWS,
    HELD,
    REFUSED,
    WARNED,
    FileFault,
    Sent,
    Spoilt,
    a_date,
    has_free_text,
    has_some_columns,
    header_again,
    is_in,
    plain,
    renamed,
    text_column,
)
from citylake.simulator.files.forms import Layout
from citylake.simulator.files.marks import ACCEPTED, REJECTED, Mark
from citylake.simulator.files.table import each

# Put into a cell, then replaced in the bytes: no department writes it.
HERE, THERE = "QZXQ1", "QZXQ2"


def _text(change: Callable[[str], str]) -> Callable[[Sent], Spoilt]:
    return plain(lambda sent: sent.encode(change(sent.text)))


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[Sent], Spoilt]:
    return plain(lambda sent: change(sent.good))


def _put(value: bytes | str, second: bytes | str = b"") -> Callable[[Sent], Spoilt]:
    """Bytes (or text) in a cell that nothing depends on, in the middle; `second` once more, far below."""

    def spoil(sent: Sent) -> Spoilt:
        height = sent.table.cells.height
        rows = {height // 10: HERE, height * 9 // 10: THERE} if second else {sent.middle: HERE}
        content, _ = sent.again(sent.with_cell(rows, text_column(sent.layout)))
        for mark, what in ((HERE, value), (THERE, second)):
            content = content.replace(mark.encode(), what if isinstance(what, bytes) else sent.encode(what))
        return Spoilt(content)

    return spoil


def _row(kind: str, change: Callable[[str], str], reason: str) -> Callable[[Sent], Spoilt]:
    """One line in the middle changed, so that its row comes back. Lines of records with line breaks are left alone."""

    def spoil(sent: Sent) -> Spoilt:
        lines = sent.text.split("\n")
        starts = set(sent.lines.tolist())
        at = next(
            row for row in range(sent.middle, len(sent.lines)) if int(sent.lines[row]) + 1 in starts | {len(lines)}
        )
        number = int(sent.lines[at]) - 1
        lines[number] = change(lines[number])
        mark = Mark(kind, None, np.array([at]), REJECTED, reason)
        return Spoilt(sent.encode("\n".join(lines)), marks=[mark])

    return spoil


def _other_order(sent: Sent) -> Spoilt:
    return Spoilt(*sent.again(sent.table.cells.select(sent.table.cells.columns[::-1]), sent.headers[::-1]))


def _exchanged(sent: Sent) -> Spoilt:
    """The header of a column of days stands over the first column, and the reverse; cells stay."""
    one = a_date(sent.layout)
    at = sent.layout.fields.index(one) if one else 0
    headers = list(sent.headers)
    headers[0], headers[at] = headers[at], headers[0]
    return Spoilt(sent.again(headers=headers)[0])


def _added(sent: Sent) -> Spoilt:
    cells = sent.table.cells.with_columns(pl.lit("无").alias("_added"))
    return Spoilt(sent.again(cells, [*sent.headers, "经办窗口"])[0])


def _missing(sent: Sent) -> Spoilt:
    return Spoilt(sent.again(sent.table.cells.drop(sent.table.cells.columns[0]), sent.headers[1:])[0])


def _doubled(sent: Sent) -> Spoilt:
    """A column stands twice: written under another header, then renamed in the bytes."""
    name = sent.table.cells.columns[0]
    cells = sent.table.cells.with_columns(pl.col(name).alias("_twice"))
    content, _ = sent.again(cells, [*sent.headers, HERE])
    return Spoilt(content.replace(HERE.encode(), sent.encode(sent.headers[0])))


def _title(sent: Sent) -> Spoilt:
    title = sent.layout.stem + "," * (len(sent.headers) - 1) + "\n"
    bom = "\ufeff" if sent.text.startswith("\ufeff") else ""
    return Spoilt(sent.encode(bom + title + sent.text.removeprefix("\ufeff")), sent.lines + 1)


def _footer(sent: Sent) -> Spoilt:
    commas = "," * (len(sent.headers) - 2)
    return Spoilt(sent.good + sent.encode(f"合计,{sent.table.cells.height}{commas}\n制表人:张三{commas},\n"))


def _read_as_gbk(sent: Sent) -> Spoilt:
    """All text was UTF-8 and was read as GBK on its way into the export."""
    misread = each(lambda cell: cell.encode().decode("gbk", "ignore"))
    names = [one.name for one in sent.layout.fields if one.kind == "text"]
    changed = [misread(sent.table.cells[name]).alias(name) for name in names]
    return Spoilt(sent.again(sent.table.cells.with_columns(changed))[0])


def _limit(sent: Sent) -> Spoilt:
    return Spoilt(sent.again(sent.table.cells.head(65_535))[0])


def _zip(name: str) -> Callable[[bytes], bytes]:
    def pack(content: bytes) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(name), content)
        return out.getvalue()

    return pack


def _bomb(content: bytes) -> bytes:
    return gzip.compress(content + b" " * (16 << 20), mtime=0)


_GB, _UTF8 = is_in("gb18030"), is_in("utf-8")
_BAD, _UNDECLARED = "file.encoding", "file.archive_undeclared"


def _free_gb(layout: Layout) -> bool:
    return _GB(layout) and has_free_text(layout)


def _free_utf8(layout: Layout) -> bool:
    return _UTF8(layout) and has_free_text(layout)


def _has_text(layout: Layout) -> bool:
    return any(one.kind == "text" for one in layout.fields)


def _has_a_date(layout: Layout) -> bool:
    return a_date(layout) is not None


def _two_columns(layout: Layout) -> bool:
    return len(layout.fields) > 2


CSV_FAULTS = (
    FileFault("1", "columns_in_other_order", "csv", ACCEPTED, "", _other_order),
    FileFault("1", "headers_exchanged", "csv", HELD, "delivery.over_threshold", _exchanged, _has_a_date),
    FileFault("2", "renamed_column", "csv", REFUSED, "file.column_missing", renamed),
    FileFault("2", "column_added", "csv", ACCEPTED, "", _added),
    FileFault("2", "column_missing", "csv", REFUSED, "file.column_missing", _missing),
    FileFault("2", "column_twice", "csv", REFUSED, "file.column_doubled", _doubled),
    FileFault("3", "missing_header", "csv", REFUSED, "file.header_missing", _text(lambda t: t.split("\n", 1)[1])),
    FileFault("4", "title_row_above", "csv", ACCEPTED, "", _title),
    FileFault("4", "header_in_the_middle", "csv", ACCEPTED, "", header_again, has_some_columns),
    FileFault("5", "totals_below", "csv", ACCEPTED, "", _footer, _two_columns),
    FileFault("6", "cut_inside_a_character", "csv", REFUSED, _BAD, _put("常州".encode("gb18030")[:3]), _free_gb),
    FileFault("6", "no_last_newline", "csv", ACCEPTED, "", _bytes(lambda b: b.removesuffix(b"\n"))),
    FileFault(
        "7", "row_too_short", "csv", ACCEPTED, "",
        _row("row_too_short", lambda line: line.split(",", 1)[0], "row.too_short"), rows=ENOUGH_ROWS,
    ),
    FileFault(
        "7", "row_too_long", "csv", ACCEPTED, "",
        _row("row_too_long", lambda line: f"{line},多出,两格", "row.too_long"), rows=ENOUGH_ROWS,
    ),
    FileFault("8", "quote_not_closed", "csv", REFUSED, "file.quote_unclosed", _put('"正常'), has_free_text),
    FileFault(
        "9", "two_stray_quotes", "csv", REFUSED, "file.quote_unclosed", _put('"正常', '正常"'), has_free_text, rows=400
    ),
    FileFault("10", "quote_inside_a_field", "csv", ACCEPTED, "", _put('正常"办理'), has_free_text),
    FileFault("11", "line_ends_mixed", "csv", ACCEPTED, "", _text(lambda t: t.replace("\n", "\r\n", 3))),
    FileFault("11", "byte_order_mark", "csv", ACCEPTED, "", _bytes(lambda b: b"\xef\xbb\xbf" + b), _UTF8),
    FileFault("11", "utf_16", "csv", REFUSED, _BAD, plain(lambda sent: b"\xff\xfe" + sent.text.encode("utf-16-le"))),
    FileFault("12", "nul_character", "csv", REFUSED, _BAD, _put("正\0常"), has_free_text),
    FileFault("12", "field_of_2_megabytes", "csv", REFUSED, "file.field_too_long", _put("长" * 700_000), has_free_text),
    FileFault("13", "rare_characters", "csv", ACCEPTED, "", _put("𠮷䶮㐀𫖯鿿"), has_free_text),
    FileFault("14", "one_bad_byte", "csv", REFUSED, _BAD, _put(b"\xff"), has_free_text),
    FileFault("14", "one_lost_byte", "csv", REFUSED, _BAD, _put("小".encode("gb18030")[:1] + b"\n"), _free_gb),
    FileFault("15", "wrong_encoding", "csv", REFUSED, _BAD, plain(lambda sent: sent.text.encode()), _GB),
    FileFault("15", "wrong_encoding_gb", "csv", REFUSED, _BAD, plain(lambda sent: sent.text.encode("gb18030")), _UTF8),
    FileFault("15", "utf_8_read_as_gbk", "csv", REFUSED, "file.mojibake", _read_as_gbk, _has_text),
    FileFault("15", "lost_bytes_as_text", "csv", REFUSED, "file.mojibake", _put("锟斤拷锟斤拷"), has_free_text),
    FileFault(
        "16", "characters_of_the_2000_edition", "csv", ACCEPTED, "", _put(b"\xa6\xd9\xfe\x59\xa8\xbc"), _free_gb
    ),
    FileFault("18", "empty_file", "csv", REFUSED, "file.empty", _bytes(lambda _: b"")),
    FileFault("19", "packed_by_gzip", "csv", REFUSED, _UNDECLARED, _bytes(lambda b: gzip.compress(b, mtime=0))),
    FileFault("19", "gzip_cut", "csv", REFUSED, _UNDECLARED, _bytes(lambda b: gzip.compress(b, mtime=0)[:-20])),
    FileFault("20", "rows_as_many_as_a_sheet_holds", "csv", WARNED, "", _limit, rows=65_536),
    FileFault("25", "gzip_of_1000_to_1", "csv", REFUSED, _UNDECLARED, _bytes(_bomb)),
    FileFault("26", "zip_with_a_path_in_a_name", "csv", REFUSED, _UNDECLARED, _bytes(_zip("../导出.csv"))),
)  # fmt: skip
