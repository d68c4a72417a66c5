"""What departments list of legal entities for their own ends: cloud, insured units, statistics, shops, farms."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_directories
from citylake.simulator.exports.entities import founded, seat
from citylake.simulator.files.exporting import Export
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.cloud import PROVIDERS, SERVICE_TYPES
from citylake.simulator.world.directories import PSEUDO_UNITS_FROM
from citylake.simulator.world.entities import where

CLOUD_OFFICES = [f"{name}工信局" for name in places.DIVISION_NAMES]


def _cloud_rows(world: World, period: Period) -> np.ndarray:
    return np.flatnonzero(world.cloud.first_used <= day(period.end))


def cloud_enterprises(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Every use of a cloud service known at the end of the month."""
    uses, entities, on = world.cloud, world.enterprises, day(period.end)
    firm = uses.enterprise[rows]
    is_lapsed = (uses.lapsed[rows] > NO_DAY) & (uses.lapsed[rows] <= on)
    status = np.where(is_lapsed, 2, uses.is_trial[rows].astype(np.int64))
    last_used = dates(np.where(status == 2, uses.lapsed[rows], on)).dt.strftime("%Y-%m")
    return pl.DataFrame(
        {
            "uscc": entities.usccs(firm),
            "entity_name": entities.names(firm, on - 90),
            "cloud_provider": pick(PROVIDERS, uses.provider[rows]),
            "cloud_service_type_code": pick(SERVICE_TYPES, uses.service[rows]),
            "first_cloud_date": dates(uses.first_used[rows]),
            "last_used_month": last_used,
            "industry_code": entities.industries(firm),
            "division_code": pick(places.DIVISIONS, entities.division[firm]),
            "reported_by": pick(CLOUD_OFFICES, entities.division[firm]),
            "status": pick(["in_use", "trial", "lapsed"], status),
            "updated_at": moments(np.where(is_lapsed, uses.lapsed[rows], uses.first_used[rows]) * 86400 + 36000),
            "_legal_entity": pl.Series(firm),
        }
    )


def _unit_rows(world: World, period: Period) -> np.ndarray:
    """Employers as 2 * index, some with a second unit number (odd); windows for flexible workers are negative."""
    entities = world.enterprises
    rows = founded(world, period, np.sort(entities.employers()))
    twice = rows[entities.hashed.share("second unit", rows) < 0.02]
    windows = -1 - np.arange(len(places.DIVISIONS))
    return np.concatenate([np.sort(np.concatenate([rows * 2, twice * 2 + 1])), windows])


