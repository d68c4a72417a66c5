"""The chart of one indicator: its series, the milestone path, targets and forecast, as a small inline SVG.

Vega-Lite draws it (altair writes the specification, vl-convert the SVG). All positions are set here, nothing is
measured from fonts, so the same figures give the same bytes on every machine. Years stand on year-ends: 2024.75 is the
end of September 2025.
"""

from __future__ import annotations

import math
from typing import Literal

import altair as alt
import vl_convert

from citylake.reports import wording
from citylake.reports.drawing import PADDING, PLOT_HEIGHT, PLOT_WIDTH, Axis, Label, round_axis, slim, spread
from citylake.reports.model import Dossier, Value

INK, SOFT, GRID, SERIES, PUBLISHED, FORECAST = "#26292c", "#75797d", "#e9e9e4", "#0f4c5c", "#7a3e9d", "#b9741a"


def indicator_chart(dossier: Dossier, first_year: int) -> str | None:
    """An `<svg>` for one indicator, or None when there is nothing to draw."""
    shown = [value for value in dossier.history if value.value is not None]
    if not shown:
        return None
    path = dossier.path
    final = dossier.final
    forecast = [final.forecast_low, final.forecast_high, final.forecast_value] if final else []
    numbers = (
        [value.value for value in shown] + [y for _, y in path] + list(dossier.indicator.targets.values()) + forecast
    )
    known = [y for y in numbers if y is not None]
    room = min(known) - 0.06 * (max(known) - min(known))  # for a name under the lowest point, not below a natural zero
    axis = round_axis([*known, max(room, 0.0) if min(known) >= 0 else room])
    last_year = max([*dossier.indicator.targets] + [math.ceil(wording.year_position(value.period)) for value in shown])
    start = min(first_year - 1, *(math.floor(wording.year_position(value.period)) for value in shown))
    layers: list[alt.Chart] = [
        *_frame(axis, start, last_year),
        *_forecast(dossier),
        *_path(path, sorted(dossier.indicator.targets.items())),
        *_series(shown),
        *_labels(dossier, shown, axis, last_year),
    ]
    chart = (
        alt.layer(*layers)
        .resolve_scale(color="independent")
        .properties(width=PLOT_WIDTH, height=PLOT_HEIGHT, padding=PADDING, autosize=alt.AutoSizeParams(type="none"))
        .configure(aria=False, background="#00000000")
        .configure_view(stroke=None)
    )
    specification = chart.to_dict(validate=False)
    _fix_scales(specification, axis, start, last_year)
    return slim(vl_convert.vegalite_to_svg(specification))


def _x(field: str = "x") -> alt.X:
    return alt.X(f"{field}:Q", axis=None)


def _y(field: str = "y") -> alt.Y:
    return alt.Y(f"{field}:Q", axis=None)


def _points(rows: list[tuple[float, float]]) -> alt.Data:
    return alt.Data(values=[{"x": round(x, 4), "y": round(y, 3)} for x, y in rows])


def _frame(axis: Axis, start: int, last_year: int) -> list[alt.Chart]:
    """Grid lines with their numbers, ticks at year-ends, the year's name between them."""
    digits = max(0, -math.floor(math.log10(axis.step))) if axis.step < 1 else 0
    digits = 1 if axis.step == 2.5 else digits
    ticks = alt.Data(values=[{"y": tick, "t": f"{tick:,.{digits}f}".replace("-", "−")} for tick in axis.ticks])
    years = alt.Data(values=[{"x": year - 0.5, "t": str(year)} for year in range(start + 1, last_year + 1)])
    ends = alt.Data(values=[{"x": year} for year in range(start, last_year + 1)])
    return [
        alt.Chart(ticks).mark_rule(color=GRID, strokeWidth=1).encode(y=_y()),
        alt.Chart(ticks)
        .mark_text(align="right", dx=-7, fontSize=11, fill=SOFT)
        .encode(y=_y(), x=alt.value(0), text=alt.Text("t:N")),
        alt.Chart(ends)
        .mark_rule(color="#b9bab5")
        .encode(x=_x(), y=alt.value(PLOT_HEIGHT), y2=alt.value(PLOT_HEIGHT + 4)),
        alt.Chart(years)
        .mark_text(fontSize=11, fill=SOFT, baseline="top")
        .encode(x=_x(), y=alt.value(PLOT_HEIGHT + 7), text=alt.Text("t:N")),
    ]


