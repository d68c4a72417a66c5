"""Tax credit ratings and inspections of the market supervisor."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, dates, day, moments, pick
from citylake.simulator.basics.schedule import Period
from citylake.simulator.exports import dirt_supervision
from citylake.simulator.exports.entities import MARKET_OFFICES, TAX_OFFICES
from citylake.simulator.files.exporting import Export
from citylake.simulator.files.increments import touched
from citylake.simulator.world import divisions as places
from citylake.simulator.world.city import World
from citylake.simulator.world.entities import SELF_EMPLOYED, where

GRADES = ["a", "b", "m", "c", "d"]
GRADE_WEIGHTS = [12, 42, 34, 7, 5]
RATED_OF_CITY = 300_000
# Ratings made again in the same year count from here.
AGAIN = 1 << 40
RESULTS = ["passed", "rectify", "failed", "not_found"]
RESULT_TEXTS = ["合格", "发现问题已责令改正", "不合格,立案查处", "通过登记的住所无法联系"]
ITEMS = ["登记事项检查", "公示信息检查", "食品销售监督检查", "价格行为检查", "特种设备使用检查", "广告行为检查"]
INSPECTION_TYPES = ["random", "routine", "special", "complaint"]


def _rating_rows(world: World, period: Period) -> np.ndarray:
    """Entities rated for a year, and those rated a second time (from AGAIN on)."""
    entities = world.enterprises
    rows = np.flatnonzero(entities.kind < SELF_EMPLOYED)
    rows = rows[entities.in_tax(rows) & entities.open_on(day(date(period.end.year, 6, 30)), rows)]
    again = rows[entities.hashed.share(f"rated again {period.end.year}", rows) < 0.02]
    return np.concatenate([rows, AGAIN + again])


def ratings(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Ratings of one year; a second rating is a grade better than the first."""
    entities, year = world.enterprises, period.end.year
    is_again, entity = rows >= AGAIN, rows % AGAIN
    grade = entities.hashed.weighted(f"grade {year}", entity, GRADE_WEIGHTS)
    grade = np.maximum(grade - is_again, 0)
    score = 96 - 14 * grade + entities.hashed.below(f"score {year}", entity, 9)
    is_old = (year < 2022) & (entities.hashed.share("old tax number", entity) < 0.1)
    old = pl.Series(entities.area[entity]).cast(pl.String) + entities.organisation_codes(entity)
    rated = day(period.end) + 1 + entities.hashed.below("rated", entity, 10) + 6 * is_again
    uscc = entities.usccs(entity)
    return pl.DataFrame(
        {
            "stat_year": pl.repeat(year, len(rows), eager=True),
            "taxpayer_no": where(is_old, old, uscc),
            "uscc": where(~is_old, uscc),
            "entity_name": entities.names(entity, day(period.end) - 60),
            "tax_credit_grade_code": pick(GRADES, grade),
            "rating_score": where(grade != 2, pl.Series(score.astype(float))),
            "rated_date": dates(rated),
            "is_rerated": pl.Series(is_again),
            "tax_authority_code": pick(TAX_OFFICES, entities.division[entity]),
            "division_code": pick(places.DIVISIONS, entities.division[entity]),
            "status": pl.repeat("valid", len(rows), eager=True),
            "updated_at": moments(entities.seconds(rated, entity)),
            "_legal_entity": pl.Series(entity),
            "_credit_subject": pl.Series(entity),
        }
    )


def _inspection_rows(world: World, period: Period) -> np.ndarray:
    """Visits made or put right in the period, once an item (visit * 2 + item; half of them have two)."""
    book = world.credit.inspections
    rows = touched(period, book.made, book.closed)
    second = rows[world.enterprises.hashed.below("items", rows, 2) == 1]
    return np.sort(np.concatenate([rows * 2, second * 2 + 1]))


def inspections(world: World, period: Period, rows: np.ndarray) -> pl.DataFrame:
    """Inspected items; what had to be put right is sent again with the same number."""
    book, entities, end = world.credit.inspections, world.enterprises, day(period.end)
    visit, item = rows // 2, (rows // 2 + rows % 2 * 3) % len(ITEMS)
    entity, result = book.entity[visit], book.kind[visit].astype(np.int64)
    result = np.where(rows % 2 == 1, 0, result)
    is_right = book.is_closed_on(end, visit) & (result > 0)
    to_do = (result == 1) | (result == 2)
    return pl.DataFrame(
        {
            "inspection_no": "JC3204" + pl.Series(100_000_000 + visit).cast(pl.String),
            "inspection_type_code": pick(INSPECTION_TYPES, entities.hashed.weighted("visit", visit, [5, 3, 1, 1])),
            "inspection_item_code": "SX" + pl.Series(101 + item).cast(pl.String),
            "inspection_item_name": pick(ITEMS, item),
            "uscc": entities.usccs(entity),
            "entity_name": entities.names(entity, end),
            "division_code": pick(places.DIVISIONS, entities.division[entity]),
            "inspected_at": moments(entities.seconds(book.made[visit], visit)),
            "authority_name": pick(MARKET_OFFICES, entities.division[entity]),
            "result_code": pick(RESULTS, result),
            "result_text": pick(RESULT_TEXTS, result),
            "is_rectified": where(to_do, pl.Series(is_right)),
            "rectified_date": dates(np.where(is_right, book.closed[visit], NO_DAY)),
            "status": pick(["open", "closed"], (is_right | ~to_do).astype(np.int64)),
            "_legal_entity": pl.Series(entity),
            "_credit_subject": pl.Series(entity),
        }
    )


EXPORTS = [
    Export("tax__tax_credit_ratings", _rating_rows, ratings, soil=dirt_supervision.soil_ratings, history=4),
    Export(
        "market_supervision__supervision_inspections",
        _inspection_rows,
        inspections,
        soil=dirt_supervision.soil_inspections,
    ),
]
