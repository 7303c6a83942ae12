"""Names at the ends of lines, pushed apart where they would overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.palette import scenario_strokes
from experiments.figures.style import lay_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LABEL_LETTER, LABEL_LINE = 0.0083, 1.3 / 72
"""Width of a letter and height of a line of a label, in inches a point."""
A_TICK, A_LABEL = 0.36, 0.24
"""Inches that a year takes below an axis with its space, and without."""
KEY = 1.65
"""Inches that the key of scenarios takes."""
LETTERS = 18
"""Letters of a line of a scenario's title beside panels."""
Ends = dict[str, tuple[float, str]]
"""Text to the height and colour of the line that it names."""


def label_panels(
    figure: Figure,
    panels: Iterable[tuple[Axes, Ends]],
    x: float,
    *,
    size: float = 7.5,
    widen: bool = True,
) -> None:
    """Write names beside the ends of lines at `x`, pushed apart where they would overlap.

    Panels are widened to the right by what the longest name takes, unless there is room already.
    Call it last.
    """
    listed = list(panels)
    lay_out(figure)
    lines = [line for _, ends in listed for text in ends for line in text.splitlines()]
    letters = max((len(line) for line in lines), default=0)
    for axes, ends in listed:
        if widen:
            _widen(figure, axes, x, (letters * LABEL_LETTER * size + 0.08))
        _label(figure, axes, x, ends, size)


def _widen(figure: Figure, axes: Axes, x: float, inches: float) -> None:
    """Make room for labels right of x without drawing the axis on."""
    width = axes.get_position().width * figure.get_figwidth()
    first = axes.get_xlim()[0]
    axes.set_xlim(first, first + (x - first) * width / max(width - inches, 0.3 * width))
    axes.spines["bottom"].set_bounds(first, x)
    axes.set_xticks(year_ticks(first, x, width - inches))


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


def set_years(axes: Axes, x: float) -> None:
    """Write whole years below a panel that ends at `x` beside others; call it once laid out.

    The last label stays as far from the end as the next panel's first may reach over.
    """
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
        lines, [fill(title, LETTERS) for title in names.values()], loc="upper left",
        bbox_to_anchor=(right, top), borderaxespad=0, fontsize=7.5, handlelength=2.4,
        labelspacing=0.9,
    )  # fmt: skip


def _label(figure: Figure, axes: Axes, x: float, ends: Ends, size: float) -> None:
    from matplotlib.patheffects import withStroke

    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_figheight()
    rows = max((text.count("\n") + 1 for text in ends), default=1)
    step = (high - low) * rows * size * LABEL_LINE / max(height, 0.3)
    halo = [withStroke(linewidth=1.6, foreground="white")]
    free = apart({text: at for text, (at, _) in ends.items()}, step)
    for text, at in within(free, step, low + step / 2, high - step / 2).items():
        axes.annotate(
            text,
            (x, at),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
            color=ends[text][1],
            linespacing=1.05,
            path_effects=halo,
            annotation_clip=False,
        )


def line_ends(axes: Axes, names: Mapping[str, str]) -> Ends:
    """Return where the lines end whose labels `names` knows, under the names it gives them."""
    named = [line for line in axes.lines if line.get_label() in names]
    ends = [float(np.asarray(line.get_ydata())[-1]) for line in named]
    return {
        names[str(line.get_label())]: (end, str(line.get_color()))
        for line, end in zip(named, ends, strict=True)
    }


def apart(heights: Mapping[str, float], step: float) -> dict[str, float]:
    """Return heights moved as little as it takes to keep them a step apart.

    >>> apart({"a": 0.0, "b": 0.1, "c": 5.0}, 1.0)
    {'a': -0.45, 'b': 0.55, 'c': 5.0}
    """
    groups: list[list[tuple[str, float]]] = []
    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        groups.append([(name, height)])
        while len(groups) > 1 and _bottom(groups[-1], step) < _top(groups[-2], step) + step:
            groups[-2:] = [groups[-2] + groups[-1]]
    return {
        name: _bottom(group, step) + place * step
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


def _bottom(group: Sequence[tuple[str, float]], step: float) -> float:
    middle = sum(height for _, height in group) / len(group)
    return middle - step * (len(group) - 1) / 2


def _top(group: Sequence[tuple[str, float]], step: float) -> float:
    return _bottom(group, step) + step * (len(group) - 1)
