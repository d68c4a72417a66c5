"""All exports of the city, by dataset, in the order in which they are written."""

from __future__ import annotations

from citylake.simulator.exports import addresses as exports_addresses
from citylake.simulator.exports import bodies as exports_bodies
from citylake.simulator.exports import certificates as exports_certificates
from citylake.simulator.exports import credit as exports_credit
from citylake.simulator.exports import directories as exports_directories
from citylake.simulator.exports import divisions as exports_divisions
from citylake.simulator.exports import entities as exports_entities
from citylake.simulator.exports import facilities as exports_facilities
from citylake.simulator.exports import institutions as exports_institutions
from citylake.simulator.exports import listings as exports_listings
from citylake.simulator.exports import macro as exports_macro
from citylake.simulator.exports import people as exports_people
from citylake.simulator.exports import people_cards as exports_people_cards
from citylake.simulator.exports import population_events as exports_population_events
from citylake.simulator.exports import population_health as exports_population_health
from citylake.simulator.exports import population_police as exports_population_police
from citylake.simulator.exports import population_rolls as exports_population_rolls
from citylake.simulator.exports import stations as exports_stations
from citylake.simulator.exports import supervision as exports_supervision
from citylake.simulator.exports import things as exports_things
from citylake.simulator.files.exporting import Export

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
