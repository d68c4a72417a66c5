"""What the checks share: spelling codes plainly, verdicts, the first broken rule, and sums of weighted digits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import reduce
from operator import and_

import polars as pl

# For callers that know no business date: late enough for any delivery of today, early enough to catch 2068 for 1968.
LATEST_BIRTH = date(2049, 12, 31)


def code_text(value: pl.Expr) -> pl.Expr:
    """Half-width, without blanks and invisible characters, upper case. String -> String."""
    return respelt(value, r"^[!-`{-~]*$", plain)


def plain(value: pl.Expr) -> pl.Expr:
    """As `code_text`, applied to every value whether it needs it or not.

    Taking a blank out can bring a letter and its mark together, hence composed twice.
    """
    text = value.str.normalize("NFKC").str.replace_all(r"[\s\p{Cf}]+", "")
    return text.str.normalize("NFKC").str.to_uppercase()


def respelt(value: pl.Expr, clean_pattern: str, respell: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Applies `respell` to the values that are not clean, and to no other: NFKC alone costs eight times the match."""

    def respell_unclean(batch: pl.Series) -> pl.Series:
        unclean = (~batch.str.contains(clean_pattern)).arg_true()
        if unclean.is_empty():
            return batch
        respelt_values = batch.gather(unclean).to_frame("value").select(respell(pl.col("value"))).to_series()
        return batch.clone().scatter(unclean, respelt_values)

    return value.map_batches(respell_unclean, return_dtype=pl.String)


def by_steps(
    value: pl.Expr, steps: Callable[[pl.DataFrame], pl.DataFrame], dtype: type[pl.Boolean] | type[pl.String]
) -> pl.Expr:
    """Applies `steps` to batches of the values, as a frame with the column `value`; gives its one column.

    A rule of many parts is written in steps because polars takes milliseconds to plan it as one expression.
    """
    return value.map_batches(lambda batch: steps(batch.alias("value").to_frame()).to_series(), return_dtype=dtype)


def verdict(value: pl.Expr, *kept: pl.Expr) -> pl.Expr:
    """True where every rule is kept, null where `value` is null, else false: a rule that cannot be read is broken."""
    return pl.when(value.is_not_null()).then(reduce(and_, kept).fill_null(False))


def first_reason(*rules: tuple[pl.Expr, str]) -> pl.Expr:
    """Code of the first rule that is not kept; null where all are, or where the value is null."""
    return pl.coalesce(*(pl.when(~is_kept).then(pl.lit(code)) for is_kept, code in rules))


def total(terms: Iterable[pl.Expr]) -> pl.Expr:
    """Sum of a few expressions of one type."""
    return reduce(pl.Expr.add, terms)


def weighted_digits(number: str, base: int, weights: Sequence[int]) -> pl.Expr:
    """Digit times weight, summed, of an integer field written in `base`; the first weight is the first digit's."""
    places = range(len(weights) - 1, -1, -1)
    return total(pl.field(number) // base**place % base * weight for place, weight in zip(places, weights, strict=True))
