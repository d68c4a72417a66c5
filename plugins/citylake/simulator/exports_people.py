"""What the departments that know people write down for a period: typed frames, one column a contract column."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import dirt, places, repeats
from citylake.simulator.drawing import ALL, NO_DAY, dates, day, moments, pick
from citylake.simulator.exporting import Doubles, Export
from citylake.simulator.schedule import Period
from citylake.simulator.table import Table
from citylake.simulator.world import World
from citylake.simulator.world_cards import CARD_STATUSES, CHANNELS, Cards, Events
from citylake.simulator.world_insurance import SOCIAL_TYPES, STATUSES, Policies
from citylake.simulator.world_people import CHANGES

FAR = -(2**62)
NEVER = 2**62


def last_touch(period: Period, started_at: np.ndarray, changed_at: np.ndarray) -> np.ndarray:
    """The moment of the last change known at the period's end; FAR for rows that had not begun by then."""
    last = np.where(changed_at < period.next_second, changed_at, FAR)
    return np.where(started_at < period.next_second, np.maximum(last, started_at), FAR)


def touched(period: Period, started_at: np.ndarray, changed_at: np.ndarray) -> np.ndarray:
    """Rows that an increment carries: begun or changed within the period."""
    return np.flatnonzero(last_touch(period, started_at, changed_at) >= period.first_second)


def _register_seconds(world: World, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
    people = world.people
    seconds = people.birth[rows] * 7 % 36000 + 8 * 3600
    started = np.where(people.is_registered[rows], people.entered[rows] * 86400 + seconds, NEVER)
    return started, np.where(people.changed[rows] > NO_DAY, people.changed[rows] * 86400 + seconds, FAR)


def _register_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, *_register_seconds(world, ALL))


def resident_register(world: World, period: Period, who: np.ndarray) -> pl.DataFrame:
    """The register's increment: new and changed entries, each in its state at the period's end."""
    people = world.people
    updated = last_touch(period, *_register_seconds(world, who))
    is_changed = (people.changed[who] > NO_DAY) & (people.changed[who] <= day(period.end))
    change = np.where(is_changed, people.change[who], 0)
    status = np.array([0, 1, 2, 3, 0])[change]
    male = people.is_male[who]
    return pl.DataFrame(
        {
            "person_register_no": people.register_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "person_name": people.name.gather(who),
            "sex": pick(["female", "male"], male.astype(np.int64)),
            "ethnicity": people.ethnicity.gather(who),
            "birth_date": dates(people.birth[who]),
            "death_date": dates(np.where(change == 1, people.death[who], NO_DAY)),
            "marital_status_code": people.marital.gather(who),
            "household_no": pl.Series(3204000000 + people.household[who]).cast(pl.String),
            "address": people.address.gather(who),
            "address_code": pick([code for code, _ in places.ALL_STREETS], people.street[who])
            + pl.Series(100000 + people.household[who] % 899999).cast(pl.String),
            "household_division_code": pick(places.DIVISIONS, people.division[who]),
            "change_type_code": pick(["新增", *CHANGES[1:]], change),
            "changed_date": dates(np.where(is_changed, people.changed[who], people.entered[who])),
            "status": pick(["normal", "dead", "moved_out", "cancelled"], status),
            "updated_at": moments(updated),
            "_person": pl.Series(who),
        }
    )


def _employers(world: World, employer: np.ndarray) -> tuple[pl.Series, pl.Series]:
    """Credit code and name of the employers; null where there is none."""
    firms = world.enterprises
    frame = pl.DataFrame(
        {"u": firms.uscc.gather(np.maximum(employer, 0)), "n": firms.name.gather(np.maximum(employer, 0))}
    )
    has = pl.lit(pl.Series(employer >= 0))
    frame = frame.select(pl.when(has).then("u").alias("u"), pl.when(has).then("n").alias("n"))
    return frame["u"], frame["n"]


def _ended(book: Policies, rows: np.ndarray, status: np.ndarray) -> pl.Series:
    return dates(np.where(status == 2, book.changed[rows], NO_DAY))


