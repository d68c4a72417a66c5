"""Rows that stand in a file although they should not, or more than once: put in before a table is rendered."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick
from citylake.simulator.files.marks import ACCEPTED, DEDUPLICATED, REJECTED, Mark
from citylake.simulator.world import divisions as places

LAST_HOUR = 23 * 3600
NEW_NUMBER = {
    "public_security__resident_register": ("person_register_no", 0.002, "moved_between_police_districts"),
    "human_resources__insured_persons": ("person_no", 0.002, "two_person_numbers"),
    "medical_insurance__insured_persons": ("person_no", 0.003, "number_of_before_the_national_platform"),
}


def double_persons(frame: pl.DataFrame, dataset: str, rng: np.random.Generator) -> tuple[pl.DataFrame, list[Mark]]:
    """Some persons stand twice, under an older number of the department."""
    column, share, kind = NEW_NUMBER[dataset]
    doubled, marks = _double(frame, np.flatnonzero(rng.random(frame.height) < share), column, kind)
    older = pl.when("_again").then("8" + pl.col(column).str.slice(1)).otherwise(column).alias(column)
    return doubled.with_columns(older).drop("_again"), marks


def double_taxpayers(frame: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, list[Mark]]:
    """A few taxpayers stand a second time under their old fifteen-digit number (division and organisation code)."""
    doubled, marks = _double(
        frame, np.flatnonzero(rng.random(frame.height) < 0.005), "tax_registration_no", "old_taxpayer_number"
    )
    old = pl.col("uscc").str.slice(2, 15)
    return doubled.with_columns(
        pl.when("_again").then(old).otherwise("tax_registration_no").alias("tax_registration_no"),
        pl.when("_again").then(None).otherwise("uscc").alias("uscc"),
    ).drop("_again"), marks


def double_cloud_uses(frame: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, list[Mark]]:
    """Some uses are reported by a second district as well."""
    doubled, marks = _double(
        frame,
        np.flatnonzero(rng.random(frame.height) < 0.02),
        "uscc",
        "reported_by_two_districts",
        REJECTED,
        "key.duplicate",
    )
    other = pick(places.DIVISIONS, rng.integers(0, 6, doubled.height))
    return doubled.with_columns(
        pl.when("_again").then(pl.lit(other)).otherwise("division_code").alias("division_code")
    ).drop("_again"), marks


def _double(
    frame: pl.DataFrame, rows: np.ndarray, column: str, kind: str, expected: str = ACCEPTED, reason: str = ""
) -> tuple[pl.DataFrame, list[Mark]]:
    """The frame with these rows standing again right after themselves, flagged `_again`."""
    index = np.sort(np.concatenate([np.arange(frame.height), rows]))
    again = np.concatenate(([False], index[1:] == index[:-1])) if len(index) else np.zeros(0, dtype=bool)
    return frame[index].with_columns(pl.Series("_again", again)), [
        Mark(kind, column, np.flatnonzero(again), expected, reason)
    ]


def repeat_last_hour(
    frame: pl.DataFrame, previous: pl.DataFrame, moment: str, key: str
) -> tuple[pl.DataFrame, list[Mark]]:
    """Yesterday's last hour stands again at the head of today's file."""
    tail = previous.filter(pl.col(moment).dt.hour() == LAST_HOUR // 3600)
    return pl.concat([tail, frame]), [Mark("last_hour_of_yesterday_again", key, np.arange(tail.height), DEDUPLICATED)]
