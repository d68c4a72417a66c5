"""The government's own inventory: information systems, cloud servers, data resources and how they are shared.

These lists do not grow with the number of people. Every frame holds one row a thing with the days on which its state
changes (Date columns, null means never); what a department would write on a given day follows from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from citylake.simulator.basics.drawing import NO_DAY, Streams, choose, dates, day, pick, weighted
from citylake.simulator.basics.schedule import Schedule
from citylake.simulator.world import divisions as places

SYSTEMS, SERVERS, RESOURCES = 330, 900, 1500
DEPARTMENTS = [
    ("CZ001", "市公安局"),
    ("CZ002", "市人社局"),
    ("CZ003", "市医保局"),
    ("CZ004", "市市场监督管理局"),
    ("CZ005", "市税务局"),
    ("CZ006", "市大数据管理中心"),
    ("CZ007", "市政务办"),
    ("CZ008", "市工信局"),
    ("CZ009", "市统计局"),
    ("CZ010", "市生态环境局"),
    ("CZ011", "市教育局"),
    ("CZ012", "市卫健委"),
    ("CZ013", "市民政局"),
    ("CZ014", "市交通运输局"),
    ("CZ015", "市城管局"),
    ("CZ016", "市水利局"),
    ("CZ017", "市农业农村局"),
    ("CZ018", "市自然资源和规划局"),
    ("CZ019", "市住房和城乡建设局"),
    ("CZ020", "市文广旅局"),
    ("CZ021", "市应急管理局"),
    ("CZ022", "市司法局"),
    ("CZ023", "市财政局"),
    ("CZ024", "市发改委"),
    ("CZ025", "市商务局"),
    ("CZ026", "市科技局"),
    ("CZ027", "市审计局"),
    ("CZ028", "市退役军人事务局"),
    ("CZ029", "市信访局"),
    ("CZ030", "市气象局"),
    ("CZ031", "市残联"),
    ("CZ032", "市消防救援支队"),
    ("CZ033", "市档案馆"),
    ("CZ034", "市公积金中心"),
    ("CZ035", "市供电公司"),
    ("CZ036", "市体育局"),
]
DEPARTMENT_CODES = [code for code, _ in DEPARTMENTS]
DEPARTMENT_NAMES = [name for _, name in DEPARTMENTS]
SUBJECTS = [
    "综合业务",
    "行政审批",
    "信用监管",
    "视频监控",
    "应急指挥",
    "人事管理",
    "档案管理",
    "项目管理",
    "数据上报",
    "公众服务",
    "移动执法",
    "财务管理",
    "协同办公",
    "统计分析",
    "投诉举报",
    "质量监测",
    "安全生产",
    "资产管理",
    "培训考试",
    "预约服务",
]
OBJECTS = [
    "企业",
    "个人",
    "项目",
    "车辆",
    "房屋",
    "学校",
    "医院",
    "药店",
    "许可",
    "处罚",
    "检查",
    "合同",
    "从业人员",
    "社会组织",
    "地块",
    "河道",
    "设施",
    "机构",
    "补贴",
    "证照",
    "监测点",
    "考试成绩",
    "婚姻登记",
    "救助对象",
    "参保缴费",
]
ASPECTS = ["基本信息", "登记信息", "变更信息", "年报信息", "统计信息", "名录", "结果信息", "公示信息", "明细", "汇总表"]


@dataclass
class Government:
    systems: pl.DataFrame
    servers: pl.DataFrame
    resources: pl.DataFrame
    interfaces: pl.DataFrame


def make_government(schedule: Schedule, streams: Streams) -> Government:
    systems = _systems(schedule, streams.named("systems"))
    resources = _resources(schedule, streams.named("resources"))
    return Government(
        systems=systems,
        servers=_servers(systems, schedule, streams.named("servers")),
        resources=resources,
        interfaces=_interfaces(resources, schedule, streams.named("interfaces")),
    )


def not_month_end(days: np.ndarray) -> np.ndarray:
    """Moves days off the last day of a month, so that 'until' and 'before' cannot be read two ways."""
    is_last = pl.Series(days.astype(np.int32)).cast(pl.Date)
    return np.where((is_last == is_last.dt.month_end()).to_numpy(), days - 1, days)


def _systems(schedule: Schedule, rng: np.random.Generator) -> pl.DataFrame:
    """Systems: launched 2008-2025, some retired, most moved to the government cloud between 2018 and 2025."""
    until = day(schedule.until)
    department = rng.integers(0, len(DEPARTMENTS), SYSTEMS)
    launched = day(date(2008, 1, 1)) + (rng.random(SYSTEMS) * (until - 90 - day(date(2008, 1, 1)))).astype(np.int64)
    draw = rng.random(SYSTEMS)
    retired = not_month_end(np.minimum(launched + 700 + rng.integers(0, 3000, SYSTEMS), until + 400))
    retired = np.where((draw < 0.12) & (retired <= until), retired, NO_DAY)
    launched = np.where(draw > 0.96, NO_DAY, launched)
    secrecy = pick(["none", "internal", "secret"], weighted(rng, [88, 8, 4], SYSTEMS))
    required = rng.random(SYSTEMS) < 0.88
    place = weighted(rng, [93, 4, 2, 1], SYSTEMS)
    moved = np.maximum(day(date(2017, 1, 1)) + (rng.random(SYSTEMS) ** 1.6 * 3350).astype(np.int64), launched)
    on_cloud = (place == 0) & required & (launched > NO_DAY) & (moved <= until)
    reasons = choose(rng, ["涉及工业控制实时性", "部省垂管系统", "硬件加密设备依赖"], SYSTEMS)
    levels = choose(rng, ["二级", "三级", "二级", "一级"], SYSTEMS)
    platforms = choose(rng, ["空间、业务支撑", "物联、视频", "业务支撑", "视频", "AI、业务支撑"], SYSTEMS)
    frame = pl.DataFrame(
        {
            "system_id": pl.Series(np.arange(SYSTEMS) + 1).cast(pl.String).str.zfill(5),
            "department_code": pick(DEPARTMENT_CODES, department),
            "department_name": pick(DEPARTMENT_NAMES, department),
            "system_name": pick([name[1:] for name in DEPARTMENT_NAMES], department)
            + pick(SUBJECTS, np.arange(SYSTEMS) // len(DEPARTMENTS) % len(SUBJECTS))
            + "系统",
            "secrecy_level_code": secrecy,
            "is_cloud_required": required,
            "exemption_reason": reasons,
            "other_place": pick(["own_room", "provincial", "commercial_cloud"], np.maximum(place - 1, 0)),
            "cloud_date": dates(np.where(on_cloud, moved, NO_DAY)),
            "protection_level_code": levels,
            "required_platform_codes": platforms,
            "launched_date": dates(launched),
            "retired_date": dates(retired),
        }
    )
    return frame.with_columns(
        ("CZXT" + pl.col("system_id")).alias("system_id"),
        pl.when("is_cloud_required").then(None).otherwise("exemption_reason").alias("exemption_reason"),
    )


def _servers(systems: pl.DataFrame, schedule: Schedule, rng: np.random.Generator) -> pl.DataFrame:
    """Virtual servers of the systems on the cloud, created after the system moved."""
    on_cloud = np.flatnonzero(systems["cloud_date"].is_not_null().to_numpy())
    owner = on_cloud[rng.integers(0, len(on_cloud), SERVERS)]
    until = day(schedule.until)
    moved = systems["cloud_date"].cast(pl.Int32).fill_null(0).to_numpy()[owner]
    created = np.minimum(moved - 20 + rng.integers(0, 500, SERVERS), until - 2)
    released = np.where(rng.random(SERVERS) < 0.1, created + rng.integers(200, 1500, SERVERS), NO_DAY)
    vcpu = np.array([2, 4, 8, 16, 32])[weighted(rng, [10, 35, 35, 15, 5], SERVERS)]
    frame = systems.select("system_id", "system_name", "department_code")[owner]
    return frame.with_columns(
        ("VM" + pl.Series(np.arange(SERVERS) + 1).cast(pl.String).str.zfill(6)).alias("server_id"),
        choose(rng, ["电信云区", "移动云区", "联通云区"], SERVERS).alias("cloud_zone_code"),
        pl.Series("vcpu_count", vcpu),
        pl.Series("memory_gb", (vcpu * 2).astype(float)),
        pl.Series("storage_gb", rng.integers(1, 40, SERVERS) * 50.0),
        pl.Series("cpu_usage_pct", np.round(rng.random(SERVERS) * 60, 1)),
        dates(created).alias("created_date"),
        dates(np.where(released <= until, released, NO_DAY)).alias("released_date"),
        pick(["running", "stopped", "test"], weighted(rng, [92, 4, 4], SERVERS)).alias("standing_status"),
    )


def _resources(schedule: Schedule, rng: np.random.Generator) -> pl.DataFrame:
    """Catalogue entries: published 2017-2025, a few withdrawn or still drafts."""
    first, until = day(schedule.first_day), day(schedule.until)
    department = rng.integers(0, len(DEPARTMENTS), RESOURCES)
    published = day(date(2017, 6, 1)) + (rng.random(RESOURCES) * (until - 10 - day(date(2017, 6, 1)))).astype(np.int64)
    withdrawn = np.where(
        rng.random(RESOURCES) < 0.05, first - 900 + rng.integers(0, 900 + until - first, RESOURCES), NO_DAY
    )
    withdrawn = np.where(withdrawn > published, withdrawn, NO_DAY)
    sharing = weighted(rng, [40, 50, 10], RESOURCES)
    openness = np.where(sharing == 2, 2, weighted(rng, [30, 40, 30], RESOURCES))
    serial = pl.Series(np.arange(RESOURCES) + 1).cast(pl.String).str.zfill(6)
    name = pick(OBJECTS, rng.integers(0, len(OBJECTS), RESOURCES)) + pick(
        ASPECTS, rng.integers(0, len(ASPECTS), RESOURCES)
    )
    return pl.DataFrame(
        {
            "resource_code": "3" + pick([code[2:] for code in DEPARTMENT_CODES], department) + "-" + serial,
            "resource_name": pick([name[1:] for name in DEPARTMENT_NAMES], department)
            + name
            + "("
            + serial.str.slice(3)
            + ")",
            "department_code": pick(DEPARTMENT_CODES, department),
            "department_name": pick(DEPARTMENT_NAMES, department),
            "format_code": choose(rng, ["数据库", "电子表格", "文本"], RESOURCES, [7, 2, 1]),
            "sharing_type_code": pick(["unconditional", "conditional", "none"], sharing),
            "sharing_condition": pick(["", "经申请审核后用于履职", "法律法规规定不予共享"], sharing),
            "openness_code": pick(["unconditional", "conditional", "none"], openness),
            "openness_condition": pick(["", "依申请", ""], openness),
            "update_cycle_code": choose(rng, ["实时", "每日", "每月", "每季度", "每年"], RESOURCES, [1, 3, 4, 2, 2]),
            "secrecy_level_code": pick(["none", "internal", "secret"], weighted(rng, [93, 5, 2], RESOURCES)),
            "published_date": dates(published),
            "withdrawn_date": dates(withdrawn),
            "is_draft": rng.random(RESOURCES) < 0.02,
        }
    ).with_columns(pl.col("sharing_condition", "openness_condition").replace("", None))


def _interfaces(resources: pl.DataFrame, schedule: Schedule, rng: np.random.Generator) -> pl.DataFrame:
    """Attachments of shared resources (some twice), plus a few test ones; never attached before publication."""
    until = day(schedule.until)
    published = resources["published_date"].cast(pl.Int32).to_numpy()
    shared = np.flatnonzero(((resources["sharing_type_code"] != "none") & ~resources["is_draft"]).to_numpy())
    attached_once = shared[rng.random(len(shared)) < 0.97]
    twice = attached_once[rng.random(len(attached_once)) < 0.12]
    owner = np.concatenate([attached_once, twice])
    count = len(owner)
    quick = rng.random(count) < 0.83
    lag = np.where(quick, rng.integers(0, 60, count), rng.integers(60, 1500, count))
    attached = published[owner] + lag
    kept = attached <= until
    status = weighted(rng, [965, 15, 10, 10], count)
    frame = (
        resources.select("resource_code", "department_code")[owner]
        .with_columns(
            pick(["interface", "table", "file"], weighted(rng, [5, 4, 1], count)).alias("attachment_method_code"),
            dates(attached).alias("attached_date"),
            pick(["callable", "broken", "stopped", "test"], status).alias("status"),
            pl.Series("calls", rng.integers(0, 5000, count)),
            pl.Series("success", np.round(100 - rng.random(count) ** 3 * 20, 1)),
        )
        .filter(pl.Series(kept))
    )
    serial = pl.Series(np.arange(frame.height) + 1).cast(pl.String).str.zfill(6)
    return frame.with_columns(("JK" + serial).alias("interface_id"))


def division_of(rng: np.random.Generator, count: int, city_share: float) -> pl.Series:
    """Division codes drawn by population; `city_share` of them carry the city's own code."""
    at = np.where(rng.random(count) < city_share, len(places.DIVISIONS), weighted(rng, places.REGISTERED, count))
    return pick([*places.DIVISIONS, places.CITY], at)
