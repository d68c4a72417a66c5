"""Workbooks (XLSX, ODS and legacy XLS): values and facts come from a guarded process, sheets become blocks here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import sheets
from citylake.staging.reading.block import Block, Reading
from citylake.staging.reading.sheet_tables import Layout, find_layout
from citylake.staging.reading.sheet_values import SheetFacts, fill_merged, respell_dates, spoil_cells
from citylake.staging.reading.workbook_kind import prove_kind
from citylake.staging.reading.workbook_process import SHARED_READER

__all__ = ["SHARED_READER", "Workbook", "read_workbook"]

# Cells that are not plain values, as the child names them, and why they are refused.
_SPOILT = {"error": "cell.formula_error", "not_computed": "cell.formula_not_computed"}
_EXCEL_DIGITS = 1e15


class Workbook:
    """One workbook, asked of the guarded process; raises FileRefused when it cannot be opened."""

    def __init__(self, path: Path, reading: Reading, folder: Path) -> None:
        self._reading, self._folder = reading, folder
        self.kind = prove_kind(path, reading.file_name)
        # The library that reads the values believes the extension.
        self._path = folder / f"book.{self.kind}"
        self._path.symlink_to(path.resolve())
        answer = self.ask("sheets")
        names = answer["sheets"]
        self.sheets = [(str(name), bool(shown)) for name, shown in names] if isinstance(names, list) else []
        self.is_1904 = bool(answer["is_1904"])

    def rows(self, sheet: str) -> pl.DataFrame:
        """All rows of a sheet from its first one, as text columns c0, c1, …"""
        out = self._folder / "rows.arrow"
        self.ask("rows", sheet=sheet, out=str(out))
        return pl.read_ipc(out)

    def facts(self, sheet: str, columns: list[int]) -> SheetFacts:
        """What is known of a sheet besides its values."""
        out = self._folder / "facts"
        self.ask("facts", sheet=sheet, columns=columns, out=str(out))
        cells, merged = (pl.read_ipc(f"{out}.{name}") for name in ("cells", "merged"))
        return SheetFacts(cells, merged)

    def ask(self, what: str, **more: object) -> dict[str, object]:
        reading = self._reading
        request: dict[str, object] = {"do": what, "path": str(self._path), "kind": self.kind, **more}
        answer = SHARED_READER.ask(request, reading.memory_megabytes)
        if answer is None:
            raise FileRefused(
                "file.too_large",
                f"工作簿在 {reading.memory_megabytes} MB 内存和规定时间内无法打开 (可能在很远的单元格有内容)",
                action="删去数据区以外的内容, 另存后重报",
                file=reading.file_name,
            )
        if answer.get("error") == "encrypted":
            raise FileRefused(
                "file.encrypted", "工作簿加了打开密码", action="去掉打开密码, 另存后重报", file=reading.file_name
            )
        if answer.get("error"):
            raise FileRefused(
                "file.unreadable",
                f"不是完整的工作簿 ({answer.get('message')})",
                action="用 Excel 或 WPS 打开检查, 另存后重报",
                file=reading.file_name,
            )
        return answer


def read_workbook(path: Path, contract: Contract, reading: Reading) -> Iterator[Block]:
    """A block for each table of each sheet that the contract wants; raises FileRefused for the whole workbook."""
    with tempfile.TemporaryDirectory(prefix="citylake-workbook-") as folder:
        book = Workbook(path, reading, Path(folder))
        choice = sheets.choose(book.sheets, contract, reading)
        reading.encoding = book.kind
        reading.evidence = f"{book.kind} by content; sheets {'、'.join(choice.names)} of {len(book.sheets)}"
        for sheet in choice.names:
            frame = book.rows(sheet)
            if not frame.height:
                reading.note(f"工作表“{sheet}”是空的")
            elif sheet in choice.foreign:
                yield from _foreign(frame, sheet, contract, reading)
            else:
                yield from _sheet(book, frame, sheet, contract, reading)


def _sheet(book: Workbook, frame: pl.DataFrame, sheet: str, contract: Contract, reading: Reading) -> Iterator[Block]:
    layout = find_layout(frame, contract, reading, sheet)
    facts = book.facts(sheet, layout.number_columns(contract)).below(layout.below)
    frame = spoil_cells(frame, facts)
    blank = _set_aside_blank(frame, layout, reading, sheet)
    filled = respell_dates(fill_merged(frame, facts), layout.date_columns(contract), book.is_1904)
    for table in layout.tables:
        # A row of the table is one in which a cell of its own says something: merged cells alone are no record.
        empty = blank if len(layout.tables) == 1 else blank_rows(frame.select(table.columns), layout.below)
        rows = _others(empty, layout.below, frame.height)
        reading.lines_beyond_rows -= rows.len()
        kept = filled[rows] if empty.len() else filled.slice(layout.below)
        values = kept.select(pl.col(column).alias(name) for column, name in table.names.items())
        bad = _bad_cells(facts, rows, table.names, contract, reading, sheet)
        yield Block(values, (rows + 1).cast(pl.Int64), reading.place(sheet), bad_cells=bad)


def _set_aside_blank(frame: pl.DataFrame, layout: Layout, reading: Reading, sheet: str) -> pl.Series:
    """Counts the sheet's rows below the header, and notes those that say nothing; gives their positions."""
    rows = blank_rows(frame, layout.below)
    reading.set_aside_rows(sheet, rows + 1, "", "row.blank")
    reading.lines_beyond_rows += frame.height - layout.below - rows.len()
    reading.lines_beyond_rows -= _without_cells(frame, rows) + _without_cells(frame, layout.blank_above)
    return rows


