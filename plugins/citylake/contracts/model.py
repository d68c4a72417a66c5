"""The shape of a contract. Unknown keys are refused; every problem is reported with file, line and key."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from citylake.contracts.units import UNITS

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ColumnType = Literal["text", "code", "integer", "decimal", "date", "timestamp", "month", "boolean"]
Cycle = Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
Mode = Literal["full", "increment", "event"]
# What one delivery is: as its contract's mode says, or one of the three that touch an earlier one.
DeliveryKind = Literal["full", "increment", "event", "correction", "supplement", "withdrawal"]
# What happens to a table, column or value that the contract does not foresee.
DriftMode = Literal["freeze", "evolve", "discard_value", "quarantine_row"]
# Spellings of a value that are read only where the contract says that they occur; elsewhere they are refused by name.
# number_cells: a code kept as a number in a workbook, in columns where that cannot have lost anything.
Reading = Literal[
    "chinese_numerals",
    "minguo_years",
    "two_digit_years",
    "excel_serials",
    "magnitudes",
    "degrees",
    "number_cells",
    "epoch_milliseconds",
]


class WrongTogether(ValueError):
    """Keys that are right one by one and wrong together; `place` leads to the one to be looked at."""

    def __init__(self, message: str, *place: str) -> None:
        super().__init__(message)
        self.place = place


class Strict(BaseModel):
    """A model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Title(Strict):
    zh: str
    en: str


class Owner(Strict):
    department: str
    safety_officer: str = ""


class Catalogue(Strict):
    """Entry in the city's resource catalogue (政务信息资源目录)."""

    code: str
    oid: str | None = Field(default=None, pattern=r"^1\.2\.156(\.[1-9][0-9]*)+$")
    share: Literal["无条件共享", "有条件共享", "不予共享"]
    condition: str = ""
    open: Literal["可开放", "有条件开放", "不开放"]
    level: int = Field(ge=1, le=4)
    legal_basis: str = ""


class Due(Strict):
    """When a delivery is due: so many days after the period's last day, at this time in Shanghai.

    `days` counts every day, `working_days` only those of the holiday calendar (`holidays.csv`).
    """

    days: int | None = Field(default=None, ge=0, le=366)
    working_days: int | None = Field(default=None, ge=0, le=250)
    time: time

    @model_validator(mode="after")
    def _counts_one_way(self) -> Due:
        if (self.days is None) == (self.working_days is None):
            raise ValueError("needs either days or working_days")
        return self


class DeliveryTerms(Strict):
    mode: Mode
    cycle: Cycle
    file_name: str
    since: date
    due: Due
    # Months without a file of their own: what runs from January on is first published for January and February.
    none_for_months: list[Annotated[int, Field(ge=1, le=12)]] = []

    @model_validator(mode="after")
    def _only_months_are_left_out(self) -> DeliveryTerms:
        if self.none_for_months and self.cycle != "monthly":
            raise WrongTogether("belongs to monthly deliveries alone", "none_for_months")
        return self

    @field_validator("file_name")
    @classmethod
    def _has_one_period(cls, value: str) -> str:
        if value.count("{period}") != 1 or "/" in value:
            raise ValueError("must hold {period} once and no '/'")
        return value


FormType = Literal["csv", "xlsx", "xls", "ods", "json", "jsonl", "parquet", "fixed"]
ALL_SHEETS = "*"
WORKBOOKS: frozenset[str] = frozenset({"xlsx", "xls", "ods"})


class Form(Strict):
    """How the bytes are laid out."""

    type: FormType
    archive: Literal["none", "zip", "gzip"] = "none"
    encodings: list[Literal["utf-8", "gb18030", "utf-16"]] = ["utf-8"]
    # Text: the delimiters that may occur; the one under which the header is found is proven by it.
    delimiters: list[Annotated[str, Field(min_length=1, max_length=1)]] = Field(default=[","], min_length=1)
    # Workbooks: one sheet by name, several by name, all of them (ALL_SHEETS), or (None) the first visible one.
    sheet: str | list[str] | None = None
    header_rows: int = Field(default=1, ge=1, le=3)
    # The table stands so many times side by side on a sheet, each time under its own header.
    side_by_side: int = Field(default=1, ge=1, le=8)
    # JSON: the keys that lead to the list of records, e.g. `data.rows`; empty: the file itself is the list.
    records: str = ""
    # Fixed width: whether `position` of a column counts characters or bytes of the encoding.
    counts: Literal["characters", "bytes"] = "characters"

    @property
    def only_sheet(self) -> str | None:
        """The sheet that every row comes from, where the contract names exactly one."""
        return self.sheet if isinstance(self.sheet, str) and self.sheet != ALL_SHEETS else None


class HeaderSpelling(Strict):
    """A header as departments write it; with dates, only in deliveries whose period ends between them."""

    text: str = Field(min_length=1)
    since: date | None = None
    until: date | None = None

    def is_valid_on(self, day: date | None) -> bool:
        """Whether the spelling holds for a business period that ends on `day` (None: at any time)."""
        return day is None or ((self.since or day) <= day <= (self.until or day))


