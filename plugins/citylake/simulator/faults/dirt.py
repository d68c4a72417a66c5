"""Dirt that can be read all the same, or that is not the row's fault: numbers in other spellings, names, addresses.

Rows are chosen at random out of those that are not spoilt.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.files.marks import ACCEPTED, FLAGGED, REPAIRED, SETTLED
from citylake.simulator.files.table import Table, each, same

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def soil_numbers(table: Table, rng: np.random.Generator) -> None:
    """Resident IDs and credit codes written in other ways: all of them can be read."""
    for one in table.layout.fields:
        if one.kind == "id":
            text = table.cells[one.name]
            table.put(
                "lower_case_x", one.name, table.some(rng, 0.15, text.str.ends_with("X")), each(str.lower), REPAIRED
            )
            table.put(
                "full_width",
                one.name,
                table.some(rng, 0.003),
                each(lambda t: t.upper().translate(FULL_WIDTH)),
                REPAIRED,
            )
            plain = table.cells[one.name].str.contains(r"^\d{6}19\d{9}[\dX]$")
            old = table.some(rng, 0.004, plain)
            table.put("fifteen_digits", one.name, old, lambda v: v.str.slice(0, 6) + v.str.slice(8, 9), REPAIRED)
            table.put("padded", one.name, table.some(rng, 0.005), lambda v: " " + v + "  ", REPAIRED)
        elif one.kind == "uscc":
            given = table.cells[one.name].str.len_chars() == 18
            table.put("lower_case", one.name, table.some(rng, 0.02, given), each(str.lower), REPAIRED)
            table.put("padded", one.name, table.some(rng, 0.01, given), lambda v: v + " ", REPAIRED)


def soil_people(table: Table, rng: np.random.Generator, plain: pl.Series) -> None:
    """Birth dates that disagree with the number, names without their rare character, placeholder phones.

    :param plain: the name of each row without rare characters
    """
    columns = table.cells.columns
    if "birth_date" in columns:
        off = table.some(rng, 0.001)
        moved = table.frame["birth_date"].dt.offset_by("3d").cast(table.cells.schema["birth_date"]).gather(off)
        table.put("birth_date_disagrees", "birth_date", off, lambda _: moved, FLAGGED, "birth_date_differs_from_number")
    if "person_name" in columns and table.layout.department != "public_security":
        rare = table.some(rng, 0.5, plain != table.cells["person_name"])
        table.put("rare_character_lost", "person_name", rare, lambda _: plain.gather(rare), ACCEPTED)
        table.put(
            "blank_in_name",
            "person_name",
            table.some(rng, 0.002),
            lambda v: v.str.slice(0, 1) + "　" + v.str.slice(1),
            REPAIRED,
        )
    if "phone" in columns:
        table.put("placeholder_phone", "phone", table.some(rng, 0.01), same("13800000000"), ACCEPTED)
    if table.layout.dataset == "public_security__resident_register":
        pairs = table.some(rng, 0.0001)
        pairs = pairs[pairs > 0]
        others = table.cells["resident_id"].gather(pairs - 1)
        table.put("two_persons_on_one_number", "resident_id", pairs, lambda _: others, SETTLED)
    if "address" in columns:
        soil_addresses(table, rng, 0.005)


def soil_addresses(table: Table, rng: np.random.Generator, share: float) -> None:
    """Commas, quotes and line breaks inside quoted addresses."""
    broken = table.some(rng, share)
    table.put("line_break_in_quotes", "address", broken, lambda v: v + ',\n“转”"东门"', ACCEPTED)


def soil_firms(table: Table, rng: np.random.Generator) -> None:
    """Names with the other brackets or blanks, industry codes that lost their zero, missing credit codes."""
    name = table.cells["entity_name"]
    table.put(
        "half_width_brackets",
        "entity_name",
        table.some(rng, 0.6, name.str.contains("（", literal=True)),
        lambda v: v.str.replace("（", "(", literal=True).str.replace("）", ")", literal=True),
        REPAIRED,
    )
    table.put("blank_in_name", "entity_name", table.some(rng, 0.01), lambda v: v + " ", REPAIRED)
    if table.layout.dataset == "industry__cloud_enterprises":
        table.put("credit_code_missing", "uscc", table.some(rng, 0.04), same(""), ACCEPTED)
        table.put(
            "city_left_out",
            "entity_name",
            table.some(rng, 0.1, name.str.starts_with("常州市")),
            lambda v: v.str.replace("常州市", "常州", literal=True),
            ACCEPTED,
        )
    else:
        soil_addresses(table, rng, 0.01)
    if table.layout.dataset == "tax__taxpayers":
        table.put(
            "city_left_out",
            "entity_name",
            table.some(rng, 0.05, name.str.starts_with("常州市")),
            lambda v: v.str.replace("常州市", "常州", literal=True),
            ACCEPTED,
        )


def soil_lists(table: Table, rng: np.random.Generator) -> None:
    """The dirt of the inventories: HTML in names, blanks after drop-down values, counts with their unit, odd rates."""
    dataset, frame = table.layout.dataset, table.frame
    if dataset == "government_services__service_items":
        table.put("html_in_name", "item_name", table.some(rng, 0.01), lambda v: "<b>" + v + "</b>\t", ACCEPTED)
        table.put("comma_in_name", "item_name", table.some(rng, 0.03), lambda v: v + "(含补办,换发)", ACCEPTED)
    elif dataset == "government_services__cases":
        earlier = frame["accepted_at"].dt.offset_by("-1d").cast(pl.String).str.slice(0, 19)
        early = table.some(rng, 0.005, frame["closed_at"].is_not_null())
        table.put("closed_before_accepted", "closed_at", early, lambda _: earlier.gather(early), ACCEPTED)
    elif dataset == "big_data__sharing_interfaces":
        table.put("rate_as_fraction", "success_rate_pct", table.some(rng, 0.01), same("0.98"), ACCEPTED)
        table.put("rate_above_100", "success_rate_pct", table.some(rng, 0.005), same("100.2"), ACCEPTED)
        table.put("null_marker", "data_updated_at", table.some(rng, 0.05), same("\\N"), REPAIRED)
    elif dataset == "big_data__resource_catalogue":
        table.put("trailing_blank", "sharing_type_code", table.some(rng, 0.05), lambda v: v + "  ", REPAIRED)
        table.put(
            "open_but_not_shared",
            "openness_code",
            table.some(rng, 0.3, frame["sharing_type_code"] == "none"),
            same("可开放"),
            ACCEPTED,
        )
    elif dataset == "big_data__government_systems":
        table.put(
            "in_use_with_retired_date",
            "status",
            table.some(rng, 0.25, frame["status"] == "retired"),
            same("在用"),
            ACCEPTED,
        )
    elif dataset == "big_data__cloud_servers":
        table.put("system_number_missing", "system_id", table.some(rng, 0.06), same(""), ACCEPTED)


def soil_events(table: Table, rng: np.random.Generator) -> None:
    """One channel writes some of its times in UTC and says so (…Z)."""
    if table.layout.dataset == "human_resources__electronic_card_issuance":
        utc = table.frame["issued_at"].dt.offset_by("-8h").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        rows = table.some(rng, 0.3, table.frame["channel_code"] == "bank")
        table.put("utc_time", "issued_at", rows, lambda _: utc.gather(rows), REPAIRED)
