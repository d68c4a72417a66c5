"""The shape of a contract. Unknown keys are refused; every problem is reported with file, line and key."""

from __future__ import annotations

import re
from datetime import date, time
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
ColumnType = Literal["text", "code", "integer", "decimal", "date", "timestamp", "month", "boolean"]
Cycle = Literal["daily", "weekly", "monthly", "quarterly", "yearly", "irregular"]
Mode = Literal["full", "increment", "event", "correction"]

# What a delivered unit is worth in the unit that the column's name carries.
UNITS = {
    "元": 1.0,
    "万元": 1e4,
    "亿元": 1e8,
    "人": 1.0,
    "万人": 1e4,
    "亩": 10_000 / 15,
    "公顷": 10_000.0,
    "平方米": 1.0,
}


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
    """When a delivery is due: so many days after the period's last day, at this time in Shanghai."""

    days: int = Field(ge=0, le=366)
    time: time


class DeliveryTerms(Strict):
    mode: Mode
    cycle: Cycle
    file_name: str
    since: date
    due: Due

    @field_validator("file_name")
    @classmethod
    def _has_one_period(cls, value: str) -> str:
        if value.count("{period}") != 1 or "/" in value:
            raise ValueError("must hold {period} once and no '/'")
        return value


class Form(Strict):
    """How the bytes are laid out."""

    type: Literal["csv", "xlsx", "xls", "jsonl", "parquet"]
    encodings: list[Literal["utf-8", "gb18030", "utf-16"]] = ["utf-8"]
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    sheet: str | None = None
    header_rows: int = Field(default=1, ge=1, le=3)


class Column(Strict):
    """A column of one dataset: what the contract says, over what `columns.yml` says of the name."""

    name: Name
    zh: str
    type: ColumnType
    check: str | None = None
    level: int = Field(ge=1, le=4)
    meaning: str
    headers: list[str] = Field(min_length=1)
    required: bool = False
    codes: str | None = None
    unit: str | None = None
    pattern: str | None = None
    pattern_reason: str | None = None
    optional: bool = False
    invalid: Literal["reject", "discard"] = "reject"

    @field_validator("unit")
    @classmethod
    def _unit_is_known(cls, value: str | None) -> str | None:
        if value is not None and value not in UNITS:
            raise ValueError(f"unknown unit {value!r}; known: {'、'.join(UNITS)}")
        return value

    @field_validator("pattern")
    @classmethod
    def _pattern_compiles(cls, value: str | None) -> str | None:
        if value is not None:
            re.compile(value)
        return value

    @property
    def is_discarded(self) -> bool:
        """Whether an unreadable value is set aside alone (and recorded) while its row goes on."""
        return self.invalid == "discard" and not self.required

    @property
    def factor(self) -> float:
        """What a delivered number is multiplied with to stand in the lake's unit."""
        return UNITS[self.unit] if self.unit else 1.0


class Drift(Strict):
    table: Literal["freeze"] = "freeze"
    columns: Literal["freeze", "evolve"] = "freeze"
    types: Literal["freeze"] = "freeze"


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

    @model_validator(mode="after")
    def _key_columns_exist(self) -> Contract:
        absent = [name for name in self.key if name not in self.columns]
        if absent:
            raise ValueError(f"key names columns that do not exist: {', '.join(absent)}")
        return self

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
