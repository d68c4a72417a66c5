"""The drop folder: whole files are carried to the inbox and moved aside, everything else is left and named."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from citylake import landing
from citylake.lake import Lake
from citylake.landing import drop_folder
from citylake.orchestration import health
from citylake.settings import Settings

pytestmark = pytest.mark.store
NAME = "税务登记信息_202509.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    (folder / "tax").mkdir(parents=True)
    return folder


@pytest.fixture
def city(store: Settings, root: Path) -> Settings:
    """Settings with a drop folder whose files need not lie still for long."""
    return store.model_copy(update={"drop_folder": root, "drop_settle_seconds": 0.0})


def manifests(settings: Settings) -> list[dict[str, Any]]:
    lake = Lake(settings)
    return [json.loads(lake.get("landing", o.key)) for o in lake.list("landing") if o.key.endswith("manifest.json")]


def lying(root: Path) -> set[str]:
    """What lies in the departments' folders, what was taken left out."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if not path.is_dir() and drop_folder.TAKEN not in path.parts
    }


def taken(root: Path) -> set[str]:
    return {path.name for path in root.rglob(f"{drop_folder.TAKEN}/2*/*")}


def test_a_whole_file_lands_and_moves_aside(city: Settings, root: Path) -> None:
    path = root / "tax" / NAME
    path.write_bytes(b"rows")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    summary = landing.land(city)
    assert (summary.landed, summary.messages) == (1, [])
    (manifest,) = manifests(city)
    assert (manifest["department_id"], manifest["dataset_id"]) == ("tax", "tax__taxpayers")
    assert manifest["received_at"] > "2026", "a time of modification that the client set is no time of arrival"
    assert Lake(city).get("landing", manifest["landing_key"]) == b"rows"
    assert (lying(root), taken(root)) == (set(), {NAME})


def test_a_file_in_a_folder_of_the_department_is_taken_under_its_own_name(city: Settings, root: Path) -> None:
    (root / "tax" / "九月").mkdir()
    (root / "tax" / "九月" / NAME).write_bytes(b"rows")
    assert landing.land(city).landed == 1


@pytest.mark.parametrize(
    "name",
    [f"{NAME}.part", f"{NAME}.filepart", f"{NAME}.TMP", f"{NAME}.crdownload", f"~${NAME}", f".{NAME}"],
)
def test_a_temporary_name_is_never_taken(city: Settings, root: Path, name: str) -> None:
    (root / "tax" / name).write_bytes(b"half")
    summary = landing.land(city)
    assert summary.deliveries == 0
    assert lying(root) == {f"tax/{name}"}
    assert name.startswith(".") or name in summary.messages[0]


def test_a_file_that_changed_lately_waits_unless_its_marker_says_that_it_is_whole(city: Settings, root: Path) -> None:
    slow = city.model_copy(update={"drop_settle_seconds": 3600.0})
    (root / "tax" / NAME).write_bytes(b"rows")
    summary = landing.land(slow)
    assert (summary.deliveries, lying(root)) == (0, {f"tax/{NAME}"})
    assert NAME in summary.messages[0] and "静置 3600 秒" in summary.messages[0]
    (root / "tax" / f"{NAME}.ok").touch()
    assert landing.land(slow).landed == 1
    assert (lying(root), taken(root)) == (set(), {NAME, f"{NAME}.ok"})


@pytest.mark.parametrize("upper", [False, True])
def test_bytes_that_are_not_those_of_the_hash_beside_them_wait(city: Settings, root: Path, upper: bool) -> None:
    path, marker = root / "tax" / NAME, root / "tax" / f"{NAME}.sha256"
    path.write_bytes(b"ro")
    marker.write_text("")
    assert landing.land(city).deliveries == 0
    digest = hashlib.sha256(b"rows").hexdigest()
    marker.write_text(f"{digest.upper() if upper else digest}  {NAME}\n")
    summary = landing.land(city)
    assert summary.deliveries == 0 and ".sha256" in summary.messages[0]
    path.write_bytes(b"rows")
    assert landing.land(city).landed == 1
    assert taken(root) == {NAME, f"{NAME}.sha256"}


def test_a_zip_or_workbook_without_its_end_waits_for_a_day(
    city: Settings, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "tax" / "登记_202509.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", "x" * 5_000)
    whole = path.read_bytes()
    path.write_bytes(whole[:-30])
    summary = landing.land(city)
    assert summary.deliveries == 0 and "没有结尾" in summary.messages[0]
    clock = drop_folder._clock
    monkeypatch.setattr(drop_folder, "_clock", lambda folder: clock(folder) + 25 * 3600)
    assert landing.land(city).deliveries == 1, "an upload that stood still for a day is judged as it is"
    monkeypatch.undo()
    path.write_bytes(whole)
    assert landing.land(city).deliveries == 1
    path.write_bytes(b"\xd0\xcf\x11\xe0 a protected workbook is no zip")
    assert landing.land(city).deliveries == 1


