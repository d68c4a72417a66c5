"""Service items with their versions, the cases applied for, and what the junctions are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import (
    NO_DAY,
    Streams,
    choose,
    dates,
    day,
    moments,
    pick,
    waking_seconds,
    weighted,
)
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world.entities import Entities
from citylake.simulator.world.government import DEPARTMENT_CODES, DEPARTMENT_NAMES, division_of, not_month_end
from citylake.simulator.world.junctions import make_junctions
from citylake.simulator.world.people import People

ITEMS = 2_500
ACTIONS = ["许可", "变更登记", "注销登记", "备案", "补贴申领", "年度核验", "证书补发", "资格认定", "信息查询", "延续"]
MATTERS = [
    "食品经营",
    "公共场所卫生",
    "道路货物运输经营",
    "建筑施工企业安全生产",
    "失业保险金",
    "养老保险关系转移",
    "居住证",
    "户口迁移",
    "不动产",
    "个体工商户",
    "民办学校",
    "医疗机构执业",
    "排污",
    "取水",
    "特种设备使用",
    "出版物零售",
    "社会团体",
    "残疾人证",
    "高龄津贴",
    "公租房",
    "工伤认定",
    "人才公寓",
    "药品经营",
    "农药经营",
    "船舶营运",
    "护士执业",
    "教师资格",
    "烟花爆竹经营",
]


@dataclass
class Services:
    items: pl.DataFrame
    cases: pl.DataFrame
    junctions: pl.DataFrame


def make_services(people: People, enterprises: Entities, schedule: Schedule, streams: Streams) -> Services:
    items = _items(schedule, streams.named("items"))
    return Services(
        items=items,
        cases=_cases(people, enterprises, items, schedule, streams.named("cases")),
        junctions=make_junctions(enterprises.ground, schedule, streams),
    )


def _items(schedule: Schedule, rng: np.random.Generator) -> pl.DataFrame:
    """Items in versions that follow each other without a gap; the newer one is easier to do online.

    No version begins, ends or is disabled after the last weekly file, and none ends on the last day of a month.
    """
    last = day(schedule.weekly_state)
    department = rng.integers(0, len(DEPARTMENT_CODES), ITEMS)
    matter, action = rng.integers(0, len(MATTERS), ITEMS), rng.integers(0, len(ACTIONS), ITEMS)
    serial = pl.Series(np.arange(ITEMS) + 1).cast(pl.String).str.zfill(7)
    begin = day(date(2016, 1, 1)) + (rng.random(ITEMS) ** 2 * (last - 30 - day(date(2016, 1, 1)))).astype(np.int64)
    has_next = rng.random(ITEMS) < 0.3
    change = np.maximum(begin + 60, day(date(2020, 6, 1))) + rng.integers(0, 1900, ITEMS)
    change = not_month_end(change - 1) + 1
    has_next &= change <= last
    name = pick(MATTERS, matter) + pick(ACTIONS, action)
    shared = pl.DataFrame(
        {
            "item_code": "11320400" + pick([code[2:] for code in DEPARTMENT_CODES], department) + serial,
            "item_name": name,
            "item_type_code": choose(
                rng, ["行政许可", "行政确认", "行政给付", "公共服务", "其他行政权力"], ITEMS, [4, 2, 1, 3, 2]
            ),
            "department_code": pick(DEPARTMENT_CODES, department),
            "department_name": pick(DEPARTMENT_NAMES, department),
            "division_code": division_of(rng, ITEMS, 0.3),
            "handling_mode_code": choose(rng, ["窗口办理、网上办理", "网上办理"], ITEMS),
            "is_exception": rng.random(ITEMS) < 0.04,
        }
    )
    visits, depth, has_url = _online_level(rng, has_next)
    newer = _improved(rng, visits, depth, has_url)
    disabled_day = not_month_end(
        np.maximum(np.maximum(begin, change) + 30, day(date(2021, 1, 1))) + rng.integers(0, 1800, ITEMS)
    )
    is_disabled = (rng.random(ITEMS) < 0.04) & (disabled_day <= last)
    versions = [
        _version(
            shared,
            begin,
            np.where(has_next, change - 1, np.where(is_disabled, disabled_day, NO_DAY)),
            is_disabled & ~has_next,
            (visits, depth, has_url),
            np.ones(ITEMS, bool),
        ),
        _version(shared, change, np.where(is_disabled, disabled_day, NO_DAY), is_disabled, newer, has_next),
    ]
    return pl.concat(versions).sort("item_code", "valid_from_date")


def _online_level(rng: np.random.Generator, has_next: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Visits needed, depth and whether there is an address; items that will be renewed start worse."""
    zero = rng.random(len(has_next)) < np.where(has_next, 0.82, 0.965)
    online = rng.random(len(has_next)) < np.where(has_next, 0.72, 0.975)
    visits = np.where(zero, 0, rng.integers(1, 3, len(has_next)))
    depth = np.where(online, 2 + weighted(rng, [2, 4, 4], len(has_next)), 1)
    return visits, depth, np.where(online, True, rng.random(len(has_next)) < 0.3)


