"""The picture of a scenario: events on top, then the drivers that differ from the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.panels import apart, within
from experiments.figures.style import import_matplotlib
from scenarios.quarters import quarter_label
from scenarios.resolved import path_of
from scenarios.scenario import Cell, Event, Scenario
from scenarios.vocabulary import (
    DRIVERS,
    FIRST_YEAR,
    POWERS,
    QUARTERS,
    STATE_NAMES,
    STATES,
    Driver,
    cells_of,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import GridSpec
    from numpy.typing import NDArray

INK, PALE, GREY = "#0b5394", "#c9c9c9", "#6b6b6b"
YEARS = FIRST_YEAR + np.arange(QUARTERS) / 4
LEFT_OUT = "left out"
ROOM = 5
"""Years that a label of events takes."""
NEAR = 1.6
"""Years; events of one type nearer than this share a label at the last of them."""
COLUMNS, PANEL = 4, 1.7
"""Panels side by side, and inches from the top of one row of panels to the next."""
SHADES = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#7f6000")
"""Colours of the states' lines in one panel; they keep apart in print and for most eyes."""
ALIKE = 1e-9
ALL = "all five"
MARGIN = 0.06
LINE = 0.09
"""Least distance of two names at the ends of lines, as a share of the axis."""
HALF = 0.5
Lane = tuple[str, list[tuple[Event, bool]]]
"""A type of events, each with whether it is the scenario's own."""
Label = tuple[float, float, str, bool]
"""Where a cluster of events begins and ends, what is written beside it, whether it is new."""
Panel = tuple[Driver, list[Cell]]
"""One picture of the page: a driver, or what it says of one power, with the cells it shows."""


