"""Queries read one published version and can do nothing else."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from citylake.errors import UsageError
from citylake.settings import Settings
from citylake.warehouse.errors import IndicatorUnknown, NothingYetPublished, QueryFailed, QueryRefused, QueryTooLong
from citylake.warehouse.publish import publish
from citylake.warehouse.query import query
from citylake.warehouse.render import render_diff, render_why
from citylake.warehouse.versions import find_version, rollback
from citylake.warehouse.why import why

DAY = date(2025, 9, 30)


@pytest.fixture
def published(settings: Settings, lake, finished_build) -> Settings:
    finished_build(settings, DAY, "20250930-aaaaaaaa")
    publish(DAY, settings)
    return settings


def test_the_same_rows_come_as_table_csv_json_and_parquet(published: Settings, tmp_path: Path) -> None:
    sql = "select region_code, value from kpi.fct_indicator_values order by 1"
    assert "320402" in query(sql, settings=published)
    assert query(sql, format="csv", settings=published) == "region_code,value\n320400,50.0\n320402,40.0\n"
    assert json.loads(query(sql, format="json", settings=published))[1] == {"region_code": "320402", "value": 40.0}
    out = tmp_path / "values.parquet"
    assert query(sql, format="parquet", out=out, settings=published) == ""
    assert pl.read_parquet(out).height == 2


def test_analysts_do_not_see_what_operators_see(published: Settings) -> None:
    sql = "select resident_id from base.dim_persons"
    assert "320402" in query(sql, role="operator", settings=published)
    with pytest.raises(QueryFailed):
        query(sql, settings=published)


@pytest.mark.parametrize(
    "sql",
    [
        "drop table kpi.fct_indicator_values",
        "insert into kpi.dim_indicators values (1)",
        "attach '/tmp/x.duckdb'",
        "copy (select 1) to '/tmp/x.csv'",
        "install httpfs",
        "set enable_external_access = true",
        "call pragma_version()",
        "select 1; select 2",
        "",
    ],
)
def test_only_one_reading_statement_is_taken(published: Settings, sql: str) -> None:
    with pytest.raises(QueryRefused):
        query(sql, settings=published)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/hostname')",
        "select * from '/etc/passwd'",
        "select * from read_csv('s3://landing/x.csv')",
        "explain analyze copy (select 1) to '/tmp/citylake_test.csv'",
        "select * from kpi.no_such_table",
        "selec 1",
    ],
)
def test_files_the_network_and_mistakes_give_duckdbs_message_and_no_traceback(published: Settings, sql: str) -> None:
    with pytest.raises(QueryFailed) as raised:
        query(sql, settings=published)
    assert raised.value.exit_code == 1
    assert raised.value.message


def test_a_query_that_never_ends_is_stopped(published: Settings) -> None:
    with pytest.raises(QueryTooLong):
        query("select sum(a.range * b.range) from range(1000000) a, range(1000000) b", settings=published, seconds=0.5)


def test_cells_that_a_spreadsheet_would_run_are_guarded_in_csv_only(published: Settings) -> None:
    sql = "select '=1+1' as a, '+1' as b, '@x' as c, -5 as d, '常州' as e"
    assert query(sql, format="csv", settings=published).splitlines()[1] == "'=1+1,'+1,'@x,-5,常州"
    assert json.loads(query(sql, format="json", settings=published))[0]["a"] == "=1+1"


def test_every_query_is_logged_with_its_user_and_without_identifiers(published: Settings) -> None:
    query("select '320402199001011239' as x", settings=published)
    with pytest.raises(QueryRefused):
        query("drop table x", settings=published)
    lines = [json.loads(line) for line in (published.root / "logs" / "queries.jsonl").read_text().splitlines()]
    assert [line["outcome"] for line in lines] == ["1 rows", "refused"]
    assert lines[0]["sql"] == "select '******' as x"
    assert all(line["user"] and line["build_id"] == "20250930-aaaaaaaa" for line in lines)


def test_parquet_needs_a_file(published: Settings) -> None:
    with pytest.raises(UsageError):
        query("select 1", format="parquet", settings=published)


def test_before_the_first_night_there_is_nothing_to_read(settings: Settings) -> None:
    with pytest.raises(NothingYetPublished):
        query("select 1", settings=settings)


def test_why_leads_from_the_value_to_sql_rows_entity_file_sheet_line_and_what_was_left_out(published: Settings) -> None:
    found = why(20, region="320402", period="2025-09", settings=published)
    assert (found.value["value"], found.value["region_code"]) == (40.0, "320402")
    assert found.models[0].compiled_sql == "select 20 as indicator_no"
    table = found.evidence[0]
    assert (table.table, table.matching_rows) == ("marts.fct_social_security_cards", 1)
    row = table.rows[0]
    assert (row["file_name"], row["sheet_name"], row["line_number"]) == (
        "社会保障卡持卡信息_2025-09.csv",
        "持卡",
        12208,
    )
    assert (row["entity_id"], row["match_rule"]) == ("P1", "resident_id")
    assert [one["delivery_id"] for one in found.deliveries] == ["d1"]
    reasons = [(one["what"], one["reason_code"], one["rows"]) for one in found.left_out]
    assert reasons == [("delivery", "delivery.over_threshold", 99), ("row", "resident_id.check_digit", 1)]
    assert "第 12208 行" in render_why(found)


def test_why_names_what_there_is_when_asked_for_what_is_not(published: Settings) -> None:
    with pytest.raises(IndicatorUnknown) as raised:
        why(20, region="999999", settings=published)
    assert raised.value.known == ["320400", "320402"]
    with pytest.raises(IndicatorUnknown):
        why(99, settings=published)


def test_diff_shows_schema_rows_and_values_that_changed(published: Settings, lake, finished_build) -> None:
    from citylake.warehouse.diff import diff

    sql = "alter table kpi.dim_indicators add column note varchar; delete from base.dim_persons"
    finished_build(published, DAY, "20250930-bbbbbbbb", 51.0, prepared_after=60, extra_sql=sql)
    publish(DAY, published)
    found = diff("20250930-aaaaaaaa", "20250930-bbbbbbbb", published)
    assert found.schema == ["+ kpi.dim_indicators.note VARCHAR"]
    assert found.rows == {"base.dim_persons": (1, 0)}
    assert [(one.region_code, one.before, one.after) for one in found.values] == [("320400", 50.0, 51.0)]
    assert "50.0 -> 51.0" in render_diff(found)
    assert diff("20250930-aaaaaaaa", "20250930-aaaaaaaa", published).is_empty


def test_a_version_is_found_by_its_file_name_and_an_unknown_one_named(published: Settings) -> None:
    assert find_version("citylake-20250930-aaaaaaaa.operator.duckdb", published).is_current
    with pytest.raises(UsageError):
        rollback("20240101-00000000", published)
