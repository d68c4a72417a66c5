"""The lock of a build: everything that decides its content, so that the same lock gives the same tables."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from citylake.contracts import Contracts
from citylake.settings import PROJECT, Settings, get_secret
from citylake.warehouse.increment import key_digest
from citylake.warehouse.ledger import Ledger

_PACKAGES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "pyarrow", "pydantic")
_CODE = {".sql", ".yml", ".yaml", ".csv", ".py"}
_NOT_CODE = {"target", "logs", "dbt_packages", "__pycache__"}


def make_inputs(settings: Settings, contracts: Contracts, ledger: Ledger, business_date: date) -> dict[str, Any]:
    """What a build is made from, apart from the version before it."""
    return {
        "business_date": business_date.isoformat(),
        "code": code_fingerprint(settings),
        "packages": {name: version(name) for name in _PACKAGES},
        "person_key": key_digest(get_secret(settings, "person_key")),
        "contracts": {contract.dataset: contract.version for contract in contracts.active},
        "deliveries": [
            {"delivery_id": d.delivery_id, "sha256": d.file_sha256, "status": d.status, "content": d.content}
            for d in ledger.deliveries
        ],
        "match_decisions": sorted(f"{one.number} {one.decision_id}" for one in ledger.match_decisions.values()),
        "conflict_decisions": sorted(f"{one.number} {one.decision_id}" for one in ledger.conflict_decisions.values()),
        # An issue that opens or closes is new; one that is only seen again is not worth a build.
        "issues": sorted(f"{one['issue_id']} {one.get('closed_at') or ''}" for one in ledger.issues),
    }


def inputs_digest(inputs: dict[str, Any]) -> str:
    """With an equal digest there is nothing new to build."""
    return _digest(inputs)


def make_lock(inputs: dict[str, Any], previous_id: str | None) -> dict[str, Any]:
    """The whole lock: inputs, the version that restatements are measured against, and the id that follows from both."""
    digest = inputs_digest(inputs)
    day = inputs["business_date"].replace("-", "")
    return {
        **inputs,
        "inputs_sha256": digest,
        "previous_build_id": previous_id,
        "build_id": f"{day}-{_digest([digest, previous_id])[:8]}",
        "commit": _commit(),
    }


def code_fingerprint(settings: Settings) -> str:
    """A hash of the files that turn deliveries into tables: the dbt project, the plan, the contracts, this package."""
    folders = [settings.dbt_project, settings.contracts, Path(__file__).parent]
    if not settings.plan.is_relative_to(settings.dbt_project):
        folders.append(settings.plan)
    digest = hashlib.sha256()
    for folder in folders:
        for path in _code_files(folder):
            digest.update(f"{path.relative_to(folder)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _code_files(folder: Path) -> Iterable[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in _CODE and path.is_file())
    return sorted(path for path in found if not _NOT_CODE.intersection(path.relative_to(folder).parts))


def _commit() -> str | None:
    """The commit this code was checked out from, for people; the fingerprint is what counts."""
    git = shutil.which("git")
    if git is None:
        return None
    told = subprocess.run([git, "rev-parse", "HEAD"], cwd=PROJECT, capture_output=True, text=True, check=False)
    return told.stdout.strip() if told.returncode == 0 else None


def _digest(data: object) -> str:
    return hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
