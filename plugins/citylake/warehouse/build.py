"""Builds aside: a fresh database that nobody reads, its lock beside it.

builds/<build_id>/lock.json           what decides the content
builds/<build_id>/build.json          when it was prepared and whether dbt has passed
builds/<build_id>/citylake.duckdb     schema `lake`, then all that dbt makes of it
builds/<build_id>/run_results.json    every model and test, by dbt's unique id
"""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import Settings, get_secret, get_settings, now
from citylake.warehouse import dbt_runner
from citylake.warehouse.errors import BuildMissing, DatabaseFailed
from citylake.warehouse.files import lease, read_json, write_json
from citylake.warehouse.increment import Start, may_start_from
from citylake.warehouse.inputs import Previous, write_inputs
from citylake.warehouse.ledger import read_ledger
from citylake.warehouse.lock import inputs_digest, make_inputs, make_lock
from citylake.warehouse.manual_corrections import read_manual_corrections
from citylake.warehouse.versions import read_pointer, versions

_STATE = "build.json"
_LOCK = "lock.json"
_ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class Build:
    """One build on disk. `is_published`: readers already see a version made from the same inputs.

    `in_a_row`: how many builds since one from nothing it goes on from, itself counted.
    """

    build_id: str
    business_date: date
    folder: Path
    inputs_sha256: str
    prepared_at: datetime
    is_built: bool
    is_published: bool
    in_a_row: int = 0

    @property
    def database(self) -> Path:
        return self.folder / dbt_runner.DATABASE

    @property
    def results(self) -> dict[str, Any]:
        """What dbt said of every node, by its unique id."""
        return read_json(self.folder / dbt_runner.RESULTS) or {}

    @property
    def models(self) -> list[tuple[object, ...]]:
        """The rows of `quality.dim_models`, columns as there."""
        known = (read_json(self.folder / dbt_runner.MODELS) or {"models": {}})["models"]
        facts = ("name", "schema", "table", "path", "description", "compiled_sql")
        return [
            (key, *(one[fact] for fact in facts), json.dumps(one["depends_on"])) for key, one in sorted(known.items())
        ]

    @property
    def lock(self) -> dict[str, Any]:
        found = read_json(self.folder / _LOCK)
        if found is None:
            raise BuildMissing(self.business_date)
        return found


@dataclass(frozen=True)
class BuildSummary:
    """What a build did. `status`: built | nothing_new."""

    build_id: str
    business_date: date
    status: str
    deliveries: int
    active_deliveries: int
    nodes: int
    tests: int
    warnings: list[str]
    seconds: float


def prepare(business_date: date, settings: Settings | None = None, *, force: bool = False) -> Build:
    """Reads the lake as of a business date and writes the lock and the fresh database with schema `lake`.

    A build with the same lock that dbt has passed already is returned as it is; nothing is written when readers
    already see these inputs. `force` starts from nothing in both cases; else the build goes on from the published one
    where it may (increment.py). Raises StoreError, DatabaseFailed, LeaseHeld.
    """
    settings = settings or get_settings()
    with lease(settings.warehouse_dir, f"prepare {business_date}"):
        contracts = load_contracts(settings.contracts)
        ledger = read_ledger(Lake(settings), settings, business_date)
        corrections = read_manual_corrections(settings.contracts)
        inputs = make_inputs(settings, contracts, ledger, business_date)
        previous = _previous(settings, business_date, inputs)
        lock = make_lock(inputs, previous.build_id if previous else None)
        if not force and (known := _known(settings, lock)):
            return known
        _remove_orphans(settings)
        build = Build(
            lock["build_id"],
            business_date,
            _folder(settings, lock["build_id"]),
            lock["inputs_sha256"],
            now(),
            False,
            False,
        )
        shutil.rmtree(build.folder, ignore_errors=True)
        build.folder.mkdir(parents=True)
        write_json(build.folder / _LOCK, lock)
        person_key = get_secret(settings, "person_key")
        partial = build.database.with_suffix(".partial")
        start = None if force else _start(settings, lock)
        if start is not None:
            shutil.copyfile(start.database, partial)
            build = replace(build, in_a_row=start.in_a_row + 1)
        try:
            write_inputs(
                partial, contracts, ledger, business_date, build.build_id, person_key, previous, corrections, start
            )
        except duckdb.Error as error:
            raise DatabaseFailed("读入治理结果 reading the inputs", str(error)) from error
        os.replace(partial, build.database)
        _write_state(build)
        return build


def run_dbt(
    build: Build, select: str | None = None, settings: Settings | None = None, *, unit_tests: bool = False
) -> Build:
    """Runs dbt on a prepared build, whole or one selection (`tag:base`); `is_built` once every data test has been run.

    Raises DbtFailed; what dbt said of every node stays in `run_results.json` either way.
    """
    settings = settings or get_settings()
    with lease(settings.warehouse_dir, f"dbt {build.build_id}"):
        build = replace(build, is_built=False)
        _write_state(build)
        dbt_runner.run_dbt(settings, build.build_id, build.folder, select, unit_tests=unit_tests)
        build = replace(build, is_built=not dbt_runner.missing_tests(build.folder))
        _write_state(build)
        return build


