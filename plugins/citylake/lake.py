"""The only code that talks to the object store.

Plain S3 through the `minio` client, with time-outs of our own (the client's default waits half an hour), hashes checked
on the way in and on the way out, and put-once writes.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import urllib3
from minio import Minio
from minio.credentials.providers import StaticProvider
from minio.error import MinioException, S3Error
from minio.versioningconfig import ENABLED, VersioningConfig

from citylake.errors import (
    KeyUnusable,
    ObjectDamaged,
    ObjectExists,
    ObjectMissing,
    SettingsError,
    StoreRefused,
    StoreUnavailable,
)
from citylake.settings import Settings

# What landing and staging write last of a delivery, and so what says that its stage has happened.
MANIFEST, OUTCOME = "manifest.json", "outcome.json"
BUCKETS = ("inbox", "landing", "staging", "quarantine", "warehouse", "reports")
# What departments sent is never lost by a second put under the same name.
VERSIONED = ("inbox", "landing")
_REGION = "us-east-1"  # naming it spares a request for the bucket's location, which narrow policies refuse
_SHA256 = "sha256"
_PART_BYTES = 64 * 1024 * 1024
_REFUSALS = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class StoredObject:
    """One object of a listing; `version_id` where versions were asked for."""

    bucket: str
    key: str
    size: int
    etag: str
    last_modified: datetime
    version_id: str | None = None


class Lake:
    """The object store of one CityLake. All keys are plain names with `/` between folders."""

    def __init__(self, settings: Settings) -> None:
        if not (settings.s3_endpoint and settings.s3_access_key and settings.s3_secret_key):
            raise SettingsError(
                "对象存储的地址或密钥没有给出",
                action="设置 CITYLAKE_S3_ENDPOINT、CITYLAKE_S3_ACCESS_KEY、CITYLAKE_S3_SECRET_KEY,"
                " 或用 make up 启动内置 MinIO",
            )
        is_secure = settings.s3_endpoint.startswith("https://")
        self.endpoint = settings.s3_endpoint.removeprefix("https://").removeprefix("http://")
        self._http = urllib3.PoolManager(
            maxsize=8,
            timeout=urllib3.Timeout(connect=settings.s3_connect_seconds, read=settings.s3_read_seconds),
            retries=urllib3.Retry(
                total=settings.s3_tries,
                backoff_factor=0.2,
                status_forcelist=[429, 500, 502, 503, 504],
                raise_on_status=False,
            ),
        )
        self._client = Minio(
            endpoint=self.endpoint,
            credentials=StaticProvider(settings.s3_access_key, settings.s3_secret_key),
            secure=is_secure,
            region=_REGION,
            http_client=self._http,
        )

    @contextmanager
    def _answering(self, bucket: str, key: str = "") -> Iterator[None]:
        """Turns the client's errors into ours."""
        try:
            yield
        except S3Error as error:
            if error.code in ("NoSuchKey", "NoSuchBucket", "NoSuchObject"):
                raise ObjectMissing(bucket, key) from error
            if error.code == "PreconditionFailed":
                raise ObjectExists(bucket, key) from error
            if error.code in ("XMinioInvalidObjectName", "KeyTooLongError"):
                raise KeyUnusable(bucket, key, str(error.message)) from error
            if error.code in _REFUSALS:
                raise StoreRefused(self.endpoint, error.code, str(error.message)) from error
            raise StoreUnavailable(self.endpoint, f"{error.code}: {error.message}") from error
        except ValueError as error:  # the client itself refuses a name before it asks the server
            raise KeyUnusable(bucket, key, str(error)) from error
        except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailable(self.endpoint, str(error)) from error

    def create_buckets(self) -> None:
        """Creates the buckets that are not there yet; inbox and landing keep every version of an object."""
        for bucket in BUCKETS:
            with self._answering(bucket):
                if not self._client.bucket_exists(bucket_name=bucket):
                    self._client.make_bucket(bucket_name=bucket)
                if bucket in VERSIONED and self._client.get_bucket_versioning(bucket_name=bucket).status != ENABLED:
                    self._client.set_bucket_versioning(bucket_name=bucket, config=VersioningConfig(ENABLED))

    def list(self, bucket: str, prefix: str = "") -> Iterator[StoredObject]:
        """Every object under a prefix, by key."""
        with self._answering(bucket, prefix):
            for item in self._client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True):
                yield StoredObject(bucket, item.object_name, item.size or 0, item.etag or "", item.last_modified)

    def versions(self, bucket: str, prefix: str = "") -> Sequence[StoredObject]:
        """Every version under a prefix that has not been deleted, each key's oldest first.

        A plain delete hides all the versions that it found; what was put afterwards counts again.
        """
        with self._answering(bucket, prefix):
            found = [
                *self._client.list_objects(bucket_name=bucket, prefix=prefix, recursive=True, include_version=True)
            ]
        deleted: dict[str, datetime] = {}
        for item in found:
            if item.is_delete_marker:
                deleted[item.object_name] = max(item.last_modified, deleted.get(item.object_name, item.last_modified))
        standing = [
            StoredObject(bucket, item.object_name, item.size or 0, item.etag or "", item.last_modified, item.version_id)
            for item in found
            if not item.is_delete_marker
            and (item.is_latest == "true" or item.last_modified > deleted.get(item.object_name, _LONG_AGO))
        ]
        return sorted(standing, key=lambda item: (item.key, item.last_modified))

    def exists(self, bucket: str, key: str) -> bool:
        try:
            with self._answering(bucket, key):
                self._client.stat_object(bucket_name=bucket, object_name=key)
        except ObjectMissing:
            return False
        return True

    def metadata(self, bucket: str, key: str, version_id: str | None = None) -> dict[str, str]:
        """The user metadata of an object, names in lower case without `x-amz-meta-`."""
        with self._answering(bucket, key):
            stat = self._client.stat_object(bucket_name=bucket, object_name=key, version_id=version_id)
            found = stat.metadata or {}
        start = "x-amz-meta-"
        return {name.lower()[len(start) :]: value for name, value in found.items() if name.lower().startswith(start)}

    def get(self, bucket: str, key: str) -> bytes:
        """The bytes of a small object."""
        with self._answering(bucket, key):
            response = self._client.get_object(bucket_name=bucket, object_name=key)
            try:
                return response.read()
            finally:
                response.close()
                response.release_conn()

    def download(
        self, bucket: str, key: str, path: Path, sha256: str | None = None, version_id: str | None = None
    ) -> None:
        """Copies an object to a file; with a hash given, raises ObjectDamaged when the bytes differ."""
        digest = hashlib.sha256()
        with self._answering(bucket, key):
            response = self._client.get_object(bucket_name=bucket, object_name=key, version_id=version_id)
            try:
                with path.open("wb") as file:
                    for chunk in response.stream(1024 * 1024):
                        digest.update(chunk)
                        file.write(chunk)
            finally:
                response.close()
                response.release_conn()
        if sha256 is not None and digest.hexdigest() != sha256:
            raise ObjectDamaged(bucket, key, sha256, digest.hexdigest())

    def put(self, bucket: str, key: str, data: bytes, metadata: dict[str, str] | None = None) -> None:
        """Writes a small object, over an earlier one if there is one."""
        with self._answering(bucket, key):
            self._client.put_object(
                bucket_name=bucket,
                object_name=key,
                data=io.BytesIO(data),
                length=len(data),
                metadata=dict(metadata or {}),
            )

    def put_file(self, bucket: str, key: str, path: Path, metadata: dict[str, str] | None = None) -> None:
        """Writes a file as an object; the object appears whole or not at all."""
        with self._answering(bucket, key), path.open("rb") as file:
            self._put_stream(bucket, key, file, path.stat().st_size, metadata)

    def put_once(self, bucket: str, key: str, data: bytes | Path) -> None:
        """Writes an object that must not be there yet; raises ObjectExists when it is.

        The client has no argument for the condition, so the request goes by a presigned address with the header.
        """
        with self._answering(bucket, key):
            address = self._client.get_presigned_url("PUT", bucket_name=bucket, object_name=key)
            if isinstance(data, bytes):
                self._put_presigned(bucket, key, address, data, len(data))
            else:
                with data.open("rb") as file:
                    self._put_presigned(bucket, key, address, file, data.stat().st_size)

    def _put_presigned(self, bucket: str, key: str, address: str, body: bytes | BinaryIO, size: int) -> None:
        response = self._http.request(
            "PUT", address, body=body, headers={"If-None-Match": "*", "Content-Length": str(size)}, redirect=False
        )
        if response.status == 412:
            raise ObjectExists(bucket, key)
        if response.status == 403:
            raise StoreRefused(self.endpoint, "AccessDenied", f"PUT {bucket}/{key}")
        if response.status != 200:
            raise StoreUnavailable(self.endpoint, f"HTTP {response.status} on PUT {bucket}/{key}")

    def remove(self, bucket: str, key: str, version_id: str | None = None) -> None:
        """Removes an object; with a version given exactly that one, and for good."""
        with self._answering(bucket, key):
            self._client.remove_object(bucket_name=bucket, object_name=key, version_id=version_id)

    def _put_stream(self, bucket: str, key: str, file: BinaryIO, size: int, metadata: dict[str, str] | None) -> None:
        self._client.put_object(
            bucket_name=bucket,
            object_name=key,
            data=file,
            length=size,
            metadata=dict(metadata or {}),
            part_size=_PART_BYTES if size > _PART_BYTES else 0,
        )