def _policy_seconds(book: Policies, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
    return book.started_at[rows], np.where(book.changed[rows] > NO_DAY, book.changed_at[rows], FAR)


def _social_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, *_policy_seconds(world.insurance.social, ALL))


def social_insured(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The social insurer's increment."""
    people, book = world.people, world.insurance.social
    updated = last_touch(period, *_policy_seconds(book, rows))
    who = book.person[rows]
    status = book.status_on(day(period.end), rows)
    uscc, name = _employers(world, book.employer[rows])
    unit = pl.DataFrame({"e": book.employer[rows]}).select(
        pl.when(pl.col("e") >= 0).then(pl.format("U{}", 3_200_000 + pl.col("e"))).alias("u")
    )["u"]
    return pl.DataFrame(
        {
            "person_no": world.insurance.social_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "person_name": people.name.gather(who),
            "sex": pick(["female", "male"], people.is_male[who].astype(np.int64)),
            "birth_date": dates(people.birth[who]),
            "phone": people.phone.gather(who),
            "insurance_type_code": pick(SOCIAL_TYPES, book.kind[rows]),
            "status": pick(STATUSES, status),
            "unit_no": unit,
            "uscc": uscc,
            "entity_name": name,
            "insured_division_code": book.division.gather(rows),
            "valid_from_date": dates(book.valid_from[rows]),
            "valid_to_date": _ended(book, rows, status),
            "updated_at": moments(updated),
            "_person": pl.Series(who),
        }
    )


def _medical_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.insurance.medical.valid_from <= day(period.end))


