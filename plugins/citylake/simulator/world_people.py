"""The people of the simulated city: who they are, where they live, and what happens to their register entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.drawing import ALL, NO_DAY, Streams, choose, day, pick, spread, weighted, ymd
from citylake.simulator.identifiers import resident_ids, sequence_within
from citylake.simulator.schedule import Schedule

REGISTERED_SHARE = 0.78
NATIVE_ELSEWHERE = 0.06
MALE_SHARE = 189.26 / 386.63
SURNAMES = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ["欧阳", "上官", "司马", "诸葛"]
MALE_GIVEN = list("伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林波国建志文晓海小新永庆春东建峰")
FEMALE_GIVEN = list("芳娜敏静丽艳娟霞秀燕玲桂英华慧巧美静淑惠珠翠雅芝玉萍红娥月莺媛琳晶妍茜秋珊莎锦黛青倩婷")
COMMON_GIVEN = list("子梓宇雨欣怡佳嘉思诗涵晨轩泽浩然一可心语彤萱博文瑞亦安")
# Characters outside GBK: one of plane 0 and several beyond it, all in real use in names.
RARE = ["𠮷", "䶮", "𬭎", "㛃", "𫖮", "𬀩", "𨱏", "㵘", "𤧛"]
ETHNICITIES = ["汉族", "回族", "苗族", "土家族", "彝族", "布依族", "壮族", "侗族", "满族", "蒙古族"]
ETHNIC_WEIGHTS = [985, 3, 3, 2, 2, 2, 1, 1, 0.6, 0.4]
# Share of the population by five years of birth, 1930 to 2025 (older cohorts thin out, few births since 2017).
COHORTS = [0.5, 0.9, 1.5, 2.2, 4.0, 6.2, 6.0, 8.6, 8.2, 7.0, 7.4, 8.8, 7.9, 6.2, 5.4, 4.9, 5.6, 4.6, 3.1]


@dataclass
class People:
    """One element a person in every array; days count from 1970-01-01, NO_DAY means never."""

    count: int
    division: np.ndarray
    is_male: np.ndarray
    birth: np.ndarray
    area_code: np.ndarray
    resident_id: pl.Series
    name: pl.Series
    plain_name: pl.Series
    has_rare_name: np.ndarray
    ethnicity: pl.Series
    phone: pl.Series
    is_registered: np.ndarray
    street: np.ndarray
    household: np.ndarray
    address: pl.Series
    register_no: pl.Series
    marital: pl.Series
    entered: np.ndarray
    changed: np.ndarray
    change: np.ndarray
    death: np.ndarray

    def age(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Whole years on a day."""
        return (on - self.birth[rows]) // 365.25


# What a change of the register entry is: none, death, moved out, cancelled, address corrected.
CHANGES = ["", "死亡注销", "迁出注销", "其他注销", "信息更正"]


def make_people(count: int, schedule: Schedule, streams: Streams) -> People:
    """`count` people; those in the household register carry an entry day and at most one later change."""
    rng = streams.named("people")
    until = day(schedule.until)
    division = weighted(rng, places.REGISTERED, count)
    is_male = rng.random(count) < MALE_SHARE
    birth = _births(rng, count, until)
    is_registered = rng.random(count) < REGISTERED_SHARE
    elsewhere = np.where(is_registered, rng.random(count) < NATIVE_ELSEWHERE, rng.random(count) < 0.97)
    area = places.area_codes(rng, division, places.issue_years(rng, birth), elsewhere)
    births = ymd(birth)
    names, plain, rare = _names(streams.named("names"), count, is_male, birth)
    street = places.street_index(rng, division)
    household = _households(rng, division)
    phone = choose(rng, ["139", "138", "137", "158", "186", "133", "189", "177"], count) + pl.Series(
        rng.integers(10**7, 10**8, count)
    ).cast(pl.String)
    people = People(
        count=count,
        division=division,
        is_male=is_male,
        birth=birth,
        area_code=area,
        resident_id=resident_ids(area, births, sequence_within(area, births, is_male)),
        name=names,
        plain_name=plain,
        has_rare_name=rare,
        ethnicity=choose(rng, ETHNICITIES, count, ETHNIC_WEIGHTS),
        phone=phone,
        is_registered=is_registered,
        street=street[household],
        household=household,
        address=_addresses(streams, street, household),
        register_no=pl.Series(32040000000000 + rng.permutation(count)).cast(pl.String),
        marital=_marital(rng, until, birth),
        entered=birth.copy(),
        changed=np.full(count, NO_DAY),
        change=np.zeros(count, dtype=np.int64),
        death=np.full(count, NO_DAY),
    )
    _live_on(people, schedule, streams.named("register"))
    return people


def _births(rng: np.random.Generator, count: int, until: int) -> np.ndarray:
    """Birth days from 1930 to a month before the last simulated day."""
    cohort = weighted(rng, COHORTS, count)
    first = day(date(1930, 1, 1))
    return np.minimum(first + cohort * 1826 + rng.integers(0, 1826, count), until - 40 - rng.integers(0, 400, count))


