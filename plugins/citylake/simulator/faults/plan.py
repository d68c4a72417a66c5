"""Which delivery suffers which fault of a whole file: every kind once, spread over the datasets of its form.

What departments do every month (`usual`) and what is rarer (`all`) differ in nothing but the list. Deliveries come in
their own order; each is offered to the plan, which gives it the first waiting fault that fits, so the same city always
suffers the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from citylake.simulator.faults.books import BOOK_FAULTS
from citylake.simulator.faults.delimited import CSV_FAULTS
from citylake.simulator.faults.files import ANY, FileFault
from citylake.simulator.faults.json import JSON_FAULTS
from citylake.simulator.faults.sending import SENDING_FAULTS, USUAL_FAULTS
from citylake.simulator.files.forms import LAYOUTS, Layout

Level = Literal["none", "usual", "all"]
# A faulty delivery is held in memory as a whole, so large ones are spared.
_MOST_ROWS = 200_000


def faults_of(level: Level) -> tuple[FileFault, ...]:
    """The kinds of file faults of a level, in the order in which they are given out."""
    if level == "none":
        return ()
    rare = (*SENDING_FAULTS, *CSV_FAULTS, *BOOK_FAULTS, *JSON_FAULTS)
    return USUAL_FAULTS if level == "usual" else (*USUAL_FAULTS, *rare)


@dataclass
class Plan:
    """The faults that still wait, and how many each dataset has had."""

    waiting: list[FileFault]
    most: dict[str, int]
    had: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def fault_of(self, layout: Layout, rows: int) -> FileFault | None:
        """The fault that a delivery of so many rows suffers; a dataset's stock comes first and whole.

        A dataset that can suffer what needs a number of earlier deliveries is kept for it.
        """
        self.seen[layout.dataset] += 1
        before = self.seen[layout.dataset] - 1
        is_stock = before == 0 and layout.cycle in ("daily", "weekly")
        is_spared = is_stock or rows > _MOST_ROWS or layout.is_open_ended
        if is_spared or self.had[layout.dataset] >= self.most.get(layout.form, 0):
            return None
        if any(fault.after > before and fault.form == ANY and fault.fits(layout) for fault in self.waiting):
            return None
        for fault in self.waiting:
            suits = fault.form in (layout.form, ANY) and fault.rows <= rows and fault.after <= before
            if suits and fault.fits(layout):
                self.waiting.remove(fault)
                self.had[layout.dataset] += 1
                return fault
        return None


def make_plan(level: Level, datasets: Collection[str]) -> Plan:
    """A plan for these datasets: none gets more than its share of its form's faults, rounded up, and two."""
    faults = faults_of(level)
    datasets_of = Counter(LAYOUTS[dataset].form for dataset in datasets)
    faults_of_form = Counter(fault.form for fault in faults)
    most = {
        form: 2 + math.ceil((faults_of_form[form] + faults_of_form[ANY]) / count) for form, count in datasets_of.items()
    }
    return Plan(list(faults), most)
