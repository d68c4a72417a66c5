"""What departments write down about systems, resources, items and cases for a period."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_government
from citylake.simulator.files.exporting import Export
from citylake.simulator.world.city import World


def _after(column: str, period: Period) -> pl.Expr:
    """The day if it has come by the end of the period, else null."""
    return pl.when(pl.col(column) <= period.end).then(pl.col(column))


def _where(frame: pl.DataFrame, condition: pl.Expr) -> np.ndarray:
    return frame.select(condition.arg_true()).to_series().to_numpy()


def systems(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The system catalogue on the last day of the month; secret systems stand in it with their secrecy level."""
    launched, retired, moved = (_after(name, period) for name in ("launched_date", "retired_date", "cloud_date"))
    frame = world.government.systems[rows].with_columns(
        launched.alias("launched_date"), retired.alias("retired_date"), moved.alias("cloud_date")
    )
    last = pl.max_horizontal("launched_date", "retired_date", "cloud_date").fill_null(pl.date(2025, 1, 2))
    return frame.with_columns(
        pl.when(pl.col("launched_date").is_null())
        .then(pl.lit("in_build"))
        .when(pl.col("retired_date").is_not_null())
        .then(pl.lit("retired"))
        .otherwise(pl.lit("in_use"))
        .alias("status"),
        pl.when(pl.col("cloud_date").is_not_null())
        .then(pl.lit("government_cloud"))
        .otherwise("other_place")
        .alias("deployment_code"),
        last.cast(pl.Datetime("us")).dt.offset_by("10h").alias("updated_at"),
    )


def servers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Servers created by the end of the month, released ones included."""
    return (
        world.government.servers[rows]
        .with_columns(_after("released_date", period).alias("released_date"))
        .with_columns(
            pl.when(pl.col("released_date").is_not_null())
            .then(pl.lit("released"))
            .otherwise("standing_status")
            .alias("status")
        )
    )


def resources(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Catalogue entries published (or drafted) by the end of the month, withdrawn ones included."""
    gone = _after("withdrawn_date", period)
    return world.government.resources[rows].with_columns(
        pl.when("is_draft")
        .then(pl.lit("draft"))
        .when(gone.is_not_null())
        .then(pl.lit("withdrawn"))
        .otherwise(pl.lit("published"))
        .alias("status"),
        pl.coalesce(gone, "published_date").cast(pl.Datetime("us")).dt.offset_by("15h").alias("updated_at"),
    )


def interfaces(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Attachments standing on one day."""
    return world.government.interfaces[rows].with_columns(
        pl.lit(period.end).alias("stat_date"),
        ((pl.col("calls") * (1 + period.end.day % 7)) % 9973).alias("call_count_30d"),
        pl.col("success").alias("success_rate_pct"),
        pl.lit(period.end).cast(pl.Datetime("us")).dt.offset_by("1h").alias("data_updated_at"),
    )


def items(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Item versions in force from a day up to the Sunday of the file, ended ones included."""
    ended = _after("valid_to_date", period)
    code = pl.col("item_code")
    return world.services.items[rows].with_columns(
        ended.alias("valid_to_date"),
        pl.when(pl.col("is_disabled") & ended.is_not_null())
        .then(pl.lit("disabled"))
        .otherwise(pl.lit("enabled"))
        .alias("status"),
        pl.when("has_url").then("https://zwfw.example.cn/item/" + code).alias("online_url"),
        pl.when("is_exception").then(pl.lit("法律法规规定须现场办理")).alias("exception_basis"),
        pl.coalesce(ended, "valid_from_date").cast(pl.Datetime("us")).dt.offset_by("9h").alias("updated_at"),
    )


def _case_rows(world: World, period: Period) -> np.ndarray:
    second = pl.col("applied_at").dt.epoch("s")
    return _where(world.services.cases, (second >= period.first_second) & (second < period.next_second))


def cases(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Cases applied for within the period; those not yet closed at its end have no closing time."""
    is_closed = pl.col("closed_at").dt.epoch("s") < period.next_second
    return world.services.cases[rows].with_columns(
        pl.when(is_closed).then("closed_at").alias("closed_at"),
        pl.when(is_closed).then(pl.lit("办结")).otherwise(pl.lit("在办")).alias("result_code"),
    )


EXPORTS = [
    Export(
        "big_data__government_systems",
        lambda world, _: np.arange(world.government.systems.height),
        systems,
        soil=dirt_government.soil_systems,
    ),
    Export(
        "big_data__cloud_servers",
        lambda world, period: _where(world.government.servers, pl.col("created_date") <= period.end),
        servers,
        soil=dirt_government.soil_servers,
    ),
    Export(
        "big_data__resource_catalogue",
        lambda world, period: _where(world.government.resources, pl.col("published_date") <= period.end),
        resources,
        soil=dirt_government.soil_catalogue,
    ),
    Export(
        "big_data__sharing_interfaces",
        lambda world, period: _where(world.government.interfaces, pl.col("attached_date") <= period.end),
        interfaces,
        soil=dirt_government.soil_interfaces,
    ),
    Export(
        "government_services__service_items",
        lambda world, period: _where(world.services.items, pl.col("valid_from_date") <= period.end),
        items,
        soil=dirt_government.soil_items,
    ),
    Export("government_services__cases", _case_rows, cases, soil=dirt_government.soil_cases),
]
