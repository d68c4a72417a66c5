"""Who may do what in the object store: every role tries every act on a real server."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from minio import Minio, MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import S3Error

from citylake.errors import KeyUnusable, StoreRefused, UsageError
from citylake.lake import Lake
from citylake.orchestration import inbox_keys
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
    return client_with(store, role, PASSWORD)


def client_with(store: Settings, access_key: str, secret_key: str) -> Minio:
    endpoint = (store.s3_endpoint or "").removeprefix("http://")
    return Minio(
        endpoint=endpoint, credentials=StaticProvider(access_key, secret_key), secure=False, region="us-east-1"
    )


def is_allowed(act: Callable[[], object]) -> bool:
    try:
        act()
    except S3Error as error:
        # A HEAD has no body, so its refusal has no words of its own.
        assert error.code in ("AccessDenied", "403 Forbidden")
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
    "reports/2025-09-30/receipts/tax/1.xlsx",
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


def test_a_granted_key_puts_into_the_own_inbox_and_nothing_else(filled: Settings) -> None:
    key = inbox_keys.grant(filled, "tax")
    client = client_with(filled, key.access_key, key.secret_key)
    assert matrix(client, PLACES) == {place: {"put"} if place == "inbox/tax/a.csv" else set() for place in PLACES}
    (version, *_) = Lake(filled).versions("inbox", "tax/a.csv")
    that = {"bucket_name": "inbox", "object_name": version.key, "version_id": version.version_id}
    for act in (client.get_object, client.remove_object, client.stat_object):
        assert not is_allowed(partial(act, **that))
    assert not is_allowed(lambda: list(client.list_objects(bucket_name="inbox", prefix="tax/", include_version=True)))
    assert Lake(filled).get("inbox", "tax/a.csv") == b"1", "what the department put is what lands"


def test_a_new_grant_ends_the_secret_before_it_and_a_revoked_key_is_refused(filled: Settings) -> None:
    old, new = inbox_keys.grant(filled, "tax"), inbox_keys.grant(filled, "tax")
    assert old.access_key == new.access_key and old.secret_key != new.secret_key
    acts_of = [acts(client_with(filled, k.access_key, k.secret_key), "inbox", "tax/b.csv") for k in (old, new)]
    with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
        acts_of[0]["put"]()
    acts_of[1]["put"]()
    assert "tax" in inbox_keys.granted(filled)
    assert inbox_keys.revoke(filled, "tax")
    assert "tax" not in inbox_keys.granted(filled)
    assert not inbox_keys.revoke(filled, "tax")
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        acts_of[1]["put"]()


def test_a_refusal_is_told_from_an_outage_and_says_what_to_do(filled: Settings) -> None:
    key = inbox_keys.grant(filled, "tax")
    narrow = Lake(filled.model_copy(update={"s3_access_key": key.access_key, "s3_secret_key": key.secret_key}))
    for act in (
        lambda: list(narrow.list("landing")),
        lambda: narrow.put_once("landing", "a", b"1"),
        lambda: narrow.versions("inbox"),
    ):
        with pytest.raises(StoreRefused, match="拒绝") as denied:
            act()
        assert denied.value.code == "AccessDenied" and "minio-policies" in denied.value.action
    wrong = Lake(filled.model_copy(update={"s3_secret_key": "wrong-secret"}))
    with pytest.raises(StoreRefused) as error:
        wrong.get("reports", "a")
    assert error.value.code == "SignatureDoesNotMatch" and "secrets.json" in error.value.action


def test_a_name_that_the_store_cannot_hold_is_an_error_of_ours(filled: Settings) -> None:
    for name in ("tax/x/../a.csv", "tax/" + "报" * 200 + ".csv"):
        with pytest.raises(KeyUnusable) as error:
            Lake(filled).put("inbox", name, b"1")
        assert error.value.key == name and "下一步" in str(error.value)


def test_only_a_department_with_contracts_gets_a_key(filled: Settings) -> None:
    with pytest.raises(UsageError, match="taxx"):
        inbox_keys.grant(filled, "taxx")


def test_an_analyst_reads_reports_and_the_analysts_version(filled: Settings, tmp_path: Path) -> None:
    policy = (POLICIES / "analyst.json").read_text()
    allowed = matrix(client_of(filled, "analyst", policy, tmp_path), PLACES)
    may = {
        "reports/2025-09-30/tracker.html": {"get", "list"},
        "reports/2025-09-30/receipts/tax/1.xlsx": {"list"},  # its number, not what it says
        "warehouse/versions/1/citylake-1.duckdb": {"get"},
    }
    assert allowed == {place: may.get(place, set()) for place in PLACES}


def test_every_policy_is_json() -> None:
    assert [json.loads(path.read_text())["Version"] for path in POLICIES.glob("*.json")] == ["2012-10-17"] * 2
