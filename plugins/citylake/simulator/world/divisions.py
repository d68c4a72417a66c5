"""Divisions, their streets, and the area codes that resident IDs carried when they were issued there."""

from __future__ import annotations

from datetime import date

import numpy as np

from citylake.simulator.basics.drawing import day

DIVISIONS = ("320402", "320404", "320411", "320412", "320413", "320481")
DIVISION_NAMES = ("天宁区", "钟楼区", "新北区", "武进区", "金坛区", "溧阳市")
# Registered population at the end of 2013 in 10,000 persons (戚墅堰区 counted with 武进区).
REGISTERED = (37.31, 35.87, 47.75, 110.80, 55.16, 79.01)
CITY = "320400"

STREETS: tuple[tuple[tuple[str, str], ...], ...] = (
    (
        ("320402001", "雕庄街道"),
        ("320402002", "青龙街道"),
        ("320402003", "茶山街道"),
        ("320402004", "红梅街道"),
        ("320402005", "天宁街道"),
        ("320402006", "兰陵街道"),
        ("320402109", "郑陆镇"),
    ),
    (
        ("320404001", "五星街道"),
        ("320404002", "永红街道"),
        ("320404003", "北港街道"),
        ("320404004", "西林街道"),
        ("320404005", "南大街街道"),
        ("320404006", "荷花池街道"),
        ("320404007", "新闸街道"),
        ("320404116", "邹区镇"),
    ),
    (
        ("320411002", "三井街道"),
        ("320411003", "龙虎塘街道"),
        ("320411004", "春江街道"),
        ("320411005", "魏村街道"),
        ("320411006", "新桥街道"),
        ("320411101", "孟河镇"),
        ("320411103", "薛家镇"),
        ("320411104", "罗溪镇"),
        ("320411105", "西夏墅镇"),
        ("320411122", "奔牛镇"),
    ),
    (
        ("320412001", "戚墅堰街道"),
        ("320412002", "丁堰街道"),
        ("320412003", "潞城街道"),
        ("320412100", "湖塘镇"),
        ("320412102", "牛塘镇"),
        ("320412103", "洛阳镇"),
        ("320412104", "遥观镇"),
        ("320412105", "横林镇"),
        ("320412106", "横山桥镇"),
        ("320412110", "雪堰镇"),
        ("320412113", "前黄镇"),
        ("320412114", "礼嘉镇"),
        ("320412119", "嘉泽镇"),
        ("320412120", "湟里镇"),
    ),
    (
        ("320413001", "西城街道"),
        ("320413100", "金城镇"),
        ("320413104", "儒林镇"),
        ("320413106", "直溪镇"),
        ("320413108", "朱林镇"),
        ("320413109", "薛埠镇"),
        ("320413112", "指前镇"),
    ),
    (
        ("320481001", "昆仑街道"),
        ("320481002", "溧城街道"),
        ("320481003", "古县街道"),
        ("320481101", "埭头镇"),
        ("320481102", "上黄镇"),
        ("320481103", "戴埠镇"),
        ("320481106", "天目湖镇"),
        ("320481107", "别桥镇"),
        ("320481109", "上兴镇"),
        ("320481111", "竹箦镇"),
        ("320481114", "南渡镇"),
        ("320481116", "社渚镇"),
    ),
)
ALL_STREETS = [street for some in STREETS for street in some]
STREET_START = np.cumsum([0, *(len(some) for some in STREETS)])[:-1]
STREET_COUNT = np.array([len(some) for some in STREETS])

# Area codes by division and the years (from, to) in which numbers were issued under them, with a weight each.
AREA_CODES: tuple[tuple[tuple[int, int, int, float], ...], ...] = (
    ((320402, 1984, 2100, 1.0),),
    ((320404, 1984, 2100, 1.0),),
    (
        (320421, 1984, 1995, 0.7),
        (320411, 1984, 1995, 0.3),
        (320483, 1995, 2002, 0.6),
        (320411, 1995, 2002, 0.4),
        (320411, 2002, 2100, 1.0),
    ),
    (
        (320421, 1984, 1995, 0.92),
        (320405, 1984, 2015, 0.08),
        (320483, 1995, 2002, 0.92),
        (320412, 2002, 2015, 0.92),
        (320412, 2015, 2100, 1.0),
    ),
    ((320422, 1984, 1993, 1.0), (329024, 1993, 1995, 1.0), (320482, 1995, 2015, 1.0), (320413, 2015, 2100, 1.0)),
    ((320423, 1984, 1990, 1.0), (329015, 1990, 1995, 1.0), (320481, 1995, 2100, 1.0)),
)
# Counties elsewhere whose codes were in force before 2000 already, and those that came with the newer prefectures.
ELSEWHERE_OLD = (
    320321,
    320322,
    320324,
    320722,
    320723,
    320922,
    320923,
    320924,
    320925,
    320826,
    320830,
    320831,
    321023,
    340321,
    340322,
    340323,
    340421,
    340521,
    340621,
)
ELSEWHERE_NEW = (
    321322,
    321323,
    321324,
    321281,
    321183,
    321102,
    341126,
    341225,
    341226,
    341321,
    341322,
    341324,
    341622,
    411525,
    420984,
    321081,
)
# Divisions outside the city in which residents may be insured.
INSURED_ELSEWHERE = ("320500", "320200", "320100", "321100", "310000", "320600")

FIRST_ISSUE = day(date(1984, 10, 1))


def issue_years(rng: np.random.Generator, birth_days: np.ndarray) -> np.ndarray:
    """The year in which each resident number was issued: 1984-1988 for those living then, at birth from 1996 on."""
    lag = rng.random(len(birth_days))
    early = FIRST_ISSUE + (lag * 4 * 365).astype(np.int64)
    child = birth_days + (lag * 16 * 365).astype(np.int64)
    settled = day(date(1996, 1, 1)) - (lag * 300).astype(np.int64)
    new_born = birth_days + (lag * 60).astype(np.int64)
    issued = np.where(birth_days < FIRST_ISSUE, early, np.minimum(child, np.maximum(settled, new_born)))
    issued = np.where(birth_days >= day(date(1996, 1, 1)), new_born, np.maximum(issued, birth_days))
    return issued.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def area_codes(rng: np.random.Generator, division: np.ndarray, year: np.ndarray, elsewhere: np.ndarray) -> np.ndarray:
    """The six-digit area code of each number, as in force in the year of issue."""
    draw = rng.random(len(division))
    code = np.zeros(len(division), dtype=np.int64)
    for at, spans in enumerate(AREA_CODES):
        for start in np.unique(year[division == at]):
            open_spans = [(area, weight) for area, first, last, weight in spans if first <= start < last]
            here = (division == at) & (year == start)
            edges = np.cumsum([weight for _, weight in open_spans])
            found = np.minimum(np.searchsorted(edges / edges[-1], draw[here], side="right"), len(open_spans) - 1)
            code[here] = np.array([area for area, _ in open_spans])[found]
    old = np.array(ELSEWHERE_OLD)[rng.integers(0, len(ELSEWHERE_OLD), len(division))]
    new = np.array(ELSEWHERE_NEW)[rng.integers(0, len(ELSEWHERE_NEW), len(division))]
    return np.where(elsewhere, np.where(year >= 2001, new, old), code)
