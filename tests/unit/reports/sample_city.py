"""A small published database with every case the tracker has to show: for tests and for looking at the pages.

The figures are invented by a fixed formula. Cases: measured-but-simulated, published, held back, hold target, no
baseline, below baseline, over 100 %, no data at all, districts, restatements, late, held and missing deliveries, an
undated project.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

BUSINESS_DATE = date(2025, 9, 30)
VERSION = "20250930-01"
DISTRICTS = {"990102": "东城区", "990104": "西城区", "990111": "新北区", "990112": "南武区", "990181": "溪阳市"}
CITY = ("990100", "样例市")


@dataclass
class Plan:
    """What the plan seeds hold. Rows are dicts with the columns of the published tables."""

    title: str
    indicators: list[dict[str, object]]
    projects: list[dict[str, object]]
    measured: dict[int, tuple[float, float, int | None]] = field(default_factory=dict)
    """indicator_no -> (value at the end of 2020, value now, denominator or None)"""
    published: dict[int, dict[str, float]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    missing: dict[int, str] = field(default_factory=dict)


def invented_plan() -> Plan:
    """36 indicators of a city that does not exist."""
    units = ["%"] * 30 + ["个"] * 3 + ["家"] * 3
    indicators: list[dict[str, object]] = [
        {
            "indicator_no": n,
            "indicator_name_zh": f"样例指标{n:02d}",
            "domain_zh": ["基础设施", "城市大脑", "惠民服务"][(n - 1) // 12],
            "unit": units[n - 1],
            "target_2023": 100.0 if n % 9 == 0 else 60.0 + n % 4 * 10,
            "target_2025": 100.0 if n % 9 == 0 else 80.0 + n % 4 * 5,
            "responsible_unit": f"市第{n % 7 + 1}局",
        }
        for n in range(1, 37)
    ]
    projects: list[dict[str, object]] = [
        {
            "project_no": n,
            "project_name": f"样例工程{n:02d}",
            "chapter_zh": "一、夯实基础",
            "construction_type": "续建",
            "schedule": "持续开展" if n % 10 == 0 else "2021-2023年",
            "schedule_from": None if n % 10 == 0 else 2021,
            "schedule_to": None if n % 10 == 0 else 2023,
            "responsible_units": f"市第{n % 7 + 1}局、各区",
        }
        for n in range(1, 32)
    ]
    measured = {
        7: (52.0, 97.2, 1_204),
        10: (41.0, 88.6, 5_310),
        17: (44.0, 71.9, 2_870_114),
        18: (99.0, 98.7, 1_900),
        20: (41.2, 78.3, 2_904_551),
        21: (61.0, 103.4, 2_300),
        23: (58.0, 55.0, 48_200),
        34: (40.0, 79.0, None),
    }
    published = {1: {"2021": 71.0, "2022": 78.0, "2023": 82.5, "2024": 88.0}, 12: {"2023": 80.0}, 21: {"2021": 70.0}}
    return Plan(
        "样例市“十四五”智慧城市发展规划",
        indicators,
        projects,
        measured,
        published,
        {10},
        dict.fromkeys(range(1, 37), "市第三局 样例数据集"),
    )


def write_database(path: Path, plan: Plan) -> Path:
    """Write the published tables of INTERFACE section 3 that the tracker reads."""
    frames = {
        "kpi.dim_plans": [
            {"plan_code": "s", "plan_title_zh": plan.title, "city_name_zh": CITY[1], "from_year": 2021, "to_year": 2025}
        ],
        "kpi.dim_regions": [
            {"region_code": CITY[0], "region_name_zh": CITY[1], "region_level": "city"},
            *({"region_code": c, "region_name_zh": n, "region_level": "district"} for c, n in DISTRICTS.items()),
        ],
        "kpi.dim_targets": [
            {"indicator_no": row["indicator_no"], "milestone_year": year, "target_value": row[f"target_{year}"]}
            for row in plan.indicators
            for year in (2023, 2025)
        ],
        "kpi.dim_progress_classes": [{"progress_class": "滞后", "meaning_zh": "指数 0 至 0.95"}],
        "kpi.dim_indicators": [_indicator(row, plan) for row in plan.indicators],
        "kpi.fct_indicator_values": _values(plan),
        "kpi.fct_restatements": [
            {
                "indicator_no": 20,
                "region_code": CITY[0],
                "period": "2025-08",
                "before_value": 76.9,
                "after_value": 77.4,
                "cause": "部门重报",
                "delivery_id": "d-20250912-0007",
                "build_id": VERSION,
                "published_at": "2025-09-30 02:10:00",
            },
        ],
        "kpi.dim_projects": plan.projects,
        "kpi.fct_project_progress": [
            {
                "project_no": p["project_no"],
                "period": "2025-09",
                "state_zh": "未定期" if p["schedule_from"] is None else "已到期",
                "note_zh": "规划未定期限：持续开展" if p["schedule_from"] is None else None,
            }
            for p in plan.projects
        ],
        "quality.fct_deliveries": _deliveries(),
        "quality.fct_delivery_calendar": _calendar(),
        "quality.fct_quarantined_rows": [
            {"delivery_id": "d3", "dataset_id": "roads__junctions", "reason_code": "code_unknown", "status": "open"}
        ]
        * 37,
        "quality.fct_correction_requests": [
            {
                "request_id": "20250930-RD-01",
                "dataset_id": "roads__junctions",
                "department_zh": "市公安局",
                "opened_at": "2025-09-30 01:40:00",
                "due_at": "2025-10-14 18:00:00",
                "status": "open",
                "rows_open": 37,
                "closed_by_delivery_id": None,
            },
        ],
    }
    progress = _progress(plan, frames["kpi.fct_indicator_values"])
    frames["kpi.fct_indicator_progress"] = progress
    frames["kpi.fct_indicator_status"] = _status(plan, frames["kpi.fct_indicator_values"], progress)
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for name, rows in frames.items():
            frame = pl.DataFrame(rows, infer_schema_length=None)
            frame = frame.with_columns(pl.col(c).str.to_datetime() for c in frame.columns if c.endswith("_at"))
            connection.sql(f"create schema if not exists {name.split('.')[0]}")
            connection.register("frame", frame)
            connection.sql(f"create table {name} as select * from frame")
    return path


def _indicator(row: dict[str, object], plan: Plan) -> dict[str, object]:
    number = int(str(row["indicator_no"]))
    first = plan.measured.get(number)
    return {
        "direction": "up",
        "target_type": "raise",
        "numerator_zh": "符合条件的数量",
        "denominator_zh": "全部数量",
        "definition_status": "proposed" if number % 3 else "standard",
        "datasets_zh": "样例数据集(区×月)",
        "baseline_year": 2020 if first else None,
        "baseline_value": first[0] if first else None,
        "scope_note": None,
        **row,
    }


def _months() -> list[str]:
    return ["2020-12"] + [f"{y}-{m:02d}" for y in range(2021, 2026) for m in range(1, 13) if (y, m) <= (2025, 9)]


def _values(plan: Plan) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    months = _months()
    for number, (start, end, denominator) in plan.measured.items():
        unit = next(r["unit"] for r in plan.indicators if r["indicator_no"] == number)
        for step, month in enumerate(months):
            share = step / (len(months) - 1)
            value = start + (end - start) * (1 - (1 - share) ** 1.6) + ((step * 7919) % 11 - 5) * (end - start) * 0.003
            value = end if step == len(months) - 1 else value
            regions = [CITY[0], *DISTRICTS] if denominator and number in (17, 20, 23) else [CITY[0]]
            rows += [
                _value(number, region, month, value, denominator, unit, at, plan) for at, region in enumerate(regions)
            ]
    for number, years in plan.published.items():
        unit = next(r["unit"] for r in plan.indicators if r["indicator_no"] == number)
        rows += [
            {
                **_value(number, CITY[0], year, value, None, unit, 0, plan),
                "source": "published",
                "vintage": "revised",
                "numerator": None,
                "expected_deliveries": 1,
                "present_deliveries": 1,
                "is_held_back": False,
                "held_reason": None,
                "is_comparable": number != 21,
                "note": "行政权力事项口径,不与目标比较" if number == 21 else None,
            }
            for year, value in years.items()
        ]
    return rows


def _value(
    number: int, region: str, period: str, value: float, denominator: int | None, unit: object, at: int, plan: Plan
) -> dict[str, object]:
    held = number in plan.held and period == _months()[-1]
    shown = value if at == 0 else value + (at - 3) * 4.2
    base = None if denominator is None else denominator if at == 0 else denominator * (at + 2) // 25
    return {
        "indicator_no": number,
        "region_code": region,
        "period": period,
        "numerator": round(shown) if base is None else round(shown * base / 100),
        "denominator": base,
        "value": float(round(shown)) if base is None else shown,
        "unit": unit,
        "source": "simulated",
        "vintage": "current",
        "definition_version": "citylake-1",
        "expected_deliveries": 9,
        "present_deliveries": 8 if held else 9,
        "rejected_share": 0.0031,
        "is_held_back": held,
        "held_reason": "资源目录应交 9 份,实交 8 份,低于要求的 90%" if held else None,
        "is_comparable": True,
        "note": None,
    }


def _progress(plan: Plan, values: list[dict[str, object]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    dims = {r["indicator_no"]: _indicator(r, plan) for r in plan.indicators}
    for value in values:
        dim = dims[value["indicator_no"]]
        for year, before in ((2023, 2020), (2025, 2023)):
            rows.append(_one_progress(value, dim, year, before))
    return rows


def _one_progress(value: dict[str, object], dim: dict[str, object], year: int, before: int) -> dict[str, object]:
    y, target = float(str(value["value"])), float(str(dim[f"target_{year}"]))
    at = _time(str(value["period"]))
    start = dim["baseline_value"]
    base = float(str(start)) if start is not None else None
    first = base if before == 2020 else float(str(dim["target_2023"]))
    due = None if first is None else first + (target - first) * min(max((at - before) / (year - before), 0), 1)
    completion = None if base is None or base == target else (y - base) / (target - base)
    elapsed = None if due is None or base is None or base == target else (due - base) / (target - base)
    index = completion / elapsed if completion is not None and elapsed else None
    kind = (
        "提前实现"
        if y >= target
        else "无法评价"
        if index is None
        else "快于预期"
        if index >= 1.05
        else "基本符合预期"
        if index >= 0.95
        else "滞后"
        if index >= 0
        else "倒退"
    )
    left = max(year - at, 0)
    forecast = base is not None and left > 0
    return {
        "indicator_no": value["indicator_no"],
        "region_code": value["region_code"],
        "period": value["period"],
        "milestone_year": year,
        "target_value": target,
        "value": y,
        "assessed_period": value["period"],
        "is_final": left == 0,
        "source": value["source"],
        "baseline_value": base,
        "baseline_time": 2020.0 if base is not None else None,
        "baseline_kind": "plan" if base is not None else None,
        "scheduled_value": due,
        "completion": completion,
        "elapsed": elapsed,
        "schedule_index": index,
        "progress_class": kind,
        "reason": "没有基期" if index is None else None,
        "required_yearly_change": None if y >= target or not left else (target - y) / left,
        "forecast_value": y + 2.0 * left if forecast else None,
        "forecast_low": y + 1.0 * left if forecast else None,
        "forecast_high": y + 3.2 * left if forecast else None,
        "statcan_ratio": index,
        "statcan_class": "on track" if index else None,
        "unsd_ratio": index,
        "unsd_class": "acceleration needed" if index else None,
        "escap_csi": None if completion is None else completion * 10,
        "destatis_symbol": None if base is None else "sun",
        **{
            f"{name}_reason": None if index is not None else "没有基期"
            for name in ("statcan", "unsd", "escap", "destatis")
        },
    }


def _time(period: str) -> float:
    return int(period[:4]) - 1 + (int(period[5:]) / 12 if len(period) > 4 else 1)


def _status(plan: Plan, values: list[dict[str, object]], progress: list[dict[str, object]]) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for dim in plan.indicators:
        number = int(str(dim["indicator_no"]))
        mine = [
            v for v in values if v["indicator_no"] == number and v["region_code"] == CITY[0] and not v["is_held_back"]
        ]
        head = max(mine, key=lambda v: (str(v["source"]) == "simulated", str(v["period"]))) if mine else None
        steps = [
            p
            for p in progress
            if head and p["indicator_no"] == number and p["region_code"] == CITY[0] and p["period"] == head["period"]
        ]
        judged = steps[-1] if steps else {}
        last_year = f"{int(str(head['period'])[:4]) - 1}{str(head['period'])[4:]}" if head else None
        before = next(
            (v["value"] for v in mine if head and v["period"] == last_year and v["source"] == head["source"]), None
        )
        rows.append(
            {
                "indicator_no": number,
                "region_code": CITY[0],
                "period": head["period"] if head else None,
                "value": head["value"] if head else None,
                "source": head["source"] if head else None,
                "vintage": head["vintage"] if head else None,
                "value_a_year_before": before,
                "note": None,
                "milestone_year": 2025 if head else None,
                **{
                    name: judged.get(name)
                    for name in (
                        "baseline_value",
                        "baseline_time",
                        "baseline_kind",
                        "scheduled_value",
                        "schedule_index",
                    )
                },
                "progress_class": judged.get("progress_class", "无法评价"),
                "reason": judged.get("reason") if head else "没有数据",
                "worst_milestone_year": 2025 if head else None,
                "worst_progress_class": judged.get("progress_class", "无法评价"),
                "held_period": _months()[-1] if number in plan.held else None,
                "held_reason": "资源目录应交 9 份,实交 8 份,低于要求的 90%" if number in plan.held else None,
                "evidence_grade": ("C" if number in plan.held else "A" if str(head["source"]) != "published" else "B")
                if head
                else None,
                "evidence_note": "公开发布值,未由交付数据核算" if head and head["source"] == "published" else None,
                "missing_datasets_zh": None if head else plan.missing.get(number),
            }
        )
    return rows


def _deliveries() -> list[dict[str, object]]:
    rows = [
        ("d1", "people__cards", "市人社局", "2025-08", "accepted", False),
        ("d2", "health__records", "市卫健委", "2025-08", "accepted", True),
        ("d3", "roads__junctions", "市公安局", "2025-08", "held", False),
        ("d4", "people__cards", "市人社局", "2025-08", "duplicate", False),
    ]
    return [
        {
            "delivery_id": i,
            "dataset_id": d,
            "department_zh": z,
            "business_period": p,
            "revision_no": 1,
            "delivery_kind": "full",
            "file_name": f"{d}_{p}.csv",
            "file_sha256": "0" * 64,
            "size_bytes": 1024,
            "received_at": "2025-09-08 09:00:00",
            "due_at": "2025-09-08 18:00:00",
            "is_late": late,
            "contract_version": 1,
            "status": s,
            "rows_in_file": 1000,
            "rows_accepted": 960,
            "rows_rejected": 37,
            "rows_not_records": 3,
        }
        for i, d, z, p, s, late in rows
    ]


def _calendar() -> list[dict[str, object]]:
    rows = [
        ("people__cards", "社保卡持卡信息", "市人社局", "on_time"),
        ("health__records", "健康档案", "市卫健委", "late"),
        ("roads__junctions", "信号路口台账", "市公安局", "held"),
        ("grid__cells", "网格台账", "市委政法委", "missing"),
    ]
    return [
        {
            "dataset_id": d,
            "dataset_zh": t,
            "department_zh": z,
            "business_period": "2025-08",
            "due_at": "2025-09-08 18:00:00",
            "delivery_state": s,
            "delivery_id": None if s == "missing" else f"d{n}",
        }
        for n, (d, t, z, s) in enumerate(rows, start=1)
    ]
