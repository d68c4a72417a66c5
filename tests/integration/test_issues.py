"""One open issue for each continuing cause, opened and closed by itself; hooks are told once of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from citylake import cli, landing, staging
from citylake.contracts import Period
from citylake.lake import Lake
from citylake.orchestration import docket, issues, stages
from citylake.orchestration.issues import Issue
from citylake.orchestration.notify import Channel, HookFailed, Notice
from citylake.settings import PACKAGE, Settings, get_settings
from samples import residents_file

pytestmark = pytest.mark.store

FIRST, DAY, NEXT, LATER = (Period.parse(f"2025-{day}").end for day in ("09-29", "09-30", "10-01", "10-02"))
DATASET = "public_security__resident_register"


@pytest.fixture
def city(store: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A city of one dataset that is due daily from 30 September on."""
    folder = tmp_path / "contracts"
    (folder / "datasets").mkdir(parents=True)
    for name in ("columns.yml", "codes.yml", "holidays.csv"):
        (folder / name).write_bytes((PACKAGE / "contracts" / name).read_bytes())
    lines = (PACKAGE / "contracts" / "datasets" / f"{DATASET}.yml").read_text(encoding="utf-8").splitlines()
    wanted = ["  since: 2025-09-30" if line.startswith("  since:") else line for line in lines]
    (folder / "datasets" / f"{DATASET}.yml").write_text("\n".join(wanted), encoding="utf-8")
    monkeypatch.setenv("CITYLAKE_CONTRACTS", str(folder))
    get_settings.cache_clear()
    return Settings(home=store.home)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Notice]]:
    """What a hook that answers was told."""
    seen: list[Notice] = []
    monkeypatch.setattr(issues, "channels", lambda _: [Channel("webhook", seen.append)])
    yield seen


def deliver(city: Settings, folder: Path, name: str, *rows: str) -> None:
    path = folder / name
    path.write_bytes(residents_file.text(*rows).encode("gb18030"))
    landing.deliver(city, [path])
    landing.land(city)
    staging.stage(city)


def stored(city: Settings) -> dict[str, Issue]:
    return {one.cause_key: one for one in issues.read_issues(Lake(city), city)}


def opened(told: list[Notice]) -> list[str]:
    return [str(one["title_zh"]) for notice in told for one in notice.opened]


def test_an_issue_opens_once_goes_on_and_closes_itself(city: Settings, tmp_path: Path, told: list[Notice]) -> None:
    key = f"overdue:{DATASET}"
    assert stages.watch(city, DAY).opened == []  # due on the morning after
    (line,) = stages.watch(city, NEXT).opened
    assert "逾期未报: 2025-09-30" in line
    assert stages.watch(city, NEXT).opened == []
    first = stored(city)[key]
    assert (first.times_seen, first.closed_at, first.department_id) == (1, None, "public_security")
    assert stages.watch(city, LATER).opened == []
    again = stored(city)[key]
    assert (again.issue_id, again.times_seen, again.opened_at) == (first.issue_id, 2, first.opened_at)
    assert "2025-10-01" in again.title_zh
    for day in ("20250930", "20251001"):
        deliver(city, tmp_path, f"户籍人口信息_{day}.csv", *[residents_file.row(n) for n in range(9)])
    assert len(stages.watch(city, LATER).closed) == 1
    assert stored(city)[key].closed_at
    assert len(opened(told)) == 1
    assert [len(notice.closed) for notice in told] == [0, 1]
    assert len(list(Lake(city).list("quarantine", "_issues/"))) == 1


