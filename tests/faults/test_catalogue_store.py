"""The catalogue of faults where a store is part of the fault: names, repeats, revisions, late and lost deliveries."""

from __future__ import annotations

import random
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from citylake import landing, staging, warehouse
from citylake.contracts import load_contracts
from citylake.errors import CityLakeError, ContractsInvalid, ObjectDamaged
from citylake.lake import Lake
from citylake.orchestration.issues import read_issues, watch
from citylake.orchestration.receipts import write_receipts
from citylake.settings import Settings
from samples import roster, small_city
from samples.buckets import empty_buckets
from samples.small_city import DATASET, DEPARTMENT, SmallCity

pytestmark = pytest.mark.store
Fault = Callable[..., None]
NAME = "补贴卡名册_202509.csv"
GOOD = roster.write("csv", roster.rows())
OTHER = roster.write("csv", roster.rows(6))
DAY = date(2025, 10, 31)
DAILY = {"cycle": "daily", "mode": "increment", "since": "2025-09-01", "due": {"days": 1, "time": "08:00"}}
VOLUME = {"rows_down_at_most": 0.4, "rows_up_at_most": 3.0, "null_share_up_at_most": 0.2, "groups": "division_code"}


def datasets() -> list[small_city.Facts]:
    """The register monthly, and the same register under awkward file names and with volume checks."""

    def named(dataset: str, file_name: str, **changes: object) -> small_city.Facts:
        terms = roster.terms(dataset=f"hall__{dataset}", **changes)
        return terms | {"delivery": terms["delivery"] | {"file_name": file_name} | changes.get("delivery", {})}

    return [
        roster.terms(),
        named("brackets", "名单[终](1)*_{period}.csv"),
        named("smile", "名单😀_{period}.csv"),
        named("daily", "日报_{period}.csv", delivery=DAILY, key=["card_no"]),
        named("counted", "计数_{period}.csv", volume=VOLUME, key=["card_no", "division_code"]),
    ]


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_city.contracts_folder(tmp_path_factory.mktemp("city") / "contracts", *datasets())


@pytest.fixture
def city(store: Settings, contracts: Path) -> SmallCity:
    return SmallCity(store.model_copy(update={"contracts": contracts}))


def statuses(city: SmallCity) -> str:
    """Each delivery of the department as landing and staging left it, oldest first."""
    outcomes = {one["delivery_id"]: one for one in city.outcomes("")}
    said = []
    for one in sorted(city.manifests(), key=lambda manifest: (manifest["received_at"], manifest["inbox_key"])):
        found = outcomes.get(one["delivery_id"], one)
        reason = f" {found['reason_code']}" if found.get("reason_code") else ""
        rows = f" {found['rows_accepted']} rows" if "rows_accepted" in found else ""
        said.append(f"{one['business_period'] or 'no period'} r{one['revision_no']} {found['status']}{reason}{rows}")
    return "; ".join(said)


# -- names -----------------------------------------------------------------------------------------------------------

NAMES = [
    ("name with [ ] ( ) and *", "名单[终](1)*_202509.csv", "2025-09 r1 accepted 5 rows"),
    ("name with an emoji", "名单😀_202509.csv", "2025-09 r1 accepted 5 rows"),
    ("name with a newline", "补贴卡\n名册_202509.csv", "no period r0 refused file.unsafe_name"),
    ("name with ..", "..补贴卡名册_202509.csv", "no period r0 refused file.unsafe_name"),
    ("name that is a path", "x/补贴卡名册_202509.csv", "no period r0 refused file.unsafe_name"),
    ("name of 250 bytes", "名" * 80 + "_202509.csv", "no period r0 refused file.unknown_dataset"),
    ("name with SQL in it", 'x"; drop table y; --_202509.csv', "no period r0 refused file.unknown_dataset"),
    ("name with Jinja in it", "{{ var('x') }}_202509.csv", "no period r0 refused file.unknown_dataset"),
]


