"""Reads the published tables for the reports: names the columns it needs, and says all that are missing at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from citylake.errors import NothingPublished

Row = dict[str, Any]


class ReportInputIncomplete(NothingPublished):
    """The published database lacks tables or columns that a report needs. Fact: `missing`, as `schema.table.column`."""

    def __init__(self, database: Path, missing: list[str]) -> None:
        super().__init__(
            f"{database.name} 缺少报告所需的表或列: {', '.join(missing)}",
            action="检查 dbt 模型后重新运行 citylake build, citylake publish; 上一版报告保持不变",
        )
        self.database = database
        self.missing = missing


@dataclass(frozen=True)
class Wanted:
    """A published table: `required` columns must be there, `optional` ones read as NULL when they are not."""

    table: str
    required: str
    optional: str = ""

    @property
    def columns(self) -> list[str]:
        return [*self.required.split(), *self.optional.split()]


INDICATORS = Wanted(
    "kpi.dim_indicators",
    "indicator_no indicator_name_zh unit direction target_type baseline_year baseline_value"
    " responsible_unit definition_status",
    "domain_zh baseline_source baseline_note numerator_zh denominator_zh datasets_zh scope_note",
)
TARGETS = Wanted("kpi.dim_targets", "indicator_no milestone_year target_value")
CLASSES = Wanted("kpi.dim_progress_classes", "progress_class meaning_zh")
VALUES = Wanted(
    "kpi.fct_indicator_values",
    "indicator_no region_code period numerator denominator value source vintage definition_version expected_deliveries"
    " present_deliveries rejected_share is_held_back held_reason",
    "is_comparable note",
)
PROGRESS = Wanted(
    "kpi.fct_indicator_progress",
    "indicator_no region_code period milestone_year target_value value completion elapsed schedule_index progress_class"
    " reason required_yearly_change forecast_value forecast_low forecast_high statcan_ratio unsd_ratio escap_csi"
    " destatis_symbol",
    "assessed_period is_final scheduled_value statcan_class unsd_class statcan_reason"
    " unsd_reason escap_reason destatis_reason",
)
STATUS = Wanted(
    "kpi.fct_indicator_status",
    "indicator_no region_code period value source vintage milestone_year progress_class reason schedule_index"
    " worst_milestone_year worst_progress_class evidence_grade missing_datasets_zh",
    "scheduled_value value_a_year_before baseline_value baseline_time baseline_kind held_period"
    " held_reason evidence_note note",
)
RESTATEMENTS = Wanted(
    "kpi.fct_restatements",
    "indicator_no region_code period before_value after_value cause delivery_id build_id published_at",
)
PROJECTS = Wanted(
    "kpi.dim_projects",
    "project_no project_name responsible_units schedule_from schedule_to",
    "chapter_zh construction_type schedule",
)
PROJECT_PROGRESS = Wanted("kpi.fct_project_progress", "project_no", "period state_zh note_zh")
REGIONS = Wanted("kpi.dim_regions", "region_code region_name_zh region_level")
PLANS = Wanted("kpi.dim_plans", "plan_title_zh city_name_zh from_year to_year")
CALENDAR = Wanted(
    "quality.fct_delivery_calendar",
    "dataset_id department_zh business_period due_at delivery_state",
    "dataset_zh",
)
CORRECTIONS = Wanted(
    "quality.fct_correction_requests",
    "request_id dataset_id department_zh opened_at due_at status rows_open",
)
DELIVERIES = Wanted("quality.fct_deliveries", "delivery_id department_zh status rows_accepted rows_rejected")
QUARANTINE = Wanted("quality.fct_quarantined_rows", "reason_code status")
REQUIRED_TABLES = (
    INDICATORS,
    TARGETS,
    CLASSES,
    VALUES,
    PROGRESS,
    STATUS,
    RESTATEMENTS,
    PROJECTS,
    REGIONS,
    PLANS,
    CALENDAR,
    CORRECTIONS,
    DELIVERIES,
    QUARANTINE,
)


class Source:
    """A published database opened for reading. Rows come back as dicts, in the order asked for."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, database: Path) -> None:
        self._connection = connection
        found: dict[str, set[str]] = {}
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns()"
        ).fetchall():
            found.setdefault(f"{schema}.{table}", set()).add(column)
        self._found = found
        missing = [
            f"{wanted.table}.{column}"
            for wanted in REQUIRED_TABLES
            for column in wanted.required.split()
            if column not in found.get(wanted.table, set())
        ]
        if missing:
            raise ReportInputIncomplete(database, missing)

    def has(self, wanted: Wanted) -> bool:
        return wanted.table in self._found

    def columns(self, wanted: Wanted) -> set[str]:
        return self._found.get(wanted.table, set())

    def rows(self, wanted: Wanted, order: str, where: str = "true", parameters: list[Any] | None = None) -> list[Row]:
        """All wanted columns of the rows that `where` keeps; optional columns that do not exist come as None."""
        found = self.columns(wanted)
        chosen = ", ".join(column if column in found else f"null as {column}" for column in wanted.columns)
        return self.query(f"select {chosen} from {wanted.table} where {where} order by {order}", parameters)

    def query(self, sql: str, parameters: list[Any] | None = None) -> list[Row]:
        cursor = self._connection.execute(sql, parameters or [])
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@contextmanager
def opened(database: Path) -> Iterator[Source]:
    """The database, read-only, closed afterwards. Raises ReportInputIncomplete."""
    connection = duckdb.connect(str(database), read_only=True)
    try:
        yield Source(connection, database)
    finally:
        connection.close()
