"""Social security cards, the log of electronic cards, and the log of medical-insurance e-vouchers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import scrambled
from citylake.simulator.basics.drawing import (
    ALL,
    NO_DAY,
    Streams,
    curve_days,
    day,
    pick,
    spread,
    waking_seconds,
    weighted,
)
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.insurance import Policies
from citylake.simulator.world.life import Life
from citylake.simulator.world.people import People

CARD_SHARE = 0.8
CARD_STATUSES = ["valid", "lost", "cancelled"]
CHANNELS = ["alipay", "wechat", "government_app", "bank", "counter"]
CHANNEL_WEIGHTS = [0.37, 0.3, 0.21, 0.04, 0.08]
# Share of valid card holders with an electronic card, and of insured persons with an e-voucher: the shape is set so
# that the monthly shares pass through plausible values at the end of 2020, 2023 and 2025.
ELECTRONIC_CARD_CURVE = [
    (date(2019, 1, 10), 0.0),
    (date(2020, 12, 31), 0.36),
    (date(2021, 12, 31), 0.54),
    (date(2022, 12, 31), 0.69),
    (date(2023, 12, 31), 0.82),
    (date(2024, 12, 31), 0.9),
    (date(2025, 9, 30), 0.94),
]
VOUCHER_CURVE = [
    (date(2019, 11, 24), 0.0),
    (date(2020, 12, 31), 0.26),
    (date(2021, 12, 31), 0.42),
    (date(2022, 12, 31), 0.54),
    (date(2023, 12, 31), 0.64),
    (date(2024, 12, 31), 0.71),
    (date(2025, 9, 30), 0.755),
]
# How far the divisions lag behind the city (above 1: later).
DIVISION_STRETCH = np.array([0.96, 0.97, 0.98, 1.0, 1.03, 1.04])


@dataclass
class Cards:
    """Social security cards: the holder, issue day and at most one later change of status."""

    person: np.ndarray
    issued: np.ndarray
    changed: np.ndarray
    status: np.ndarray
    is_activated: np.ndarray

    def numbers(self, rows: np.ndarray) -> pl.Series:
        """Card numbers: a letter and eight digits, each number once."""
        code = scrambled(rows)
        return pick(["C", "D", "E", "F"], code // 7 % 4) + pl.Series(10**8 + code).cast(pl.String).str.slice(1)

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into CARD_STATUSES on a day."""
        changed = self.changed[rows]
        return np.where((changed > NO_DAY) & (changed <= on), self.status[rows], 0)


@dataclass
class Events:
    """A log in order of time: who, on (True) or off, through which channel, at which second since 1970.

    `of` is the row of the book (cards, policies) that the event belongs to.
    """

    person: np.ndarray
    is_on: np.ndarray
    channel: np.ndarray
    at: np.ndarray
    of: np.ndarray


def make_cards(people: People, life: Life, schedule: Schedule, streams: Streams) -> Cards:
    """A card for four people in five; 3 % have an earlier, cancelled one; a few get lost or new in every month."""
    rng = streams.named("cards")
    first, until = day(schedule.first_day), day(schedule.until)
    can_hold = (until - people.birth > 200) & life.is_alive_on(first - 1)
    holder = np.flatnonzero(can_hold & (rng.random(people.count) < CARD_SHARE))
    earliest = np.maximum(people.birth[holder] + 100, day(date(2011, 6, 1)))
    latest = np.where(rng.random(len(holder)) < 0.88, day(date(2020, 11, 30)), until - 3)
    issued = np.minimum(earliest + (rng.random(len(holder)) * (latest - earliest).clip(0)).astype(np.int64), until - 3)
    changed, status = _card_changes(rng, issued, first, until)
    replaced = np.flatnonzero((rng.random(len(holder)) < 0.03) & (issued > day(date(2013, 1, 1))))
    old_issue = issued[replaced] - rng.integers(200, 500, len(replaced))
    old_end = issued[replaced] - rng.integers(1, 30, len(replaced))
    keep = old_issue > people.birth[holder[replaced]]
    person = np.concatenate([holder, holder[replaced][keep]])
    issued = np.concatenate([issued, old_issue[keep]])
    changed = np.concatenate([changed, old_end[keep]])
    status = np.concatenate([status, np.full(keep.sum(), 2)])
    return Cards(
        person.astype(np.int32),
        issued.astype(np.int32),
        changed.astype(np.int32),
        status.astype(np.int8),
        rng.random(len(person)) < 0.93,
    )