@pytest.mark.parametrize(("what", "name", "expected"), NAMES, ids=[one[0] for one in NAMES])
def test_a_name_is_only_a_name(city: SmallCity, fault: Fault, what: str, name: str, expected: str) -> None:
    def tell() -> str:
        city.deliver(name, GOOD)
        city.take_in()
        return statuses(city)

    fault("57" if "in it" in what else "27", what, expected, tell)
    (manifest,) = city.manifests()
    assert manifest["file_name"] == name.removeprefix("x/") if manifest["status"] == "landed" else True
    if manifest["status"] == "refused":
        assert city.lake.get("quarantine", manifest["quarantine_key"]) == GOOD
        assert name not in manifest["quarantine_key"]


def test_a_name_with_brackets_means_that_file_alone(city: SmallCity, fault: Fault) -> None:
    def tell() -> str:
        city.deliver("名单终1x_202509.csv", OTHER, at="2025-10-01T08:00:00+08:00")
        city.deliver("名单[终](1)*_202509.csv", GOOD)
        city.take_in()
        return statuses(city)

    expected = "no period r0 refused file.unknown_dataset; 2025-09 r1 accepted 5 rows"
    fault("27", "a file that a name with [ ] ( ) * would match as a pattern lies beside it", expected, tell)


def test_a_name_longer_than_the_store_takes_stops_at_the_sender(city: SmallCity, fault: Fault) -> None:
    def tell() -> str:
        try:
            city.deliver("名" * 100 + "_202509.csv", GOOD)
        except CityLakeError as error:
            return f"{type(error).__name__}; in the inbox: {len(list(city.lake.list('inbox')))}"
        city.take_in()
        return statuses(city)

    fault("27", "a name of 311 bytes", "KeyUnusable; in the inbox: 0", tell)


# -- what was delivered, and what not --------------------------------------------------------------------------------


def test_bytes_that_changed_after_landing_are_never_staged(city: SmallCity, fault: Fault) -> None:
    def tell() -> str:
        city.deliver(NAME, GOOD)
        landing.land(city.settings)
        key = city.manifests()[0]["landing_key"]
        city.lake.put("landing", key, GOOD[:-1] + b"\x00")
        try:
            staging.stage(city.settings)
        except ObjectDamaged as error:
            return f"{type(error).__name__}; outcomes: {len(city.outcomes())}"
        return statuses(city)

    fault("6", "landed bytes that are not those of the manifest", "ObjectDamaged; outcomes: 0", tell)


@pytest.mark.parametrize(
    ("what", "data", "expected"),
    [
        ("an empty file after a good month", b"", "2025-08 r1 accepted 5 rows; 2025-09 r1 refused file.empty"),
        (
            "a header alone after a good month",
            GOOD.split(b"\n")[0] + b"\n",
            "2025-08 r1 accepted 5 rows; 2025-09 r1 refused file.no_records",
        ),
        ("no file after a good month", None, "2025-08 r1 accepted 5 rows"),
    ],
)
def test_an_empty_delivery_is_not_a_missing_one_and_takes_nothing_away(
    city: SmallCity, fault: Fault, what: str, data: bytes | None, expected: str
) -> None:
    def tell() -> str:
        city.deliver("补贴卡名册_202508.csv", GOOD, at="2025-09-01T09:00:00+08:00")
        if data is not None:
            city.deliver(NAME, data)
        city.take_in()
        return statuses(city)

    fault("18", what, expected, tell)
    assert len(lake_rows(city)) == 5


def lake_rows(city: SmallCity, dataset: str = "hall__roster", columns: str = "card_no, remark") -> list[object]:
    """What dbt reads of a dataset: the rows of its standing deliveries."""
    warehouse.prepare(DAY, city.settings)
    return city.sql(DAY, f"select {columns} from lake.{dataset} order by all")


# -- sent again ------------------------------------------------------------------------------------------------------


