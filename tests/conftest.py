"""What the tests share: a home of their own, and one real object store for the whole run.

The MinIO server's binary is taken from CITYLAKE_MINIO_BIN, PATH or the project's own CITYLAKE_HOME, and built there
when it is nowhere: once, however many tests and runs there are.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from citylake.orchestration import minio_build, minio_server
from citylake.settings import PROJECT, Settings, get_settings
from citylake.warehouse import dbt_runner
from samples.buckets import empty_buckets
from samples.parsed_project import ParsedProject

# CI repeats the same generated cases, so that a red run can be run again; everywhere else each run tries new ones.
# No case has a time to keep: two files of tests share the machine.
hypothesis_settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis_settings.register_profile("anywhere", deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "anywhere")

# Airflow reads these when it is first imported, and would otherwise write to the user's own folder.
_AIRFLOW = tempfile.TemporaryDirectory(prefix="citylake-airflow-")
os.environ |= {
    "AIRFLOW_HOME": _AIRFLOW.name,
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
    "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT / "dags"),
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{_AIRFLOW.name}/airflow.db",
    "AIRFLOW__API_AUTH__JWT_SECRET": "only-for-tests-" * 5,
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty CITYLAKE_HOME; the environment names no store."""
    folder = tmp_path / "home"
    for name in ("S3_ENDPOINT", "S3_ACCESS_KEY", "S3_SECRET_KEY", "CONTRACTS", "PLAN"):
        monkeypatch.delenv(f"CITYLAKE_{name}", raising=False)
    monkeypatch.setenv("CITYLAKE_HOME", str(folder))
    get_settings.cache_clear()
    yield folder
    get_settings.cache_clear()


@pytest.fixture
def settings(home: Path) -> Settings:
    """Settings of an empty home, without a store."""
    return Settings(home=home)


@pytest.fixture(scope="session", autouse=True)
def parsed_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """dbt reads its project once in the whole run, not once in every home."""
    with pytest.MonkeyPatch.context() as patch:
        kept = ParsedProject(tmp_path_factory.mktemp("dbt"))
        patch.setattr(dbt_runner, "run_dbt", kept.around(dbt_runner.run_dbt))
        patch.setattr(dbt_runner, "_open_link", kept.link)
        yield


@pytest.fixture(scope="session")
def minio_binary() -> Path:
    """The MinIO server's binary, found or built once."""
    return minio_build.minio_binary(Settings(home=Path(os.environ.get("CITYLAKE_HOME", PROJECT / ".citylake"))))


@pytest.fixture(scope="session")
def store_server(minio_binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """One MinIO server for the whole run, on a free port, with data of its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CITYLAKE_MINIO_BIN", str(minio_binary))
    patch.delenv("CITYLAKE_S3_ENDPOINT", raising=False)
    with minio_server.running_store(Settings(home=tmp_path_factory.mktemp("store"))) as connected:
        yield connected
    patch.undo()


@pytest.fixture
def store(store_server: Settings, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an empty home, connected to the real store; its buckets are empty."""
    empty_buckets(store_server)
    for name in ("s3_endpoint", "s3_access_key", "s3_secret_key"):
        monkeypatch.setenv(f"CITYLAKE_{name.upper()}", getattr(store_server, name))
    get_settings.cache_clear()
    return Settings(home=home)


@pytest.fixture(scope="module")
def module_store(store_server: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same for what the tests of a module share: emptied once. No other test of that module may ask for `store`."""
    empty_buckets(store_server)
    return store_server.model_copy(update={"home": tmp_path_factory.mktemp("home")})