class Column(Strict):
    """A column of one dataset: what the contract says, over what `columns.yml` says of the name."""

    name: Name
    zh: str
    type: ColumnType
    check: str | None = None
    level: int = Field(ge=1, le=4)
    meaning: str
    headers: list[HeaderSpelling] = Field(min_length=1)
    required: bool = False
    codes: str | None = None
    unit: str | None = None
    pattern: str | None = None
    pattern_reason: str | None = None
    optional: bool = False
    # What a value that breaks the column's rules does; without it, what `drift.types` says.
    drift: DriftMode | None = None
    # Spellings that this column is known to hold besides the usual ones.
    reads: list[Reading] = []
    # Fixed width: first position (from 1) and length.
    position: tuple[Annotated[int, Field(ge=1)], Annotated[int, Field(ge=1)]] | None = None

    @field_validator("headers", mode="before")
    @classmethod
    def _plain_headers_are_always_valid(cls, value: object) -> object:
        return (
            [{"text": item} if isinstance(item, str) else item for item in value] if isinstance(value, list) else value
        )

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in UNITS:
            raise ValueError(f"unknown unit {value!r}; known: {'、'.join(UNITS)}")
        return value

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is not a regular expression: {error}") from error
        return value

    @property
    def header(self) -> str:
        """The header as the contract writes it first."""
        return self.headers[0].text


class Drift(Strict):
    """What happens to a sheet, a column or a value that the contract does not foresee.

    freeze: the delivery is refused. evolve: it is taken and noted in the schema history, and what is new is kept beside
    the row. discard_value: what is new is left out and recorded. quarantine_row: the rows that hold it are rejected.
    """

    table: DriftMode = "freeze"
    columns: DriftMode = "freeze"
    types: DriftMode = "quarantine_row"


class Volume(Strict):
    """A delivery that departs from the last seven by more than this is held until a data steward confirms it."""

    rows_down_at_most: float = Field(default=0.4, ge=0, le=1)
    rows_up_at_most: float = Field(default=3.0, ge=0)
    null_share_up_at_most: float = Field(default=0.2, ge=0, le=1)
    # A column (a district, a street) each of whose usual values must occur.
    groups: Name | None = None
    # With fewer earlier deliveries than this nothing is compared.
    after: int = Field(default=3, ge=1, le=7)


class Answer(Strict):
    """How long a department has to answer a correction list (校核单)."""

    working_days: int = Field(default=5, ge=1, le=60)


class Reject(Strict):
    """Above either threshold nothing of the delivery is published."""

    rows_at_most: int = Field(ge=0)
    share_at_most: float = Field(ge=0, le=1)


class Contract(Strict):
    """Everything that is decided about one dataset."""

    dataset: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*__[a-z][a-z0-9_]*$", max_length=80)]
    title: Title
    each_row_is_a: str
    owner: Owner
    catalogue: Catalogue
    status: Literal["active", "planned", "retired"]
    version: int = Field(ge=1)
    delivery: DeliveryTerms
    form: Form
    key: list[Name] = Field(min_length=1)
    columns: dict[Name, Column]
    missing: list[str] = ["", "-", "—", "--", "…", "NaN", "\\N", "NULL", "null", "空"]
    not_records: list[str] = []
    drift: Drift = Drift()
    reject: Reject
    volume: Volume | None = None
    answer: Answer = Answer()

    @model_validator(mode="after")
    def _key_columns_exist(self) -> Contract:
        absent = [name for name in self.key if name not in self.columns]
        if absent:
            raise WrongTogether(f"names columns that do not exist: {', '.join(absent)}", "key")
        return self

    @model_validator(mode="after")
    def _positions_belong_to_fixed_width(self) -> Contract:
        without = [column.name for column in self.columns.values() if column.position is None]
        if self.form.type == "fixed" and without:
            raise WrongTogether(f"needs a position for: {', '.join(without)}", "form", "type")
        return self

    @model_validator(mode="after")
    def _groups_are_a_column(self) -> Contract:
        if self.volume and self.volume.groups and self.volume.groups not in self.columns:
            raise WrongTogether(f"names a column that does not exist: {self.volume.groups}", "volume", "groups")
        return self

    def drift_of(self, column: Column) -> DriftMode:
        """What a value that breaks the rules of a column does: the column's own word, else the dataset's."""
        mode = column.drift or self.drift.types
        # Without its value a row would break the contract once more.
        return "quarantine_row" if column.required and mode in ("discard_value", "evolve") else mode

    @property
    def is_workbook(self) -> bool:
        return self.form.type in WORKBOOKS

    @property
    def department_id(self) -> str:
        return self.dataset.split("__", 1)[0]

    @property
    def file_pattern(self) -> re.Pattern[str]:
        """Matches the names of this dataset's files; the group `period` is the business period."""
        before, after = self.delivery.file_name.split("{period}")
        return re.compile(
            re.escape(before) + r"(?P<period>[0-9]{4}(?:-?Q[1-4]|-?[0-9]{2}(?:-?[0-9]{2})?)?)" + re.escape(after)
        )