def medical_insured(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The medical insurer's state on the last day of the month, ended policies included."""
    people, book = world.people, world.insurance.medical
    who = book.person[rows]
    status = book.status_on(day(period.end), rows)
    is_changed = status > 0
    uscc, name = _employers(world, book.employer[rows])
    age = people.age(day(period.end), who)
    category = np.where(book.kind[rows] == 0, np.where(age >= 60, 1, 0), np.where(age < 18, 2, 3))
    return pl.DataFrame(
        {
            "stat_month": pl.repeat(f"{period.end:%Y-%m}", len(rows), eager=True),
            "person_no": world.insurance.medical_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "person_name": people.name.gather(who),
            "insurance_type_code": pick(["employee", "resident"], book.kind[rows]),
            "person_category_code": pick(["在职", "退休", "学生儿童", "城乡居民"], category.astype(np.int64)),
            "status": pick(STATUSES, status),
            "insured_division_code": book.division.gather(rows),
            "uscc": uscc,
            "entity_name": name,
            "valid_from_date": dates(book.valid_from[rows]),
            "valid_to_date": _ended(book, rows, status),
            "is_paid": pl.Series(status == 0),
            "updated_at": moments(np.where(is_changed, book.changed_at[rows], book.started_at[rows])),
            "_person": pl.Series(who),
        }
    )


def _card_seconds(cards: Cards, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
    return cards.issued_at[rows], np.where(cards.changed[rows] > NO_DAY, cards.changed_at[rows], FAR)


def _card_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, *_card_seconds(world.cards, ALL))


def social_cards(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The card office's increment: issued and changed cards in their state at the period's end."""
    people, cards = world.people, world.cards
    updated = last_touch(period, *_card_seconds(cards, rows))
    who = cards.person[rows]
    return pl.DataFrame(
        {
            "certificate_type_code": pl.repeat("社会保障卡", len(rows), eager=True),
            "certificate_no": cards.number.gather(rows),
            "person_no": world.insurance.social_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "person_name": people.name.gather(who),
            "card_type_code": pick(["第二代", "第三代"], (cards.issued[rows] > 17500).astype(np.int64)),
            "issuing_division_code": pick(places.DIVISIONS, people.division[who]),
            "bank_code": pick(["江南农商行", "中国银行", "工商银行", "建设银行", "农业银行"], who % 5),
            "issued_date": dates(cards.issued[rows]),
            "valid_to_date": dates(cards.issued[rows] + 3652),
            "is_activated": pl.Series(cards.is_activated[rows]),
            "status": pick(CARD_STATUSES, cards.status_on(day(period.end), rows)),
            "updated_at": moments(updated),
            "_person": pl.Series(who),
        }
    )


def _log_rows(events: Events, period: Period) -> np.ndarray:
    first, last = np.searchsorted(events.at, [period.first_second, period.next_second])
    return np.arange(first, last)


def _last_hour(events: Events, period: Period) -> np.ndarray:
    """Rows of the last hour before a daily period."""
    if period.begin != period.end:
        return np.empty(0, dtype=np.int64)
    return np.arange(*np.searchsorted(events.at, [period.first_second - 3600, period.first_second]))


def electronic_cards(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.electronic_cards
    who = log.person[rows]
    return pl.DataFrame(
        {
            "issue_id": "QF" + pl.Series(10**10 + rows).cast(pl.String).str.slice(1),
            "person_no": world.insurance.social_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "certificate_no": log.number.gather(rows),
            "issue_type_code": pick(["cancel", "issue"], log.is_on[rows].astype(np.int64)),
            "channel_code": pick(CHANNELS, log.channel[rows]),
            "issued_at": moments(log.at[rows]),
            "issuing_division_code": pick(places.DIVISIONS, people.division[who]),
            "status": pl.repeat("成功", len(rows), eager=True),
            "updated_at": moments(log.at[rows] + 1),
            "_person": pl.Series(who),
        }
    )


def vouchers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.vouchers
    who = log.person[rows]
    return pl.DataFrame(
        {
            "activation_id": "JH" + pl.Series(10**10 + rows).cast(pl.String).str.slice(1),
            "person_no": world.insurance.medical_no.gather(who),
            "resident_id": people.resident_id.gather(who),
            "activation_type_code": pick(["deactivate", "activate"], log.is_on[rows].astype(np.int64)),
            "channel_code": pick(CHANNELS, log.channel[rows]),
            "activated_at": moments(log.at[rows]),
            "insured_division_code": log.number.gather(rows),
            "is_on_behalf": pl.Series(people.age(day(period.end), who) < 16),
            "status": pl.repeat("成功", len(rows), eager=True),
            "updated_at": moments(log.at[rows] + 1),
            "_person": pl.Series(who),
        }
    )


def _double(dataset: str) -> Doubles:
    """Some persons stand twice, under an older number of the department."""
    return lambda world, period, frame, rng: repeats.double_persons(frame, dataset, rng)


def _events_soil(table: Table, world: World, rng: np.random.Generator) -> None:
    dirt.soil_people(table, rng, world.people.plain_name.gather(table.frame["_person"]))
    dirt.soil_events(table, rng)


def _soil(table: Table, world: World, rng: np.random.Generator) -> None:
    dirt.soil_people(table, rng, world.people.plain_name.gather(table.frame["_person"]))


EXPORTS = [
    Export(
        "public_security__resident_register",
        _register_rows,
        resident_register,
        _double("public_security__resident_register"),
        _soil,
    ),
    Export(
        "human_resources__insured_persons",
        _social_rows,
        social_insured,
        _double("human_resources__insured_persons"),
        _soil,
    ),
    Export("human_resources__social_security_cards", _card_rows, social_cards, soil=_soil),
    Export(
        "human_resources__electronic_card_issuance",
        lambda world, period: _log_rows(world.electronic_cards, period),
        electronic_cards,
        soil=_events_soil,
        again=lambda world, period: _last_hour(world.electronic_cards, period),
    ),
    Export(
        "medical_insurance__insured_persons",
        _medical_rows,
        medical_insured,
        _double("medical_insurance__insured_persons"),
        _soil,
    ),
    Export(
        "medical_insurance__voucher_activations",
        lambda world, period: _log_rows(world.vouchers, period),
        vouchers,
        soil=_events_soil,
        again=lambda world, period: _last_hour(world.vouchers, period),
    ),
]
