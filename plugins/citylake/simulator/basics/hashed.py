"""Draws that need no memory: what is drawn for a row depends on its index, the name of the draw and the seed alone.

A world of millions of rows keeps small numbers; what a row says besides them (a telephone number, which of several
words) is drawn again, and the same, in every block that writes it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

_ODD = 0x9E3779B97F4A7C15
_FULL = (1 << 64) - 1


@dataclass(frozen=True)
class Hashed:
    """Draws by index under one seed (finaliser of SplitMix64 over index and name)."""

    seed: int

    def _bits(self, name: str, index: np.ndarray) -> np.ndarray:
        """53 evenly drawn bits (int64) for each index."""
        salt = (zlib.crc32(name.encode()) << 32 | self.seed & 0xFFFFFFFF) * _ODD & _FULL
        bits = index.astype(np.uint64) * np.uint64(_ODD) + np.uint64(salt)
        bits = (bits ^ bits >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        bits = (bits ^ bits >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return ((bits ^ bits >> np.uint64(31)) >> np.uint64(11)).astype(np.int64)

    def below(self, name: str, index: np.ndarray, limit: int) -> np.ndarray:
        """Whole numbers (int64) from 0 up to, and without, `limit`."""
        return self._bits(name, index) % limit

    def share(self, name: str, index: np.ndarray) -> np.ndarray:
        """Numbers (float64) from 0 up to, and without, 1."""
        return self._bits(name, index) / float(1 << 53)

    def weighted(self, name: str, index: np.ndarray, weights: Sequence[float]) -> np.ndarray:
        """Places in `weights` (int64), drawn by weight."""
        edges = np.cumsum(np.asarray(weights, dtype=float))
        found = np.searchsorted(edges / edges[-1], self.share(name, index), side="right")
        return np.minimum(found, len(weights) - 1)
