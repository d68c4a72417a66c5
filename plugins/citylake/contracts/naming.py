"""Names for the headers of a new dataset: what contracts, `columns.yml` and the plan's catalogue already call them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from citylake.contracts.dictionary import COLUMNS_FILE
from citylake.contracts.headings import normal_header
from citylake.contracts.loader import Contracts
from citylake.contracts.yaml_file import read_yaml

CATALOGUE_FILE = "catalogue.csv"
_TYPES = {"text", "integer", "decimal", "date", "timestamp", "month", "boolean"}
# Short endings say too little (名称 of what?), except these.
_SHORT = 2
_TELLING = {"状态", "地址", "渠道", "备注"}
_BRACKETS = re.compile(r"\([^()]*\)")
_NOT_IN_NAMES = re.compile("[^a-z0-9]+")


@dataclass(frozen=True)
class Planned:
    """A dataset of the plan's catalogue that may not be delivered yet."""

    dataset: str
    facts: dict[str, str]

    @property
    def columns(self) -> list[tuple[str, str, str]]:
        """Name, type and header of each column."""
        return [
            (name, kind, header)
            for name, kind, header in (one.split(":", 2) for one in self.facts["columns"].split(";"))
        ]


@dataclass(frozen=True)
class Vocabulary:
    """Everything that already has a name: header (normalised) -> column name, name -> Chinese name, type and level."""

    contracts: Contracts
    entries: dict[str, dict[str, object]]
    planned: list[Planned]

    @classmethod
    def of(cls, folder: Path, contracts: Contracts) -> Vocabulary:
        """Reads the dictionary and, where the folder has one, the plan's catalogue."""
        entries = {str(name): dict(entry) for name, entry in read_yaml(folder / COLUMNS_FILE, []).data.items()}
        planned: list[Planned] = []
        if (path := folder / CATALOGUE_FILE).is_file():
            with path.open(encoding="utf-8", newline="") as file:
                planned = [Planned(row["dataset_id"], row) for row in csv.DictReader(file)]
        return cls(contracts, entries, planned)

    @cached_property
    def _headers(self) -> list[dict[str, Counter[str]]]:
        """Header -> names, from the surest source to the least sure one."""
        used: dict[str, Counter[str]] = {}
        for contract in self.contracts.datasets.values():
            for column in contract.columns.values():
                for spelling in column.headers:
                    used.setdefault(normal_header(spelling.text), Counter())[column.name] += 1
        listed: dict[str, Counter[str]] = {}
        for name, entry in self.entries.items():
            listed.setdefault(normal_header(str(entry.get("zh", ""))), Counter())[name] += 1
        foreseen: dict[str, Counter[str]] = {}
        for dataset in self.planned:
            for name, _, header in dataset.columns:
                foreseen.setdefault(normal_header(header), Counter())[name] += 1
        return [used, listed, foreseen]

    @property
    def known_headers(self) -> set[str]:
        """Normalised headers that have a name."""
        return {header for source in self._headers for header in source if header}

    def dataset_of(self, title: str, dataset: str | None) -> Planned | None:
        """The dataset of the catalogue that is meant, by its id or its Chinese name."""
        plain = normal_header(title)
        return next(
            (one for one in self.planned if dataset == one.dataset or plain == normal_header(one.facts["dataset_zh"])),
            None,
        )

    def name_of(self, header: str, dataset: Planned | None) -> str | None:
        """The name that a header already has; with and without what stands in brackets."""
        full = normal_header(header)
        for text in dict.fromkeys((full, _BRACKETS.sub("", full))):
            if dataset and (name := next((n for n, _, zh in dataset.columns if _same(text, zh)), None)):
                return name
            for source in self._headers:
                if text in source:
                    return source[text].most_common(1)[0][0]
        latin = _NOT_IN_NAMES.sub("_", full.lower()).strip("_") if full.isascii() else ""
        return latin if is_column_name(latin) else None

    def name_by_ending(self, header: str) -> tuple[str, str] | None:
        """The dictionary's name for how a header ends (更新时间 in 数据更新时间), with that ending."""
        full = _BRACKETS.sub("", normal_header(header))
        endings = [zh for zh in self._headers[1] if (len(zh) > _SHORT or zh in _TELLING) and full.endswith(zh)]
        ending = max(endings, key=len, default=None)
        return None if ending is None else (self._headers[1][ending].most_common(1)[0][0], ending)

    def type_of(self, name: str, dataset: Planned | None) -> str | None:
        """The type that a name has in the dictionary, or else in the catalogue (whose `text` may be a code)."""
        if name in self.entries:
            return str(self.entries[name]["type"])
        found = next((kind for n, kind, _ in dataset.columns if n == name), None) if dataset else None
        return found if found in _TYPES - {"text"} else None

    def list_of(self, name: str) -> str | None:
        """The code list that other contracts use for a column of this name."""
        lists = Counter(
            column.codes
            for contract in self.contracts.datasets.values()
            for column in contract.columns.values()
            if column.name == name and column.codes
        )
        return lists.most_common(1)[0][0] if lists else None


def _same(text: str, header: str) -> bool:
    full = normal_header(header)
    return text in (full, _BRACKETS.sub("", full))


def is_column_name(text: str) -> bool:
    """Whether a text can be the name of a column."""
    return re.fullmatch(r"[a-z][a-z0-9_]{0,62}", text) is not None
