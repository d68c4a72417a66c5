"""A local mirror of objects that never change under one ETag, so that a night fetches only what is new.

Measured on 469 Parquet parts (95 MB): one pass over all of them took 1.3 s from the store through httpfs and 0.8 s from
the mirror; loading them into tables took 4.7 s every night. dbt then needs neither httpfs nor the store's keys.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath

from citylake.lake import Lake, StoredObject

_FETCHERS = 8


class Mirror:
    """Files of the store under `folder`, named by bucket, key and ETag: a changed object is another file."""

    def __init__(self, lake: Lake, folder: Path) -> None:
        self._lake = lake
        self._folder = folder
        self._kept: set[Path] = set()
        self.fetched = 0

    def path(self, item: StoredObject) -> Path:
        """Where an object lies once it has been fetched. Object keys never become file names."""
        digest = hashlib.sha256(f"{item.bucket}\n{item.key}\n{item.etag}".encode()).hexdigest()[:40]
        return self._folder / digest[:2] / f"{digest}{PurePosixPath(item.key).suffix}"

    def fetch(self, items: Iterable[StoredObject]) -> dict[str, Path]:
        """Fetches the objects that are not there yet; returns key -> local file."""
        paths = {item.key: (item, self.path(item)) for item in items}
        unknown = [(item, path) for item, path in paths.values() if not path.exists()]
        with ThreadPoolExecutor(_FETCHERS) as threads:
            list(threads.map(lambda pair: self._download(*pair), unknown))
        self.fetched += len(unknown)
        self._kept.update(path for _, path in paths.values())
        return {key: path for key, (_, path) in paths.items()}

    def prune(self) -> int:
        """Removes files whose objects were not asked for: what is deleted in the lake does not live on here."""
        gone = [path for path in self._folder.glob("*/*") if path not in self._kept]
        for path in gone:
            path.unlink()
        return len(gone)

    def _download(self, item: StoredObject, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        self._lake.download(item.bucket, item.key, partial)
        os.replace(partial, path)
