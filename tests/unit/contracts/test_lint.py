"""Each rule of a contract: broken once, it is named with file, key and the very line, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from citylake import cli
from citylake.contracts import load_contracts
from citylake.contracts.dictionary import CHECKS
from citylake.errors import ContractProblem, ContractsInvalid
from citylake.staging import identifiers

CARDS = "human_resources__social_security_cards.yml"
ENTERPRISES = "market_supervision__enterprises.yml"


# A key that is misspelt is missing as well.
MISSED = {"delivery.mode", "owner.department", "columns.bank_code.headers"}
# Keys that are wrong because of another one: the text of their own line.
ELSEWHERE = {"form.archive": "form:", "columns.status.codes": "  status:", "columns.status.headers.0": "  status:"}


def problems(folder: Path) -> list[ContractProblem]:
    load_contracts.cache_clear()
    with pytest.raises(ContractsInvalid) as error:
        load_contracts(folder)
    return error.value.problems


def spoil(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces `old`, which occurs once, and gives the line on which it stands."""
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
    return text.split(old)[0].count("\n") + 1


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "says"),
    [
        (CARDS, "mode: increment", "mood: increment", "delivery.mood", "nearest known: mode"),
        (CARDS, "owner: {department:", "owner: {departmen:", "owner.departmen", "nearest known: department"),
        (CARDS, "bank_code: {headers:", "bank_code: {heders:", "columns.bank_code.heders", "nearest known: headers"),
        (CARDS, "codes: card_status", "codes: card_statuss", "columns.status.codes", "nearest known: card_status"),
        (
            CARDS,
            "bank_code: {headers: [合作银行]}",
            "bank_code: {headers: [卡状态]}",
            "columns.status.headers.0",
            "bank_code",
        ),
        (
            CARDS,
            "bank_code: {headers: [合作银行]}",
            "bank_code: {headers: [合作银行, {text: 银行, since: 2024-01-01, until: 2023-01-01}]}",
            "columns.bank_code.headers.1",
            "ends before it begins",
        ),
        (CARDS, "bank_code: {headers: [合作银行]}", "bank_code: 合作银行", "columns.bank_code", "must hold"),
        (
            CARDS,
            "bank_code: {headers: [合作银行]}",
            "bank_code: {headers: [合作银行], unit: 万元}",
            "columns.bank_code.unit",
            "type text",
        ),
        (
            CARDS,
            "bank_code: {headers: [合作银行]}",
            "bank_code: {headers: [合作银行], pattern: '('}",
            "columns.bank_code.pattern",
            "not a regular expression",
        ),
        (
            CARDS,
            "bank_code: {headers: [合作银行]}",
            "bank_code: {headers: [合作银行], position: [1, 4]}",
            "columns.bank_code.position",
            "only fixed width",
        ),
        (CARDS, '"^总计"', '"^(总计"', "not_records.1", "not a regular expression"),
        (CARDS, '"^总计"', '"^(?!总计)"', "not_records.1", "look-around"),
        (CARDS, "key: [certificate_no]", "key: [card_no]", "key", "card_no"),
        (CARDS, "reject: {", "volume: {groups: street}\nreject: {", "volume.groups", "street"),
        (CARDS, "reject: {", "missing: ['', 挂失]\nreject: {", "columns.status.codes", "挂失"),
        (CARDS, "form: {type: csv,", "form: {type: xlsx,", "form.type", ".csv"),
        (CARDS, "持卡信息_{period}.csv", "持卡信息_{period}.csv.gz", "form.archive", "gzip"),
        (CARDS, "share: 有条件共享", "share: 有条件", "catalogue.share", "有条件共享"),
        (CARDS, "version: 2", "version: 2\nversion: 3", "version", "already"),
        (ENTERPRISES, "unit: 万元", "unit: 亩", "columns.registered_capital_cny.unit", "_m2"),
        (ENTERPRISES, '"注册资本(万元)"', '"注册资本(人)"', "columns.registered_capital_cny.headers.0", "_persons"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    contracts: Path, name: str, old: str, new: str, key: str, says: str
) -> None:
    line = spoil(contracts, f"datasets/{name}", old, new)
    found = {one.key: one for one in problems(contracts)}
    assert {one.file for one in found.values()} == {name}
    assert set(found) - {key} <= MISSED
    assert says in found[key].message
    text = (contracts / "datasets" / name).read_text(encoding="utf-8")
    lines = {line, line + new.count("\n"), text.split(ELSEWHERE.get(key, new))[0].count("\n") + 1}
    assert found[key].line in lines


def test_a_key_that_occurs_twice_is_named_on_its_own_line(contracts: Path) -> None:
    """`status` is a key of the contract and a column of it: the column's line is the one that is named."""
    line = spoil(contracts, f"datasets/{CARDS}", "codes: card_status", "codes: nothing_like_it")
    assert [one.line for one in problems(contracts)] == [line]


@pytest.mark.parametrize(("since", "is_wrong"), [("2023-12-31", True), ("2024-01-01", False)])
def test_a_header_may_pass_from_one_column_to_another_but_not_be_both_on_one_day(
    contracts: Path, since: str, is_wrong: bool
) -> None:
    name = f"datasets/{CARDS}"
    spoil(contracts, name, "headers: [合作银行]", "headers: [合作银行, {text: 代码, until: 2023-12-31}]")
    line = spoil(contracts, name, "headers: [卡类别]", f"headers: [卡类别, {{text: 代 码, since: {since}}}]")
    load_contracts.cache_clear()
    if not is_wrong:
        load_contracts(contracts)
        return
    # The columns stand in the order of the file: the later one is named.
    assert [one.key for one in problems(contracts)] == ["columns.bank_code.headers.1"]
    assert [one.line for one in problems(contracts)] == [line + 2]


def test_fields_of_a_fixed_width_line_may_not_overlap(contracts: Path) -> None:
    path = contracts / "datasets" / CARDS
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    data["form"] = {"type": "fixed", "encodings": ["gb18030"]}
    for place, terms in enumerate(data["columns"].values()):
        terms["position"] = [1 + 10 * place, 10]
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    load_contracts.cache_clear()
    load_contracts(contracts)
    data["columns"]["person_no"]["position"] = [20, 11]
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    assert [(one.key, one.message) for one in problems(contracts)] == [
        ("columns.person_no.position", "begins inside certificate_no")
    ]


def share_a_workbook(folder: Path, sheet: str) -> None:
    """Gives the catalogue of resources the file of the catalogue of systems."""
    name = "datasets/big_data__resource_catalogue.yml"
    spoil(folder, name, "公共数据资源目录_{period}.xlsx", "政务信息系统目录_{period}.xlsx")
    spoil(folder, name, "sheet: 资源目录", sheet)
    load_contracts.cache_clear()


def test_two_datasets_may_share_a_workbook_when_each_names_its_own_sheets(contracts: Path) -> None:
    share_a_workbook(contracts, "sheet: [资源目录, 资源目录2]")
    assert "big_data__resource_catalogue" in load_contracts(contracts).datasets


@pytest.mark.parametrize(
    ("sheet", "key"),
    [("sheet: 系统目录", "form.sheet"), ("sheet: '*'", "delivery.file_name"), ("sheet: null", "delivery.file_name")],
)
def test_two_datasets_of_one_file_may_not_take_the_same_sheet(contracts: Path, sheet: str, key: str) -> None:
    share_a_workbook(contracts, sheet)
    assert [(one.file, one.key) for one in problems(contracts)] == [("big_data__resource_catalogue.yml", key)]


def test_a_check_that_nobody_knows_is_refused(contracts: Path) -> None:
    unique = "\nresident_id:\n  zh: 公民身份号码\n  type: code\n  check: "
    line = spoil(contracts, "columns.yml", f"{unique}resident_id", f"{unique}resident_ids") + 4
    found = problems(contracts)
    assert [(one.file, one.line, one.key) for one in found] == [("columns.yml", line, "resident_id.check")]
    assert "nearest known: resident_id" in found[0].message


def test_the_checks_that_contracts_may_name_are_those_that_staging_knows() -> None:
    assert set(CHECKS) == {*identifiers.CHECKS, *identifiers.VALUE_CHECKS}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (
            "accepted_at:\n  zh: 受理时间\n  type: timestamp",
            "accepted_at:\n  zh: 受理时间\n  typ: timestamp",
            "accepted_at.typ",
        ),
        (
            "accepted_at:\n  zh: 受理时间\n  type: timestamp\n  level: 1",
            "accepted_at:\n  zh: 受理时间\n  type: timestamp\n  level: 9",
            "accepted_at.level",
        ),
    ],
)
def test_a_wrong_entry_of_the_column_dictionary_is_named(contracts: Path, old: str, new: str, key: str) -> None:
    spoil(contracts, "columns.yml", old, new)
    assert key in [one.key for one in problems(contracts)]


