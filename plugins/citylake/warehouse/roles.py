"""Two files from one build: operators get every published table, analysts get them without personal identifiers.

What is personal is decided by the contracts (`level: 4` in columns.yml) and found in three ways: by the name of a
column, by the tables that carry delivered values as text, and by the shape of values in free text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from citylake.contracts import Contracts
from citylake.warehouse.dbt_runner import DATABASE
from citylake.warehouse.tables import SCHEMAS, Table, name, published_tables, text

PERSONAL_LEVEL = 4
# 18-character resident ID with a possible birth date, and a mainland mobile number, apart from letters and digits.
RESIDENT_ID = r"[1-9][0-9]{5}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
_MOBILE = r"1[3-9][0-9]{9}"
PERSONAL_TEXT = rf"(?:\b|_)(?:{RESIDENT_ID}|{_MOBILE})(?:\b|_)"
MASK = "******"
# Business numbers often look like a resident ID by chance: judged by their name, and by check digits in the audit.
_NUMBERS = ("_id", "_no", "_code", "_key", "_sha256")
_NOT_PERSONAL = ("_dataset_id", "_department", "_count", "_source", "_rule")
_FLAGS = ("is_", "has_")

# Delivered values, keys, and what people wrote by hand: no pattern finds every name in them.
_NEVER_FOR_ANALYSTS = {
    "quality.fct_quarantined_rows": ("raw_value", "raw_row"),
    "quality.fct_correction_requests": ("dispute_reason",),
    "quality.fct_correction_events": ("actor", "reason"),
    "quality.fct_manual_corrections": (
        "row_key",
        "expected_value",
        "found_value",
        "new_value",
        "reason",
        "decided_by",
    ),
    "quality.fct_match_reviews": ("evidence", "decided_by", "decision_reason"),
    "quality.fct_conflict_decisions": ("decided_value", "value_now", "decided_by", "decision_reason"),
}
# Stalls and farm households often bear the name of the person who runs them: a table that knows says so by row.
_NAMED_AFTER_PERSON = "is_named_after_person"
_NAMES = ("_name", "_names")
# As short as this, a losing name may be a person's.
_SHORT_NAME = 4
# Values of many attributes in one column: those of persons, and names of persons, stay with operators.
_VALUES = {
    "quality.fct_attribute_conflicts": ("winner_value", "loser_value"),
    "quality.fct_conflict_statements": ("stated_value", "compared_value"),
    "base.fct_attribute_history": ("value",),
}
_STEWARDS_WORDS = ("quality.fct_deliveries", "quality.fct_outcomes")
_STEWARDS_REASONS = "'delivery.released', 'delivery.withdrawn'"

# What a build is called while it is read: dbt's views name their tables by the name of the database file.
_SOURCE = Path(DATABASE).stem
MODELS = "quality.dim_models"
_MODELS_COMMENT = (
    "模型与血缘 / How each table was made: its SQL as it ran and what it depends on. One row per dbt model or seed."
)
_MODELS = {
    "unique_id": "dbt 唯一编号 / dbt's unique id",
    "model_name": "模型名称 / name of the model",
    "schema_name": "模式 / schema the model was built in",
    "table_name": "表名 / table the model was built as",
    "path": "项目内路径 / file in the dbt project",
    "description": "说明 / description",
    "compiled_sql": "实际执行的 SQL / the SQL as it ran; empty for seeds",
    "depends_on": "上游 (JSON 数组) / unique ids it reads from, as a JSON array",
}


def personal_columns(contracts: Contracts) -> set[str]:
    """Names of the columns that identify a person, by the contracts."""
    return {
        column.name
        for contract in contracts.datasets.values()
        for column in contract.columns.values()
        if column.level >= PERSONAL_LEVEL
    }


def is_personal(column: str, personal: set[str]) -> bool:
    """Whether a column carries a personal identifier: `phone`, `current_resident_id`, `phone_raw`, not `has_phone`."""
    if column.startswith(_FLAGS) or column.endswith(_NOT_PERSONAL):
        return False
    return any(column == one or column.endswith(f"_{one}") or column.startswith(f"{one}_") for one in personal)


def masked(words: str) -> str:
    """Words without the resident IDs and mobile numbers in them."""
    return re.sub(PERSONAL_TEXT, MASK, words)


def write_operator_file(build: Path, target: Path, models: Sequence[Sequence[object]]) -> None:
    """Copies the published schemas of a build, comments included, into a new file. Views become tables.

    `models`: the rows of `quality.dim_models`, which tells readers how every table came about.
    """
    with _copying(build, target) as connection:
        for table in published_tables(connection, _SOURCE):
            columns = {column: name(column) for column in table.columns}
            _copy(connection, table, columns, table.comments)
        connection.execute(f"create table target.{MODELS} ({', '.join(f'{column} varchar' for column in _MODELS)})")
        connection.executemany(f"insert into target.{MODELS} values ({', '.join('?' * len(_MODELS))})", models)
        connection.execute(f"comment on table target.{MODELS} is {text(_MODELS_COMMENT)}")
        for column, comment in _MODELS.items():
            connection.execute(f"comment on column target.{MODELS}.{column} is {text(comment)}")


def write_analyst_file(operator: Path, target: Path, personal: set[str]) -> None:
    """Copies an operator file without personal columns, and with personal values in text masked or left out."""
    with _copying(operator, target) as connection:
        for table in published_tables(connection, _SOURCE):
            kept = {column: kind for column, kind in table.columns.items() if not is_personal(column, personal)}
            if not kept:
                continue
            columns = {column: _analyst_value(table, column, kind, personal) for column, kind in kept.items()}
            _copy(connection, table, columns, table.comments)


def _analyst_value(table: Table, column: str, kind: str, personal: set[str]) -> str:
    if column in _NEVER_FOR_ANALYSTS.get(table.name, ()):
        return "null::varchar"
    if column == "message" and table.name in _STEWARDS_WORDS:
        told = f"regexp_replace({name(column)}, {text(PERSONAL_TEXT)}, {text(MASK)}, 'g')"
        return f"case when reason_code in ({_STEWARDS_REASONS}) then null else {told} end"
    if column in _VALUES.get(table.name, ()):
        listed = ", ".join(text(one) for one in sorted(personal))
        is_named = f"(attribute = 'entity_name' and length({name(column)}) <= {_SHORT_NAME})"
        is_open = f"entity_type <> 'person' and attribute not in ({listed}) and not {is_named}"
        return f"case when {is_open} then {name(column)} end"
    if _NAMED_AFTER_PERSON in table.columns and column.endswith(_NAMES):
        return f"case when not {_NAMED_AFTER_PERSON} then {name(column)} end"
    if kind == "VARCHAR" and not column.endswith(_NUMBERS):
        return f"regexp_replace({name(column)}, {text(PERSONAL_TEXT)}, {text(MASK)}, 'g')"
    return name(column)


@contextmanager
def _copying(source: Path, target: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """One transaction from an existing file into a new one: a commit for each comment would cost a disk sync each."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {text(str(source))} as {_SOURCE} (read_only)")
        connection.execute(f"attach {text(str(target))} as target")
        connection.begin()
        for schema in SCHEMAS:
            connection.execute(f"create schema target.{schema}")
        yield connection
        connection.commit()
        connection.execute("detach target")


