"""Social security cards, the log of electronic cards and the log of e-vouchers: typed frames of a period."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports.dirt_people import soil_electronic_cards, soil_people
from citylake.simulator.exports.people import identity
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import last_day, office_seconds, touched
from citylake.simulator.world import divisions as places
from citylake.simulator.world.cards import CARD_STATUSES, CHANNELS, Events
from citylake.simulator.world.city import World
from citylake.simulator.world.life import resident_ids_on

# Certificates of people carry true ids from here on, one span a kind; see entity_links.
FIRST_CARD = 50_000_000


def _card_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, world.cards.issued, world.cards.changed)


def social_cards(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The card office's increment: issued and changed cards in their state at the period's end."""
    people, cards = world.people, world.cards
    known = last_day(period, cards.issued[rows], cards.changed[rows])
    who = cards.person[rows]
    return pl.DataFrame(
        {
            "certificate_type_code": pl.repeat("社会保障卡", len(rows), eager=True),
            "certificate_no": cards.numbers(rows),
            "person_no": world.insurance.social_nos(who),
            "card_type_code": pick(["第二代", "第三代"], (cards.issued[rows] > 17500).astype(np.int64)),
            "issuing_division_code": pick(places.DIVISIONS, people.division[who]),
            "bank_code": pick(["江南农商行", "中国银行", "工商银行", "建设银行", "农业银行"], who % 5),
            "issued_date": dates(cards.issued[rows]),
            "valid_to_date": dates(cards.issued[rows] + 3652),
            "is_activated": pl.Series(cards.is_activated[rows]),
            "status": pick(CARD_STATUSES, cards.status_on(day(period.end), rows)),
            "updated_at": moments(office_seconds(people.hashed, "cards", known, rows)),
            "_certificate": pl.Series(FIRST_CARD + rows, dtype=pl.Int32),
            **identity(world, who, known),
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


def _serial(head: str, rows: np.ndarray) -> pl.Series:
    return head + pl.Series(10**10 + rows).cast(pl.String).str.slice(1)


def electronic_cards(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.electronic_cards
    who = log.person[rows]
    return pl.DataFrame(
        {
            "issue_id": _serial("QF", rows),
            "person_no": world.insurance.social_nos(who),
            "resident_id": resident_ids_on(people, world.life, log.at[rows] // 86400, who),
            "certificate_no": world.cards.numbers(log.of[rows]),
            "issue_type_code": pick(["cancel", "issue"], log.is_on[rows].astype(np.int64)),
            "channel_code": pick(CHANNELS, log.channel[rows]),
            "issued_at": moments(log.at[rows]),
            "issuing_division_code": pick(places.DIVISIONS, people.division[who]),
            "status": pl.repeat("成功", len(rows), eager=True),
            "updated_at": moments(log.at[rows] + 1),
            "_certificate": pl.Series(FIRST_CARD + log.of[rows], dtype=pl.Int32),
            "_person": pl.Series(who, dtype=pl.Int32),
        }
    )


def vouchers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The log of one period, in order of time."""
    people, log = world.people, world.vouchers
    who = log.person[rows]
    return pl.DataFrame(
        {
            "activation_id": _serial("JH", rows),
            "person_no": world.insurance.medical_nos(who),
            "resident_id": resident_ids_on(people, world.life, log.at[rows] // 86400, who),
            "activation_type_code": pick(["deactivate", "activate"], log.is_on[rows].astype(np.int64)),
            "channel_code": pick(CHANNELS, log.channel[rows]),
            "activated_at": moments(log.at[rows]),
            "insured_division_code": world.insurance.medical.division_codes(log.of[rows]),
            "is_on_behalf": pl.Series(people.age(day(period.end), who) < 16),
            "status": pl.repeat("成功", len(rows), eager=True),
            "updated_at": moments(log.at[rows] + 1),
            "_person": pl.Series(who, dtype=pl.Int32),
        }
    )


EXPORTS = [
    Export("human_resources__social_security_cards", _card_rows, social_cards, soil=soil_people),
    Export(
        "human_resources__electronic_card_issuance",
        lambda world, period: _log_rows(world.electronic_cards, period),
        electronic_cards,
        soil=soil_electronic_cards,
        again=lambda world, period: _last_hour(world.electronic_cards, period),
    ),
    Export(
        "medical_insurance__voucher_activations",
        lambda world, period: _log_rows(world.vouchers, period),
        vouchers,
        again=lambda world, period: _last_hour(world.vouchers, period),
    ),
]
