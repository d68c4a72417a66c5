"""What is listed of schools, medical institutions, internet hospitals and types of certificates."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_institutions
from citylake.simulator.exports.certificate_columns import validity
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import touched
from citylake.simulator.world import certificate_types
from citylake.simulator.world import divisions as places
from citylake.simulator.world.certificates import INTERNET, PRACTICE
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import where
from citylake.simulator.world.institutions import COMPLETE, GRADES, HOSPITAL, NINE_YEAR, PRIVATE_CLINIC, STAGES

MEDICAL_TYPES = [
    "hospital",
    "chinese_medicine_hospital",
    "maternity",
    "hospital",
    "community",
    "township",
    "village",
    "clinic",
]
SPONSORS = ["社会力量", "常州市教育局"]
BANDWIDTHS = np.array([100.0, 200.0, 500.0, 1000.0, 2000.0])


def _school_rows(world: World, period: Period) -> np.ndarray:
    """Schools open in the year, nine-year and complete ones once under each of their two stages: row * 2 + which."""
    schools, end = world.schools, day(period.end)
    rows = np.flatnonzero(world.enterprises.established[schools.entity] <= end)
    twice = rows[np.isin(schools.stage[rows], (NINE_YEAR, COMPLETE))]
    return np.sort(np.concatenate([rows * 2, twice * 2 + 1]))


def schools(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Schools and campuses in a school year; merged ones stay as they were."""
    book, entities, end = world.schools, world.enterprises, day(period.end)
    at, second = rows // 2, rows % 2
    stage = book.stage[at].astype(np.int64)
    listed = np.where(second == 0, stage, np.where(stage == NINE_YEAR, 1, 2))
    entity, address = book.entity[at], book.address[at]
    east, north = world.ground.points(address)
    is_public = book.is_public[at].astype(np.int64)
    return pl.DataFrame(
        {
            "school_code": book.codes(at),
            "uscc": entities.usccs(entity),
            "entity_name": book.names(at),
            "school_stage_code": pick(STAGES, listed),
            "school_nature_code": pick(["private", "public"], is_public),
            "sponsor_name": pick(SPONSORS, is_public),
            "division_code": pick(places.DIVISIONS, book.division[at]),
            "street_code": world.ground.street_codes(address),
            "address": world.ground.address_texts(address),
            "longitude": pl.Series(east),
            "latitude": pl.Series(north),
            "coordinate_system": pl.repeat("CGCS2000", len(rows), eager=True),
            "student_count": pl.Series(book.students(at)),
            "bandwidth_mbps": pl.Series(BANDWIDTHS[entities.hashed.below("bandwidth", at, 5)]),
            "multimedia_classroom_count": pl.Series(6 + entities.hashed.below("classrooms", at, 60)),
            "status": pick(["open", "closed"], (~entities.open_on(end, entity)).astype(np.int64)),
            "_legal_entity": pl.Series(entity),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def _medical_rows(world: World, period: Period) -> np.ndarray:
    return touched(period, world.medical.opened, world.medical.closed)


def medical_institutions(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Institutions opened or closed, with their licence."""
    book, entities, end = world.medical, world.enterprises, day(period.end)
    kind, entity, address = book.kind[rows].astype(np.int64), book.entity[rows], book.address[rows]
    certificate = world.certificates.start[PRACTICE] + rows
    shown = validity(world, certificate, end)
    hospital = entities.rank[entity] // 21 % 4
    is_town = world.ground.street_codes(address).str.slice(6, 1) == "1"
    sort = np.where(kind == HOSPITAL, hospital, np.where(kind == PRIVATE_CLINIC, 7, 4 + kind))
    sort = np.where((kind == 1) & ~is_town.to_numpy(), 4, np.where(kind == 1, 5, np.where(kind == 2, 6, sort)))
    closed = (book.closed[rows] > NO_DAY) & (book.closed[rows] <= end)
    second = entities.names(entity) + "互联网医院"
    return pl.DataFrame(
        {
            **shown,
            "institution_code": book.codes(rows),
            "uscc": entities.usccs(entity),
            "entity_name": book.names(rows),
            "second_name": where((kind == HOSPITAL) & (rows % 2 == 0), second),
            "institution_type_code": pick(MEDICAL_TYPES, sort),
            "hospital_grade_code": pick(GRADES, book.grades(rows)),
            "economic_type_code": pick(["public", "private"], (kind == PRIVATE_CLINIC).astype(np.int64)),
            "certificate_type_code": pl.repeat(certificate_types.code_of("医疗机构执业许可证"), len(rows), eager=True),
            "certificate_no": world.certificates.numbers(certificate),
            "division_code": pick(places.DIVISIONS, book.division[rows]),
            "address": world.ground.address_texts(address),
            "bed_count": pl.Series(book.beds(rows)),
            "status": pick(["active", "cancelled"], closed.astype(np.int64)),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def _internet_rows(world: World, period: Period) -> np.ndarray:
    rows = world.certificates.of_kind(INTERNET)
    return rows[world.certificates.issued[rows] <= day(period.end)]


def internet_hospitals(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Internet hospitals licensed by the end of the month, on their own or as a hospital's second name."""
    book, medical, entities, end = world.certificates, world.medical, world.enterprises, day(period.end)
    host, entity = book.other[rows], book.entity[rows]
    is_second = rows % 3 > 0
    status = book.status_on(end, rows)
    shown = validity(world, rows, end)
    name, code = medical.names(host), certificate_types.code_of("互联网医院执业许可证")
    return pl.DataFrame(
        {
            **shown,
            "institution_code": medical.codes(host),
            "uscc": entities.usccs(entity),
            "entity_name": name + "互联网医院",
            "host_entity_name": name,
            "is_second_name": pl.Series(is_second),
            "certificate_type_code": pl.repeat(code, len(rows), eager=True),
            "certificate_no": book.numbers(rows),
            "authority_name": pick(["江苏省卫生健康委员会", "常州市卫生健康委员会"], is_second.astype(np.int64)),
            "division_code": pick(places.DIVISIONS, medical.division[host]),
            "status": pick(["active", "suspended", "cancelled", "cancelled", "active"], status),
            "revoked_date": dates(np.where(status >= 2, book.closed[rows], NO_DAY)),
            "updated_at": shown["issued_date"].cast(pl.Datetime("us")).dt.offset_by("10h"),
        }
    )


def types(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """The city's list of certificate types; a tenth of the rarer ones is stopped."""
    frame = certificate_types.certificate_types()[rows]
    stopped = (rows > 40) & (rows % 10 == 3)
    begin = pl.Series(pl.repeat(period.end, len(rows), eager=True)).dt.offset_by("-6y")
    arc = "1.2.156.3003." + pl.Series(100 + rows).cast(pl.String)
    return frame.with_columns(
        ("CZB" + pl.Series(100 + rows % 40).cast(pl.String).str.slice(1)).alias("department_code"),
        arc.alias("oid"),
        pick(["V1.0", "V2.0"], rows % 2).alias("template_version"),
        pl.Series("is_long_term", rows % 4 == 0),
        pl.Series("is_electronic", rows % 5 > 0),
        begin.alias("valid_from_date"),
        where(stopped, begin.dt.offset_by("4y")).alias("valid_to_date"),
        pick(["in_use", "stopped"], stopped.astype(np.int64)).alias("status"),
        begin.cast(pl.Datetime("us")).dt.offset_by("9h").alias("updated_at"),
    )


EXPORTS = [
    Export("education__schools", _school_rows, schools, soil=dirt_institutions.soil_schools),
    Export("health__medical_institutions", _medical_rows, medical_institutions, soil=dirt_institutions.soil_medical),
    Export("health__internet_hospital_licences", _internet_rows, internet_hospitals),
    Export(
        "big_data__certificate_types",
        lambda world, period: np.arange(certificate_types.certificate_types().height),
        types,
        soil=dirt_institutions.soil_types,
    ),
]