def test_a_file_that_grows_while_it_is_read_waits(city: Settings, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root / "tax" / NAME
    path.write_bytes(b"ro")
    look = drop_folder._look

    def look_then_grow(folder: Path) -> Any:
        found = look(folder)
        path.write_bytes(b"rows")
        return found

    monkeypatch.setattr(drop_folder, "_look", look_then_grow)
    assert landing.land(city).deliveries == 0
    monkeypatch.undo()
    landing.land(city)
    assert Lake(city).get("landing", manifests(city)[0]["landing_key"]) == b"rows"


def test_links_are_never_followed(city: Settings, root: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / NAME).write_bytes(b"not yours")
    (root / "tax" / NAME).symlink_to(secret / NAME)
    (root / "tax" / "九月").symlink_to(secret)
    (root / "ecology").symlink_to(secret)
    os.mkfifo(root / "tax" / "pipe_202509.csv")
    summary = landing.land(city)
    assert summary.deliveries == 0
    assert len(summary.messages) == 4
    assert (secret / NAME).exists()


@pytest.mark.parametrize("name", ["a\nb.csv", "名册😀.csv", "登记[1]*?.csv", "报" * 82 + "a.csv", "a\\b.csv"])
def test_odd_names_are_carried_and_refused_by_name(city: Settings, root: Path, name: str) -> None:
    (root / "tax" / name).write_bytes(b"rows")
    assert landing.land(city).refused == 1
    assert manifests(city)[0]["file_name"] == name
    assert taken(root) == {name}


def test_a_name_in_windows_bytes_is_read_as_it_was_written(city: Settings, root: Path) -> None:
    Path(os.fsdecode(os.fsencode(root / "tax") + b"/" + NAME.encode("gb18030"))).write_bytes(b"rows")
    assert landing.land(city).landed == 1
    assert manifests(city)[0]["file_name"] == NAME


@pytest.mark.parametrize("lands_between", [False, True])
def test_killed_between_inbox_and_moving_aside_nothing_is_doubled(
    city: Settings, root: Path, monkeypatch: pytest.MonkeyPatch, lands_between: bool
) -> None:
    (root / "tax" / NAME).write_bytes(b"rows")

    def die(self: object, path: Path, clock: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(drop_folder._Department, "_move", die)
    with pytest.raises(KeyboardInterrupt):
        landing.land(city)
    monkeypatch.undo()
    assert len(Lake(city).versions("inbox")) == 1
    if lands_between:
        landing.land(city.model_copy(update={"drop_folder": None}))
    landing.land(city)
    (manifest,) = manifests(city)
    assert manifest["status"] == "landed"
    assert not Lake(city).versions("inbox")
    assert (lying(root), taken(root)) == (set(), {NAME})


def test_what_was_taken_before_is_never_overwritten(city: Settings, root: Path) -> None:
    for data in (b"first", b"second"):
        (root / "tax" / NAME).write_bytes(data)
        landing.land(city)
    kept = {path.name: path.read_bytes() for path in root.rglob(f"{drop_folder.TAKEN}/2*/*")}
    assert kept == {NAME: b"first", "税务登记信息_202509~2.csv": b"second"}
    assert sorted(one["revision_no"] for one in manifests(city)) == [1, 2]


def test_one_department_is_carried_alone_and_unknown_folders_with_the_unknown(city: Settings, root: Path) -> None:
    for folder in ("tax", "taxx"):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / NAME).write_bytes(b"rows")
    assert landing.land(city, department="ecology").deliveries == 0
    assert landing.land(city, department="tax").landed == 1
    assert lying(root) == {f"taxx/{NAME}"}
    assert landing.land(city, department=landing.UNKNOWN).refused == 1
    assert lying(root) == set()


def test_a_folder_that_is_not_mounted_is_named_and_stops_no_inbox(city: Settings, tmp_path: Path) -> None:
    gone = city.model_copy(update={"drop_folder": tmp_path / "not mounted"})
    Lake(city).put("inbox", f"tax/{NAME}", b"rows")
    summary = landing.land(gone)
    assert summary.landed == 1
    assert "not mounted" in summary.messages[0] and "下一步" in summary.messages[0]


def test_an_empty_setting_is_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CITYLAKE_DROP_FOLDER", "")
    assert Settings().drop_folder is None


def test_files_of_a_simulated_city_stay_marked(city: Settings, root: Path) -> None:
    (root / "SIMULATED.json").write_text("{}")
    (root / "tax" / NAME).write_bytes(b"rows")
    landing.land(city)
    assert manifests(city)[0]["origin"] == "simulated"


def test_doctor_says_when_the_folder_is_not_there(city: Settings, tmp_path: Path) -> None:
    def found(settings: Settings) -> list[bool]:
        return [one.is_fine for one in health.check(settings) if "drop folder" in one.name]

    assert found(city) == [True]
    assert found(city.model_copy(update={"drop_folder": tmp_path / "not mounted"})) == [False]
    assert found(city.model_copy(update={"drop_folder": None})) == []
