"""What a tracker shows, as typed rows. Read once from the published database, then only looked at.

Values keep the indicator's own unit (`Indicator.unit`); shares such as `rejected_share` are fractions of 1;
`completion`, `elapsed` and `schedule_index` are pure numbers; periods are written `2025`, `2025-09`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from citylake.reports.wording import CLASSES, NEEDS_ATTENTION, ProgressClass


@dataclass(frozen=True)
class Indicator:
    """One indicator of the plan, with its definition. `targets` maps milestone year to target value."""

    indicator_no: int
    name: str
    chapter: str
    unit: str
    direction: str
    target_type: str
    baseline_year: int | None
    baseline_value: float | None
    baseline_source: str | None
    baseline_note: str | None
    targets: dict[int, float]
    responsible_unit: str
    definition_status: str
    numerator: str | None
    denominator: str | None
    datasets: str | None
    scope_note: str | None


@dataclass(frozen=True)
class Value:
    """One value of an indicator: region, period, source and vintage."""

    indicator_no: int
    region_code: str
    period: str
    numerator: float | None
    denominator: float | None
    value: float | None
    source: str
    vintage: str | None
    definition_version: str | None
    expected_deliveries: int | None
    present_deliveries: int | None
    rejected_share: float | None
    is_held_back: bool
    held_reason: str | None
    is_comparable: bool
    note: str | None

    @property
    def is_simulated(self) -> bool:
        return self.source == "simulated"


@dataclass(frozen=True)
class Progress:
    """One value held against one milestone."""

    indicator_no: int
    period: str
    milestone_year: int
    target_value: float | None
    value: float | None
    completion: float | None
    elapsed: float | None
    schedule_index: float | None
    assessed_period: str | None
    is_final: bool | None
    scheduled_value: float | None
    progress_class: ProgressClass
    reason: str | None
    required_yearly_change: float | None
    forecast_value: float | None
    forecast_low: float | None
    forecast_high: float | None
    statcan_ratio: float | None
    unsd_ratio: float | None
    escap_csi: float | None
    destatis_symbol: str | None
    statcan_class: str | None
    unsd_class: str | None
    statcan_reason: str | None
    unsd_reason: str | None
    escap_reason: str | None
    destatis_reason: str | None

    @property
    def has_cross_checks(self) -> bool:
        measures = (self.statcan_ratio, self.unsd_ratio, self.escap_csi, self.destatis_symbol)
        return any(measure is not None for measure in measures)

    @property
    def cross_check_reasons(self) -> list[str]:
        """Why the measures do not apply, each reason once."""
        reasons = (self.statcan_reason, self.unsd_reason, self.escap_reason, self.destatis_reason)
        return list(dict.fromkeys(reason for reason in reasons if reason))


@dataclass(frozen=True)
class Status:
    """The headline of one indicator, as the warehouse chose it: its class is that of the next milestone.

    `baseline_time` is in years with year-ends whole (2024.75 is the end of September 2025).
    """

    indicator_no: int
    region_code: str | None
    period: str | None
    value: float | None
    source: str | None
    vintage: str | None
    milestone_year: int | None
    progress_class: ProgressClass
    reason: str | None
    schedule_index: float | None
    worst_milestone_year: int | None
    worst_progress_class: ProgressClass
    scheduled_value: float | None
    value_a_year_before: float | None
    baseline_value: float | None
    baseline_time: float | None
    baseline_kind: str | None
    evidence_grade: str | None
    evidence_note: str | None
    held_period: str | None
    held_reason: str | None
    missing_datasets: str | None


@dataclass(frozen=True)
class Dossier:
    """Everything about one indicator. `history` is the city's series; `districts` the headline period by district."""

    indicator: Indicator
    status: Status
    headline: Value | None
    history: tuple[Value, ...]
    districts: tuple[Value, ...]
    milestones: tuple[Progress, ...]

    @property
    def number(self) -> int:
        return self.indicator.indicator_no

    @property
    def is_simulated(self) -> bool:
        return self.status.source == "simulated" or any(
            value.is_simulated for value in (*self.history, *self.districts)
        )

    @property
    def final(self) -> Progress | None:
        """Progress towards the last milestone of the plan."""
        return max(self.milestones, key=lambda row: row.milestone_year, default=None)

    @property
    def path(self) -> list[tuple[float, float]]:
        """Baseline and the targets after it as (time, value); without a baseline it begins at the first milestone."""
        start, value = self.status.baseline_time, self.status.baseline_value
        targets = [(float(year), target) for year, target in sorted(self.indicator.targets.items())]
        if start is None or value is None:
            return targets
        return [(start, value), *(point for point in targets if point[0] > start)]

    @property
    def is_worst_elsewhere(self) -> bool:
        """Another milestone than the next one stands worse: behind or reversed."""
        worst = self.status.worst_progress_class
        return (
            self.status.worst_milestone_year not in (None, self.status.milestone_year)
            and worst != self.status.progress_class
            and worst.code in NEEDS_ATTENTION
        )


@dataclass(frozen=True)
class Restatement:
    """The newest change of one indicator since the version before; `others` counts its further changed values."""

    indicator_no: int
    region_code: str
    period: str
    before_value: float | None
    after_value: float | None
    cause: str | None
    delivery_id: str | None
    others: int


@dataclass(frozen=True)
class Project:
    project_no: int
    name: str
    chapter: str | None
    construction_type: str | None
    schedule: str | None
    schedule_from: int | None
    schedule_to: int | None
    responsible_units: str
    state: str | None
    note: str | None


@dataclass(frozen=True)
class CalendarLine:
    """One delivery that was due. `state` is on_time, late, held, refused or missing."""

    dataset_id: str
    dataset: str
    department: str
    business_period: str
    due_at: datetime | None
    state: str


@dataclass(frozen=True)
class DepartmentDeliveries:
    """How one department delivered. Counts of expected deliveries and of rows."""

    department: str
    expected: int
    on_time: int
    late: int
    held: int
    missing: int
    rows_accepted: int
    rows_rejected: int
    open_rows: int


@dataclass(frozen=True)
class Correction:
    request_id: str
    dataset_id: str
    department: str
    opened_at: datetime | None
    due_at: datetime | None
    status: str
    rows_open: int


@dataclass(frozen=True)
class Tracker:
    """One whole report."""

    title: str
    city: str
    city_code: str
    first_year: int
    last_year: int
    business_date: date
    version: str
    dossiers: tuple[Dossier, ...]
    projects: tuple[Project, ...]
    restatements: tuple[Restatement, ...]
    earlier_restatements: int
    calendar: tuple[CalendarLine, ...]
    departments: tuple[DepartmentDeliveries, ...]
    corrections: tuple[Correction, ...]
    quarantine_reasons: tuple[tuple[str, int], ...]
    regions: dict[str, str] = field(default_factory=dict)
    class_meanings: dict[str, str] = field(default_factory=dict)

    @property
    def class_counts(self) -> dict[ProgressClass, int]:
        """Indicators by class, every class present, in the order of `wording.CLASSES`."""
        counted = Counter(dossier.status.progress_class.code for dossier in self.dossiers)
        return {kind: counted.get(kind.code, 0) for kind in CLASSES if kind.always or counted.get(kind.code)}

    @property
    def milestones(self) -> tuple[int, ...]:
        return tuple(sorted({year for dossier in self.dossiers for year in dossier.indicator.targets}))

    @property
    def simulated(self) -> tuple[Dossier, ...]:
        return tuple(dossier for dossier in self.dossiers if dossier.is_simulated)
