"""Why this number: from a value to its SQL, the rows behind it, their files and lines, and what was left out.

Everything is read from the published version alone, under the limits of `query.py`: the lineage that dbt knew at the
build stands in `quality.dim_models`, and the tables that count carry `delivery_id` and `line_number`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from citylake.contracts import load_contracts
from citylake.settings import Settings, get_settings
from citylake.warehouse.errors import IndicatorUnknown, IndicatorWithoutData
from citylake.warehouse.query import connect
from citylake.warehouse.tables import Table, name, published_tables
from citylake.warehouse.versions import Role, current_version

Row = dict[str, Any]
_SOURCE = "source.citylake.lake."
_PUBLISHED_MODEL = "published_indicator_values"


@dataclass(frozen=True)
class Model:
    """A model behind the value: where it lies in the project, and its SQL as it ran."""

    name: str
    path: str
    compiled_sql: str


@dataclass(frozen=True)
class EvidenceTable:
    """A table the value is counted from. `rows`: a sample of the matching rows, each with its place of origin."""

    table: str
    matching_rows: int
    rows: list[Row]


@dataclass(frozen=True)
class Why:
    """The whole way back. Rows are dictionaries by column name.

    `value`: the row of kpi.fct_indicator_values; `models`: the indicator's model first, then what it stands on;
    `deliveries`: every delivery whose rows could count, newest period first; `left_out`: rejected rows by dataset,
    reason and column, and deliveries that did not count, with their reason.
    """

    build_id: str
    indicator: Row
    value: Row
    other_values: list[Row]
    models: list[Model]
    evidence: list[EvidenceTable]
    deliveries: list[Row]
    left_out: list[Row]
    restatements: list[Row]


def why(
    indicator_no: int,
    region: str | None = None,
    period: str | None = None,
    rows: int = 10,
    role: Role = "analyst",
    settings: Settings | None = None,
) -> Why:
    """Explains one value: the newest one of the whole city unless region and period say otherwise.

    Raises NothingYetPublished, IndicatorUnknown (naming the regions and periods there are).
    """
    settings = settings or get_settings()
    version = current_version(settings)
    file = version.analyst_file if role == "analyst" else version.operator_file
    with connect(file, settings) as connection:
        indicator = _indicator(connection, indicator_no)
        values = _values(connection, indicator_no, region, period)
        value = values[0]
        lineage = _Lineage(connection, value)
        sheets = {one.dataset: one.form.only_sheet for one in load_contracts(settings.contracts).datasets.values()}
        return Why(
            version.build_id,
            indicator,
            value,
            values[1:],
            lineage.models,
            [_evidence(connection, table, value, region, rows, sheets) for table in lineage.tables],
            _deliveries(connection, lineage.datasets),
            _left_out(connection, lineage.datasets),
            _restatements(connection, value),
        )


def _fetch(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[Row]:
    cursor = connection.execute(sql, list(values))
    columns = [column[0] for column in cursor.description or []]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _indicator(connection: duckdb.DuckDBPyConnection, indicator_no: int) -> Row:
    known = _fetch(connection, "select * from kpi.dim_indicators order by indicator_no")
    for row in known:
        if row["indicator_no"] == indicator_no:
            return row
    raise IndicatorUnknown(
        f"指标 {indicator_no}", [f"{row['indicator_no']} {row['indicator_name_zh']}" for row in known]
    )


def _values(
    connection: duckdb.DuckDBPyConnection, indicator_no: int, region: str | None, period: str | None
) -> list[Row]:
    """Values of one indicator, region and period: the city's and the newest first where they are not given."""
    found = _fetch(
        connection,
        """
        select * from kpi.fct_indicator_values where indicator_no = ?
        order by substr(period, 1, 4) desc, period desc, region_code, source, vintage desc
        """,
        [indicator_no],
    )
    if not found:
        raise IndicatorWithoutData(indicator_no, _missing(connection, indicator_no))
    regions = sorted({row["region_code"] for row in found})
    region = region or regions[0]  # the city's own code comes before those of its districts
    there = [row for row in found if row["region_code"] == region]
    if not there:
        raise IndicatorUnknown(f"指标 {indicator_no} 在区域 {region} 的数值", regions)
    period = period or there[0]["period"]
    chosen = [row for row in there if row["period"] == period]
    if not chosen:
        raise IndicatorUnknown(f"指标 {indicator_no} 在 {period} 的数值", sorted({row["period"] for row in there}))
    return chosen


def _missing(connection: duckdb.DuckDBPyConnection, indicator_no: int) -> str:
    """The datasets that an indicator waits for, as the status table names them."""
    sql = "select missing_datasets_zh from kpi.fct_indicator_status where indicator_no = ?"
    return next((row["missing_datasets_zh"] for row in _fetch(connection, sql, [indicator_no])), None) or "未登记"


