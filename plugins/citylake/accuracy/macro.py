"""Macro-economic observations: whether each true one stands in the base under its own keys with its own value."""

from __future__ import annotations

from collections.abc import Iterator

from citylake.accuracy.attributes import RELATIVE
from citylake.accuracy.city import City
from citylake.accuracy.model import Figure

_KEYS = ("series_code", "scope_code", "division_code", "frequency", "stat_year", "period_label", "vintage")


def macro_figures(city: City) -> Iterator[Figure]:
    """Of the true observations: those found, and those of the found whose value is right."""
    truth, published = city.columns("truth_macro"), city.columns("base.fct_macro_series")
    keys = [key for key in _KEYS if key in truth and key in published]
    if not {"series_code", "vintage"} <= set(keys):
        return
    same_keys = " and ".join(
        f"cast(truth.{key} as varchar) is not distinct from cast(shown.{key} as varchar)" for key in keys
    )
    found, right, known = city.counts(
        f"""
        with

        judged as (
            select
                truth.*,
                count(shown.series_code) > 0 as is_found,
                coalesce(bool_and(abs(shown.value - truth.value) <= {RELATIVE} * greatest(1, abs(truth.value))), false)
                    as is_right
            from truth_macro as truth
            left join base.fct_macro_series as shown on {same_keys}
            group by all
        )

        select count(*) filter (where is_found), count(*) filter (where is_right), count(*) from judged
        """
    )
    yield Figure("macro", "observations", "found", found, known)
    yield Figure("macro", "observations", "value right", right, found)
