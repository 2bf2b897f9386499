"""Pictures for reports: self-contained SVG, legible on a light page and on a dark one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 800, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 28, 96, 56  # of the frame, from the edges
_FONT = "font-family:system-ui,-apple-system,'Segoe UI',sans-serif"
# Paul Tol's bright scheme, told apart by the colour-blind too; the dark page gets lighter shades.
_LIGHT = ("#3366aa", "#cc5544", "#228833", "#997700", "#aa3377", "#117788")
_DARK = ("#77aaee", "#ff8877", "#66cc77", "#ddbb44", "#ee88bb", "#66ccdd")
_SHAPES = ("circle", "square", "diamond", "triangle")
_LEGEND_COLUMN, _LEGEND_ROW = 246, 19
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Point:
    """A value with its interval, at a cost."""

    x: float  # above 0
    y: float
    low: float
    high: float
    label: str  # beside the point; may be empty


@dataclass(frozen=True, slots=True)
class Series:
    """Points joined by a line, in the order given."""

    name: str
    points: tuple[Point, ...]
    colour: int  # series of one colour belong together
    dashed: bool = False  # the lesser of two of one colour, its marks hollow


@dataclass(frozen=True, slots=True)
class Axis:
    """Where values of one direction fall on the picture."""

    low: float
    high: float
    begin: float  # pixels
    end: float
    logarithmic: bool

    def place(self, value: float) -> float:
        """Pixel of a value."""
        low, high = self.low, self.high
        if self.logarithmic:
            low, high, value = math.log(low), math.log(high), math.log(value)
        return self.begin + (value - low) / (high - low) * (self.end - self.begin)


def linear_ticks(low: float, high: float, about: int = 6) -> list[float]:
    """Round values that span the range, about so many: steps of 1, 2 or 5 times a power of ten."""
    raw = max(high - low, 1e-9) / about
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 12) for number in range(first, max(last, first + 1) + 1)]


def logarithmic_ticks(low: float, high: float) -> list[float]:
    """1, 2 and 5 times the powers of ten, from the last below the range to the first above."""
    powers = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 2)
    values = [factor * 10.0**power for power in powers for factor in (1, 2, 5)]
    below = max(value for value in values if value <= low * 0.999)
    above = min(value for value in values if value >= high * 1.001)
    return [value for value in values if below <= value <= above]


def tradeoff_picture(
    series: Sequence[Series], *, title: str, subtitle: str, x_label: str, y_label: str
) -> str:
    """An SVG of value (linear) against cost (logarithmic). Raises ValueError without a point."""
    points = [point for one in series for point in one.points]
    if not points:
        raise ValueError("a picture needs a point")
    x_ticks = logarithmic_ticks(min(p.x for p in points), max(p.x for p in points))
    y_ticks = linear_ticks(min(p.low for p in points), max(p.high for p in points))
    top = _TOP + _LEGEND_ROW * (math.ceil(len(series) / _COLUMNS) - 1)
    x = Axis(x_ticks[0], x_ticks[-1], _LEFT, WIDTH - _RIGHT, logarithmic=True)
    y = Axis(y_ticks[0], y_ticks[-1], HEIGHT - _BOTTOM, top, logarithmic=False)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'style="{_FONT}"><title>{escape(title)}</title><desc>{escape(subtitle)}</desc>',
        _style(),
        f'<rect class="page" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="title" x="{_LEFT - 44}" y="30">{escape(title)}</text>',
        f'<text class="note" x="{_LEFT - 44}" y="50">{escape(subtitle)}</text>',
        *_grid(x, x_ticks, y, y_ticks),
        f'<text class="note" x="{(x.begin + x.end) / 2:.0f}" y="{HEIGHT - 14}" text-anchor="middle">'
        f"{escape(x_label)}</text>",
        f'<text class="note" transform="translate(20 {(y.begin + y.end) / 2:.0f}) rotate(-90)" '
        f'text-anchor="middle">{escape(y_label)}</text>',
        *(_drawn(one, x, y) for one in series),
        *(_key(one, number) for number, one in enumerate(series)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _style() -> str:
    def colours(shades: Sequence[str]) -> str:
        return "".join(f".c{n}{{stroke:{shade};color:{shade}}}" for n, shade in enumerate(shades))

    common = (
        ".title{font-size:18px;font-weight:600}.note,.tick{font-size:12px}.label{font-size:11px}"
        "text{stroke:none}.line{fill:none;stroke-width:2}.bar{stroke-width:1.2;opacity:.55}"
        ".dash{stroke-dasharray:5 4}.mark{fill:currentColor;stroke-width:1.6}.grid{stroke-width:1}"
    )
    light = (
        ".page{fill:#fff}.title,.label{fill:#1b1f24}.note,.tick{fill:#57606a}.grid{stroke:#e4e8ec}"
        ".hollow{fill:#fff}"
    )
    dark = (
        ".page{fill:#0d1117}.title,.label{fill:#e6edf3}.note,.tick{fill:#9aa5b1}.grid{stroke:#262c34}"
        ".hollow{fill:#0d1117}"
    )
    return (
        f"<style>{common}{light}{colours(_LIGHT)}"
        f"@media(prefers-color-scheme:dark){{{dark}{colours(_DARK)}}}</style>"
    )


def _grid(x: Axis, x_ticks: Sequence[float], y: Axis, y_ticks: Sequence[float]) -> list[str]:
    lines = []
    for value in x_ticks:
        at = x.place(value)
        lines.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{y.begin:.1f}" y2="{y.end:.1f}"/>')
        lines.append(
            f'<text class="tick" x="{at:.1f}" y="{y.begin + 18:.1f}" text-anchor="middle">{value:g}</text>'
        )
    for value in y_ticks:
        at = y.place(value)
        lines.append(f'<line class="grid" x1="{x.begin:.1f}" x2="{x.end:.1f}" y1="{at:.1f}" y2="{at:.1f}"/>')
        lines.append(
            f'<text class="tick" x="{x.begin - 8:.1f}" y="{at + 4:.1f}" text-anchor="end">{value:g}</text>'
        )
    return lines


def _drawn(series: Series, x: Axis, y: Axis) -> str:
    colour = f"c{series.colour % len(_LIGHT)}"
    places = [(x.place(point.x), y.place(point.y)) for point in series.points]
    path = " ".join(f"{at:.1f},{height:.1f}" for at, height in places)
    dash = " dash" if series.dashed else ""
    parts = [f'<g class="{colour}">', f'<polyline class="line{dash}" points="{path}"/>']
    for point, (at, _) in zip(series.points, places, strict=True):
        parts.append(
            f'<line class="bar" x1="{at:.1f}" x2="{at:.1f}" '
            f'y1="{y.place(point.low):.1f}" y2="{y.place(point.high):.1f}"/>'
        )
    for point, (at, height) in zip(series.points, places, strict=True):
        parts.append(_mark(series, at, height, f"{point.y:.3f} [{point.low:.3f}, {point.high:.3f}]"))
        if point.label:
            beside = f'x="{at + 9:.1f}"' if at < x.end - 44 else f'x="{at - 9:.1f}" text-anchor="end"'
            parts.append(f'<text class="label" {beside} y="{height + 14:.1f}">{escape(point.label)}</text>')
    return "".join([*parts, "</g>"])


def _mark(series: Series, at: float, height: float, told: str) -> str:
    kind = "mark hollow" if series.dashed else "mark"
    shape = _SHAPES[series.colour % len(_SHAPES)]
    if shape == "circle":
        drawn = f'<circle class="{kind}" cx="{at:.1f}" cy="{height:.1f}" r="4.5">'
        return f"{drawn}<title>{escape(series.name)}: {told}</title></circle>"
    corners: dict[str, list[tuple[float, float]]] = {
        "square": [(-4, -4), (4, -4), (4, 4), (-4, 4)],
        "diamond": [(0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)],
        "triangle": [(0, -5.5), (5, 4), (-5, 4)],
    }
    path = " ".join(f"{at + right:.1f},{height + down:.1f}" for right, down in corners[shape])
    return f'<polygon class="{kind}" points="{path}"><title>{escape(series.name)}: {told}</title></polygon>'


def _key(series: Series, number: int) -> str:
    """The series' entry above the frame."""
    at = _LEFT - 44 + number % _COLUMNS * _LEGEND_COLUMN
    height = 76 + number // _COLUMNS * _LEGEND_ROW
    dash = " dash" if series.dashed else ""
    name = series.name if len(series.name) <= 32 else series.name[:31] + "…"
    return (
        f'<g class="c{series.colour % len(_LIGHT)}">'
        f'<line class="line{dash}" x1="{at}" x2="{at + 28}" y1="{height}" y2="{height}"/>'
        f"{_mark(series, at + 14, height, 'key')}"
        f'<text class="note" x="{at + 36}" y="{height + 4}">{escape(name)}</text></g>'
    )
