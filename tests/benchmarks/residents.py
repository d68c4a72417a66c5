"""Writes a residents file of any size: eight Chinese-named columns with the dirt of a real register, always the same.

    python tests/benchmarks/residents.py --rows 8000000 --encoding gb18030 --out residents.csv

Dirt, by row: 2 % wrong check digits, 1 % 15-digit numbers, 0.5 % without a number, 1 % full width, 1 % trailing blanks,
every second X in lower case; birth dates in six spellings and 1 % `0000-00-00`; 1 % telephones that are no mobile
numbers; 0.1 % addresses in quotes with commas, quotes and line breaks; 0.05 % rare names, of four bytes in GB18030.

Of the six spellings of a day the ISO one has a share of its own, 90 % unless told otherwise: a register writes its
dates in one way and keeps the others from the systems before it. `--iso-days 0.17` spreads the six evenly.

`--bad-rows 0.1` spoils that share of the rows on top, by turns: a wrong check digit, a day that does not exist where
one must stand, no register number, a field too few.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
import polars as pl

SEED = 20250930
BATCH_ROWS = 250_000
# Rates in rows of ten thousand. Only those born before 2000 have 15 digits, 78 of 100: hence 128 for one per cent.
WRONG_CHECK, FIFTEEN_DIGITS, NO_NUMBER, FULL_WIDTH, TRAILING_BLANK = 200, 128, 50, 100, 100
NO_BIRTH, BAD_PHONE, BROKEN_ADDRESS, RARE_NAME = 100, 100, 10, 5

AREAS = [320402, 320404, 320405, 320411, 320412, 320421, 320481, 320482, 320483, 329015, 340822, 411524]
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN = list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰萍红建国志梅鑫宇浩欣怡子涵梓轩")
RARE = ["𠮷", "𡈼", "𤩽", "𬭎", "䶮", "𪻐", "𫖯", "𣲗"]
ROADS = ["延陵西路", "和平北路", "晋陵中路", "通江南路", "花园街", "劳动西路", "长虹中路", "龙城大道"]
ISO_DAYS = 0.9
DISTRICTS = ["天宁区", "钟楼区", "新北区", "武进区", "金坛区", "溧阳市"]
SEXES = ["男", "女", "男性", "女性", "1", "2", "M", "F"]
HEADERS = ["人口标识", "公民身份号码", "姓名", "性别", "出生日期", "户籍详址", "联系电话", "数据更新时间"]


def write_residents(
    path: Path, rows: int, encoding: str = "utf-8", iso_days: float = ISO_DAYS, bad_rows: float = 0.0
) -> None:
    """Writes `rows` residents, `iso_days` of the births spelt YYYY-MM-DD; the same rows for every encoding."""
    random = np.random.default_rng(SEED)
    with path.open("wb") as file:
        file.write((",".join(HEADERS) + "\n").encode(encoding))
        for start in range(0, rows, BATCH_ROWS):
            frame = batch(random, start, min(BATCH_ROWS, rows - start), iso_days)
            data = _spoilt(frame, start, bad_rows) if bad_rows else _csv(frame)
            file.write(data if encoding == "utf-8" else data.decode().encode(encoding))


def _csv(frame: pl.DataFrame) -> bytes:
    text = io.BytesIO()
    frame.write_csv(text, include_header=False)
    return text.getvalue()


def _spoilt(frame: pl.DataFrame, start: int, share: float) -> bytes:
    """The batch as CSV with a share of its rows spoilt, each kind of damage as often."""
    dice = pl.Series(np.random.default_rng([SEED, start]).random(frame.height) / share * 4)
    number, register, updated = pl.col(HEADERS[1]), pl.col(HEADERS[0]), pl.col(HEADERS[7])
    wrong_check = number.str.slice(0, 17) + pl.when(number.str.ends_with("1")).then(pl.lit("2")).otherwise(pl.lit("1"))
    frame = frame.with_columns(
        pl.when(dice < 1).then(wrong_check).otherwise(number).alias(HEADERS[1]),
        pl.when(dice.is_between(1, 2)).then(pl.lit("2025-02-30 08:00:00")).otherwise(updated).alias(HEADERS[7]),
        pl.when(dice.is_between(2, 3)).then(pl.lit("")).otherwise(register).alias(HEADERS[0]),
    )
    address = pl.col(HEADERS[5])
    quoted = pl.concat_str(pl.lit('"'), address.str.replace_all('"', '""', literal=True), pl.lit('"'))
    frame = frame.with_columns(
        pl.when(address.str.contains('[,"\n]')).then(quoted).otherwise(address).alias(HEADERS[5])
    )
    whole = pl.concat_str(HEADERS, separator=",")
    lines = frame.select(
        pl.when(dice.is_between(3, 4)).then(pl.concat_str(HEADERS[:7], separator=",")).otherwise(whole)
    )
    return (lines.to_series().str.join("\n").item() + "\n").encode()


def batch(random: np.random.Generator, start: int, rows: int, iso_days: float) -> pl.DataFrame:
    """Text columns of the rows `start` to `start + rows`."""
    birth = random.integers(-14_610, 18_262, rows)  # days since 1970: 1930 to 2019
    frame = pl.DataFrame(
        {
            "born": pl.Series(birth).cast(pl.Int32).cast(pl.Date),
            "row": np.arange(start, start + rows),
            "sequence": random.integers(1, 1000, rows),
            **{f"dice_{i}": random.integers(0, 10_000, rows) for i in range(8)},
        }
    ).with_columns(area=pl.Series(np.array(AREAS)[random.integers(0, len(AREAS), rows)]))
    frame = frame.with_columns(number=_resident_ids(frame))
    return frame.select(
        pl.concat_str(pl.lit("R"), pl.col("row").cast(pl.String).str.zfill(9)).alias(HEADERS[0]),
        _dirty_number().alias(HEADERS[1]),
        _name().alias(HEADERS[2]),
        _one_of(SEXES, "dice_3").alias(HEADERS[3]),
        _birth(iso_days).alias(HEADERS[4]),
        _address().alias(HEADERS[5]),
        _phone().alias(HEADERS[6]),
        (pl.datetime(2025, 9, 1) + pl.duration(seconds=pl.col("dice_7") * 259)).dt.to_string("%F %T").alias(HEADERS[7]),
    )


def _resident_ids(frame: pl.DataFrame) -> pl.Series:
    body = frame.select(
        pl.concat_str("area", pl.col("born").dt.to_string("%Y%m%d"), pl.col("sequence").cast(pl.String).str.zfill(3))
    ).to_series()
    digits = np.array(body.to_list(), dtype="S17").view(np.uint8).reshape(-1, 17) - ord("0")
    checks = np.array(list("10X98765432"))[digits @ WEIGHTS % 11]
    return body + pl.Series(checks.tolist())


def _one_of(words: list[str], dice: str) -> pl.Expr:
    return pl.lit(pl.Series(words)).gather(pl.col(dice) % len(words))


def _dirty_number() -> pl.Expr:
    number, dice = pl.col("number"), pl.col("dice_0")
    other_check = ((number.str.slice(17).replace("X", "10").cast(pl.Int32) + 1) % 10).cast(pl.String)
    full_width = {str(digit): chr(0xFF10 + digit) for digit in range(10)}
    steps = np.cumsum([0, WRONG_CHECK, FIFTEEN_DIGITS, NO_NUMBER, FULL_WIDTH, TRAILING_BLANK]).tolist()

    def within(kind: int) -> pl.Expr:
        return dice.is_between(steps[kind], steps[kind + 1] - 1)

    return (
        pl.when(within(0))
        .then(number.str.slice(0, 17) + other_check)
        .when(within(1) & (number.str.slice(6, 2) == "19"))
        .then(number.str.slice(0, 6) + number.str.slice(8, 9))
        .when(within(2))
        .then(pl.lit(""))
        .when(within(3))
        .then(number.str.replace_many(full_width))
        .when(within(4))
        .then(number + "  ")
        .when(dice % 2 == 0)
        .then(number.str.to_lowercase())
        .otherwise(number)
    )


def _name() -> pl.Expr:
    name = _one_of(SURNAMES, "dice_1") + _one_of(GIVEN, "dice_2") + _one_of([*GIVEN, "", " "], "dice_5")
    return (
        pl.when(pl.col("dice_4") < RARE_NAME)
        .then(_one_of(SURNAMES, "dice_1") + _one_of(RARE, "dice_4"))
        .otherwise(name)
    )


def _birth(iso_days: float) -> pl.Expr:
    born = pl.col("born").dt
    spellings = ["%Y-%m-%d", "%Y%m%d", "%Y/%-m/%-d", "%Y.%m.%d", "%Y年%-m月%-d日", "%Y-%m-%d 00:00:00"]
    is_iso = pl.col("dice_4") < iso_days * 10_000
    kind = pl.when(is_iso).then(0).otherwise(pl.col("dice_6") % (len(spellings) - 1) + 1)
    spelt = pl.when(pl.col("dice_6") >= 10_000 - NO_BIRTH).then(pl.lit("0000-00-00"))
    for index, spelling in enumerate(spellings):
        spelt = spelt.when(kind == index).then(born.to_string(spelling))
    return spelt


def _address() -> pl.Expr:
    district, road = _one_of(DISTRICTS, "dice_2"), _one_of(ROADS, "dice_6")
    number, room = (pl.col("dice_5") % 400 + 1).cast(pl.String), (pl.col("dice_7") % 30 + 101).cast(pl.String)
    plain = pl.concat_str(pl.lit("江苏省常州市"), district, road, number, pl.lit("号"), room, pl.lit("室"))
    broken = pl.concat_str(road, number, pl.lit('号,"东门"\n'), room, pl.lit("室"))
    return pl.when(pl.col("dice_1") < BROKEN_ADDRESS).then(broken).otherwise(plain)


def _phone() -> pl.Expr:
    tail = (pl.col("dice_1") * 10_000 + pl.col("dice_2")).cast(pl.String).str.zfill(8)
    prefix = _one_of(["138", "139", "151", "177", "189"], "dice_4")
    return pl.when(pl.col("dice_3") < BAD_PHONE).then(pl.lit("0519-") + tail).otherwise(prefix + tail)


def main() -> None:
    parser = argparse.ArgumentParser(description="writes a residents file for the intake benchmark")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--encoding", choices=["utf-8", "gb18030"], default="utf-8")
    parser.add_argument("--iso-days", type=float, default=ISO_DAYS, help="share of birth dates spelt YYYY-MM-DD")
    parser.add_argument("--bad-rows", type=float, default=0.0, help="share of rows spoilt on top of the usual dirt")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    write_residents(arguments.out, arguments.rows, arguments.encoding, arguments.iso_days, arguments.bad_rows)


if __name__ == "__main__":
    main()
