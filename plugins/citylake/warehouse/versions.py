"""Published versions: the pointer that readers follow, the list, rollback, and which ones are kept.

    versions/citylake-<build_id>.duckdb            for analysts, without personal identifiers
    versions/citylake-<build_id>.operator.duckdb   everything, readable by the owner alone
    versions/citylake-<build_id>.json              what it is; written last, so a version without it does not exist
    current.json                                   the pointer

Files are never changed once they have their name: a reader that holds an old version reads on to the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, get_args

from citylake.lake import Lake
from citylake.settings import Settings, get_settings
from citylake.warehouse.errors import NothingYetPublished, VersionUnknown
from citylake.warehouse.files import encode_json, lease, read_json, write_json

Role = Literal["analyst", "operator"]
_POINTER = "current.json"
_BUCKET = "warehouse"


@dataclass(frozen=True)
class Pointer:
    """What `current.json` says."""

    build_id: str
    business_date: date
    inputs_sha256: str
    prepared_at: datetime
    published_at: datetime
    analyst_file: str
    operator_file: str


@dataclass(frozen=True)
class Version:
    """One published version. `rows`: rows per published table; `sha256`: per file name."""

    build_id: str
    business_date: date
    inputs_sha256: str
    previous_build_id: str | None
    prepared_at: datetime
    published_at: datetime
    rows: dict[str, int]
    sha256: dict[str, str]
    size_bytes: int
    warnings: list[str]
    is_current: bool
    folder: Path

    @property
    def operator_file(self) -> Path:
        return self.folder / file_name(self.build_id, "operator")

    @property
    def files(self) -> tuple[Path, Path]:
        return self.analyst_file, self.operator_file

    @property
    def analyst_file(self) -> Path:
        return self.folder / file_name(self.build_id, "analyst")


def file_name(build_id: str, role: Role) -> str:
    return f"citylake-{build_id}.duckdb" if role == "analyst" else f"citylake-{build_id}.operator.duckdb"


def versions_dir(settings: Settings) -> Path:
    return settings.warehouse_dir / "versions"


def versions(settings: Settings | None = None) -> list[Version]:
    """Every kept version, by business date and moment of publishing."""
    settings = settings or get_settings()
    pointer = read_pointer(settings)
    current = pointer.build_id if pointer else None
    folder = versions_dir(settings)
    found = [data for path in folder.glob("citylake-*.json") if (data := read_json(path)) is not None]
    return sorted((_version(data, folder, current) for data in found), key=_age)


def find_version(build_id: str, settings: Settings | None = None) -> Version:
    """A kept version by its build id, or by the name of its file. Raises VersionUnknown."""
    known = {version.build_id: version for version in versions(settings)}
    name = Path(build_id).name.removeprefix("citylake-").removesuffix(".duckdb").removesuffix(".operator")
    if name not in known:
        raise VersionUnknown(build_id, list(known))
    return known[name]


def read_pointer(settings: Settings) -> Pointer | None:
    """The published version, or None before the first one."""
    data = read_json(settings.warehouse_dir / _POINTER)
    if data is None:
        return None
    return Pointer(
        data["build_id"],
        date.fromisoformat(data["business_date"]),
        data["inputs_sha256"],
        datetime.fromisoformat(data["prepared_at"]),
        datetime.fromisoformat(data["published_at"]),
        data["analyst_file"],
        data["operator_file"],
    )


def current_version(settings: Settings | None = None) -> Version:
    """The version that readers see. Raises NothingYetPublished."""
    settings = settings or get_settings()
    pointer = read_pointer(settings)
    data = read_json(_metadata(settings, pointer.build_id)) if pointer else None
    if pointer is None or data is None:
        raise NothingYetPublished(settings.warehouse_dir)
    return _version(data, versions_dir(settings), pointer.build_id)


def current_file(role: Role = "analyst", settings: Settings | None = None) -> Path:
    """The database file that a role reads now. Open this name, never a fixed one: DuckDB caches by path."""
    version = current_version(settings)
    return version.analyst_file if role == "analyst" else version.operator_file


def rollback(build_id: str, settings: Settings | None = None) -> Version:
    """Points readers at an earlier (or later) kept version. Raises VersionUnknown, LeaseHeld."""
    settings = settings or get_settings()
    with lease(settings.warehouse_dir, f"rollback {build_id}"):
        version = find_version(build_id, settings)
        point_at(settings, Lake(settings), version)
        return current_version(settings)


def point_at(settings: Settings, lake: Lake, version: Version) -> None:
    """Moves the pointer, in the store first: the local one is the commit mark; a run after a crash does both again."""
    pointer = Pointer(
        version.build_id,
        version.business_date,
        version.inputs_sha256,
        version.prepared_at,
        version.published_at,
        version.analyst_file.name,
        version.operator_file.name,
    )
    data = asdict(pointer)
    lake.put(_BUCKET, _POINTER, encode_json(data))
    write_json(settings.warehouse_dir / _POINTER, data)


def write_version(settings: Settings, version: Version) -> None:
    """The commit mark of a version: from here on it can be listed and pointed at."""
    data = {name: value for name, value in asdict(version).items() if name not in ("is_current", "folder")}
    write_json(_metadata(settings, version.build_id), data)


def upload(lake: Lake, version: Version, lock: dict[str, Any]) -> None:
    """Copies a version's two files and its lock to the store; objects that are there already are left alone."""
    stored = {item.key: item.size for item in lake.list(_BUCKET, f"versions/{version.build_id}/")}
    for path in version.files:
        key = f"versions/{version.build_id}/{path.name}"
        if stored.get(key) != path.stat().st_size:
            lake.put_file(_BUCKET, key, path, {"sha256": version.sha256[path.name]})
    lake.put(_BUCKET, f"versions/{version.build_id}/lock.json", encode_json(lock))


def remove_old_versions(settings: Settings, lake: Lake, just_published: str) -> list[str]:
    """Keeps the newest `keep_versions`, always the current one and the one just published; returns what was removed."""
    known = versions(settings)
    kept = {version.build_id for version in known[-settings.keep_versions :]} | {just_published}
    old = [version for version in known if version.build_id not in kept and not version.is_current]
    for version in old:
        _metadata(settings, version.build_id).unlink()
        for path in version.files:
            path.unlink(missing_ok=True)
        for item in lake.list(_BUCKET, f"versions/{version.build_id}/"):
            lake.remove(_BUCKET, item.key)
    _remove_stray_files(settings, (version.build_id for version in versions(settings)))
    return [version.build_id for version in old]


def _remove_stray_files(settings: Settings, known: Iterable[str]) -> None:
    """Database files without a commit mark: what a run left that was ended in the middle."""
    named = {file_name(build_id, role) for build_id in known for role in get_args(Role)}
    for path in versions_dir(settings).iterdir():
        if path.suffix != ".json" and path.name not in named:
            path.unlink()


def _metadata(settings: Settings, build_id: str) -> Path:
    return versions_dir(settings) / f"citylake-{build_id}.json"


def _age(version: Version) -> tuple[date, datetime]:
    return version.business_date, version.published_at


def _version(data: dict[str, Any], folder: Path, current: str | None) -> Version:
    return Version(
        data["build_id"],
        date.fromisoformat(data["business_date"]),
        data["inputs_sha256"],
        data["previous_build_id"],
        datetime.fromisoformat(data["prepared_at"]),
        datetime.fromisoformat(data["published_at"]),
        data["rows"],
        data["sha256"],
        data["size_bytes"],
        data["warnings"],
        data["build_id"] == current,
        folder,
    )
