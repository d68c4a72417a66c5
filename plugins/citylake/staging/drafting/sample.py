"""A sample export as rows of text, and what its bytes prove: form, archive, encoding, delimiter, sheet.

The content decides, not the name. Text that decodes strictly in no known encoding is refused; nothing is guessed.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

import polars as pl

from citylake.errors import FileRefused, SampleUnusable
from citylake.staging.reading import decoding
from citylake.staging.reading.block import Reading
from citylake.staging.reading.workbook import Workbook

Row = list[str | None]
MOST_BYTES = 64 * 1024 * 1024
MOST_ROWS = 20_000
_DELIMITERS = (",", "\t", ";", "|")
_ZIP, _GZIP, _OLE, _PARQUET = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"PAR1"
_MEMORY_MEGABYTES = 2048
_MOST_SHEETS = 20


@dataclass(frozen=True)
class Sample:
    """The first rows of a file as text, the keys of its contract's `form`, and in words what was proven.

    `is_keyed`: the first row holds the keys of records (JSON, Parquet), so no header has to be looked for.
    `numbers`: positions of a workbook's columns whose cells are numbers and not text.
    """

    rows: list[Row]
    form: dict[str, object]
    facts: list[str] = field(default_factory=list)
    is_keyed: bool = False
    numbers: frozenset[int] = frozenset()


def read_sample(path: Path, memory_megabytes: int = _MEMORY_MEGABYTES) -> Sample:
    """Reads a sample of any form; raises SampleUnusable, with what is wrong, for whatever cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise SampleUnusable(path, f"打不开: {error.strerror}") from error
    if len(data) > MOST_BYTES and data[:2] in (_ZIP[:2], _GZIP, _OLE[:2], _PARQUET[:2]):
        raise SampleUnusable(path, "超过 64 MB", "换一份小一些的样例, 一个账期足够")
    try:
        return _of_bytes(path, data, memory_megabytes)
    except FileRefused as error:
        raise SampleUnusable(path, error.text, error.action) from error


def _of_bytes(path: Path, data: bytes, memory_megabytes: int) -> Sample:
    if not data:
        raise SampleUnusable(path, "文件为空")
    if data.startswith(_GZIP):
        inner = _of_bytes(path, _gunzipped(path, data), memory_megabytes)
        return replace(inner, form={**inner.form, "archive": "gzip"})
    if data.startswith(_ZIP):
        return _of_zip(path, data, memory_megabytes)
    if data.startswith(_OLE):
        return _workbook(path, data, "xls", memory_megabytes)
    if data.startswith(_PARQUET):
        return _parquet(path, data)
    return _text(path, data)


