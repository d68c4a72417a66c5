"""Matching and survivorship of the population base beside plain DuckDB and beside splink, on the same records.

    python tests/benchmarks/bench_matching.py --people 3600000 --splink-people 200000 --out matching.json

Everything starts from the table of normalised records. Ours is dbt's run of the models after it, less the start of dbt
on one small view; plain is one script, a cascade of exact rules and arg_max by authority and time. Both write every
link and every golden row. splink does the matching alone, so our matching alone is held against it, over a smaller
city of its own (`--splink-people`). A night adds 1 % of the records to a build of the other 99 %. CPU seconds of whole
processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import polars as pl
from matching_rivals import plain, splink_links, splink_missing

from citylake.settings import PROJECT, Settings
from citylake.warehouse import dbt_runner
from samples.people_lake import PeopleLake, Sent, pairwise, truth_of, whole_city
from samples.people_records import make_city

TIMES_PLAIN, SHARE_OF_SPLINK, NIGHT_SHARE, MEMORY_GB = 1.5, 0.2, 0.1, 4.0
COVERAGE = 0.36  # about 2.5 records a person
VILLAGE = 1_000  # people of whom a night's work is nothing beside the start of its models
RECORDS = "+int_person_records +int_person_golden,resource_type:seed stg_match_decisions stg_contracts stg_run"
RECORDS += " stg_conflict_decisions"
_MATCHING = ["renumbered", "touched", "touched_records", "anchors", "unsettled", "asked", "candidates", "doubles"]
_MATCHING += ["merges", "choices", "settled"]
_SURVIVAL = ["exceptions", "touched_persons", "golden", "disputes", "known_exceptions"]
_SEEN = ["int_persons_links", "int_persons_conflicts", "int_persons_id_changes", "int_persons_reviews"]
_SEEN += ["int_person_rulings", "dim_persons"]
MATCHING = " ".join(f"int_person_{name}" for name in _MATCHING)
AFTER = " ".join([MATCHING, *(f"int_person_{name}" for name in _SURVIVAL), *_SEEN])
NIGHT = f"{RECORDS} {AFTER} int_persons_attribute_history"
# The models alone: their tests prove data and are no part of what a rival does.
DBT = "import sys; from dbt.cli.main import cli; sys.argv[0] = 'dbt'; cli()"
NO_TESTS = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test", "--quiet"]
KEYS = ["delivery_id", "line_number", "role"]


def dbt_command(folder: Path, select: str) -> list[str]:
    """dbt over one selection, as from the command line."""
    project = ["--project-dir", str(PROJECT / "dbt_project"), "--profiles-dir", str(PROJECT / "dbt_project")]
    places = ["--target-path", str(folder / "target"), "--log-path", str(folder)]
    return [sys.executable, "-c", DBT, "build", *project, *places, *NO_TESTS, "--select", *select.split()]


def write_links(database: Path) -> None:
    """Our links are a view until they are published: written out here, since the rivals write theirs."""
    with duckdb.connect(str(database)) as connection:
        connection.execute("create or replace table lake.links as select * from staging.int_persons_links")


def child(step: str, folder: Path, database: Path, select: str = "") -> tuple[float, float]:
    """CPU seconds and peak memory (GB) of one step in a process of its own."""
    command = [sys.executable, __file__, "--step", step, "--database", str(database)]
    if step == "ours":
        command = dbt_command(folder, select)
    # dbt drops what it knows of the project when the path of the database changes
    link = folder / "open"
    link.unlink(missing_ok=True)
    link.symlink_to(database.parent, target_is_directory=True)
    names = {"CITYLAKE_BUILD_DB": str(link / database.name), "CITYLAKE_SPATIAL": str(dbt_runner.spatial_extension())}
    process = subprocess.Popen(command, env=os.environ | names)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise subprocess.CalledProcessError(status, step)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 2**20


def run_step(step: str, database: Path) -> None:
    """What a child process does."""
    if step == "links":
        write_links(database)
    elif step == "plain":
        plain(database)
    else:
        splink_links(database)


def accuracy(links: pl.DataFrame, sent: list[Sent]) -> tuple[float, float]:
    """Precision and recall of links (delivery_id, line_number, role, entity_id) against the people behind the rows."""
    precision, recall = pairwise(truth_of(sent).join(links, on=KEYS, how="inner"))
    return round(precision, 5), round(recall, 5)


def read(database: Path, sql: str) -> pl.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).pl()


def prepared(folder: Path, people: int) -> tuple[PeopleLake, Path, list[Sent]]:
    """A build that holds the normalised records and nothing after them."""
    lake, sent = (
        PeopleLake(Settings(home=folder / "home")),
        whole_city(make_city(people, 1, coverage=COVERAGE).datasets),
    )
    database = lake.prepare(sent)
    child("ours", folder, database, RECORDS)
    return lake, database, sent


def beside_plain(people: int, folder: Path) -> dict[str, float]:
    """The whole of ours and of plain DuckDB."""
    _, database, sent = prepared(folder, people)
    start, _ = child("ours", folder, database, "stg_run")
    whole, memory = child("ours", folder, database, AFTER)
    links, links_memory = child("links", folder, database)
    rival, rival_memory = child("plain", folder, database)
    ours_accuracy = accuracy(read(database, "select * from lake.links"), sent)
    plain_accuracy = accuracy(read(database, "select * from plain.links"), sent)
    cpu = whole - start + links
    return {
        "people": people,
        "records": sum(one.rows.height for one in sent),
        "dbt_start_cpu_s": round(start, 1),
        "ours_cpu_s": round(cpu, 1),
        "ours_memory_gb": round(max(memory, links_memory), 2),
        "plain_cpu_s": round(rival, 1),
        "plain_memory_gb": round(rival_memory, 2),
        "times_plain": round(cpu / rival, 2),
        "ours_precision": ours_accuracy[0],
        "ours_recall": ours_accuracy[1],
        "plain_precision": plain_accuracy[0],
        "plain_recall": plain_accuracy[1],
    }


def beside_splink(people: int, folder: Path) -> dict[str, float]:
    """Our matching alone and splink's, over a smaller city."""
    _, village, _ = prepared(folder / "village", VILLAGE)
    fixed, _ = child("ours", folder, village, MATCHING)
    _, database, sent = prepared(folder, people)
    start, _ = child("ours", folder, database, "stg_run")
    matching, _ = child("ours", folder, database, MATCHING)
    child("ours", folder, database, AFTER)
    rival, rival_memory = child("splink", folder, database)
    found = accuracy(pl.read_parquet(database.with_suffix(".splink.parquet")), sent)
    own = accuracy(read(database, "select * from staging.int_persons_links"), sent)
    return {
        "splink_people": people,
        "splink_cpu_s": round(rival, 1),
        "splink_memory_gb": round(rival_memory, 2),
        "matching_cpu_s": round(matching - start, 1),
        "matching_fixed_cpu_s": round(fixed - start, 1),
        "share_of_splink": round((matching - start) / rival, 3),
        "splink_precision": found[0],
        "splink_recall": found[1],
        "ours_precision_there": own[0],
        "ours_recall_there": own[1],
    }