def blank_rows(frame: pl.DataFrame, below: int) -> pl.Series:
    """Positions of the rows from `below` on in which no cell says anything (UInt32)."""
    rows = frame.with_row_index("row").slice(below)
    for name in frame.columns:
        rows = rows.filter(pl.col(name).is_null() | (pl.col(name).str.strip_chars() == ""))
    return rows["row"]


def _others(rows: pl.Series, below: int, height: int) -> pl.Series:
    """Positions from `below` on that are not among these."""
    mask = pl.Series([True]).new_from_index(0, height).scatter(rows, False)
    return mask.arg_true().filter(mask.arg_true() >= below) if below else mask.arg_true()


def _without_cells(frame: pl.DataFrame, rows: pl.Series) -> int:
    """How many of these rows hold no cell at all: the second count does not see them."""
    return int(frame[rows].select(pl.all_horizontal(pl.all().is_null()).sum()).item()) if rows.len() else 0


def _bad_cells(
    facts: SheetFacts, rows: pl.Series, names: dict[str, str], contract: Contract, reading: Reading, sheet: str
) -> pl.DataFrame | None:
    """Cells of this table that are refused, by their position among its rows."""
    if facts.cells.is_empty():
        return None
    columns = pl.DataFrame({"name": list(names), "column_name": list(names.values())})
    places = pl.DataFrame({"row": rows, "at": pl.int_range(rows.len(), dtype=pl.UInt32, eager=True)})
    is_long = pl.col("text").cast(pl.Float64, strict=False).abs() >= _EXCEL_DIGITS
    number = pl.when(is_long).then(pl.lit("code.lost_precision")).otherwise(pl.lit("code.became_number"))
    cells = (
        facts.cells.join(places, on="row", maintain_order="left")
        .join(columns, on="name", maintain_order="left")
        .filter(pl.col("column_name").is_in(list(contract.columns)))
        .select(
            pl.col("at").alias("row"),
            "column_name",
            pl.col("text").alias("raw_value"),
            pl.col("kind").replace_strict(_SPOILT, default=number, return_dtype=pl.String).alias("reason_code"),
        )
    )
    for (column, reason), group in cells.group_by("column_name", "reason_code", maintain_order=True):
        if str(reason).startswith("code."):
            header = contract.columns[str(column)].header
            reading.note(f"工作表“{sheet}”的列“{header}”有 {group.height} 格被存成了数字")
    return cells if cells.height else None


def _foreign(frame: pl.DataFrame, sheet: str, contract: Contract, reading: Reading) -> Iterator[Block]:
    """Rows of a sheet outside the contract: set aside one by one, or rejected where the contract says so."""
    reading.note(f"工作表“{sheet}”不在契约中, 其内容未取")
    blank = blank_rows(frame, 0)
    reading.set_aside_rows(sheet, blank + 1, "", "row.blank")
    reading.lines_beyond_rows -= _without_cells(frame, blank)
    texts = frame.with_row_index("row").filter(~pl.col("row").is_in(blank.implode()))
    raw = texts.select(
        (pl.col("row") + 1).cast(pl.Int64).alias("line_number"),
        pl.concat_str(pl.exclude("row").fill_null(""), separator=",").alias("raw_row"),
        pl.lit("row.other_sheet").alias("reason_code"),
    )
    if contract.drift.table == "quarantine_row":
        nothing = pl.DataFrame(schema=dict.fromkeys(contract.columns, pl.String))
        yield Block(nothing, pl.Series("line_number", [], dtype=pl.Int64), reading.place(sheet), ragged=raw)
    else:
        reading.set_aside_rows(sheet, raw["line_number"], raw["raw_row"], "row.other_sheet")
