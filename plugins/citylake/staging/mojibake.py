"""Text that was written in one encoding and read in another: told by what it becomes when it is read back.

UTF-8 misread as GBK begins, after any ASCII, with one of 384 characters: the first two of the three bytes of a hanzi.
Few words begin with one of them, so only cells that do are read back; what then gives everyday hanzi was no wording.
"""

from __future__ import annotations

import codecs
import re

import polars as pl

_LEADS, _TRAILS = range(0xE4, 0xEA), range(0x80, 0xC0)
# The characters with which misread text begins: the first byte of a hanzi in UTF-8 and the one behind it, as GBK.
FIRSTS = "".join(bytes([lead, trail]).decode("gbk") for lead in _LEADS for trail in _TRAILS)
# 锟斤拷 stands where U+FFFD was misread, and the text is gone.
LOST = "锟斤拷"
BEGINNINGS = rf"^[ -~]*[{FIRSTS}]"
_SUSPECTS = rf"{BEGINNINGS}|{LOST}|[À-ÖØ-öø-ÿ]"
_RUNS = re.compile("[\u4e00-\u9fff]{3,}")
_HANZI = re.compile("[\u4e00-\u9fff]")
# Letters and signs of western Europe, in Windows (code page 1252) too.
_LATIN_RUNS = re.compile("[\u0080-\u2fff]{4,}")


def misread(text: str) -> re.Match[str] | None:
    """The first run of characters that begins as UTF-8 read as GBK: its GBK bytes are UTF-8 of everyday hanzi.

    Three characters may be two hanzi by chance, unless one of them stands outside GB 2312 as no usual name's does.
    """
    for run in _RUNS.finditer(text):
        meant, is_whole = _read_back(run[0])
        is_strange = len(run[0].encode("gb2312", "ignore")) < 2 * len(run[0])
        if len(meant) >= 3 or (len(meant) == 2 and (is_strange or (is_whole and len(run[0]) > 3))):
            return run
    return None


def _is_misread_throughout(text: str) -> bool:
    """All bytes of the text in GBK are UTF-8, of three hanzi at least: no wording is, whatever its hanzi."""
    try:
        meant = codecs.getincrementaldecoder("utf-8")("strict").decode(text.encode("gbk"))
    except UnicodeError:
        return False
    return len(_HANZI.findall(meant)) >= 3


def _read_back(run: str) -> tuple[str, bool]:
    """What the run meant up to the first byte that is none of UTF-8, empty unless everyday hanzi; whether it is all."""
    content, is_whole = run.encode("gbk", "ignore"), True
    try:
        meant = codecs.getincrementaldecoder("utf-8")("strict").decode(content)
    except UnicodeDecodeError as error:
        meant, is_whole = content[: error.start].decode(), False
    try:
        return (meant, is_whole) if _is_everyday(meant) else ("", False)
    except UnicodeError:
        return "", False


def _is_everyday(meant: str) -> bool:
    """The first level of GB 2312: lead bytes B0 to D7; raises UnicodeError for what is not in it at all."""
    return all(0xB0 <= hanzi.encode("gb2312")[0] <= 0xD7 for hanzi in meant)


def _misread_as_latin(text: str) -> bool:
    """A run of accented letters that are the bytes of hanzi, in GBK or in UTF-8."""
    return any(_is_hanzi(run[0].encode("cp1252", "ignore")) for run in _LATIN_RUNS.finditer(text))


def _is_hanzi(content: bytes) -> bool:
    for encoding in ("utf-8", "gb2312"):
        try:
            meant = codecs.getincrementaldecoder(encoding)("strict").decode(content)
            if len(meant) >= 2 and _is_everyday(meant):
                return True
        except UnicodeError:
            continue
    return False


def is_mojibake(cells: pl.Series) -> pl.Series:
    """String -> Boolean: cells whose text was destroyed by a wrong encoding on its way into the export."""
    suspects = cells.str.contains(_SUSPECTS).fill_null(False).arg_true()
    found = [
        LOST in text or misread(text) is not None or _is_misread_throughout(text) or _misread_as_latin(text)
        for text in cells.gather(suspects).to_list()
    ]
    nowhere = pl.repeat(False, cells.len(), dtype=pl.Boolean, eager=True)
    return nowhere.scatter(suspects, found) if found else nowhere
