"""The coopetition plane: cooperation against competition, as paths in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.answers.outcomes import outcome_of
from experiments.figures.findings import LINES, PRINTED, choose, moves
from experiments.figures.palette import INK, SOFT, Stroke, scenario_strokes
from experiments.figures.panels import apart, parting, within
from experiments.figures.style import headline, lay_out, page
from experiments.results.cells import Cells, drawn_rows, drawn_time, numbers
from experiments.results.clusters import Clusters
from experiments.results.estimates import Difference, mean, minus, quantiles
from experiments.results.reading import Results
from experiments.results.text import broken, capital, named

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Path = NDArray[np.floating[Any]]
    Cloud = NDArray[np.float32]

AXES = ("cooperation", "competition")
HALF_OF_WORLDS = 1.1774
"""Radius, in standard deviations, of the ellipse that holds half of a normal law in two axes."""
MARGIN, LEAST, NARROW = 0.06, 0.5, 0.02
"""Parts of an axis left free about what is drawn; an axis spans no less than so much of the other,
and no less than so much at all, lest trifles look large."""
STRIP = 0.16
"""Part of the height that names of scenarios take."""
CORNERS = {
    (0.008, 0.012): "less of both",
    (0.992, 0.012): "more cooperation, less competition",
    (0.008, 1.005 - STRIP): "more competition, less cooperation",
    (0.992, 1.005 - STRIP): "more of both",
}
"""What the corners of the panel mean, by their place in it."""
NAME_WIDE = 1.05
"""Inches that the name of a scenario takes."""
NOTE = (
    "Paths: medians over worlds of Russia's and China's cooperation and competition in the region, "
    "indices 0–1; axes begin where the numbers do. Clouds: half of the worlds, in the last year "
    "and, hollow, in the first. Grey curves: equal coopetition, the harmonic mean. "
)


def coopetition(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation against competition: a path a scenario, years written beside it."""
    rows, x = drawn_time(results)
    names, every, more = choose(
        results, scenarios, LINES, lambda name: _ends(results, name)[0], "cooperation"
    )
    strokes, base = scenario_strokes(names), _cloud(results, names[0], rows)
    first = quantiles(base, (0.5,))[0]
    since = begun(first)
    with page(8.6, 6.6) as figure:
        axes = figure.subplots()
        axes.plot(*_outline(base[:, since]), color=strokes[names[0]].colour, lw=0.8, ls=":")
        _draw(axes, base, first, since, strokes[names[0]])
        for name in names[1:]:
            cloud = _cloud(results, name, rows)
            path = quantiles(cloud, (0.5,))[0]
            _draw(axes, cloud, path, max(parting(first, path), begun(path)), strokes[name])
        _frame(axes)
        _years(axes, x[since:], first[:, since:])
        ends = {name: _ends(results, name) for name in every}
        headline(figure, _finding(results, base[:, since], ends, x[since:]), NOTE + more, results)
        lay_out(figure)
        where = {n: (np.nanmedian(ends[n], axis=-1), strokes[n].colour) for n in names}
        _names(figure, axes, {broken(results.titles[n], 15): where[n] for n in names})
    return figure


def _ends(results: Results, name: str) -> Cloud:
    """Return both axes in the last quarter that is drawn: (axis, worlds)."""
    return _cloud(results, name, drawn_rows(results)[-1:])[:, 0]


def _cloud(results: Results, name: str, rows: tuple[int, ...]) -> Cloud:
    """Return both axes over time: (axis, quarter, worlds)."""
    return np.stack([numbers(results, name, Cells(each, rows=rows)) for each in AXES])


def begun(path: Path) -> int:
    """Return the first place of a path, (axis, quarter), at which there is something."""
    return int(np.isfinite(path).all(axis=0).argmax())


def _draw(axes: Axes, cloud: Cloud, path: Path, start: int, stroke: Stroke) -> None:
    """Draw a path, (axis, quarter), from a place on, and the cloud that worlds end in."""
    outline = _outline(cloud[:, -1])
    axes.fill(*outline, color=stroke.colour, alpha=0.12, lw=0)
    axes.plot(*outline, color=stroke.colour, lw=0.8, alpha=0.8)
    axes.plot(*path[:, start:], color=stroke.colour, ls=stroke.dashes)
    axes.plot(*path[:, -1], stroke.marker, color=stroke.colour, ms=6)


def _outline(points: Cloud) -> Path:
    """Return the ellipse that holds half of the points (axis, worlds), as a line: (axis, place)."""
    turn = np.linspace(0, 2 * np.pi, 73)
    circle = HALF_OF_WORLDS * np.stack([np.cos(turn), np.sin(turn)])
    there = points[:, np.isfinite(points).all(axis=0)]
    trifle = 1e-9 * np.eye(len(AXES))  # keeps the covariance invertible
    scatter = np.cov(there) + trifle if there.shape[1] > 1 else trifle
    outline: Path = (
        quantiles(points, (0.5,))[0][:, np.newaxis] + np.linalg.cholesky(scatter) @ circle
    )
    return outline


