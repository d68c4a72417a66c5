"""Audit, copy, upload, point: a build becomes the version that readers see, in one step at the end.

Every step can be repeated. A run that was ended anywhere leaves the old version readable, and the next run finishes
the work: a version counts from its JSON file on, and is read from the pointer on.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import Settings, get_settings, now
from citylake.warehouse.audit import Audit, audit
from citylake.warehouse.build import Build, find_build
from citylake.warehouse.errors import AuditFailed, BuildOvertaken, DatabaseFailed
from citylake.warehouse.files import commit_file, lease, require_room
from citylake.warehouse.roles import personal_columns, personal_findings, write_analyst_file, write_operator_file
from citylake.warehouse.versions import (
    Version,
    file_name,
    find_version,
    point_at,
    read_pointer,
    remove_old_versions,
    upload,
    versions,
    versions_dir,
    write_version,
)


@dataclass(frozen=True)
class PublishSummary:
    """What publishing did. `status`: published | kept_aside (an earlier business date) | nothing_new."""

    build_id: str
    business_date: date
    status: str
    current_build_id: str
    rows: int
    size_bytes: int
    warnings: list[str]
    removed: list[str]

    def __str__(self) -> str:
        now_read = "" if self.build_id == self.current_build_id else f", 读者仍见 {self.current_build_id}"
        return f"{self.build_id} ({self.status}, {self.rows:,} 行, {self.size_bytes / 1e6:.1f} MB{now_read})"


def publish(business_date: date, settings: Settings | None = None) -> PublishSummary:
    """Publishes the newest build of a business date.

    The pointer moves forward in business date only; a re-run of the same date moves it too, an earlier date is kept
    aside as a version. Raises BuildMissing, AuditFailed, BuildOvertaken, DiskTooSmall, DatabaseFailed, StoreError,
    LeaseHeld: in each case the version that readers see stays.
    """
    settings = settings or get_settings()
    with lease(settings.warehouse_dir, f"publish {business_date}"):
        build = find_build(business_date, settings)
        pointer = read_pointer(settings)
        if pointer and pointer.build_id == build.build_id:
            return _summary(find_version(build.build_id, settings), "nothing_new", pointer.build_id, [])
        if pointer and pointer.business_date == business_date and pointer.prepared_at > build.prepared_at:
            raise BuildOvertaken(build.build_id, pointer.build_id)
        lake = Lake(settings)
        version = _stored_version(settings, build) or _make_version(settings, build)
        upload(lake, version, build.lock)
        is_newest = pointer is None or pointer.business_date <= business_date
        if is_newest:
            point_at(settings, lake, version)
        removed = remove_old_versions(settings, lake, build.build_id)
        current = build.build_id if pointer is None or is_newest else pointer.build_id
        return _summary(version, "published" if is_newest else "kept_aside", current, removed)


def _stored_version(settings: Settings, build: Build) -> Version | None:
    """The version of this very build, when an earlier run came that far."""
    same = [
        one for one in versions(settings) if one.build_id == build.build_id and one.prepared_at == build.prepared_at
    ]
    return same[0] if same else None


def _make_version(settings: Settings, build: Build) -> Version:
    """Audits the build and writes both files; the files have their names only when they are whole."""
    previous = {one.build_id: one for one in versions(settings)}.get(build.lock["previous_build_id"] or "")
    folder = versions_dir(settings)
    folder.mkdir(parents=True, exist_ok=True)
    require_room(folder, 3 * build.database.stat().st_size)
    operator = folder / file_name(build.build_id, "operator")
    analyst = folder / file_name(build.build_id, "analyst")
    try:
        passed = audit(build, previous)
        _write_files(settings, build, operator, analyst)
    except duckdb.Error as error:
        raise DatabaseFailed(f"发布 {build.build_id} publishing", str(error)) from error
    version = _describe(build, passed, operator, analyst)
    write_version(settings, version)
    return version


def _write_files(settings: Settings, build: Build, operator: Path, analyst: Path) -> None:
    personal = personal_columns(load_contracts(settings.contracts))
    partials = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path in (operator, analyst)}
    try:
        write_operator_file(build.database, partials[operator], build.models)
        write_analyst_file(partials[operator], partials[analyst], personal)
        if findings := personal_findings(partials[analyst], personal):
            raise AuditFailed(build.build_id, [f"分析库含个人标识 personal identifier: {one}" for one in findings])
        partials[operator].chmod(0o600)
        partials[analyst].chmod(0o644)
        for path, partial in partials.items():
            commit_file(partial, path)
    finally:
        for partial in partials.values():
            partial.unlink(missing_ok=True)
            partial.with_name(f"{partial.name}.wal").unlink(missing_ok=True)


def _describe(build: Build, passed: Audit, operator: Path, analyst: Path) -> Version:
    return Version(
        build_id=build.build_id,
        business_date=build.business_date,
        inputs_sha256=build.inputs_sha256,
        previous_build_id=build.lock["previous_build_id"],
        prepared_at=build.prepared_at,
        published_at=now(),
        rows=passed.rows,
        sha256={path.name: _sha256(path) for path in (operator, analyst)},
        size_bytes=operator.stat().st_size + analyst.stat().st_size,
        warnings=passed.warnings,
        is_current=False,
        folder=operator.parent,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _summary(version: Version, status: str, current: str, removed: list[str]) -> PublishSummary:
    return PublishSummary(
        version.build_id,
        version.business_date,
        status,
        current,
        sum(version.rows.values()),
        version.size_bytes,
        version.warnings,
        removed,
    )
