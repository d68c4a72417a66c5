"""How the legal entities of the city came to be: founded, changed, closed, registered again."""

from __future__ import annotations

from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import NO_DAY, Streams, day, spread, weighted
from citylake.simulator.basics.hashed import Hashed
from citylake.simulator.basics.identifiers import credit_codes
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places
from citylake.simulator.world.entities import (
    ADDRESS,
    ASSOCIATION,
    BRANCH,
    COOPERATIVE,
    FIRST_USCC,
    FIRST_USCC_OF_SELF_EMPLOYED,
    FOUNDATION,
    INSTITUTION,
    MASS,
    MEDICAL,
    NO_CHANGE,
    ORGAN,
    PLAIN,
    PREFIXES,
    PRIVATE_UNIT,
    SCHOOL,
    SELF_EMPLOYED,
    Entities,
    scaled,
)
from citylake.simulator.world.entity_names import (
    BUREAUS,
    LEVELS,
    SCHOOL_WORDS,
    SHOP_WEIGHTS,
    TRADE_WEIGHTS,
    centre_street,
)
from citylake.simulator.world.life import Life
from citylake.simulator.world.people import People
from citylake.simulator.world.place_ground import STREET_DIVISION
from citylake.simulator.world.places import Places

# Entities of each group in a city of 5.3 million (dataset catalogue), and in the smallest one.
GROUPS = (
    (BRANCH, PLAIN, 37_000, 60),
    (SELF_EMPLOYED, PLAIN, 800_000, 200),
    (ORGAN, PLAIN, 289, 10),
    (MASS, PLAIN, 56, 4),
    (INSTITUTION, SCHOOL, 720, 16),
    (INSTITUTION, MEDICAL, 84, 12),
    (INSTITUTION, PLAIN, 1_400, 12),
    (ASSOCIATION, PLAIN, 1_500, 10),
    (PRIVATE_UNIT, SCHOOL, 480, 8),
    (PRIVATE_UNIT, MEDICAL, 520, 8),
    (PRIVATE_UNIT, PLAIN, 1_350, 10),
    (FOUNDATION, PLAIN, 50, 3),
)
FIRMS_OF_CITY = 413_000
FIRM_WEIGHTS = [60, 25, 4, 4, 7]
# Schools of each kind (SCHOOL_WORDS): public ones and private ones.
PUBLIC_SCHOOLS, PRIVATE_SCHOOLS = [30, 34, 14, 6, 3, 8, 4, 1], [70, 6, 3, 4, 6, 6, 5, 0]
# Trades (TRADES) of farmers' cooperatives.
FARMING = [18, 19, 20, 21]
CAPITALS = np.array([10, 50, 100, 200, 500, 1000, 2000, 5000])