def _improved(
    rng: np.random.Generator, visits: np.ndarray, depth: np.ndarray, has_url: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    better = rng.random(len(visits)) < 0.85
    return np.where(better, 0, visits), np.where(better, np.maximum(depth, 3), depth), has_url | better


def _version(
    shared: pl.DataFrame,
    begin: np.ndarray,
    end: np.ndarray,
    disabled: np.ndarray,
    level: tuple[np.ndarray, np.ndarray, np.ndarray],
    exists: np.ndarray,
) -> pl.DataFrame:
    visits, depth, has_url = level
    return shared.with_columns(
        pl.Series("onsite_visit_count", visits),
        pick(["", "1", "2", "3", "4"], depth).alias("online_depth_code"),
        pl.Series("has_url", has_url),
        dates(begin).alias("valid_from_date"),
        dates(end).alias("valid_to_date"),
        pl.Series("is_disabled", disabled),
    ).filter(pl.Series(exists))


def _cases(
    people: People, enterprises: Entities, items: pl.DataFrame, schedule: Schedule, rng: np.random.Generator
) -> pl.DataFrame:
    """Cases of the simulated months: people/20 a month, at least five a day, more and more of them online."""
    first, until = day(schedule.first_day), day(schedule.until)
    span = until - first + 1
    count = max(5 * span, people.count * span // 600)
    when = first + rng.permutation(np.arange(count) % span)
    applied = waking_seconds(rng, when)
    order = np.argsort(applied, kind="stable")
    applied, when = applied[order], when[order]
    current = items.filter(~pl.col("is_disabled") & pl.col("valid_to_date").is_null() & pl.col("has_url"))
    item = rng.integers(0, current.height, count)
    progress = (when - first) / max(span, 1)
    online = rng.random(count) < 0.7 + 0.04 * progress
    channel = np.where(online, rng.integers(0, 2, count), np.where(rng.random(count) < 0.12, 2, 3))
    adults = np.flatnonzero(people.age(until) >= 18)
    person = adults[rng.integers(0, len(adults), count)]
    coded = np.flatnonzero(enterprises.has_code)
    firm = coded[rng.integers(0, len(coded), count)]
    is_firm = rng.random(count) < 0.35
    accepted = applied + rng.integers(60, 3 * 3600, count)
    closed = accepted + rng.integers(600, 12 * 86400, count)
    serial = pl.Series(10**9 + np.arange(count)).cast(pl.String).str.slice(1)
    frame = current.select("item_code", "item_name", "department_code")[item].with_columns(
        ("BJ" + serial).alias("case_id"),
        division_of(rng, count, 0.12).alias("division_code"),
        pick(["online", "mobile", "kiosk", "window"], channel).alias("channel_code"),
        pick(["居民身份证", "统一社会信用代码"], is_firm.astype(np.int64)).alias("certificate_type_code"),
        moments(applied).alias("applied_at"),
        moments(accepted).alias("accepted_at"),
        moments(closed).alias("closed_at"),
        pl.Series("is_test_case", rng.random(count) < 0.006),
        pl.Series("is_inquiry_only", rng.random(count) < 0.03),
        people.resident_ids(person).alias("person_id"),
        enterprises.usccs(firm).alias("firm_id"),
        pl.Series("is_firm", is_firm),
    )
    return frame.with_columns(pl.when("is_firm").then("firm_id").otherwise("person_id").alias("certificate_no"))