@pytest.mark.parametrize(
    "text", ["", "just words", "- a\n- list", "a: [", "columns: 3\n", "columns: {status: }\n", "\x00"]
)
def test_a_file_that_is_no_contract_is_named_and_nothing_else_happens(contracts: Path, text: str) -> None:
    (contracts / "datasets" / "tax__strange.yml").write_text(text, encoding="utf-8")
    assert {one.file for one in problems(contracts)} == {"tax__strange.yml"}


def test_a_draft_stops_no_night_but_is_refused_by_the_check(
    contracts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"datasets/{CARDS}"
    spoil(contracts, name, "legal_basis: 政务信息资源共享管理暂行办法", "legal_basis: 待填 依据")
    spoil(contracts, name, "share: 有条件共享", "share: 待填")
    assert {one.key for one in problems(contracts)} == {"catalogue.legal_basis", "catalogue.share"}

    spoil(contracts, name, "status: active", "status: planned")
    load_contracts.cache_clear()
    found = load_contracts(contracts)
    assert found.drafts == (CARDS.removesuffix(".yml"),)
    assert CARDS.removesuffix(".yml") not in found.datasets
    assert cli.main(["contracts", "check"]) == 2
    said = capsys.readouterr().err
    line = (contracts / name).read_text(encoding="utf-8").split("catalogue:")[0].count("\n") + 1
    assert f"{CARDS}:{line}: catalogue.legal_basis: is still to be filled in" in said
    assert f"{CARDS}:{line}: catalogue.share: is still to be filled in" in said


def test_a_column_without_a_meaning_is_good_for_no_active_dataset(contracts: Path) -> None:
    spoil(contracts, "columns.yml", "meaning: bank that issues the card together with the bureau", "meaning: 待填")
    assert [(one.file, one.key) for one in problems(contracts)] == [(CARDS, "columns.bank_code")]
