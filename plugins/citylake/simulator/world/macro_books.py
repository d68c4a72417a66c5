"""What is calculated once a year or quarter: accounts, digital economy, population. One row a printed line.

Every book has the columns of its export and `_released`, the last day of the period in whose file a row stands first.
Numbers are in the unit that the department writes.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.simulator.world.macro_levels import CITY, WITHOUT_ZONE, annual, crossed, districts

# Share of a year's value added that is there by the end of each quarter (1-6月 2023: 4525.4 of 10116.4 亿元).
_BY_QUARTER = {"Q1": 0.223, "Q2": 0.4473, "Q3": 0.7025, "Q4": 1.0}
_ITEMS = {
    "gdp": "地区生产总值",
    "primary": "第一产业增加值",
    "secondary": "第二产业增加值",
    "tertiary": "第三产业增加值",
}
_FIVE_CLASSES = [
    ("01", "数字产品制造业", 0.56),
    ("02", "数字产品服务业", 0.05),
    ("03", "数字技术应用业", 0.24),
    ("04", "数字要素驱动业", 0.15),
    ("05", "数字化效率提升业", 0.9),
]


def gdp(until: date) -> pl.DataFrame:
    """Cumulative value added; a year's last quarter comes preliminary, and revised with the third quarter after it."""
    value = {"gdp": pl.lit(1.0), "primary": pl.col("primary"), "secondary": pl.col("secondary")}
    value["tertiary"] = 1 - pl.col("primary") - pl.col("secondary")
    base = districts(annual(until.year))
    rows = crossed(base, stat_quarter=[*_BY_QUARTER], by_then=[*_BY_QUARTER.values()])
    end = pl.date(pl.col("stat_year"), pl.col("stat_quarter").str.slice(1).cast(pl.Int32) * 3, 1).dt.month_end()
    first = rows.with_columns(pl.lit("preliminary").alias("vintage"), end.alias("_released"))
    revised = rows.filter(pl.col("stat_quarter") == "Q4").with_columns(
        pl.col("gdp").alias("gdp_preliminary"),
        pl.lit("revised").alias("vintage"),
        pl.date(pl.col("stat_year") + 1, 9, 30).alias("_released"),
    )
    items = [
        pl.concat([first, revised]).with_columns(
            pl.lit(code).alias("indicator_code"),
            pl.lit(name).alias("indicator_name"),
            (pl.col("gdp_preliminary") * pl.col("by_then") * pl.col("share") * value[code]).round(2).alias("value"),
        )
        for code, name in _ITEMS.items()
    ]
    keys = ["division_name", "scope_code", "stat_quarter", "indicator_code", "vintage"]
    return shown(pl.concat(items).with_columns(growth("value", keys), pl.lit("亿元").alias("unit")), until)


def population(until: date) -> pl.DataFrame:
    """Year-end population; the years before the census of 2020 was evaluated came out anew with 2021."""
    base = districts(annual(until.year - 1))
    # Of 武进区's 172.41 万 residents 129.67 live without the zone (2023); of its value added 69.5 % is made there.
    outside = 129.67 / 172.41
    share = (
        pl.when(pl.col("scope_code") == "without_zone")
        .then(pl.col("share") / WITHOUT_ZONE * outside)
        .when(pl.col("division_name") == "经开区")
        .then(pl.col("share") / (1 - WITHOUT_ZONE) * (1 - outside))
        .otherwise("share")
    )
    rows = base.with_columns(
        (pl.col("resident") * share).round(2).alias("resident_population_persons"),
        (pl.col("registered") * share).round(2).alias("registered_population_persons"),
        (72 + (pl.col("stat_year") - 2020) * 0.8).round(2).alias("urbanisation_rate_pct"),
        pl.lit("revised").alias("vintage"),
        pl.date(pl.col("stat_year"), 12, 31).alias("_released"),
    )
    male = (pl.col("registered_population_persons") * 0.4895).round(2)
    rows = rows.with_columns(
        male.alias("registered_male_persons"),
        (pl.col("registered_population_persons") - male).round(2).alias("registered_female_persons"),
    )
    # Households are counted in the census: 1942531 and 117078 in the whole city, 4879468 people in family households.
    is_census = pl.col("stat_year") == 2020
    census = [
        pl.when(is_census).then((pl.col("share") * total).round(0).cast(pl.Int64)).alias(name)
        for name, total in (
            ("family_household_count", 1942531),
            ("collective_household_count", 117078),
            ("family_household_persons", 4879468),
        )
    ]
    before = rows.filter(is_census).with_columns(
        (pl.col("resident_population_persons") * 0.986).round(2), pl.lit("preliminary").alias("vintage")
    )
    revised = rows.with_columns(
        pl.when(is_census).then(pl.date(2021, 12, 31)).otherwise("_released").alias("_released"), *census
    )
    return shown(pl.concat([before, revised], how="diagonal"), until)