def _copy(
    connection: duckdb.DuckDBPyConnection, table: Table, columns: Mapping[str, str], comments: Mapping[str, str | None]
) -> None:
    listed = ", ".join(f"{value} as {name(column)}" for column, value in columns.items())
    connection.execute(f"create table target.{table.quoted} as select {listed} from {_SOURCE}.{table.quoted}")
    if table.comment:
        connection.execute(f"comment on table target.{table.quoted} is {text(table.comment)}")
    for column in columns:
        if comment := comments[column]:
            connection.execute(f"comment on column target.{table.quoted}.{name(column)} is {text(comment)}")


def personal_findings(analyst: Path, personal: set[str]) -> list[str]:
    """What must never be in an analyst's file: personal columns, text that holds identifiers, columns full of them."""
    found = []
    with duckdb.connect(str(analyst), read_only=True) as connection:
        for table in published_tables(connection):
            found += [f"{table.name}.{column}" for column in table.columns if is_personal(column, personal)]
            for column, kind in table.columns.items():
                if kind == "VARCHAR" and (reason := _finding(connection, table, column)):
                    found.append(f"{table.name}.{column}: {reason}")
    return found


def _finding(connection: duckdb.DuckDBPyConnection, table: Table, column: str) -> str | None:
    if not column.endswith(_NUMBERS):
        query = f"select count(*) from {table.quoted} where regexp_matches({name(column)}, {text(PERSONAL_TEXT)})"
        hits = (connection.execute(query).fetchone() or [0])[0]
        return f"{hits} 处身份证号或手机号 identifiers in text" if hits else None
    # One number in eleven passes the check by chance; where most of a column do, it holds resident IDs.
    query = f"""
        with numbers as (
            select upper({name(column)}) as number
            from {table.quoted}
            where regexp_full_match({name(column)}, {text(RESIDENT_ID)})
            limit 1000
        )
        select count(*), count(*) filter (where {_CHECK_DIGIT} = number[18]) from numbers"""
    matching, valid = connection.execute(query).fetchone() or (0, 0)
    return "整列为身份证号 resident IDs under another name" if matching >= 5 and valid > 0.5 * matching else None


# GB 11643: the weighted sum of the first 17 digits modulo 11 picks the 18th character.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SUM = " + ".join(f"{weight} * number[{place}]::integer" for place, weight in enumerate(_WEIGHTS, 1))
_CHECK_DIGIT = f"('10X98765432')[({_SUM}) % 11 + 1]"
