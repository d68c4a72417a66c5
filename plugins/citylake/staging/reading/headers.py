"""Finding the header row and giving every column its contract name; drift of columns is judged here."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from citylake.contracts import Column, Contract
from citylake.contracts.headings import normal_header
from citylake.contracts.units import UNITS
from citylake.errors import FileRefused
from citylake.staging.reading.block import HeaderRecord, Reading
from citylake.staging.reading.matching import HeaderMatcher, Match, header_key

HEADER_SEARCH_ROWS = 15


def combine_header_rows(rows: Sequence[Sequence[str | None]]) -> list[str]:
    """One name a column out of merged header rows: the lowest cell that says something."""
    width = max(len(row) for row in rows)
    return [
        next((row[i] for row in reversed(rows) if i < len(row) and normal_header(row[i])), "") or ""
        for i in range(width)
    ]


def find_header(rows: Sequence[Sequence[str | None]], contract: Contract, file: str, sheet: str | None = None) -> int:
    """Index of the first header row among the first rows of a file; raises FileRefused when there is none.

    The header is the row (or the merged rows) in which most of the contract's columns are named; half must be.
    """
    matcher, depth = HeaderMatcher(contract), contract.form.header_rows
    best, best_hits = 0, 0
    for index in range(min(HEADER_SEARCH_ROWS, len(rows) - depth + 1)):
        names = combine_header_rows(rows[index : index + depth])
        hits = len({column.name for name in names if (column := matcher.match(name).column)})
        if hits > best_hits:
            best, best_hits = index, hits
    if best_hits * 2 < len(contract.columns):
        first = next((row for row in rows if any(map(normal_header, row))), [])
        raise FileRefused(
            "file.header_missing",
            f"前 {min(HEADER_SEARCH_ROWS, len(rows))} 行中没有表头; 应有列: {_expected(contract)}",
            action="补上表头行后重报; 表头以契约所列名称为准",
            file=file,
            sheet=sheet,
            line=1,
            value=",".join(str(cell) for cell in first[:5]),
        )
    return best


def _expected(contract: Contract) -> str:
    return "、".join(column.header for column in contract.columns.values())


def name_columns(
    names: Sequence[str], contract: Contract, reading: Reading, line: int, sheet: str | None = None
) -> list[str | None]:
    """The name of each column by position: the contract's, the header where an unknown column's values are wanted
    (see `wanted_name`), None where they are left out.

    Raises FileRefused for a missing, doubled or (where columns are frozen) unknown column, and for a unit that cannot
    be converted.
    """
    judge = _Judge(contract, reading, line, reading.place(sheet))
    matcher = HeaderMatcher(contract, reading.period_end)
    matches = [matcher.match(name) for name in names]
    unknown = [name for name, match in zip(names, matches, strict=True) if not match.column and normal_header(name)]
    judge.nothing_doubled(names, matches)
    judge.nothing_missing(matches, unknown, matcher)
    if unknown and contract.drift.columns == "freeze":
        raise judge.refused(
            "file.column_unknown", f"契约中没有列“{unknown[0]}”", "删去该列, 或先在契约中登记", unknown[0]
        )
    for name, match in zip(names, matches, strict=True):
        judge.unit(name, match)
    _record(names, matches, unknown, contract, reading, sheet)
    return _unique(names, matches, contract)


def _record(
    names: Sequence[str],
    matches: list[Match],
    unknown: list[str],
    contract: Contract,
    reading: Reading,
    sheet: str | None,
) -> None:
    for position, (name, match) in enumerate(zip(names, matches, strict=True), 1):
        column = match.column.name if match.column else None
        reading.headers.append(HeaderRecord(position, name, column, reading.place(sheet)))
    for name in unknown:
        if name not in reading.unknown_headers:
            reading.unknown_headers.append(name)
        if contract.drift.columns == "discard_value":
            reading.note(f"列“{name}”不在契约中, 其内容未取")


def _unique(names: Sequence[str], matches: list[Match], contract: Contract) -> list[str | None]:
    found: list[str | None] = []
    for position, (name, match) in enumerate(zip(names, matches, strict=True), 1):
        one = match.column.name if match.column else wanted_name(name, position, contract)
        is_taken = match.column is None and one is not None and (one in found or one in contract.columns)
        found.append(f"{one} (第 {position} 列)" if is_taken else one)
    return found


def wanted_name(header: str, position: int, contract: Contract) -> str | None:
    """How an unknown column is called in a block; None when its values are left out.

    A column without a header is wanted too: only its cells show whether something would be lost.
    """
    if contract.drift.columns == "discard_value":
        return None
    return header.strip() if normal_header(header) else f"第 {position} 列"


class _Judge:
    """Refusals of one header, with where it stands."""

    def __init__(self, contract: Contract, reading: Reading, line: int, sheet: str | None) -> None:
        self._contract, self._reading, self._line, self._sheet = contract, reading, line, sheet

    def refused(self, rule: str, message: str, action: str, column: str) -> FileRefused:
        file = self._reading.file_name
        return FileRefused(rule, message, action=action, file=file, sheet=self._sheet, line=self._line, column=column)

    def nothing_doubled(self, names: Sequence[str], matches: list[Match]) -> None:
        for column in self._contract.columns.values():
            positions = [i for i, match in enumerate(matches) if match.column is column]
            if len(positions) > 1:
                name = names[positions[1]]
                raise self.refused(
                    "file.column_doubled", f"表头“{name}”出现 {len(positions)} 次", "删去重复的列后重报", name
                )

    def nothing_missing(self, matches: list[Match], unknown: list[str], matcher: HeaderMatcher) -> None:
        found = {match.column.name for match in matches if match.column}
        for column in self._contract.columns.values():
            if column.name not in found and not column.optional:
                raise self._missing(column, unknown, matcher)

    def _missing(self, column: Column, unknown: list[str], matcher: HeaderMatcher) -> FileRefused:
        dated = next((name for name in unknown if matcher.column_at_other_dates(name) is column), None)
        if dated:
            valid = next(header for header in column.headers if header_key(header.text) == header_key(dated))
            today = [header.text for header in column.headers if header.is_valid_on(self._reading.period_end)]
            return self.refused(
                "file.header_out_of_date",
                f"列名“{dated}”只用于 {valid.since or '最初'} 至 {valid.until or '今后'} 的账期,"
                f" 本期 ({self._reading.period_end}) 应为“{'”或“'.join(today) or column.zh}”",
                "按本期的列名改表头后重报; 确属本期写法的, 先在契约 headers 中改起止日期",
                dated,
            )
        near = difflib.get_close_matches(column.header, unknown, 1, 0.4) or unknown[:1]
        hint = f"; 文件中有未知列“{near[0]}”, 是否改名?" if near else ""
        return self.refused(
            "file.column_missing",
            f"缺少列“{column.header}”({column.name}){hint}",
            "按契约的表头改回列名后重报; 确需改名的, 请先在契约 headers 中登记新写法",
            column.header,
        )

    def unit(self, name: str, match: Match) -> None:
        """Notes the unit that a header carries; raises FileRefused when it cannot be converted into the column's."""
        column, unit = match.column, match.unit
        if column is None or unit is None:
            return
        expected = column.unit
        if unit not in UNITS and expected is None:
            raise self.refused(
                "file.column_missing",
                f"缺少列“{column.header}”({column.name}); 文件中有列“{name}”, 括号里的“{unit}”不是计量单位, 是否改名?",
                "按契约的表头改回列名后重报; 确需改名的, 请先在契约 headers 中登记新写法",
                name,
            )
        if unit not in UNITS or expected is None:
            known = f"契约的单位是{expected}" if expected else "契约没有写明该列的单位"
            raise self.refused(
                "file.unit_unknown",
                f"表头“{name}”的单位“{unit}”无法换算, {known}",
                "改用契约的单位和表头后重报; 确需用该单位的, 先在契约中登记",
                name,
            )
        if UNITS[unit].quantity != UNITS[expected].quantity:
            raise self.refused(
                "file.unit_mismatch",
                f"表头“{name}”的单位“{unit}”与契约的“{expected}”不是同一种量",
                "核对该列内容, 按契约的单位填写后重报",
                name,
            )
        if self._reading.units.setdefault(column.name, unit) != unit:
            raise self.refused(
                "file.unit_mismatch",
                f"该列在别的工作表以“{self._reading.units[column.name]}”为单位, 这里是“{unit}”",
                "各工作表用同一单位后重报",
                name,
            )