def _frame(axes: Axes) -> None:
    """Give the axes limits, draw the curves of equal coopetition behind, say what corners mean."""
    (left, right), (low, high) = _limits(axes)
    across, along = np.meshgrid(np.linspace(left, right, 80), np.linspace(low, high, 80))
    equal = 2 * across * along / np.maximum(across + along, 1e-3)
    levels = axes.contour(
        across, along, equal, levels=8, colors="#d9d9d9", linewidths=0.8, zorder=0.5
    )
    axes.clabel(levels, fontsize=6.5, fmt="%.2f", colors="#8a8a8a")
    axes.set(xlim=(left, right), ylim=(low, low + (high - low) / (1 - STRIP)))
    axes.set_xlabel("cooperation of Russia and China (index, 0–1)")
    axes.set_ylabel("competition of Russia and China (index, 0–1)")
    axes.grid(visible=False)
    for (x, y), text in CORNERS.items():
        axes.text(
            x, y, text, transform=axes.transAxes, fontsize=7, color=SOFT, style="italic",
            ha="left" if x < 0.5 else "right", va="bottom",  # noqa: PLR2004 (the left half)
        )  # fmt: skip


def _limits(axes: Axes) -> Path:
    """Return the ends of both axes, (axis, end): what is drawn, within the indices' 0 and 1."""
    ends = np.stack([axes.dataLim.intervalx, axes.dataLim.intervaly])
    spans = np.ptp(ends, axis=1)
    spans = np.maximum(spans, max(LEAST * spans.max(), NARROW)) * (0.5 + MARGIN)
    middle = ends.mean(axis=1)
    limits: Path = np.clip(np.stack([middle - spans, middle + spans], axis=1), 0, 1)
    return limits


def _years(axes: Axes, x: Path, path: Path) -> None:
    """Write the year every five years, on the side of the path that has more room."""
    year, drawn = x.astype(int), axes.transData.transform(path.T)
    fresh = np.r_[True, np.diff(year) > 0]
    ahead = np.gradient(drawn, axis=0)
    ahead /= np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    for row in np.flatnonzero(fresh & ((year % 5 == 0) | (np.arange(len(x)) == 0))):
        axes.plot(*path[:, row], ".", color=INK, ms=5)
        right = ahead[row, ::-1] * (1, -1)
        sides = [right * (14, 11), -right * (14, 11)]
        room = [np.linalg.norm(drawn - drawn[row] - 1.4 * side, axis=1).min() for side in sides]
        axes.annotate(
            f"{year[row]}", tuple(path[:, row]), tuple(sides[int(np.argmax(room))]),
            textcoords="offset points", fontsize=7, color=INK, ha="center", va="center",
        )  # fmt: skip


def _names(figure: Figure, axes: Axes, ends: dict[str, tuple[Path, str]]) -> None:
    """Write scenarios' names along the top, above where their paths end."""
    (left, right), top = axes.get_xlim(), axes.get_ylim()[1]
    step = NAME_WIDE / (axes.get_position().width * figure.get_figwidth()) * (right - left)
    free = apart({name: float(end[0]) for name, (end, _) in ends.items()}, step)
    for name, x in within(free, step, left + step / 2, right - step / 2).items():
        end, colour = ends[name]
        axes.annotate(
            name, tuple(end), (x, 0.995 * top), fontsize=7.5, color=colour, va="top", ha="center",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.6, "alpha": 0.6, "shrinkB": 4},
        )  # fmt: skip


def _finding(results: Results, start: Cloud, last: dict[str, Cloud], x: Path) -> str:
    """Say which of both grew more in the first scenario, and which others move cooperation most.

    `start` and `last` hold both in the first and the last quarter: (axis, worlds).
    """
    lie, ((first, here), *others) = results.clusters, last.items()
    text = f"{_course(here - start, lie)} {int(x[0])} to {int(x[-1])} under {named(results, first)}"
    gaps = {name: each[0] - here[0] for name, each in others}
    if said := moves(results, gaps, outcome_of("cooperation"), "cooperation"):
        return minus(f"{text}; {said}")
    return f"{text}; no other scenario here moves cooperation clearly" if others else text


def _course(change: NDArray[np.floating[Any]], clusters: Clusters | None) -> str:
    """Say in which directions both moved, and which one more; `change` is (axis, worlds).

    >>> luck = np.linspace(-0.01, 0.01, 9)
    >>> _course(np.stack([luck + 0.1, luck + 0.3]), None)
    'Competition grows more than cooperation (mean +0.30 against +0.10) from'
    >>> _course(np.stack([luck - 0.1, luck + 0.3]), None)
    'Cooperation falls (mean −0.10) while competition grows (+0.30) from'
    """
    moved = {name: mean(each, clusters) for name, each in zip(AXES, change, strict=True)}
    sizes = {name: minus(f"{each.value:+.2f}") for name, each in moved.items()}
    if not any(np.isfinite(each.low) for each in moved.values()):
        one, other = (f"{name} {sizes[name]}" for name in AXES)
        return f"{capital(one)} and {other}, as luck had it, from"
    ways = {name: _way(each) for name, each in moved.items()}
    one, other = AXES
    if ways[one] != ways[other] or ways[one] == "hardly moves":
        said = f"{one} {ways[one]} (mean {sizes[one]}) while {other} {ways[other]} ({sizes[other]})"
        return f"{capital(said)} from"
    less, more = sorted(AXES, key=lambda name: abs(moved[name].value))
    if not mean(abs(change[1]) - abs(change[0]), clusters).clear:
        return f"Cooperation and competition {ways[less][:-1]} alike (mean {sizes[less]}) from"
    both = f"mean {sizes[more]} against {sizes[less]}"
    return f"{capital(more)} {ways[more]} more than {less} ({both}) from"


def _way(moved: Difference) -> str:
    """Say in which direction one moved, if that is told from none, and can be seen in print."""
    if not moved.clear or abs(moved.value) < PRINTED:
        return "hardly moves"
    return "grows" if moved.value > 0 else "falls"
