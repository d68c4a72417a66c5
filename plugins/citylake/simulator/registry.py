"""All exports of the city, by dataset, in the order in which they are written."""

from __future__ import annotations

from citylake.simulator import exports_people, exports_things
from citylake.simulator.exporting import Export

MODULES = (exports_people, exports_things)
EXPORTS: dict[str, Export] = {export.dataset: export for module in MODULES for export in module.EXPORTS}
