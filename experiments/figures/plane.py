"""The coopetition plane: cooperation against competition, as paths in time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.choice import LINES, choose, from_reference
from experiments.figures.findings import PRINTED, most_moved
from experiments.figures.labels import apart, within
from experiments.figures.lines import parting
from experiments.figures.palette import INK, SOFT, Stroke, scenario_strokes
from experiments.figures.style import headline, lay_out, page
from experiments.results.cells import Cells, drawn_rows, drawn_time, numbers
from experiments.results.clusters import Clusters, clusters_of
from experiments.results.estimates import Difference, direction, mean, minus, quantiles
from experiments.results.reading import Results
from experiments.results.wording import broken, capital, movers, named, titles

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Path = NDArray[np.floating[Any]]

AXES = ("cooperation", "competition")
HALF_OF_WORLDS = 1.1774
"""Radius, in standard deviations, of the ellipse that holds half of a normal law in two axes."""
ROUND = 73
"""Points of such an ellipse."""
HALF = 0.5
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
    gaps = from_reference(results, lambda name: _ends(results, name)[0])
    names, every, more = choose(results, scenarios, LINES, gaps, "cooperation")
    strokes = scenario_strokes(names)
    base = _cloud(results, names[0], rows)
    first = _path(base)
    since = begun(first)
    with page(8.6, 6.6) as figure:
        axes = figure.subplots()
        axes.plot(*_outline(base[:, since]), color=strokes[names[0]].colour, lw=0.8, ls=":")
        _draw(axes, base, first, since, strokes[names[0]])
        for name in names[1:]:
            cloud = _cloud(results, name, rows)
            path = _path(cloud)
            _draw(axes, cloud, path, max(parting(first, path), begun(path)), strokes[name])
        _frame(axes)
        _years(axes, x[since:], first[:, since:])
        ends = {name: _ends(results, name) for name in every}
        headline(figure, _finding(results, base[:, since], ends, x[since:]), NOTE + more, results)
        lay_out(figure)
        where = {n: (np.nanmedian(ends[n], axis=-1), strokes[n].colour) for n in names}
        _names(figure, axes, {broken(titles(results)[n], 15): where[n] for n in names})
    return figure


def _ends(results: Results, name: str) -> NDArray[np.float32]:
    """Return both axes in the last quarter that is drawn: (axis, worlds)."""
    return _cloud(results, name, drawn_rows(results)[-1:])[:, 0]


def _cloud(results: Results, name: str, rows: tuple[int, ...]) -> NDArray[np.float32]:
    """Return both axes over time: (axis, quarter, worlds)."""
    return np.stack([numbers(results, name, Cells(each, rows=rows)) for each in AXES])


def _path(cloud: NDArray[np.float32]) -> Path:
    """Return medians over worlds, (axis, quarter): NaN before a scenario begins."""
    middle: Path = quantiles(cloud, (0.5,))[0]
    return middle


def begun(path: Path) -> int:
    """Return the first place of a path, (axis, quarter), at which there is something."""
    return int(np.isfinite(path).all(axis=0).argmax())


def _draw(axes: Axes, cloud: NDArray[np.float32], path: Path, start: int, stroke: Stroke) -> None:
    """Draw a path, (axis, quarter), from a place on, and the cloud that worlds end in."""
    outline = _outline(cloud[:, -1])
    axes.fill(*outline, color=stroke.colour, alpha=0.12, lw=0)
    axes.plot(*outline, color=stroke.colour, lw=0.8, alpha=0.8)
    axes.plot(*path[:, start:], color=stroke.colour, ls=stroke.dashes)
    axes.plot(*path[:, -1], stroke.marker, color=stroke.colour, ms=6)


def _outline(points: NDArray[np.float32]) -> Path:
    """Return the ellipse that holds half of the points (axis, worlds), as a line: (axis, place)."""
    turn = np.linspace(0, 2 * np.pi, ROUND)
    circle = HALF_OF_WORLDS * np.stack([np.cos(turn), np.sin(turn)])
    middle = quantiles(points, (0.5,))[0]
    outline: Path = middle[:, np.newaxis] + np.linalg.cholesky(_spread(points)) @ circle
    return outline


def _spread(points: NDArray[np.float32]) -> Path:
    """Return the covariance of points (axis, worlds), with a trifle that keeps it invertible."""
    kept = points[:, np.isfinite(points).all(axis=0)]
    trifle = 1e-9 * np.eye(len(AXES))
    return np.cov(kept) + trifle if kept.shape[1] > 1 else trifle


def _frame(axes: Axes) -> None:
    """Give the axes limits, draw the curves of equal coopetition behind, say what corners mean."""
    (left, right), (low, high) = _limits(axes)
    across, along = np.meshgrid(*(np.linspace(*ends, 80) for ends in ((left, right), (low, high))))
    equal = 2 * across * along / np.maximum(across + along, 1e-3)
    levels = axes.contour(
        across, along, equal, levels=8, colors="#d9d9d9", linewidths=0.8, zorder=0.5
    )
    axes.clabel(levels, fontsize=6.5, fmt="%.2f", colors="#8a8a8a")
    axes.set_xlim(left, right)
    axes.set_ylim(low, low + (high - low) / (1 - STRIP))
    axes.set_xlabel("cooperation of Russia and China (index, 0–1)")
    axes.set_ylabel("competition of Russia and China (index, 0–1)")
    axes.grid(visible=False)
    for (x, y), text in CORNERS.items():
        axes.text(
            x, y, text, transform=axes.transAxes, fontsize=7, color=SOFT, style="italic",
            ha="left" if x < HALF else "right", va="bottom",
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
        sides = [np.array(side) * (14, 11) for side in _sides(*ahead[row])]
        room = [np.linalg.norm(drawn - drawn[row] - 1.4 * side, axis=1).min() for side in sides]
        aside = tuple(sides[int(np.argmax(room))])
        axes.annotate(
            f"{year[row]}", tuple(path[:, row]), aside, textcoords="offset points", fontsize=7,
            color=INK, ha="center", va="center",
        )  # fmt: skip


def _sides(x: float, y: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the directions right and left of one."""
    return (y, -x), (-y, x)


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


