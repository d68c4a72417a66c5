"""The simulator: same seed same bytes, valid identifiers, truth that clean exports bear out, faults where it says."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from citylake.simulator import SimulationRefused, simulate
from citylake.simulator.files.forms import LAYOUTS
from citylake.simulator.files.spellings import SPELLINGS
from citylake.simulator.registry import EXPORTS
from citylake.simulator.world.published import figures

PEOPLE = 1_500
CONTRACTS = Path(__file__).parents[2] / "plugins" / "citylake" / "contracts"
DIVISIONS = ["320402", "320404", "320411", "320412", "320413", "320481"]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean")
    simulate(out, people=PEOPLE, faults="none")
    return out


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("usual")
    simulate(out, people=PEOPLE, faults="usual")
    return out


@pytest.fixture(scope="module")
def worst(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("worst")
    simulate(out, people=PEOPLE, faults="all")
    return out


def digests(out: Path) -> dict[str, tuple[str, float]]:
    return {
        str(path.relative_to(out)): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime if "inbox" in path.parts else 0.0,
        )
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def faults_of(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / "truth" / "faults.jsonl").read_text(encoding="utf-8").splitlines()]


def is_resident_id(text: str) -> bool:
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return False
    date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    return "10X98765432"[sum(int(c) * w for c, w in zip(text, weights, strict=False)) % 11] == text[17]


def is_credit_code(text: str) -> bool:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(c) * 3**i for i, c in enumerate(text[:17]))
    values = [ord(c) - 55 if c.isalpha() else int(c) for c in text[8:17]]
    organisation = 11 - sum(v * w for v, w in zip(values, [3, 7, 9, 10, 5, 8, 4, 2], strict=False)) % 11
    ninth = {10: "X", 11: "0"}.get(organisation, str(organisation))
    return alphabet[(31 - total % 31) % 31] == text[17] and text[16] == ninth


# -- the same arguments, the same bytes -------------------------------------------------------------------------------


def test_same_seed_gives_same_bytes_and_times(usual: Path, tmp_path: Path) -> None:
    simulate(tmp_path, people=PEOPLE, faults="usual")
    assert digests(tmp_path) == digests(usual)


def test_another_seed_gives_another_city(clean: Path, tmp_path: Path) -> None:
    simulate(tmp_path, people=PEOPLE, faults="none", seed=7, datasets=())
    ours, theirs = (pl.read_parquet(out / "truth" / "persons.parquet") for out in (clean, tmp_path))
    assert not ours["resident_id"].equals(theirs["resident_id"])


def test_dirt_leaves_the_truth_alone(clean: Path, usual: Path) -> None:
    for name in ("indicator_values", "persons", "legal_entities"):
        one, other = (pl.read_parquet(out / "truth" / f"{name}.parquet") for out in (clean, usual))
        assert one.equals(other)


def test_an_unfinished_month_is_delivered_by_day_but_has_no_truth(tmp_path: Path) -> None:
    some = ("government_services__cases", "medical_insurance__insured_persons")
    simulate(tmp_path, people=600, months=2, until=date(2024, 3, 17), faults="none", datasets=some)
    assert (tmp_path / "inbox/government_services/政务服务办件库_20240317.csv").exists()
    assert not (tmp_path / "inbox/medical_insurance/基本医疗保险参保人员_202403.parquet").exists()
    assert pl.read_parquet(tmp_path / "truth/indicator_values.parquet")["period"].max() == "2024-02"


def test_a_folder_with_other_things_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(SimulationRefused):
        simulate(tmp_path, people=600)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize("wrong", [{"people": 10}, {"months": 0}, {"faults": "some"}, {"datasets": ["a__b"]}])
def test_arguments_that_make_no_city_are_refused(tmp_path: Path, wrong: dict) -> None:
    with pytest.raises(SimulationRefused):
        simulate(tmp_path / "out", **{"people": 600, **wrong})
    assert not (tmp_path / "out").exists()


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_identifiers_are_valid_and_unique(clean: Path) -> None:
    persons = pl.read_parquet(clean / "truth" / "persons.parquet")
    firms = pl.read_parquet(clean / "truth" / "legal_entities.parquet")
    assert all(map(is_resident_id, persons["resident_id"].to_list()))
    assert all(map(is_credit_code, firms["uscc"].drop_nulls().to_list()))
    assert persons["resident_id"].is_unique().all() and firms["uscc"].drop_nulls().is_unique().all()
    births = persons["resident_id"].str.slice(6, 8).str.to_date("%Y%m%d")
    assert births.equals(persons["birth_date"].alias("resident_id"))
    sexes = persons["resident_id"].str.slice(16, 1).cast(pl.Int32) % 2
    assert ((sexes == 1) == (persons["sex"] == "male")).all()


def test_numbers_carry_area_codes_that_are_no_longer_in_force(tmp_path: Path) -> None:
    simulate(tmp_path, people=20_000, months=1, faults="none", datasets=())
    areas = set(pl.read_parquet(tmp_path / "truth/persons.parquet")["resident_id"].str.slice(0, 6).to_list())
    assert {"329015", "320421", "320482", "320405", "320411", "320423"} <= areas
    assert any(area.startswith("341") for area in areas)


def test_layouts_are_what_the_contracts_expect() -> None:
    codes = yaml.safe_load((CONTRACTS / "codes.yml").read_text(encoding="utf-8"))
    for dataset, layout in LAYOUTS.items():
        path = CONTRACTS / "datasets" / f"{dataset}.yml"
        contract = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert contract["delivery"]["file_name"] == layout.file_name("{period}"), path.stem
        assert contract["delivery"]["cycle"] == layout.cycle, path.stem
        assert contract["form"].get("sheet") == layout.sheet, path.stem
        assert contract["form"].get("header_rows", 1) == layout.header_rows, path.stem
        assert [one.name for one in layout.fields] == list(contract["columns"]), path.stem
        # The value of a loose column is left out; elsewhere the row comes back (a required one comes back in any case).
        lenient = {name for name, one in contract["columns"].items() if one and not one.get("required")}
        drift = {name: (contract["columns"][name] or {}).get("drift") for name in lenient}
        loose = {name for name, mode in drift.items() if mode in ("discard_value", "evolve")}
        assert layout.loose == loose, path.stem
        for one in layout.fields:
            column = contract["columns"][one.name]
            assert one.header in column["headers"], (path.stem, one.name)
            if one.kind.startswith("list:"):
                assert one.kind == f"list:{column['codes']}", (path.stem, one.name)
    for name, words in SPELLINGS.items():
        for code, spellings in words.items():
            known = {codes[name][code]["zh"], *map(str, codes[name][code].get("also", []))}
            assert set(spellings) <= known, (name, code)


@pytest.mark.parametrize("level", ["clean", "usual", "worst"])
def test_every_file_has_a_known_name(level: str, request: pytest.FixtureRequest) -> None:
    out = request.getfixturevalue(level)
    patterns = {
        (one.department, re.compile(re.escape(one.file_name("@")).replace("@", "[0-9]{4}(Q[1-4]|[0-9]{0,4})")))
        for one in LAYOUTS.values()
    }
    strangers = [
        path.name
        for path in (out / "inbox").rglob("*")
        if path.is_file()
        and not any(
            path.relative_to(out / "inbox").parts[0] == department and pattern.fullmatch(path.name)
            for department, pattern in patterns
        )
    ]
    assert len(strangers) == (5 if level == "worst" else 0), strangers
    seen = {name for name in LAYOUTS if any((out / "inbox").rglob(f"{LAYOUTS[name].stem}_*"))}
    assert seen == set(EXPORTS) | set(figures()["dataset_id"])


def test_every_file_arrives_after_its_period_and_no_file_is_empty(clean: Path) -> None:
    for path in (clean / "inbox").rglob("*_2025????.*"):
        assert path.stat().st_size > 0
        arrived = pl.Series([path.stat().st_mtime_ns // 1000]).cast(pl.Datetime("us", "UTC"))
        local = arrived.dt.convert_time_zone("Asia/Shanghai")
        assert f"{local.dt.date()[0]:%Y%m%d}" > path.stem[-8:]


def test_real_figures_are_named_and_untouched(usual: Path) -> None:
    marker = json.loads((usual / "SIMULATED.json").read_text(encoding="utf-8"))
    assert marker["origin"] == "simulated" and marker["people"] == PEOPLE
    assert len(marker["real"]) == 8 and all((usual / path).exists() for path in marker["real"])
    bulletin = pl.read_csv(usual / "inbox/statistics/统计公报与公开发布数据_2024.csv", infer_schema=False)
    gdp = bulletin.filter(pl.col("年份") == "2021", pl.col("指标或序列名称").str.starts_with("地区生产总值"))
    vintages = dict(gdp.filter(pl.col("时期") == "全年").select("数值", "数据版本").iter_rows())
    assert vintages["9037.84"] == "修订" and vintages["8807.58"] == "初步"
    assert not {fault["path"] for fault in faults_of(usual) if fault["line"]} & set(marker["real"])


# -- the truth --------------------------------------------------------------------------------------------------------


def test_truth_has_the_shape_that_users_hold_on_to(clean: Path) -> None:
    values = pl.read_parquet(clean / "truth" / "indicator_values.parquet")
    assert values.columns == ["indicator_no", "region_code", "period", "numerator", "denominator", "value"]
    assert set(values["indicator_no"]) == {7, 10, 17, 20, 21, 22, 23, 26, 34}
    assert values.select("indicator_no", "region_code", "period").is_unique().all()
    whole = values.filter(pl.col("region_code") == "320400", pl.col("indicator_no") != 23)
    assert set(whole.group_by("indicator_no").len()["len"]) == {58}
    shares = values.filter(pl.col("indicator_no") != 34, pl.col("value").is_not_null())
    assert shares["value"].is_between(0, 100).all()
    links = pl.read_parquet(clean / "truth" / "entity_links.parquet")
    assert links.columns[:6] == [
        "entity_type", "true_entity_id", "dataset_id", "file_name", "sheet_name", "line_number",
    ]  # fmt: skip


def all_rows(out: Path, dataset: str) -> pl.DataFrame:
    """Every row of a dataset's clean files under the lake's column names, oldest file first; standard words."""
    layout = LAYOUTS[dataset]
    frames = []
    # A month's file (202507) holds older rows than the files of single days (20250901).
    for path in sorted(
        (out / "inbox" / layout.department).glob(f"{layout.stem}_*"), key=lambda one: (len(one.stem), one)
    ):
        if layout.form == "csv":
            frame = pl.read_csv(path.read_bytes().decode(layout.encoding).encode(), infer_schema=False)
        elif layout.form == "jsonl":
            frame = pl.read_ndjson(path, infer_schema_length=None).cast(pl.String)
        elif layout.form == "parquet":
            frame = pl.read_parquet(path)
        else:
            frame = pl.read_excel(path, sheet_name=layout.sheet, read_options={"header_row": layout.header_rows - 1})
        frames.append(frame.select(pl.col(one.header).alias(one.name) for one in layout.fields))
    return pl.concat(frames, how="vertical_relaxed")


def latest(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.filter(pl.col(column) == pl.col(column).max())


def counted(
    number: int, end: date, rows: pl.DataFrame, region: str | None, numerator: pl.Expr
) -> Iterator[tuple[int, str, str, int, int]]:
    for code in ["320400", *(DIVISIONS if region else [])]:
        here = rows if code == "320400" else rows.filter(pl.col(region) == code)
        yield number, code, f"{end:%Y-%m}", here.filter(numerator).height, here.height


def share_of_people(number: int, end: date, people: pl.DataFrame, log: pl.DataFrame, at: str, kind: str, on: str):
    last = log.filter(pl.col(at).str.slice(0, 10) <= f"{end}").sort(at).group_by("resident_id").last()
    active = last.filter(pl.col(kind) == on).select("resident_id", pl.lit(True).alias("active"))
    joined = people.unique("resident_id").join(active, on="resident_id", how="left")
    return counted(number, end, joined, "division", pl.col("active").fill_null(False))


def recounted(out: Path) -> Iterator[tuple[int, str, str, int, int]]:
    """The indicators counted again from the files alone, by the definitions as they are written down."""
    medical = latest(all_rows(out, "medical_insurance__insured_persons"), "stat_month")
    insured = medical.filter(pl.col("status") == "正常参保", pl.col("insured_division_code").is_in(DIVISIONS))
    cards = all_rows(out, "human_resources__social_security_cards").unique("certificate_no", keep="last")
    vouchers = all_rows(out, "medical_insurance__voucher_activations")
    electronic = all_rows(out, "human_resources__electronic_card_issuance")
    items = all_rows(out, "government_services__service_items")
    items = items.tail(items.height).unique(["item_code", "valid_from_date"], keep="last")
    cases = all_rows(out, "government_services__cases")
    for end in (date(2020, 12, 31), date(2023, 6, 30), date(2025, 8, 31), date(2025, 9, 30)):
        holders = insured.filter(pl.col("valid_from_date") <= end).rename({"insured_division_code": "division"})
        yield from share_of_people(17, end, holders, vouchers, "activated_at", "activation_type_code", "激活")
        holders = cards.filter(pl.col("status") == "正常", pl.col("issued_date") <= f"{end}")
        holders = holders.rename({"issuing_division_code": "division"})
        yield from share_of_people(20, end, holders, electronic, "issued_at", "issue_type_code", "签发")
        valid = items.filter(
            pl.col("status") == "启用",
            pl.col("is_exception") == "否",
            pl.col("valid_from_date") <= f"{end}",
            pl.col("valid_to_date").is_null() | (pl.col("valid_to_date") >= f"{end}"),
        )
        yield from counted(21, end, valid, "division_code", pl.col("onsite_visit_count") == "0")
        online = pl.col("online_depth_code").is_in(["Ⅱ级", "Ⅲ级", "Ⅳ级"]) & pl.col("online_url").is_not_null()
        yield from counted(22, end, valid, "division_code", online)
        month = cases.filter(
            pl.col("applied_at").str.starts_with(f"{end:%Y-%m}"),
            pl.col("is_test_case") == "否",
            pl.col("is_inquiry_only") == "否",
        )
        if month.height:
            yield from counted(23, end, month, "division_code", pl.col("channel_code").is_in(["网上", "移动"]))
    yield from recounted_inventories(out)


def recounted_inventories(out: Path) -> Iterator[tuple[int, str, str, int, int]]:
    systems = all_rows(out, "big_data__government_systems").unique("system_id", keep="last")
    resources = all_rows(out, "big_data__resource_catalogue").unique("resource_code", keep="last")
    attached = latest(all_rows(out, "big_data__sharing_interfaces"), "stat_date").filter(pl.col("status") == "正常")
    junctions = all_rows(out, "public_security__signal_junctions").unique("junction_id", keep="last")
    uses = all_rows(out, "industry__cloud_enterprises")
    uses = uses.unique(["uscc", "cloud_provider", "cloud_service_type_code"], keep="last").filter(
        pl.col("status") == "在用"
    )
    for end in (date(2020, 12, 31), date(2023, 6, 30), date(2025, 8, 31), date(2025, 9, 30)):
        by_then = pl.lit(end)
        required = systems.filter(
            pl.col("is_cloud_required") == "是",
            pl.col("secrecy_level_code") != "涉密",
            pl.col("launched_date") <= by_then,
            pl.col("retired_date").is_null() | (pl.col("retired_date") > by_then),
        )
        on_cloud = (pl.col("deployment_code") == "政务云") & (pl.col("cloud_date") <= by_then)
        yield from counted(7, end, required, None, on_cloud)
        shared = resources.filter(
            pl.col("status") == "已发布",
            pl.col("sharing_type_code") != "不予共享",
            pl.col("secrecy_level_code") != "涉密",
            pl.col("published_date") <= by_then,
        )
        ready = attached.filter(pl.col("attached_date") <= f"{end}")["resource_code"].unique()
        yield from counted(10, end, shared, None, pl.col("resource_code").is_in(ready.implode()))
        in_use = junctions.filter(pl.col("status") == "启用")
        joined = (pl.col("is_networked") == "是") & (pl.col("is_jointly_controlled") == "是")
        yield from counted(26, end, in_use, "division_code", joined & (pl.col("connected_date") <= by_then))
        firms = uses.filter(pl.col("first_cloud_date") <= f"{end}").unique("uscc")
        for number, code, period, count, _ in counted(34, end, firms, "division_code", pl.lit(True)):
            yield number, code, period, count, -1


def test_truth_equals_what_the_clean_files_say(clean: Path) -> None:
    truth = {
        row[:3]: (row[3], row[4])
        for row in pl.read_parquet(clean / "truth" / "indicator_values.parquet").fill_null(-1).iter_rows()
    }
    again = list(recounted(clean))
    assert len({row[0] for row in again}) == 9
    assert [(row, truth[row[:3]]) for row in again if truth[row[:3]] != row[3:]] == []


# -- the faults -------------------------------------------------------------------------------------------------------


def test_clean_city_has_no_faults(clean: Path) -> None:
    assert faults_of(clean) == []


def cells_at(out: Path, fault: dict) -> str:
    """The text of the line that a fault names."""
    path, line = out / fault["path"], fault["line"]
    layout = LAYOUTS[fault["dataset_id"]]
    if layout.form == "parquet":
        return str(pl.read_parquet(path).row(line - 1, named=True)[fault["header"]])
    if layout.form == "xlsx":
        sheet = pl.read_excel(path, sheet_name=fault["sheet"], has_header=False, infer_schema_length=0)
        return str(sheet.row(line - 1)[[one.header for one in layout.fields].index(fault["header"])])
    return path.read_bytes().decode(layout.encoding).split("\n")[line - 1]


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("unknown_code", "待核实|邮寄"),
        ("full_width", "[０-９]{8}"),
        ("impossible_date", "20230230|2025-02-30"),
        ("number_in_scientific_form", r"3\.20[0-9]*E\+1[0-9]"),
        ("line_break_in_quotes", '".*,$|,\n“转”'),
        ("html_in_name", "<b>.*</b>"),
        ("utc_time", "T[0-9:]{8}Z"),
        ("trailing_blank", "  $"),
        ("lower_case_x", "[0-9]{17}x"),
    ],
)
def test_faults_stand_on_the_lines_they_name(usual: Path, kind: str, pattern: str) -> None:
    found = [fault for fault in faults_of(usual) if fault["kind"] == kind]
    assert found
    for fault in found[:25]:
        assert re.search(pattern, cells_at(usual, fault)), fault


def test_late_deliveries_follow_under_the_same_name(usual: Path) -> None:
    expected = {"late", "overdue", "duplicate", "superseded", "refused"}
    by_outcome = {fault["expected"]: fault["path"] for fault in faults_of(usual) if fault["expected"] in expected}
    assert set(by_outcome) == expected
    assert not (usual / by_outcome["overdue"]).exists()
    again = usual / by_outcome["duplicate"]
    assert again.read_bytes() == (again.parent.parent / again.name).read_bytes()
    for outcome in ("superseded", "refused"):
        first = usual / by_outcome[outcome]
        second = first.parent / "再报" / first.name
        assert second.read_bytes() != first.read_bytes()
        assert second.stat().st_mtime > first.stat().st_mtime


def test_entity_links_point_at_the_records(clean: Path) -> None:
    links = pl.read_parquet(clean / "truth" / "entity_links.parquet")
    persons = pl.read_parquet(clean / "truth" / "persons.parquet").select(
        "true_entity_id", "resident_id", "former_resident_id"
    )
    name = "户籍人口信息_202507.csv"
    register = pl.read_csv(
        (clean / "inbox/public_security" / name).read_bytes().decode("gb18030").encode(), infer_schema=False
    )
    own = links.filter(pl.col("file_name") == name).sort("line_number").join(persons, on="true_entity_id", how="left")
    assert own["line_number"].to_list() == list(range(2, register.height + 2))
    own = own.sort("line_number").with_columns(register["公民身份号码"].alias("written"))
    # A number corrected in a later month stands here as it was before.
    is_known = (pl.col("written") == pl.col("resident_id")) | (pl.col("written") == pl.col("former_resident_id"))
    assert own.select(is_known.fill_null(False).all()).item()
    assert own.select((pl.col("written") == pl.col("resident_id")).mean()).item() > 0.99
