"""Headers compared without their accidents."""

from __future__ import annotations

import re
import unicodedata

from citylake.contracts.units import UNITS

_IN_BRACKETS = re.compile(r"\(([^()]+)\)")


def normal_header(text: str | None) -> str:
    """A header without its accidents: full width folded, blanks and line breaks out, no byte-order mark."""
    folded = unicodedata.normalize("NFKC", text or "").replace("\ufeff", "")
    return "".join(folded.split())


def unit_of_header(text: str) -> str | None:
    """The unit that a header carries in brackets, where it is a known one: 注册资本(万元) -> 万元."""
    return next((unit for unit in _IN_BRACKETS.findall(normal_header(text)) if unit in UNITS), None)
