"""The published tables: what users hold on to, and what a database file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

SCHEMAS = ("base", "marts", "kpi", "quality")
_WORKING = "int_"  # a model's intermediate steps stay in the build

# Tables and columns that other programs build on. Adding is free; taking away needs a line in CHANGELOG.md.
REQUIRED = {
    "quality.fct_deliveries": """
        delivery_id dataset_id department_zh business_period revision_no delivery_kind file_name file_sha256
        size_bytes received_at due_at is_late contract_version status rows_in_file rows_accepted
        rows_rejected rows_not_records""",
    "quality.fct_outcomes": "delivery_id step status started_at finished_at reason_code message",
    "quality.fct_quarantined_rows": """
        delivery_id dataset_id file_name sheet_name line_number column_name raw_value raw_row reason_code
        first_seen_at last_seen_at status""",
    "quality.fct_correction_requests": """
        request_id dataset_id department_zh opened_at due_at status rows_open closed_by_delivery_id""",
    "quality.fct_attribute_conflicts": """
        conflict_id entity_type entity_id attribute winner_department winner_dataset_id winner_value winner_rule
        loser_department loser_dataset_id loser_value changed_on status""",
    "quality.fct_conflict_statements": """
        conflict_id entity_type entity_id attribute dataset_id department_zh stated_value compared_value
        changed_on authority_rank is_winner is_contrary winner_rule""",
    "quality.fct_conflict_decisions": """
        conflict_id current_conflict_id decision_id entity_type entity_id current_entity_id attribute dataset_id
        decided_value value_now status decided_at decided_by decision_reason""",
    "quality.fct_match_reviews": """
        review_id entity_type kind dataset_id delivery_id file_name sheet_name line_number role subject_id
        candidate_id score reason_zh evidence status decision decided_at decided_by decision_reason""",
    "quality.fct_conflict_counts": """
        entity_type attribute winner_department winner_dataset_id loser_department loser_dataset_id conflict_count
        entity_count""",
    "base.dim_persons": "person_id valid_from valid_to source_count",
    "base.dim_legal_entities": "legal_entity_id valid_from valid_to source_count",
    "base.dim_certificates": "certificate_id valid_from valid_to source_count",
    "base.dim_credit_subjects": "credit_subject_id valid_from valid_to source_count",
    "base.dim_places": "place_id valid_from valid_to source_count",
    "base.fct_macro_series": "",
    "base.fct_entity_links": """
        entity_type entity_id dataset_id delivery_id file_name sheet_name line_number role match_rule match_score""",
    "base.fct_entity_id_changes": "entity_type former_id entity_id change_kind delivery_id changed_on",
    "kpi.dim_indicators": """
        indicator_no indicator_name_zh unit direction target_type baseline_year baseline_value target_2023
        target_2025 responsible_unit definition_status""",
    "kpi.fct_indicator_values": """
        indicator_no region_code period numerator denominator value unit source vintage definition_version
        expected_deliveries present_deliveries rejected_share is_held_back held_reason""",
    "kpi.fct_indicator_progress": """
        indicator_no region_code period milestone_year target_value value completion elapsed schedule_index
        progress_class reason required_yearly_change forecast_value forecast_low forecast_high statcan_ratio
        unsd_ratio escap_csi destatis_symbol""",
    "kpi.fct_restatements": """
        indicator_no region_code period before_value after_value cause delivery_id build_id published_at""",
    "kpi.dim_projects": "project_no project_name responsible_units schedule_from schedule_to",
    "kpi.fct_project_progress": "project_no period",
}


@dataclass(frozen=True)
class Table:
    """A table or view of a database. `columns`: name -> type; `comments`: column name -> comment."""

    schema: str
    table: str
    comment: str | None
    columns: dict[str, str]
    comments: dict[str, str | None]

    @property
    def name(self) -> str:
        return f"{self.schema}.{self.table}"

    @property
    def quoted(self) -> str:
        return f'"{self.schema}"."{self.table}"'


def published_tables(connection: duckdb.DuckDBPyConnection, database: str | None = None) -> list[Table]:
    """The tables and views of the published schemas, in order; of the current database unless another is named."""
    if database is None:
        database = str((connection.execute("select current_database()").fetchone() or [""])[0])
    columns = connection.execute(
        """
        select schema_name, table_name, column_name, data_type, comment
        from duckdb_columns()
        where database_name = ? and list_contains(?, schema_name) and not starts_with(table_name, ?)
        order by schema_name, table_name, column_index
        """,
        [database, list(SCHEMAS), _WORKING],
    ).fetchall()
    comments = connection.execute(
        """
        select schema_name, table_name, comment from duckdb_tables() where database_name = ?
        union all by name
        select schema_name, view_name as table_name, comment from duckdb_views() where database_name = ?
        """,
        [database, database],
    ).fetchall()
    said = {(schema, table): comment for schema, table, comment in comments}
    found: dict[tuple[str, str], Table] = {}
    for schema, table, column, kind, comment in columns:
        entry = found.setdefault((schema, table), Table(schema, table, said.get((schema, table)), {}, {}))
        entry.columns[column] = kind
        entry.comments[column] = comment
    return list(found.values())


def text(value: str) -> str:
    """A string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name(identifier: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def create_table(
    connection: duckdb.DuckDBPyConnection, name: str, columns: dict[str, str], rows: Sequence[Sequence[object]]
) -> None:
    """A small table of schema `lake`, filled in one statement: one list parameter per column, unnested together."""
    connection.execute(
        f"create table lake.{name} ({', '.join(f'{column} {kind}' for column, kind in columns.items())})"
    )
    if rows:
        lists = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        connection.execute(
            f"insert into lake.{name} select {lists}", [list(values) for values in zip(*rows, strict=True)]
        )
