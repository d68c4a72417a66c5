"""How departments write an address down: the same place, spelt as clerks and forms do.

Province, city, division or street left out, names of divisions and roads that have gone, 幢 as 栋, 号楼 or #, rooms
without their words, full-width digits, the community put in. Where it lies never changes by that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick, weighted
from citylake.simulator.world import divisions as places
from citylake.simulator.world.place_ground import STREET_DIVISION, STREET_HEADS, STREET_IN_ZONE, STREET_NAMES, ZONE_NAME
from citylake.simulator.world.places import Places

# What stands before the road, by weight.
HEADS = ("full", "no_province", "no_city", "no_division", "no_street", "old_division", "road_only")
HEAD_WEIGHTS = (0.47, 0.15, 0.2, 0.08, 0.065, 0.03, 0.005)
_OLD_DIVISIONS = ("天宁区", "钟楼区", "郊区", "武进市", "金坛市", "溧阳县")


def as_written(ground: Places, texts: pl.Series, address: np.ndarray, rng: np.random.Generator) -> pl.Series:
    """The texts as a department writes them; `address` names the place of each (-1 or another text: left alone).

    Each habit is put into the rows that have it alone, for most addresses are written the standard way.
    """
    count, texts = len(texts), texts.clone()  # scatter writes in place
    at = np.maximum(address, 0)
    street = ground.street_of(at)
    heads = pick(STREET_HEADS, street)
    begins = pl.DataFrame({"t": texts, "h": heads}).select(pl.col("t").str.starts_with(pl.col("h")).fill_null(False))
    is_ours = (address >= 0) & begins.to_series().to_numpy()
    style = weighted(rng, HEAD_WEIGHTS, count)
    draw, other = rng.random(count), rng.random(count)

    def rows(chosen: np.ndarray) -> np.ndarray:
        return np.flatnonzero(chosen & is_ours)

    old_road = rows((draw < 0.5) & ground.lane_has_old_name(at))
    texts = _changed(texts, old_road, lambda some: _old_road(ground, some, at[old_road], heads[old_road]))
    for habit in _HABITS:
        texts = _changed(texts, rows((other >= habit.since) & (other < habit.until)), habit.change)
    named = rows((draw > 0.5) & (draw < 0.54))
    texts = _changed(texts, named, lambda some: _with_community(ground, some, at[named], heads[named]))
    short = rows(style > 0)
    written = pick(_written_heads(), street[short] * len(HEADS) + style[short])
    texts = _changed(texts, short, lambda some: written + _after(some, heads[short]))
    return _changed(texts, rows(draw > 0.96), _wide)


class _Habit(NamedTuple):
    """A way of writing that the addresses with a draw in since..until have."""

    since: float
    until: float
    change: Callable[[pl.Series], pl.Series]


def _building(word: str) -> Callable[[pl.Series], pl.Series]:
    return lambda some: some.str.replace("幢", word, literal=True)


def _short(some: pl.Series) -> pl.Series:
    return some.str.replace(r"单元(\d+)室$", "-${1}")


_HABITS = (
    _Habit(0.0, 0.17, _building("栋")),
    _Habit(0.17, 0.3, _building("号楼")),
    _Habit(0.3, 0.35, _building("#")),
    _Habit(0.3, 0.42, _short),
    _Habit(0.42, 0.6, lambda some: some.str.strip_suffix("室")),
)


def _changed(texts: pl.Series, rows: np.ndarray, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    return texts.scatter(rows, change(texts[rows])) if len(rows) else texts


def _after(texts: pl.Series, before: pl.Series) -> pl.Series:
    """What stands behind the text with which each begins."""
    frame = pl.DataFrame({"text": texts, "before": before})
    return frame.select(pl.col("text").str.strip_prefix(pl.col("before")))["text"]


def _old_road(ground: Places, texts: pl.Series, address: np.ndarray, heads: pl.Series) -> pl.Series:
    lane = ground.lane_of(address)
    number = _after(_after(texts, heads), ground.lanes.name[lane])
    return heads + ground.lanes.old_name[lane] + number


def _with_community(ground: Places, texts: pl.Series, address: np.ndarray, heads: pl.Series) -> pl.Series:
    return heads + ground.community_name[ground.community_of(address)] + _after(texts, heads)


def _wide(texts: pl.Series) -> pl.Series:
    return texts.str.replace_many(list("0123456789"), list("０１２３４５６７８９"))


@cache
def _written_heads() -> tuple[str, ...]:
    """For every street (outer) and style (inner), what stands before the road."""
    found = []
    for at, (street, full) in enumerate(zip(STREET_NAMES, STREET_HEADS, strict=True)):
        division = int(STREET_DIVISION[at])
        name, is_zone = places.DIVISION_NAMES[division], bool(STREET_IN_ZONE[at])
        city = "常州市" if name.endswith("区") else ""
        found += [
            full,
            full.removeprefix("江苏省"),
            (ZONE_NAME if is_zone else name) + street,
            "常州市" + street,
            city + name,
            f"江苏省常州市{'戚墅堰区' if is_zone and street.endswith('街道') else _OLD_DIVISIONS[division]}{street}",
            "常州市",
        ]
    return tuple(found)
