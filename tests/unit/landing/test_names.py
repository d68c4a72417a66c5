"""What a file name says: safe or not, marked or not, the answer to a correction list or not."""

from __future__ import annotations

import pytest

from citylake.landing.names import answered_delivery, marked, split_key, unsafe_name

DELIVERY = "20250930T104000-0123456789ab"


@pytest.mark.parametrize(
    "name",
    ["a\nb.csv", "../a.csv", "a/b.csv", "a\\b.csv", ".hidden.csv", "  ", "", "a\x00.csv", "报" * 100 + ".csv"],
)
def test_an_unsafe_name_is_told_in_words(name: str) -> None:
    assert unsafe_name(name)


@pytest.mark.parametrize("name", ["户籍(1)[最终]*?.csv", "名册😀.csv", "x" * 251 + ".csv", "𠮷.xlsx"])
def test_odd_names_are_safe(name: str) -> None:
    assert unsafe_name(name) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("登记_202509_更正.csv", ("登记_202509", "correction", ".csv")),
        ("登记_202509_更正2.csv.gz", ("登记_202509", "correction", ".csv.gz")),
        ("登记_202509_补报.xlsx", ("登记_202509", "supplement", ".xlsx")),
        ("登记_202509_撤回", ("登记_202509", "withdrawal", "")),
        ("登记_202509_撤回.txt", ("登记_202509", "withdrawal", ".txt")),
        ("登记_更正_202509.csv", None),
        ("更正.csv", None),
    ],
)
def test_a_mark_stands_before_the_ending(name: str, expected: tuple[str, str, str] | None) -> None:
    assert marked(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (f"校核单_{DELIVERY}.xlsx", DELIVERY),
        (f"校核单_{DELIVERY} (1)-已更正.XLSX", DELIVERY),
        (f"{DELIVERY}.xlsx", DELIVERY),
        (f"校核单_{DELIVERY}.csv", None),
        (f"回复校核单_{DELIVERY}.xlsx", None),
        ("校核单_2025.xlsx", None),
    ],
)
def test_a_returned_correction_list_names_its_delivery(name: str, expected: str | None) -> None:
    assert answered_delivery(name) == expected


def test_a_batch_folder_is_no_part_of_the_file_name() -> None:
    assert split_key("tax/20250930T104000/a.csv") == ("tax", "a.csv")
    assert split_key("tax/a.csv") == ("tax", "a.csv")
    assert split_key("tax/子/a.csv") == ("tax", "子/a.csv")
