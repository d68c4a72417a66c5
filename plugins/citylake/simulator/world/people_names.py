"""Names of people as small codes, and the characters that they stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import ALL, day, pick, weighted

SURNAMES = list(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
DOUBLE_SURNAMES = ["欧阳", "上官", "司马", "诸葛"]
MALE_GIVEN = list(
    "伟强磊军洋勇杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林国建志文晓海小新永庆春东峰锋亮伯荣根良祥"
)
FEMALE_GIVEN = list(
    "芳娜敏静丽艳娟霞秀燕玲桂英慧巧美淑惠珠翠雅芝玉萍红娥月莺媛琳晶妍茜秋珊莎锦黛青倩婷兰凤洁梅云莲真环雪"
)
COMMON_GIVEN = list("子梓雨欣怡佳嘉思诗涵晨轩泽然一可心语彤萱博瑞亦安")
# Characters outside GBK: some of plane 0 and several beyond it, all in real use in names.
RARE = ["𠮷", "䶮", "𬭎", "㛃", "𫖮", "𬀩", "𨱏", "㵘", "𤧛"]
RARE_SHARE = 0.004
MALE, FEMALE, COMMON = len(MALE_GIVEN), len(FEMALE_GIVEN), len(COMMON_GIVEN)
GIVEN = [*MALE_GIVEN, *FEMALE_GIVEN, *COMMON_GIVEN, "", *RARE]
NO_SECOND = MALE + FEMALE + COMMON
FIRST_RARE = NO_SECOND + 1
ALL_SURNAMES = [*SURNAMES, *DOUBLE_SURNAMES]
# From these years on most names are made of characters that either sex carries.
MODERN = day(date(1995, 1, 1))
SINGLE_SHARE = 0.22


@dataclass
class Names:
    """Indices (uint8): the surname into ALL_SURNAMES, two given characters and the rare one's plain form into GIVEN."""

    surname: np.ndarray
    first: np.ndarray
    second: np.ndarray
    plain_first: np.ndarray

    def is_rare(self, rows: np.ndarray | slice = ALL) -> np.ndarray:
        return self.first[rows] != self.plain_first[rows]

    def texts(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """Names as registered."""
        return _joined(self.surname[rows], self.first[rows], self.second[rows])

    def plain_texts(self, rows: np.ndarray | slice = ALL) -> pl.Series:
        """The same, written without rare characters."""
        return _joined(self.surname[rows], self.plain_first[rows], self.second[rows])


def _joined(surname: np.ndarray, first: np.ndarray, second: np.ndarray) -> pl.Series:
    return pick(ALL_SURNAMES, surname) + _pairs()[first.astype(np.int64) * len(GIVEN) + second]


@cache
def _pairs() -> pl.Series:
    """All given names of two characters (or one): half the work of putting each together."""
    return pl.Series([one + other for one in GIVEN for other in GIVEN])


def given_characters(rng: np.random.Generator, is_male: np.ndarray, birth: np.ndarray) -> np.ndarray:
    """A given character for each person, by sex and the fashion of the years."""
    count = len(is_male)
    of_sex = np.where(is_male, rng.integers(0, MALE, count), MALE + rng.integers(0, FEMALE, count))
    of_all = MALE + FEMALE + rng.integers(0, COMMON, count)
    return np.where(rng.random(count) < np.where(birth > MODERN, 0.6, 0.2), of_all, of_sex).astype(np.uint8)


def make_names(
    rng: np.random.Generator, is_male: np.ndarray, birth: np.ndarray, father: np.ndarray, is_twin: np.ndarray
) -> Names:
    """Names of all people: children carry the father's surname, twins share their first given character.

    :param father: index of the father, -1 where unknown
    """
    count = len(is_male)
    weights = [1 / (5 + at) for at in range(len(SURNAMES))] + [0.0006] * len(DOUBLE_SURNAMES)
    surname = weighted(rng, weights, count).astype(np.uint8)
    # Grandchildren follow their fathers, who may have followed theirs: at most five generations live.
    for _ in range(5):
        surname = np.where(father >= 0, surname[father], surname)
    first, second = (given_characters(rng, is_male, birth) for _ in range(2))
    twins = np.flatnonzero(is_twin)
    first[twins] = given_characters(rng, np.ones(len(twins), dtype=bool), birth[twins])
    family = father[twins].astype(np.int64) * 100_000 + birth[twins]
    _, leader = np.unique(family, return_inverse=True)
    if len(twins):
        of_family = np.zeros(leader.max() + 1, dtype=np.uint8)
        of_family[leader] = first[twins]
        first[twins] = of_family[leader]
    second[(rng.random(count) < SINGLE_SHARE) & ~is_twin] = NO_SECOND
    written = np.where(rng.random(count) < RARE_SHARE, FIRST_RARE + rng.integers(0, len(RARE), count), first)
    return Names(surname, written.astype(np.uint8), second, first)
