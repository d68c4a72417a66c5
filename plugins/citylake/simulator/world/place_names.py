"""Names of what lies in a street: communities, roads, estates and natural villages, made from common syllables."""

from __future__ import annotations

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import pick

# A road that runs through every street of a division, its numbers going on from street to street; two divisions may
# have one of the same name, as towns do.
MAIN_ROADS = ("和平路", "怀德路", "通江路", "中吴大道", "人民路", "人民路")
_FIRST = list("锦福泰永兴安丰新华文武康宁景瑞祥和德仁义信嘉鸿翔云龙凤鹤梅兰竹菊松柏枫桂荷柳")
_SECOND = list("阳明光辉盛源泉溪湖江河山岭园林苑桥塘城乡")
_ROAD_ENDS = ("路", "街", "巷", "大道", "东路", "西路", "支路", "弄")
_ESTATE_ENDS = ("新村", "花园", "家园", "花苑", "公寓", "名邸", "小区", "东苑")
_COMMUNITY_ENDS = ("社区", "村")
_VILLAGE_FRONT = ("", "前", "后", "东", "西", "上", "下", "大")
_CLANS = list("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈")
_VILLAGE_ENDS = ("家村", "家塘", "家桥", "家庄", "家巷", "家坝", "家头", "家湾")


def road_names(rng: np.random.Generator, count: int) -> pl.Series:
    """`count` names of roads; none occurs twice while there are enough (6,880)."""
    return _distinct(rng, (_FIRST, _SECOND, _ROAD_ENDS), count)


def estate_names(rng: np.random.Generator, count: int) -> pl.Series:
    """`count` names of housing estates, as road names."""
    return _distinct(rng, (_FIRST, _SECOND, _ESTATE_ENDS), count)


def village_names(rng: np.random.Generator, count: int) -> pl.Series:
    """`count` names of natural villages; as in the country, the same name occurs in several towns."""
    parts = (_VILLAGE_FRONT, _CLANS, _VILLAGE_ENDS)
    return _joined(parts, rng.integers(0, len(_VILLAGE_FRONT) * len(_CLANS) * len(_VILLAGE_ENDS), count))


def community_names(rng: np.random.Generator, is_village: np.ndarray) -> pl.Series:
    """Names of communities (社区) and administrative villages (村)."""
    stem = _distinct(rng, (_SECOND, _FIRST, ("",)), len(is_village))
    return stem + pick(_COMMUNITY_ENDS, is_village.astype(np.int64))


def _distinct(rng: np.random.Generator, parts: tuple[tuple[str, ...] | list[str], ...], count: int) -> pl.Series:
    whole = int(np.prod([len(some) for some in parts]))
    return _joined(parts, rng.permutation(whole)[np.arange(count) % whole])


def _joined(parts: tuple[tuple[str, ...] | list[str], ...], index: np.ndarray) -> pl.Series:
    """The index-th combination of one syllable out of every part."""
    written: list[pl.Series] = []
    for some in reversed(parts):
        index, at = np.divmod(index, len(some))
        written.append(pick(list(some), at).alias(str(len(written))))
    return pl.DataFrame(written[::-1]).select(pl.concat_str(pl.all()).alias("n"))["n"]
