"""Publishing: readers see one complete version, before, during and after, whatever happens in between."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import duckdb
import pytest

from citylake.settings import Settings
from citylake.warehouse.errors import AuditFailed, BuildMissing, BuildOvertaken, DiskTooSmall, LeaseHeld
from citylake.warehouse.publish import publish
from citylake.warehouse.versions import current_file, current_version, read_pointer, rollback, versions

DAY, NEXT = date(2025, 9, 29), date(2025, 9, 30)


def value_now(settings: Settings) -> float:
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as connection:
        query = "select value from kpi.fct_indicator_values where region_code = '320400'"
        return (connection.execute(query).fetchone() or (None,))[0]


def test_a_published_build_is_what_readers_see_locally_and_in_the_store(
    settings: Settings, finished_build, lake
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    summary = publish(DAY, settings)
    assert (summary.status, summary.current_build_id) == ("published", "20250929-aaaaaaaa")
    assert value_now(settings) == 50.0
    keys = {key for bucket, key in lake.objects if bucket == "warehouse"}
    assert keys == {"current.json"} | {
        f"versions/20250929-aaaaaaaa/{name}"
        for name in ("lock.json", "citylake-20250929-aaaaaaaa.duckdb", "citylake-20250929-aaaaaaaa.operator.duckdb")
    }
    assert current_file("operator", settings).stat().st_mode & 0o777 == 0o600


def test_the_published_file_holds_no_input_and_keeps_every_comment(settings: Settings, finished_build, lake) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa")
    publish(DAY, settings)
    with duckdb.connect(str(current_file("operator", settings)), read_only=True) as connection:
        schemas = {row[0] for row in connection.execute("select distinct schema_name from duckdb_tables()").fetchall()}
        bare = connection.execute(
            "select table_name from duckdb_columns() where comment is null and schema_name = 'kpi'"
        ).fetchall()
    assert schemas == {"base", "marts", "kpi", "quality"}
    assert bare == []


@pytest.mark.parametrize("broken", [{"test_status": "fail"}, {"without": "kpi.fct_restatements"}])
def test_a_failed_audit_leaves_the_pointer_where_it_was(
    settings: Settings, finished_build, lake, broken: dict[str, str]
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    publish(DAY, settings)
    finished_build(settings, NEXT, "20250930-bbbbbbbb", 60.0, **broken)
    with pytest.raises(AuditFailed) as raised:
        publish(NEXT, settings)
    assert raised.value.exit_code == 3
    assert len(raised.value.problems) == 1
    assert value_now(settings) == 50.0
    assert [one.build_id for one in versions(settings)] == ["20250929-aaaaaaaa"]


def test_a_build_whose_tests_did_not_all_run_is_not_published(settings: Settings, finished_build, lake) -> None:
    folder = finished_build(settings, DAY, "20250929-aaaaaaaa")
    (folder / "run_results.json").write_text("{}")
    with pytest.raises(AuditFailed) as raised:
        publish(DAY, settings)
    assert any("one" in problem for problem in raised.value.problems)
    assert read_pointer(settings) is None


@pytest.mark.parametrize("step", ["write_version", "upload", "point_at"])
def test_a_run_ended_before_the_pointer_moves_leaves_the_old_version_and_a_re_run_finishes(
    settings: Settings, finished_build, lake, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    publish(DAY, settings)
    finished_build(settings, NEXT, "20250930-bbbbbbbb", 60.0)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(
            sys.modules["citylake.warehouse.publish"], step, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
        )
        publish(NEXT, settings)
    assert value_now(settings) == 50.0
    assert publish(NEXT, settings).status == "published"
    assert value_now(settings) == 60.0
    assert [one.build_id for one in versions(settings)] == ["20250929-aaaaaaaa", "20250930-bbbbbbbb"]


def test_an_earlier_date_becomes_a_version_but_not_the_current_one(settings: Settings, finished_build, lake) -> None:
    finished_build(settings, NEXT, "20250930-bbbbbbbb", 60.0)
    publish(NEXT, settings)
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    summary = publish(DAY, settings)
    assert (summary.status, summary.current_build_id) == ("kept_aside", "20250930-bbbbbbbb")
    assert value_now(settings) == 60.0
    assert [one.build_id for one in versions(settings)] == ["20250929-aaaaaaaa", "20250930-bbbbbbbb"]


def test_the_same_date_again_moves_the_pointer_but_an_older_run_of_it_does_not(
    settings: Settings, finished_build, lake
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    publish(DAY, settings)
    finished_build(settings, DAY, "20250929-cccccccc", 55.0, prepared_after=60)
    publish(DAY, settings)
    assert value_now(settings) == 55.0
    finished_build(settings, DAY, "20250929-dddddddd", 1.0, prepared_after=30)
    (settings.warehouse_dir / "builds" / "20250929-cccccccc" / "build.json").unlink()
    with pytest.raises(BuildOvertaken):
        publish(DAY, settings)
    assert value_now(settings) == 55.0


def test_publishing_twice_changes_nothing(settings: Settings, finished_build, lake) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa")
    publish(DAY, settings)
    before = {path: path.stat().st_mtime_ns for path in settings.warehouse_dir.rglob("*.duckdb")}
    assert publish(DAY, settings).status == "nothing_new"
    assert {path: path.stat().st_mtime_ns for path in settings.warehouse_dir.rglob("*.duckdb")} == before


def test_only_the_last_versions_are_kept_and_never_without_the_current_one(finished_build, lake, tmp_path) -> None:
    settings = Settings(home=tmp_path / "h", keep_versions=2, s3_endpoint="n", s3_access_key="n", s3_secret_key="n")
    for day in range(1, 5):
        finished_build(settings, date(2025, 9, day), f"2025090{day}-aaaaaaaa", float(day))
        publish(date(2025, 9, day), settings)
    assert [one.build_id[:8] for one in versions(settings)] == ["20250903", "20250904"]
    assert {key.split("/")[1][:8] for bucket, key in lake.objects if "/" in key} == {"20250903", "20250904"}
    rollback("20250903-aaaaaaaa", settings)
    finished_build(settings, date(2025, 9, 2), "20250902-bbbbbbbb")
    publish(date(2025, 9, 2), settings.model_copy(update={"keep_versions": 1}))
    assert [one.build_id for one in versions(settings) if one.is_current] == ["20250903-aaaaaaaa"]


def test_rollback_moves_readers_back_and_the_next_night_moves_them_forward(
    settings: Settings, finished_build, lake
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    publish(DAY, settings)
    finished_build(settings, NEXT, "20250930-bbbbbbbb", 60.0)
    publish(NEXT, settings)
    assert rollback("20250929-aaaaaaaa", settings).is_current
    assert value_now(settings) == 50.0
    assert b"20250929-aaaaaaaa" in lake.get("warehouse", "current.json")
    finished_build(settings, NEXT, "20250930-cccccccc", 61.0, prepared_after=60)
    publish(NEXT, settings)
    assert value_now(settings) == 61.0


def test_a_reader_of_an_old_version_reads_on_after_it_was_removed(finished_build, lake, tmp_path) -> None:
    settings = Settings(home=tmp_path / "h", keep_versions=1, s3_endpoint="n", s3_access_key="n", s3_secret_key="n")
    finished_build(settings, DAY, "20250929-aaaaaaaa", 50.0)
    publish(DAY, settings)
    with duckdb.connect(str(current_file("analyst", settings)), read_only=True) as reader:
        finished_build(settings, NEXT, "20250930-bbbbbbbb", 60.0)
        publish(NEXT, settings)
        assert [one.build_id for one in versions(settings)] == ["20250930-bbbbbbbb"]
        assert reader.execute("select max(value) from kpi.fct_indicator_values").fetchone() == (50.0,)
    assert value_now(settings) == 60.0


def test_a_second_builder_is_kept_out_and_told_by_whom(settings: Settings, finished_build, lake) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa")
    lock = settings.warehouse_dir / "writer.lock"
    code = (
        "import fcntl, sys; f = open(sys.argv[1], 'w'); fcntl.flock(f, 2); f.write('build, pid 7, host'); f.flush();"
        "print(1, flush=True); input()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(LeaseHeld) as raised:
            publish(DAY, settings)
        assert raised.value.holder == "build, pid 7, host"
    finally:
        holder.communicate("\n")
    assert publish(DAY, settings).status == "published"


def test_a_disk_without_room_is_told_before_anything_is_written(
    settings: Settings, finished_build, lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa")
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("usage", (), {"free": 1000})())
    with pytest.raises(DiskTooSmall) as raised:
        publish(DAY, settings)
    assert raised.value.free_bytes == 1000
    assert versions(settings) == []


def test_without_a_build_there_is_nothing_to_publish(settings: Settings, finished_build, lake) -> None:
    with pytest.raises(BuildMissing):
        publish(DAY, settings)


def test_a_table_that_shrank_is_a_warning(settings: Settings, finished_build, lake) -> None:
    finished_build(settings, DAY, "20250929-aaaaaaaa")
    publish(DAY, settings)
    finished_build(
        settings, NEXT, "20250930-bbbbbbbb", previous="20250929-aaaaaaaa", extra_sql="delete from base.dim_persons"
    )
    assert any("base.dim_persons" in warning for warning in publish(NEXT, settings).warnings)
    assert current_version(settings).rows["base.dim_persons"] == 0
