"""Looks through every text of a published file at once: one pass over each table, whatever the number of columns."""

from __future__ import annotations

from pathlib import Path

import duckdb

_COLUMNS = """
    select schema_name || '.' || table_name, list(column_name) from duckdb_columns()
    where data_type = 'VARCHAR' and schema_name in ('base', 'marts', 'kpi', 'quality') group by 1"""


def columns_where(database: Path, rule: str) -> tuple[int, list[str]]:
    """How many columns of text there are, and those (`schema.table.column`) of which `rule` selects a row.

    :param rule: a select of `place` from `texts (place, said)`: a column's name and one of its values
    """
    found = []
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(_COLUMNS).fetchall()
        for table, columns in tables:
            listed = ", ".join(f'"{column}"' for column in columns)
            texts = f"from (unpivot (select {listed} from {table}) on columns(*) into name place value said)"
            places = connection.execute(f"with texts as ({texts}) select distinct place from ({rule})").fetchall()
            found += [f"{table}.{place}" for (place,) in places]
    return sum(len(columns) for _, columns in tables), found