def _path(path: list[tuple[float, float]], targets: list[tuple[int, float]]) -> list[alt.Chart]:
    line = alt.Chart(_points(path)).mark_line(color=INK, strokeWidth=1.1, strokeDash=[4, 4]).encode(x=_x(), y=_y())
    marks = _points(path[:1] + [(float(year), value) for year, value in targets])
    dots = alt.Chart(marks).mark_point(
        shape="circle", size=42, filled=True, fill="#ffffff", stroke=INK, strokeWidth=1.2, opacity=1
    )
    return [line, dots.encode(x=_x(), y=_y())]


def _forecast(dossier: Dossier) -> list[alt.Chart]:
    """A wedge from the headline value to the forecast range at the last milestone."""
    final, head = dossier.final, dossier.headline
    if (
        not final
        or not head
        or head.value is None
        or final.forecast_value is None
        or final.milestone_year <= wording.year_position(head.period)
    ):
        return []
    low, high = final.forecast_low or final.forecast_value, final.forecast_high or final.forecast_value
    at = wording.year_position(head.period)
    wedge = alt.Data(
        values=[
            {"x": round(at, 4), "y": round(head.value, 3), "z": round(head.value, 3), "m": round(head.value, 3)},
            {"x": final.milestone_year, "y": round(low, 3), "z": round(high, 3), "m": round(final.forecast_value, 3)},
        ]
    )
    return [
        alt.Chart(wedge).mark_area(color=FORECAST, opacity=0.2).encode(x=_x(), y=_y(), y2=alt.Y2("z:Q")),
        alt.Chart(wedge).mark_line(color=FORECAST, strokeWidth=1.4).encode(x=_x(), y=_y("m")),
    ]


def _series(shown: list[Value]) -> list[alt.Chart]:
    """Delivered values as a line, broken where the definition changes; published ones as separate diamonds."""
    layers: list[alt.Chart] = []
    delivered = [value for value in shown if value.source != "published" and not value.is_held_back]
    for version in sorted({value.definition_version or "" for value in delivered}):
        rows = [_at(value) for value in delivered if (value.definition_version or "") == version]
        layers.append(
            alt.Chart(_points(rows)).mark_line(color=SERIES, strokeWidth=2.1, strokeJoin="round").encode(x=_x(), y=_y())
        )
    published = [_at(value) for value in shown if value.source == "published" and value.is_comparable]
    other = [_at(value) for value in shown if not value.is_comparable]
    held = [_at(value) for value in shown if value.is_held_back]
    if delivered:
        layers.append(
            alt.Chart(_points([_at(delivered[-1])]))
            .mark_point(shape="circle", size=58, filled=True, color=SERIES, opacity=1)
            .encode(x=_x(), y=_y())
        )
    if published:
        layers.append(
            alt.Chart(_points(published))
            .mark_line(color=PUBLISHED, strokeWidth=1, strokeDash=[1, 3])
            .encode(x=_x(), y=_y())
        )
        layers.append(
            alt.Chart(_points(published))
            .mark_point(
                shape="diamond", size=70, filled=True, fill="#ffffff", stroke=PUBLISHED, strokeWidth=1.6, opacity=1
            )
            .encode(x=_x(), y=_y())
        )
    if other:
        layers.append(
            alt.Chart(_points(other))
            .mark_point(shape="cross", size=46, filled=True, color=SOFT, opacity=1)
            .encode(x=_x(), y=_y())
        )
    if held:
        layers.append(
            alt.Chart(_points(held))
            .mark_point(shape="circle", size=46, filled=False, color="#9e2a2b", strokeWidth=1.4, opacity=1)
            .encode(x=_x(), y=_y())
        )
    return layers


