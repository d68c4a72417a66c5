"""Enterprises of the simulated city as the market register, the tax office and the cloud register know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.drawing import (
    ALL,
    NO_DAY,
    Streams,
    choose,
    curve_days,
    day,
    office_seconds,
    pick,
    spread,
    weighted,
)
from citylake.simulator.identifiers import credit_codes
from citylake.simulator.schedule import Schedule
from citylake.simulator.world_people import People

BRANDS = list("恒新天华瑞鑫宏中金盛龙创东亚联大泰海光国力正安信德科远达美佳康润丰源诚通博宇晟腾迈锐凯")
TRADES = [
    ("机械制造", "3484"),
    ("精密机械", "3489"),
    ("金属结构", "3311"),
    ("汽车零部件", "3670"),
    ("光伏科技", "3825"),
    ("新能源", "3841"),
    ("塑料制品", "2929"),
    ("纺织", "1751"),
    ("服饰", "1811"),
    ("建筑工程", "4710"),
    ("五金商贸", "5174"),
    ("物流", "5431"),
    ("餐饮管理", "6210"),
    ("软件", "6513"),
    ("信息技术", "6531"),
    ("房地产开发", "7010"),
    ("企业管理咨询", "7243"),
    ("生物科技", "7340"),
    ("农业科技", "0141"),
    ("茶业", "0164"),
    ("水产养殖", "0412"),
    ("粮油", "0111"),
]
TRADE_WEIGHTS = [9, 7, 5, 7, 4, 4, 5, 5, 4, 7, 9, 6, 5, 4, 5, 2, 6, 2, 2, 0.7, 1, 0.8]
CLOUD_CURVE = [  # 30,000 enterprises give about the published 9,000 of 2020
    (date(2017, 6, 1), 0.0),
    (date(2020, 12, 31), 0.56),
    (date(2021, 12, 31), 0.60),
    (date(2022, 12, 31), 0.605),
    (date(2023, 12, 31), 0.61),
    (date(2024, 12, 31), 0.615),
    (date(2025, 9, 30), 0.62),
]
PROVIDERS = ["阿里云", "华为云", "腾讯云", "天翼云", "移动云", "联通云", "浪潮云", "用友云"]
SERVICE_TYPES = ["IaaS", "PaaS", "SaaS", "平台"]
ENTERPRISE_STATUSES = ["active", "revoked", "deregistered"]
FIRST_USCC = day(date(2015, 10, 1))


@dataclass
class Enterprises:
    """One element an enterprise; an enterprise closed before the credit codes came has none (null)."""

    count: int
    uscc: pl.Series
    name: pl.Series
    kind: np.ndarray
    division: np.ndarray
    street: np.ndarray
    address: pl.Series
    industry: pl.Series
    capital_wan: np.ndarray
    representative: np.ndarray
    established: np.ndarray
    closed: np.ndarray
    status: np.ndarray
    changed: np.ndarray
    term_end: np.ndarray
    registered_at: np.ndarray
    changed_at: np.ndarray
    record_no: pl.Series
    registration_no: pl.Series
    in_tax: np.ndarray

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into ENTERPRISE_STATUSES on a day."""
        closed = self.closed[rows]
        return np.where((closed > NO_DAY) & (closed <= on), self.status[rows], 0)


@dataclass
class CloudUses:
    """One element a use of a cloud service: enterprise, provider, type, since when, and when the contract lapsed."""

    enterprise: np.ndarray
    provider: np.ndarray
    service: np.ndarray
    first_used: np.ndarray
    lapsed: np.ndarray
    is_trial: np.ndarray


KINDS = ["有限责任公司", "有限责任公司(自然人独资)", "股份有限公司", "农民专业合作社", "个人独资企业"]
SUFFIXES = ["有限公司", "有限公司", "股份有限公司", "专业合作社", "厂"]
PREFIXES = [91, 91, 91, 93, 91]


