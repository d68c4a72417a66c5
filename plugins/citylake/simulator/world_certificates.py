"""Certificates (证照) apart from those of the card office and the police: who holds what, since when, until when.

One index counts them all, kind after kind. The holder is a legal entity or a person, now and then nobody in this city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator import places
from citylake.simulator.drawing import ALL, NO_DAY, pick
from citylake.simulator.world_entities import Entities

BUSINESS, FOOD, PROPERTY, VEHICLE, DRIVER, HIGH_TECH, PRACTICE, INTERNET, CHEMICAL, OTHER = range(10)
TYPE_NAMES = (
    "营业执照",
    "食品经营许可证",
    "不动产权证书",
    "道路运输证",
    "道路运输从业资格证",
    "高新技术企业证书",
    "医疗机构执业许可证",
    "互联网医院执业许可证",
    "危险化学品安全许可证",
    "行政许可证",
)
CERTIFICATE_STATUSES = ("valid", "expired", "revoked", "cancelled", "replaced")
VALID, EXPIRED, REVOKED, CANCELLED, REPLACED = range(5)


@dataclass(frozen=True)
class Certificates:
    """One element a certificate in every array; `start` has the first index of each kind, and the end of the last.

    `entity` and `person` hold the holder (-1: not of that sort); `other` a second holder (property), the institution
    (practice, internet hospital) or the activity (chemicals). `closed` is the day on which it became `closed_as`.
    """

    start: np.ndarray
    entity: np.ndarray
    person: np.ndarray
    other: np.ndarray
    issued: np.ndarray
    valid_to: np.ndarray
    closed: np.ndarray
    closed_as: np.ndarray
    entities: Entities

    @property
    def count(self) -> int:
        return int(self.start[-1])

    def of_kind(self, *kinds: int) -> np.ndarray:
        """Indices of all certificates of these kinds."""
        return np.concatenate([np.arange(self.start[kind], self.start[kind + 1]) for kind in kinds])

    def kind_of(self, rows: np.ndarray) -> np.ndarray:
        return np.searchsorted(self.start, rows, side="right") - 1

    def status_on(self, on: int, rows: np.ndarray | slice = ALL) -> np.ndarray:
        """Index into CERTIFICATE_STATUSES on a day."""
        closed, valid_to = self.closed[rows], self.valid_to[rows]
        is_past = (valid_to > NO_DAY) & (valid_to < on)
        return np.where((closed > NO_DAY) & (closed <= on), self.closed_as[rows], np.where(is_past, EXPIRED, VALID))

    def numbers(self, rows: np.ndarray) -> pl.Series:
        """The number printed on each certificate."""
        kind = self.kind_of(rows)
        at = rows - self.start[kind]
        serial = pl.Series(100_000_000 + at).cast(pl.String).str.slice(1)
        year = (self.issued[rows].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970).astype(np.int64)
        division = pick(places.DIVISIONS, self._division(rows))
        frame = pl.DataFrame({"k": kind, "s": serial, "y": pl.Series(year).cast(pl.String), "d": division})
        short, years = pl.col("s").str.slice(1), pl.col("y")
        old = pl.concat_str(pl.lit("常房权证字第"), "s", pl.lit("号"))
        new = pl.concat_str(pl.lit("苏("), years, pl.lit(")常州市不动产权第"), short, pl.lit("号"))
        form = pl.lit(pl.Series(["JY1", "JY2", "JY3", "CY"]).gather(self.food_form(rows)))
        made = {
            BUSINESS: pl.concat_str(pl.lit("DZ3204"), years, "s"),
            FOOD: pl.concat_str(form, "d", "s"),
            PROPERTY: pl.when(years < "2016").then(old).otherwise(new),
            VEHICLE: pl.concat_str(pl.lit("3204"), "s"),
            DRIVER: pl.concat_str(pl.lit("3204"), years, "s"),
            HIGH_TECH: pl.concat_str(pl.lit("GR"), years, pl.lit("32"), pl.col("s").str.slice(2)),
            PRACTICE: pl.concat_str(pl.lit("PDY"), "d", "s"),
            INTERNET: pl.concat_str(pl.lit("HLW"), "d", "s"),
            CHEMICAL: pl.concat_str(pl.lit("苏D危化"), years, short),
            OTHER: pl.concat_str(pl.lit("XK"), "d", years, "s"),
        }
        return frame.select(pl.coalesce(pl.when(pl.col("k") == n).then(text) for n, text in made.items()).alias("n"))[
            "n"
        ]

    def food_form(self, rows: np.ndarray) -> np.ndarray:
        """Sales, catering, canteen, or a small eatery that is only on file."""
        return self.entities.hashed.weighted("food form", rows, [5, 4, 1, 1])

    def _division(self, rows: np.ndarray) -> np.ndarray:
        entity, person = self.entity[rows], self.person[rows]
        own = self.entities.division[np.maximum(entity, 0)]
        return np.where(entity >= 0, own, self.entities.people.division[np.maximum(person, 0)])
