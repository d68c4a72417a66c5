"""Geocoding: whether the address on a row of a department leads to the street and the division where it truly lies.

Counted are rows whose address the truth knows and whose file and row were taken; a row that geocoding says nothing
about counts as wrong. A place outside the city is right when geocoding names no street and no division of ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from citylake.accuracy import asked
from citylake.accuracy.city import City
from citylake.accuracy.model import Figure

_GEOCODED = """
create temp table geocoded as
select
    truth.dataset_id,
    truth.street_code as true_street,
    truth.division_code as true_division,
    links.street_code,
    links.division_code
from truth_addresses as truth
inner join base.fct_address_records as texts
    on
        truth.dataset_id = texts.dataset_id
        and truth.file_name = texts.file_name
        and coalesce(truth.sheet_name, '') = coalesce(texts.sheet_name, '')
        and truth.line_number = texts.line_number
left join base.fct_address_links as links on texts.address_key = links.address_key
"""


def address_figures(city: City) -> Iterator[Figure]:
    """Right streets and divisions of all addresses, then by dataset. Nothing before addresses are geocoded."""
    if not city.columns("truth_addresses") or not city.columns("base.fct_address_records"):
        return
    city.run(_GEOCODED)
    for level, least in (("street", asked.STREETS), ("division", asked.DIVISIONS)):
        is_right = f"{level}_code is not distinct from true_{level}"
        right, all_rows = city.counts(f"select count(*) filter (where {is_right}), count(*) from geocoded")
        yield Figure("addresses", "all", level, right, all_rows, least)
        for dataset, part, whole in city.rows(
            f"select dataset_id, count(*) filter (where {is_right}), count(*) from geocoded group by 1 order by 1"
        ):
            yield Figure("addresses", str(dataset), level, int(str(part)), int(str(whole)))
