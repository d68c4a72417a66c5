"""The sink of each form."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from citylake.simulator.files.forms import Layout
from citylake.simulator.files.writers import PLAIN, CsvSink, Decoration, JsonLinesSink, JsonSink, ParquetSink, Sink
from citylake.simulator.files.xls import XlsSink
from citylake.simulator.files.xlsx import XlsxSink


def open_sink(path: Path, layout: Layout, headers: list[str], encoding: str, decoration: Decoration) -> Sink:
    """A file in the making, in the layout's form."""
    if layout.form == "csv":
        return CsvSink(path, layout, headers, encoding)
    if layout.form == "xlsx":
        return XlsxSink(path, layout, headers, decoration)
    if layout.form == "xls":
        return XlsSink(path, layout, headers, decoration)
    if layout.form == "parquet":
        return ParquetSink(path, layout, headers)
    return JsonSink(path, layout, headers) if layout.form == "json" else JsonLinesSink(path, layout, headers)


def written(
    layout: Layout, cells: pl.DataFrame, headers: list[str], decoration: Decoration = PLAIN
) -> tuple[bytes, np.ndarray]:
    """A small file as bytes, and the line of every record in it (only for one sheet of records)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        sink = open_sink(path, layout, headers, layout.encoding, decoration)
        runs = sink.append(cells, None)
        sink.close()
        return path.read_bytes(), np.concatenate([run.lines for run in runs])
