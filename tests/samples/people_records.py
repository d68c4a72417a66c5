"""People as departments write them down, for the tests and the benchmark of the population base: made here, without the
simulator, as rows that staging has already typed, each with the person whom it is really about.

Every kind of fault that matching has to live with is in, at a share of its own: missing and foreign identifiers, other
spellings, wrong birth columns, two people under one number, one person under two, a number that a department corrected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国志梅鑫宇浩欣怡子涵梓轩晨佳琪博文思远")
DIVISIONS = ["320402", "320404", "320411", "320412", "320413", "320481"]
NIGHT = date(2025, 9, 30)
TRUTH, LATE = "_person", "_is_late"


@dataclass(frozen=True)
class Shares:
    """How often each fault is put in, as shares of the records (of the people, where it is theirs)."""

    missing_identifier: float = 0.03
    relatives_identifier: float = 0.004
    other_spelling: float = 0.004
    wrong_birth: float = 0.002
    two_numbers: float = 0.002
    shared_number: float = 0.001
    corrected_number: float = 0.002

    def only(self, fault: str) -> Shares:
        """The same share of one fault and none of the others."""
        return Shares(**{name: value if name == fault else 0.0 for name, value in vars(self).items()})


@dataclass
class City:
    """True people (one row each) and what departments wrote: dataset -> rows with `_person`, the true row's index."""

    people: pl.DataFrame
    datasets: dict[str, pl.DataFrame] = field(default_factory=dict)


def make_city(count: int, seed: int, shares: Shares | None = None, *, coverage: float = 1.0) -> City:
    """`count` people and about `7 * coverage * count` records of them in sixteen datasets."""
    rng = np.random.default_rng(seed)
    people = _people(rng, count)
    return City(people, _datasets(rng, people, shares or Shares(), coverage))


