"""Reads workbooks in a process of its own, under a memory limit: a 5 KB workbook can abort the process that opens it.

Speaks one JSON line a request on standard input and output and imports nothing of CityLake:
    {"path": …, "sheet": … or null, "skip": 0, "out": …}
    -> {"sheets": […], "sheet": …, "rows": n, "numeric": {column: dtype}}
With `out` given the rows go there as an Arrow file of text columns c0, c1, …; `numeric` names the columns whose
cells below the first `skip` rows are numbers and not text.
"""

from __future__ import annotations

import json
import resource
import sys


def read(request: dict[str, object]) -> dict[str, object]:
    import fastexcel

    try:
        book = fastexcel.read_excel(str(request["path"]))
        names = list(book.sheet_names)
        wanted = request["sheet"]
        if wanted is not None and wanted not in names:
            return {"error": "sheet", "sheets": names}
        sheet = wanted or names[0]
        frame = book.load_sheet(str(sheet), header_row=None, dtypes="string").to_polars()
        frame.columns = [f"c{i}" for i in range(frame.width)]
        if "out" in request:
            frame.write_ipc(str(request["out"]))
        numeric = {}
        skip = int(str(request["skip"]))
        if frame.height > skip:
            typed = book.load_sheet(str(sheet), header_row=None, skip_rows=skip).to_polars()
            numeric = {
                f"c{i}": str(dtype) for i, dtype in enumerate(typed.dtypes) if dtype.is_numeric() and i < frame.width
            }
    except fastexcel.FastExcelError as error:
        return {"error": "unreadable", "message": str(error).splitlines()[0]}
    return {"sheets": names, "sheet": sheet, "rows": frame.height, "numeric": numeric}


def main() -> None:
    limit = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for line in sys.stdin:
        print(json.dumps(read(json.loads(line)), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