def build(business_date: date, settings: Settings | None = None, *, force: bool = False) -> BuildSummary:
    """Prepares and runs dbt. Status `nothing_new` when readers already see a version of exactly these inputs."""
    settings = settings or get_settings()
    started = time.monotonic()
    with lease(settings.warehouse_dir, f"build {business_date}"):
        prepared = prepare(business_date, settings, force=force)
        if not (prepared.is_published or prepared.is_built):
            prepared = run_dbt(prepared, settings=settings)
    deliveries = prepared.lock["deliveries"]
    records = prepared.results.values()
    return BuildSummary(
        prepared.build_id,
        business_date,
        "nothing_new" if prepared.is_published else "built",
        len(deliveries),
        sum(one["status"] == "accepted" for one in deliveries),
        len(records),
        sum(one["kind"] in ("test", "unit_test") for one in records),
        [f"{one['name']}: {one['message']}" for one in records if one["status"] == "warn"],
        round(time.monotonic() - started, 1),
    )


def find_build(business_date: date, settings: Settings | None = None) -> Build:
    """The build of a business date that was prepared last. Raises BuildMissing."""
    settings = settings or get_settings()
    folders = [path.parent for path in (settings.warehouse_dir / "builds").glob(f"{business_date:%Y%m%d}-*/{_STATE}")]
    found = [one for folder in folders if (one := _stored(settings, folder)) is not None]
    if not found:
        raise BuildMissing(business_date)
    return max(found, key=lambda one: one.prepared_at)


def _known(settings: Settings, lock: dict[str, Any]) -> Build | None:
    """The build of this lock, if dbt has passed it or readers see it already."""
    stored = _stored(settings, _folder(settings, lock["build_id"]))
    return stored if stored and (stored.is_built or stored.is_published) else None


def _start(settings: Settings, lock: dict[str, Any]) -> Start | None:
    """The build behind the version that readers see, if this one may go on from it."""
    pointer = read_pointer(settings)
    known = _stored(settings, _folder(settings, pointer.build_id)) if pointer else None
    if known is None or not known.is_built or not known.database.exists():
        return None
    usable = may_start_from(known.lock, lock, known.in_a_row)
    return Start(known.build_id, known.database, known.in_a_row) if usable else None


def _folder(settings: Settings, build_id: str) -> Path:
    return settings.warehouse_dir / "builds" / build_id


def _stored(settings: Settings, folder: Path) -> Build | None:
    state = read_json(folder / _STATE)
    if state is None:
        return None
    pointer = read_pointer(settings)
    return Build(
        state["build_id"],
        date.fromisoformat(state["business_date"]),
        folder,
        state["inputs_sha256"],
        datetime.fromisoformat(state["prepared_at"]),
        state["is_built"],
        pointer is not None and pointer.build_id == state["build_id"],
        state.get("in_a_row", 0),
    )


def _write_state(build: Build) -> None:
    state = {
        "build_id": build.build_id,
        "business_date": build.business_date.isoformat(),
        "inputs_sha256": build.inputs_sha256,
        "prepared_at": build.prepared_at.isoformat(),
        "is_built": build.is_built,
        "in_a_row": build.in_a_row,
    }
    write_json(build.folder / _STATE, state)


def _previous(settings: Settings, business_date: date, inputs: dict[str, Any]) -> Previous | None:
    """What readers saw before: the current version, or for an earlier date the newest version up to that date.

    A version made from the same inputs is not its own predecessor: then its own predecessor is taken again.
    """
    pointer = read_pointer(settings)
    known = {version.build_id: version for version in versions(settings)}
    dated = [version for version in known.values() if version.business_date <= business_date]
    if pointer is not None and pointer.business_date <= business_date:
        chosen = known.get(pointer.build_id)
    else:
        chosen = max(dated, key=lambda version: (version.business_date, version.published_at), default=None)
    if chosen is not None and chosen.inputs_sha256 == inputs_digest(inputs):
        chosen = known.get(chosen.previous_build_id or "")
    return Previous(chosen.build_id, chosen.operator_file) if chosen else None


def _remove_orphans(settings: Settings) -> None:
    """Removes builds that became a version (their lock lies with it) or were left behind a day ago.

    The build that readers see now stays: it tells that there is nothing new.
    """
    published = {version.build_id for version in versions(settings)}
    for path in (settings.warehouse_dir / "builds").glob(f"[0-9]*/{_STATE}"):
        stored = _stored(settings, path.parent)
        if stored is None or stored.is_published:
            continue
        if stored.build_id in published or now() - stored.prepared_at > _ORPHAN_AGE:
            shutil.rmtree(stored.folder)
