"""Units that departments deliver in, and what each is worth in the unit that a lake column's name carries."""

from __future__ import annotations

from typing import NamedTuple


class Unit(NamedTuple):
    """A quantity and how many of its base unit one of this unit is."""

    quantity: str
    factor: float


UNITS = {
    "元": Unit("money", 1.0),
    "千元": Unit("money", 1e3),
    "万元": Unit("money", 1e4),
    "百万元": Unit("money", 1e6),
    "亿元": Unit("money", 1e8),
    "人": Unit("people", 1.0),
    "万人": Unit("people", 1e4),
    "平方米": Unit("area", 1.0),
    "万平方米": Unit("area", 1e4),
    "亩": Unit("area", 10_000 / 15),
    "公顷": Unit("area", 10_000.0),
    "平方公里": Unit("area", 1e6),
    "千瓦时": Unit("energy", 1.0),
    "万千瓦时": Unit("energy", 1e4),
    "亿千瓦时": Unit("energy", 1e8),
    "户": Unit("households", 1.0),
    "万户": Unit("households", 1e4),
    "家": Unit("entities", 1.0),
    "万家": Unit("entities", 1e4),
    # A share is kept in per cent (`_pct`).
    "%": Unit("share", 1.0),
    "‰": Unit("share", 0.1),
}
