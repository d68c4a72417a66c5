"""The frame that charts are drawn in: its size, a round scale, labels that keep their distance, and a slim SVG."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

WIDTH, HEIGHT = 570, 218
PADDING = {"left": 44, "right": 104, "top": 20, "bottom": 22}
PLOT_WIDTH = WIDTH - PADDING["left"] - PADDING["right"]
PLOT_HEIGHT = HEIGHT - PADDING["top"] - PADDING["bottom"]
LABEL_GAP = 15


@dataclass(frozen=True)
class Axis:
    """A vertical scale with round ticks."""

    low: float
    high: float
    step: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [round(self.low + self.step * at, 6) for at in range(count + 1)]

    def pixel(self, value: float) -> float:
        return PLOT_HEIGHT * (1 - (value - self.low) / (self.high - self.low))


@dataclass(frozen=True)
class Label:
    """A text in the right margin: `at` is the vertical position wished for."""

    text: str
    at: float
    colour: str


def round_axis(values: list[float], ticks: int = 4) -> Axis:
    """The smallest axis with steps of 1, 2, 2.5 or 5 times a power of ten that holds all values."""
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) * 0.1 or 1.0
    rough = spread / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    return Axis(round(bottom, 9), round(max(top, bottom + step), 9), step)


def spread(labels: list[Label]) -> list[Label]:
    """Labels moved apart to at least LABEL_GAP pixels, in the order of their wished positions, inside the plot."""
    placed: list[Label] = []
    for label in sorted(labels, key=lambda one: one.at):
        at = max(label.at, placed[-1].at + LABEL_GAP) if placed else max(label.at, 6.0)
        placed.append(Label(label.text, at, label.colour))
    excess = max(0.0, placed[-1].at - (PLOT_HEIGHT - 4)) if placed else 0.0
    return [Label(label.text, label.at - excess, label.colour) for label in placed]


_DROPPED = re.compile(
    r"\s(?:xmlns(?::xlink)?|class|role|aria-[a-z]+|version|pointer-events|font-family|stroke-miterlimit"
    rf'|width(?=="{WIDTH}")|height(?=="{HEIGHT}"))="[^"]*"'
)
_EMPTY = re.compile(r'<path[^>]*\sd="(?:M0,0h0v0h0Z)?"[^>]*/>|<path aria-hidden="true"[^>]*display="none"/>')
_LONG = re.compile(r"(\d+\.\d)\d+")


def slim(svg: str) -> str:
    """The same picture without namespaces, classes, font names (the page has them) and needless decimals."""
    text = _EMPTY.sub("", svg)
    text = _DROPPED.sub("", text)
    text = _LONG.sub(r"\1", text)
    text = re.sub(r"<g>\s*</g>", "", text)
    while "<g></g>" in text:
        text = text.replace("<g></g>", "")
    text = text.replace(' fill-opacity="1"', "").replace(' opacity="1"', "")
    return re.sub(r"^<svg[^>]*>", f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">', text)
