"""The truth of the macro-economic tables: every figure that is out by the last day, in the lake's units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from citylake.simulator.exports.macro import book
from citylake.simulator.world.city import World
from citylake.simulator.world.macro_levels import HUNDRED_MILLION, TEN_THOUSAND

ZONE = "CZ-JKQ"
KEYS = ["series_code", "scope_code", "division_code", "frequency", "stat_year", "period_label", "vintage"]
_PLAIN, _WAN, _YI = 1.0, TEN_THOUSAND, HUNDRED_MILLION


@dataclass(frozen=True)
class Series:
    """A column of a table: its series, what the department's unit is worth, what tells the rows of a period apart."""

    column: str
    code: str
    factor: float = _PLAIN
    by: tuple[str, ...] = ()


def _all(columns: str, factor: float, *by: str) -> list[Series]:
    """Series from `column series` lines."""
    pairs = [line.split() for line in columns.strip().splitlines()]
    return [Series(column, code, factor, by) for column, code in pairs]


_INDUSTRY = "industry_division_code"
SERIES: dict[str, list[Series]] = {
    "statistics__gdp_quarterly": [Series("value", "gdp", _YI, ("indicator_code",))],
    "statistics__population_series": [
        *_all("resident_population_persons resident_population", _WAN),
        *_all("registered_population_persons registered_population", _WAN),
        *_all("registered_male_persons registered_population_male", _WAN),
        *_all("registered_female_persons registered_population_female", _WAN),
        *_all("family_household_count family_households", _PLAIN),
        *_all("collective_household_count collective_households", _PLAIN),
        *_all("family_household_persons family_household_population", _PLAIN),
        *_all("urbanisation_rate_pct urbanisation_rate", _PLAIN),
    ],
    "statistics__digital_economy_core": [
        Series("value", "digital_economy_core", _YI, ("digital_class_code",)),
        Series("gdp_share_pct", "digital_economy_core_share", _PLAIN, ("digital_class_code",)),
    ],
    "statistics__retail_sales_monthly": [
        *_all("retail_sales_cny retail_sales", _YI),
        *_all("above_quota_retail_sales_cny retail_sales_above_quota", _YI),
        *_all("wholesale_retail_trade_cny retail_sales_trade", _YI),
        *_all("accommodation_catering_cny retail_sales_catering", _YI),
    ],
    "statistics__fixed_investment_monthly": [
        *_all("investment_amount_cny fixed_investment", _WAN, "investment_type_code"),
        *_all("growth_rate_pct fixed_investment_growth", _PLAIN, "investment_type_code"),
    ],
    "statistics__industrial_output_monthly": [
        *_all("output_value_cny industrial_output", _WAN, _INDUSTRY),
        *_all("revenue_cny industrial_revenue", _WAN, _INDUSTRY),
        *_all("profit_cny industrial_profit", _WAN, _INDUSTRY),
        *_all("added_value_growth_pct industrial_added_value_growth", _PLAIN, _INDUSTRY),
    ],
    "finance__fiscal_revenue_monthly": [
        *_all("month_amount_cny fiscal_amount", _WAN, "subject_code"),
        *_all("cumulative_amount_cny fiscal_amount_cumulative", _WAN, "subject_code"),
    ],
    "power_company__electricity_consumption": _all("electricity_kwh electricity", _WAN, _INDUSTRY),
    "commerce__online_retail_monthly": _all(
        """
        online_retail_cny online_retail
        online_goods_retail_cny online_retail_goods
        online_services_retail_cny online_retail_services
        agricultural_online_retail_cny online_retail_agricultural
        cross_border_online_retail_cny online_retail_cross_border
        """,
        _YI,
        "location_basis_code",
        "data_provider",
    ),
    "development_reform__major_projects": _all(
        "completed_investment_cny major_project_investment", _WAN, "project_code"
    ),
    "districts__park_operations": [
        *_all("output_value_cny park_output", _WAN, "park_code"),
        *_all("tax_revenue_cny park_tax", _WAN, "park_code"),
        *_all("employee_count park_employees", _PLAIN, "park_code"),
    ],
}


def macro(world: World) -> pl.DataFrame:
    """One row a figure: series_code, scope_code, division_code (CZ-JKQ for the zone), frequency (yearly, quarterly,
    monthly), stat_year, period_label (2024, 2025Q3, 2025-09), vintage, and `value` in the lake's unit.
    """
    until = world.schedule.until
    parts = [_figures(dataset, one, until) for dataset, some in SERIES.items() for one in some]
    parts += [_accounts(name, share, until) for name, share in (("value", ""), ("gdp_share_pct", "_share"))]
    return pl.concat(parts).filter(pl.col("value").is_not_null()).sort(KEYS)


def _figures(dataset: str, one: Series, until: date) -> pl.DataFrame:
    lines = book(dataset, until)
    code = pl.concat_str(pl.lit(one.code), *one.by, separator=":")
    if dataset == "statistics__gdp_quarterly":
        item = pl.col("indicator_code")
        code = pl.when(item == "gdp").then(pl.lit("gdp")).otherwise("gdp_" + item)
    return lines.select(*_keys(lines, code), (pl.col(one.column) * one.factor).cast(pl.Float64).alias("value"))


def _accounts(column: str, share: str, until: date) -> pl.DataFrame:
    """The digital economy by measure: `digital_economy_broad:digitisation`."""
    lines = book("development_reform__digital_economy_accounts", until)
    code = pl.format(f"digital_economy_{{}}{share}:{{}}", "measure_code", "component_code")
    factor = _PLAIN if share else _YI
    return lines.select(*_keys(lines, code), (pl.col(column) * factor).alias("value"))


def _keys(lines: pl.DataFrame, code: pl.Expr) -> list[pl.Expr]:
    named, month = "division_name" in lines.columns, "stat_month" in lines.columns
    quarter = "stat_quarter" in lines.columns
    year = pl.col("stat_month").str.slice(0, 4).cast(pl.Int64) if month else pl.col("stat_year").cast(pl.Int64)
    period = pl.format("{}{}", "stat_year", "stat_quarter") if quarter else pl.col("stat_year").cast(pl.String)
    zone = pl.when(pl.col("division_name") == "经开区").then(pl.lit(ZONE)).otherwise("division_code")
    # The budget, projects and parks are told once: there is no vintage in their tables.
    has_vintage = "budget_amount_cny" not in lines.columns and "vintage" in lines.columns
    return [
        code.alias("series_code"),
        # A table without a column for the scope does not say that 武进区 stands in it with the zone.
        (pl.col("scope_code") if _has_scope(lines) else pl.lit("total")).alias("scope_code"),
        (zone if named else pl.col("division_code")).alias("division_code"),
        pl.lit("monthly" if month else "quarterly" if quarter else "yearly").alias("frequency"),
        year.alias("stat_year"),
        (pl.col("stat_month") if month else period).alias("period_label"),
        (pl.col("vintage") if has_vintage else pl.lit("final")).alias("vintage"),
    ]


def _has_scope(lines: pl.DataFrame) -> bool:
    is_scoped = {"retail_sales_cny", "budget_amount_cny", "stat_quarter", "resident_population_persons"}
    return bool(is_scoped & set(lines.columns))
