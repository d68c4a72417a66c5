"""Words that departments write for one code (data/spellings): the standard word first, then other spellings in use."""

from __future__ import annotations

from importlib.resources import files

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
    words = SPELLINGS[list_name]
    if rng is None:
        return codes.replace_strict({code: some[0] for code, some in words.items()}, return_dtype=pl.String)
    starts = np.cumsum([0, *(len(some) for some in words.values())])[:-1]
    others = np.array([len(some) - 1 for some in words.values()])
    code = codes.cast(pl.Enum(list(words))).to_physical()
    at = (code.fill_null(0) if codes.null_count() else code).to_numpy()
    draw = rng.random(len(at))
    other = 1 + ((draw - STANDARD_SHARE) / (1 - STANDARD_SHARE) * others[at]).astype(np.int64)
    index = starts[at] + np.where(draw < STANDARD_SHARE, 0, np.clip(other, 1, others[at]))
    return _unless_null(codes, pl.Series([word for some in words.values() for word in some], dtype=pl.String)[index])


def spell_boolean(values: pl.Series, rng: np.random.Generator | None) -> pl.Series:
    """是/否, and now and then 1/0 when a generator is given."""
    is_no = ~(values.fill_null(False) if values.null_count() else values).to_numpy()
    index = is_no + 2 * (0 if rng is None else rng.random(len(values)) < 1 - STANDARD_SHARE)
    return _unless_null(values, pl.Series(BOOLEANS, dtype=pl.String)[index])


def _unless_null(values: pl.Series, written: pl.Series) -> pl.Series:
    """What is written, null where there is no value."""
    return written.scatter(np.flatnonzero(values.is_null().to_numpy()), None) if values.null_count() else written
