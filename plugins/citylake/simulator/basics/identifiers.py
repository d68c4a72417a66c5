"""Valid identifiers in bulk: resident IDs (GB 11643-1999) and unified social credit codes (GB 32100-2015)."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from citylake.simulator.basics.columns import ascii_texts

RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
RESIDENT_CHECKS = list("10X98765432")
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def resident_check(first17: np.ndarray) -> np.ndarray:
    """Index into RESIDENT_CHECKS for the first seventeen digits, given as integers."""
    total = np.zeros(len(first17), dtype=np.int64)
    rest = first17.copy()
    for weight in reversed(RESIDENT_WEIGHTS):
        rest, digit = np.divmod(rest, 10)
        total += digit * weight
    return total % 11


@cache
def _weighed(begin: int, digits: int) -> np.ndarray:
    """For every number of so many digits, the weighed sum of the digits that stand from place `begin` on."""
    total = np.zeros(1, dtype=np.int16)
    for weight in RESIDENT_WEIGHTS[begin : begin + digits]:
        total = (total[:, None] + np.arange(10, dtype=np.int16) * weight).ravel()
    return total


# Eighteen characters as five numbers of four or two bytes: each is looked up whole.
_PARTS = np.dtype([("area", "<u4"), ("county", "<u2"), ("year", "<u4"), ("day", "<u4"), ("end", "<u4")])


@cache
def _digits(count: int) -> np.ndarray:
    """The digits of every number of so many digits, zeros in front, as ASCII bytes."""
    places = 10 ** np.arange(count - 1, -1, -1)
    return (np.arange(10**count)[:, None] // places % 10 + ord("0")).astype(np.uint8)


@cache
def _packed(count: int) -> np.ndarray:
    """The digits of every number of two or four digits, as one number of as many bytes."""
    return _digits(count).view(f"<u{count}").ravel()


@cache
def _ends() -> np.ndarray:
    """Sequence (three digits) and check character: element 11 * sequence + index of the check."""
    ends = np.empty((1000, len(RESIDENT_CHECKS), 4), dtype=np.uint8)
    ends[:, :, :3] = _digits(3)[:, None, :]
    ends[:, :, 3] = np.frombuffer("".join(RESIDENT_CHECKS).encode(), dtype=np.uint8)
    return ends.view("<u4").ravel()


def resident_ids(area: np.ndarray, birth_ymd: np.ndarray, sequence: np.ndarray) -> pl.Series:
    """Eighteen-character numbers from area code, birth date as yyyymmdd and sequence (all integer arrays)."""
    year, month_day = np.divmod(birth_ymd, 10000)
    total = _weighed(0, 6)[area] + _weighed(6, 4)[year] + _weighed(10, 4)[month_day] + _weighed(14, 3)[sequence]
    parts = np.empty(len(area), dtype=_PARTS)
    parts["area"], parts["county"] = _packed(4)[area // 100], _packed(2)[area % 100]
    parts["year"], parts["day"] = _packed(4)[year], _packed(4)[month_day]
    parts["end"] = _ends()[sequence.astype(np.int64) * len(RESIDENT_CHECKS) + total % 11]
    return as_text(parts)


def sequence_within(area: np.ndarray, birth_ymd: np.ndarray, is_male: np.ndarray) -> np.ndarray:
    """Sequence numbers that make every number unique: odd for men, even for women, from 1 on in each group."""
    group = (area.astype(np.int64) * 10**8 + birth_ymd) * 2 + is_male
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    first = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    start = np.maximum.accumulate(np.where(first, np.arange(len(ordered)), 0))
    rank = np.empty(len(ordered), dtype=np.int64)
    rank[order] = np.arange(len(ordered)) - start
    return np.where(is_male, 2 * rank + 1, 2 * rank + 2)


def _organisation_characters(serial: np.ndarray, is_new: np.ndarray) -> np.ndarray:
    """The first eight characters of organisation codes as values 0-35 (A = 10): digits, or MA and six more.

    Another serial below 10^7 gives other characters.
    """
    old = serial.astype(np.int64) * 7_368_787 % 10**8
    new = serial.astype(np.int64) * 17_368_783 % 31**5
    letters = np.array([ord(c) - ord("A") + 10 if c.isalpha() else int(c) for c in USCC_ALPHABET])
    values = np.empty((len(serial), 8), dtype=np.int64)
    for place in range(7, -1, -1):
        old, digit = np.divmod(old, 10)
        values[:, place] = digit
    fresh = np.empty_like(values)
    fresh[:, 0], fresh[:, 1], fresh[:, 2] = 22, 10, 1 + serial % 2
    for place in range(7, 2, -1):
        new, digit = np.divmod(new, 31)
        fresh[:, place] = letters[digit]
    return np.where(is_new[:, None], fresh, values)


def credit_codes(prefix: np.ndarray, area: np.ndarray, serial: np.ndarray, is_new: np.ndarray) -> np.ndarray:
    """Eighteen-character credit codes (S18), another one for every serial.

    :param prefix: the two characters of registering authority and kind, e.g. 91 (enterprise), 12 (institution)
    :param area: six digits of the registering division
    :param serial: below 10^7; gives the organisation code inside
    :param is_new: whether the organisation code was given with the credit code (MA...), not before it
    """
    values = np.empty((len(area), 18), dtype=np.int64)
    values[:, 0], values[:, 1] = prefix // 10, prefix % 10
    rest = area.astype(np.int64)
    for place in range(7, 1, -1):
        rest, digit = np.divmod(rest, 10)
        values[:, place] = digit
    organisation = _organisation_characters(serial, is_new)
    ninth = (11 - organisation @ np.array(ORGANISATION_WEIGHTS) % 11) % 11
    to_uscc = np.full(36, -1)
    for at, character in enumerate(USCC_ALPHABET):
        to_uscc[ord(character) - ord("A") + 10 if character.isalpha() else int(character)] = at
    values[:, 8:16] = to_uscc[organisation]
    values[:, 16] = to_uscc[np.where(ninth == 10, ord("X") - ord("A") + 10, ninth)]
    values[:, 17] = (31 - values[:, :17] @ np.array(USCC_WEIGHTS) % 31) % 31
    letters = np.frombuffer(USCC_ALPHABET.encode(), dtype=np.uint8)
    return letters[values].view("S18").ravel()


def as_text(values: np.ndarray) -> pl.Series:
    """Records of ASCII bytes (S9, S18 ...) as a string column; every value fills its width."""
    return ascii_texts(np.ascontiguousarray(values).view(np.uint8).reshape(len(values), values.itemsize))