def make_enterprises(people: People, schedule: Schedule, streams: Streams) -> Enterprises:
    """One enterprise for thirty people; a small city has more, up to 30,000.

    Some targets are counts (15,000 enterprises on the cloud): they mean something only where enterprises are as many as
    in the real city, also when its people are few.
    """
    rng = streams.named("enterprises")
    count = max(people.count // 30, min(people.count * 3 // 5, 30_000))
    first, until = day(schedule.first_day), day(schedule.until)
    established = _established(rng, count, first, until)
    division = weighted(rng, places.REGISTERED, count)
    kind = weighted(rng, [60, 25, 4, 4, 7], count)
    trade = weighted(rng, TRADE_WEIGHTS, count)
    closed, status = _closings(rng, established, first, until)
    changed = _alterations(rng, established, closed, first, until)
    area = np.where(rng.random(count) < 0.35, 320400, np.array([int(code) for code in places.DIVISIONS])[division])
    uscc = credit_codes(np.array(PREFIXES)[kind], area, established >= FIRST_USCC, rng)
    has_code = ~((closed > NO_DAY) & (closed < FIRST_USCC))
    street = places.street_index(rng, division)
    adults = np.flatnonzero(people.age(until) >= 25)
    in_tax = (rng.random(count) < 0.86) & has_code
    return Enterprises(
        count=count,
        uscc=uscc.to_frame("u").select(pl.when(pl.lit(pl.Series(has_code))).then("u").alias("u"))["u"],
        name=_company_names(rng, count, kind, trade),
        kind=kind,
        division=division,
        street=street,
        address=_company_addresses(rng, division, street),
        industry=pick([code for _, code in TRADES], trade),
        capital_wan=np.array([10, 50, 100, 200, 500, 1000, 2000, 5000])[
            weighted(rng, [5, 18, 25, 15, 15, 12, 6, 4], count)
        ],
        representative=adults[rng.integers(0, len(adults), count)],
        established=established,
        closed=closed,
        status=status,
        changed=changed,
        term_end=np.where(rng.random(count) < 0.4, established + 365 * 20 + 5, NO_DAY),
        registered_at=office_seconds(rng, established),
        changed_at=office_seconds(rng, np.maximum(changed, closed)),
        record_no=pl.Series(3204000000000000 + rng.permutation(count) * 3).cast(pl.String),
        registration_no=pl.Series(320400000000000 + rng.permutation(count)).cast(pl.String),
        in_tax=in_tax,
    )


def _established(rng: np.random.Generator, count: int, first: int, until: int) -> np.ndarray:
    """Founding days from 1995 on, more in recent years, and at least one new enterprise a day in the window."""
    span = first - 1 - day(date(1995, 1, 1))
    founded = day(date(1995, 1, 1)) + (np.sqrt(rng.random(count)) * span).astype(np.int64)
    fresh = min(max(until - first + 1, count // 40), count // 2)
    founded[rng.permutation(count)[:fresh]] = spread(rng, fresh, first, until)
    return founded


def _closings(
    rng: np.random.Generator, established: np.ndarray, first: int, until: int
) -> tuple[np.ndarray, np.ndarray]:
    """A sixth is closed: mostly deregistered, some revoked; a few within the window."""
    draw = rng.random(len(established))
    closed = established + 200 + (rng.random(len(established)) * 5000).astype(np.int64)
    within = first + rng.integers(0, until - first + 1, len(established))
    closed = np.where(draw < 0.17, closed, np.where(draw < 0.175, within, NO_DAY))
    closed = np.where((closed > established) & (closed <= until), closed, NO_DAY)
    return closed, np.where(closed > NO_DAY, np.where(rng.random(len(established)) < 0.2, 1, 2), 0)


def _alterations(
    rng: np.random.Generator, established: np.ndarray, closed: np.ndarray, first: int, until: int
) -> np.ndarray:
    """Days on which open enterprises had an entry altered: at least one on every day of the window."""
    standing = rng.permutation(np.flatnonzero((established < first - 30) & (closed == NO_DAY)))
    recent = standing[: min(len(standing), max(until - first + 1, len(standing) // 25))]
    changed = np.full(len(established), NO_DAY)
    changed[recent] = spread(rng, len(recent), first, until)
    return changed


def _company_names(rng: np.random.Generator, count: int, kind: np.ndarray, trade: np.ndarray) -> pl.Series:
    """Unique names: 常州, (市), two or three characters, trade, kind."""
    place = choose(rng, ["常州市", "常州", "江苏"], count, [0.45, 0.45, 0.1])
    size = len(BRANDS)
    serial = (np.arange(count) * 7919 + int(rng.integers(10**6))) % size**3
    first, rest = np.divmod(serial, size**2)
    brand = pick(BRANDS, first) + pick(BRANDS, rest // size) + pick(BRANDS, rest % size)
    trade_word = pick([name for name, _ in TRADES], trade)
    return place + brand + trade_word + pick(SUFFIXES, kind)


def _company_addresses(rng: np.random.Generator, division: np.ndarray, street: np.ndarray) -> pl.Series:
    names = pick(places.DIVISION_NAMES, division)
    road = choose(rng, places.ROADS, len(division))
    number = pl.Series(rng.integers(1, 900, len(division))).cast(pl.String)
    prefix = choose(rng, ["江苏省常州市", "常州市"], len(division))
    return prefix + names + pick([name for _, name in places.ALL_STREETS], street) + road + number + "号"


def make_cloud_uses(enterprises: Enterprises, schedule: Schedule, streams: Streams) -> CloudUses:
    """Uses of cloud services by enterprises that have a credit code; one in four uses two services."""
    rng = streams.named("cloud")
    until = day(schedule.until)
    open_firms = np.flatnonzero(enterprises.uscc.is_not_null().to_numpy() & (enterprises.closed == NO_DAY))
    began = curve_days(rng, len(open_firms), CLOUD_CURVE, np.ones(len(open_firms)))
    began = np.where(began > NO_DAY, np.maximum(began, enterprises.established[open_firms] + 10), NO_DAY)
    using = (began > NO_DAY) & (began <= until - 3)
    firm, first = open_firms[using], began[using]
    provider, service = rng.integers(0, len(PROVIDERS), len(firm)), weighted(rng, [4, 1, 4, 2], len(firm))
    second = np.flatnonzero(rng.random(len(firm)) < 0.25)
    later = first[second] + rng.integers(30, 700, len(second))
    keep = later <= until - 3
    shift = rng.integers(1, len(PROVIDERS), len(second))
    enterprise = np.concatenate([firm, firm[second][keep]])
    provider = np.concatenate([provider, (provider[second] + shift)[keep] % len(PROVIDERS)])
    service = np.concatenate([service, service[second][keep]])
    first = np.concatenate([first, later[keep]])
    draw = rng.random(len(enterprise))
    lapsed = first + rng.integers(200, 1200, len(enterprise))
    lapsed = np.where((draw < 0.08) & (lapsed <= until), lapsed, NO_DAY)
    return CloudUses(enterprise, provider, service, first, lapsed, (draw > 0.94) & (lapsed == NO_DAY))
