"""Online shops and farm producers, as the commerce and the farming bureau list them."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_directories
from citylake.simulator.files.exporting import Export
from citylake.simulator.world.city import World
from citylake.simulator.world.directories import HOUSEHOLD, SHOP, producer_names, shop_names
from citylake.simulator.world.entities import where

SHOP_TYPES = ["shop", "model_enterprise", "model_base", "village", "parcel_point"]
PLATFORMS = ["淘宝", "天猫", "京东", "拼多多", "抖音", "阿里巴巴"]
CATEGORIES = ["服装鞋包", "家居建材", "食品生鲜", "机械五金", "数码电器", "花木盆景"]


def online_shops(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Shops and carriers of e-commerce at the end of the quarter; those of persons have no credit code."""
    book, entities, end = world.directories.shops, world.enterprises, day(period.end)
    kind, entity = book.kind[rows].astype(np.int64), book.entity[rows]
    at = np.maximum(entity, 0)
    is_closed = (book.closed[rows] > NO_DAY) & (book.closed[rows] <= end)
    sales = 10 ** (0.5 + 3 * entities.hashed.share("sales", rows))
    return pl.DataFrame(
        {
            "ecommerce_unit_id": "DS" + pl.Series(10_000_000 + rows).cast(pl.String),
            "ecommerce_unit_type_code": pick(SHOP_TYPES, kind),
            "ecommerce_unit_name": shop_names(entities, book, rows, end - 100),
            "platform_name": where(kind == SHOP, pick(PLATFORMS, rows % len(PLATFORMS))),
            "uscc": where(entity >= 0, entities.usccs(at)),
            "entity_name": where(entity >= 0, entities.names(at, end - 100)),
            "main_category": pick(CATEGORIES, rows % len(CATEGORIES)),
            "recognition_level_code": where((kind > SHOP) & (kind < 4), pick(["provincial", "municipal"], rows % 2)),
            "batch": where((kind > SHOP) & (kind < 4), "第" + pl.Series(1 + rows % 6).cast(pl.String) + "批"),
            "division_code": world.ground.division_codes(book.address[rows]),
            "street_code": world.ground.street_codes(book.address[rows]),
            "opened_date": dates(book.opened[rows]),
            "online_sales_cny": pl.Series(sales.round(2)),
            "status": pick(["active", "closed"], is_closed.astype(np.int64)),
            "updated_at": moments(entities.seconds(np.where(is_closed, book.closed[rows], book.opened[rows]), rows)),
            "_legal_entity": pl.Series(book.true_entities(rows)),
        }
    )


PRODUCER_TYPES = ["household", "family_farm", "cooperative", "enterprise"]
PRODUCTS = ["水稻", "茶叶", "葡萄", "生猪", "大闸蟹", "草莓", "青虾", "花木", "蔬菜", "桃"]


def farm_producers(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Farm producers under supervision at the end of the quarter; households go by the name of their head."""
    book, entities, people, end = world.directories.producers, world.enterprises, world.people, day(period.end)
    kind, entity, address = book.kind[rows].astype(np.int64), book.entity[rows], book.address[rows]
    at = np.maximum(entity, 0)
    person = np.where(entity >= 0, entities.representative[at], book.person[rows])
    is_closed = (book.closed[rows] > NO_DAY) & (book.closed[rows] <= end)
    size = np.round(10 ** (0.3 + 2.2 * entities.hashed.share("farm size", rows)) * np.where(kind > HOUSEHOLD, 8, 1), 1)
    supervisor = people.names(entities.representative[entities.hashed.below("supervisor", rows // 40, entities.firms)])
    return pl.DataFrame(
        {
            "producer_id": "NC3204" + pl.Series(1_000_000 + rows).cast(pl.String),
            "subject_name": producer_names(entities, book, rows, end - 60),
            "subject_type_code": pick(PRODUCER_TYPES, kind),
            "subject_identifier": where(entity >= 0, entities.usccs(at)),
            "resident_id": people.resident_ids(person),
            "phone": where(entity >= 0, entities.phones(at), people.phones(person)),
            "division_code": world.ground.division_codes(address),
            "street_code": world.ground.street_codes(address),
            "community_code": world.ground.community_codes(address),
            "main_product": pick(PRODUCTS, entities.hashed.below("product", rows, len(PRODUCTS))),
            "area_m2": pl.Series(size),
            "grid_supervisor_name": supervisor,
            "is_traceable": pl.Series(entities.hashed.share("traceable", rows) < np.where(kind > HOUSEHOLD, 0.8, 0.2)),
            "registered_date": dates(book.opened[rows]),
            "status": pick(["active", "closed"], is_closed.astype(np.int64)),
            "updated_at": moments(entities.seconds(np.where(is_closed, book.closed[rows], book.opened[rows]), rows)),
            "_legal_entity": pl.Series(book.true_entities(rows)),
        }
    )


EXPORTS = [
    Export(
        "commerce__ecommerce_units",
        lambda world, period: np.flatnonzero(world.directories.shops.opened <= day(period.end)),
        online_shops,
        soil=dirt_directories.soil_shops,
    ),
    Export(
        "agriculture__production_entities",
        lambda world, period: np.flatnonzero(world.directories.producers.opened <= day(period.end)),
        farm_producers,
        soil=dirt_directories.soil_producers,
        sheet_of=lambda world, period, rows: world.ground.division_of(world.directories.producers.address[rows]),
    ),
]
