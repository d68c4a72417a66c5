"""What departments hold about the certificates they give: business and food licences, titles, transport, high-tech."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_certificates
from citylake.simulator.exports.certificate_columns import holders, last_moments, validity
from citylake.simulator.exports.entities import MARKET_OFFICES, TYPES
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import touched
from citylake.simulator.world import certificate_types
from citylake.simulator.world import divisions as places
from citylake.simulator.world.certificates import (
    BUSINESS,
    CHEMICAL,
    DRIVER,
    FOOD,
    HIGH_TECH,
    PROPERTY,
    VEHICLE,
)
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import NAME, REPRESENTATIVE, either, where

FOOD_FORMS = ["sales", "catering", "canteen", "small"]
FOOD_SCOPES = ["预包装食品销售;散装食品销售", "热食类食品制售;冷食类食品制售", "热食类食品制售", "小餐饮(热食类)"]
TECH_FIELDS = ["电子信息", "生物与新医药", "航空航天", "新材料", "高技术服务", "新能源与节能", "资源与环境"]
TRANSPORT_OFFICES = [f"常州市{name[:2]}交通运输局" for name in places.DIVISION_NAMES]
ACTIVITIES = ["production", "trade", "use", "storage"]
CHEMICAL_TYPES = ["危险化学品安全生产许可证", "危险化学品经营许可证", "危险化学品使用许可证", "港口危险货物作业附证"]


def _news(world: World, period: Period, *kinds: int) -> np.ndarray:
    """Certificates issued or closed within a period."""
    book, rows = world.certificates, world.certificates.of_kind(*kinds)
    return rows[touched(period, book.issued[rows], book.closed[rows])]


def _issued(world: World, period: Period, *kinds: int) -> np.ndarray:
    """Certificates issued by the end of a period."""
    rows = world.certificates.of_kind(*kinds)
    return rows[world.certificates.issued[rows] <= day(period.end)]


def business_licences(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Licences issued and closed; of two of one entity the former is closed by the later one."""
    book, entities, end = world.certificates, world.enterprises, day(period.end)
    entity = book.entity[rows]
    former = book.other[rows] == 1
    told = np.where(former, book.closed[rows] - 1, end)
    person = np.where(
        (entities.change[entity] == REPRESENTATIVE) & (entities.changed[entity] > told),
        entities.former_representative[entity],
        entities.representative[entity],
    )
    shown = validity(world, rows, end)
    replaced = (former & (book.closed[rows] <= end)).astype(np.int64)
    status = pick(["valid", "replaced"], replaced)
    closed = np.where((book.closed[rows] > NO_DAY) & (book.closed[rows] <= end), book.closed[rows], NO_DAY)
    address = entities.address[entity]
    return pl.DataFrame(
        {
            **shown,
            "certificate_type_code": pl.repeat(certificate_types.code_of("营业执照"), len(rows), eager=True),
            "certificate_no": book.numbers(rows),
            "uscc": entities.usccs(entity),
            "registration_no": entities.registration_nos(entity),
            "entity_name": either(
                (entities.change[entity] == NAME) & (entities.changed[entity] > told),
                lambda at: entities.names(entity[at], NO_DAY + 1),
                lambda at: entities.names(entity[at]),
            ),
            "entity_type_code": pick(TYPES, entities.kind[entity]),
            "legal_representative_name": world.people.names(person),
            "legal_representative_id": world.people.resident_ids(person),
            "address": world.ground.address_texts(address),
            "established_date": dates(entities.established[entity]),
            "valid_from_date": dates(entities.established[entity]),
            "authority_name": pick(MARKET_OFFICES, entities.division[entity]),
            "status": where(replaced == 1, status, shown["status"]),
            "revoked_date": dates(np.where(former, NO_DAY, closed)),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def food_licences(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Food licences and the small eateries on file; a person's ID stands where there is no credit code."""
    book, entities, end = world.certificates, world.enterprises, day(period.end)
    names, numbers = holders(world, rows, end)
    entity, form = book.entity[rows], book.food_form(rows)
    at = np.maximum(entity, 0)
    person = np.where(entity >= 0, entities.representative[at], book.person[rows])
    home = world.people.lived[np.maximum(person, 0)]
    address = np.where(entity >= 0, entities.address[at], home)
    return pl.DataFrame(
        {
            **validity(world, rows, end),
            "certificate_type_code": pl.repeat(certificate_types.code_of("食品经营许可证"), len(rows), eager=True),
            "certificate_no": book.numbers(rows),
            "holder_identifier": numbers,
            "entity_name": names,
            "legal_representative_name": world.people.names(person),
            "business_form_code": pick(FOOD_FORMS, form),
            "business_scope": pick(FOOD_SCOPES, form),
            "address": world.ground.address_texts(address),
            "division_code": world.ground.division_codes(address),
            "street_code": world.ground.street_codes(address),
            "authority_name": pick(MARKET_OFFICES, world.ground.division_of(address)),
            "updated_at": last_moments(world, period, rows),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def property_certificates(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Titles; two holders of one title stand in one cell, as do their numbers."""
    book, people, end = world.certificates, world.people, day(period.end)
    names, numbers = holders(world, rows, end)
    other = book.other[rows]
    is_joint = other >= 0
    is_entity = book.entity[rows] >= 0
    address = np.where(
        is_entity,
        world.enterprises.address[np.maximum(book.entity[rows], 0)],
        world.enterprises.hashed.below("home", rows, world.ground.count),
    ).astype(np.int32)
    size = 40 + world.enterprises.hashed.below("size", rows, 16_000) / 100
    use = np.where(is_entity, 1 + world.enterprises.hashed.below("use", rows, 3), 0)
    serial = pl.Series(10**8 + rows).cast(pl.String).str.slice(1)
    return pl.DataFrame(
        {
            **validity(world, rows, end),
            "certificate_type_code": pl.repeat(certificate_types.code_of("不动产权证书"), len(rows), eager=True),
            "certificate_no": book.numbers(rows),
            "property_unit_no": world.ground.division_codes(address) + "001001GB" + serial + "F0001",
            "right_holder_name": either(
                is_joint, lambda at: names.gather(at) + "、" + people.names(other[at]), names.gather
            ),
            "holder_identifier_type_code": pick(["resident_id", "uscc"], is_entity.astype(np.int64)),
            "holder_identifier": either(
                is_joint, lambda at: numbers.gather(at) + "、" + people.resident_ids(other[at]), numbers.gather
            ),
            "ownership_form_code": pick(["sole", "joint"], is_joint.astype(np.int64)),
            "share_pct": pl.Series(np.where(is_joint, 50.0, 100.0)),
            "address": world.ground.address_texts(address),
            "area_m2": pl.Series(size.round(2)),
            "use_code": pick(["residential", "commercial", "industrial", "office"], use),
            "authority_name": pl.repeat("常州市自然资源和规划局", len(rows), eager=True),
            "updated_at": last_moments(world, period, rows),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


def road_certificates(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Lorries with the enterprise as holder, drivers with the person: each leaves the other's columns empty."""
    book, end = world.certificates, day(period.end)
    names, numbers = holders(world, rows, end)
    is_driver = book.person[rows] >= 0
    plate = "苏D" + pl.Series(10_000 + world.enterprises.hashed.below("plate", rows, 89_999)).cast(pl.String)
    office = np.where(
        is_driver,
        world.people.division[np.maximum(book.person[rows], 0)],
        world.enterprises.division[np.maximum(book.entity[rows], 0)],
    )
    return pl.DataFrame(
        {
            **validity(world, rows, end),
            "certificate_type_code": pick(["vehicle", "driver"], is_driver.astype(np.int64)),
            "certificate_no": book.numbers(rows),
            "holder_type_code": pick(["legal_entity", "person"], is_driver.astype(np.int64)),
            "resident_id": where(is_driver, numbers),
            "person_name": where(is_driver, names),
            "uscc": where(~is_driver, numbers),
            "entity_name": where(~is_driver, names),
            "plate_no": where(~is_driver, plate),
            "business_scope": pick(["道路普通货物运输", "道路旅客运输驾驶员"], is_driver.astype(np.int64)),
            "authority_name": pick(TRANSPORT_OFFICES, office),
        }
    )


def high_tech(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Recognitions announced by the end of the year: a renewed one is a new certificate."""
    book, entities, end = world.certificates, world.enterprises, day(period.end)
    entity = book.entity[rows]
    year = pl.Series(book.issued[rows]).cast(pl.Date).dt.year().cast(pl.String)
    closed = np.where((book.closed[rows] > NO_DAY) & (book.closed[rows] <= end), book.closed[rows], NO_DAY)
    return pl.DataFrame(
        {
            **validity(world, rows, end),
            "certificate_type_code": pl.repeat(certificate_types.code_of("高新技术企业证书"), len(rows), eager=True),
            "certificate_no": book.numbers(rows),
            "uscc": entities.usccs(entity),
            "entity_name": entities.names(entity, end - 200),
            "technology_field": pick(TECH_FIELDS, entities.trade[entity] % len(TECH_FIELDS)),
            "industry_code": entities.industries(entity),
            "division_code": pick(places.DIVISIONS, entities.division[entity]),
            "batch": year + "年第" + pick(["一", "二", "三"], rows % 3) + "批",
            "revoked_date": dates(closed),
        }
    )


def chemical_licences(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Enterprises with dangerous chemicals, one row a licence; lapsed licences are kept."""
    book, entities, end = world.certificates, world.enterprises, day(period.end)
    entity, activity = book.entity[rows], book.other[rows]
    address = entities.addresses_on(entity, end)
    east, north = world.ground.points(address)
    shown = validity(world, rows, end)
    del shown["issued_date"], shown["status"]
    danger = entities.hashed.weighted("danger", entity, [1, 2, 4, 6, 20])
    return pl.DataFrame(
        {
            **shown,
            "uscc": entities.usccs(entity),
            "entity_name": entities.names(entity, end),
            "legal_representative_name": world.people.names(entities.representatives(entity, end)),
            "phone": entities.phones(entity),
            "address": world.ground.address_texts(address),
            "division_code": pick(places.DIVISIONS, entities.division[entity]),
            "longitude": pl.Series(east),
            "latitude": pl.Series(north),
            "coordinate_system": pl.repeat("CGCS2000", len(rows), eager=True),
            "chemical_activity_code": pick(ACTIVITIES, activity),
            "certificate_type_code": pick(CHEMICAL_TYPES, activity),
            "certificate_no": book.numbers(rows),
            "hazard_level_code": where(danger < 4, pick(["1", "2", "3", "4", ""], danger)),
            "is_monitored": pl.Series(entities.hashed.share("monitored", entity) < 0.8),
            "_address": pl.Series(address, dtype=pl.Int32),
        }
    )


EXPORTS = [
    Export(
        "market_supervision__business_licence_certificates",
        lambda world, period: _news(world, period, BUSINESS),
        business_licences,
        soil=dirt_certificates.soil_business,
    ),
    Export(
        "market_supervision__food_licences",
        lambda world, period: _news(world, period, FOOD),
        food_licences,
        soil=dirt_certificates.soil_food,
    ),
    Export(
        "natural_resources__property_certificates",
        lambda world, period: _news(world, period, PROPERTY),
        property_certificates,
        soil=dirt_certificates.soil_property,
    ),
    Export(
        "transport__road_transport_certificates",
        lambda world, period: _issued(world, period, VEHICLE, DRIVER),
        road_certificates,
        soil=dirt_certificates.soil_road,
    ),
    Export(
        "science__high_tech_enterprises",
        lambda world, period: _news(world, period, HIGH_TECH),
        high_tech,
        soil=dirt_certificates.soil_high_tech,
        history=2,
    ),
    Export(
        "emergency__hazardous_chemical_enterprises",
        lambda world, period: _issued(world, period, CHEMICAL),
        chemical_licences,
        soil=dirt_certificates.soil_chemical,
    ),
]
