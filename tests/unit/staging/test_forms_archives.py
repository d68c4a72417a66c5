"""Packed deliveries: members in name order are one delivery; whatever tricks or damage, nothing unproven is taken."""

from __future__ import annotations

import gzip
import io
import random
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from citylake.contracts import Contract
from citylake.errors import FileRefused
from citylake.staging.reading import limits
from samples.forms import contract, stage

CSV = "编号,名称,金额,日期\n{id},甲,1.5,2025-09-01\n"


def csv(item: str) -> bytes:
    return CSV.format(id=item).encode()


def refused(path: Path, terms: Contract) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        stage(path, terms)
    return found.value


def packed(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


ZIPPED = {"type": "csv", "archive": "zip"}
GZIPPED = {"type": "csv", "archive": "gzip"}


def test_members_of_a_zip_are_one_delivery_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = packed(tmp_path / "清单.zip", {"乙.csv": csv("A-2"), "a/甲.csv": csv("A-1"), "__MACOSX/a/甲.csv": b"x"})
    outcome = stage(path, contract(ZIPPED))
    assert outcome.accepted.select("item_id", "sheet_name", "line_number").rows() == [
        ("A-1", "a/甲.csv", 2),
        ("A-2", "乙.csv", 2),
    ]
    assert outcome.staged.rows_not_records == 2
    assert outcome.staged.second_count is not None
    assert outcome.staged.second_count.number == 4


def test_a_row_is_named_by_its_member(tmp_path: Path) -> None:
    path = packed(
        tmp_path / "清单.zip", {"甲.csv": csv("A-1"), "乙.csv": csv("A-2") + "A-3,丙,多少,2025-09-01\n".encode()}
    )
    outcome = stage(path, contract(ZIPPED))
    assert outcome.reasons == [("乙.csv", 3, "amount_cny", "value.not_decimal")]


def test_a_sheet_of_a_workbook_in_a_zip_is_named_behind_its_member(tmp_path: Path) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet("九月")
        sheet.write_row(0, 0, ["编号", "名称", "金额", "日期"])
        sheet.write_row(1, 0, ["A-1", "甲", 1.5, "2025-09-01"])
    path = packed(tmp_path / "清单.zip", {"甲.xlsx": data.getvalue()})
    outcome = stage(path, contract({"type": "xlsx", "archive": "zip"}))
    assert outcome.accepted["sheet_name"].to_list() == ["甲.xlsx!九月"]


def test_a_gbk_name_is_shown_right(tmp_path: Path) -> None:
    path = tmp_path / "清单.zip"
    # Python marks such a name as UTF-8, the packers of Windows do not.
    path.write_bytes(zip_of_raw_name("常州.csv".encode("gbk"), csv("A-1")))
    assert stage(path, contract(ZIPPED)).accepted["sheet_name"].to_list() == ["常州.csv"]


def zip_of_raw_name(raw: bytes, data: bytes) -> bytes:
    """A zip with one stored member whose name is these bytes, without the mark of UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x" * len(raw), data)
    return out.getvalue().replace(b"x" * len(raw), raw)


@pytest.mark.parametrize(
    "name", ["../外.csv", "/etc/甲.csv", "C:\\甲.csv", "..\\甲.csv", "a/../../甲.csv", "\\\\server\\甲.csv"]
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = packed(tmp_path / "清单.zip", {name: csv("A-1")})
    assert refused(path, contract(ZIPPED)).rule == "file.unsafe_name"


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "清单.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("甲.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert refused(path, contract(ZIPPED)).rule == "file.unsafe_name"


def test_archives_inside_archives_are_refused_by_name_and_by_bytes(tmp_path: Path) -> None:
    inner = packed(tmp_path / "内.zip", {"甲.csv": csv("A-1")}).read_bytes()
    by_name = packed(tmp_path / "一.zip", {"内.zip": inner, "甲.csv": csv("A-1")})
    by_bytes = packed(tmp_path / "二.zip", {"内.csv": inner})
    assert [refused(path, contract(ZIPPED)).rule for path in (by_name, by_bytes)] == ["file.nested_archive"] * 2


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    members = {f"{n}.csv": b"" for n in range(limits.MEMBERS + 1)}
    assert refused(packed(tmp_path / "清单.zip", members), contract(ZIPPED)).rule == "file.too_many_members"


@pytest.mark.parametrize("form", [ZIPPED, GZIPPED])
def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path, form: dict[str, str]) -> None:
    bomb = csv("A-1") + b" " * (20 * 1024 * 1024)
    path = tmp_path / "清单"
    if form["archive"] == "zip":
        packed(path, {"甲.csv": bomb})
    else:
        path.write_bytes(gzip.compress(bomb))
    assert refused(path, contract(form)).rule == "file.too_large"


def test_a_bomb_does_not_hide_behind_a_member_that_does_not_pack(tmp_path: Path) -> None:
    path = packed(tmp_path / "清单.zip", {"甲.csv": random.Random(1).randbytes(1_000_000), "乙.csv": b" " * 20_000_000})
    found = refused(path, contract(ZIPPED))
    assert (found.rule, found.value) == ("file.too_large", "乙.csv")


def test_a_locked_member_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "清单.zip", {"甲.csv": csv("A-1")})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    path.write_bytes(bytes(data))
    assert refused(path, contract(ZIPPED)).rule == "file.encrypted"


def test_a_member_that_fails_its_checksum_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "清单.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("甲.csv", csv("A-1"))
    path.write_bytes(path.read_bytes().replace(b"A-1", b"A-7"))
    assert refused(path, contract(ZIPPED)).rule == "file.unreadable"


def test_a_member_of_another_form_is_refused_or_noted_by_the_contract(tmp_path: Path) -> None:
    path = packed(tmp_path / "清单.zip", {"甲.csv": csv("A-1"), "说明.docx": b"x"})
    assert refused(path, contract(ZIPPED)).rule == "file.member_unknown"
    outcome = stage(path, contract(ZIPPED, drift={"table": "evolve"}))
    assert outcome.staged.reading is not None
    assert any("说明.docx" in note for note in outcome.staged.reading.notes)


def test_a_gzip_file_is_read_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "清单.csv.gz"
    path.write_bytes(gzip.compress(csv("A-1")))
    outcome = stage(path, contract(GZIPPED))
    assert outcome.accepted.select("item_id", "sheet_name").rows() == [("A-1", None)]


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (lambda data: data[:-9], "file.truncated"),
        (lambda data: data[:-8] + b"\0\0\0\0" + data[-4:], "file.unreadable"),
        (lambda data: data + b"more", "file.trailing_bytes"),
        (lambda data: data + gzip.compress(b"more"), "file.several_members"),
        (lambda data: b"plain text", "file.unreadable"),
    ],
)
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, spoil: Callable[[bytes], bytes], rule: str) -> None:
    path = tmp_path / "清单.csv.gz"
    path.write_bytes(spoil(gzip.compress(csv("A-1"))))
    assert refused(path, contract(GZIPPED)).rule == rule


def test_an_archive_that_the_contract_does_not_expect_is_refused(tmp_path: Path) -> None:
    zipped = packed(tmp_path / "清单.zip", {"甲.csv": csv("A-1")})
    gzipped = tmp_path / "清单.gz"
    gzipped.write_bytes(gzip.compress(csv("A-1")))
    rules = [refused(path, contract({"type": form})).rule for path in (zipped, gzipped) for form in ("csv", "xlsx")]
    assert rules == ["file.archive_undeclared"] * 4


@pytest.mark.parametrize("mark", [b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\x00\x04"])
def test_rar_and_7z_are_refused_by_their_names(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "清单.csv"
    path.write_bytes(mark + b"\0" * 100)
    found = refused(path, contract(ZIPPED))
    assert found.rule == "file.archive_unsupported"
    assert found.value in ("rar", "7z")