def make_entities(people: People, life: Life, ground: Places, schedule: Schedule, streams: Streams) -> Entities:
    """All legal entities of the city.

    Enterprises are as many as in the real city, or, where its people are few, up to 30,000: some targets are counts
    (15,000 enterprises on the cloud) and mean something only then.
    """
    rng = streams.named("entities")
    kind, sub, rank, firms = _groups(rng, people.count)
    count = len(kind)
    first, until = day(schedule.first_day), day(schedule.until)
    established = _established(rng, kind, first, until)
    closed, status = _closings(rng, kind, established, first, until)
    trade = _trades(rng, kind, sub)
    division = _divisions(rng, kind, sub, rank)
    address = ground.draw(rng, division, is_work=True)
    changed, change = _alterations(rng, kind, established, closed, first, until)
    moved = ground.draw(rng, division, is_work=True)
    age = people.age(until)
    adults = np.flatnonzero((age >= 25) & (age < 75) & (life.death == NO_DAY))
    representative = _heads(rng, adults, kind)
    name_key = np.arange(count, dtype=np.int32)
    area = np.where(rng.random(count) < 0.35, 320400, np.array([int(code) for code in places.DIVISIONS])[division])
    parent = np.full(count, -1, dtype=np.int32)
    branches = np.flatnonzero(kind == BRANCH)
    hosts = rng.permutation(np.flatnonzero((kind[:firms] < 3) & (closed[:firms] == NO_DAY)))
    parent[branches] = hosts[np.arange(len(branches)) // 2 % len(hosts)]
    established[branches] = np.clip(established[parent[branches]] + 30, established[branches], until - 1)
    closed[branches] = np.where(closed[branches] > established[branches] + 30, closed[branches], NO_DAY)
    status[branches] = np.where(closed[branches] == NO_DAY, 0, status[branches])
    too_early = (changed > NO_DAY) & (changed <= established)
    changed[too_early], change[too_early] = NO_DAY, NO_CHANGE
    _share_names(rng, firms, name_key)
    _register_again(rng, kind, established, closed, status, representative, name_key, changed, change, until)
    begin = np.where(kind == SELF_EMPLOYED, FIRST_USCC_OF_SELF_EMPLOYED, FIRST_USCC)
    return Entities(
        count=count,
        firms=firms,
        kind=kind.astype(np.int8),
        sub=sub.astype(np.int8),
        rank=rank.astype(np.int32),
        division=division.astype(np.int8),
        address=address,
        former_address=np.where(change == ADDRESS, moved, address),
        area=area.astype(np.int32),
        trade=trade.astype(np.int8),
        capital_wan=CAPITALS[weighted(rng, [5, 18, 25, 15, 15, 12, 6, 4], count)].astype(np.int32),
        representative=representative.astype(np.int32),
        former_representative=adults[rng.integers(0, len(adults), count)].astype(np.int32),
        parent=parent,
        name_key=name_key,
        established=established.astype(np.int32),
        closed=closed.astype(np.int32),
        status=status.astype(np.int8),
        changed=changed.astype(np.int32),
        change=change.astype(np.int8),
        has_code=~((closed > NO_DAY) & (closed < begin)),
        held_codes=credit_codes(PREFIXES[kind], area, np.arange(count), established >= FIRST_USCC),
        hashed=Hashed(streams.seed),
        ground=ground,
        people=people,
    )


def _groups(rng: np.random.Generator, people: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Kind, sub-kind and rank of every entity, group by group; and the number of enterprises."""
    firms = max(scaled(people, FIRMS_OF_CITY, 1), min(people * 3 // 5, 30_000))
    sizes = [scaled(people, of_city, least) for _, _, of_city, least in GROUPS]
    kind = np.concatenate([weighted(rng, FIRM_WEIGHTS, firms), np.repeat([one[0] for one in GROUPS], sizes)])
    sub = np.concatenate([np.zeros(firms, dtype=np.int64), np.repeat([one[1] for one in GROUPS], sizes)])
    rank = np.concatenate([np.arange(size) for size in (firms, *sizes)])
    return kind, sub, rank, firms


def _established(rng: np.random.Generator, kind: np.ndarray, first: int, until: int) -> np.ndarray:
    """Founding days from 1995 on, more in recent years, and at least one new firm and shop a day in the window."""
    start = day(date(1995, 1, 1))
    founded = start + (np.sqrt(rng.random(len(kind))) * (first - 1 - start)).astype(np.int64)
    for some in (np.flatnonzero(kind < BRANCH), np.flatnonzero(kind == SELF_EMPLOYED)):
        fresh = min(max(until - first + 1, len(some) // 40), len(some) // 2)
        founded[rng.permutation(some)[:fresh]] = spread(rng, fresh, first, until)
    return founded


def _closings(
    rng: np.random.Generator, kind: np.ndarray, established: np.ndarray, first: int, until: int
) -> tuple[np.ndarray, np.ndarray]:
    """A sixth of the enterprises is closed, a third of the self-employed, few others; some within the window."""
    count = len(kind)
    draw = rng.random(count)
    closed = established + 200 + (rng.random(count) * 5000).astype(np.int64)
    within = first + rng.integers(0, until - first + 1, count)
    share = np.where(kind <= BRANCH, 0.17, np.where(kind == SELF_EMPLOYED, 0.33, 0.04))
    closed = np.where(draw < share, closed, np.where(draw < share + 0.005, within, NO_DAY))
    closed = np.where((closed > established) & (closed <= until), closed, NO_DAY)
    revoked = rng.random(count) < np.where(kind <= BRANCH, 0.2, 0.05)
    return closed, np.where(closed > NO_DAY, np.where(revoked, 1, 2), 0)


def _trades(rng: np.random.Generator, kind: np.ndarray, sub: np.ndarray) -> np.ndarray:
    """What each is in: a trade of enterprises, a kind of shop, a kind of school."""
    count = len(kind)
    trade = weighted(rng, TRADE_WEIGHTS, count)
    trade = np.where(kind == COOPERATIVE, rng.choice(FARMING, count), trade)
    trade = np.where(kind == SELF_EMPLOYED, weighted(rng, SHOP_WEIGHTS, count), trade)
    for at, weights in ((INSTITUTION, PUBLIC_SCHOOLS), (PRIVATE_UNIT, PRIVATE_SCHOOLS)):
        schools = np.flatnonzero((kind == at) & (sub == SCHOOL))
        # The first of them are one of each kind, so that no city lacks one.
        drawn = weighted(rng, weights, len(schools))
        usual = np.argsort(weights, kind="stable")[::-1][: min(len(SCHOOL_WORDS) - 1, len(schools))]
        drawn[: len(usual)] = usual
        trade[schools] = drawn
    return trade


def _divisions(rng: np.random.Generator, kind: np.ndarray, sub: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """Division of each; public bodies whose name says where they are lie there."""
    drawn = weighted(rng, places.REGISTERED, len(kind))
    is_body = (kind == ORGAN) | (kind == MASS) | (kind == INSTITUTION)
    is_hospital = (kind == INSTITUTION) & (sub == MEDICAL)
    level = np.where(is_hospital, rank // 3, rank) % len(LEVELS)
    named = np.where(level > 0, level - 1, drawn)
    is_government = (kind == ORGAN) & (rank // len(LEVELS) >= len(BUREAUS))
    named = np.where(is_government, STREET_DIVISION[rank % len(STREET_DIVISION)], named)
    named = np.where(is_hospital & (rank % 3 > 0), STREET_DIVISION[centre_street(rank)], named)
    return np.where(is_body, named, drawn)


def _alterations(
    rng: np.random.Generator, kind: np.ndarray, established: np.ndarray, closed: np.ndarray, first: int, until: int
) -> tuple[np.ndarray, np.ndarray]:
    """Days on which open entities had an entry altered, at least one on every day of the window, and what it was."""
    changed = np.full(len(kind), NO_DAY)
    change = np.full(len(kind), NO_CHANGE)
    for some in (np.flatnonzero(kind < BRANCH), np.flatnonzero(kind >= BRANCH)):
        standing = rng.permutation(some[(established[some] < first - 30) & (closed[some] == NO_DAY)])
        count = min(len(standing), max(until - first + 1, len(standing) // 25))
        recent, earlier = standing[:count], standing[count : count + len(standing) // 10]
        changed[recent] = spread(rng, len(recent), first, until)
        span = first - 10 - established[earlier]
        changed[earlier] = established[earlier] + 10 + (rng.random(len(earlier)) * span).astype(np.int64)
    altered = np.flatnonzero(changed > NO_DAY)
    change[altered] = 1 + weighted(rng, [0.25, 0.3, 0.25, 0.2], len(altered))
    change[altered[(kind[altered] >= ORGAN) & (change[altered] == 1)]] = 2
    return changed, change


def _heads(rng: np.random.Generator, adults: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """The person at the head of each; one in twelve entities has one of the few who have many."""
    many = adults[rng.permutation(len(adults))[: max(1, len(adults) // 400)]]
    drawn = adults[rng.integers(0, len(adults), len(kind))]
    return np.where(rng.random(len(kind)) < 0.08, many[rng.integers(0, len(many), len(kind))], drawn)


def _share_names(rng: np.random.Generator, firms: int, name_key: np.ndarray) -> None:
    """One firm in five hundred bears the name of two others, registered elsewhere."""
    threes = rng.permutation(firms)[: max(3, firms // 500) // 3 * 3].reshape(-1, 3)
    name_key[threes[:, 1:]] = threes[:, :1]


def _register_again(
    rng: np.random.Generator,
    kind: np.ndarray,
    established: np.ndarray,
    closed: np.ndarray,
    status: np.ndarray,
    representative: np.ndarray,
    name_key: np.ndarray,
    changed: np.ndarray,
    change: np.ndarray,
    until: int,
) -> None:
    """Stalls that were deregistered and registered anew by the same operator under the same name (in place)."""
    shops = np.flatnonzero(kind == SELF_EMPLOYED)
    able = shops[:-1:2]
    able = able[established[able] < until - 100]
    pairs = np.sort(rng.permutation(able)[: max(3, len(shops) // 100)])
    again = pairs + 1
    gap = (rng.random(len(pairs)) * (until - 50 - established[pairs])).astype(np.int64)
    closed[pairs] = established[pairs] + 20 + gap
    status[pairs] = 2
    established[again] = np.minimum(closed[pairs] + rng.integers(0, 20, len(pairs)), until)
    closed[again], status[again] = NO_DAY, 0
    both = np.concatenate([pairs, again])
    changed[both], change[both] = NO_DAY, NO_CHANGE
    representative[again] = representative[pairs]
    name_key[again] = pairs
