"""The classes of GB/T 4754-2017 stand twice: staging checks codes by them, dbt tells the edition of a code by them."""

from __future__ import annotations

import csv

from citylake.settings import get_settings
from citylake.staging.identifiers.classifications import classes_of_2017


def test_the_seed_has_the_classes_that_staging_has() -> None:
    path = get_settings().dbt_project / "seeds" / "codes" / "industry_classes_2017.csv"
    with path.open(encoding="ascii", newline="") as file:
        seed = [row["class_group"] + digit for row in csv.DictReader(file) for digit in row["last_digits"]]

    assert sorted(seed) == sorted(classes_of_2017())