def _card_changes(
    rng: np.random.Generator, issued: np.ndarray, first: int, until: int
) -> tuple[np.ndarray, np.ndarray]:
    changed = np.full(len(issued), NO_DAY)
    draw = rng.random(len(issued))
    recent, before = np.flatnonzero(draw < 0.006), np.flatnonzero((draw >= 0.006) & (draw < 0.03))
    changed[recent] = spread(rng, len(recent), first, until)
    changed[before] = day(date(2018, 1, 1)) + rng.integers(0, first - 1 - day(date(2018, 1, 1)), len(before))
    changed = np.where(changed > issued, changed, NO_DAY)
    return changed, np.where(changed > NO_DAY, np.where(rng.random(len(issued)) < 0.4, 1, 2), 0)


def make_electronic_cards(people: People, cards: Cards, schedule: Schedule, streams: Streams) -> Events:
    """The log of electronic cards of those who hold a valid card, never before that card was issued."""
    rng = streams.named("electronic cards")
    valid = np.flatnonzero(cards.status_on(day(schedule.until)) == 0)
    holder, first = np.unique(cards.person[valid], return_index=True)
    own = valid[first]
    wanted = curve_days(rng, len(holder), ELECTRONIC_CARD_CURVE, DIVISION_STRETCH[people.division[holder]])
    return _log(rng, holder, wanted, cards.issued[own] + 1, schedule, off_share=0.012, of=own)


def make_vouchers(people: People, medical: Policies, schedule: Schedule, streams: Streams) -> Events:
    """The log of e-vouchers of the insured, never before their insurance began."""
    rng = streams.named("vouchers")
    holder, first = np.unique(medical.person, return_index=True)
    wanted = curve_days(rng, len(holder), VOUCHER_CURVE, DIVISION_STRETCH[people.division[holder]])
    return _log(
        rng,
        holder,
        wanted,
        medical.valid_from[first] + 1,
        schedule,
        off_share=0.015,
        of=first,
    )


def _log(
    rng: np.random.Generator,
    holder: np.ndarray,
    wanted: np.ndarray,
    earliest: np.ndarray,
    schedule: Schedule,
    off_share: float,
    of: np.ndarray,
) -> Events:
    """First activation, second ones through another channel (8 %), switching off and (half of those) on again.

    On every day of the last month at least two first activations fall, so that no daily file is empty.
    """
    until = day(schedule.until)
    on = np.where(wanted > NO_DAY, np.maximum(wanted, earliest), NO_DAY)
    on = np.where(on <= until, on, NO_DAY)
    days = until - day(schedule.daily_from) + 1
    free = rng.permutation(np.flatnonzero((on == NO_DAY) & (earliest < day(schedule.daily_from))))[: 2 * days]
    on[free] = spread(rng, len(free), day(schedule.daily_from), until)
    having = np.flatnonzero(on > NO_DAY)
    second = having[rng.random(len(having)) < 0.08]
    second_day = on[second] + rng.integers(20, 500, len(second))
    off = having[rng.random(len(having)) < off_share]
    off_day = on[off] + rng.integers(501, 900, len(off))
    again = rng.random(len(off)) < 0.5
    again_day = off_day[again] + rng.integers(1, 200, again.sum())
    row = np.concatenate([having, second, off, off[again]])
    days_of = np.concatenate([on[having], second_day, off_day, again_day])
    is_on = np.concatenate(
        [np.ones(len(having) + len(second), bool), np.zeros(len(off), bool), np.ones(again.sum(), bool)]
    )
    kept = np.flatnonzero(days_of <= until)
    at = waking_seconds(rng, days_of[kept])
    channel = weighted(rng, CHANNEL_WEIGHTS, len(kept))
    order = np.lexsort((row[kept], at))
    kept_row = row[kept][order]
    return Events(
        holder[kept_row].astype(np.int32),
        is_on[kept][order],
        channel[order].astype(np.int8),
        at[order].astype(np.uint32),
        of[kept_row].astype(np.int32),
    )