def _gunzipped(path: Path, data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            found = file.read(MOST_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise SampleUnusable(path, f"不是完整的 gzip 文件 ({error})") from error
    return found


def _of_zip(path: Path, data: bytes, memory_megabytes: int) -> Sample:
    """A workbook is a zip archive as well: its members tell them apart."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
                return _workbook(path, data, "xlsx", memory_megabytes)
            if "content.xml" in names and "mimetype" in names:
                return _workbook(path, data, "ods", memory_megabytes)
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) != 1:
                raise SampleUnusable(path, f"压缩包内有 {len(files)} 个文件", "压缩包内只放一个数据文件")
            with archive.open(files[0]) as member:
                inner = member.read(MOST_BYTES)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise SampleUnusable(path, f"压缩包打不开 ({error})") from error
    sample = _of_bytes(path, inner, memory_megabytes)
    if sample.form.get("archive"):
        raise SampleUnusable(path, "压缩包内又是压缩包", "只压缩一次")
    return replace(sample, form={**sample.form, "archive": "zip"})


# -- workbooks and Parquet -------------------------------------------------------------------------------------------


def _workbook(path: Path, data: bytes, kind: str, memory_megabytes: int) -> Sample:
    """The visible sheet with the most rows, read by the guarded child process."""
    with tempfile.TemporaryDirectory(prefix="citylake-sample-") as folder:
        file = Path(folder) / "sample"
        file.write_bytes(data)
        book = Workbook(file, Reading(path.name, memory_megabytes=memory_megabytes), Path(folder))
        visible = [name for name, is_visible in book.sheets if is_visible]
        frames = {sheet: book.rows(sheet).head(MOST_ROWS) for sheet in visible[:_MOST_SHEETS]}
        if not frames:
            raise SampleUnusable(path, "没有可见的工作表")
        chosen = max(frames, key=lambda sheet: frames[sheet].height)
        frame = frames[chosen]
        cells = book.facts(chosen, list(range(frame.width))).cells.filter(pl.col("kind") == "number")
        numbers = cells.group_by("column").len().filter(pl.col("len") * 2 > frame.height)["column"].to_list()
        rows: list[Row] = [list(row) for row in frame.rows()]
    others = [sheet for sheet in visible if sheet != chosen]
    facts = [f"工作表 {chosen}" + (f" (另有 {'、'.join(others)})" if others else "")]
    return Sample(rows, {"type": kind, "sheet": chosen}, facts, numbers=frozenset(numbers))


def _parquet(path: Path, data: bytes) -> Sample:
    try:
        frame = pl.read_parquet(io.BytesIO(data)).head(MOST_ROWS)
        rows = frame.select(pl.all().cast(pl.String)).rows()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SampleUnusable(path, f"不是可用的 Parquet 文件 ({str(error).splitlines()[0]})") from error
    return Sample([list(frame.columns), *map(list, rows)], {"type": "parquet"}, [f"{frame.height} 行"], is_keyed=True)


# -- text ------------------------------------------------------------------------------------------------------------


def _text(path: Path, data: bytes) -> Sample:
    text, encoding, evidence = _decoded(path, data)
    head = text[:1000].lstrip()
    if head[:1] in ("{", "["):
        return _json(path, text, {"encodings": [encoding]}, [evidence])
    if head[:6].lower() in ("<html>", "<!doct", "<table", "<?xml "):
        raise SampleUnusable(path, "内容是网页或 XML, 不是表格", "用 Excel 或 WPS 打开后另存为 xlsx 或 csv")
    delimiter = _delimiter(text)
    if delimiter is None:
        raise SampleUnusable(path, "没有找到分隔符", "导出为 csv 或 xlsx; 定长文件的契约按列写明 position")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows: list[Row] = [list(fields) for fields in islice(reader, MOST_ROWS)]
    except csv.Error as error:
        raise SampleUnusable(path, f"第 {reader.line_num} 行无法分列 ({error})") from error
    form: dict[str, object] = {"type": "csv", "encodings": [encoding]}
    if delimiter != ",":
        form["delimiters"] = [delimiter]
    return Sample(rows, form, [evidence, f"分隔符 {delimiter!r}"])


def _decoded(path: Path, data: bytes) -> tuple[str, str, str]:
    """The text, its encoding as a contract names it, and the proof."""
    mark = decoding.mark_of(data[:4])
    is_utf16 = mark is not None and mark[0].startswith("utf-16")
    found, evidence = decoding.choose(data, ["utf-16"] if is_utf16 else ["utf-8", "gb18030"], path.name)
    start, is_cut = mark[1] if mark else 0, len(data) > MOST_BYTES
    try:
        text = codecs.getincrementaldecoder(found)("strict").decode(data[start:], final=not is_cut)
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, start + error.start)
        raise SampleUnusable(
            path, f"第 {line} 行的字节不是有效的 {found.upper()} 文本", "确认导出时选择的编码, 重新导出"
        ) from error
    if "\0" in text:
        raise SampleUnusable(path, "内容不是文本, 也不是已知的表格文件")
    if is_cut:
        text = text[: text.rfind("\n") + 1]
    encoding = "utf-16" if is_utf16 else found
    proof = "只有 ASCII 字符" if data.isascii() else evidence if mark else f"全部字节按 {encoding} 严格解码"
    return text, encoding, f"编码 {encoding}: {proof}"


def _delimiter(text: str) -> str | None:
    """The delimiter under which most of the first lines have the same number of fields, and more than one."""
    lines = [line.rstrip("\r\n") for line in islice(io.StringIO(text), 100)]
    best: tuple[float, int, str] | None = None
    for delimiter in _DELIMITERS:
        widths = Counter(line.count(delimiter) + 1 for line in lines if line.strip())
        width, hits = max(widths.items(), key=lambda one: (one[0] > 1, one[1]), default=(1, 0))
        if width > 1 and (best is None or (hits / len(lines), width) > best[:2]):
            best = (hits / len(lines), width, delimiter)
    return best[2] if best else None


def _json(path: Path, text: str, form: dict[str, object], facts: list[str]) -> Sample:
    lines = [line for line in islice(io.StringIO(text), MOST_ROWS + 1) if line.strip()]
    try:
        is_lines = lines[0].lstrip().startswith("{") and isinstance(json.loads(lines[0]), dict)
    except ValueError:
        is_lines = False
    try:
        if is_lines and len(lines) > 1:
            records, form = [json.loads(line) for line in lines[:MOST_ROWS]], {"type": "jsonl", **form}
        else:
            found = _records(json.loads(text), "")
            if found is None:
                raise SampleUnusable(path, "JSON 中没有记录的列表")
            records, form = found[1][:MOST_ROWS], {"type": "json", **form}
            if found[0]:
                form["records"] = found[0]
    except (ValueError, RecursionError) as error:
        raise SampleUnusable(path, f"不是有效的 JSON ({error})") from error
    rows = [record for record in records if isinstance(record, dict)]
    keys = list(dict.fromkeys(str(key) for record in rows for key in record))
    if not keys:
        raise SampleUnusable(path, "JSON 中没有记录的列表")
    body: list[Row] = [[_cell(record.get(key)) for key in keys] for record in rows]
    return Sample([list(keys), *body], form, facts, is_keyed=True)


def _records(value: object, place: str) -> tuple[str, list[object]] | None:
    """The first list of objects and the keys that lead to it."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return place, value
    for key, inner in value.items() if isinstance(value, Mapping) else ():
        if found := _records(inner, f"{place}.{key}".lstrip(".")):
            return found
    return None


def _cell(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
