"""Planted faults: how many of each kind were caught, and how many sound rows and files were accused."""

from __future__ import annotations

from collections.abc import Iterator

from citylake.accuracy import asked
from citylake.accuracy.city import City
from citylake.accuracy.judging import OF_FILES
from citylake.accuracy.model import Example, FaultKind, Figure

_SHOWN_EXAMPLES = 40

_KINDS = """
select
    planted.kind,
    planted.expected,
    planted.reason,
    count(*),
    count(*) filter (where judged.is_hidden),
    count(*) filter (where judged.is_caught and not judged.is_hidden),
    count(*) filter (where judged.is_caught and not judged.is_hidden and judged.is_other_reason)
from truth_faults as planted
inner join judged using (fault_no)
group by all
order by all
"""


def fault_kinds(city: City) -> list[FaultKind]:
    return [
        FaultKind(str(kind), str(expected), str(reason or ""), *(int(str(one)) for one in counts))
        for kind, expected, reason, *counts in city.rows(_KINDS)
    ]


def fault_figures(city: City) -> Iterator[Figure]:
    """The share caught of what must be kept out, of what must be asked about, and the share of the sound accused."""
    for subject, expected in (
        ("files", OF_FILES),
        ("rows to set aside", ("rejected", "left_out")),
        ("rows to flag, review or part", ("flagged", "review", "settled", "unlinked")),
    ):
        caught, seen = city.counts(
            "select count(*) filter (where judged.is_caught), count(*) from judged inner join truth_faults"
            f" using (fault_no) where expected in {expected} and not judged.is_hidden"
        )
        yield Figure("faults", subject, "caught", caught, seen, asked.CAUGHT)
    (rejected,) = city.counts(
        "select count(*) from judged inner join truth_faults using (fault_no)"
        " where expected = 'rejected' and not judged.is_hidden"
    )
    accused, rows = city.counts(
        "select (select count(*) from accused_rows), sum(rows_accepted + rows_rejected)"
        " from quality.fct_deliveries where status = 'accepted'"
    )
    yield Figure("faults", "clean rows", "accused", accused, rows - rejected, asked.ACCUSED_AT_MOST, is_at_most=True)
    accused, files = city.counts("select (select count(*) from accused_files), count(*) from quality.fct_deliveries")
    yield Figure("faults", "sound files", "accused", accused, files, asked.ACCUSED_AT_MOST, is_at_most=True)


def examples(city: City) -> list[Example]:
    """The first misses and false accusations of each kind, to be looked up with `citylake quarantine show`."""
    found = city.rows(
        f"""
        with

        told as (
            select
                'missed' as what, kind, dataset_id, file, sheet, line, "column" as column_name, reason
            from truth_faults
            inner join judged using (fault_no)
            where not judged.is_hidden and not judged.is_caught
            union all
            select 'accused', 'row', dataset_id, file_name, sheet, line_number, column_name, reasons[1]
            from accused_rows
            union all
            select 'accused', status, dataset_id, file_name, null, null, null, reason_code from accused_files
        )

        select * from told
        qualify row_number() over (partition by what, kind, dataset_id order by file, line) <= 3
        order by what desc, kind, dataset_id, file, line
        limit {_SHOWN_EXAMPLES}
        """
    )
    return [
        Example(
            str(what),
            str(kind),
            str(dataset or ""),
            str(file),
            _or_none(sheet),
            _line(line),
            _or_none(column),
            _or_none(reason),
        )
        for what, kind, dataset, file, sheet, line, column, reason in found
    ]


def _or_none(value: object) -> str | None:
    return str(value) if value else None


def _line(value: object) -> int | None:
    return None if value is None else int(str(value))
