"""Public files as they were published: every row is accounted for, and every known defect is caught by a named reason.

The files are no part of the project. They are looked for in CITYLAKE_SHARED or in ../shared beside the project (folder
`real_files`); without them these tests are skipped. Rows are counted here by other code than staging uses.
"""

from __future__ import annotations

import csv
import json
import os
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import polars as pl
import pytest

from citylake.contracts import load_contracts
from citylake.contracts.reasons import REASONS
from citylake.errors import FileRefused
from citylake.staging.engine import stage_file
from citylake.staging.reading.workbook import SHARED_READER
from samples import roster

ROOT = Path(__file__).parents[2]
FILES = Path(os.environ.get("CITYLAKE_SHARED", ROOT.parent / "shared")) / "real_files"
SHEET_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"

pytestmark = pytest.mark.skipif(
    not FILES.is_dir(), reason="the public files are not here: set CITYLAKE_SHARED to the folder above real_files"
)

DATASETS = {
    "aq_changzhou_202003.csv": "ecology__air_quality_changzhou",
    "aq_national_2020041110.csv": "ecology__air_quality_national",
    "gbt4754_2016_year_data.xlsx": "statistics__industry_codes_in_use",
    "GBT4754-2017.xlsx": "statistics__industry_classification",
    "nbs_分省年度数据.xls": "statistics__provincial_gdp",
    "gb2260_mca_199012.tsv": "statistics__division_codes",
    "gb2260_mca_200112.tsv": "statistics__division_codes",
    "gb2260_mca_200212.tsv": "statistics__division_codes",
    "gb2260_mca_201504.tsv": "statistics__division_codes",
    "gb2260_mca_201506.tsv": "statistics__division_codes",
    "gb2260_mca_201904.tsv": "statistics__division_codes",
    "modood_areas.csv": "statistics__division_areas",
    "ydm_常州.csv": "statistics__population_and_gdp",
}


class Outcome:
    """Accepted rows, quarantined cells and lines of one staged file, and the counts that staging gave."""

    def __init__(self, path: Path, out: Path, file_name: str) -> None:
        contracts = load_contracts(Path(__file__).with_name("contracts"))
        contract = contracts.datasets[DATASETS[file_name]]
        out.mkdir()
        self.staged = stage_file(path, contract, contracts.codes, "delivery", out, file_name=file_name)
        self.rows = pl.concat([pl.read_parquet(part) for part in self.staged.parts])
        self.quarantine = pl.read_parquet(self.staged.rejects)

    def reasons(self, kind: str) -> dict[str, int]:
        """Reason code -> rows of quarantine of one kind."""
        found = self.quarantine.filter(pl.col("kind") == kind)["reason_code"]
        return dict(Counter(found.to_list()))

    def of(self, reason: str) -> pl.DataFrame:
        return self.quarantine.filter(pl.col("reason_code") == reason).sort("line_number")


@pytest.fixture(scope="module", autouse=True)
def _workbook_reader():
    yield
    SHARED_READER.close()


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Stages a file once; give its name."""
    found: dict[str, Outcome] = {}

    def stage(file_name: str) -> Outcome:
        if file_name not in found:
            found[file_name] = Outcome(FILES / file_name, tmp_path_factory.mktemp("staged") / "out", file_name)
        return found[file_name]

    return stage


def records(file_name: str) -> list[list[str]]:
    """Rows of a delimited file by the csv module, header included."""
    with (FILES / file_name).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t" if file_name.endswith(".tsv") else ","))


def rows_in(file_name: str) -> int:
    """Rows of a file, counted without staging: by the csv module, from the sheet's XML, or from the raw BIFF sheet."""
    path = FILES / file_name
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book, book.open("xl/worksheets/sheet1.xml") as sheet:
            return sum(1 for row in ElementTree.parse(sheet).iter(SHEET_ROW) if row.find(".//*[{*}v]") is not None)
    if path.suffix == ".xls":
        return fastexcel.read_excel(path).load_sheet(0, header_row=None).height
    return len(records(file_name))


@pytest.mark.parametrize("file_name", DATASETS)
def test_every_row_of_a_public_file_is_accounted_for(outcome, file_name):
    staged = outcome(file_name).staged
    assert staged.rows_accepted + staged.rows_rejected + staged.rows_not_records == rows_in(file_name)
    assert staged.rows_accepted == outcome(file_name).rows.height


@pytest.mark.parametrize("file_name", [name for name in DATASETS if name.endswith(("csv", "tsv"))])
def test_every_row_keeps_the_physical_line_on_which_it_begins(outcome, file_name):
    rows = records(file_name)[1:]
    result = outcome(file_name)
    rejected = result.quarantine.filter(pl.col("kind") == "row_rejected")["line_number"]
    assert sorted([*result.rows["line_number"], *rejected]) == first_lines(rows)


def test_a_status_glued_to_a_station_name_is_sent_back(outcome):
    expected = [row[2] for row in records("aq_changzhou_202003.csv")[1:] if "(" in row[2]]
    found = outcome("aq_changzhou_202003.csv").of("station.status_in_name")
    assert found["raw_value"].to_list() == expected
    assert len(set(expected)) == 6
    assert outcome("aq_changzhou_202003.csv").rows["station_name"].n_unique() == 9