def _names(
    rng: np.random.Generator, count: int, is_male: np.ndarray, birth: np.ndarray
) -> tuple[pl.Series, pl.Series, np.ndarray]:
    """Names as registered, the same written without rare characters, and who has a rare one (about 0.4 %)."""
    surname = pick([*SURNAMES, *DOUBLE_SURNAMES], _skewed(rng, len(SURNAMES), len(DOUBLE_SURNAMES), count))
    male, female, common = (len(some) for some in (MALE_GIVEN, FEMALE_GIVEN, COMMON_GIVEN))
    characters = [*MALE_GIVEN, *FEMALE_GIVEN, *COMMON_GIVEN, ""]

    def given() -> np.ndarray:
        of_sex = np.where(is_male, rng.integers(0, male, count), male + rng.integers(0, female, count))
        of_all = male + female + rng.integers(0, common, count)
        return np.where(rng.random(count) < np.where(birth > day(date(1995, 1, 1)), 0.7, 0.25), of_all, of_sex)

    first = given()
    second = np.where(rng.random(count) < 0.25, len(characters) - 1, given())
    plain = surname + pick(characters, first) + pick(characters, second)
    rare = rng.random(count) < 0.004
    written = surname + pick(RARE, rng.integers(0, len(RARE), count)) + pick(characters, second)
    frame = pl.DataFrame({"plain": plain, "written": written, "rare": pl.Series(rare)})
    return frame.select(pl.when("rare").then("written").otherwise("plain").alias("n"))["n"], plain, rare


def _skewed(rng: np.random.Generator, common: int, double: int, count: int) -> np.ndarray:
    """Surname indices: the frequent ones first, double surnames seldom."""
    weights = [1 / (5 + at) for at in range(common)] + [0.0006] * double
    return weighted(rng, weights, count)


def _households(rng: np.random.Generator, division: np.ndarray) -> np.ndarray:
    """The person (by index) at the head of each person's household: neighbours of one division, 2.5 on average."""
    order = np.lexsort((rng.random(len(division)), division))
    opens = (rng.random(len(order)) < 0.4) | np.concatenate(([True], np.diff(division[order]) != 0))
    start = np.maximum.accumulate(np.where(opens, np.arange(len(order)), 0))
    head = np.empty(len(order), dtype=np.int64)
    head[order] = order[start]
    return head


def _addresses(streams: Streams, street: np.ndarray, household: np.ndarray) -> pl.Series:
    """One address a household: city, division, street, road or estate, building and room."""
    rng = streams.named("addresses")
    count = len(street)
    division = [places.DIVISION_NAMES[at] for at, some in enumerate(places.STREETS) for _ in some]
    prefixes = [
        f"江苏省常州市{name}{street_name}" if name.endswith("区") else f"江苏省{name}{street_name}"
        for name, (_, street_name) in zip(division, places.ALL_STREETS, strict=True)
    ]
    number = pl.Series(rng.integers(1, 400, count)).cast(pl.String)
    road = choose(rng, places.ROADS, count) + number + "号"
    estate = choose(rng, places.ESTATES, count)
    building = pl.Series(rng.integers(1, 60, count)).cast(pl.String) + "幢"
    room = pl.Series(rng.integers(1, 25, count) * 100 + rng.integers(1, 5, count)).cast(pl.String) + "室"
    frame = pl.DataFrame({"p": pick(prefixes, street), "r": road, "e": estate, "b": building, "m": room})
    whole = frame.select(
        pl.concat_str(
            "p", pl.when(pl.lit(pl.Series(rng.random(count) < 0.5))).then("r").otherwise("e"), "b", "m"
        ).alias("a")
    )["a"]
    return whole.gather(household)


def _marital(rng: np.random.Generator, until: int, birth: np.ndarray) -> pl.Series:
    adult = until - birth > 26 * 365
    return pick(["未婚", "已婚", "丧偶", "离婚"], np.where(adult, weighted(rng, [12, 74, 7, 7], len(birth)), 0))


def _live_on(people: People, schedule: Schedule, rng: np.random.Generator) -> None:
    """Gives register entries their entry day and changes; in the window at least three changes fall on every day."""
    first, until = day(schedule.first_day), day(schedule.until)
    registered = rng.permutation(np.flatnonzero(people.is_registered))
    moved_in = registered[: len(registered) // 10]
    earlier = np.maximum(day(date(1995, 1, 1)), people.birth[moved_in])
    people.entered[moved_in] = earlier + (rng.random(len(moved_in)) * (first - 60 - earlier).clip(0)).astype(np.int64)
    span = until - first + 1
    recent_count = min(max(3 * span, int(0.0003 * span * len(registered))), len(registered) // 2)
    recent, rest = registered[:recent_count], registered[recent_count:]
    before = rest[rng.random(len(rest)) < 0.03]
    people.changed[recent] = spread(rng, len(recent), first, until)
    people.changed[before] = day(date(2019, 1, 1)) + rng.integers(0, first - 1 - day(date(2019, 1, 1)), len(before))
    for some in (recent, before):
        settled = some[people.changed[some] > people.entered[some]]
        kind = 1 + weighted(rng, [0.35, 0.3, 0.05, 0.3], len(settled))
        people.change[settled] = kind
        dead = settled[kind == 1]
        people.death[dead] = people.changed[dead] - rng.integers(0, 4, len(dead))
    late = people.changed <= people.entered
    people.changed[late], people.change[late] = NO_DAY, 0
