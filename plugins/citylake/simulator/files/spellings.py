"""Words that departments write for one code (data/spellings): the standard word first, then other spellings in use."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import polars as pl
import yaml


def _read_spellings() -> dict[str, dict[str, list[str]]]:
    folder = files("citylake.simulator") / "data" / "spellings"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".yml")), key=lambda one: one.name)
    return {name: words for one in found for name, words in yaml.safe_load(one.read_text(encoding="utf-8")).items()}


SPELLINGS = _read_spellings()
STANDARD_SHARE = 0.7
BOOLEANS = ("是", "否", "1", "0")


def spell(codes: pl.Series, list_name: str, rng: np.random.Generator | None) -> pl.Series:
    """The words written for a column of codes; without a generator always the standard word. Nulls stay null."""
    if rng is None:
        return codes.replace_strict(
            {code: some[0] for code, some in SPELLINGS[list_name].items()}, return_dtype=pl.String
        )
    words = _words(list_name)
    code = codes.cast(words.codes).to_physical()
    at = (code.fill_null(0) if codes.null_count() else code).to_numpy()
    draw = rng.random(len(at))
    others = words.others[at]
    other = 1 + ((draw - STANDARD_SHARE) / (1 - STANDARD_SHARE) * others).astype(np.int64)
    index = words.starts[at] + np.where(draw < STANDARD_SHARE, 0, np.clip(other, 1, others))
    return _unless_null(codes, words.texts[index])


class _Words(NamedTuple):
    """The words of a list one after another; by code, where they start and how many stand behind the first one."""

    codes: pl.Enum
    texts: pl.Series
    starts: np.ndarray
    others: np.ndarray


@cache
def _words(list_name: str) -> _Words:
    words = SPELLINGS[list_name]
    counts = np.array([len(some) for some in words.values()])
    texts = pl.Series([word for some in words.values() for word in some], dtype=pl.String)
    return _Words(pl.Enum(list(words)), texts, np.cumsum(counts) - counts, counts - 1)


def spell_boolean(values: pl.Series, rng: np.random.Generator | None) -> pl.Series:
    """是/否, and now and then 1/0 when a generator is given."""
    is_no = ~(values.fill_null(False) if values.null_count() else values).to_numpy()
    index = is_no + 2 * (0 if rng is None else rng.random(len(values)) < 1 - STANDARD_SHARE)
    return _unless_null(values, pl.Series(BOOLEANS, dtype=pl.String)[index])


def _unless_null(values: pl.Series, written: pl.Series) -> pl.Series:
    """What is written, null where there is no value."""
    return written.scatter(np.flatnonzero(values.is_null().to_numpy()), None) if values.null_count() else written
