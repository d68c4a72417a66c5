"""What the departments that know people write down for a period: typed frames, one column a contract column.

`_entity` carries the index of the true person and never reaches a file.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.schedule import Period
from citylake.simulator.world import World
from citylake.simulator.world_cards import CARD_STATUSES, CHANNELS, Events
from citylake.simulator.world_insurance import SOCIAL_TYPES, STATUSES, Policies
from citylake.simulator.world_people import CHANGES

FAR = -(2**62)


def touched(period: Period, started_at: np.ndarray, changed_at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows that an increment carries (begun or changed within the period), and the moment of their last change."""
    last = np.where(changed_at < period.next_second, changed_at, FAR)
    last = np.maximum(last, np.where(started_at < period.next_second, started_at, FAR))
    kept = np.flatnonzero((last >= period.first_second) & (started_at < period.next_second))
    return kept, last[kept]


def resident_register(world: World, period: Period) -> pl.DataFrame:
    """The register's increment: new and changed entries, each in its state at the period's end."""
    people = world.people
    seconds = people.birth * 7 % 36000 + 8 * 3600
    started = np.where(people.is_registered, people.entered * 86400 + seconds, 2**62)
    changed = np.where(people.changed > NO_DAY, people.changed * 86400 + seconds, FAR)
    who, updated = touched(period, started, changed)
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
            "_entity": pl.Series(who),
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


def social_insured(world: World, period: Period) -> pl.DataFrame:
    """The social insurer's increment."""
    people, book = world.people, world.insurance.social
    rows, updated = touched(period, book.started_at, np.where(book.changed > NO_DAY, book.changed_at, FAR))
    who = book.person[rows]
    status = book.status_on(day(period.end))[rows]
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
            "_entity": pl.Series(who),
        }
    )


def medical_insured(world: World, period: Period) -> pl.DataFrame:
    """The medical insurer's state on the last day of the month, ended policies included."""
    people, book = world.people, world.insurance.medical
    rows = np.flatnonzero(book.valid_from <= day(period.end))
    who = book.person[rows]
    status = book.status_on(day(period.end))[rows]
    is_changed = status > 0
    uscc, name = _employers(world, book.employer[rows])
    age = people.age(day(period.end))[who]
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
            "_entity": pl.Series(who),
        }
    )


def social_cards(world: World, period: Period) -> pl.DataFrame:
    """The card office's increment: issued and changed cards in their state at the period's end."""
    people, cards = world.people, world.cards
    rows, updated = touched(period, cards.issued_at, np.where(cards.changed > NO_DAY, cards.changed_at, FAR))
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
            "status": pick(CARD_STATUSES, cards.status_on(day(period.end))[rows]),
            "updated_at": moments(updated),
            "_entity": pl.Series(who),
        }
    )


def _log_rows(events: Events, period: Period) -> np.ndarray:
    first, last = np.searchsorted(events.at, [period.first_second, period.next_second])
    return np.arange(first, last)


def electronic_cards(world: World, period: Period) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.electronic_cards
    rows = _log_rows(log, period)
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
            "_entity": pl.Series(who),
        }
    )


def vouchers(world: World, period: Period) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.vouchers
    rows = _log_rows(log, period)
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
            "is_on_behalf": pl.Series(people.age(day(period.end))[who] < 16),
            "status": pl.repeat("成功", len(rows), eager=True),
            "updated_at": moments(log.at[rows] + 1),
            "_entity": pl.Series(who),
        }
    )
