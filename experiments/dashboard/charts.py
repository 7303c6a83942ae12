"""Lines of the four powers over time with their bands: influence, and its paired difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from bokeh.core.properties import value
from bokeh.models import ColumnDataSource, HoverTool, NumeralTickFormatter, Range1d, Span
from bokeh.plotting import figure
from numpy.typing import NDArray

from experiments.dashboard.worlds import Answer
from experiments.figures.palette import INK, PALE, POWER, SHORT_POWER, SOFT
from experiments.figures.panels import apart, parting, within
from experiments.results.cells import years
from experiments.results.estimates import means, minus, quantiles
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWERS

FONT = "'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"
WIDTH, LINE, AXIS = 2.2, 16, 40
"""Of a line, of a label and of the room that the axis below takes, in pixels."""
LEAST = 0.5
"""Points to either side of zero that differences are drawn in, however small they are."""
OPENS = 2015
"""The first year on the axis, unless scenarios part sooner."""
PARTS = ("low", "inner_low", "middle", "inner_high", "high")

Array = NDArray[Any]


@dataclass(frozen=True)
class Bands:
    """What a chart shows, each (quarter, power): a line, a band and a narrower one around it."""

    low: Array
    inner_low: Array
    middle: Array
    inner_high: Array
    high: Array


def of_influence(answer: Answer, state: int) -> Bands:
    """Return the quantiles of influence in a state: the median, 25-75 % and 5-95 % of worlds."""
    return Bands(*quantiles(next(iter(answer.shares.values()))[:, state]))


def of_difference(answer: Answer, state: int) -> Bands:
    """Return the paired difference in points: the mean, its 95 % interval, 5-95 % of worlds."""
    first, *others = [each[:, state] for each in answer.shares.values()]
    gap = 100 * (first - (others[0] if others else first))
    middle, low, high = means(gap)
    ends = quantiles(gap, (0.05, 0.95))
    return Bands(ends[0], low, middle, high, ends[1])


class Chart:
    """A Bokeh figure whose numbers are renewed in place."""

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
            x_range=self.x, y_range=self.y, min_border_left=54, min_border_right=96,
        )  # fmt: skip
        self.year = Span(dimension="height", line_color=SOFT, line_dash="dotted", line_width=1.2)
        self.figure.add_layout(self.year)
        if signed:
            self.figure.add_layout(Span(location=0, dimension="width", line_color=INK))
        self._empty()
        self._draw(shades)
        dress(self.figure)
        form = "+0.[0]" if signed else "0 %"
        self.figure.yaxis.formatter = NumeralTickFormatter(format=form)

    def _empty(self) -> None:
        names = ["x", "quarter", *(f"{power}_{part}" for power in POWERS for part in PARTS)]
        self.source.data = {name: [] for name in [*names, *(f"{power}_said" for power in POWERS)]}
        self.ends.data = {"x": [], "y": [], "text": [], "colour": []}

    def _draw(self, shades: tuple[float, float]) -> None:
        bands = (("low", "high"), ("inner_low", "inner_high"))
        for power in POWERS:
            for (low, high), shade in zip(bands, shades, strict=True):
                self.figure.varea(
                    "x", f"{power}_{low}", f"{power}_{high}", source=self.source,
                    fill_color=POWER[power].colour, fill_alpha=shade,
                )  # fmt: skip
        for power in POWERS:
            line = self.figure.line(
                "x", f"{power}_middle", source=self.source, line_color=POWER[power].colour,
                line_width=WIDTH, line_dash=dashes(power),
            )  # fmt: skip
        rows = "".join(
            f"<tr><td style='color:{POWER[each].colour}'>■</td><td>{SHORT_POWER[each]}</td>"
            f"<td style='text-align:right'>@{each}_said</td></tr>"
            for each in POWERS
        )
        said = f"<div style='font:12px {FONT}'><b>@quarter</b><table>{rows}</table></div>"
        self.figure.add_tools(HoverTool(renderers=[line], mode="vline", tooltips=said))
        self.figure.text(
            "x", "y", "text", source=self.ends, text_color="colour", x_offset=6, level="overlay",
            text_baseline="middle", text_font=value(FONT), text_font_size="12px",
            text_font_style="bold",
        )  # fmt: skip  # the level lets names stand outside the frame

    def show(self, answer: Answer, bands: Bands, opens: float, year: int) -> None:
        """Show numbers from a year on, and where the chosen year ends."""
        x = years(answer.quarters)
        data: dict[str, Any] = {"x": x, "quarter": [quarter_label(int(q)) for q in answer.quarters]}
        for place, power in enumerate(POWERS):
            parts = {part: getattr(bands, part)[:, place] for part in PARTS}
            data |= {f"{power}_{part}": values for part, values in parts.items()}
            data[f"{power}_said"] = [
                in_points(*each) if self.signed else in_per_cent(*each)
                for each in zip(parts["middle"], parts["low"], parts["high"], strict=True)
            ]
        self.source.data = data
        self.x.update(start=opens, end=float(x[-1]))
        self._fit(bands, x >= opens)
        self._name_ends(bands.middle[-1], float(x[-1]))
        self.year.location = year + 0.75

    def _fit(self, bands: Bands, seen: NDArray[np.bool_]) -> None:
        """Fit the axis to what is seen: from zero, or around it."""
        low, high = float(np.nanmin(bands.low[seen])), float(np.nanmax(bands.high[seen]))
        if self.signed:
            margin = 0.08 * (high - low)
            self.y.update(start=min(low - margin, -LEAST), end=max(high + margin, LEAST))
        else:
            self.y.update(start=0.0, end=min(1.0, float(np.ceil(10 * high + 0.5)) / 10))

    def _name_ends(self, last: Array, x: float) -> None:
        """Write each power's name and last number beside the end of its line, not over another."""
        start, end = float(self.y.start), float(self.y.end)
        step = (end - start) * LINE / (self.height - AXIS)
        ends = dict(zip(POWERS, map(float, last), strict=True))
        free = within(apart(ends, step), step, start + step / 2, end - step / 2)
        form = "{:+.1f}" if self.signed else "{:.0f} %"
        scale = 1 if self.signed else 100
        self.ends.data = {
            "x": [x] * len(free),
            "y": list(free.values()),
            "text": [
                f"{SHORT_POWER[power]} {minus(form.format(scale * ends[power]))}" for power in free
            ],
            "colour": [dark(POWER[power].colour) for power in free],
        }


