"""Charts of lines over time with their bands: levels, and paired differences."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, NumeralTickFormatter, Range1d, Span
from bokeh.plotting import figure
from numpy.typing import NDArray

from experiments.dashboard.view import Lines
from experiments.dashboard.worlds import Answer
from experiments.figures.palette import INK, PALE, SOFT
from experiments.figures.panels import apart, parting, within
from experiments.results.cells import years
from experiments.results.estimates import minus
from scenarios.quarters import quarter_label

FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
WIDTH, LINE, AXIS = 2.2, 16, 40
"""Of a line, of a label and of the room that the axis below takes, in pixels."""
LEAST = 0.05
"""How far to either side of zero differences are drawn at least, as a part of 10 units."""
OPENS = 2015
"""The first year on the axis, unless scenarios part sooner."""
SLOTS = 4
"""Lines that a chart has room for."""
LETTERS = 15
"""Letters of a name beside a line."""
DARK = """@media screen and (prefers-color-scheme: dark) {
  .bk-Canvas { filter: invert(0.9) hue-rotate(180deg); }
}"""
"""Colours of a figure on a dark page: light and dark change places, hues stay."""
PARTS = ("low", "inner_low", "middle", "inner_high", "high")


class Chart:
    """A Bokeh figure whose numbers, names and colours are renewed in place."""

    def __init__(self, height: int, shades: tuple[float, float], *, signed: bool) -> None:
        """Draw empty lines in a chart of some pixels of height.

        `shades` say how dark the outer and the inner band are. A signed chart is one of
        differences, around a line at zero.
        """
        self.height, self.signed = height, signed
        self.source, self.ends = ColumnDataSource(), ColumnDataSource()
        self.x, self.y = Range1d(OPENS, OPENS + 20), Range1d(0, 1)
        self.figure = figure(
            height=height, sizing_mode="stretch_width", toolbar_location=None, tools="",
            x_range=self.x, y_range=self.y, min_border_left=54, min_border_right=150,
        )  # fmt: skip
        self.year = Span(dimension="height", line_color=SOFT, line_dash="dotted", line_width=1.2)
        self.figure.add_layout(self.year)
        if signed:
            self.figure.add_layout(Span(location=0, dimension="width", line_color=INK))
        names = ["x", "quarter", "said", *(f"{n}_{part}" for n in range(SLOTS) for part in PARTS)]
        self.source.data = {name: [] for name in names}
        self.ends.data = {"x": [], "y": [], "text": [], "colour": []}
        self._draw(shades)
        dress(self.figure)

    def _draw(self, shades: tuple[float, float]) -> None:
        bands = (("low", "high"), ("inner_low", "inner_high"))
        self.areas = [
            [self.figure.varea("x", f"{n}_{low}", f"{n}_{high}", source=self.source,
                               fill_alpha=shade, fill_color=INK)
             for (low, high), shade in zip(bands, shades, strict=True)]
            for n in range(SLOTS)
        ]  # fmt: skip
        self.lines = [
            self.figure.line("x", f"{n}_middle", source=self.source, line_width=WIDTH)
            for n in range(SLOTS)
        ]
        said = f"<div style='font:12px {FONT}'><b>@quarter</b>@said{{safe}}</div>"
        hover = HoverTool(
            renderers=self.lines[:1], mode="vline", tooltips=said, attachment="below",
            point_policy="follow_mouse",
        )  # fmt: skip
        self.figure.add_tools(hover)
        self.figure.text(
            "x", "y", "text", source=self.ends, text_color="colour", x_offset=6, level="overlay",
            text_baseline="middle", text_font=value(FONT), text_font_size="12px",
            text_font_style="bold",
        )  # fmt: skip  # the level lets names stand outside the frame

    def show(self, answer: Answer, shown: Lines, opens: float, year: int) -> None:
        """Show numbers from a year on, and where the chosen year ends."""
        x, blank = years(answer.quarters), np.full(len(answer.quarters), np.nan)
        data: dict[str, Any] = {"x": x, "quarter": [quarter_label(int(q)) for q in answer.quarters]}
        for slot in range(SLOTS):
            there = slot < len(shown.names)
            for part in PARTS:
                data[f"{slot}_{part}"] = getattr(shown.bands, part)[:, slot] if there else blank
            colour = shown.colours[slot] if there else INK
            for area in self.areas[slot]:
                area.glyph.fill_color = colour
            self.lines[slot].glyph.line_color = colour
            self.lines[slot].glyph.line_dash = pixels(shown.dashes[slot]) if there else []
        data["said"] = [tip(shown, row) for row in range(len(x))]
        self.source.data = data
        self.x.update(start=opens, end=float(x[-1]))
        self._fit(shown, x >= opens)
        self._name_ends(shown, float(x[-1]))
        self.year.location = year + 0.75

    def _fit(self, shown: Lines, seen: NDArray[np.bool_]) -> None:
        """Fit the axis to what is seen: from zero where that is near, or around it."""
        low, high = (
            float(np.nanmin(shown.bands.low[seen])),
            float(np.nanmax(shown.bands.high[seen])),
        )
        least = LEAST * 10 if shown.digits == 1 else LEAST / 5
        margin = 0.08 * (high - low)
        if self.signed:
            self.y.update(start=min(low - margin, -least), end=max(high + margin, least))
        else:
            near = 0 <= low < high / 2
            self.y.update(start=0.0 if near else low - margin, end=high + margin + least / 10)
        form = "0.[0]" if shown.digits == 1 else "0.[000]"
        self.figure.yaxis.formatter = NumeralTickFormatter(format=f"{'+' * self.signed}{form}")

    def _name_ends(self, shown: Lines, x: float) -> None:
        """Write each name and last number beside the end of its line, not over another."""
        start, end = float(self.y.start), float(self.y.end)
        step = (end - start) * LINE / (self.height - AXIS)
        last = {n: float(each) for n, each in enumerate(shown.bands.middle[-1])}
        free = within(apart({str(n): each for n, each in last.items()}, step), step,
                      start + step / 2, end - step / 2)  # fmt: skip
        form = f"{'+' if self.signed else ''}.{shown.digits}f"
        self.ends.data = {
            "x": [x] * len(free),
            "y": list(free.values()),
            "text": [minus(f"{cut(shown.names[int(n)])} {last[int(n)]:{form}}") for n in free],
            "colour": [dark(shown.colours[int(n)]) for n in free],
        }


def tip(shown: Lines, row: int) -> str:
    """Return the numbers of a quarter as rows of a table."""
    rows = "".join(
        f"<tr><td style='color:{colour}'>■</td><td>{escape(name)}</td>"
        f"<td style='text-align:right'>{shown.said(row, n)}</td></tr>"
        for n, (name, colour) in enumerate(zip(shown.names, shown.colours, strict=True))
    )
    return f"<table>{rows}</table>"


def cut(name: str) -> str:
    """Return a name that fits beside a chart.

    >>> cut("Russia"), cut("A very long scenario's title")
    ('Russia', 'A very long sc…')
    """
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"


def opening(answer: Answer) -> float:
    """Return the year where the axes begin: before the scenarios part, and not after OPENS."""
    first, *others = answer.shares.values()
    found = [OPENS]
    for other in others:
        pair = (np.moveaxis(np.nan_to_num(each), 0, -1) for each in (first, other))
        found.append(years(answer.quarters)[parting(*pair)] - 1)
    return float(min(found))


def pixels(dashes: Any) -> list[int]:  # noqa: ANN401 (as matplotlib takes them)
    """Return a dash pattern in pixels; none for a line that is drawn through."""
    return [] if isinstance(dashes, str) else [round(WIDTH * each) for each in dashes[1]]


def dark(colour: str, part: float = 0.64) -> str:
    """Return a colour darkened so that small text in it can be read on white.

    >>> dark("#ffffff", 0.5)
    '#7f7f7f'
    """
    return "#" + "".join(f"{int(part * int(colour[at : at + 2], 16)):02x}" for at in (1, 3, 5))


def dress(plot: Any) -> None:  # noqa: ANN401 (Bokeh makes the class at run time)
    """Give a figure the page's look."""
    plot.outline_line_color = None
    plot.stylesheets = [DARK]
    plot.background_fill_alpha = plot.border_fill_alpha = 0
    plot.grid.grid_line_color, plot.xgrid.grid_line_color = PALE, None
    plot.axis.axis_line_color = plot.axis.major_tick_line_color = PALE
    plot.axis.minor_tick_line_color = None
    plot.axis.major_label_text_font, plot.axis.major_label_text_color = FONT, SOFT
    plot.axis.major_label_text_font_size = "12px"
