"""The same person records without our models: a cascade in plain DuckDB, and splink."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb
import polars as pl

MEMORY = "3GB"
_ATTRIBUTES = [
    "person_name",
    "sex",
    "birth_date",
    "death_date",
    "ethnicity",
    "marital_status_code",
    "phone",
    "household_division_code",
    "insured_division_code",
    "household_no",
    "status",
]


def plain(database: Path) -> None:
    """Identifier, else name and birth, else phone and name, where one person fits; arg_max by authority and time.

    Writes plain.links (one row a record) and plain.persons (one row a person), as ours do.
    """
    ranks = ", ".join(
        f"max(case when attribute = '{one}' then authority_rank end) as {one}_rank" for one in _ATTRIBUTES
    )
    chosen = (
        "arg_min({value}, coalesce(a.{one}_rank, 99) * 1e12 - epoch(changed_at)) filter ({one} is not null) as {name}"
    )
    survivors = ", ".join(
        chosen.format(value=value, one=one, name=name)
        for one in _ATTRIBUTES
        for value, name in ((one, one), ("dataset_id", f"{one}_dataset_id"))
    )
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'; create or replace schema plain")
        connection.execute("""
            create table plain.known as
            select name_key, coalesce(birth_no, identifier_birth_no) as birth_no, phone, resident_id
            from staging.int_person_records where resident_id is not null and name_key is not null
            group by all""")
        for name, keys in (("by_birth", "name_key, birth_no"), ("by_phone", "name_key, phone")):
            connection.execute(f"""
                create table plain.{name} as select {keys}, min(resident_id) as person from plain.known
                where columns([{", ".join(f"'{key}'" for key in keys.split(", "))}]) is not null
                group by all having min(resident_id) = max(resident_id)""")
        connection.execute("""
            create table plain.placed as
            with asking as (
                select *, case when resident_id is null then name_key end as asked_name from staging.int_person_records
            )
            select r.record_no, coalesce(r.resident_id, b.person, p.person, r.name_key || '|' || r.birth_no,
                r.record_no::varchar) as person
            from asking r
            left join plain.by_birth b on r.asked_name = b.name_key and r.birth_no = b.birth_no
            left join plain.by_phone p on r.asked_name = p.name_key and r.phone = p.phone""")
        connection.execute(f"""
            create table plain.persons as
            with a as (
                select dataset_id, {ranks} from staging.attribute_authority where entity_type = 'person' group by 1)
            select 'P' || substr(sha256('key|' || person), 1, 20) as person_id, person, {survivors},
                min(period_start) as valid_from, count(distinct r.dataset_bit) as source_count
            from staging.int_person_records r join plain.placed using (record_no) left join a using (dataset_id)
            group by person""")
        connection.execute("""
            create table plain.links as
            select person_id as entity_id, r.dataset_id, r.delivery_id, r.sheet_name, r.line_number, r.role
            from staging.int_person_records r join plain.placed using (record_no) join plain.persons using (person)""")


def splink_missing() -> bool:
    """Whether splink is not installed (it is in the development lock)."""
    return importlib.util.find_spec("splink") is None


def splink_links(database: Path) -> None:
    """splink 5: blocking on identifier, on name and birth, on name and phone; trained by expectation maximisation.

    Writes <database>.splink.parquet: delivery_id, line_number, role, entity_id.
    """
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink import comparison_library as compare

    with duckdb.connect(str(database), read_only=True) as connection:
        records = connection.execute("""
            select record_no as unique_id, resident_id, name_key, sex, phone,
                cast(coalesce(birth_no, identifier_birth_no) as varchar) as birth,
                cast(address_no as varchar) as address, delivery_id, line_number, role
            from staging.int_person_records""").to_arrow_table()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.ExactMatch("resident_id"),
            compare.LevenshteinAtThresholds("name_key", 1),
            compare.LevenshteinAtThresholds("birth", 1),
            compare.ExactMatch("sex"),
            compare.ExactMatch("phone"),
            compare.ExactMatch("address"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("resident_id"),
            block_on("name_key", "birth"),
            block_on("name_key", "phone"),
            block_on("birth", "address"),
        ],
    )
    engine = DuckDBAPI()
    linker = Linker(engine.register(records), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("resident_id")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("name_key", "birth"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("resident_id"))
    pairs = linker.inference.predict(threshold_match_probability=0.9)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=0.95)
    found = pl.from_arrow(clusters.as_duckdbpyrelation().to_arrow_table())
    if isinstance(found, pl.DataFrame):
        found.select(
            "delivery_id", "line_number", "role", pl.col("cluster_id").cast(pl.String).alias("entity_id")
        ).write_parquet(database.with_suffix(".splink.parquet"))
