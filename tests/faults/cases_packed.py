"""Rows 19, 25 and 26 of the catalogue: archives that are damaged, too large, or lie."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile

from faults.cases import HEADER, Case, the_good_rows
from samples import roster

ROWS = roster.rows()
CSV = roster.write("csv", ROWS)
GZIP = roster.write("gzip", ROWS)
NAME = "补贴卡名册.csv"
# Rows of an archive's member stand under the member's name; one member alone says nothing that the file does not.
TAKEN = f"5 accepted; {HEADER}"


def _stored(*names: str) -> bytes:
    return roster.archive(dict.fromkeys(names, CSV))


def _gbk_name() -> bytes:
    """As the archive tools of Chinese Windows name members: GBK bytes without the UTF-8 flag."""
    info = zipfile.ZipInfo("PLACEHOLDER1.csv")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(info, CSV)
    return out.getvalue().replace(b"PLACEHOLDER1.csv", "补贴卡名册号".encode("gbk") + b".csv")


def _symlink() -> bytes:
    link = zipfile.ZipInfo(NAME)
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr(link, "/etc/passwd")
    return out.getvalue()


def _encrypted() -> bytes:
    """The flag of an encrypted member, in both headers."""
    data = bytearray(roster.archive({NAME: CSV}, zipfile.ZIP_STORED))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    return bytes(data)


def _lying_size() -> bytes:
    """A member that says it is small and is not: 64 MB behind a declared size of 1,000 bytes."""
    real = roster.csv_text(roster.table(ROWS)).encode() + b" " * (64 << 20)
    data = bytearray(roster.archive({NAME: real}))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1_000).to_bytes(4, "little")
    return bytes(data)


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as file:
        info = tarfile.TarInfo("../" + NAME)
        info.size = len(CSV)
        file.addfile(info, io.BytesIO(CSV))
    return out.getvalue()


def _damaged_member() -> bytes:
    data = bytearray(roster.archive({NAME: CSV}, zipfile.ZIP_STORED))
    data[data.index("正常".encode())] ^= 1
    return bytes(data)


GZIPS = [
    Case("19", "gzip, whole", TAKEN, lambda: GZIP, "gzip", also=the_good_rows()),
    Case("19", "gzip cut in the middle", "refused file.truncated", lambda: GZIP[:-20], "gzip"),
    Case("19", "gzip cut before its check sum", "refused file.truncated", lambda: GZIP[:-8], "gzip"),
    Case(
        "19", "gzip with a wrong check sum", "refused file.unreadable", lambda: GZIP[:-8] + bytes(4) + GZIP[-4:], "gzip"
    ),
    Case("19", "gzip with bytes behind its end", "refused file.trailing_bytes", lambda: GZIP + b"PK rubbish", "gzip"),
    Case("19", "gzip of two members", "refused file.several_members", lambda: GZIP + GZIP, "gzip"),
    Case("19", "a gzip contract, a file that is none", "refused file.unreadable", lambda: CSV, "gzip"),
    Case(
        "25",
        "gzip of 300 to one",
        "refused file.too_large",
        lambda: gzip.compress(CSV + b"x" * (200 << 20), mtime=0),
        "gzip",
    ),
]

ZIPS = [
    Case("26", "zip of one file", TAKEN, lambda: roster.write("zip", ROWS), "zip", also=the_good_rows()),
    Case(
        "25",
        "zip of 300 to one",
        "refused file.too_large",
        lambda: roster.archive({NAME: CSV + b"x" * (200 << 20)}),
        "zip",
    ),
    Case("25", "zip whose member is larger than it says", "refused file.unreadable", _lying_size, "zip"),
    Case(
        "25",
        "zip in a zip",
        "refused file.nested_archive",
        lambda: roster.archive({"名册.zip": roster.write("zip", ROWS)}),
        "zip",
    ),
    Case(
        "25",
        "zip of 10,001 members",
        "refused file.too_many_members",
        lambda: roster.archive({f"{number}.csv": b"" for number in range(10_001)}, zipfile.ZIP_STORED),
        "zip",
    ),
    Case("26", "zip with a member named ../…", "refused file.unsafe_name", lambda: _stored("../" + NAME), "zip"),
    Case(
        "26",
        "zip with a member named by an absolute path",
        "refused file.unsafe_name",
        lambda: _stored("/tmp/" + NAME),
        "zip",
    ),
    Case(
        "26",
        "zip with a member named by a drive",
        "refused file.unsafe_name",
        lambda: _stored("C:\\temp\\" + NAME),
        "zip",
    ),
    Case("26", "zip with a member named in GBK", TAKEN, _gbk_name, "zip", also=the_good_rows()),
    Case("26", "zip with a symbolic link", "refused file.unsafe_name", _symlink, "zip"),
    Case("26", "zip with a password", "refused file.encrypted", _encrypted, "zip"),
    Case("26", "zip whose member has a wrong check sum", "refused file.unreadable", _damaged_member, "zip"),
    Case("26", "zip cut in the middle", "refused file.unreadable", lambda: roster.write("zip", ROWS)[:-40], "zip"),
    Case("26", "zip without a file", "refused file.empty", lambda: roster.archive({}), "zip"),
    Case("26", "tar where a zip is due, a member named ../…", "refused file.unreadable", _tar, "zip"),
]


CASES = [*GZIPS, *ZIPS]