def test_an_hour_delivered_twice_or_thrice_is_taken_once(outcome):
    keys = [tuple(row[:3]) for row in records("aq_changzhou_202003.csv")[1:]]
    assert sum(1 for times in Counter(keys).values() if times > 1) == 60
    repeated = [key for key in keys if "(" not in key[2]]
    result = outcome("aq_changzhou_202003.csv")
    assert result.of("key.duplicate").height == len(repeated) - len(set(repeated))
    assert result.rows.select("stat_date", "stat_hour", "station_name").is_unique().all()


def test_two_pollutants_in_one_cell_are_set_aside_and_the_row_goes_on(outcome):
    for file_name, column in (("aq_changzhou_202003.csv", 5), ("aq_national_2020041110.csv", 11)):
        twice = [row[column] for row in records(file_name)[1:] if row[column].count("颗粒物") == 2]
        found = outcome(file_name).of("code.unknown")
        assert sorted(text.split() for text in found["raw_value"]) == sorted(text.split() for text in twice)
        assert set(found["kind"]) == {"value_discarded"}
        taken = outcome(file_name).rows.filter(pl.col("line_number").is_in(found["line_number"].implode()))
        assert taken.height == len(twice)
        assert taken["main_pollutant"].null_count() == len(twice)


@pytest.mark.parametrize("file_name", ["aq_changzhou_202003.csv", "aq_national_2020041110.csv"])
def test_each_spelling_of_no_value_is_null(outcome, file_name):
    header, *rows = records(file_name)
    is_missing = [row[header.index("SO2")] in ("", "NaN", "-") for row in rows]
    # Rows are in the order of the file; a rejected one is known by the line it begins on.
    lines = first_lines(rows)
    expected = {line for line, missing in zip(lines, is_missing, strict=True) if missing}
    taken = outcome(file_name).rows
    found = set(taken.filter(pl.col("so2_ug_m3").is_null())["line_number"])
    assert found == expected & set(taken["line_number"])
    assert found


def first_lines(rows: list[list[str]]) -> list[int]:
    """Physical line on which each record begins, below one header line."""
    line, lines = 2, []
    for row in rows:
        lines.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return lines


def test_a_feed_that_changed_its_columns_is_read_by_name(outcome):
    header, *rows = records("aq_national_2020041110.csv")
    pm25 = {row[header.index("_id")]: row[header.index("PM25")] for row in rows}
    found = dict(outcome("aq_national_2020041110.csv").rows.select("observation_id", "pm25_ug_m3").rows())
    assert {key: float(text) for key, text in pm25.items() if text not in ("NaN", "-")} == {
        key: value for key, value in found.items() if value is not None
    }
    reading = outcome("aq_national_2020041110.csv").staged.reading
    assert reading.unknown_headers == [name for name in header if name.endswith("rank")]


def test_a_lost_leading_zero_is_named_and_not_put_back(outcome):
    result = outcome("gbt4754_2016_year_data.xlsx")
    found = result.of("industry.lost_leading_zero")
    assert found.height == 36
    assert set(found["raw_value"].str.len_chars()) == {3}
    assert set(result.rows["industry_code"].str.len_chars()) == {4}


def test_two_fused_rows_of_a_printed_table_are_named(outcome):
    result = outcome("GBT4754-2017.xlsx")
    assert result.of("industry.fused_codes")["raw_value"].to_list() == ["27702780", "80528053"]
    assert result.reasons("row_rejected") == {"industry.fused_codes": 2}


def test_titles_and_footnotes_of_a_workbook_are_no_records(outcome):
    result = outcome("nbs_分省年度数据.xls")
    aside = result.quarantine.filter(pl.col("kind") == "not_record").sort("line_number")
    assert aside["reason_code"].to_list()[:4] == ["row.title"] * 3 + ["row.header"]
    assert aside["line_number"].to_list() == [1, 2, 3, 4, 36, 37, 38]
    assert result.rows.height == 31


def test_figures_in_yi_yuan_become_yuan(outcome):
    rows = outcome("nbs_分省年度数据.xls").rows
    tianjin = rows.filter(pl.col("division_name") == "天津市")
    # The census of 2018 revised the year before it was written over: 18549.19 became 13362.92.
    assert tianjin["gdp_2018_cny"].item() == pytest.approx(13362.92e8)
    assert tianjin["gdp_2017_cny"].item() == pytest.approx(18549.19e8)


def test_numbers_padded_with_blanks_are_read(outcome):
    rows = outcome("ydm_常州.csv").rows
    assert rows.filter(pl.col("stat_year") == 2021)["gdp_cny"].item() == pytest.approx(9037.84e8)
    assert rows.filter(pl.col("stat_year") == 1949)["registered_persons"].item() == pytest.approx(1_738_900)


