"""What departments count every month: output, investment, sales, budgets, electricity. One row a printed line.

All amounts of the statistics office run from January on, and there is no January file; the budget is printed for the
month and for the year so far, online sales and electricity by single month. Books as in macro_books.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from citylake.simulator.world.macro_books import growth, one_of_each, shown
from citylake.simulator.world.macro_levels import CITY, annual, crossed, districts

MONTHS = list(range(1, 13))
# Division of GB/T 4754-2017, name, share of the output.
INDUSTRIES = [
    ("00", "总计", 1.0),
    ("06", "煤炭开采和洗选业", 0.0004),
    ("13", "农副食品加工业", 0.018),
    ("17", "纺织业", 0.035),
    ("26", "化学原料和化学制品制造业", 0.09),
    ("27", "医药制造业", 0.022),
    ("31", "黑色金属冶炼和压延加工业", 0.11),
    ("34", "通用设备制造业", 0.095),
    ("36", "汽车制造业", 0.14),
    ("38", "电气机械和器材制造业", 0.31),
    ("39", "计算机、通信和其他电子设备制造业", 0.12),
    ("44", "电力、热力生产和供应业", 0.03),
]
_SUBJECTS = [
    ("101", "一般公共预算收入", 1.0),
    ("10101", "　其中:税收收入", 0.86),
    ("1010101", "　　其中:增值税", 0.36),
    ("1010104", "　　企业所得税", 0.17),
    ("103", "　非税收入", 0.14),
    ("201", "一般公共预算支出", 1.14),
]
_INVESTMENT = [("total", "固定资产投资", 1.0, 9400), ("industry", "工业投资", 0.56, 5200)]
_INVESTMENT += [("property", "房地产开发投资", 0.2, 610), ("infrastructure", "基础设施投资", 0.13, 900)]


def months(until: date) -> pl.DataFrame:
    """Every place and month from January of the first year: stat_month, `so_far` (share of the year), `alone`."""
    rows = crossed(districts(annual(until.year)), month=MONTHS).with_columns(
        (pl.col("month") / 12 - 0.012 * (pl.col("month") % 12 > 0)).alias("so_far"),
        pl.date(pl.col("stat_year"), pl.col("month"), 1).dt.month_end().alias("_released"),
    )
    before = (
        pl.when(pl.col("month") == 1).then(0.0).otherwise((pl.col("month") - 1) / 12 - 0.012 * (pl.col("month") > 1))
    )
    return rows.with_columns(
        (pl.col("so_far") - before).alias("alone"),
        pl.col("_released").dt.strftime("%Y-%m").alias("stat_month"),
        pl.lit("preliminary").alias("vintage"),
    )


def _revised(rows: pl.DataFrame, amounts: list[str]) -> pl.DataFrame:
    """The rows, and every December once more as the yearbook has it: a little more, half a year later."""
    last = rows.filter(pl.col("month") == 12).with_columns(
        *((pl.col(name) * 1.006).round(2) for name in amounts),
        pl.lit("revised").alias("vintage"),
        pl.date(pl.col("stat_year") + 1, 6, 30).alias("_released"),
    )
    return pl.concat([rows, last])


def _since_january(until: date) -> pl.DataFrame:
    return months(until).filter(pl.col("month") > 1)


def retail(until: date) -> pl.DataFrame:
    """Retail sales in 亿元: the city every month, its parts every quarter."""
    rows = _since_january(until).filter((pl.col("division_name") == CITY) | (pl.col("month") % 3 == 0))
    total = pl.col("retail") * pl.col("share") * pl.col("so_far")
    parts = {
        "retail_sales_cny": 1.0,
        "above_quota_retail_sales_cny": 0.37,
        "wholesale_retail_trade_cny": 0.895,
        "accommodation_catering_cny": 0.105,
    }
    rows = rows.with_columns((total * part).round(2).alias(name) for name, part in parts.items())
    rows = _revised(rows, [*parts])
    keys = ["division_name", "scope_code", "month", "vintage"]
    return shown(rows.with_columns(growth("retail_sales_cny", keys)), until)


def investment(until: date) -> pl.DataFrame:
    """Fixed investment in 万元 by type; types do not add up, for property stands in others too."""
    codes, names, parts, counts = zip(*_INVESTMENT, strict=True)
    rows = crossed(
        one_of_each(_since_january(until)),
        investment_type_code=list(codes),
        investment_type_name=list(names),
        part=list(parts),
        projects=list(counts),
    )
    amount = pl.col("investment") * pl.col("share") * pl.col("so_far") * pl.col("part") * 10_000
    rows = rows.with_columns(
        amount.round(0).alias("investment_amount_cny"),
        (62 + pl.col("month") * 0.3).round(1).alias("private_share_pct"),
        (pl.col("projects") * pl.col("share")).ceil().cast(pl.Int64).alias("project_count"),
    )
    keys = ["division_name", "investment_type_code", "month", "vintage"]
    rows = rows.with_columns(growth("investment_amount_cny", keys))
    # From 2023 on the level is out of the table in the third month of each quarter: growth alone is told.
    level = pl.when((pl.col("stat_year") < 2023) | (pl.col("month") % 3 > 0)).then("investment_amount_cny")
    return shown(rows.with_columns(level.alias("investment_amount_cny")), until)


def industry(until: date) -> pl.DataFrame:
    """Output of industry above the threshold in 万元; what few enterprises make is not shown."""
    codes, names, parts = zip(*INDUSTRIES, strict=True)
    rows = crossed(
        one_of_each(_since_january(until)),
        industry_division_code=list(codes),
        industry_name=list(names),
        part=list(parts),
    )
    output = pl.col("output") * pl.col("share") * pl.col("so_far") * pl.col("part") * 10_000
    rows = rows.with_columns(
        output.round(0).alias("output_value_cny"),
        (output * 0.97).round(0).alias("revenue_cny"),
        (output * 0.061).round(0).alias("profit_cny"),
        (pl.col("share") * pl.col("part") * 6100).ceil().cast(pl.Int64).alias("enterprise_count"),
        pl.lit("2017").alias("industry_classification_version"),
    )
    rows = _revised(rows, ["output_value_cny", "revenue_cny", "profit_cny"])
    keys = ["division_name", "industry_division_code", "month", "vintage"]
    rows = rows.with_columns(growth("output_value_cny", keys).alias("added_value_growth_pct"))
    is_hidden = pl.col("enterprise_count") < 3
    shown_values = [
        pl.when(~is_hidden).then(name).alias(name) for name in ("output_value_cny", "revenue_cny", "profit_cny")
    ]
    return shown(rows.with_columns(shown_values), until)


def fiscal(until: date) -> pl.DataFrame:
    """The public budget in 万元, each month and the year so far."""
    codes, names, parts = zip(*_SUBJECTS, strict=True)
    # 武进区 took 216.31 with the zone and 162.61 without it of 680.3 亿元 (2023).
    share = (
        pl.when(pl.col("division_name") == "武进区")
        .then(pl.when(pl.col("scope_code") == "with_zone").then(216.31 / 680.3).otherwise(162.61 / 680.3))
        .when(pl.col("division_name") == "经开区")
        .then((216.31 - 162.61) / 680.3)
        .otherwise("share")
    )
    rows = crossed(months(until), subject_code=list(codes), subject_name=list(names), part=list(parts))
    year = pl.col("revenue") * share * pl.col("part") * 10_000
    rows = rows.with_columns(
        year.round(0).alias("budget_amount_cny"),
        (year * pl.col("alone")).round(0).alias("month_amount_cny"),
        (year * pl.col("so_far")).round(0).alias("cumulative_amount_cny"),
    )
    keys = ["division_name", "scope_code", "subject_code", "month"]
    rows = rows.with_columns(growth("cumulative_amount_cny", keys))
    comparable = pl.when(pl.col("stat_year") == 2022).then((pl.col("growth_rate_pct") + 5.2).round(1))
    return shown(rows.with_columns(comparable.alias("comparable_growth_rate_pct")), until)


def electricity(until: date) -> pl.DataFrame:
    """Electricity of each single month in 万千瓦时, the month before once more where meters were read late."""
    trades = [("A", "农、林、牧、渔业", 0.008), ("C", "制造业", 0.66), ("F", "批发和零售业", 0.05)]
    trades += [("00", "全社会用电", 1.0), ("R", "城乡居民生活用电", 0.15), ("Z", "其他行业", 0.132)]
    codes, names, parts = zip(*sorted(trades), strict=True)
    rows = crossed(
        one_of_each(months(until)), industry_division_code=list(codes), industry_name=list(names), part=list(parts)
    )
    used = pl.col("electricity") * pl.col("share") * pl.col("alone") * pl.col("part") * 10_000
    rows = rows.with_columns(
        used.round(2).alias("electricity_kwh"),
        (pl.col("share") * pl.col("part") * 2_900_000).round(0).cast(pl.Int64).alias("customer_count"),
    )
    again = rows.filter(pl.col("month") % 4 == 0).with_columns(
        (pl.col("electricity_kwh") * 1.012).round(2),
        pl.lit("revised").alias("vintage"),
        pl.col("_released").dt.offset_by("1d").dt.month_end(),
    )
    return shown(pl.concat([rows, again]), until)


def online(until: date) -> pl.DataFrame:
    """Online sales of each single month in 亿元, by where the shop or the buyer is; another provider since 2024."""
    rows = crossed(one_of_each(months(until)), location_basis_code=["shop", "delivery"], part=[1.0, 1.18])
    is_new = pl.col("stat_year") >= 2024
    rows = rows.with_columns(
        pl.when(is_new).then(pl.lit("乙数据")).otherwise(pl.lit("甲数据")).alias("data_provider"),
        (pl.col("part") * pl.when(is_new).then(1.09).otherwise(1.0)).alias("part"),
    )
    # The new provider counts the last year of the old one again, in its first file.
    back = rows.filter(pl.col("stat_year") == 2023).with_columns(
        pl.lit("乙数据").alias("data_provider"),
        (pl.col("part") * 1.09).alias("part"),
        pl.lit("revised").alias("vintage"),
        pl.date(2024, 1, 31).alias("_released"),
    )
    december = rows.filter(pl.col("month") == 12).with_columns(
        (pl.col("part") * 1.01).alias("part"),
        pl.lit("revised").alias("vintage"),
        pl.col("_released").dt.offset_by("31d"),
    )
    both = pl.concat([rows, back, december.filter(pl.col("stat_year") != 2023)])
    total = pl.col("online") * pl.col("share") * pl.col("alone") * pl.col("part")
    shares = {"online_retail_cny": 1.0, "online_goods_retail_cny": 0.79, "online_services_retail_cny": 0.21}
    shares |= {"agricultural_online_retail_cny": 0.06, "cross_border_online_retail_cny": 0.03}
    both = both.with_columns((total * part).round(2).alias(name) for name, part in shares.items()).with_columns(
        (pl.col("share") * 18_497).round(0).cast(pl.Int64).alias("active_shop_count")
    )
    keys = ["division_name", "location_basis_code", "data_provider", "month", "vintage"]
    return shown(both.with_columns(growth("online_retail_cny", keys)), until)