def digital_core(until: date) -> pl.DataFrame:
    """Core digital economy, classes 01 to 04 and the efficiency class 05 beside them; published a year late."""
    base = one_of_each(districts(annual(until.year - 1)))
    codes, names, parts = zip(*_FIVE_CLASSES, strict=True)
    rows = crossed(
        base.filter(pl.col("division_name") == CITY),
        digital_class_code=list(codes),
        digital_class_name=list(names),
        part=list(parts),
    )
    totals = crossed(base, digital_class_code=["00"], digital_class_name=["核心产业合计(01-04)"], part=[1.0])
    rows = pl.concat([totals, rows]).with_columns(
        (pl.col("gdp") * pl.col("share") * pl.col("digital_share") * pl.col("part")).round(2).alias("value"),
        (pl.col("digital_share") * pl.col("part") * 100).round(2).alias("gdp_share_pct"),
        pl.lit("亿元").alias("unit"),
        pl.lit("2021").alias("classification_version"),
        pl.lit("final").alias("vintage"),
        pl.date(pl.col("stat_year") + 1, 12, 31).alias("_released"),
    )
    return shown(rows, until)


def digital_accounts(until: date) -> pl.DataFrame:
    """The broad measure and the core, each with the GDP it was divided by."""
    base = districts(annual(until.year - 1)).filter(pl.col("division_name") == CITY)
    rows = crossed(
        base,
        measure_code=["core", "broad", "broad"],
        component_code=["industrialisation", "industrialisation", "digitisation"],
        component_name=["数字产业化", "数字产业化", "产业数字化"],
    ).with_columns(
        pl.when(pl.col("component_code") == "industrialisation")
        .then(pl.col("digital_share"))
        .otherwise(pl.col("broad_share") - pl.col("digital_share"))
        .alias("part")
    )
    rows = rows.with_columns(
        (pl.col("gdp_preliminary") * pl.col("part")).round(2).alias("value"),
        pl.col("gdp_preliminary").round(2).alias("gdp_value"),
        (pl.col("part") * 100).round(2).alias("gdp_share_pct"),
        pl.lit("亿元").alias("unit"),
        pl.lit("preliminary").alias("gdp_vintage"),
        pl.lit("preliminary").alias("vintage"),
        pl.lit("2021").alias("method_version"),
        pl.lit("市发改委").alias("calculated_by"),
        pl.date(pl.col("stat_year"), 12, 31).alias("_released"),
    )
    return shown(rows, until)


def one_of_each(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table without a column for the scope: 武进区 stands in it once, with the zone."""
    return rows.filter(pl.col("scope_code") != "without_zone")


def growth(column: str, keys: list[str]) -> pl.Expr:
    """Growth on the year before at constant prices, one decimal: prices took about a point and a half."""
    before = pl.col(column).shift(1).over(keys, order_by="stat_year")
    return ((pl.col(column) / before - 1) * 100 - 1.5).round(1).alias("growth_rate_pct")


def shown(rows: pl.DataFrame, until: date) -> pl.DataFrame:
    """What is out by a day, in order of release, with the day of publication three weeks later."""
    published = pl.col("_released").dt.offset_by("20d").alias("published_date")
    return rows.filter(pl.col("_released") <= until).with_columns(published).sort("_released", maintain_order=True)