def test_every_code_of_every_list_is_a_division(outcome):
    codes = {}
    for file_name in DATASETS:
        if file_name.startswith("gb2260"):
            codes[file_name[-10:-4]] = set(outcome(file_name).rows["division_code"])
    assert {"329015", "320405", "320422"} <= codes["199012"]
    assert {"320482", "320405"} <= codes["201504"]
    assert "320413" in codes["201506"]
    assert not {"320405", "320482"} & codes["201506"]


TEXT = [name for name in DATASETS if name.endswith(("csv", "tsv"))]


def staged_by(contract, path, out, file_name):
    """A file by a contract that differs from the published file's."""
    out.mkdir()
    codes = load_contracts(Path(__file__).with_name("contracts")).codes
    staged = stage_file(path, contract, codes, "delivery", out, file_name=file_name)
    quarantine = pl.read_parquet(staged.rejects) if staged.rejects else None
    return staged, pl.concat([pl.read_parquet(part) for part in staged.parts]), quarantine


def contract_of(file_name, **form):
    """The contract of a public file, for another form of it."""
    contract = load_contracts(Path(__file__).with_name("contracts")).datasets[DATASETS[file_name]]
    return contract.model_copy(update={"form": contract.form.model_copy(update=form)})


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
@pytest.mark.parametrize("file_name", TEXT)
def test_derived_the_same_text_in_another_encoding_gives_the_same_rows(outcome, tmp_path, file_name, encoding):
    """Derived: no public file in GB18030 was found, so UTF-8 ones are transcoded."""
    path = tmp_path / file_name
    path.write_bytes((FILES / file_name).read_bytes().decode("utf-8").encode(encoding))
    contract = contract_of(file_name, encodings=[encoding])
    staged, rows, quarantine = staged_by(contract, path, tmp_path / "out", file_name)
    assert staged.reading.encoding.startswith(encoding)
    assert rows.equals(outcome(file_name).rows)
    assert quarantine.equals(outcome(file_name).quarantine)


def workbook_of(name, write):
    return lambda cells: write({name: cells})


# Form -> the list written in it. Line numbers differ where a form has no header line.
DERIVED = {
    "xlsx": workbook_of("list", roster.xlsx),
    "xls": workbook_of("list", roster.xls),
    "ods": workbook_of("list", roster.ods),
    "jsonl": lambda cells: "".join(
        json.dumps(dict(zip(cells[0], row, strict=True)), ensure_ascii=False) + "\n" for row in cells[1:]
    ).encode(),
}


@pytest.mark.parametrize("form", DERIVED)
def test_derived_the_same_list_in_another_form_gives_the_same_rows(outcome, tmp_path, form):
    """Derived: a list of divisions written as a workbook and as JSON lines."""
    name = "gb2260_mca_201904.tsv"
    path = tmp_path / "list"
    path.write_bytes(DERIVED[form](records(name)))
    contract = contract_of(name, type=form, encodings=["utf-8"])
    staged, rows, _ = staged_by(contract, path, tmp_path / "out", "list")
    columns = list(contract.columns)
    assert rows.select(columns).equals(outcome(name).rows.select(columns))
    assert staged.rows_accepted == len(records(name)) - 1


@pytest.mark.parametrize("file_name", ["aq_readme.txt", "gb2260_revisions.json"])
def test_a_file_that_is_no_table_is_refused_by_every_contract(tmp_path, file_name):
    contracts = load_contracts(Path(__file__).with_name("contracts"))
    for dataset in sorted(set(DATASETS.values())):
        out = tmp_path / dataset
        out.mkdir()
        with pytest.raises(FileRefused) as refused:
            stage_file(FILES / file_name, contracts.datasets[dataset], contracts.codes, "d", out, file_name=file_name)
        assert refused.value.rule in REASONS
        assert refused.value.file == file_name


@pytest.mark.parametrize("file_name", DATASETS)
def test_the_second_count_of_a_public_file_covers_its_rows(outcome, file_name):
    staged = outcome(file_name).staged
    assert staged.second_count.number == staged.rows_in_file + staged.reading.lines_beyond_rows
    if file_name in TEXT:
        data = (FILES / file_name).read_bytes()
        assert staged.second_count.number == data.count(b"\n") + (not data.endswith(b"\n"))


def test_derived_an_encoding_outside_the_contract_is_refused(tmp_path):
    """Derived: the same text in an encoding that its contract does not accept."""
    name = "aq_changzhou_202003.csv"
    path = tmp_path / name
    path.write_bytes((FILES / name).read_text(encoding="utf-8").encode("gb18030"))
    with pytest.raises(FileRefused) as refused:
        Outcome(path, tmp_path / "out", name)
    assert refused.value.rule == "file.encoding"


def test_derived_a_file_cut_in_its_last_row_is_refused(tmp_path):
    """Derived: the transfer broke off inside the last row."""
    name = "aq_changzhou_202003.csv"
    path = tmp_path / name
    path.write_bytes((FILES / name).read_bytes()[:-12])
    with pytest.raises(FileRefused) as refused:
        Outcome(path, tmp_path / "out", name)
    assert refused.value.rule == "file.truncated"
