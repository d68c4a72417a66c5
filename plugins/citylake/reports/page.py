"""The tracker as one HTML file: nothing is loaded from anywhere, no script is needed, every text is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from citylake.reports import findings, wording
from citylake.reports.charts import indicator_chart
from citylake.reports.model import Dossier, Tracker
from citylake.reports.tracks import track

TEMPLATES = Path(__file__).with_name("templates")
GANTT_YEAR = 56


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(w=wording, f=findings, track=track, min=min, max=max)
    return environment


def render_page(tracker: Tracker) -> str:
    """The whole page as text. Charts are drawn here once each."""
    template = _environment().get_template("tracker.html.j2")
    page = template.render(
        t=tracker,
        css=Markup((TEMPLATES / "tracker.css").read_text(encoding="utf-8")),  # our own file, holds no data
        chart=lambda dossier: _chart(dossier, tracker.first_year),
        speed=findings.pace(tracker),
        deliveries=findings.delivery_counts(tracker),
        gantt_year=GANTT_YEAR,
        now_at=wording.year_position(f"{tracker.business_date:%Y-%m}") - tracker.first_year + 1,
    )
    return "\n".join(line.strip() for line in page.splitlines() if line.strip()) + "\n"


def _chart(dossier: Dossier, first_year: int) -> Markup | None:
    """The chart may go into the page as it is: Vega escapes its texts, and they hold only numbers and our own words."""
    svg = indicator_chart(dossier, first_year)
    return None if svg is None else Markup(svg)
