"""The measuring of a simulated city, on cities so small that every figure was counted by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from citylake import accuracy
from citylake.cli import app
from citylake.settings import get_settings
from unit.accuracy.conftest import INSURED, REGISTER, Hand

Make = Callable[[], Hand]


def figure(measured: accuracy.Accuracy, subject: str, measure: str) -> accuracy.Figure:
    (found,) = [one for one in measured.figures if (one.subject, one.measure) == (subject, measure)]
    return found


def kind(measured: accuracy.Accuracy, name: str) -> accuracy.FaultKind:
    (found,) = [one for one in measured.kinds if one.kind == name]
    return found


def measure(city: Hand) -> accuracy.Accuracy:
    city.publish()
    return accuracy.measure(city.folder, city.settings)


def test_links_as_in_truth_give_full_precision_and_recall(hand: Make) -> None:
    measured = measure(hand())
    for name in ("precision", "recall"):
        one = figure(measured, "person", name)
        assert (one.part, one.whole, one.is_reached) == (4, 4, True)
    assert figure(measured, "person", "records linked").value == 1
    assert measured.rules == [accuracy.Rule("person", "resident_id", 8, 0)]


def test_one_swapped_link_costs_precision_and_recall(hand: Make) -> None:
    """The insured records of P1 and P2 change places: two of four pairs are wrong, two of four true ones are lost."""
    city = hand()
    city.entities[4], city.entities[5] = "b", "a"
    measured = measure(city)
    for name in ("precision", "recall"):
        one = figure(measured, "person", name)
        assert (one.part, one.whole, one.is_reached) == (2, 4, False)
    assert measured.rules[0].wrong == 2
    assert figure(measured, "person", "precision") in measured.short


def test_two_persons_in_one_entity_cost_precision_alone_and_one_in_two_recall_alone(hand: Make) -> None:
    merged, split = hand(), hand()
    merged.entities = ["a", "a", "c", "d"] * 2
    split.entities[4] = "e"
    one = measure(merged)
    assert (figure(one, "person", "precision").part, figure(one, "person", "precision").whole) == (4, 8)
    assert figure(one, "person", "recall").value == 1
    two = measure(split)
    assert figure(two, "person", "precision").value == 1
    assert figure(two, "person", "recall").value == 3 / 4


def test_a_record_without_a_link_is_told_unless_it_was_set_aside(hand: Make) -> None:
    city = hand()
    city.publish()
    import duckdb

    with duckdb.connect(str(city.settings.warehouse_dir / "versions" / "citylake-b1.operator.duckdb")) as connection:
        connection.execute("delete from base.fct_entity_links where line_number = 2")
        connection.execute(
            "insert into quality.fct_quarantined_rows values"
            f" ('register.csv', '{REGISTER}', 'register.csv', null, 2, 'x', 'value.missing', 'rejected')"
        )
    one = figure(accuracy.measure(city.folder, city.settings), "person", "records linked")
    assert (one.part, one.whole) == (6, 7)


def test_attributes_count_the_values_shown_and_the_best_department_the_values_it_would_give(hand: Make) -> None:
    """The base has 王二 wrong, which the insurance has right, and the other way round with 王三: three of four each."""
    city = hand()
    city.names["b"] = "王丙"
    city.conflicts = [("b", "person_name", INSURED, "王二"), ("c", "person_name", INSURED, "王山")]
    measured = measure(city)
    equal, known = (figure(measured, "person.person_name", name) for name in ("equal", "known"))
    assert (equal.part, equal.whole) == (3, 4)
    assert (known.part, known.whole, known.asked, known.note) == (3, 4, 3 / 4, "insurance 0.7500")
    assert figure(measured, "person, all", "equal").is_reached is False


def test_an_address_is_right_when_its_row_leads_to_the_true_street_and_outside_the_city_to_none(hand: Make) -> None:
    """Of four one leads to a wrong street of the right division, one lies elsewhere and is told so, one to nothing."""
    city = hand()
    row = {"dataset_id": REGISTER, "file_name": "register.csv", "sheet_name": None}
    true = [(2, "320402001", "320402"), (3, "320402002", "320402"), (4, None, None), (5, "320402003", "320402")]
    city.more_truth["addresses"] = pl.DataFrame(
        [
            {**row, "line_number": line, "street_code": street, "division_code": division}
            for line, street, division in true
        ],
        schema_overrides={"sheet_name": pl.String},
    )
    city.more_tables = [
        (
            "base.fct_address_records",
            "dataset_id text, file_name text, sheet_name text, line_number bigint, address_key text",
            [(REGISTER, "register.csv", None, line, key) for line, key in ((2, "a"), (3, "a"), (4, "b"), (5, "c"))],
        ),
        (
            "base.fct_address_links",
            "address_key text, street_code text, division_code text, rule text",
            [("a", "320402001", "320402", "exact"), ("b", None, None, "other_city")],
        ),
    ]
    city.plant("flagged", 4)
    measured = measure(city)
    street, division = (figure(measured, "all", level) for level in ("street", "division"))
    assert (street.part, street.whole, street.is_reached) == (2, 4, False)
    assert (division.part, division.whole, division.is_reached) == (3, 4, False)
    assert kind(measured, "k").caught == 1


def test_observations_are_found_by_their_keys_and_compared_by_their_value(hand: Make) -> None:
    """Of three observations one is missing in the base, one stands there ten thousand times too large."""
    city = hand()
    keys = ("gdp", "total", 2024)
    true = [(*keys, "2024Q1", "preliminary", 1e9), (*keys, "2024Q1", "revised", 2e9), (*keys, "2024Q2", "revised", 3e9)]
    names = ["series_code", "scope_code", "stat_year", "period_label", "vintage", "value"]
    city.more_truth["macro"] = pl.DataFrame(true, schema=names, orient="row")
    columns = "series_code text, scope_code text, stat_year integer, period_label text, vintage text, value double"
    shown: list[tuple[object, ...]] = [true[0], (*true[1][:-1], 2e13)]
    city.more_tables = [("base.fct_macro_series", columns, shown)]
    measured = measure(city)
    found, right = (figure(measured, "observations", name) for name in ("found", "value right"))
    assert (found.part, found.whole) == (2, 3)
    assert (right.part, right.whole) == (1, 2)


def test_a_person_in_a_wrong_household_costs_pairs_of_it(hand: Make) -> None:
    """Truth has the pairs 1-2 and 3-4, the base 1-2, 1-3 and 2-3: one of three is true, one of two is kept."""
    city = hand()
    city.households = {"a": "h", "b": "h", "c": "h", "d": "i"}
    measured = measure(city)
    precision, recall = (figure(measured, "household", name) for name in ("precision", "recall"))
    assert (precision.part, precision.whole) == (1, 3)
    assert (recall.part, recall.whole) == (1, 2)


def test_a_row_that_must_find_its_own_thing_is_missed_in_another_ones_entity(hand: Make) -> None:
    right, wrong = hand(), hand()
    for city in (right, wrong):
        city.plant("settled", 2)
        city.truth += [("P1", "further__register", 90), ("P1", "further__register", 91)]
        city.entities += ["a", "a"]
    wrong.entities[0] = "b"
    assert kind(measure(right), "k").caught == 1
    assert kind(measure(wrong), "k").missed == 1


def test_holders_of_certificates_are_compared_through_the_persons_they_lead_to(hand: Make) -> None:
    """C1 is held by P1, whom the base calls a; of C2 the base names another; the holder of C3 exists nowhere."""
    city = hand()
    city.more_truth["certificates"] = pl.DataFrame(
        [("C1", "person", "P1"), ("C2", "person", "P2"), ("C3", "person", None)],
        schema=["true_entity_id", "holder_type", "true_holder_id"],
        orient="row",
    )
    city.more_links = [("certificate", f"C{n}", f"c{n}", 10 + n) for n in (1, 2, 3)]
    city.more_tables = [
        (
            "base.dim_certificates",
            "certificate_id text, holder_type text, holder_id text",
            [("c1", "person", "a"), ("c2", "person", "d"), ("c3", "person", None)],
        )
    ]
    measured = measure(city)
    precision, recall = (figure(measured, "certificate holder, person", name) for name in ("precision", "recall"))
    assert (precision.part, precision.whole) == (1, 2)
    assert (recall.part, recall.whole) == (1, 2)


def test_what_the_truth_of_a_firm_does_not_know_is_left_out_but_a_day_that_never_came_is_wrong(hand: Make) -> None:
    city = hand()
    city.more_truth["legal_entities"] = pl.DataFrame(
        {"true_entity_id": ["L1", "L2"], "entity_name": ["甲公司", None], "revoked_date": [None, None]},
        schema_overrides={"revoked_date": pl.Date},
    )
    city.more_links = [("legal_entity", f"L{n}", f"l{n}", 20 + n) for n in (1, 2)]
    columns = "legal_entity_id text, entity_name text, revoked_date date"
    shown: list[tuple[object, ...]] = [("l1", "甲公司", "2025-01-01"), ("l2", "乙店", None)]
    city.more_tables = [("base.dim_legal_entities", columns, shown)]
    measured = measure(city)
    name, day = (figure(measured, f"legal_entity.{one}", "equal") for one in ("entity_name", "revoked_date"))
    assert (name.part, name.whole) == (1, 1)
    assert (day.part, day.whole) == (0, 1)


@pytest.mark.parametrize(
    ("expected", "status", "caught"),
    [
        ("rejected", "rejected", True),
        ("rejected", None, False),
        ("rejected", "noted", False),
        ("left_out", "noted", True),
        ("left_out", "rejected", False),
        ("left_out", None, False),
        ("repaired", None, True),
        ("accepted", "noted", True),
        ("accepted", "rejected", False),
        ("flagged", "noted", True),
        ("flagged", None, False),
        ("review", None, False),
    ],
)
def test_the_fault_of_a_row_is_caught_by_what_its_expectation_says(
    hand: Make, expected: str, status: str | None, caught: bool
) -> None:
    city = hand()
    city.plant(expected, 3, reason="value.missing")
    if status:
        city.quarantined = [("register.csv", REGISTER, 3, "x", "value.missing", status)]
    found = kind(measure(city), "k")
    assert (found.planted, found.caught, found.missed) == (1, int(caught), int(not caught))


def test_a_review_counts_for_its_own_row(hand: Make) -> None:
    city = hand()
    city.plant("review", 3)
    city.plant("review", 4, kind="other")
    city.reviews = [("register.csv", 3)]
    measured = measure(city)
    assert (kind(measured, "k").caught, kind(measured, "other").missed) == (1, 1)


def test_a_row_that_must_stay_alone_is_missed_when_it_stands_with_another(hand: Make) -> None:
    alone, together = hand(), hand()
    for city in (alone, together):
        city.plant("unlinked", 2)
    alone.entities[0] = "own"
    assert kind(measure(alone), "k").caught == 1
    assert kind(measure(together), "k").missed == 1


@pytest.mark.parametrize(
    ("expected", "delivery", "missing", "caught"),
    [
        ("refused", ("refused", "file.empty", False), [], True),
        ("refused", ("accepted", None, False), [], False),
        ("held", ("held", "file.empty", False), [], True),
        ("late", ("accepted", None, True), [], True),
        ("late", ("accepted", None, False), [], False),
        ("overdue", None, [(REGISTER, "2025-09-30")], True),
        ("overdue", None, [(REGISTER, "2025-09-29")], False),
    ],
)
def test_the_fault_of_a_file_is_caught_by_its_delivery_or_by_the_calendar(
    hand: Make, expected: str, delivery: Any, missing: Any, caught: bool
) -> None:
    city = hand()
    city.plant(
        expected, None, file="extra_20250930.csv", reason="file.empty" if expected in ("refused", "held") else ""
    )
    city.missing = missing
    if delivery:
        city.deliveries["extra_20250930.csv"] = delivery
    found = kind(measure(city), "k")
    assert (found.caught, found.missed, found.other_reason) == (int(caught), int(not caught), 0)


def test_a_delivery_that_was_held_before_the_good_one_came_is_caught(hand: Make) -> None:
    city = hand()
    city.plant("held", None, file="extra.csv", reason="delivery.volume_rows")
    city.deliveries["extra.csv"] = ("superseded", None, False)
    city.outcomes = [("extra.csv", "held", "delivery.volume_rows")]
    found = kind(measure(city), "k")
    assert (found.caught, found.other_reason) == (1, 0)


def test_another_reason_code_is_told(hand: Make) -> None:
    city = hand()
    city.plant("rejected", 3, reason="value.missing")
    city.quarantined = [("register.csv", REGISTER, 3, "x", "code.unknown", "rejected")]
    found = kind(measure(city), "k")
    assert (found.caught, found.other_reason) == (1, 1)


def test_faults_of_rows_are_hidden_in_a_file_that_was_kept_out(hand: Make) -> None:
    city = hand()
    city.deliveries["register.csv"] = ("refused", "file.empty", False)
    city.plant("rejected", 3)
    city.plant("refused", None, kind="whole")
    measured = measure(city)
    assert (kind(measured, "k").hidden, kind(measured, "k").missed) == (1, 0)
    assert kind(measured, "whole").caught == 1


def test_clean_rows_and_sound_files_that_were_kept_out_are_accused(hand: Make) -> None:
    city = hand()
    city.plant("rejected", 3)
    city.plant("repaired", 4)
    city.quarantined = [("register.csv", REGISTER, line, "x", "value.missing", "rejected") for line in (3, 4, 5)]
    city.deliveries["third.csv"] = ("held", "delivery.volume_rows", False)
    measured = measure(city)
    rows, files = figure(measured, "clean rows", "accused"), figure(measured, "sound files", "accused")
    assert (rows.part, rows.whole, rows.is_reached) == (2, 7, False)
    assert (files.part, files.whole, files.is_reached) == (1, 3, False)
    lines = [one.line_number for one in measured.examples if one.what == "accused" and one.kind == "row"]
    assert lines == [4, 5]


def test_a_folder_that_is_no_simulation_and_a_city_that_was_not_published_are_told_apart(hand: Make) -> None:
    city = hand()
    with pytest.raises(accuracy.NotASimulation):
        accuracy.measure(city.folder, city.settings)
    city.publish()
    (city.folder / "inbox" / "police" / "register.csv").write_text("another seed", encoding="utf-8")
    with pytest.raises(accuracy.AnotherCity) as told:
        accuracy.measure(city.folder, city.settings)
    assert told.value.file_name == "register.csv"


def test_the_command_prints_what_is_asked_beside_what_is_seen_and_strict_ends_with_2(
    hand: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = hand()
    city.entities[4], city.entities[5] = "b", "a"
    city.publish()
    monkeypatch.setenv("CITYLAKE_HOME", str(city.settings.home))
    get_settings.cache_clear()
    shown = CliRunner().invoke(app, ["accuracy", str(city.folder)])
    assert shown.exit_code == 0
    assert "≥ 0.9995" in shown.output
    assert "0.50000" in shown.output
    machine = CliRunner().invoke(app, ["accuracy", str(city.folder), "--json"])
    assert '"is_reached": false' in machine.output
    strict = CliRunner().invoke(app, ["accuracy", str(city.folder), "--strict"])
    assert isinstance(strict.exception, Exception)
    get_settings.cache_clear()
