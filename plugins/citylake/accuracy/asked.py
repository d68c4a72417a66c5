"""What is asked of each figure; a city with every kind of fault is asked a little less than a usual one."""

from __future__ import annotations

PRECISION = {"none": 0.9995, "usual": 0.9995, "all": 0.999}
RECALL = {"none": 0.995, "usual": 0.995, "all": 0.99}
ATTRIBUTES = 0.995
STREETS = 0.97
DIVISIONS = 0.995
CAUGHT = 1.0
ACCUSED_AT_MOST = 0.001
# The lists of people and entities are asked; the other kinds of things are told.
HELD_TO_PAIRS = ("person", "legal_entity")