def test_a_file_put_over_one_that_has_landed_is_a_revision(city: SmallCity, fault: Fault) -> None:
    def tell() -> str:
        city.deliver(NAME, GOOD, batch="20251001T090000")
        landing.land(city.settings)
        city.deliver(NAME, OTHER, batch="20251001T090000", at="2025-10-02T09:00:00+08:00")
        city.take_in()
        return statuses(city)

    expected = "2025-09 r1 accepted 5 rows; 2025-09 r2 accepted 6 rows"
    fault("34", "a department writes over a file that has landed", expected, tell)
    assert [city.lake.get("landing", one["landing_key"]) for one in city.manifests()] == [GOOD, OTHER]
    assert len(lake_rows(city)) == 6


def test_a_file_put_over_one_while_it_is_landing_is_not_lost(
    city: SmallCity, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    download = Lake.download

    def overtaken(lake: Lake, bucket: str, key: str, *more: object, **named: object) -> None:
        download(lake, bucket, key, *more, **named)
        if bucket == "inbox":
            monkeypatch.setattr(Lake, "download", download)
            lake.put(bucket, key, OTHER, {"received-at": "2025-10-02T09:00:00+08:00"})

    def tell() -> str:
        city.deliver(NAME, GOOD)
        monkeypatch.setattr(Lake, "download", overtaken)
        landing.land(city.settings)
        city.take_in()
        return statuses(city)

    expected = "2025-09 r1 accepted 5 rows; 2025-09 r2 accepted 6 rows"
    fault("34", "a department writes over a file while it is being landed", expected, tell)
    assert [city.lake.get("landing", one["landing_key"]) for one in city.manifests()] == [GOOD, OTHER]


@pytest.mark.parametrize(
    ("what", "second"),
    [("the same file twice", NAME), ("the same content under another name of the dataset", "补贴卡名册_2025-09.csv")],
)
def test_the_same_content_again_adds_no_row(city: SmallCity, fault: Fault, what: str, second: str) -> None:
    def tell() -> str:
        city.deliver(NAME, GOOD)
        city.deliver(second, GOOD, at="2025-10-02T09:00:00+08:00")
        city.take_in()
        return statuses(city)

    fault("35", what, "2025-09 r1 accepted 5 rows; 2025-09 r1 duplicate delivery.duplicate", tell)
    assert len(lake_rows(city)) == 5


CODE = ['x"; drop table y; --', "{{ var('x') }}", "{% import os %}", "=1+1", "+1", "-1", "@SUM(A1)", "'; select 1"]
FORMULA = "=cmd|' /C calc'!A0"


def test_the_ledger_after_an_old_period_came_again_and_cells_were_code(city: SmallCity, fault: Fault) -> None:
    """One build for both: it is the dear part."""
    coded = [roster.row(number, remark=text) for number, text in enumerate(CODE, 1)]
    coded.append(roster.row(99, resident_id=FORMULA))
    changed = [roster.row(number, remark="已更正") for number in range(1, 5)]

    def tell_periods() -> str:
        for month, records in ((7, coded), (8, roster.rows()), (9, roster.rows())):
            at = f"2025-{month + 1:02}-01T09:00:00+08:00"
            city.deliver(f"补贴卡名册_20250{month}.csv", roster.write("csv", records), at=at)
        city.take_in()
        city.deliver("补贴卡名册_202508.csv", roster.write("csv", changed), at="2025-10-20T09:00:00+08:00")
        city.take_in()
        city.night(DAY)
        said = "select business_period, revision_no, status, rows_accepted from quality.fct_deliveries"
        return "; ".join(
            f"{period} r{revision} {status} {rows} rows"
            for period, revision, status, rows in city.sql(DAY, f"{said} where department_id = 'hall' order by all")
        )

    def tell_cells() -> str:
        found = [
            value for (value,) in city.sql(DAY, "select remark from lake.hall__roster order by delivery_id, card_no")
        ]
        raw = city.sql(DAY, "select raw_value from quality.fct_quarantined_rows where dataset_id = 'hall__roster'")
        return f"{'equal' if found[:8] == CODE else found}; quarantine {raw[0][0]}"

    august = "2025-08 r1 superseded 5 rows; 2025-08 r2 accepted 4 rows"
    expected = f"2025-07 r1 accepted 8 rows; {august}; 2025-09 r1 accepted 5 rows"
    fault("36", "an old month delivered again, corrected", expected, tell_periods)
    fault("57", "cells with SQL, Jinja and formulas, in the built database", f"equal; quarantine {FORMULA}", tell_cells)
    remarks = [remark for _, remark in city.sql(DAY, "select card_no, remark from lake.hall__roster")]
    assert sorted(remarks) == sorted([*CODE, *["正常发放"] * 5, *["已更正"] * 4])
    assert len({one["landing_key"] for one in city.manifests()}) == 4


ANSWERS = [
    ("a correction of two rows", "补贴卡名册_202509_更正.csv", [2, 4], "2 更正, 3 正常发放", "accepted 2 rows"),
    ("a correction of a row that was never sent", "补贴卡名册_202509_更正.csv", [2, 77], "1 更正, 4 正常发放",
     "accepted 1 rows, 1 correction.no_such_row"),
    ("a supplement of one row", "补贴卡名册_202509_补报.csv", [77], "1 更正, 5 正常发放", "accepted 1 rows"),
    ("a supplement of a row that is there", "补贴卡名册_202509_补报.csv", [2, 77], "1 更正, 5 正常发放",
     "accepted 1 rows, 1 supplement.row_exists"),
    ("a withdrawal", "补贴卡名册_202509_撤回.csv", [], "", "accepted 0 rows"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "name", "numbers", "remarks", "status"), ANSWERS, ids=[one[0] for one in ANSWERS])
def test_an_answer_touches_only_what_it_names(
    city: SmallCity, fault: Fault, what: str, name: str, numbers: list[int], remarks: str, status: str
) -> None:
    def tell() -> str:
        city.deliver(NAME, GOOD)
        city.deliver("补贴卡名册_202508.csv", GOOD, at="2025-09-01T09:00:00+08:00")
        city.take_in()
        records = [roster.row(number, remark="更正") for number in numbers]
        city.deliver(name, roster.write("csv", records) if records else b"", at="2025-10-20T09:00:00+08:00")
        city.take_in()
        outcome = city.outcomes()[-1]
        found = [f"{outcome['status']} {outcome['rows_accepted']} rows"]
        for key in outcome["quarantine"]:
            rows = pl.read_parquet(city.lake.get("quarantine", key)).filter(kind="row_rejected")
            found += [f"{len(group)} {reason}" for (reason,), group in rows.group_by("reason_code")]
        counts = Counter(remark for _, remark in lake_rows(city))
        counts["正常发放"] -= 5  # of August, which no answer touches
        standing = ", ".join(f"{counts[remark]} {remark}" for remark in ("更正", "正常发放") if counts[remark])
        return f"{', '.join(found)}; September: {standing or 'no row'}"

    fault("36", what, f"{status}; September: {remarks or 'no row'}", tell)


# -- order, calendar, figures ----------------------------------------------------------------------------------------


def test_thirty_days_out_of_order_end_as_thirty_days_in_order(city: SmallCity, fault: Fault, tmp_path: Path) -> None:
    days = [date(2025, 9, 1) + timedelta(n) for n in range(30) if n not in (10, 11, 20)]
    shuffled = random.Random(7).sample(days, len(days))

    def delivered_in(order: list[date], home: Path) -> tuple[list[object], list[object]]:
        empty_buckets(city.settings)
        other = SmallCity(city.settings.model_copy(update={"home": home}))
        for minute, day in enumerate(order):
            records = [roster.row(n, remark=f"{day}") for n in range(day.day, day.day + 4)]
            at = f"2025-10-05T{8 + minute // 60:02}:{minute % 60:02}:00+08:00"
            other.deliver(f"日报_{day:%Y%m%d}.csv", roster.write("csv", records), at=at)
            if minute % 9 == 0:
                other.take_in()
        other.take_in()
        ledger = "select business_period, revision_no, status, rows_accepted from lake.deliveries order by all"
        return lake_rows(other, "hall__daily", "* exclude (delivery_id)"), other.sql(DAY, ledger)

    def tell() -> str:
        in_order, out_of_order = delivered_in(days, tmp_path / "a"), delivered_in(shuffled, tmp_path / "b")
        same = "the same" if in_order == out_of_order else "others"
        return f"{len(out_of_order[0])} rows of {len(out_of_order[1])} days, {same} as in order"

    fault("50", "30 days with gaps, delivered out of order", "108 rows of 27 days, the same as in order", tell)


def test_one_broken_unit_stops_no_other_and_is_told(city: SmallCity, fault: Fault) -> None:
    def tell() -> str:
        city.deliver(NAME, b"PK\x03\x04 not a register", at="2025-10-01T08:00:00+08:00")
        city.deliver("名单[终](1)*_202509.csv", GOOD)
        city.take_in()
        watch(city.settings, DAY)
        issues = [issue for issue in read_issues(city.lake, city.settings) if issue.dataset_id == DATASET]
        return f"{statuses(city)}; open issues: {', '.join(sorted(issue.kind for issue in issues))}"

    expected = "2025-09 r1 refused file.archive_undeclared; 2025-09 r1 accepted 5 rows; open issues: overdue, refused"
    fault("51", "one unit of two sends rubbish", expected, tell)


def test_formulas_go_back_to_the_department_as_text(city: SmallCity, fault: Fault) -> None:
    formulas = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1"]
    records = [roster.row(n, resident_id=text, remark=text) for n, text in enumerate(formulas, 1)]

    def tell() -> str:
        city.deliver(NAME, roster.write("csv", [*records, roster.row(9)]))
        city.take_in()
        write_receipts(city.settings, DAY)
        (path,) = (city.settings.reports_dir / DAY.isoformat() / "receipts" / DEPARTMENT).glob("*.xlsx")
        with zipfile.ZipFile(path) as book:
            cells = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        formed = sum(sheet.count(b"<f>") + sheet.count(b"<f ") for sheet in cells)
        shown = fastexcel.read_excel(path).load_sheet("待更正行", dtypes="string").to_polars()["备注"].to_list()
        return f"{formed} formulas; {len(shown)} rows, first {shown[0]}"

    fault("58", "cells that begin with = + - @ in a receipt", "0 formulas; 5 rows, first =1+1", tell)


@pytest.fixture
def host_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def set_zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_zone
    monkeypatch.undo()
    time.tzset()


MOMENTS = [
    ("00:30 in Shanghai is 16:30 of the day before in UTC", "2025-09-30T16:30:00Z", "日报_20250930.csv",
     "2025-09-30 to 2025-09-30, came 2025-10-01T00:30:00+08:00, due 2025-10-01T08:00:00+08:00, late False"),
    ("one minute past the due time", "2025-10-01T00:01:00Z", "日报_20250930.csv",
     "2025-09-30 to 2025-09-30, came 2025-10-01T08:01:00+08:00, due 2025-10-01T08:00:00+08:00, late True"),
    ("the last day of a leap February", "2024-03-01T01:00:00+08:00", "补贴卡名册_202402.csv",
     "2024-02-01 to 2024-02-29, came 2024-03-01T01:00:00+08:00, due 2024-03-30T18:00:00+08:00, late False"),
    ("the last day of a year", "2025-12-31T17:00:00Z", "日报_20251231.csv",
     "2025-12-31 to 2025-12-31, came 2026-01-01T01:00:00+08:00, due 2026-01-01T08:00:00+08:00, late False"),
    ("a day that does not exist", "2025-03-01T01:00:00+08:00", "日报_20250229.csv", "refused file.unknown_dataset"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "at", "name", "expected"), MOMENTS, ids=[one[0] for one in MOMENTS])
def test_business_dates_are_those_of_shanghai_on_any_host(
    city: SmallCity, fault: Fault, host_zone: Callable[[str], None], what: str, at: str, name: str, expected: str
) -> None:
    seen = []
    for zone in ("UTC", "America/New_York"):
        host_zone(zone)
        city.deliver(name, GOOD, at=at)
        landing.land(city.settings)
        (one,) = city.manifests()
        place = f"{one['period_start']} to {one['period_end']}, came {one['received_at']}"
        taken = f"{place}, due {one['due_at']}, late {one['is_late']}"
        seen.append(taken if one["status"] == "landed" else f"{one['status']} {one['reason_code']}")
        for item in list(city.lake.list("landing")):
            city.lake.remove("landing", item.key)
    fault("52", what, expected, lambda: seen[0] if seen[0] == seen[1] else seen)


# -- figures that depart from the usual --------------------------------------------------------------------------------

USUAL = [roster.row(number, division_code=("320402", "320404", "320411")[number % 3]) for number in range(10)]
DEPARTURES = [
    ("as usual", USUAL, "accepted 10 rows"),
    ("rows down by 50 %", USUAL[:5], "held delivery.volume_rows 5 rows"),
    ("rows up by 310 %", [*USUAL, *roster.rows(41)[10:]], "held delivery.volume_rows 41 rows"),
    (
        "no value in half the cells of a key",
        [one | {"division_code": ""} if number > 5 else one for number, one in enumerate(USUAL)],
        "held delivery.volume_nulls 10 rows",
    ),
    (
        "no row of one district",
        [one | {"division_code": "320402"} if one["division_code"] == "320411" else one for one in USUAL],
        "held delivery.volume_group_gone 10 rows",
    ),
]


@pytest.mark.parametrize(("what", "records", "expected"), DEPARTURES, ids=[one[0] for one in DEPARTURES])
def test_a_delivery_that_departs_from_the_last_ones_is_held(
    city: SmallCity, fault: Fault, what: str, records: list[roster.Row], expected: str
) -> None:
    def tell() -> str:
        for month in (5, 6, 7):
            city.deliver(
                f"计数_20250{month}.csv", roster.write("csv", USUAL), at=f"2025-{month + 1:02}-01T09:00:00+08:00"
            )
        city.deliver("计数_202508.csv", roster.write("csv", records), at="2025-09-01T09:00:00+08:00")
        city.take_in()
        return statuses(city).rpartition("2025-08 r1 ")[2]

    fault("53", what, expected, tell)


# -- names and cells that are code -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ['x"; drop table y; --', "{{ var('x') }}", "{% import os %}", "列名", "Name", "1st"])
@pytest.mark.parametrize("place", ["dataset", "column"])
def test_names_in_contracts_are_by_allow_list(tmp_path: Path, fault: Fault, place: str, name: str) -> None:
    terms = roster.terms(dataset=f"hall__{name}" if place == "dataset" else "hall__roster")
    if place == "column":
        terms["columns"][name] = terms["columns"].pop("remark")

    def tell() -> str:
        folder = small_city.contracts_folder(tmp_path / "contracts")
        path = folder / "datasets" / "hall__roster.yml"
        path.write_text(roster.as_yaml(terms), encoding="utf-8")
        with (folder / "columns.yml").open("a", encoding="utf-8") as file:
            file.write(roster.as_yaml({name: roster.columns_of_dictionary()["remark"]}))
        try:
            load_contracts(folder)
        except ContractsInvalid as error:
            return f"refused {error.problems[0].file}"
        return "loaded"

    fault("57", f"a {place} named {name}", "refused hall__roster.yml", tell)