def _people(rng: np.random.Generator, count: int) -> pl.DataFrame:
    household = np.sort(rng.integers(0, max(count * 2 // 5, 1), count))
    division = np.array(DIVISIONS)[(household * 2654435761 % 2**32) % len(DIVISIONS)]
    birth = np.datetime64("1935-01-01") + rng.integers(0, 33_000, count)
    is_male = rng.random(count) < 0.5
    days = pl.Series(birth).cast(pl.Date)
    order = pl.DataFrame({"a": division, "b": days, "m": is_male}).with_columns(
        pl.int_range(pl.len()).over("a", "b", "m").alias("n")
    )
    number = order.select(
        pl.col("a")
        + pl.col("b").dt.strftime("%Y%m%d")
        + (pl.col("n") * 2 + pl.col("m")).cast(pl.String).str.zfill(3)
        + "X"
    ).to_series()
    given = np.array([*GIVEN, ""])
    names = (
        pl.Series(np.array(SURNAMES)[(rng.random(count) ** 1.7 * len(SURNAMES)).astype(int)])
        + pl.Series(given[rng.integers(0, len(GIVEN), count)])
        + pl.Series(given[np.where(rng.random(count) < 0.2, len(GIVEN), rng.integers(0, len(GIVEN), count))])
    )
    age = (np.datetime64(NIGHT) - birth).astype(int) // 365
    rows = np.arange(count)
    head = np.searchsorted(household, household)  # the first of the household speaks for the children
    return pl.DataFrame(
        {
            "person": rows,
            "resident_id": number,
            "person_name": names,
            "sex": pl.Series(np.where(is_male, "male", "female")),
            "birth_date": days,
            "age": age,
            "phone": pl.Series(13_100_000_000 + np.where(age < 14, head, rows) * 7).cast(pl.String),
            "address": pl.Series(household).cast(pl.String) + "号常州市某路某小区某幢",
            "household_no": "H" + pl.Series(household).cast(pl.String),
            "division": pl.Series(division),
            "relative": np.where(head == rows, np.minimum(rows + 1, count - 1), head),
            "is_registered": rng.random(count) < 0.78,
            "firm": pl.Series(rng.integers(0, max(count // 20, 1), count)).cast(pl.String) + "厂",
        }
    )


# Dataset -> share of the people it has, whom it has, and its columns made of the people's.
_PLAIN = {"resident_id", "person_name", "sex", "birth_date"}
_ADULT, _CHILD, _OLD = pl.col("age") >= 18, pl.col("age").is_between(6, 17), pl.col("age") >= 70
_KINDS: dict[str, tuple[float, pl.Expr, set[str], dict[str, str]]] = {
    "public_security__resident_register": (
        1.0,
        pl.col("is_registered"),
        _PLAIN,
        {"person_register_no": "R", "household_no": "=household_no", "address": "=address", "status": "normal"}
        | {"household_division_code": "=division", "ethnicity": "汉族", "marital_status_code": "已婚"},
    ),
    "public_security__residence_permits": (
        0.9,
        ~pl.col("is_registered"),
        _PLAIN,
        {"residence_register_no": "P", "phone": "=phone", "address": "=address", "community_code": "=division"},
    ),
    "public_security__driving_licences": (0.3, _ADULT, _PLAIN, {"archive_no": "D"}),
    "civil_affairs__elderly_care_recipients": (0.3, _OLD, _PLAIN, {"phone": "=phone", "address": "=address"}),
    "education__student_roll": (0.9, _CHILD, _PLAIN, {"student_no": "G", "phone": "=phone", "address": "=address"}),
    "health__health_records": (
        0.85,
        pl.lit(True),
        _PLAIN,
        {"health_record_no": "E", "phone": "=phone", "address": "=address", "community_code": "=division"},
    ),
    "health__health_record_quality": (0.3, pl.lit(True), {"resident_id"}, {"health_record_no": "E"}),
    "health__death_certificates": (0.02, _OLD, _PLAIN, {"certificate_no": "T", "address": "=address"}),
    "human_resources__employment_registrations": (
        0.4,
        _ADULT,
        {"resident_id", "person_name"},
        {"employment_record_no": "J", "uscc": "=firm", "division_code": "=division"},
    ),
    "human_resources__insured_persons": (
        0.8,
        _ADULT,
        _PLAIN,
        {"person_no": "S", "phone": "=phone", "insurance_type_code": "employee_pension", "status": "insured"}
        | {"insured_division_code": "=division", "uscc": "=firm"},
    ),
    "human_resources__social_security_cards": (0.7, _ADULT, {"resident_id", "person_name"}, {"person_no": "S"}),
    "human_resources__electronic_card_issuance": (0.3, _ADULT, {"resident_id"}, {"person_no": "S"}),
    "medical_insurance__insured_persons": (
        0.95,
        pl.lit(True),
        {"resident_id", "person_name"},
        {
            "person_no": "M",
            "insurance_type_code": "resident",
            "status": "insured",
            "insured_division_code": "=division",
        },
    ),
    "medical_insurance__voucher_activations": (0.3, pl.lit(True), {"resident_id"}, {"person_no": "M"}),
}


_MAY_LACK_IDENTIFIER = {
    "public_security__residence_permits",
    "education__student_roll",
    "health__health_records",
    "health__death_certificates",
    "human_resources__employment_registrations",
}


def _datasets(
    rng: np.random.Generator, people: pl.DataFrame, shares: Shares, coverage: float
) -> dict[str, pl.DataFrame]:
    numbers = _numbers(rng, people, shares)
    corrected = pl.Series(rng.random(people.height) < shares.corrected_number)
    made = {}
    for dataset, (share, who, identity, columns) in _KINDS.items():
        kept = people.filter(who & pl.lit(pl.Series(rng.random(people.height) < share * coverage)))
        rows = kept.select(
            pl.col("person").alias(TRUTH),
            *(pl.col(one) for one in sorted(identity)),
            *(
                pl.col(value[1:]).alias(column) if value.startswith("=") else _constant(column, value)
                for column, value in columns.items()
            ),
        )
        if dataset != "public_security__resident_register":  # its identifier is the truth
            rows = _faulty(rng, dataset, rows, people, numbers, shares)
        if dataset == "human_resources__insured_persons":
            rows = _corrected(rows, people, corrected)
        made[dataset] = rows
    made["health__birth_certificates"] = _births(rng, people, coverage)
    made["civil_affairs__marriage_registrations"] = _marriages(rng, people, coverage)
    return made


def _constant(column: str, value: str) -> pl.Expr:
    """A department's own number (one capital letter and the person) or a word that is the same in every row."""
    if len(value) == 1:
        return (pl.lit(value) + pl.col("person").cast(pl.String)).alias(column)
    return pl.lit(value).alias(column)


def _numbers(rng: np.random.Generator, people: pl.DataFrame, shares: Shares) -> pl.DataFrame:
    """A person's second number, which half of the records show, and the number of another that all of them show."""
    resident_id = people["resident_id"]
    frame = pl.DataFrame(
        {
            "second": resident_id.str.slice(0, 14) + "8" + resident_id.str.slice(15, 3),
            "shared": resident_id.gather((people["person"] + people.height // 2) % people.height),
            "has_second": pl.Series(rng.random(people.height) < shares.two_numbers),
            "has_shared": pl.Series(rng.random(people.height) < shares.shared_number) & ~people["is_registered"],
        }
    )
    return frame.select(
        pl.when("has_second").then("second").alias("second"), pl.when("has_shared").then("shared").alias("shared")
    )


def _corrected(rows: pl.DataFrame, people: pl.DataFrame, corrected: pl.Series) -> pl.DataFrame:
    """Rows under a number that is not the person's, and again, later, under the right one (`_is_late`)."""
    first = rows.with_columns(
        pl.when(pl.lit(corrected.gather(rows[TRUTH])))
        .then(pl.col("resident_id").str.slice(0, 14) + "7" + pl.col("resident_id").str.slice(15, 3))
        .otherwise("resident_id")
        .alias("resident_id"),
        pl.lit(False).alias(LATE),
    )
    again = rows.filter(pl.lit(corrected.gather(rows[TRUTH])))
    right = people["resident_id"].gather(again[TRUTH]).alias("resident_id")
    return pl.concat([first, again.with_columns(right, pl.lit(True).alias(LATE))])


def _faulty(
    rng: np.random.Generator,
    dataset: str,
    rows: pl.DataFrame,
    people: pl.DataFrame,
    numbers: pl.DataFrame,
    shares: Shares,
) -> pl.DataFrame:
    def some(share: float) -> pl.Expr:
        return pl.lit(pl.Series(rng.random(rows.height) < share))

    who = rows[TRUTH]
    relative = people["resident_id"].gather(people["relative"].gather(who))
    number = pl.col("resident_id")
    second, shared = numbers["second"].gather(who), numbers["shared"].gather(who)
    number = pl.when(some(0.5) & pl.lit(second).is_not_null()).then(pl.lit(second)).otherwise(number)
    number = pl.coalesce(pl.lit(shared), number)
    if "birth_date" in rows.columns:
        number = pl.when(some(shares.relatives_identifier)).then(pl.lit(relative)).otherwise(number)
    if dataset in _MAY_LACK_IDENTIFIER:
        number = pl.when(some(shares.missing_identifier)).then(None).otherwise(number)
    changes = [number.alias("resident_id")]
    if "person_name" in rows.columns:
        long = pl.col("person_name").str.len_chars() == 3
        name = pl.col("person_name").str.slice(0, 2) + "某"
        changes.append(
            pl.when(some(shares.other_spelling) & long).then(name).otherwise("person_name").alias("person_name")
        )
    if "birth_date" in rows.columns:
        birth = pl.col("birth_date")
        changes.append(
            pl.when(some(shares.wrong_birth)).then(birth.dt.offset_by("1mo")).otherwise(birth).alias("birth_date")
        )
    return rows.with_columns(changes)


def _births(rng: np.random.Generator, people: pl.DataFrame, coverage: float) -> pl.DataFrame:
    kept = people.filter((pl.col("age") <= 5) & pl.lit(pl.Series(rng.random(people.height) < 0.8 * coverage)))
    mother = kept["relative"]
    unnamed = pl.lit(pl.Series(rng.random(kept.height) < 0.1))
    return kept.select(
        pl.col("person").alias(TRUTH),
        (pl.lit("B") + pl.col("person").cast(pl.String)).alias("certificate_no"),
        pl.when(unnamed).then(pl.lit("未取名")).otherwise("person_name").alias("person_name"),
        "sex",
        "birth_date",
        "address",
        people["person_name"].gather(mother).alias("mother_name"),
        people["resident_id"].gather(mother).alias("mother_resident_id"),
        mother.alias(f"{TRUTH}__mother"),
    )


def _marriages(rng: np.random.Generator, people: pl.DataFrame, coverage: float) -> pl.DataFrame:
    kept = people.filter(_ADULT & pl.lit(pl.Series(rng.random(people.height) < 0.05 * coverage)))
    wife = kept["relative"]
    return kept.select(
        pl.col("person").alias(f"{TRUTH}__husband"),
        (pl.lit("W") + pl.col("person").cast(pl.String)).alias("certificate_no"),
        pl.lit("marriage").alias("marriage_event_code"),
        pl.col("person_name").alias("husband_name"),
        pl.col("resident_id").alias("husband_resident_id"),
        people["person_name"].gather(wife).alias("wife_name"),
        people["resident_id"].gather(wife).alias("wife_resident_id"),
        wife.alias(f"{TRUTH}__wife"),
        pl.col("division").alias("division_code"),
    )
