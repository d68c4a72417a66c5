"""Which sheets of a workbook are read, and what becomes of the others."""

from __future__ import annotations

from dataclasses import dataclass

from citylake.contracts import Contract
from citylake.contracts.model import ALL_SHEETS
from citylake.errors import FileRefused
from citylake.staging.reading.block import Reading


@dataclass(frozen=True)
class Choice:
    """Sheets to be read in their order; those of `foreign` are outside the contract and only accounted for."""

    names: list[str]
    foreign: frozenset[str]


def choose(sheets: list[tuple[str, bool]], contract: Contract, reading: Reading) -> Choice:
    """Chooses by the contract's `form.sheet`; `sheets` are names with whether they can be seen.

    A hidden sheet is read only where the contract names it and is noted in any case, as is each sheet left out. Raises
    FileRefused when a named sheet is missing, or when there is one too many and tables are frozen.
    """
    wanted, names = contract.form.sheet, [name for name, _ in sheets]
    visible = [name for name, is_visible in sheets if is_visible]
    if wanted is None or wanted == ALL_SHEETS:
        chosen, foreign = visible[:1] if wanted is None else visible, []
    else:
        named = [wanted] if isinstance(wanted, str) else wanted
        if missing := [name for name in named if name not in names]:
            raise _missing(missing[0], names, reading)
        # One named sheet may have company (a cover, an explanation); a list of sheets is the whole workbook.
        foreign = [] if isinstance(wanted, str) else [name for name in visible if name not in named]
        chosen = [name for name in names if name in named or name in foreign]
    for name, is_visible in sheets:
        if not is_visible:
            reading.note(f"隐藏的工作表“{name}”" + ("按契约读取" if name in chosen else "没有读取"))
        elif name not in chosen:
            reading.note(f"工作表“{name}”不是契约所指, 没有读取")
    if foreign and contract.drift.table == "freeze":
        raise FileRefused(
            "file.sheet_unknown",
            f"契约中没有工作表“{foreign[0]}”",
            action="删去该工作表, 或先在契约中登记",
            file=reading.file_name,
            sheet=foreign[0],
        )
    if not chosen:
        raise _missing("(任何可见的工作表)", names, reading)
    return Choice(chosen, frozenset(foreign))


def _missing(name: str, names: list[str], reading: Reading) -> FileRefused:
    return FileRefused(
        "file.sheet_missing",
        f"没有工作表“{name}”, 只有: {'、'.join(names)}",
        action="将数据所在工作表改回契约名称后重报",
        file=reading.file_name,
    )
