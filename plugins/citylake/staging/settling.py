"""What an answer of a department brings right: corrections and supplements against the rows of the same period.

A correction touches only rows that it names, by their key or (in a returned correction list) by sheet and line; a
supplement only adds rows. Whatever does neither is rejected with its reason, like any other bad row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from citylake.contracts import Contract
from citylake.contracts.model import Column, Form, HeaderSpelling
from citylake.contracts.revisions import CORRECTION
from citylake.staging.engine import ZSTD_LEVEL, Staged
from citylake.staging.rejects import row_keys

NO_SUCH_ROW, ROW_EXISTS = "correction.no_such_row", "supplement.row_exists"
RECEIPT_SHEET = "待更正行"
# The first columns of a returned correction list, and the last: what it answers, and what was wrong.
_ANSWERED = {
    "answered_receipt": ("校核单号", "text"),
    "answered_sheet": ("原工作表", "text"),
    "answered_line": ("原行号", "integer"),
    "answered_problem": ("问题", "text"),
}
_PLACE = {"sheet_name": pl.String, "line_number": pl.Int64}
SETTLED_SCHEMA = {"delivery_id": pl.String, **_PLACE}


def receipt_contract(contract: Contract) -> Contract:
    """The contract of a dataset's returned correction lists: its own columns, beside where each row had stood."""
    answered = {
        name: Column.model_validate(
            {"name": name, "zh": zh, "type": kind, "level": 1, "meaning": zh, "headers": [zh], "optional": True}
        )
        for name, (zh, kind) in _ANSWERED.items()
    }
    own = {
        name: column.model_copy(update={"headers": [HeaderSpelling(text=column.header)], "optional": True})
        for name, column in contract.columns.items()
    }
    form = Form(type="xlsx", sheet=RECEIPT_SHEET)
    return contract.model_copy(update={"form": form, "columns": answered | own, "not_records": []})


@dataclass(frozen=True)
class Rejected:
    """Rejected rows of one earlier delivery: sheet_name, line_number, row_key, and where they answered something.

    `row_key` is the key as typed rows write it, null where the row could not be split. `answers`: the delivery whose
    correction list this one was itself the answer to.
    """

    delivery_id: str
    answers: str | None
    rows: pl.DataFrame

    @classmethod
    def of_quarantine(cls, delivery_id: str, answers: str | None, paths: Sequence[Path]) -> Rejected:
        """Reads the rejected rows, each once, of a delivery's quarantine files."""
        wanted = _PLACE | {"row_key": pl.String, "raw_row": pl.String}
        frames = [pl.DataFrame(schema=wanted)]
        for path in paths:
            found = pl.read_parquet(path).filter(pl.col("kind") == "row_rejected")
            lacking = [
                pl.lit(None, dtype=kind).alias(name) for name, kind in wanted.items() if name not in found.columns
            ]
            frames.append(found.with_columns(lacking).select(list(wanted)))
        rows = pl.concat(frames).unique(list(_PLACE), maintain_order=True)
        if answers:
            raw = pl.col("raw_row").str
            rows = rows.with_columns(
                raw.json_path_match("$.answered_sheet").replace("", None).alias("answered_sheet"),
                raw.json_path_match("$.answered_line").cast(pl.Int64, strict=False).alias("answered_line"),
            )
        return cls(delivery_id, answers, rows.drop("raw_row"))


def apply_answer(
    contract: Contract,
    kind: str,
    answers: str | None,
    staged: Staged,
    standing: Iterable[Path],
    rejected: Sequence[Rejected],
    out: Path,
) -> pl.DataFrame:
    """Rejects the rows of a staged answer that name nothing (or add what is there), and settles what the others name.

    Returns the rejected rows of earlier deliveries that are right now: delivery_id, sheet_name, line_number.

    :param standing: Parquet files of the rows that count in the period, each looked at once
    :param rejected: rejected rows of the period's earlier deliveries, newest delivery first
    """
    rows = _rows(staged, contract)
    known = _known_keys(rows["row_key"], contract, standing)
    named = _named(rows, next((one for one in rejected if one.delivery_id == answers), None))
    if kind == CORRECTION:
        open_keys = pl.concat([pl.Series("row_key", [], dtype=pl.String), *(one.rows["row_key"] for one in rejected)])
        is_bad = ~(rows["row_key"].is_in(known.implode()) | rows["row_key"].is_in(open_keys.implode()) | named)
    else:
        is_bad = rows["row_key"].is_in(known.implode())
    if is_bad.any():
        _reject(staged, contract, rows.filter(is_bad), NO_SUCH_ROW if kind == CORRECTION else ROW_EXISTS, out)
    return _settled(rows.filter(~is_bad), rejected, answers)


