"""Delivery kinds from the department's hand to the manifest, on a real store."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from minio import Minio

from citylake import landing
from citylake.contracts import load_contracts
from citylake.lake import Lake
from citylake.settings import PACKAGE, Settings

pytestmark = pytest.mark.store
NAME = "税务登记信息_202509.csv"
DATASET = "tax__taxpayers"
Facts = dict[str, Any]


def manifests(settings: Settings) -> list[Facts]:
    lake = Lake(settings)
    found = [json.loads(lake.get("landing", o.key)) for o in lake.list("landing") if o.key.endswith("manifest.json")]
    return sorted(found, key=lambda one: (one["revision_no"], one["received_at"]))


def send(settings: Settings, name: str, data: bytes, department: str = "tax", **metadata: str) -> Facts:
    """Puts one file as a department would, lands it, and gives its manifest."""
    known = {one["delivery_id"] for one in manifests(settings)}
    given = {key.replace("_", "-"): value for key, value in metadata.items()}
    Lake(settings).put("inbox", f"{department}/{name}", data, given)
    landing.land(settings)
    (fresh,) = (one for one in manifests(settings) if one["delivery_id"] not in known)
    return fresh


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("税务登记信息_202509_更正.csv", "correction"),
        ("税务登记信息_202509_补报.csv", "supplement"),
        ("税务登记信息_202509_撤回.txt", "withdrawal"),
        ("税务登记信息_202509_撤回", "withdrawal"),
    ],
)
def test_a_kind_is_read_from_the_mark_at_the_end_of_the_name(store: Settings, name: str, kind: str) -> None:
    whole = send(store, NAME, b"a")
    found = send(store, name, "填错账期".encode())
    assert (found["status"], found["delivery_kind"], found["dataset_id"]) == ("landed", kind, DATASET)
    assert found["business_period"] == "2025-09"
    assert found["file_name"] == name
    assert found["withdraws"] == (whole["delivery_id"] if kind == "withdrawal" else None)
    assert found["corrects"] == (None if kind == "withdrawal" else whole["delivery_id"])
    assert (found["due_at"], found["is_late"]) == (None, False)
    assert Lake(store).get("landing", found["landing_key"]).decode() == "填错账期"


def test_what_is_declared_goes_before_the_name(store: Settings) -> None:
    send(store, NAME, b"a")
    found = send(store, "随便.csv", b"b", dataset=DATASET, period="202509", kind="supplement")
    assert (found["delivery_kind"], found["business_period"]) == ("supplement", "2025-09")
    found = send(store, "税务登记信息_202508_更正.csv", b"c", period="2025-09", kind="supplement")
    assert (found["delivery_kind"], found["business_period"]) == ("supplement", "2025-09")


def test_an_empty_withdrawal_takes_back_and_the_same_bytes_can_be_sent_again(store: Settings) -> None:
    first = send(store, NAME, b"a")
    second = send(store, NAME, b"b")
    assert send(store, "税务登记信息_202509_撤回.csv", b"")["withdraws"] == second["delivery_id"]
    assert send(store, NAME, b"a")["status"] == "duplicate"
    assert send(store, NAME, b"b")["revision_no"] == 4
    assert first["revision_no"] == 1


def test_a_withdrawal_passes_over_a_file_that_could_not_be_taken(store: Settings) -> None:
    first = send(store, NAME, b"a")
    second = send(store, NAME, b"cut o")
    outcome = json.dumps({"status": "refused"}).encode()
    Lake(store).put("staging", f"{DATASET}/{second['delivery_id']}/outcome.json", outcome)
    assert send(store, "税务登记信息_202509_撤回.txt", b"x")["withdraws"] == first["delivery_id"]


def test_a_withdrawal_that_finds_nothing_is_refused_whole(store: Settings) -> None:
    found = send(store, "税务登记信息_202509_撤回.txt", b"why")
    assert (found["status"], found["reason_code"]) == ("refused", "withdrawal.nothing_stands")
    assert "下一步" in found["message"]
    assert Lake(store).get("quarantine", found["quarantine_key"]) == b"why"
    assert not list(Lake(store).list("inbox"))


def test_a_returned_correction_list_answers_its_delivery(store: Settings) -> None:
    whole = send(store, NAME, b"a")
    name = f"校核单_{whole['delivery_id']} (1).xlsx"
    found = send(store, name, b"rows")
    assert (found["delivery_kind"], found["answers"]) == ("correction", whole["delivery_id"])
    assert (found["dataset_id"], found["business_period"]) == (DATASET, "2025-09")
    assert send(store, name, b"rows")["status"] == "duplicate"


def test_a_returned_correction_list_stays_one_when_its_dataset_is_declared(store: Settings) -> None:
    whole = send(store, NAME, b"a")
    found = send(store, f"校核单_{whole['delivery_id']}.xlsx", b"rows", dataset=DATASET, kind="correction")
    assert (found["delivery_kind"], found["answers"]) == ("correction", whole["delivery_id"])


def test_a_correction_list_of_another_department_is_refused(store: Settings) -> None:
    whole = send(store, NAME, b"a")
    found = send(store, f"校核单_{whole['delivery_id']}.xlsx", b"rows", department="ecology")
    assert (found["status"], found["reason_code"]) == ("refused", "receipt.unknown_delivery")


@pytest.mark.parametrize(
    ("metadata", "code"),
    [
        ({"dataset": DATASET, "period": "2025-09"}, "file.unknown_dataset"),
        ({"kind": "increments"}, "delivery.kind_unknown"),
        ({"dataset": "ecology__published_figures", "period": "2025-13"}, "file.unknown_dataset"),
        ({"dataset": '{{ var("x") }}', "period": "2025-09"}, "file.unknown_dataset"),
    ],
)
def test_a_department_declares_its_own_datasets_and_known_words_only(
    store: Settings, metadata: dict[str, str], code: str
) -> None:
    found = send(store, "a.csv", b"a", department="ecology", **metadata)
    assert (found["status"], found["reason_code"]) == ("refused", code)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("2025-09-30T16:30:00+00:00", "2025-10-01T00:30:00+08:00"),
        ("2025-10-01T00:30:00", "2025-10-01T00:30:00+08:00"),
        ("2025-12-31T16:00:00Z", "2026-01-01T00:00:00+08:00"),
    ],
)
def test_a_moment_is_shanghais_whatever_the_zone_of_this_machine(
    store: Settings, monkeypatch: pytest.MonkeyPatch, declared: str, expected: str
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    found = send(store, NAME, b"a", received_at=declared)
    assert found["received_at"] == expected
    assert found["delivery_id"].startswith(expected[:19].replace("-", "").replace(":", ""))


@pytest.mark.parametrize("declared", ["yesterday", "0001-01-01T00:00:00+14:00", ""])
def test_what_is_no_moment_leaves_the_stores_clock(store: Settings, declared: str) -> None:
    assert send(store, NAME, b"a", received_at=declared or "-")["received_at"] > "2026"


def test_a_file_overwritten_before_it_landed_is_two_deliveries(store: Settings) -> None:
    lake = Lake(store)
    for data in (b"first", b"second"):
        lake.put("inbox", f"tax/{NAME}", data)
    landing.land(store)
    found = manifests(store)
    assert [lake.get("landing", one["landing_key"]) for one in found] == [b"first", b"second"]
    assert [one["revision_no"] for one in found] == [1, 2]
    assert len({one["version_id"] for one in found}) == 2
    assert not lake.versions("inbox")


def test_a_file_put_while_the_one_before_it_lands_is_never_removed(
    store: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(store)
    lake.put("inbox", f"tax/{NAME}", b"first")
    remove = Lake.remove

    def put_then_remove(self: Lake, bucket: str, key: str, version_id: str | None = None) -> None:
        lake.put(bucket, key, b"second")
        remove(self, bucket, key, version_id)

    monkeypatch.setattr(Lake, "remove", put_then_remove)
    landing.land(store)
    monkeypatch.undo()
    assert lake.get("inbox", f"tax/{NAME}") == b"second"
    landing.land(store)
    assert [lake.get("landing", one["landing_key"]) for one in manifests(store)] == [b"first", b"second"]


def test_a_plain_delete_hides_earlier_versions_and_what_comes_later_counts(store: Settings) -> None:
    lake = Lake(store)
    lake.put("inbox", f"tax/{NAME}", b"deleted by the operator")
    lake.remove("inbox", f"tax/{NAME}")
    assert landing.land(store).deliveries == 0
    lake.put("inbox", f"tax/{NAME}", b"later")
    landing.land(store)
    (found,) = manifests(store)
    assert lake.get("landing", found["landing_key"]) == b"later"


@pytest.mark.parametrize("name", ["a\nb.csv", "名册😀.csv", "登记[1]*?.csv", "x" * 200 + ".csv", "报" * 82 + "a.csv"])
def test_odd_names_end_in_quarantine_under_a_name_of_our_own(store: Settings, name: str) -> None:
    found = send(store, name, b"bytes")
    assert (found["status"], found["file_name"]) == ("refused", name)
    assert found["quarantine_key"] == f"_unknown/{found['delivery_id']}/file"
    assert not Lake(store).versions("inbox")


def test_a_folder_that_belongs_to_no_department_is_taken_with_the_unknown(store: Settings) -> None:
    Lake(store).put("inbox", f"taxx/{NAME}", b"a")
    assert landing.land(store, department="tax").deliveries == 0
    assert landing.land(store, department=landing.UNKNOWN).refused == 1
    (found,) = manifests(store)
    assert (found["department_id"], found["inbox_key"]) == (landing.UNKNOWN, f"taxx/{NAME}")
    assert "taxx" in found["message"]
    assert next(Lake(store).list("landing")).key.startswith("_unknown/_unknown/")


@pytest.fixture
def two_sheets(store: Settings, tmp_path: Path) -> Iterator[Settings]:
    """Contracts in which one workbook of the tax office holds two datasets."""
    folder = tmp_path / "contracts"
    shutil.copytree(PACKAGE / "contracts", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / "datasets" / f"{DATASET}.yml").read_text(encoding="utf-8")
    text = text.replace("税务登记信息_{period}.csv", "税务月报_{period}.xlsx")
    for name, sheet in (("taxpayers", "登记"), ("revoked", "注销")):
        own = text.replace(DATASET, f"tax__{name}").replace(
            "{type: csv, encodings: [gb18030]}", f"{{type: xlsx, sheet: {sheet}}}"
        )
        (folder / "datasets" / f"tax__{name}.yml").write_text(own, encoding="utf-8")
    yield store.model_copy(update={"contracts": folder})
    load_contracts.cache_clear()


def test_one_workbook_lands_once_for_each_of_its_datasets(two_sheets: Settings) -> None:
    lake = Lake(two_sheets)
    lake.put("inbox", "tax/税务月报_202509.xlsx", b"book")
    landing.land(two_sheets, dataset_id="tax__revoked")
    assert len(lake.versions("inbox")) == 1, "it waits for its other dataset"
    landing.land(two_sheets)
    assert sorted(one["dataset_id"] for one in manifests(two_sheets)) == ["tax__revoked", "tax__taxpayers"]
    assert {one["status"] for one in manifests(two_sheets)} == {"landed"}
    assert not lake.versions("inbox")
    lake.put("inbox", "tax/税务月报_202509_更正.xlsx", b"rows")
    landing.land(two_sheets)
    kinds = [(one["dataset_id"], one["delivery_kind"]) for one in manifests(two_sheets) if one["revision_no"] == 2]
    assert sorted(kinds) == [("tax__revoked", "correction"), ("tax__taxpayers", "correction")]


def test_deliver_finds_the_department_of_a_returned_list_and_of_a_withdrawal(store: Settings, tmp_path: Path) -> None:
    whole = send(store, NAME, b"a")
    answer = tmp_path / f"校核单_{whole['delivery_id']}.xlsx"
    reason = tmp_path / "原因.txt"
    for path in (answer, reason):
        path.write_bytes(b"x")
    landing.deliver(store, [answer])
    landing.deliver(store, [reason], withdraws=whole["delivery_id"])
    landing.land(store)
    found = {one["delivery_kind"]: one for one in manifests(store)}
    assert found["correction"]["answers"] == whole["delivery_id"]
    assert found["withdrawal"]["withdraws"] == whole["delivery_id"]
    assert {one["department_id"] for one in manifests(store)} == {"tax"}


def test_deliver_reads_a_name_in_windows_bytes(store: Settings, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + NAME.encode("gb18030")))
    path.write_bytes(b"rows")
    landing.deliver(store, [path])
    landing.land(store)
    (found,) = manifests(store)
    assert (found["file_name"], found["dataset_id"]) == (NAME, DATASET)


def test_versions_are_kept_from_the_first_put_on(store: Settings) -> None:
    client: Minio = Lake(store)._client
    statuses = {bucket: client.get_bucket_versioning(bucket_name=bucket).status for bucket in ("inbox", "landing")}
    assert statuses == {"inbox": "Enabled", "landing": "Enabled"}
    for data in (b"1", b"2"):
        client.put_object(bucket_name="landing", object_name="a", data=io.BytesIO(data), length=1)
    assert len(Lake(store).versions("landing", "a")) == 2