def insured_units(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Units that pay social insurance for the month, with how many they insure; closed ones stay with none."""
    entities, end = world.enterprises, day(period.end)
    is_window, entity = rows < 0, np.maximum(rows, 0) // 2
    is_second = (rows >= 0) & (rows % 2 == 1)
    staff = _insured(world, end)[entity]
    division = np.where(is_window, -1 - rows, entities.division[entity]).astype(np.int64)
    number = np.where(is_window, 3_100_000 - rows, np.where(is_second, 60_000_000, 3_200_000) + entity)
    window = pick([f"{name}灵活就业人员参保窗口" for name in places.DIVISION_NAMES], division)
    at_seat = seat(world, entity, end - 60)
    return pl.DataFrame(
        {
            "stat_month": pl.repeat(f"{period.end:%Y-%m}", len(rows), eager=True),
            "unit_no": "U" + pl.Series(number).cast(pl.String),
            "uscc": where(~is_window, entities.usccs(entity)),
            "organisation_code": where(~is_window, entities.organisation_codes(entity)),
            "entity_name": where(is_window, window, entities.names(entity, end - 90)),
            "legal_representative_name": where(
                ~is_window, world.people.names(entities.representatives(entity, end - 90))
            ),
            "insured_person_count": pl.Series(np.where(is_second | is_window, 1 + entity % 7, staff)),
            "industry_code": where(~is_window, entities.industries(entity)),
            "address": where(~is_window, at_seat["address"]),
            "insured_division_code": pick(places.DIVISIONS, division),
            "phone": where(~is_window, entities.phones(entity)),
            "registered_date": dates(np.where(is_window, NO_DAY, np.minimum(entities.established[entity] + 20, end))),
            "status": pick(["insured", "ended"], (~is_window & ~entities.open_on(end, entity)).astype(np.int64)),
            "_legal_entity": pl.Series(np.where(is_window, PSEUDO_UNITS_FROM + division, entity)),
            "_address": where(~is_window, at_seat["_address"], pl.Series(np.full(len(rows), -1, dtype=np.int32))),
        }
    )


def _insured(world: World, on: int) -> np.ndarray:
    """How many people each entity insures against work injury (every employee is) on a day."""
    book = world.insurance.social
    rows = (book.kind == WORK_INJURY) & (book.employers() >= 0) & (book.valid_from <= on) & (book.status_on(on) == 0)
    return np.bincount(book.employers(rows), minlength=world.enterprises.count)


WORK_INJURY = 4
SURVEYS = ["industry", "construction", "trade", "catering", "real_estate", "services"]
SURVEY_OF_TRADE = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 5, 3, 5, 5, 4, 5, 5, 5, 0, 0, 2])
# Trades of software and information technology: the digital economy's core; precision machinery uses it.
SOFTWARE, INFORMATION, PRECISION = 13, 14, 1


def _above_scale_rows(world: World, period: Period) -> np.ndarray:
    """Enterprises above the threshold in a year as 2 * index; branches under the code of their parent are odd."""
    entities = world.enterprises
    firms = np.arange(entities.firms)
    share = min(1.0, max(40.0, entities.people.count * 0.00264) / entities.firms)
    able = (entities.hashed.share("above scale", firms) < share) & entities.has_code[firms] & (entities.kind[firms] < 3)
    since = np.maximum(2015 + entities.hashed.below("enlisted", firms, 9), _year(entities.established[firms]) + 1)
    rows = firms[able & (since <= period.end.year) & entities.open_on(day(period.end) - 366, firms)]
    branches = np.flatnonzero((entities.parent >= 0) & np.isin(entities.parent, rows[: len(rows) // 4]))
    return np.concatenate([rows * 2, branches * 2 + 1])


def _year(days: np.ndarray) -> np.ndarray:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def above_scale(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The directory of one year; a branch stands under its parent's credit code."""
    entities, year, end = world.enterprises, period.end.year, day(period.end)
    entity, is_branch = rows // 2, rows % 2 == 1
    coded = np.where(is_branch, entities.parent[entity], entity)
    since = np.maximum(2015 + entities.hashed.below("enlisted", coded, 9), _year(entities.established[coded]) + 1)
    trade = entities.trade[coded].astype(np.int64)
    is_core = (trade == SOFTWARE) | (trade == INFORMATION)
    at_seat = seat(world, entity, end)
    return pl.DataFrame(
        {
            "stat_year": pl.repeat(year, len(rows), eager=True),
            "uscc": entities.usccs(coded),
            "organisation_code": entities.organisation_codes(coded),
            "entity_name": entities.names(entity, end),
            "survey_type_code": pick(SURVEYS, SURVEY_OF_TRADE[trade]),
            "industry_code": entities.industries(coded),
            "industry_classification_version": pick(["2011", "2017"], np.full(len(rows), int(year >= 2018))),
            "digital_class_code": where(is_core | (trade == PRECISION), pick(["05", "03"], is_core.astype(np.int64))),
            "is_digital_core": pl.Series(is_core),
            "division_code": at_seat["division_code"],
            "street_code": at_seat["street_code"] + "000",
            "enlisted_month": pl.Series(np.minimum(since, year)).cast(pl.String) + "-01",
            "delisted_month": pl.Series([None], dtype=pl.String).new_from_index(0, len(rows)),
            "status": pick(["operating", "stopped"], (~entities.open_on(end, coded)).astype(np.int64)),
            "_legal_entity": pl.Series(entity),
        }
    )


EXPORTS = [
    Export(
        "industry__cloud_enterprises",
        _cloud_rows,
        cloud_enterprises,
        dirt_directories.double_cloud_uses,
        dirt_directories.soil_cloud_uses,
    ),
    Export("human_resources__insured_units", _unit_rows, insured_units, soil=dirt_directories.soil_units),
    Export(
        "statistics__above_scale_enterprises",
        _above_scale_rows,
        above_scale,
        soil=dirt_directories.soil_above_scale,
        history=2,
    ),
]