def _rows(staged: Staged, contract: Contract) -> pl.DataFrame:
    """Accepted rows of the answer with their key, and the place they answer where they name one."""
    nothing = dict.fromkeys(contract.key, pl.String) | {"answered_sheet": pl.String, "answered_line": pl.Int64}
    frames = [pl.read_parquet(part) for part in staged.parts] or [pl.DataFrame(schema=nothing | _PLACE)]
    rows = pl.concat(frames, how="diagonal_relaxed")  # a part has one column more where a file brought unknown ones
    if "answered_line" not in rows.columns:
        rows = rows.with_columns(answered_sheet=pl.lit(None, pl.String), answered_line=pl.lit(None, pl.Int64))
    return rows.with_columns(row_keys(rows.select(contract.key)))


def _known_keys(wanted: pl.Series, contract: Contract, standing: Iterable[Path]) -> pl.Series:
    """Which of the keys stand in rows that count; one file at a time, however large the period is."""
    found = [pl.Series("row_key", [], dtype=pl.String)]
    for path in standing:
        keys = row_keys(pl.read_parquet(path, columns=contract.key).select(contract.key))
        found.append(keys.filter(keys.is_in(wanted.implode())))
    return pl.concat(found).unique()


def _named(rows: pl.DataFrame, answered: Rejected | None) -> pl.Series:
    """Whether each row stands in a returned list for a row that was rejected there."""
    if answered is None:
        return pl.Series([False]).new_from_index(0, rows.height)
    places = answered.rows.select(
        pl.col("sheet_name").alias("answered_sheet"),
        pl.col("line_number").alias("answered_line"),
        pl.lit(True).alias("is_named"),
    )
    on = ["answered_sheet", "answered_line"]
    joined = rows.join(places, on=on, how="left", nulls_equal=True, maintain_order="left")
    return joined["is_named"].fill_null(False)


def _settled(taken: pl.DataFrame, earlier: Sequence[Rejected], answers: str | None) -> pl.DataFrame:
    """Places of rejected rows that the taken rows bring right, by key and by name.

    A row that was answered wrongly once is rejected in that answer too: bringing it right there brings the first right.
    """
    by_name: dict[str, pl.DataFrame] = {}
    if answers:
        by_name[answers] = taken.select(
            pl.col("answered_sheet").alias("sheet_name"), pl.col("answered_line").alias("line_number")
        )
    found = [pl.DataFrame(schema=SETTLED_SCHEMA)]
    for one in earlier:
        places = by_name.get(one.delivery_id, pl.DataFrame(schema=_PLACE))
        mine = pl.concat(
            [
                one.rows.filter(pl.col("row_key").is_in(taken["row_key"].implode())),
                one.rows.join(places, on=list(_PLACE), how="semi", nulls_equal=True),
            ]
        ).unique(list(_PLACE), maintain_order=True)
        found.append(mine.select(pl.lit(one.delivery_id).alias("delivery_id"), *_PLACE))
        if one.answers:
            origin = mine.select(
                pl.col("answered_sheet").alias("sheet_name"),
                pl.col("answered_line").alias("line_number"),
            )
            by_name[one.answers] = pl.concat([by_name.get(one.answers, pl.DataFrame(schema=_PLACE)), origin])
    return pl.concat(found).sort(list(SETTLED_SCHEMA))


def _reject(staged: Staged, contract: Contract, rows: pl.DataFrame, reason: str, out: Path) -> None:
    """Moves accepted rows to the rejected ones: parts and quarantine are written anew, the counts stay balanced."""
    places = rows.select(list(_PLACE))
    for part in list(staged.parts):
        kept = pl.read_parquet(part).join(places, on=list(_PLACE), how="anti", nulls_equal=True, maintain_order="left")
        kept.write_parquet(part, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False)
        if kept.is_empty():
            staged.parts.remove(part)
    cells = pl.struct(pl.col(name).cast(pl.String) for name in contract.columns if name in rows.columns)
    rejects = rows.select(
        *_PLACE,
        pl.lit(contract.key[0]).alias("column_name"),
        pl.col(contract.key[0]).cast(pl.String).alias("raw_value"),
        cells.struct.json_encode().alias("raw_row"),
        pl.lit(reason).alias("reason_code"),
        "row_key",
        pl.lit("row_rejected").alias("kind"),
    )
    path = staged.rejects or out / "rejects.parquet"
    earlier = [pl.read_parquet(path)] if staged.rejects else []
    both = pl.concat([*earlier, rejects], how="diagonal_relaxed")
    both.write_parquet(path, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False)
    staged.rejects = path
    staged.rows_accepted -= rows.height
    staged.rows_rejected += rows.height