def draw_drivers(scenario: Scenario, baseline: Scenario, *, full: bool = False) -> Figure:
    """Draw a scenario: events on top, then a panel for each driver that differs.

    The scenario is a strong line and the baseline a dashed one; memberships are bars, hollow where
    only the baseline has them. With `full`, or where nothing differs, the other drivers follow,
    pale.
    """
    panels = sorted(
        _panels(scenario, baseline), key=lambda each: not _changed(scenario, baseline, each[1])
    )
    changed = [each for each in panels if _changed(scenario, baseline, each[1])]
    shown = panels if full or not changed else changed
    lanes = lanes_of(scenario, baseline)
    columns = min(COLUMNS, max(len(shown), 2))
    rows = -(-len(shown) // columns)
    figure, grid = _empty(rows, columns, 0.22 * len(lanes) + 0.4)
    heading = _heading(scenario, baseline, len(panels) - len(shown))
    figure.suptitle(
        heading, x=0.01, y=1 - 0.12 / figure.get_figheight(), ha="left", va="top", fontsize=13,
        weight="bold",
    )  # fmt: skip
    draw_events(figure.add_subplot(grid[0, :]), lanes, scenario)
    for position, panel in enumerate(shown):
        row, column = divmod(position, columns)
        _draw_panel(figure.add_subplot(grid[row + 1, column]), panel, scenario, baseline)
    return figure


def _empty(rows: int, columns: int, above: float) -> tuple[Figure, GridSpec]:
    """Return a figure with a place for the events, so many inches high, and rows of panels."""
    import_matplotlib()
    from matplotlib.figure import Figure

    height = above + PANEL * rows + 1
    figure = Figure(figsize=(13, height))
    grid = figure.add_gridspec(
        rows + 1, columns, left=0.11, right=0.965, top=1 - 0.6 / height, bottom=0.35 / height,
        height_ratios=[above, *[PANEL] * rows], hspace=0.5, wspace=0.34,
    )  # fmt: skip
    return figure, grid


def _heading(scenario: Scenario, baseline: Scenario, alike: int) -> str:
    if scenario.name == baseline.name:
        return f"{scenario.title}  ({scenario.name})"
    rest = f"; as in it: {alike} drivers, --full shows them" if alike else ""
    return f"{scenario.title}  ({scenario.name}; dashed: {baseline.name}{rest})"


def _panels(scenario: Scenario, baseline: Scenario) -> Iterator[Panel]:
    """A panel for each driver; pipelines have one for each power that has any."""
    for driver in DRIVERS.values():
        told = [cell for cell in cells_of(driver) if _is_told(scenario, baseline, cell)]
        if driver.scope == "power and state" and not driver.steps:
            for power in POWERS:
                own = [cell for cell in told if cell[2] == power]
                if own:
                    yield driver, own
            if not told:
                yield driver, cells_of(driver)
        else:
            yield driver, told or cells_of(driver)


def _changed(scenario: Scenario, baseline: Scenario, cells: Sequence[Cell]) -> bool:
    return any(_differs(scenario, baseline, cell) for cell in cells)


def _differs(scenario: Scenario, baseline: Scenario, cell: Cell) -> bool:
    gap = path_of(scenario, cell) - path_of(baseline, cell)
    return bool(np.abs(gap).max() > ALIKE)


def _draw_panel(axes: Axes, panel: Panel, scenario: Scenario, baseline: Scenario) -> None:
    driver, cells = panel
    changed = _changed(scenario, baseline, cells)
    draw = _draw_bars if driver.steps else _draw_lines
    draw(axes, panel, scenario, baseline)
    title = driver.name.replace("_", " ")
    if driver.scope == "power and state" and not driver.steps:
        title += f" to {cells[0][2]}"
    weight, colour = ("bold", INK) if changed else ("normal", GREY)
    axes.set_title(title, loc="left", fontsize=9.5, weight=weight, color=colour)
    unit = "" if driver.scope == "power and state" or driver.steps else driver.unit
    axes.set_title(unit, loc="right", fontsize=7, color=GREY)
    axes.tick_params(length=2, left=True, labelsize=7.5, labelcolor=GREY)
    axes.grid(color="#f0f0f0")
    axes.set_axisbelow(True)
    trim(axes, scenario)


def _draw_lines(axes: Axes, panel: Panel, scenario: Scenario, baseline: Scenario) -> None:
    driver, cells = panel
    changed = [cell for cell in cells if _differs(scenario, baseline, cell)]
    colours = dict(zip(changed, SHADES * len(changed), strict=False))
    for cell in cells:
        if cell not in changed:
            axes.plot(YEARS, path_of(scenario, cell), color=PALE, lw=1.3)
    for cell, colour in colours.items():
        axes.plot(YEARS, path_of(baseline, cell), "--", color=colour, lw=0.9, alpha=0.75)
        axes.plot(YEARS, path_of(scenario, cell), color=colour, lw=2)
    low, high = _range(driver, scenario, baseline, cells)
    axes.set_ylim(low, high)
    if driver.scope != "region":
        _name_lines(axes, cells, scenario, colours)


def _name_lines(
    axes: Axes, cells: Sequence[Cell], scenario: Scenario, colours: Mapping[Cell, str]
) -> None:
    """Write states at the ends of their lines, below each other where these end alike."""
    low, high = axes.get_ylim()
    ends = {cell[1]: float(path_of(scenario, cell)[scenario.end]) for cell in cells}
    shades = {cell[1]: colour for cell, colour in colours.items()}
    if len(ends) == len(STATES) and np.ptp(list(ends.values())) < ALIKE:
        ends = {ALL: next(iter(ends.values()))}
        shades = {ALL: next(iter(shades.values()), GREY)}
    step = LINE * (high - low)
    for name, height in within(apart(ends, step), step, low, high).items():
        at = (YEARS[scenario.end] + 0.9, height)
        axes.annotate(
            name, at, fontsize=6.5, color=shades.get(name, GREY), va="center",
            annotation_clip=False,
        )  # fmt: skip


def _draw_bars(axes: Axes, panel: Panel, scenario: Scenario, baseline: Scenario) -> None:
    """Periods in which a state is a member or consents; hollow: only in the baseline."""
    _, cells = panel
    for height, cell in enumerate(reversed(cells)):
        mine, theirs = path_of(scenario, cell), path_of(baseline, cell)
        colour = INK if _differs(scenario, baseline, cell) else PALE
        axes.broken_barh(_spans(mine), (height - 0.3, 0.6), facecolor=colour)
        axes.broken_barh(_spans(theirs), (height - 0.3, 0.6), facecolor="none", edgecolor=colour)
    names = ["-".join(cell[1:]) for cell in reversed(cells)]
    axes.set_yticks(range(len(cells)), names)
    axes.set_ylim(-0.7, len(cells) - 0.3)


def _spans(path: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Beginning and length, in years, of the periods in which a path is 1."""
    edges = np.flatnonzero(np.diff(np.r_[0, path > HALF, 0].astype(int)))
    return [(2000 + first / 4, (last - first) / 4) for first, last in edges.reshape(-1, 2)]


def _is_told(scenario: Scenario, baseline: Scenario, cell: Cell) -> bool:
    """Whether a cell has anything to show: a region's driver, or one that is ever above 0."""
    paths = (path_of(scenario, cell), path_of(baseline, cell))
    return len(cell) == 1 or any(bool(np.abs(path).max() > ALIKE) for path in paths)


def _range(
    driver: Driver, scenario: Scenario, baseline: Scenario, cells: Sequence[Cell]
) -> tuple[float, float]:
    """The y range: what is drawn, but never so narrow that a trifle looks large."""
    paths = [path_of(each, cell) for each in (scenario, baseline) for cell in cells]
    low, high = min(path.min() for path in paths), max(path.max() for path in paths)
    least = (driver.high - driver.low) / 4
    if high - low < least:
        middle = (high + low) / 2
        low = min(max(middle - least / 2, driver.low), driver.high - least)
        high = low + least
    margin = MARGIN * (high - low)
    return low - margin, high + margin


def lanes_of(scenario: Scenario, baseline: Scenario) -> list[Lane]:
    """Events by type, each with whether it is the scenario's own; those left out come last."""
    alone = scenario.name == baseline.name
    lanes: dict[str, list[tuple[Event, bool]]] = {}
    for event in scenario.events:
        own = alone or event not in baseline.events
        lanes.setdefault(event.type.replace("_", " "), []).append((event, own))
    left = [event for event in baseline.events if event not in scenario.events]
    if left:
        lanes[LEFT_OUT] = [(event, False) for event in left]
    return list(lanes.items())


def draw_events(axes: Axes, lanes: Sequence[Lane], scenario: Scenario) -> None:
    """Draw a lane a type: own events strong, uncertain ones hollow, those left out crossed."""
    for height, (name, events) in enumerate(reversed(lanes)):
        for event, own in events:
            x = YEARS[event.quarter]
            colour, left_out = (INK if own else GREY), name == LEFT_OUT
            face = colour if event.probability == 1 and not left_out else "none"
            axes.plot(x, height, "x" if left_out else "o", ms=5, mec=colour, mfc=face)
        _write_labels(axes, _labels(events), height)
    axes.set_yticks(range(len(lanes)), [name for name, _ in reversed(lanes)], fontsize=8)
    axes.set_ylim(-0.7, max(len(lanes) - 0.3, 0.7))
    axes.set_title("events", loc="left", fontsize=9, color=GREY)
    axes.grid(axis="x", color="#eeeeee")
    axes.tick_params(length=0, labelsize=8)
    trim(axes, scenario)


def _write_labels(axes: Axes, labels: list[Label], height: int) -> None:
    """Write labels right of their events, or left of them where the next would be in the way."""
    following = [first for first, *_ in labels[1:]] + [np.inf]
    for (first, last, text, own), after in zip(labels, following, strict=True):
        crowded = after - last < ROOM
        x, shift, side = (first, -5, "right") if crowded else (last, 5, "left")
        axes.annotate(
            text, (x, height), (shift, 0), textcoords="offset points", va="center", ha=side,
            fontsize=7.5, color=INK if own else GREY,
        )  # fmt: skip


def _labels(events: Sequence[tuple[Event, bool]]) -> list[Label]:
    """One label for each cluster of neighbouring events: when and where."""
    clusters: list[list[tuple[Event, bool]]] = []
    for event, own in events:
        near = clusters and YEARS[event.quarter] - YEARS[clusters[-1][-1][0].quarter] < NEAR
        if not (near and clusters[-1][-1][1] == own):
            clusters.append([])
        clusters[-1].append((event, own))
    return [
        (
            float(YEARS[each[0][0].quarter]),
            float(YEARS[each[-1][0].quarter]),
            _label(each),
            each[0][1],
        )
        for each in clusters
    ]


def _label(cluster: list[tuple[Event, bool]]) -> str:
    first, last = cluster[0][0], cluster[-1][0]
    if len(cluster) == 1:
        name = f"{STATE_NAMES[first.state]} " if first.state else ""
        return f"{name}{quarter_label(first.quarter)}"
    states = ", ".join(dict.fromkeys(event.state for event, _ in cluster if event.state))
    return f"{states} {quarter_label(first.quarter)} to {quarter_label(last.quarter)}"


def trim(axes: Axes, scenario: Scenario) -> None:
    """Show the quarters that the scenario runs, in a light frame."""
    axes.set_xlim(YEARS[scenario.start] - 0.5, YEARS[scenario.end] + 0.75)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(PALE)
