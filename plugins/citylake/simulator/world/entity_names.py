"""Names and trades of legal entities, composed for the rows that ask."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import polars as pl
import yaml

from citylake.simulator.basics.drawing import pick
from citylake.simulator.world import divisions as places
from citylake.simulator.world.entity_columns import EntityColumns
from citylake.simulator.world.place_ground import STREET_NAMES

BRANDS = list("恒新天华瑞鑫宏中金盛龙创东亚联大泰海光国力正安信德科远达嘉佳康润丰源诚通博宇晟腾迈锐凯")
TRADES = [
    ("机械制造", "3484"),
    ("精密机械", "3489"),
    ("金属结构", "3311"),
    ("汽车零部件", "3670"),
    ("光伏科技", "3825"),
    ("新能源", "3841"),
    ("塑料制品", "2929"),
    ("纺织", "1751"),
    ("服饰", "1811"),
    ("建筑工程", "4710"),
    ("五金商贸", "5174"),
    ("物流", "5431"),
    ("餐饮管理", "6210"),
    ("软件", "6513"),
    ("信息技术", "6531"),
    ("房地产开发", "7010"),
    ("企业管理咨询", "7243"),
    ("生物科技", "7340"),
    ("农业科技", "0141"),
    ("茶业", "0164"),
    ("水产养殖", "0412"),
    ("粮油", "0111"),
]
TRADE_WEIGHTS = [9, 7, 5, 7, 4, 4, 5, 5, 4, 7, 9, 6, 5, 4, 5, 2, 6, 2, 2, 0.7, 1, 0.8]
SHOPS = [
    ("小吃店", "6291"),
    ("餐馆", "6210"),
    ("面馆", "6220"),
    ("便利店", "5212"),
    ("食品店", "5229"),
    ("服装店", "5232"),
    ("水果店", "5223"),
    ("五金店", "5281"),
    ("烟酒店", "5226"),
    ("理发店", "8040"),
    ("汽车修理部", "8111"),
    ("快递驿站", "6020"),
    ("农资店", "5167"),
    ("蔬菜种植户", "0141"),
]
SHOP_WEIGHTS = [10, 8, 4, 9, 6, 9, 5, 6, 5, 6, 4, 3, 2, 1]
FIRM_PLACES = ["常州市", "常州", "江苏"]
SUFFIXES = ["有限公司", "有限公司", "股份有限公司", "专业合作社", "厂"]


def _words() -> dict[str, list[str]]:
    text = (files("citylake.simulator") / "data" / "entity_words.yml").read_text(encoding="utf-8")
    return {name: words.split() for name, words in yaml.safe_load(text).items()}


WORDS = _words()
BUREAUS, MASSES = WORDS["bureaus"], WORDS["masses"]
SCHOOL_WORDS = WORDS["school_words"]
# City first, then the divisions as they stand in names of their bodies.
LEVELS = ["常州市", *(name if name.endswith("市") else f"常州市{name}" for name in places.DIVISION_NAMES)]
PAIRS = [first + second for second in BRANDS for first in BRANDS]
SHORT_STREETS = [name.removesuffix("街道").removesuffix("镇") for name in STREET_NAMES]
_SERIAL_STEP, _FORMER = 7919, 41_011


def names(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    """Registered names; `is_old` asks for the name that an entity bore before it changed it."""
    key = entities.name_key[rows]
    kind = entities.kind[key]
    parts, at = [], []
    for makers, kinds in _MAKERS:
        chosen = np.flatnonzero(np.isin(kind, kinds))
        if len(chosen):
            parts.append(makers(entities, key[chosen], is_old[chosen]))
            at.append(chosen)
    if not parts:
        return pl.Series([], dtype=pl.String)
    back = np.empty(len(rows), dtype=np.int64)
    back[np.concatenate(at)] = np.arange(len(rows))
    return pl.concat(parts)[back]


def industries(entities: EntityColumns, rows: np.ndarray) -> pl.Series:
    """Industry class by trade; public bodies and social organisations carry those of their kind."""
    codes = [code for _, code in TRADES] + [code for _, code in SHOPS] + ["9221", "9520", "8321", "8415", "9521"]
    at = entities.trade[rows].astype(np.int64)
    kind, sub = entities.kind[rows], entities.sub[rows]
    public = len(TRADES) + len(SHOPS)
    at = np.where(kind == 6, at + len(TRADES), at)
    at = np.where(kind >= 7, public, at)
    at = np.where((kind == 8) | (kind >= 10), public + 4, at)
    at = np.where(sub == 1, public + 2, at)
    return pick(codes, np.where(sub == 2, public + 3, at))


def joined(*parts: pl.Series | str) -> pl.Series:
    """Texts put together row by row, in one go; a plain text stands in every row."""
    return pl.select(pl.concat_str([pl.lit(one) for one in parts]).alias("text")).to_series()


def _brand(serial: np.ndarray, letters: int) -> pl.Series:
    """So many characters in the order of the serial: another text for every serial below len(BRANDS) ** letters."""
    two = pick(PAIRS, serial % len(PAIRS))
    return two if letters == 2 else two + pick(BRANDS, serial // len(PAIRS) % len(BRANDS))


def _word(kind: str, serial: np.ndarray) -> pl.Series:
    return pick(WORDS[kind], serial % len(WORDS[kind]))


def _firms(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    serial = rows.astype(np.int64) * _SERIAL_STEP + np.where(is_old, _FORMER, 0)
    place = pick(FIRM_PLACES, entities.hashed.weighted("name place", rows, [0.45, 0.45, 0.1]))
    trade = pick([name for name, _ in TRADES], entities.trade[rows])
    return joined(place, _brand(serial % len(BRANDS) ** 3, 3), trade, pick(SUFFIXES, entities.kind[rows]))


def _branches(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    parent = _firms(entities, entities.name_key[entities.parent[rows]], np.zeros(len(rows), dtype=bool))
    street = pick(SHORT_STREETS, entities.ground.street_of(entities.address[rows]))
    return joined(parent, street, pick(["分公司", "第二分公司"], entities.rank[rows] % 2))


def _self_employed(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    """A shop's name, or the operator's where there is no trade name (字号)."""
    street = entities.ground.street_of(entities.address[rows])
    division = pick(places.DIVISION_NAMES, entities.division[rows])
    place = joined(division, pick(SHORT_STREETS, street))
    shop = pick([name for name, _ in SHOPS], entities.trade[rows])
    operator = entities.people.names(entities.representative[rows])
    serial = rows.astype(np.int64) * _SERIAL_STEP + np.where(is_old, _FORMER, 0)
    frame = pl.DataFrame({"p": place, "b": _brand(serial % len(BRANDS) ** 3, 3), "s": shop, "o": operator})
    style = pl.lit(pl.Series(entities.hashed.weighted("shop name", rows, [0.72, 0.2, 0.08])))
    return frame.select(
        pl.when(style == 0)
        .then(pl.concat_str("p", "b", "s"))
        .when(style == 1)
        .then("o")
        .otherwise(pl.concat_str("p", pl.col("o").str.slice(0, 1), pl.lit("记"), "s"))
        .alias("n")
    )["n"]


def _bodies(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    """Organs, mass organisations and institutions."""
    kind, sub, rank = entities.kind[rows], entities.sub[rows], entities.rank[rows].astype(np.int64)
    level, at = rank % len(LEVELS), rank // len(LEVELS)
    street = rank % len(STREET_NAMES)
    name = pl.DataFrame(
        {
            "level": pick(LEVELS, level),
            "bureau": pick([f"{one}局" for one in BUREAUS], at % len(BUREAUS)),
            "government": pick([f"{one}{_government(one)}" for one in STREET_NAMES], street),
            "mass": pick(MASSES, at % len(MASSES)),
            "body": _word("subjects", at) + _word("body_forms", at // len(WORDS["subjects"])),
            "school": _brand(rank, 2) + pick(SCHOOL_WORDS, entities.trade[rows] % len(SCHOOL_WORDS)),
            "hospital": pick(LEVELS, rank // 3 % len(LEVELS)) + pick(WORDS["hospitals"], rank // 21 % 4),
            "centre": pick([f"{one}{_health_centre(one)}" for one in STREET_NAMES], centre_street(rank)),
        }
    )
    choice = np.select(
        [kind == 8, (kind == 7) & (at < len(BUREAUS)), kind == 7, sub == 1, (sub == 2) & (rank % 3 == 0), sub == 2],
        [0, 1, 2, 3, 4, 5],
        6,
    )
    columns = ["mass", "bureau", "government", "school", "hospital", "centre", "body"]
    word = pl.coalesce(pl.when(pl.lit(pl.Series(choice)) == n).then(pl.col(one)) for n, one in enumerate(columns))
    has_level = ~np.isin(choice, [2, 4, 5])
    return name.select(pl.when(pl.lit(pl.Series(has_level))).then("level").otherwise(pl.lit("")) + word)["level"]


def centre_street(rank: np.ndarray) -> np.ndarray:
    """The street of each health centre, by its rank among public medical institutions: every third is a hospital."""
    return (rank - rank // 3 - 1) % len(STREET_NAMES)


def _government(street: str) -> str:
    return "办事处" if street.endswith("街道") else "人民政府"


def _health_centre(street: str) -> str:
    return "社区卫生服务中心" if street.endswith("街道") else "卫生院"


def _social(entities: EntityColumns, rows: np.ndarray, is_old: np.ndarray) -> pl.Series:
    """Associations, private units (schools and clinics among them) and foundations."""
    kind, sub, rank = entities.kind[rows], entities.sub[rows], entities.rank[rows].astype(np.int64)
    at = rank // len(LEVELS)
    brand = _brand(rank * 31 + kind * 7 + np.where(is_old, 17, 0), 2)
    trade = pick([name for name, _ in TRADES], at % len(TRADES))
    choice = np.where(kind == 12, 4, np.where(kind == 10, 3, sub))
    words = pl.DataFrame(
        {
            "0": brand + _word("unit_words", rank),
            "1": brand + pick(SCHOOL_WORDS, entities.trade[rows] % len(SCHOOL_WORDS)),
            "2": brand + _word("clinic_words", rank),
            "3": brand + trade + _word("association_words", at),
            "4": brand + _word("foundation_words", rank),
        }
    )
    word = pl.coalesce(pl.when(pl.lit(pl.Series(choice)) == n).then(pl.col(f"{n}")) for n in range(5))
    level = pick(LEVELS, np.where(rank % 3 == 0, 0, 1 + entities.division[rows]))
    return words.with_columns(level.alias("level")).select(pl.col("level") + word)["level"]


_MAKERS = (
    (_firms, (0, 1, 2, 3, 4)),
    (_branches, (5,)),
    (_self_employed, (6,)),
    (_bodies, (7, 8, 9)),
    (_social, (10, 11, 12)),
)
