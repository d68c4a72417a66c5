"""Files of the household register as the tests write them: by hand, with faults at known lines."""

from __future__ import annotations

from dataclasses import dataclass

HEADER = (
    "人口标识,公民身份号码,姓名,性别,民族,出生日期,死亡日期,婚姻状况,户编码,户籍详址,人口地址编码,"
    "户籍所在地区划,变动类别,变动日期,注销状态,数据更新时间"
)
GOOD_ID = "320402195801010017"  # valid, and older than the codes that some libraries know


def row(
    number: int = 1,
    resident_id: str = GOOD_ID,
    name: str = "王𠮷",
    birth: str = "1958-01-01",
    address: str = "常州市天宁区",
    status: str = "正常",
) -> str:
    return (
        f"R{number:06d},{resident_id},{name},男,汉族,{birth},,10,H1,{address},A1,320402,,,{status},2025-09-30 01:02:03"
    )


def text(*rows: str, header: str = HEADER) -> str:
    return "\n".join((header, *rows)) + "\n"


@dataclass(frozen=True)
class Line:
    """One record of a generated file: its text, the physical lines it takes, and what must become of it."""

    text: str
    lines: int
    fate: str  # accepted, not_record, or the reason it is rejected for
