"""The true indicator values, computed from the simulated world and never by way of the pipeline.

Values are given for every month end E from 2020-12 to the last complete simulated month, for the city (320400) and,
where the dataset has divisions, for the six divisions. A list that is delivered as a state (systems, catalogue, items,
junctions, insured persons, cards, cloud enterprises) is taken in its last delivered state S, and the dates in it decide
what held at E. S is the last complete month for monthly lists, the last Sunday for weekly ones, `until` for daily ones.

*7 cloud migration.* Denominator: systems of secrecy none or internal, that have to be on the cloud, with launched_date
<= E and retired_date empty or > E (the word in the status column does not matter: dates decide). Numerator: those of
them deployed on the government cloud with cloud_date <= E. City only.
*10 sharing.* Denominator: resources published (status at S), sharing not none, secrecy not secret, published_date <= E.
Numerator: those of them with at least one attachment that is callable at S and has attached_date <= E. City only.
*17 e-vouchers.* Denominator: distinct persons with at least one policy that is `insured` at S, in one of the six
divisions, with valid_from_date <= E (valid_to_date is not asked). Numerator: those of them whose last activation or
deactivation up to the end of day E is an activation, whatever the channel. Division: where the person is insured.
*20 electronic cards.* Denominator: distinct persons with a card `valid` at S and issued_date <= E. Numerator: those of
them whose last issue or cancellation up to the end of day E is an issue. Division: the card's issuing division.
*21 zero visit.* Denominator: item versions enabled at S, not an exception, valid_from_date <= E and valid_to_date empty
or >= E. Numerator: those with 0 visits. *22 online.* Same denominator; numerator: depth >= 2 and an online address.
Items of the city's own bodies (320400) count for the city and for no division.
*23 online cases.* Denominator: cases applied for in the month, neither test nor inquiry only. Numerator: channel online
or mobile. Only complete months with exported cases. Cases taken at the city's own centre count for the city only.
*26 signals.* Denominator: junctions in use at S (the same for every E). Numerator: those networked and jointly
controlled at S with connected_date <= E.
*34 cloud enterprises.* Distinct enterprises with a use that is `in_use` at S and has first_cloud_date <= E. No
denominator; the value is the count.

Rows that dirt makes unreadable are not taken off: this is what is true, not what can be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, day
from citylake.simulator.world.cards import Events
from citylake.simulator.world.city import World
from citylake.simulator.world.divisions import CITY, DIVISIONS

SCHEMA = {
    "indicator_no": pl.Int64,
    "region_code": pl.String,
    "period": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
}
Count = tuple[int, str, date, int, int | None]


def indicator_values(world: World) -> pl.DataFrame:
    """One row an indicator, region and month: numerator, denominator and value (per cent; 34: the count)."""
    rows = [
        (
            number,
            region,
            f"{end:%Y-%m}",
            float(numerator),
            None if denominator is None else float(denominator),
            float(numerator) if denominator is None else 100 * numerator / denominator if denominator else None,
        )
        for count in (_systems, _resources, _vouchers, _cards, _items, _cases, _junctions, _cloud)
        for number, region, end, numerator, denominator in count(world)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("indicator_no", "period", "region_code")


def _days(frame: pl.DataFrame, column: str, never: int) -> np.ndarray:
    return frame[column].cast(pl.Int64).fill_null(never).to_numpy()


class _Regions:
    """Things put in the order of their region (0-5; anything else counts for the city alone).

    Sixty months are counted over the same people: in this order each region is a slice.
    """

    def __init__(self, region: np.ndarray) -> None:
        small = region.astype(np.int8)
        self.order = np.argsort(small, kind="stable").astype(np.int32)
        self.edges = np.searchsorted(small[self.order], np.arange(len(DIVISIONS) + 1)).tolist()

    def places(self) -> np.ndarray:
        """Where each thing stands in this order."""
        places = np.empty(len(self.order), dtype=np.int32)
        places[self.order] = np.arange(len(self.order), dtype=np.int32)
        return places

    def counts(self, mask: np.ndarray) -> list[int]:
        """City and six divisions, from a mask in this order."""
        slices = [mask, *(mask[first:end] for first, end in pairwise(self.edges))]
        return [int(np.count_nonzero(one)) for one in slices]


def _by_region(
    number: int, end: date, regions: _Regions, numerator: np.ndarray, denominator: np.ndarray
) -> Iterator[Count]:
    """City and six divisions from masks over the same things, which stand in the order of `regions`."""
    under = regions.counts(denominator)
    over = under if numerator is denominator else regions.counts(numerator)
    for at, code in enumerate((CITY, *DIVISIONS)):
        yield number, code, end, over[at], under[at]


def _region_index(codes: pl.Series) -> np.ndarray:
    return codes.replace_strict(
        {code: at for at, code in enumerate(DIVISIONS)}, default=-1, return_dtype=pl.Int64
    ).to_numpy()


def _systems(world: World) -> Iterator[Count]:
    frame = world.government.systems
    state = day(world.schedule.monthly_state)
    launched, retired, moved = (_days(frame, name, 2**31) for name in ("launched_date", "retired_date", "cloud_date"))
    counts = (frame["is_cloud_required"] & (frame["secrecy_level_code"] != "secret")).to_numpy() & (launched <= state)
    for end in world.schedule.truth_month_ends():
        in_use = counts & (launched <= day(end)) & ((retired > day(end)) | (retired > state))
        yield 7, CITY, end, int((in_use & (moved <= day(end))).sum()), int(in_use.sum())


def _resources(world: World) -> Iterator[Count]:
    frame, attached = world.government.resources, world.government.interfaces
    published = _days(frame, "published_date", 2**31)
    withdrawn = _days(frame, "withdrawn_date", 2**31) <= day(world.schedule.monthly_state)
    shared = (
        ~frame["is_draft"] & (frame["sharing_type_code"] != "none") & (frame["secrecy_level_code"] != "secret")
    ).to_numpy()
    callable_since = attached.filter(
        (pl.col("status") == "callable") & (pl.col("attached_date") <= world.schedule.until)
    )
    first = callable_since.group_by("resource_code").agg(pl.col("attached_date").min())
    since = _days(frame.join(first, on="resource_code", how="left", maintain_order="left"), "attached_date", 2**31)
    for end in world.schedule.truth_month_ends():
        counted = shared & ~withdrawn & (published <= day(end))
        yield 10, CITY, end, int((counted & (since <= day(end))).sum()), int(counted.sum())


def _states(log: Events, places: np.ndarray, ends: list[date]) -> Iterator[tuple[date, np.ndarray]]:
    """For each month end, by place of the person, whether the last event by the end of that day switches on.

    The log is in order of time, and of several values put at one index numpy keeps the last.
    """
    state, done = np.zeros(len(places), dtype=bool), 0
    for end in ends:
        upto = int(np.searchsorted(log.at, (day(end) + 1) * 86400))
        state[places[log.person[done:upto]]] = log.is_on[done:upto]
        done = upto
        yield end, state


def _earliest(person: np.ndarray, days: np.ndarray, count: int) -> np.ndarray:
    """The first day for each person; far in the future for those without any."""
    earliest = np.full(count, 2**31)
    np.minimum.at(earliest, person, days)
    return earliest


def _vouchers(world: World) -> Iterator[Count]:
    book, count = world.insurance.medical, world.people.count
    division = np.where(book.division < len(DIVISIONS), book.division, -1)
    rows = (book.status_on(day(world.schedule.monthly_state)) == 0) & (division >= 0)
    since = _earliest(book.person[rows], book.valid_from[rows], count)
    region = np.full(count, -1)
    region[book.person[rows]] = division[rows]
    regions = _Regions(region)
    since = since[regions.order]
    for end, has_voucher in _states(world.vouchers, regions.places(), world.schedule.truth_month_ends()):
        insured = since <= day(end)
        yield from _by_region(17, end, regions, insured & has_voucher, insured)


def _cards(world: World) -> Iterator[Count]:
    cards, count = world.cards, world.people.count
    state = day(world.schedule.monthly_state)
    rows = (cards.status_on(state) == 0) & (cards.issued <= state)
    regions = _Regions(world.people.division)
    since = _earliest(cards.person[rows], cards.issued[rows], count)[regions.order]
    for end, has_electronic in _states(world.electronic_cards, regions.places(), world.schedule.truth_month_ends()):
        holds = since <= day(end)
        yield from _by_region(20, end, regions, holds & has_electronic, holds)


def _items(world: World) -> Iterator[Count]:
    frame, state = world.services.items, day(world.schedule.weekly_state)
    begin, finish = _days(frame, "valid_from_date", 2**31), _days(frame, "valid_to_date", 2**31)
    counts = (
        ~frame["is_exception"].to_numpy() & ~(frame["is_disabled"].to_numpy() & (finish <= state)) & (begin <= state)
    )
    finish = np.where(finish <= state, finish, 2**31)
    regions = _Regions(_region_index(frame["division_code"]))
    zero = (frame["onsite_visit_count"] == 0).to_numpy()
    online = (frame["online_depth_code"].cast(pl.Int64) >= 2).to_numpy() & frame["has_url"].to_numpy()
    begin, finish, counts, zero, online = (one[regions.order] for one in (begin, finish, counts, zero, online))
    for end in world.schedule.truth_month_ends():
        valid = counts & (begin <= day(end)) & (finish >= day(end))
        yield from _by_region(21, end, regions, valid & zero, valid)
        yield from _by_region(22, end, regions, valid & online, valid)


def _cases(world: World) -> Iterator[Count]:
    frame = world.services.cases
    real = (~frame["is_test_case"] & ~frame["is_inquiry_only"]).to_numpy()
    online = frame["channel_code"].is_in(["online", "mobile"]).to_numpy()
    regions = _Regions(_region_index(frame["division_code"]))
    month = frame["applied_at"].dt.strftime("%Y-%m")
    for end in world.schedule.complete_month_ends:
        counted = real & (month == f"{end:%Y-%m}").to_numpy()
        yield from _by_region(23, end, regions, (counted & online)[regions.order], counted[regions.order])


def _junctions(world: World) -> Iterator[Count]:
    frame, state = world.services.junctions, day(world.schedule.monthly_state)
    in_use = _days(frame, "stopped_date", 2**31) > state
    joined = _days(frame, "connected_date", 2**31)
    joint = frame["has_joint_control"].to_numpy() & (joined <= state)
    regions = _Regions(_region_index(frame["division_code"]))
    in_use, joined, joint = (one[regions.order] for one in (in_use, joined, joint))
    for end in world.schedule.truth_month_ends():
        yield from _by_region(26, end, regions, in_use & joint & (joined <= day(end)), in_use)


def _cloud(world: World) -> Iterator[Count]:
    uses, state = world.cloud, day(world.schedule.monthly_state)
    is_lapsed = (uses.lapsed > NO_DAY) & (uses.lapsed <= state)
    rows = ~uses.is_trial & ~is_lapsed & (uses.first_used <= state)
    regions = _Regions(world.enterprises.division)
    since = _earliest(uses.enterprise[rows], uses.first_used[rows], world.enterprises.count)[regions.order]
    for end in world.schedule.truth_month_ends():
        uses_it = since <= day(end)
        for _, region, _, number, _ in _by_region(34, end, regions, uses_it, uses_it):
            yield 34, region, end, number, None
