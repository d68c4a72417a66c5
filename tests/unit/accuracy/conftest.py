"""A simulated city of four persons and the version published from it, both by hand: every figure is known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl
import pytest

from citylake.settings import Settings

REGISTER, INSURED = "police__register", "insurance__insured"
Row = tuple[object, ...]


@dataclass
class Hand:
    """The city as rows; a test changes some of them, `publish` writes both sides."""

    folder: Path
    settings: Settings
    # Person (P1…), dataset, line: eight records of four persons in two files.
    truth: list[tuple[str, str, int]] = field(
        default_factory=lambda: [(f"P{n}", dataset, n + 1) for dataset in (REGISTER, INSURED) for n in range(1, 5)]
    )
    # The entity that the base gave to each of these records.
    entities: list[str] = field(default_factory=lambda: ["a", "b", "c", "d"] * 2)
    # Households of the four persons, in truth and in the base.
    true_households: list[str] = field(default_factory=lambda: ["H1", "H1", "H2", "H2"])
    households: dict[str, str] = field(default_factory=lambda: {"a": "h", "b": "h", "c": "i", "d": "i"})
    names: dict[str, str] = field(default_factory=lambda: {"a": "王一", "b": "王二", "c": "王三", "d": "王四"})
    conflicts: list[tuple[str, str, str, str]] = field(default_factory=list)
    faults: list[dict[str, object]] = field(default_factory=list)
    quarantined: list[tuple[str, str, int, str, str, str]] = field(default_factory=list)
    deliveries: dict[str, tuple[str, str | None, bool]] = field(
        default_factory=lambda: {"register.csv": ("accepted", None, False), "insured.csv": ("accepted", None, False)}
    )
    missing: list[tuple[str, str]] = field(default_factory=list)
    reviews: list[tuple[str, int]] = field(default_factory=list)
    # Delivery, status and reason of steps that did not go well.
    outcomes: list[tuple[str, str, str]] = field(default_factory=list)
    # Further files of the truth, and further published tables (name, columns, rows).
    more_truth: dict[str, pl.DataFrame] = field(default_factory=dict)
    more_tables: list[tuple[str, str, list[Row]]] = field(default_factory=list)
    # Records of the register about other things: type, true thing, entity, line.
    more_links: list[tuple[str, str, str, int]] = field(default_factory=list)

    def plant(
        self, expected: str, line: int | None, file: str = "register.csv", reason: str = "", kind: str = "k"
    ) -> None:
        self.faults.append(
            {"dataset_id": REGISTER, "path": f"inbox/police/{file}", "file": file, "sheet": None, "line": line,
             "column": None, "header": None, "kind": kind, "expected": expected, "reason": reason, "rows": None}
        )  # fmt: skip

    def publish(self) -> None:
        self._write_truth()
        self._write_version()

    def _write_truth(self) -> None:
        truth, inbox = self.folder / "truth", self.folder / "inbox" / "police"
        truth.mkdir(parents=True)
        inbox.mkdir(parents=True)
        for name in ("register.csv", "insured.csv"):
            (inbox / name).write_text(name, encoding="utf-8")
        marker = {"people": 4, "seed": 1, "faults": "usual"}
        (self.folder / "SIMULATED.json").write_text(json.dumps(marker), encoding="utf-8")
        links = [("person", who, dataset, _file(dataset), None, line, "self") for who, dataset, line in self.truth]
        links += [(*one[:2], REGISTER, "register.csv", None, one[3], "self") for one in self.more_links]
        columns = ["entity_type", "true_entity_id", "dataset_id", "file_name", "sheet_name", "line_number", "role"]
        frame = pl.DataFrame(links, schema=columns, orient="row").with_columns(pl.col("sheet_name").cast(pl.String))
        frame.write_parquet(truth / "entity_links.parquet")
        people, named = ["P1", "P2", "P3", "P4"], ["王一", "王二", "王三", "王四"]
        persons = {"true_entity_id": people, "person_name": named, "household_id": self.true_households}
        pl.DataFrame(persons).write_parquet(truth / "persons.parquet")
        for name, frame in self.more_truth.items():
            frame.write_parquet(truth / f"{name}.parquet")
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self.faults)
        (truth / "faults.jsonl").write_text(text, encoding="utf-8")

    def _write_version(self) -> None:
        versions = self.settings.warehouse_dir / "versions"
        versions.mkdir(parents=True)
        version = {"build_id": "b1", "business_date": "2025-09-30", "inputs_sha256": "", "previous_build_id": None,
                   "prepared_at": "2025-10-01T00:00:00", "published_at": "2025-10-01T00:00:00", "rows": {},
                   "sha256": {}, "size_bytes": 0, "warnings": [], "analyst_file": "", "operator_file": ""}  # fmt: skip
        for path in (versions / "citylake-b1.json", self.settings.warehouse_dir / "current.json"):
            path.write_text(json.dumps(version), encoding="utf-8")
        with duckdb.connect(str(versions / "citylake-b1.operator.duckdb")) as connection:
            for name, columns, rows in [*self._tables(), *self.more_tables]:
                schema = name.split(".")[0]
                connection.execute(f"create schema if not exists {schema}")
                connection.execute(f"create table {name} ({columns})")
                if rows:
                    marks = ", ".join("?" * len(rows[0]))
                    connection.executemany(f"insert into {name} values ({marks})", rows)

    def _tables(self) -> list[tuple[str, str, list[Row]]]:
        links: list[Row] = [
            ("person", entity, dataset, _file(dataset), _file(dataset), None, line, "self", "resident_id", 1.0)
            for (_, dataset, line), entity in zip(self.truth, self.entities, strict=True)
        ]
        links += [
            (kind, entity, REGISTER, "register.csv", "register.csv", None, line, "self", "number", 1.0)
            for kind, _, entity, line in self.more_links
        ]
        sha256 = {name: hashlib.sha256(name.encode()).hexdigest() for name in self.deliveries}
        accepted = {name: 4 if status == "accepted" else 0 for name, (status, _, _) in self.deliveries.items()}
        return [
            (
                "base.fct_entity_links",
                "entity_type text, entity_id text, dataset_id text, delivery_id text, file_name text, sheet_name text,"
                " line_number bigint, role text, match_rule text, match_score double",
                links,
            ),
            (
                "base.dim_persons",
                "person_id text, person_name text, person_name_dataset_id text, household_id text",
                [(entity, name, REGISTER, self.households[entity]) for entity, name in self.names.items()],
            ),
            (
                "quality.fct_attribute_conflicts",
                "entity_type text, entity_id text, attribute text, loser_dataset_id text, loser_value text",
                [("person", *one) for one in self.conflicts],
            ),
            (
                "quality.fct_deliveries",
                "delivery_id text, dataset_id text, file_name text, file_sha256 text, status text, reason_code text,"
                " message text, is_late boolean, rows_accepted bigint, rows_rejected bigint",
                [
                    (name, REGISTER, name, sha256[name], status, reason, None, is_late, accepted[name], 0)
                    for name, (status, reason, is_late) in self.deliveries.items()
                ],
            ),
            (
                "quality.fct_quarantined_rows",
                "delivery_id text, dataset_id text, file_name text, sheet_name text, line_number bigint,"
                " column_name text, reason_code text, status text",
                [
                    (name, dataset, name, None, line, column, reason, status)
                    for name, dataset, line, column, reason, status in self.quarantined
                ],
            ),
            ("quality.fct_outcomes", "delivery_id text, status text, reason_code text", list(self.outcomes)),
            (
                "quality.fct_delivery_calendar",
                "dataset_id text, business_period text, delivery_state text",
                [(*one, "missing") for one in self.missing],
            ),
            (
                "quality.fct_match_reviews",
                "entity_type text, subject_id text, candidate_id text, dataset_id text, file_name text,"
                " sheet_name text, line_number bigint",
                [("person", "", None, REGISTER, name, None, line) for name, line in self.reviews],
            ),
        ]


def _file(dataset: str) -> str:
    return "register.csv" if dataset == REGISTER else "insured.csv"


@pytest.fixture
def hand(tmp_path: Path) -> Callable[[], Hand]:
    """Makes cities that a test may change before it publishes them; each in a folder of its own."""
    made: list[Hand] = []

    def make() -> Hand:
        place = tmp_path / str(len(made))
        made.append(Hand(place / "city", Settings(home=place / "home")))
        return made[-1]

    return make
