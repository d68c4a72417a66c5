"""A copy of the packaged contracts that a test may spoil."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from citylake.contracts import load_contracts
from citylake.settings import PACKAGE, get_settings


@pytest.fixture
def contracts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The copy's folder; the shell reads it too."""
    folder = tmp_path / "contracts"
    shutil.copytree(PACKAGE / "contracts", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    monkeypatch.setenv("CITYLAKE_CONTRACTS", str(folder))
    monkeypatch.setenv("CITYLAKE_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    load_contracts.cache_clear()
    yield folder
    get_settings.cache_clear()
    load_contracts.cache_clear()