def test_held_refused_and_unknown_files_each_open_an_issue_without_personal_data(
    city: Settings, tmp_path: Path, told: list[Notice]
) -> None:
    deliver(city, tmp_path, "户籍人口信息_20250930.csv", *[residents_file.row(n, "320402") for n in range(40)])
    (tmp_path / "户籍人口信息_20250929.csv").write_bytes("编号,姓名\n1,王某某\n".encode("gb18030"))
    landing.deliver(city, [tmp_path / "户籍人口信息_20250929.csv"])
    (tmp_path / "public_security").mkdir()
    deliver(city, tmp_path / "public_security", "王某某320402195801010017.csv", residents_file.row(1))
    stages.watch(city, DAY)
    found = stored(city)
    assert sorted(one.kind for one in found.values()) == ["held", "refused", "unknown_file"]
    text = json.dumps([one.title_zh for one in found.values()] + opened(told), ensure_ascii=False)
    for canary in ("王某某", "320402195801010017", residents_file.GOOD_ID):
        assert canary not in text
    deliver(city, tmp_path, "户籍人口信息_20250930.csv", *[residents_file.row(n) for n in range(40)])
    stages.watch(city, DAY)
    assert [one.kind for one in stored(city).values() if one.closed_at] == ["held"]


def test_a_correction_list_that_nobody_answered_opens_an_issue(
    city: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [residents_file.row(n, resident_id="1" if n == 3 else residents_file.GOOD_ID) for n in range(200)]
    deliver(city, tmp_path, "户籍人口信息_20250930.csv", *rows)
    (sent,) = docket.read_docket(city).lists
    stages.watch(city, DAY)
    assert stored(city) == {}
    assert sent.due_at
    after = sent.due_at + timedelta(days=2)
    monkeypatch.setattr(docket, "now", lambda: after + timedelta(days=2))
    stages.watch(city, after.date())
    assert stored(city)[f"corrections:{DATASET}"].title_zh == "市公安局 户籍人口信息 校核单逾期未更正 1 份, 1 行"


def test_departments_that_failed_and_a_night_without_a_version_are_issues(city: Settings) -> None:
    summary = stages.watch(city, FIRST, failed={"tax": "市税务局"}, is_night_over=True)
    assert sorted(stored(city)) == ["night", "not_staged:tax"]
    assert len(summary.opened) == 2
    stages.watch(city, FIRST)  # a look after staging says nothing of the night
    found = stored(city)
    assert (found["night"].closed_at, bool(found["not_staged:tax"].closed_at)) == (None, True)


def test_a_hook_that_is_down_is_shown_and_told_next_time(
    city: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: list[Notice] = []

    def refuse(notice: Notice) -> None:
        raise HookFailed("webhook", "HTTP 500")

    hooks = {"webhook": refuse}
    monkeypatch.setattr(issues, "channels", lambda _: [Channel("webhook", hooks["webhook"])])
    assert stages.watch(city, NEXT).failed_hooks == ["通知没有送出 (webhook): HTTP 500"]
    found = stored(city)
    assert (found["hook:webhook"].closed_at, found[f"overdue:{DATASET}"].notified_at) == (None, None)
    assert cli.main(["status", "--date", "2025-10-01"]) == 0
    assert "通知没有送出" in capsys.readouterr().out
    hooks["webhook"] = seen.append
    stages.watch(city, NEXT)
    found = stored(city)
    assert found["hook:webhook"].closed_at
    assert found[f"overdue:{DATASET}"].notified_at
    stages.watch(city, NEXT)
    assert len(seen) == 1


def test_looking_at_an_earlier_date_changes_nothing(city: Settings) -> None:
    stages.watch(city, LATER)
    before = stored(city)
    stages.watch(city, DAY)
    assert stored(city) == before


def test_status_gives_the_rates_of_the_month(
    city: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(city, tmp_path, "户籍人口信息_20251001.csv", *[residents_file.row(n) for n in range(9)])
    capsys.readouterr()
    assert cli.main(["status", "--date", "2025-10-02", "--json"]) == 0
    text = capsys.readouterr().out
    found = json.loads(text[text.index("{\n") :])
    assert {name: found["total"][name] for name in ("expected", "arrived", "on_time", "late", "overdue")} == {
        "expected": 2,
        "arrived": 1,
        "on_time": 0,
        "late": 1,
        "overdue": 1,
    }
    assert (found["total"]["reporting_rate_pct"], found["total"]["on_time_rate_pct"]) == (50.0, 0.0)
