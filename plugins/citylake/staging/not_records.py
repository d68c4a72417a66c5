"""Lines of a table that are no records: totals, notes, signatures, a header that is printed once more.

A line is set aside only when two things come together: it carries a mark (a rule of the contract or one of the usual
ones below), and it lacks what a record must have. A record that merely looks odd is rejected and goes back to its
department; it is never set aside.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import polars as pl

from citylake.contracts import Contract
from citylake.staging.rejects import Problem, as_delivered, rows_as_json
from citylake.staging.spelling import BLANKS, INVISIBLE

# Words of a total that are never the name of anything: a cell with nothing else says nothing of a record.
TOTAL_WORDS = [left + gap + "计" for left in "合总小共" for gap in ("", " ", "  ", "\u3000")]

_TOTAL = r"^(?:合计|总计|小计|共计|[^:：,，]{0,12}(?:合计|总计|小计|共计|累计)[:：]?$)"
_NOTE = r"^(?:其中|附?注[:：0-9]|注释|备注[:：]|说明[:：]|(?:数据|资料)?来源[:：]|[*＊※])"
# Whoever made, checked or sent the table; its unit; page numbers; what database clients print under a result.
_FOOTER = (
    r"^(?:[^:：]{0,6}(?:制表|填表|填报|审核|复核|统计|单位|部门|机构)?"
    r"(?:制表|填表|填报|审核|复核|负责|经办|联系|报送|打印|导出|统计|报出)"
    r"(?:人|者|员|单位|部门|机构|电话|方式|日期|时间)?(?:[(（](?:签字|签章|盖章)[)）])?[:：]"
    r"|(?:计量)?单位[:：]|(?:单位)?盖章|第[0-9]+页|共[0-9]+[页条行]|以下(?:空白|无数据)"
    r"|[-=_—]{3,}$|[(（]?[0-9]+(?:rowsaffected|rowsselected|行受影响)|已选择[0-9]+行)"
)
_NO_ROWS = pl.Series([], dtype=pl.UInt32)
_NOTHING = r"[^\s\S]"
_NUMBER = r"^(?:[-—…]{0,2}|[-+.,]*[0-9][-+0-9.,%]*)$"
_BLANK_INSIDE = rf"[\s{INVISIBLE}]+"


class NotRecords:
    """Tells the lines of one contract's deliveries that are no records."""

    def __init__(self, contract: Contract) -> None:
        self._own = "|".join(f"(?:{pattern})" for pattern in contract.not_records) or _NOTHING
        required = [column.name for column in contract.columns.values() if column.required]
        self._must_have = required or contract.key
        self._is_known_by_problems = bool(required)
        # Columns in which the word of a total would pass for a name.
        self._free = [
            column.name
            for column in contract.columns.values()
            if column.name in {*self._must_have, *contract.key}
            and column.type in ("text", "code")
            and not (column.codes or column.check or column.pattern)
        ]
        self._missing = contract.missing
        self._headers = {
            name: ["".join(header.text.split()) for header in column.headers]
            for name, column in contract.columns.items()
        }

    def suspects(self, frame: pl.DataFrame, typed: pl.DataFrame, problems: Sequence[Problem]) -> pl.Series:
        """Positions of rows worth a closer look: something is missing, or a cell holds its header or a total's word.

        Most rows are records without a fault, and most faults are not of this kind: looking costs next to nothing.
        """
        found = [problem.rows.filter(self._is_suspect(frame, problem)) for problem in problems]
        found += [(typed[name].is_in(TOTAL_WORDS)).arg_true() for name in self._free if _ends_like_total(typed[name])]
        if not self._is_known_by_problems:
            found += [typed[name].is_null().arg_true() for name in self._must_have if typed[name].null_count()]
        return pl.concat([rows.cast(pl.UInt32) for rows in found]).unique().sort() if found else _NO_ROWS

    def _is_suspect(self, frame: pl.DataFrame, problem: Problem) -> pl.Series:
        is_missing = problem.reasons == "value.missing"
        if problem.column not in frame.columns or problem.column not in self._headers:
            return is_missing
        cells = frame[problem.column].gather(problem.rows).cast(pl.String, strict=False)
        return is_missing | cells.is_in([*TOTAL_WORDS, *self._headers[problem.column]]).fill_null(False)

    def find(self, frame: pl.DataFrame, rows: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
        """Which of `rows` (positions in the frame) are no records, and their raw_row and reason_code."""
        texts = as_delivered(frame[rows])
        cells = texts.select(pl.all().str.strip_chars(BLANKS))
        present = [name for name in self._must_have if name in cells.columns]
        lacks = reduce(or_, (pl.col(name).is_in([*self._missing, *TOTAL_WORDS]) for name in present), pl.lit(False))
        marks = cells.select(
            _mark(cells.columns),
            lacks=lacks,
            is_header=self._is_header(cells.columns),
            is_blank=pl.all_horizontal(pl.all() == ""),
        )
        reasons = self._reasons(marks)
        is_aside = reasons.is_not_null()
        return rows.filter(is_aside), pl.DataFrame([rows_as_json(texts.filter(is_aside)), reasons.filter(is_aside)])

    def among_ragged(self, ragged: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Splits lines that could not be cut into columns: rows after all, and marked lines that are no records.

        A footer is seldom filled up with delimiters, and what has too few fields lacks what a record must have.
        """
        fields = (
            pl.col("raw_row").str.replace_all(r"[;|\t]", ",").str.replace_all(_BLANK_INSIDE + '|"', "").str.split(",")
        )
        mark = fields.list.eval(pl.element().filter(~pl.element().str.contains(_NUMBER))).list.first()
        marks = ragged.select(
            mark.alias("mark"),
            lacks=pl.col("reason_code") == "row.too_short",
            is_header=pl.lit(False),
            is_blank=pl.lit(False),
        )
        reasons = self._reasons(marks)
        is_aside = reasons.is_not_null()
        return ragged.filter(~is_aside), ragged.with_columns(reasons).filter(is_aside).select(
            "raw_row", "line_number", "reason_code"
        )

    def _reasons(self, marks: pl.DataFrame) -> pl.Series:
        """Why each line is no record, null where it is one. A contract's own patterns may count on blanks inside."""
        squeezed = marks["mark"].str.replace_all(_BLANK_INSIDE, "")
        own = marks["mark"].str.contains(self._own) | squeezed.str.contains(self._own)
        return marks.with_columns(squeezed, own.fill_null(False).alias("own")).select(_reason()).to_series()

    def _is_header(self, columns: list[str]) -> pl.Expr:
        """Two or more cells, and at least half of those that say something, repeat their own column's header."""
        repeated = [pl.col(name).is_in(self._headers[name]) for name in columns if name in self._headers]
        repeats = pl.sum_horizontal(repeated)
        return (repeats >= 2) & (repeats * 2 >= pl.sum_horizontal(pl.all() != ""))


def _ends_like_total(values: pl.Series) -> bool:
    """Whether any cell ends in the word's last character: few names do, and the test is five times cheaper."""
    return bool(values.str.ends_with("计").any())


def _mark(columns: list[str]) -> pl.Expr:
    """The cell by which a reader would tell the line: the first one that is neither blank or dashes nor a number."""
    says = [pl.when(~pl.col(name).str.contains(_NUMBER)).then(name) for name in columns]
    return pl.coalesce(says).alias("mark")


def _reason() -> pl.Expr:
    """Columns mark, own, lacks, is_header, is_blank -> the reason why a line is no record, null where it is one."""
    mark, lacks = pl.col("mark"), pl.col("lacks")
    return (
        pl.when(pl.col("is_blank"))
        .then(pl.lit("row.blank"))
        .when(pl.col("is_header"))
        .then(pl.lit("row.header"))
        .when(lacks & mark.str.contains(_TOTAL))
        .then(pl.lit("row.total"))
        .when(lacks & mark.str.contains(_NOTE))
        .then(pl.lit("row.note"))
        .when(lacks & (pl.col("own") | mark.str.contains(_FOOTER)))
        .then(pl.lit("row.footer"))
        .alias("reason_code")
    )