def cpu_of_a_night(people: int, folder: Path) -> tuple[float, float]:
    """CPU seconds of a build of 99 % of every dataset's records, and of the night that brings the others, each less
    the start of dbt. No full list is replaced."""
    lake, cut = PeopleLake(Settings(home=folder / "home")), []
    for one in whole_city(make_city(people, 1, coverage=COVERAGE).datasets):
        rows = one.rows.sample(fraction=1.0, shuffle=True, seed=1)
        late = rows.height // 100
        cut.append((replace(one, rows=rows[late:]), Sent(f"{one.delivery_id}-late", one.dataset, rows[:late], one.day)))
    database = lake.prepare([known for known, _ in cut])
    child("ours", folder, database, "stg_run")  # reads the project, which the next steps then know
    first, _ = child("ours", folder, database, NIGHT)
    start, _ = child("ours", folder, database, "stg_run")
    database = lake.prepare([one for pair in cut for one in pair if one.rows.height])
    night, _ = child("ours", folder, database, NIGHT)
    return first - start, night - start


def a_night(people: int, folder: Path) -> dict[str, float]:
    """A night beside a full build; what the models cost however little there is to do is measured with a village."""
    village_full, village_night = cpu_of_a_night(VILLAGE, folder / "village")
    full, night = cpu_of_a_night(people, folder / "city")
    return {
        "full_cpu_s": round(full, 1),
        "night_cpu_s": round(night, 1),
        "night_share": round(night / full, 3),
        "fixed_night_cpu_s": round(village_night, 1),
        "night_share_without_fixed": round((night - village_night) / (full - village_full), 3),
    }


def told(figures: dict[str, float]) -> dict[str, float]:
    """Prints a part's figures as soon as they are known."""
    for name, value in figures.items():
        print(f"{name:28}{value:>14,}", flush=True)
    return figures


def main() -> int:
    parser = argparse.ArgumentParser(description="matching and survivorship beside plain DuckDB and splink")
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--splink-people", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=Path("matching.json"), help="file for the figures")
    parser.add_argument("--step", help=argparse.SUPPRESS)
    parser.add_argument("--database", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        run_step(arguments.step, arguments.database)
        return 0
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="citylake-bench-") as folder:
        figures |= told(beside_plain(arguments.people, Path(folder, "plain")))
        figures |= told(a_night(arguments.people, Path(folder, "night")))
        if splink_missing():
            print("splink is not installed: pip install splink")
        else:
            figures |= told(beside_splink(arguments.splink_people, Path(folder, "splink")))
    arguments.out.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    held = (
        figures["times_plain"] <= TIMES_PLAIN
        and figures["ours_memory_gb"] <= MEMORY_GB
        and figures["night_share"] <= NIGHT_SHARE
        and figures.get("share_of_splink", 0) <= SHARE_OF_SPLINK
    )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