class _Lineage:
    """The models, tables and datasets behind a value, by walking up from its model."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, value: Row) -> None:
        nodes = {row["unique_id"]: row for row in _fetch(connection, "select * from quality.dim_models")}
        published = {table.name: table for table in published_tables(connection)}
        is_own = _own_model(value)
        queue = [key for key, row in nodes.items() if is_own(row["model_name"])]
        seen: list[str] = []
        self.tables: list[Table] = []
        self.datasets: list[str] = []
        while queue:
            key = queue.pop(0)
            if key in seen:
                continue
            seen.append(key)
            if key.startswith(_SOURCE):
                self.datasets.append(key.removeprefix(_SOURCE))
            elif node := nodes.get(key):
                queue += json.loads(node["depends_on"])
                table = published.get(f"{node['schema_name']}.{node['table_name']}")
                if table and {"delivery_id", "line_number"} <= table.columns.keys():
                    self.tables.append(table)
        known = {
            row["dataset_id"] for row in _fetch(connection, "select distinct dataset_id from quality.fct_deliveries")
        }
        self.datasets = sorted(known.intersection(self.datasets))
        self.models = [
            Model(nodes[key]["model_name"], nodes[key]["path"], nodes[key]["compiled_sql"])
            for key in seen
            if key in nodes and nodes[key]["compiled_sql"]
        ]


def _own_model(value: Row) -> Callable[[str], bool]:
    if value["source"] == "published":
        return lambda model: model == _PUBLISHED_MODEL
    start = f"indicator_{value['indicator_no']:02d}_"
    return lambda model: model.startswith(start)


def _evidence(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    value: Row,
    region: str | None,
    rows: int,
    sheets: dict[str, str | None],
) -> EvidenceTable:
    """Rows of one table that belong to the value, with file, sheet and line from the delivery that brought them."""
    narrowing: Row = {
        column: value[column] for column in ("indicator_no", "period", "vintage") if column in table.columns
    }
    if region and "region_code" in table.columns:
        narrowing["region_code"] = region
    where = " and ".join([f"t.{name(column)} is not distinct from ?" for column in narrowing] or ["true"])
    counted = _fetch(connection, f"select count(*) as n from {table.quoted} as t where {where}", [*narrowing.values()])
    kept = [f"t.{name(column)}" for column in table.columns if column not in ("dataset_id", "sheet_name", "file_name")]
    sample = _fetch(
        connection,
        f"""
        with sample as (
            select * from {table.quoted} as t where {where} order by delivery_id, line_number limit ?
        )
        select {", ".join(kept)}, d.department_zh, d.dataset_id, d.business_period, d.file_name,
            any_value(l.sheet_name) as sheet_name, any_value(l.entity_type) as entity_type,
            any_value(l.entity_id) as entity_id, any_value(l.match_rule) as match_rule
        from sample as t
        left join quality.fct_deliveries as d using (delivery_id)
        left join base.fct_entity_links as l on t.delivery_id = l.delivery_id and t.line_number = l.line_number
        group by all
        order by t.delivery_id, t.line_number
        """,
        [*narrowing.values(), rows],
    )
    for row in sample:
        row["sheet_name"] = row["sheet_name"] or sheets.get(row["dataset_id"])
    return EvidenceTable(table.name, counted[0]["n"], sample)


def _deliveries(connection: duckdb.DuckDBPyConnection, datasets: list[str]) -> list[Row]:
    return _fetch(
        connection,
        """
        select dataset_id, department_zh, business_period, delivery_id, revision_no, file_name, received_at, is_late,
            rows_accepted, rows_rejected
        from quality.fct_deliveries
        where status = 'accepted' and list_contains(?, dataset_id)
        order by business_period desc, dataset_id
        """,
        [datasets],
    )


def _left_out(connection: duckdb.DuckDBPyConnection, datasets: list[str]) -> list[Row]:
    """Rejected rows by reason, then deliveries that did not count by reason."""
    return _fetch(
        connection,
        """
        with reasons as (
            select delivery_id, max_by(reason_code, finished_at) filter (where reason_code is not null) as reason_code
            from quality.fct_outcomes
            group by delivery_id
        )
        select 'row' as what, dataset_id, reason_code, column_name,
            count(*) as rows, count(distinct delivery_id) as deliveries
        from quality.fct_quarantined_rows
        where list_contains(?, dataset_id)
        group by all
        union all
        select 'delivery', dataset_id, coalesce(reasons.reason_code, status), null, sum(rows_in_file), count(*)
        from quality.fct_deliveries
        left join reasons using (delivery_id)
        where status <> 'accepted' and list_contains(?, dataset_id)
        group by all
        order by what, rows desc
        """,
        [datasets, datasets],
    )


def _restatements(connection: duckdb.DuckDBPyConnection, value: Row) -> list[Row]:
    return _fetch(
        connection,
        """
        select * from kpi.fct_restatements
        where indicator_no = ? and region_code is not distinct from ? and period = ?
        order by published_at
        """,
        [value["indicator_no"], value["region_code"], value["period"]],
    )
