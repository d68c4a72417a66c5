"""Major projects and parks, one row a thing and month: amounts in 万元, areas in 亩 and 万平方米."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import Streams, choose
from citylake.simulator.world.macro_books import shown

FIRST_MONTH = date(2024, 1, 1)
_KINDS = ["industry", "services", "infrastructure", "livelihood"]
_WORKS = {
    "industry": "生产基地项目",
    "services": "商务服务中心项目",
    "infrastructure": "快速路改造工程",
    "livelihood": "医疗中心新建工程",
}
_AREAS = ["320402", "320404", "320411", "320412", "320413", "320481"]
_AREA_NAMES = ["天宁", "钟楼", "新北", "武进", "金坛", "溧阳"]
_PARKS = ["智能制造产业园", "软件园", "生物医药产业园", "科创中心", "新材料产业园", "电商物流园"]


def _month_ends(until: date) -> pl.DataFrame:
    ends = pl.date_range(FIRST_MONTH, until, "1mo", eager=True).dt.month_end()
    return pl.DataFrame({"_released": ends.filter(ends <= until)}).with_columns(
        pl.col("_released").dt.strftime("%Y-%m").alias("stat_month"), pl.lit("final").alias("vintage")
    )


def projects(until: date) -> pl.DataFrame:
    """72 major projects and how far the money is spent; `_firm` says where in the list of firms its unit stands."""
    rng, count = Streams(20240101).named("major projects"), 72
    kind = choose(rng, _KINDS, count, [0.5, 0.2, 0.2, 0.1])
    area = rng.integers(0, len(_AREAS), count)
    total = np.round(np.exp(rng.normal(10.8, 0.9, count)), -2)
    begin = rng.integers(19_300, 20_250, count)
    length = rng.integers(400, 1400, count)
    book = pl.DataFrame(
        {
            "project_code": [f"2024-3204{number:02}-{4100 + number * 7}" for number in range(count)],
            "project_name": pl.Series(_AREA_NAMES)[area]
            + pl.Series([f"第{number + 1}期" for number in range(count)])
            + kind.replace_strict(_WORKS),
            "project_type_code": kind,
            "approval_no": [f"常发改审〔{2023 + number % 2}〕{number + 11}号" for number in range(count)],
            "division_code": pl.Series(_AREAS)[area],
            "industry_code": choose(rng, ["3841", "3612", "3670", "2651", "7210"], count),
            "total_investment_cny": total,
            "start_date": pl.Series(begin.astype(np.int32)).cast(pl.Date),
            "planned_end_date": pl.Series((begin + length).astype(np.int32)).cast(pl.Date),
            "_firm": rng.random(count),
        }
    )
    rows = book.join(_month_ends(until), how="cross")
    passed = (pl.col("_released") - pl.col("start_date")).dt.total_days()
    planned = (pl.col("planned_end_date") - pl.col("start_date")).dt.total_days()
    done = (passed / planned).clip(0, 1)
    status = pl.when(done <= 0).then(pl.lit("preparing")).when(done >= 1).then(pl.lit("finished"))
    rows = rows.with_columns(
        (pl.col("total_investment_cny") * done).round(0).alias("completed_investment_cny"),
        (pl.col("total_investment_cny") * 365 / planned).round(0).alias("year_plan_investment_cny"),
        status.otherwise(pl.lit("building")).alias("status"),
    )
    return shown(rows, until)


def parks(until: date) -> pl.DataFrame:
    """24 parks with firms, people, output since January and land; a park of the zone stands under 武进区's code."""
    rng, count = Streams(20240101).named("parks"), 24
    area = np.arange(count) % len(_AREAS)
    firms = rng.integers(18, 420, count)
    land = rng.integers(220, 6400, count)
    book = pl.DataFrame(
        {
            "park_code": [f"YQ{number + 1:03}" for number in range(count)],
            "park_name": pl.Series(_AREA_NAMES)[area]
            + pl.Series(_PARKS)[np.arange(count) // 6 % 6]
            + pl.Series([f"{number // 6 + 1}区" for number in range(count)]),
            "division_code": pl.Series(_AREAS)[area],
            "enterprise_count": firms,
            "above_scale_enterprise_count": firms // 6 + 1,
            "employee_count": firms * 61,
            "land_area_m2": land.astype(float),
            "building_area_m2": np.round(land * 0.021, 2),
            "vacant_area_m2": np.round(land * 0.0023, 2),
            "person_name": choose(rng, ["蒋建平", "徐丽", "陈国强", "周敏"], count),
            "phone": [f"0519-8{rng.integers(10**6, 10**7)}" for _ in range(count)],
            "_output": firms * 5200.0,
        }
    )
    rows = book.join(_month_ends(until), how="cross")
    month = pl.col("_released").dt.month()
    rows = rows.with_columns(
        (pl.col("_output") * month / 12).round(0).alias("output_value_cny"),
        (pl.col("_output") * month / 12 * 0.043).round(0).alias("tax_revenue_cny"),
        (pl.col("_released").cast(pl.Datetime("us")) + pl.duration(hours=40)).alias("updated_at"),
    )
    return shown(rows.filter(month > 1), until)