def _at(value: Value) -> tuple[float, float]:
    return wording.year_position(value.period), float(value.value or 0)


def _labels(dossier: Dossier, shown: list[Value], axis: Axis, last_year: int) -> list[alt.Chart]:
    """Names of what is drawn, in the right margin and pushed apart; earlier targets are named beside their point."""
    unit, targets, path = dossier.indicator.unit, dossier.indicator.targets, dossier.path
    final, head = dossier.final, dossier.headline
    wished = [
        Label(f"目标 {wording.number(value, unit)}", axis.pixel(value), INK)
        for year, value in targets.items()
        if year == last_year
    ]
    named = [(float(year), f"{year}目标", value) for year, value in targets.items() if year != last_year]
    if path[0][0] not in targets:
        named.append((path[0][0], wording.BASELINES.get(dossier.status.baseline_kind or "", "基期"), path[0][1]))
    if head and head.value is not None:
        mark = " 模拟" if head.is_simulated else ""
        wished.append(
            Label(
                f"现值 {wording.number(head.value, unit)}{mark}",
                axis.pixel(head.value),
                PUBLISHED if head.source == "published" else SERIES,
            )
        )
    if _forecast(dossier) and final and final.forecast_value is not None:
        wished.append(
            Label(f"预计 {wording.number(final.forecast_value, unit)}", axis.pixel(final.forecast_value), FORECAST)
        )
    margin = alt.Data(
        values=[{"y": round(label.at, 1), "t": label.text, "c": label.colour} for label in spread(wished)]
    )
    return [
        alt.Chart(margin)
        .mark_text(align="left", fontSize=12, dx=10)
        .encode(
            x=alt.value(PLOT_WIDTH),
            y=alt.Y("y:Q", scale=None, axis=None),
            text=alt.Text("t:N"),
            color=alt.Color("c:N", scale=None),
        ),
        *(_beside(at, name, value, axis, dossier, shown) for at, name, value in named),
    ]


def _beside(at: float, name: str, value: float, axis: Axis, dossier: Dossier, shown: list[Value]) -> alt.Chart:
    """The name of a baseline or an earlier target, on the side of the path where the series does not run."""
    is_baseline = at not in dossier.indicator.targets
    nearest = min(shown, key=lambda one: abs(wording.year_position(one.period) - at))
    is_above = (shown[-1].value or 0) < value if is_baseline else (nearest.value or 0) < value
    is_above = is_above or axis.pixel(value) > PLOT_HEIGHT - 18
    side: Literal["left", "right"] = "left" if is_baseline or not is_above else "right"
    data = alt.Data(values=[{"x": at, "y": value, "t": f"{name} {wording.number(value, dossier.indicator.unit)}"}])
    mark = alt.Chart(data).mark_text(
        align=side, fontSize=11, fill=INK, dx=7 if side == "left" else -7, dy=-10 if is_above else 13
    )
    return mark.encode(x=_x(), y=_y(), text=alt.Text("t:N"))


def _fix_scales(specification: dict[str, object], axis: Axis, start: int, last_year: int) -> None:
    """Give every layer the one explicit domain: altair would repeat it in each encoding."""
    domains = {"x": [start, last_year], "y": [axis.low, axis.high], "y2": None}
    stack: list[object] = [specification]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            for channel, encoding in node.get("encoding", {}).items():
                if domains.get(channel) and "field" in encoding and encoding.get("scale", 0) is not None:
                    encoding["scale"] = {"domain": domains[channel], "zero": False, "nice": False}
            stack += list(node.get("layer", []))