def in_per_cent(middle: float, low: float, high: float) -> str:
    """Say a share with its band.

    >>> in_per_cent(0.41, 0.35, 0.5)
    '41 % [35–50]'
    """
    return f"{100 * middle:.0f} % [{100 * low:.0f}–{100 * high:.0f}]"


def in_points(middle: float, low: float, high: float) -> str:
    """Say a difference with its band.

    >>> in_points(-1.21, -2, 0.04)
    '−1.2 [−2.0, 0.0]'
    """
    return minus(f"{middle:+.1f} [{low:+.1f}, {high:+.1f}]")


def opening(answer: Answer) -> float:
    """Return the year where the axes begin: before the scenarios part, and not after OPENS."""
    first, *others = answer.shares.values()
    if not others:
        return OPENS
    apart_from = parting(*(np.moveaxis(np.nan_to_num(each), 0, -1) for each in (first, *others)))
    return float(min(OPENS, years(answer.quarters)[apart_from] - 1))


def dashes(power: str) -> list[int]:
    """Return a power's dash pattern in pixels; none for a line that is drawn through."""
    pattern = POWER[power].dashes
    return [] if isinstance(pattern, str) else [round(WIDTH * each) for each in pattern[1]]


def dark(colour: str, part: float = 0.64) -> str:
    """Return a colour darkened so that small text in it can be read on white.

    >>> dark("#ffffff", 0.5)
    '#7f7f7f'
    """
    return "#" + "".join(f"{int(part * int(colour[at : at + 2], 16)):02x}" for at in (1, 3, 5))


def dress(plot: Any) -> None:  # noqa: ANN401 (Bokeh makes the class at run time)
    """Give a figure the page's look."""
    plot.outline_line_color = None
    plot.background_fill_alpha = plot.border_fill_alpha = 0
    plot.grid.grid_line_color, plot.xgrid.grid_line_color = PALE, None
    plot.axis.axis_line_color = plot.axis.major_tick_line_color = PALE
    plot.axis.minor_tick_line_color = None
    plot.axis.major_label_text_font, plot.axis.major_label_text_color = FONT, SOFT
    plot.axis.major_label_text_font_size = "12px"
