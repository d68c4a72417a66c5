"""All exports of the city, by dataset, in the order in which they are written."""

from __future__ import annotations

from citylake.simulator import (
    exports_addresses,
    exports_bodies,
    exports_certificates,
    exports_credit,
    exports_directories,
    exports_divisions,
    exports_entities,
    exports_facilities,
    exports_institutions,
    exports_listings,
    exports_macro,
    exports_people,
    exports_people_cards,
    exports_population_events,
    exports_population_health,
    exports_population_police,
    exports_population_rolls,
    exports_stations,
    exports_supervision,
    exports_things,
)
from citylake.simulator.exporting import Export

MODULES = (
    exports_people,
    exports_people_cards,
    exports_population_events,
    exports_population_health,
    exports_population_police,
    exports_population_rolls,
    exports_entities,
    exports_bodies,
    exports_directories,
    exports_certificates,
    exports_credit,
    exports_supervision,
    exports_institutions,
    exports_listings,
    exports_things,
    exports_addresses,
    exports_divisions,
    exports_facilities,
    exports_stations,
    exports_macro,
)
EXPORTS: dict[str, Export] = {export.dataset: export for module in MODULES for export in module.EXPORTS}
