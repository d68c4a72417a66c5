"""Analysts' files: no personal identifier, by name, by table and by the shape of values."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from citylake.contracts import load_contracts
from citylake.settings import Settings
from citylake.warehouse.errors import AuditFailed
from citylake.warehouse.publish import publish
from citylake.warehouse.roles import is_personal, personal_columns
from citylake.warehouse.versions import current_file, read_pointer

DAY = date(2025, 9, 30)
RESIDENT_ID = "320402199001011239"  # the made-up ID of conftest.py


def every_text(path: Any) -> str:
    """All that a reader of the file can see, as one text."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        return repr([connection.execute(f"select * from {schema}.{table}").fetchall() for schema, table in tables])


def test_no_personal_column_and_no_identifier_is_in_the_analysts_file(settings: Settings, lake, finished_build) -> None:
    finished_build(settings, DAY, "20250930-aaaaaaaa")
    publish(DAY, settings)
    personal = personal_columns(load_contracts(settings.contracts))
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as connection:
        columns = {row[0] for row in connection.execute("select column_name from duckdb_columns()").fetchall()}
    assert not columns & personal
    assert "current_resident_id" not in columns
    assert {"person_id", "person_name_dataset_id"} <= columns
    operator, analyst = (every_text(current_file(role, settings)) for role in ("operator", "analyst"))
    for secret in (RESIDENT_ID, "13800138000", "张三"):
        assert secret in operator
        assert secret not in analyst


def test_delivered_values_are_left_out_and_what_is_not_personal_stays(settings: Settings, lake, finished_build) -> None:
    finished_build(settings, DAY, "20250930-aaaaaaaa")
    publish(DAY, settings)
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as connection:
        rows = connection.execute("select raw_value, raw_row, reason_code from quality.fct_quarantined_rows").fetchall()
        conflicts = connection.execute(
            "select entity_type, winner_value from quality.fct_attribute_conflicts order by all"
        ).fetchall()
        message = connection.execute("select message from quality.fct_outcomes").fetchone()
    assert rows == [(None, None, "resident_id.check_digit")]
    assert conflicts == [("legal_entity", "甲机械公司"), ("legal_entity", None), ("person", None)]
    assert message == ("姓名****** 电话******，******",)


def test_analysts_see_no_key_no_value_and_nothing_written_by_hand(settings: Settings, lake, finished_build) -> None:
    secret = "李四家"
    sql = f"""
        create table quality.fct_manual_corrections as select 'M1' as correction_no, '{secret}' as row_key,
            '{secret}' as expected_value, '{secret}' as found_value, '{secret}' as new_value, '{secret}' as reason,
            '{secret}' as decided_by;
        create table quality.fct_correction_events as select 'JH-d1' as request_id, 'dispute' as event,
            '{secret}' as actor, '{secret}' as reason;
        insert into quality.fct_conflict_decisions by name select 'X1' as conflict_id, '{secret}' as decided_value,
            '{secret}' as value_now, '{secret}' as decided_by, '{secret}' as decision_reason;
        insert into quality.fct_conflict_statements by name
            select 'person' as entity_type, 'person_name' as attribute, '{secret}' as stated_value,
                '{secret}' as compared_value
            union all
            select 'legal_entity', 'entity_name', '{secret}', '{secret}'
            union all
            select 'legal_entity', 'legal_representative_name', '{secret}', '{secret}';
        alter table quality.fct_correction_requests add column dispute_reason varchar;
        insert into quality.fct_correction_requests by name select 'JH-d1' as request_id, '{secret}' as dispute_reason;
        insert into quality.fct_outcomes by name select 'd2' as delivery_id, 'release' as step,
            'delivery.released' as reason_code, '{secret} 来电确认' as message;
    """
    finished_build(settings, DAY, "20250930-aaaaaaaa", extra_sql=sql)
    publish(DAY, settings)
    assert secret in every_text(current_file("operator", settings))
    analyst = every_text(current_file("analyst", settings))
    assert secret not in analyst
    assert "M1" in analyst
    assert "JH-d1" in analyst


def test_what_a_person_was_before_stays_with_operators(settings: Settings, lake, finished_build) -> None:
    sql = """
        create table base.fct_attribute_history as
            select 'person' as entity_type, 'marital_status_code' as attribute, 'married' as value
            union all select 'legal_entity', 'legal_representative_name', '张三'
            union all select 'legal_entity', 'entity_name', '孙莲'
            union all select 'legal_entity', 'entity_name', '甲机械公司'
            union all select 'place', 'status', 'closed';
    """
    finished_build(settings, DAY, "20250930-aaaaaaaa", extra_sql=sql)
    publish(DAY, settings)
    shown = {}
    for role in ("operator", "analyst"):
        with duckdb.connect(str(current_file(role, settings)), read_only=True) as connection:
            asked = "select value from base.fct_attribute_history where value is not null order by all"
            shown[role] = [value for (value,) in connection.execute(asked).fetchall()]
    assert shown == {
        "operator": ["closed", "married", "孙莲", "张三", "甲机械公司"],
        "analyst": ["closed", "甲机械公司"],
    }


def test_a_stall_named_after_its_keeper_keeps_its_row_and_hides_its_names(
    settings: Settings, lake, finished_build
) -> None:
    sql = """
        create table marts.dim_stalls as
            select 'E1' as stall_id, '李四家' as stall_name, '李四' as former_names, true as is_named_after_person
            union all select 'E2', '甲公司', null, false
            union all select 'E3', '王五家', null, null"""
    finished_build(settings, DAY, "20250930-aaaaaaaa", extra_sql=sql)
    publish(DAY, settings)
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as connection:
        rows = connection.execute("select stall_id, stall_name, former_names from marts.dim_stalls order by 1")
        assert rows.fetchall() == [("E1", None, None), ("E2", "甲公司", None), ("E3", None, None)]


def test_resident_ids_under_another_name_stop_the_night(settings: Settings, lake, finished_build) -> None:
    sql = f"create table marts.fct_other as select '{RESIDENT_ID}' as customer_no from range(10)"
    finished_build(settings, DAY, "20250930-aaaaaaaa", extra_sql=sql)
    with pytest.raises(AuditFailed) as raised:
        publish(DAY, settings)
    assert "marts.fct_other.customer_no" in raised.value.problems[0]
    assert read_pointer(settings) is None


def test_business_numbers_that_only_look_like_ids_are_left_alone(settings: Settings, lake, finished_build) -> None:
    sql = "create table marts.fct_cases as "
    sql += "select '32040020250930' || lpad(i::varchar, 4, '0') as case_id from range(50) t(i)"
    finished_build(settings, DAY, "20250930-aaaaaaaa", extra_sql=sql)
    publish(DAY, settings)
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as connection:
        assert connection.execute("select min(case_id) from marts.fct_cases").fetchone() == ("320400202509300000",)


@pytest.mark.parametrize(
    ("column", "expected"),
    [("phone", True), ("current_resident_id", True), ("phone_raw", True), ("has_phone", False), ("person_id", False)],
)
def test_personal_columns_are_known_by_name(column: str, expected: bool) -> None:
    assert is_personal(column, {"phone", "resident_id", "person_name"}) is expected
