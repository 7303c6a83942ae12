"""The coopetition plane: cooperation against competition, as paths in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.cells import Cells, drawn_rows, numbers, recorded, years
from experiments.figures.palette import INK, Stroke, scenario_strokes
from experiments.figures.style import apart, headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import broken, quoted, shown, titles
from experiments.reading import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Path = NDArray[np.floating[Any]]

HALF_OF_WORLDS = 1.1774
"""Radius, in standard deviations, of the ellipse that holds half of a normal law in two axes."""
NOTE = (
    "Paths: medians over worlds of Russia's and China's cooperation and competition in the region, "
    "indices 0–1; clouds: half of the worlds. Grey curves: equal coopetition, the harmonic mean. "
)


def coopetition(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation against competition: a path a scenario, years written beside it."""
    names, rows = shown(results, scenarios, 7), drawn_rows(results)
    x = years(recorded(results)[list(rows)])
    strokes = scenario_strokes(names)
    with styled():
        figure = new_figure(8.6, 6.6)
        axes = figure.subplots()
        last = {}
        for place, name in enumerate(names):
            cloud = np.stack([numbers(results, name, Cells(c, rows=rows)) for c in AXES])
            last[name] = _draw(axes, cloud, strokes[name], 0 if place == 0 else _forks(results, x))
            if place == 0:
                first = np.nanmedian(cloud, axis=-1)
        _frame(axes)
        _years(axes, x, first)
        headline(figure, _finding(results, first, last), NOTE + rests_on(results))
        lay_out(figure)
        _names(axes, {broken(titles(results)[n]): (*last[n], strokes[n].colour) for n in names})
    return figure


AXES = ("cooperation", "competition")


def _forks(results: Results, x: Path) -> int:
    """Return the row from which scenarios can differ: where what was observed ends."""
    del results
    return int(np.searchsorted(x, 2024))


def _draw(
    axes: Axes, cloud: NDArray[np.float32], stroke: Stroke, start: int
) -> tuple[float, float]:
    """Draw a scenario from (axis, quarter, worlds) and return where it ends."""
    from matplotlib.patches import Ellipse

    path = np.nanmedian(cloud, axis=-1)
    for row in range(start, path.shape[1], max(1, path.shape[1] // 36)):
        width, height, angle = _ellipse(cloud[:, row])
        shape = Ellipse((path[0, row], path[1, row]), width, height, angle=angle)
        shape.set(facecolor=stroke.colour, alpha=0.07, lw=0)
        axes.add_patch(shape)
    axes.plot(*path[:, start:], color=stroke.colour, ls=stroke.dashes)
    axes.plot(*path[:, -1], stroke.marker, color=stroke.colour, ms=6)
    return float(path[0, -1]), float(path[1, -1])


def _ellipse(points: NDArray[np.float32]) -> tuple[float, float, float]:
    """Return width, height and angle of the ellipse that holds about half of the points."""
    kept = points[:, np.isfinite(points).all(axis=0)]
    values, vectors = np.linalg.eigh(np.cov(kept))
    width, height = 2 * HALF_OF_WORLDS * np.sqrt(np.maximum(values, 0))
    return float(width), float(height), float(np.degrees(np.arctan2(vectors[1, 0], vectors[0, 0])))


def _frame(axes: Axes) -> None:
    """Draw the curves of equal coopetition behind, and name the axes."""
    (left, right), (_, top) = axes.get_xlim(), axes.get_ylim()
    right += 0.16 * (right - left)
    grid = np.meshgrid(np.linspace(left, right, 80), np.linspace(1e-3, top, 80))
    levels = axes.contour(
        *grid,
        2 * grid[0] * grid[1] / (grid[0] + grid[1]),
        levels=8,
        colors="#d9d9d9",
        linewidths=0.8,
    )
    axes.clabel(levels, fontsize=6.5, fmt="%.2f", colors="#a8a8a8")
    axes.set_xlim(left, right)
    axes.set_ylim(0, top)
    axes.set_xlabel("cooperation of Russia and China (index, 0–1)")
    axes.set_ylabel("competition of Russia and China (index, 0–1)")
    axes.grid(visible=False)


def _years(axes: Axes, x: Path, path: Path) -> None:
    """Write the year beside the path every five years."""
    year = x.astype(int)
    fresh = np.r_[True, np.diff(year) > 0]
    for row in np.flatnonzero(fresh & ((year % 5 == 0) | (np.arange(len(x)) == 0))):
        axes.plot(*path[:, row], ".", color=INK, ms=5)
        axes.annotate(
            f"{x[row]:.0f}",
            (float(path[0, row]), float(path[1, row])),
            (5, -9),
            textcoords="offset points",
            fontsize=7,
            color=INK,
        )


def _names(axes: Axes, ends: dict[str, tuple[float, float, str]]) -> None:
    """Write scenarios' names at the right, level with where their paths end."""
    low, high = axes.get_ylim()
    heights = apart({name: y for name, (_, y, _) in ends.items()}, 0.055 * (high - low))
    right = axes.get_xlim()[1]
    for name, (x, y, colour) in ends.items():
        axes.annotate(
            name,
            (x, y),
            (right, heights[name]),
            fontsize=7.5,
            color=colour,
            va="center",
            ha="right",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.5, "alpha": 0.6},
        )


def _finding(results: Results, path: Path, last: dict[str, tuple[float, float]]) -> str:
    """Say how both moved in the first scenario, and which ends farthest from it."""
    (first, there), *others = last.items()
    text = (
        f"Both at once: cooperation {path[0, 0]:.2f} to {there[0]:.2f}, competition "
        f"{path[1, 0]:.2f} to {there[1]:.2f} under {quoted(titles(results)[first])}"
    )
    if not others:
        return text
    name, end = max(others, key=lambda each: np.hypot(each[1][0] - there[0], each[1][1] - there[1]))
    less = "less" if end[0] < there[0] else "more"
    return f"{text}; {quoted(titles(results)[name])} ends with {less} cooperation ({end[0]:.2f})"
