"""What departments write down about enterprises, systems, resources, items, cases and junctions for a period."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator import dirt, places, repeats
from citylake.simulator.drawing import ALL, NO_DAY, dates, day, moments, pick
from citylake.simulator.exporting import Export
from citylake.simulator.marks import Mark
from citylake.simulator.schedule import Period
from citylake.simulator.table import Table
from citylake.simulator.world import World
from citylake.simulator.world_enterprises import ENTERPRISE_STATUSES, KINDS, PROVIDERS, SERVICE_TYPES

FAR = -(2**62)


def last_touch(period: Period, started_at: np.ndarray, changed_at: np.ndarray) -> np.ndarray:
    """The moment of the last change known at the period's end; FAR for rows that had not begun by then."""
    last = np.where(changed_at < period.next_second, changed_at, FAR)
    return np.where(started_at < period.next_second, np.maximum(last, started_at), FAR)


def touched(period: Period, started_at: np.ndarray, changed_at: np.ndarray) -> np.ndarray:
    """Rows that an increment carries: begun or changed within the period."""
    return np.flatnonzero(last_touch(period, started_at, changed_at) >= period.first_second)


def _firm_seconds(world: World, rows: np.ndarray | slice) -> tuple[np.ndarray, np.ndarray]:
    firms = world.enterprises
    has_changed = np.maximum(firms.changed[rows], firms.closed[rows]) > NO_DAY
    return firms.registered_at[rows], np.where(has_changed, firms.changed_at[rows], FAR)


def _firm_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, *_firm_seconds(world, ALL))


def enterprises(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The market register's increment."""
    firms, people = world.enterprises, world.people
    updated = last_touch(period, *_firm_seconds(world, rows))
    status = firms.status_on(day(period.end), rows)
    person = firms.representative[rows]
    return pl.DataFrame(
        {
            "entity_record_no": firms.record_no.gather(rows),
            "uscc": firms.uscc.gather(rows),
            "registration_no": firms.registration_no.gather(rows),
            "entity_name": firms.name.gather(rows),
            "entity_type": pick(KINDS, firms.kind[rows]),
            "legal_representative_name": people.names(person),
            "legal_representative_id": people.resident_ids(person),
            "registered_capital_cny": pl.Series(firms.capital_wan[rows].astype(float)),
            "address": firms.address.gather(rows),
            "street_code": pick([code for code, _ in places.ALL_STREETS], firms.street[rows]),
            "industry_code": firms.industry.gather(rows),
            "established_date": dates(firms.established[rows]),
            "revoked_date": dates(np.where(status > 0, firms.closed[rows], NO_DAY)),
            "valid_to_date": dates(firms.term_end[rows]),
            "status": pick(ENTERPRISE_STATUSES, status),
            "updated_at": moments(updated),
            "_legal_entity": pl.Series(rows),
        }
    )


def _tax_rows(world: World, period: Period) -> np.ndarray:
    rows = _firm_rows(world, period)
    return rows[world.enterprises.in_tax[rows]]


def taxpayers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The tax office's increment: registered a little after the market register, closed at the same time."""
    firms, people = world.enterprises, world.people
    updated = last_touch(period, *_firm_seconds(world, rows))
    status = firms.status_on(day(period.end), rows)
    person = firms.representative[rows]
    return pl.DataFrame(
        {
            "tax_registration_no": firms.uscc.gather(rows),
            "uscc": firms.uscc.gather(rows),
            "entity_name": firms.name.gather(rows),
            "legal_representative_name": people.names(person),
            "legal_representative_id": people.resident_ids(person),
            "taxpayer_type_code": pick(KINDS, firms.kind[rows]),
            "industry_code": firms.industry.gather(rows),
            "address": firms.address.gather(rows),
            "street_code": pick([code for code, _ in places.ALL_STREETS], firms.street[rows]),
            "tax_authority_code": "国家税务总局常州市"
            + pick([name[:2] for name in places.DIVISION_NAMES], firms.division[rows])
            + "税务局",
            "registered_date": dates(np.minimum(firms.established[rows] + 3, day(period.end))),
            "revoked_date": dates(np.where(status == 2, firms.closed[rows], NO_DAY)),
            "status": pick(["normal", "abnormal", "deregistered"], status),
            "updated_at": moments(updated),
            "_legal_entity": pl.Series(rows),
        }
    )


def _cloud_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.cloud.first_used <= day(period.end))


