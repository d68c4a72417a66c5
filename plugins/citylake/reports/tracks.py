"""Geometry of the small bullet track: baseline to target as a rail, today's value as a bar, the schedule as a tick."""

from __future__ import annotations

from dataclasses import dataclass

from citylake.reports.model import Dossier
from citylake.reports.wording import ProgressClass, amount

WIDTH, EDGE = 150, 12


@dataclass(frozen=True)
class Track:
    """Horizontal positions in a 150-wide drawing, None where nothing is drawn. `is_clipped`: the value lies outside."""

    kind: ProgressClass
    start: float
    end: float
    value: float | None
    due: float | None
    steps: tuple[float, ...]
    is_clipped: bool
    has_baseline: bool
    label: str


def track(dossier: Dossier) -> Track:
    """The track of one indicator; without a baseline its rail begins at the lowest known point."""
    indicator, value = dossier.indicator, dossier.status.value
    targets = sorted(indicator.targets.items())
    end = targets[-1][1]
    known = [target for _, target in targets] + ([value] if value is not None else [])
    base = dossier.status.baseline_value
    low = base if base is not None else min(known)
    if low == end:
        low = min([end * 0.9, *known])
    due = dossier.status.scheduled_value

    def at(y: float) -> float:
        wide = EDGE + (WIDTH - 2 * EDGE) * (y - low) / (end - low) if end != low else WIDTH - EDGE
        return round(min(max(wide, 2.0), WIDTH - 2.0), 1)

    unclipped = None if value is None or end == low else (value - low) / (end - low)
    return Track(
        kind=dossier.status.progress_class,
        start=float(EDGE),
        end=float(WIDTH - EDGE),
        value=None if value is None else at(value),
        due=None if due is None else at(due),
        steps=tuple(at(target) for _, target in targets[:-1] if target not in (low, end)),
        is_clipped=unclipped is not None and not -0.079 <= unclipped <= 1.079,
        has_baseline=base is not None,
        label=_label(dossier, due, end),
    )


def _label(dossier: Dossier, due: float | None, end: float) -> str:
    unit = dossier.indicator.unit
    if dossier.status.value is None:
        return f"没有数值,目标 {amount(end, unit)}"
    words = [
        f"现值 {amount(dossier.status.value, unit)}",
        f"时序应达 {amount(due, unit)}" if due is not None else "",
        f"目标 {amount(end, unit)}",
    ]
    return ",".join(word for word in words if word)
