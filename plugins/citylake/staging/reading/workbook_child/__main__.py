"""Reads workbooks in a process of its own, under a memory limit: a 5 KB workbook can abort the process that opens it.

Speaks one JSON line a request on standard input and output. `kind` is xlsx, xls or ods, proven by the caller.
    {"do": "sheets", "path", "kind"}                     -> {"sheets": [[name, is visible], …], "is_1904"}
    {"do": "rows", "path", "kind", "sheet", "out"}       -> {"rows"}; text columns c0, c1, … as an Arrow file
    {"do": "facts", "path", "kind", "sheet", "columns", "out"}
                                                         -> {"content_rows"}; cells and merged ranges as Arrow files
    {"do": "count", "path", "kind", "sheets"}            -> {"rows": [n, …]}; rows with content of each sheet
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

from . import legacy, office_xml, open_document
from .facts import Facts, Sheet

_ENCRYPTED = "encrypted"


class Format(Protocol):
    def structure(self, path: str) -> tuple[list[Sheet], bool]: ...

    def scan(self, path: str, part: str, columns: list[int]) -> Facts: ...


FORMATS: dict[str, Format] = {"xlsx": office_xml, "ods": open_document, "xls": legacy}


# A file is known by its inode and the time of its last change: it may be reached by several paths.
Identity = tuple[int, int]


@lru_cache(maxsize=1)
def _structure(path: str, kind: str, file: Identity) -> tuple[list[Sheet], bool]:
    return FORMATS[kind].structure(path)


@lru_cache(maxsize=1)
def _book(path: str, file: Identity) -> Any:
    import fastexcel

    return fastexcel.read_excel(path)


# Rows with content of the sheets looked at last, so that counting does not read them once more.
_counted: dict[tuple[Identity, str], int] = {}


def answer(request: dict[str, Any]) -> dict[str, object]:
    path, kind = request["path"], request["kind"]
    status = Path(path).stat()
    file = (status.st_ino, status.st_mtime_ns)
    sheets, is_1904 = _structure(path, kind, file)
    parts = {sheet.name: sheet.part for sheet in sheets}
    if request["do"] == "sheets":
        return {"sheets": [[sheet.name, sheet.is_visible] for sheet in sheets], "is_1904": is_1904}
    if request["do"] == "rows":
        return _rows(path, file, request["sheet"], request["out"])
    if request["do"] == "facts":
        facts = FORMATS[kind].scan(path, parts[request["sheet"]], request["columns"])
        _write_facts(facts, request["out"])
        _counted[file, request["sheet"]] = facts.content_rows
        return {"content_rows": facts.content_rows}
    return {"rows": [_count(path, file, kind, name, parts[name]) for name in request["sheets"]]}


def _count(path: str, file: Identity, kind: str, name: str, part: str) -> int:
    known = _counted.pop((file, name), None)
    return FORMATS[kind].scan(path, part, []).content_rows if known is None else known


def _rows(path: str, file: Identity, sheet: str, out: str) -> dict[str, object]:
    import pyarrow as pa

    batch = _book(path, file).load_sheet_eager(sheet, header_row=None, skip_rows=0, dtypes="string")
    names = [f"c{index}" for index in range(batch.num_columns)]
    _write(pa.RecordBatch.from_arrays(batch.columns, names=names), out)
    return {"rows": batch.num_rows}


def _write_facts(facts: Facts, out: str) -> None:
    import pyarrow as pa

    row, column, kind, text = zip(*facts.cells, strict=True) if facts.cells else ((), (), (), ())
    types = (pa.uint32(), pa.uint32(), pa.string(), pa.string())
    names = ("row", "column", "kind", "text")
    cells = [pa.array(values, kind) for values, kind in zip((row, column, kind, text), types, strict=True)]
    _write(pa.RecordBatch.from_arrays(cells, names=list(names)), f"{out}.cells")
    ranges = [
        pa.array(values, pa.uint32()) for values in (zip(*facts.merged, strict=True) if facts.merged else [()] * 4)
    ]
    _write(pa.RecordBatch.from_arrays(ranges, names=["top", "left", "bottom", "right"]), f"{out}.merged")


def _write(batch: Any, out: str) -> None:
    import pyarrow as pa

    with pa.OSFile(out, "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
        writer.write_batch(batch)


def main() -> None:
    limit = int(sys.argv[2]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    import fastexcel
    import xlrd

    unreadable = (fastexcel.FastExcelError, xlrd.XLRDError, ExpatError, zipfile.BadZipFile, KeyError, OSError)
    for line in sys.stdin:
        try:
            said = answer(json.loads(line))
        except unreadable as error:
            words = (str(error).splitlines() or [type(error).__name__])[0]
            said = {"error": _ENCRYPTED if "encrypted" in words.lower() else "unreadable", "message": words}
        print(json.dumps(said, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
