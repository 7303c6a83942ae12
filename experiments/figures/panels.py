"""Lines over time with bands, in rows of panels; names at their ends, or in a key beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.figures.palette import POWER, SOFT, Stroke, scenario_strokes
from experiments.figures.style import as_percent, lay_out
from scenarios.vocabulary import POWERS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[Any]
Band = tuple[Array, Array, float]
"""Lower end, upper end and how dark it is."""
Ends = dict[str, tuple[float, str]]
"""Text to the height and colour of the line that it names."""
LABEL_LETTER, LABEL_LINE = 0.0083, 1.3 / 72
"""Width of a letter and height of a line of a label, in inches a point."""
A_TICK, A_LABEL = 0.36, 0.24
"""Inches that a year takes below an axis with its space, and without."""
KEY, KEY_LETTERS = 1.65, 18
"""Inches that the key of scenarios takes, and letters of a line in it."""
MARGIN = 0.04
"""Part of an axis left free above and below what is drawn."""


class Line(NamedTuple):
    """A line over time, its bands, and the place in time from which on it is drawn."""

    name: str
    stroke: Stroke
    middle: Array
    bands: tuple[Band, ...] = ()
    since: int = 0


class Panel(NamedTuple):
    """Lines drawn in one frame, what stands above it, and left of it if it is the first."""

    lines: Sequence[Line]
    title: str = ""
    label: str = ""
    opens: int = 0
    """The place in time at which its axis begins."""


def of_powers(middle: Array, *bands: Band) -> list[Line]:
    """Return a line a power, from arrays (time, power)."""
    each = {n: tuple((a[:, n], b[:, n], dark) for a, b, dark in bands) for n in range(len(POWERS))}
    return [Line(name, POWER[name], middle[:, n], each[n]) for n, name in enumerate(POWERS)]


def of_scenarios(bands: Mapping[str, Array], dark: float = 0.13) -> list[Line]:
    """Return a line a scenario from (low, middle, high) by time.

    The first is drawn whole, the others from where they part from it, so that a shared past
    has one colour.
    """
    base = next(iter(bands.values()))
    return [
        Line(name, stroke, bands[name][1], ((bands[name][0], bands[name][2], dark),),
             0 if bands[name] is base else parting(base, bands[name]))
        for name, stroke in scenario_strokes(list(bands)).items()
    ]  # fmt: skip


def parting(one: Array, other: Array) -> int:
    """Return the last place in time at which two arrays (..., time) still agree.

    >>> parting(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 4.0]))
    1
    """
    differ = (np.abs(one - other) > 0).reshape(-1, one.shape[-1]).any(axis=0)
    return max(int(differ.argmax()) - 1, 0) if differ.any() else one.shape[-1] - 1


def draw_panels(
    figure: Figure, x: Array, rows: Sequence[Sequence[Panel]], share: str = "all",
    *, zero: bool = True, percent: bool = False, steps: bool = False,
) -> NDArray[Any]:  # fmt: skip
    """Draw rows of panels over the same years and return their axes, (row, column).

    `share` says which panels have one scale: "all", those of a "row", or "none". With `zero` the
    scales begin there, or hold it where numbers have both signs.
    """
    grid = figure.subplots(len(rows), max(map(len, rows)), squeeze=False)
    whole = [panel for row in rows for panel in row]
    around = zip(([], *rows), (*rows[1:], rows[-1]), strict=False)
    for axes_row, row, (above, below) in zip(grid, rows, around, strict=False):
        for axes, panel in zip(axes_row, row, strict=False):
            alike = {"all": whole, "row": row, "none": [panel]}[share]
            axes.autoscale(enable=False)
            axes.set(xlim=x[[panel.opens, -1]], ylim=_limits(alike, zero=zero))
            draw_lines(axes, x, panel.lines, steps=steps)
            if panel.title not in {each.title for each in above}:
                axes.set_title(panel.title)
            if percent:
                as_percent(axes)
            axes.tick_params(labelbottom=row is below or row[0].opens != below[0].opens)
            if axes is axes_row[0]:
                axes.set_ylabel(panel.label, weight="bold")
            elif share != "none":
                axes.tick_params(labelleft=False)
        for axes in axes_row[len(row) :]:
            axes.set_visible(False)
    return np.asarray(grid)


def draw_lines(
    axes: Axes, x: Array, lines: Sequence[Line], *, steps: bool = False, width: float = 1.7
) -> None:
    """Draw lines over their bands, which are one collection: it is drawn sooner than many."""
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    outlines, shades = [], []
    for line in lines:
        for low, high, dark in line.bands:
            there = np.flatnonzero(np.isfinite(low + high))
            there = there[there >= line.since]
            at, under, over = x[there], low[there], high[there]
            if steps:
                at, (under, over) = at.repeat(2)[1:], (e.repeat(2)[:-1] for e in (under, over))
            outlines.append(np.c_[np.r_[at, at[::-1]], np.r_[under, over[::-1]]])
            shades.append(to_rgba(line.stroke.colour, dark))
    axes.add_collection(PolyCollection(outlines, facecolors=shades, lw=0))
    for line in lines:
        axes.plot(
            x[line.since :], line.middle[line.since :], color=line.stroke.colour,
            ls=line.stroke.dashes, lw=width, label=line.name,
            drawstyle="steps-post" if steps else "default",
        )  # fmt: skip


def _limits(panels: Sequence[Panel], *, zero: bool) -> tuple[float, float]:
    """Return the ends of a scale that holds all lines and bands of some panels."""
    drawn = [(line, slice(panel.opens, None)) for panel in panels for line in panel.lines]
    parts = [end[seen] for line, seen in drawn for band in line.bands for end in band[:2]]
    numbers = np.concatenate([*parts, *(line.middle[seen] for line, seen in drawn)])
    known = numbers[np.isfinite(numbers)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    low, high = (min(low, 0.0), max(high, 0.0)) if zero else (low, high)
    margin = MARGIN * (high - low) or 0.01
    return low - margin * (not zero or low < 0), high + margin


def line_ends(axes: Axes, names: Mapping[str, str]) -> Ends:
    """Return where the lines end whose labels `names` knows, under the names it gives them.

    A name that several lines share stands once, in grey.
    """
    named = [line for line in axes.lines if line.get_label() in names]
    found: Ends = {}
    for line in named:
        text, end = names[str(line.get_label())], float(np.asarray(line.get_ydata())[-1])
        found[text] = (end, SOFT if text in found else str(line.get_color()))
    return found


def label_panels(
    figure: Figure, panels: Iterable[tuple[Axes, Ends]], x: float, size: float = 7.5
) -> None:
    """Write names beside the ends of lines at `x`, pushed apart where they would overlap.

    Panels are widened to the right by what the longest name takes. Call it last.
    """
    listed = list(panels)
    lay_out(figure)
    lines = [line for _, ends in listed for text in ends for line in text.splitlines()]
    inches = max((len(line) for line in lines), default=0) * LABEL_LETTER * size + 0.08
    for axes, ends in listed:
        first, width = axes.get_xlim()[0], axes.get_position().width * figure.get_figwidth()
        axes.set_xlim(first, first + (x - first) * width / max(width - inches, 0.3 * width))
        axes.spines["bottom"].set_bounds(first, x)
        axes.set_xticks(year_ticks(first, x, width - inches))
        _label(figure, axes, x, ends, size)


def _label(figure: Figure, axes: Axes, x: float, ends: Ends, size: float) -> None:
    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_figheight()
    rows = max((text.count("\n") + 1 for text in ends), default=1)
    step = (high - low) * rows * size * LABEL_LINE / max(height, 0.3)
    free = apart({text: at for text, (at, _) in ends.items()}, step)
    for text, at in within(free, step, low + step / 2, high - step / 2).items():
        axes.annotate(
            text, (x, at), (4, 0), textcoords="offset points", va="center", fontsize=size,
            color=ends[text][1], linespacing=1.05, annotation_clip=False,
        )  # fmt: skip


def year_ticks(first: float, last: float, inches: float) -> list[int]:
    """Return whole years between two, so few that they stay apart on so many inches.

    >>> year_ticks(2024.0, 2035.75, 1.9), year_ticks(2000.0, 2035.75, 1.1)
    ([2025, 2030, 2035], [2000, 2020])
    """
    from matplotlib.ticker import MaxNLocator

    most = min(max(int(inches / A_TICK), 1), 5)
    steps = MaxNLocator(nbins=most, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    ticks = steps.tick_values(first, last)
    return [int(tick) for tick in ticks if first <= tick <= last]


def set_years(panels: Iterable[Axes], x: float) -> None:
    """Write whole years below panels that end at `x` beside others; call it once laid out.

    The last label stays as far from the end as the next panel's first may reach over.
    """
    for axes in panels:
        figure, first = axes.get_figure(root=True), axes.get_xlim()[0]
        assert figure is not None  # noqa: S101 (a panel is on a page)
        width = axes.get_position().width * figure.get_figwidth()
        last = x - (x - first) * A_LABEL / width
        axes.set_xticks(year_ticks(first, last, width - A_LABEL))


def key(figure: Figure, names: Mapping[str, str]) -> None:
    """Say right of all panels which stroke is which scenario: `names` are their titles by name.

    It lays the figure out.
    """
    from matplotlib.lines import Line2D

    strokes = scenario_strokes(list(names))
    lines = [Line2D([], [], color=each.colour, ls=each.dashes) for each in strokes.values()]
    right = 1 - KEY / figure.get_figwidth()
    figure.get_layout_engine().set(rect=(0, 0, right, 1))  # type: ignore[union-attr, call-arg]
    lay_out(figure)
    top = max(axes.get_position().y1 for axes in figure.axes)
    figure.legend(
        lines, [fill(title, KEY_LETTERS) for title in names.values()], loc="upper left",
        bbox_to_anchor=(right, top), borderaxespad=0, fontsize=7.5, handlelength=2.4,
        labelspacing=0.9,
    )  # fmt: skip


def apart(heights: Mapping[str, float], step: float) -> dict[str, float]:
    """Return heights moved as little as it takes to keep them a step apart.

    >>> apart({"a": 0.0, "b": 0.1, "c": 5.0}, 1.0)
    {'a': -0.45, 'b': 0.55, 'c': 5.0}
    """
    groups: list[list[tuple[str, float]]] = []

    def bottom(group: Sequence[tuple[str, float]]) -> float:
        return sum(height for _, height in group) / len(group) - step * (len(group) - 1) / 2

    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        groups.append([(name, height)])
        while len(groups) > 1 and bottom(groups[-1]) < bottom(groups[-2]) + step * len(groups[-2]):
            groups[-2:] = [groups[-2] + groups[-1]]
    return {
        name: bottom(group) + place * step
        for group in groups
        for place, (name, _) in enumerate(group)
    }


def within(heights: Mapping[str, float], step: float, low: float, high: float) -> dict[str, float]:
    """Return heights that are a step apart moved between two limits.

    Where there is no room for so many, they are spread evenly over what there is.

    >>> within({"a": -1.0, "b": 0.5, "c": 3.0}, 1.0, 0.0, 9.0)
    {'a': 0.0, 'b': 1.0, 'c': 3.0}
    >>> within({"a": 0.1, "b": 0.2, "c": 0.3}, 1.0, 0.0, 1.0)
    {'a': 0.0, 'b': 0.5, 'c': 1.0}
    """
    step = min(step, max(high - low, 0.0) / max(len(heights) - 1, 1))
    found, least = {}, low
    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        found[name] = max(height, least)
        least = found[name] + step
    most = high
    for name in reversed(found):
        found[name] = max(min(found[name], most), low)
        most = found[name] - step
    return found
