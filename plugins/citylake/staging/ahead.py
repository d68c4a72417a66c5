"""Stages of work at the same time, in order: a block is read while the one before is checked and the one before that
is written. polars lets go of the interpreter while it works, so threads use all cores.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Self, TypeVar

import polars as pl

ZSTD_LEVEL = 1
Item = TypeVar("Item")


def one_ahead(items: Iterable[Item]) -> Iterator[Item]:
    """The items in their order, each made by a thread of its own while the one before is used.

    What making an item raises is raised here. A caller that stops early waits for at most one item.
    """
    source = iter(items)
    with ThreadPoolExecutor(1, "read") as pool:
        pending = pool.submit(next, source, None)
        while (item := pending.result()) is not None:
            pending = pool.submit(next, source, None)
            yield item
            del item


class PartWriter:
    """Writes frames as `part-0000.parquet`, … into a folder, one behind the caller; whole when its block is left."""

    def __init__(self, folder: Path) -> None:
        self.parts: list[Path] = []
        self._folder = folder
        self._pool = ThreadPoolExecutor(1, "write")
        self._pending: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._pool:
            self._wait()

    def write(self, rows: pl.DataFrame) -> None:
        """Takes a frame; waits for the one before, so that two at most are in memory."""
        self._wait()
        path = self._folder / f"part-{len(self.parts):04d}.parquet"
        self.parts.append(path)
        self._pending = self._pool.submit(write_parquet, rows, path)

    def _wait(self) -> None:
        if self._pending is not None:
            self._pending.result()


def write_parquet(rows: pl.DataFrame, path: Path) -> None:
    """zstd at its fastest level: higher ones cost CPU and save little."""
    rows.write_parquet(path, compression="zstd", compression_level=ZSTD_LEVEL, statistics=False)
