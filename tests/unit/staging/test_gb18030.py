"""GB18030 by the C library and by Python's codec: one text, one offset of the first bad byte."""

from __future__ import annotations

import pytest

from citylake.staging.reading import gb18030

TRAILS = [*range(0x40, 0x7F), *range(0x80, 0xFF)]
TWO_BYTES = [bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in TRAILS]
DIGITS = range(0x30, 0x3A)
# Leads 81 to 84 hold the rest of the basic plane, 90 to E3 the other planes; the gaps between hold nothing.
LEADS = [*range(0x81, 0x85), *range(0x90, 0xE4)]


def four_bytes(lead: int) -> list[bytes]:
    """All four-byte sequences of one lead byte that stand for a character."""
    all_of_lead = (bytes((lead, b, c, d)) for b in DIGITS for c in range(0x81, 0xFF) for d in DIGITS)
    return [code for code in all_of_lead if is_character(code)]


def is_character(code: bytes) -> bool:
    try:
        code.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def test_every_character_of_two_bytes_is_the_codecs():
    for code in filter(is_character, TWO_BYTES):
        assert gb18030.to_utf8(code) == gb18030.by_codec(code), code.hex()


@pytest.mark.parametrize("lead", LEADS, ids=lambda lead: f"{lead:02X}")
def test_every_character_of_four_bytes_is_the_codecs(lead):
    codes = four_bytes(lead)
    # A block in which glibc stops is the codec's as a whole, so its few such characters are told apart in small blocks.
    for start in range(0, len(codes), 60):
        block = b"\n".join(codes[start : start + 60])
        assert gb18030.to_utf8(block) == gb18030.by_codec(block)


def test_characters_of_later_editions_leave_the_private_use_area():
    assert gb18030.to_utf8(bytes.fromhex("a6d9 a8bc fe59 fe51")).decode() == "\ufe10\u1e3f\u9fb4\U00020087"


@pytest.mark.parametrize("bad", [b"\xff", b"\x81", b"\x80", b"\xe3\x32\x9a\x36", b"\x81\x30\x81"])
def test_the_first_bad_byte_is_named(bad):
    text = "常州市,李𠮷\n".encode("gb18030") * 1000
    with pytest.raises(UnicodeDecodeError) as caught:
        gb18030.to_utf8(text + bad)
    assert caught.value.start == len(text)


def test_rare_names_and_long_blocks_come_through():
    text = "常州市天宁区,王𫖯䶮,13812345678\n" * 50_000
    assert gb18030.to_utf8(text.encode("gb18030")) == text.encode()
    assert gb18030.to_utf8(b"plain,ascii\n") == b"plain,ascii\n"
