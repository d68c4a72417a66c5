"""Each department's own key to the object store: it can put files into the department's inbox and do nothing else.

Users and policies are MinIO's own; another store's are made by its own tools, by the policy in `infra/minio-policies`.
"""

from __future__ import annotations

import json
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

import urllib3
from minio import MinioAdmin
from minio.credentials.providers import StaticProvider
from minio.error import MinioException

from citylake.contracts import load_contracts
from citylake.errors import StoreError, UsageError
from citylake.settings import PROJECT, Settings

POLICY = PROJECT / "infra" / "minio-policies" / "department.json"
_PREFIX = "inbox-"
_SECRET_BYTES = 30


class KeysUnavailable(StoreError):
    """The store does not let us make or list users."""

    def __init__(self, endpoint: str, cause: str) -> None:
        super().__init__(
            f"对象存储 {endpoint} 不允许管理用户: {cause}",
            action="以管理员密钥运行; 不是 MinIO 的, 用其自带工具按 infra/minio-policies/department.json 建立用户",
        )
        self.endpoint = endpoint
        self.cause = cause


@dataclass(frozen=True)
class InboxKey:
    """A department's key; the secret is known at the moment it is made and never again."""

    department_id: str
    access_key: str
    secret_key: str
    endpoint: str
    prefix: str


def grant(settings: Settings, department: str) -> InboxKey:
    """Makes a department's key, or gives it a new secret: the one before stops working at once.

    Raises UsageError for a department without contracts, KeysUnavailable.
    """
    _check(settings, department)
    name, secret = _PREFIX + department, secrets.token_urlsafe(_SECRET_BYTES)
    text = POLICY.read_text(encoding="utf-8").replace("DEPARTMENT", department)
    with tempfile.TemporaryDirectory(prefix="citylake-policy-") as folder, _Admin(settings) as admin:
        path = Path(folder) / "policy.json"
        path.write_text(text, encoding="utf-8")
        admin.policy_add(policy_name=name, policy_file=str(path))
        admin.user_add(access_key=name, secret_key=secret)
        admin.policy_set(policy_name=name, user=name)
    return InboxKey(department, name, secret, str(settings.s3_endpoint), f"inbox/{department}/")


def revoke(settings: Settings, department: str) -> bool:
    """Takes a department's key away; returns whether it had one."""
    _check(settings, department)
    if department not in granted(settings):
        return False
    name = _PREFIX + department
    with _Admin(settings) as admin:
        admin.user_remove(access_key=name)
        admin.policy_remove(policy_name=name)
    return True


def granted(settings: Settings) -> set[str]:
    """The departments that have a key."""
    with _Admin(settings) as admin:
        users = json.loads(admin.user_list())
    return {name.removeprefix(_PREFIX) for name in users if name.startswith(_PREFIX)}


def _check(settings: Settings, department: str) -> None:
    known = load_contracts(settings.contracts).departments
    if department not in known:
        raise UsageError(f"没有部门 {department}", action=f"用其中之一: {'、'.join(known)}")


class _Admin:
    """MinIO's administration client; its errors become ours."""

    def __init__(self, settings: Settings) -> None:
        address = str(settings.s3_endpoint)
        self._endpoint = address.removeprefix("https://").removeprefix("http://")
        self._client = MinioAdmin(
            endpoint=self._endpoint,
            credentials=StaticProvider(str(settings.s3_access_key), str(settings.s3_secret_key)),
            secure=address.startswith("https://"),
        )

    def __enter__(self) -> MinioAdmin:
        return self._client

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, MinioException | urllib3.exceptions.HTTPError | OSError):
            raise KeysUnavailable(self._endpoint, str(error)) from error
