"""Everything that can be measured of one simulated city, from its truth and the version that is published."""

from __future__ import annotations

from pathlib import Path

from citylake.accuracy.attributes import attribute_figures
from citylake.accuracy.city import open_city
from citylake.accuracy.faults import examples, fault_figures, fault_kinds
from citylake.accuracy.judging import judge_faults
from citylake.accuracy.macro import macro_figures
from citylake.accuracy.matching import compare_links, holder_figures, household_figures, pair_figures, rules
from citylake.accuracy.model import Accuracy
from citylake.accuracy.places import address_figures
from citylake.settings import Settings, get_settings


def measure(folder: Path, settings: Settings | None = None) -> Accuracy:
    """Measures the published version against the truth of the simulated city in `folder`.

    Reads `folder/truth` and the operator's database, and looks at some files of `folder/inbox` to be sure that the two
    belong together. Raises NotASimulation, AnotherCity, NothingYetPublished.
    """
    with open_city(folder, settings or get_settings()) as city:
        compare_links(city)
        judge_faults(city)
        figures = [
            *pair_figures(city),
            *holder_figures(city),
            *household_figures(city),
            *attribute_figures(city),
            *address_figures(city),
            *macro_figures(city),
            *fault_figures(city),
        ]
        return Accuracy(
            str(folder),
            city.version.build_id,
            city.version.business_date,
            city.people,
            city.seed,
            city.faults,
            figures,
            rules(city),
            fault_kinds(city),
            examples(city),
        )
