"""The world of places: addresses that follow from an index, points inside their ground, dirt that moves no place."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from citylake.simulator import simulate
from citylake.simulator.basics.datums import to_bd09, to_gcj02
from citylake.simulator.basics.drawing import Streams
from citylake.simulator.world import divisions as places
from citylake.simulator.world.address_writing import as_written
from citylake.simulator.world.place_ground import STREET_CODES, STREET_IN_ZONE, ZONE_STREETS
from citylake.simulator.world.places import ROAD, Places, make_places

CITY_BOX = (119.13, 120.20, 31.15, 32.07)
REGISTER = "public_security__standard_addresses"


@pytest.fixture(scope="module")
def ground() -> Places:
    return make_places(20_000, Streams(3))


@pytest.fixture(scope="module")
def every(ground: Places) -> np.ndarray:
    return np.arange(ground.count, dtype=np.int32)


def test_every_address_has_a_text_and_a_code_of_its_own(ground: Places, every: np.ndarray) -> None:
    assert ground.address_texts(every).n_unique() == ground.count
    assert ground.address_codes(every).n_unique() == ground.count


def test_the_text_names_the_street_and_the_code_begins_with_it(ground: Places, every: np.ndarray) -> None:
    frame = pl.DataFrame(
        {
            "text": ground.address_texts(every),
            "head": ground.heads(every),
            "code": ground.address_codes(every),
            "street": ground.street_codes(every),
            "division": ground.division_codes(every),
        }
    )
    assert frame.select(
        (
            pl.col("text").str.starts_with(pl.col("head"))
            & pl.col("code").str.starts_with(pl.col("street"))
            & pl.col("street").str.starts_with(pl.col("division"))
        ).all()
    ).item()


def test_what_is_told_of_an_address_does_not_depend_on_the_block(ground: Places, every: np.ndarray) -> None:
    some = np.random.default_rng(1).permutation(every)[:500]
    assert ground.address_texts(some).to_list() == ground.address_texts(every).gather(some).to_list()
    assert np.array_equal(ground.points(some)[0], ground.points(every)[0][some])


def test_points_lie_in_their_community_and_in_the_city(ground: Places, every: np.ndarray) -> None:
    east, north = ground.points(every)
    box = ground.community_boxes.take(ground.community_of(every))
    assert ((east >= box.west) & (east <= box.east) & (north >= box.south) & (north <= box.north)).all()
    west, far_east, south, far_north = CITY_BOX
    assert ((east > west) & (east < far_east) & (north > south) & (north < far_north)).all()


def test_streets_do_not_overlap(ground: Places) -> None:
    box = ground.street_boxes
    east, north = (box.west + box.east) / 2, (box.south + box.north) / 2
    within = (
        (east[:, None] > box.west)
        & (east[:, None] < box.east)
        & (north[:, None] > box.south)
        & (north[:, None] < box.north)
    )
    assert np.array_equal(within, np.eye(len(STREET_CODES), dtype=bool))


def test_an_address_is_drawn_in_the_division_asked_for_and_work_lies_on_roads(ground: Places) -> None:
    division = np.arange(6_000) % len(places.DIVISIONS)
    home = ground.draw(np.random.default_rng(5), division)
    work = ground.draw(np.random.default_rng(5), division, is_work=True)
    assert home.dtype == np.int32
    assert np.array_equal(ground.division_of(home), division)
    assert np.array_equal(ground.division_of(work), division)
    assert set(ground.lanes.kind[ground.lane_of(work)]) == {ROAD}


def test_the_development_zone_lies_in_wujin_by_code() -> None:
    assert {code[:6] for code in ZONE_STREETS} == {"320412"}
    assert STREET_IN_ZONE.sum() == len(ZONE_STREETS) == 6


def test_writing_habits_keep_road_and_number_and_leave_other_texts_alone(ground: Places, every: np.ndarray) -> None:
    texts = ground.address_texts(every)
    written = as_written(ground, texts, every, np.random.default_rng(2))
    changed = (written != texts).to_numpy()
    assert 0.4 < changed.mean() < 0.9

    def numbers(of: pl.Series) -> list[list[str]]:
        return [re.findall(r"\d+", one.translate(str.maketrans("０１２３４５６７８９", "0123456789"))) for one in of]

    assert numbers(written) == numbers(texts)
    foreign = pl.Series(["江苏省无锡市梁溪区中山路5号", None], dtype=pl.String)
    kept = as_written(ground, foreign, np.array([-1, -1]), np.random.default_rng(2))
    assert kept.to_list() == foreign.to_list()


def test_the_distorted_systems_move_the_documents_point_as_the_document_says() -> None:
    east, north = np.array([119.974061]), np.array([31.811226])
    assert np.concatenate(to_gcj02(east, north)) == pytest.approx([119.978811, 31.809185], abs=1e-6)
    assert np.concatenate(to_bd09(east, north)) == pytest.approx([119.985278, 31.815348], abs=1e-6)


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("places")
    simulate(out, people=2_000, months=1, seed=11, datasets=[REGISTER, "housing__buildings"])
    return out


def test_what_is_planted_in_coordinates_stands_in_the_file_as_listed(usual: Path) -> None:
    lines = (usual / "truth" / "faults.jsonl").read_text(encoding="utf-8").splitlines()
    swapped = [one for one in map(json.loads, lines) if one["kind"] == "coordinates_swapped"]
    assert swapped
    for fault in swapped:
        path = usual / fault["path"]
        rows = path.read_bytes().decode("gb18030" if fault["dataset_id"] == REGISTER else "utf-8").splitlines()
        cells = dict(zip(rows[0].split(","), rows[fault["line"] - 1].split(","), strict=True))
        assert float(cells["经度"]) < 90 < float(cells["纬度"])


def test_true_places_have_an_id_of_their_own_and_lie_where_they_say(usual: Path) -> None:
    truth = pl.read_parquet(usual / "truth" / "places.parquet")
    assert truth["true_entity_id"].n_unique() == truth.height
    assert truth["division_code"].is_in(places.DIVISIONS).all()
    assert set(truth["place_type"].unique()) >= {"building", "parcel", "parking_lot", "signal_junction"}
