"""Certificates (证照) apart from those of the card office and the police: who holds what, since when, until when.

One index counts them all, kind after kind. The holder is a legal entity or a person, now and then nobody in this city.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import ALL, NO_DAY, pick
from citylake.simulator.world import divisions as places
from citylake.simulator.world.entities import Entities

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
FOOD_HEADS = ("JY1", "JY2", "JY3", "CY")
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
        parts, at = [], []
        for one in np.unique(kind):
            chosen = np.flatnonzero(kind == one)
            parts.append(self._numbers_of(int(one), rows[chosen]))
            at.append(chosen)
        if len(parts) == 1:
            return parts[0]
        back = np.empty(len(rows), dtype=np.int64)
        back[np.concatenate([*at, np.arange(0)])] = np.arange(len(rows))
        return pl.concat([*parts, pl.Series([], dtype=pl.String)])[back]

    def _numbers_of(self, kind: int, rows: np.ndarray) -> pl.Series:
        serial = pl.Series(100_000_000 + rows - self.start[kind]).cast(pl.String).str.slice(1)
        year = pl.Series(self.issued[rows]).cast(pl.Date).dt.year().cast(pl.String)
        division = pick(places.DIVISIONS, self._division(rows))
        short, head = serial.str.slice(1), ("DZ3204", "", "", "3204", "3204", "GR", "PDY", "HLW", "苏D危化", "XK")[kind]
        if kind == FOOD:
            return pick(FOOD_HEADS, self.food_form(rows)) + division + serial
        if kind == PROPERTY:
            frame = pl.DataFrame({"y": year, "s": serial, "t": short})
            old = pl.concat_str(pl.lit("常房权证字第"), "s", pl.lit("号"))
            new = pl.concat_str(pl.lit("苏("), "y", pl.lit(")常州市不动产权第"), "t", pl.lit("号"))
            return frame.select(pl.when(pl.col("y") < "2016").then(old).otherwise(new).alias("n"))["n"]
        if kind == HIGH_TECH:
            return head + year + "32" + serial.str.slice(2)
        if kind == VEHICLE:
            return head + serial
        if kind in (PRACTICE, INTERNET):
            return head + division + serial
        if kind == OTHER:
            return head + division + year + serial
        return head + year + (short if kind == CHEMICAL else serial)

    def food_form(self, rows: np.ndarray) -> np.ndarray:
        """Sales, catering, canteen, or a small eatery that is only on file."""
        return self.entities.hashed.weighted("food form", rows, [5, 4, 1, 1])

    def _division(self, rows: np.ndarray) -> np.ndarray:
        entity, person = self.entity[rows], self.person[rows]
        own = self.entities.division[np.maximum(entity, 0)]
        return np.where(entity >= 0, own, self.entities.people.division[np.maximum(person, 0)])
