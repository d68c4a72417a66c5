"""Who may do what in the object store: every role tries every act on a real server."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import S3Error

from citylake.lake import Lake
from citylake.settings import PROJECT, Settings

pytestmark = pytest.mark.store
POLICIES = PROJECT / "infra" / "minio-policies"
PASSWORD = "only-for-this-test"


def client_of(store: Settings, role: str, policy: str, folder: Path) -> Minio:
    """A client of a user who holds one of the policies."""
    endpoint = (store.s3_endpoint or "").removeprefix("http://")
    root = StaticProvider(store.s3_access_key, store.s3_secret_key)
    admin = MinioAdmin(endpoint=endpoint, credentials=root, secure=False)
    path = folder / f"{role}.json"
    path.write_text(policy)
    admin.policy_add(policy_name=role, policy_file=str(path))
    admin.user_add(access_key=role, secret_key=PASSWORD)
    admin.policy_set(policy_name=role, user=role)
    return Minio(endpoint=endpoint, credentials=StaticProvider(role, PASSWORD), secure=False, region="us-east-1")


def is_allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except S3Error as error:
        assert error.code == "AccessDenied"
        return False
    return True


def acts(client: Minio, bucket: str, key: str) -> dict[str, Callable[[], object]]:
    return {
        "put": lambda: client.put_object(bucket_name=bucket, object_name=key, data=io.BytesIO(b"1"), length=1),
        "get": lambda: client.get_object(bucket_name=bucket, object_name=key).close(),
        "list": lambda: list(client.list_objects(bucket_name=bucket, prefix=key.rpartition("/")[0])),
        "delete": lambda: client.remove_object(bucket_name=bucket, object_name=key),
    }


def matrix(client: Minio, places: list[str]) -> dict[str, set[str]]:
    """Place -> what the client may do there."""
    found = {}
    for place in places:
        bucket, _, key = place.partition("/")
        found[place] = {name for name, act in acts(client, bucket, key).items() if is_allowed(act)}
    return found


PLACES = [
    "inbox/tax/a.csv",
    "inbox/ecology/a.csv",
    "landing/tax/a.csv",
    "staging/a.parquet",
    "quarantine/a.json",
    "reports/2025-09-30/tracker.html",
    "warehouse/versions/1/citylake-1.duckdb",
    "warehouse/versions/1/citylake-1.operator.duckdb",
]


@pytest.fixture
def filled(store: Settings) -> Settings:
    for place in PLACES:
        bucket, _, key = place.partition("/")
        Lake(store).put(bucket, key, b"0")
    return store


def test_a_department_puts_into_its_own_inbox_and_nothing_else(filled: Settings, tmp_path: Path) -> None:
    policy = (POLICIES / "department.json").read_text().replace("DEPARTMENT", "tax")
    allowed = matrix(client_of(filled, "department-tax", policy, tmp_path), PLACES)
    assert allowed == {place: {"put"} if place == "inbox/tax/a.csv" else set() for place in PLACES}


def test_an_analyst_reads_reports_and_the_analysts_version(filled: Settings, tmp_path: Path) -> None:
    policy = (POLICIES / "analyst.json").read_text()
    allowed = matrix(client_of(filled, "analyst", policy, tmp_path), PLACES)
    may = {
        "reports/2025-09-30/tracker.html": {"get", "list"},
        "warehouse/versions/1/citylake-1.duckdb": {"get"},
    }
    assert allowed == {place: may.get(place, set()) for place in PLACES}


def test_every_policy_is_json() -> None:
    assert [json.loads(path.read_text())["Version"] for path in POLICIES.glob("*.json")] == ["2012-10-17"] * 2