def _finding(
    results: Results, start: NDArray[np.float32], last: dict[str, NDArray[np.float32]], x: Path
) -> str:
    """Say which of both grew more in the first scenario, and which others move cooperation most.

    `start` and `last` hold both in the first and the last quarter: (axis, worlds).
    """
    lie, ((first, here), *others) = clusters_of(results), last.items()
    text = f"{_course(here - start, lie)} {int(x[0])} to {int(x[-1])} under {named(results, first)}"
    gaps = {name: each[0] - here[0] for name, each in others}
    moved = most_moved(gaps, lie, PRINTED)
    if not moved:
        return f"{text}; no other scenario here moves cooperation clearly" if others else text
    means = {name: mean(gaps[name], lie) for name in moved}
    sizes = {name: f"{each.value:+.2f}" for name, each in means.items()}
    most, verb = "most" if len(others) > 1 else "", direction(means.values())
    said = movers(results, sizes, "cooperation", most, verb)
    return minus(f"{text}; {said}")


def _course(change: NDArray[np.floating[Any]], clusters: Clusters | None) -> str:
    """Say in which directions both moved, and which one more; `change` is (axis, worlds).

    >>> luck = np.linspace(-0.01, 0.01, 9)
    >>> _course(np.stack([luck + 0.1, luck + 0.3]), None)
    'Competition grows more than cooperation (+0.30 against +0.10) from'
    >>> _course(np.stack([luck - 0.1, luck + 0.3]), None)
    'Cooperation falls (-0.10) while competition grows (+0.30) from'
    """
    moved = {name: mean(each, clusters) for name, each in zip(AXES, change, strict=True)}
    if not any(np.isfinite(each.low) for each in moved.values()):
        told = " and ".join(f"{name} by {each.value:+.2f}" for name, each in moved.items())
        return f"{capital(told.replace(' by', ' moves by', 1))}, as luck had it, from"
    ways = {name: _way(each) for name, each in moved.items()}
    sizes = {name: f"{each.value:+.2f}" for name, each in moved.items()}
    if len(set(ways.values())) > 1 or "hardly moves" in ways.values():
        one, other = (f"{name} {ways[name]} ({sizes[name]})" for name in AXES)
        return f"{capital(one)} while {other} from"
    less, more = sorted(AXES, key=lambda name: abs(moved[name].value))
    if not mean(abs(change[1]) - abs(change[0]), clusters).clear:
        return f"Cooperation and competition {ways[less][:-1]} alike ({sizes[less]}) from"
    sized = f"{sizes[more]} against {sizes[less]}"
    return f"{capital(more)} {ways[more]} more than {less} ({sized}) from"


def _way(moved: Difference) -> str:
    """Say in which direction one moved, if that is told from none, and can be seen in print."""
    if not moved.clear or abs(moved.value) < PRINTED:
        return "hardly moves"
    return "grows" if moved.value > 0 else "falls"