def cloud_enterprises(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Every use of a cloud service known at the end of the month."""
    uses, firms = world.cloud, world.enterprises
    on = day(period.end)
    firm = uses.enterprise[rows]
    is_lapsed = (uses.lapsed[rows] > NO_DAY) & (uses.lapsed[rows] <= on)
    status = np.where(is_lapsed, 2, uses.is_trial[rows].astype(np.int64))
    last_used = dates(np.where(status == 2, uses.lapsed[rows], on)).dt.strftime("%Y-%m")
    return pl.DataFrame(
        {
            "uscc": firms.uscc.gather(firm),
            "entity_name": firms.name.gather(firm),
            "cloud_provider": pick(PROVIDERS, uses.provider[rows]),
            "cloud_service_type_code": pick(SERVICE_TYPES, uses.service[rows]),
            "first_cloud_date": dates(uses.first_used[rows]),
            "last_used_month": last_used,
            "industry_code": firms.industry.gather(firm),
            "division_code": pick(places.DIVISIONS, firms.division[firm]),
            "reported_by": pick([f"{name}工信局" for name in places.DIVISION_NAMES], firms.division[firm]),
            "status": pick(["in_use", "trial", "lapsed"], status),
            "updated_at": moments(np.where(is_lapsed, uses.lapsed[rows], uses.first_used[rows]) * 86400 + 36000),
            "_legal_entity": pl.Series(firm),
        }
    )


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


def junctions(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Junctions on the last day of the month."""
    joined, gone = _after("connected_date", period), _after("stopped_date", period)
    return world.services.junctions[rows].with_columns(
        joined.alias("connected_date"),
        joined.is_not_null().alias("is_networked"),
        (joined.is_not_null() & pl.col("has_joint_control")).alias("is_jointly_controlled"),
        pl.when(gone.is_not_null()).then("stop_status").otherwise(pl.lit("in_use")).alias("status"),
        pl.lit("CGCS2000").alias("coordinate_system"),
        pl.coalesce(gone, joined, pl.date(2021, 3, 1)).cast(pl.Datetime("us")).dt.offset_by("11h").alias("updated_at"),
    )


def _double_taxpayers(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    return repeats.double_taxpayers(frame, rng)


def _double_uses(
    world: World, period: Period, frame: pl.DataFrame, rng: np.random.Generator
) -> tuple[pl.DataFrame, list[Mark]]:
    return repeats.double_cloud_uses(frame, rng)


def _soil_firms(table: Table, world: World, rng: np.random.Generator) -> None:
    dirt.soil_firms(table, rng)


def _soil_lists(table: Table, world: World, rng: np.random.Generator) -> None:
    dirt.soil_lists(table, rng)


EXPORTS = [
    Export("market_supervision__enterprises", _firm_rows, enterprises, soil=_soil_firms),
    Export("tax__taxpayers", _tax_rows, taxpayers, _double_taxpayers, _soil_firms),
    Export("industry__cloud_enterprises", _cloud_rows, cloud_enterprises, _double_uses, _soil_firms),
    Export(
        "big_data__government_systems",
        lambda world, _: np.arange(world.government.systems.height),
        systems,
        soil=_soil_lists,
    ),
    Export(
        "big_data__cloud_servers",
        lambda world, period: _where(world.government.servers, pl.col("created_date") <= period.end),
        servers,
        soil=_soil_lists,
    ),
    Export(
        "big_data__resource_catalogue",
        lambda world, period: _where(world.government.resources, pl.col("published_date") <= period.end),
        resources,
        soil=_soil_lists,
    ),
    Export(
        "big_data__sharing_interfaces",
        lambda world, period: _where(world.government.interfaces, pl.col("attached_date") <= period.end),
        interfaces,
        soil=_soil_lists,
    ),
    Export(
        "government_services__service_items",
        lambda world, period: _where(world.services.items, pl.col("valid_from_date") <= period.end),
        items,
        soil=_soil_lists,
    ),
    Export("government_services__cases", _case_rows, cases, soil=_soil_lists),
    Export(
        "public_security__signal_junctions",
        lambda world, _: np.arange(world.services.junctions.height),
        junctions,
        soil=_soil_lists,
    ),
]
