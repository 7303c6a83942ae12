"""The picture of a scenario: every driver's path against the baseline, and the events."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.labels import apart, within
from experiments.figures.style import import_matplotlib
from experiments.figures.timeline import GREY, INK, PALE, YEARS, draw_events, lanes_of, trim
from scenarios.assembly import cells_of
from scenarios.resolved import path_of
from scenarios.scenario import Cell, Scenario
from scenarios.vocabulary import DRIVERS, POWERS, STATES, Driver

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.gridspec import GridSpec
    from numpy.typing import NDArray

COLUMNS = 4
PANEL = 1.7
"""Inches from the top of one row of panels to the next."""
SHADES = ("#0b5394", "#b45f06", "#38761d", "#741b47", "#7f6000")
"""Colours of the states' lines in one panel; they keep apart in print and for most eyes."""
ALIKE = 1e-9
ALL = "all five"
MARGIN = 0.06
LINE = 0.09
"""Least distance of two names at the ends of lines, as a share of the axis."""
HALF = 0.5


Panel = tuple[Driver, list[Cell]]
"""One picture of the page: a driver, or what it says of one power, with the cells it shows."""


def draw_drivers(scenario: Scenario, baseline: Scenario) -> Figure:
    """Draw a scenario: events on top, then a panel for each driver, the changed ones first.

    What equals the baseline is pale. Where the two differ the scenario is a strong line and the
    baseline a dashed one; memberships are bars, hollow where only the baseline has them.
    """
    panels = sorted(
        _panels(scenario, baseline), key=lambda each: not _changed(scenario, baseline, each[1])
    )
    lanes = lanes_of(scenario, baseline)
    figure, grid = _empty(-(-len(panels) // COLUMNS), 0.22 * len(lanes) + 0.4)
    figure.suptitle(
        _heading(scenario, baseline), x=0.01, y=1 - 0.12 / figure.get_figheight(), ha="left",
        va="top", fontsize=13, weight="bold",
    )  # fmt: skip
    draw_events(figure.add_subplot(grid[0, :]), lanes, scenario)
    for position, panel in enumerate(panels):
        row, column = divmod(position, COLUMNS)
        _draw_panel(figure.add_subplot(grid[row + 1, column]), panel, scenario, baseline)
    return figure


def _empty(rows: int, above: float) -> tuple[Figure, GridSpec]:
    """Return a figure with a place for the events, so many inches high, and rows of panels."""
    import_matplotlib()
    from matplotlib.figure import Figure

    height = above + PANEL * rows + 1
    figure = Figure(figsize=(13, height))
    grid = figure.add_gridspec(
        rows + 1, COLUMNS, left=0.11, right=0.965, top=1 - 0.6 / height, bottom=0.35 / height,
        height_ratios=[above, *[PANEL] * rows], hspace=0.5, wspace=0.34,
    )  # fmt: skip
    return figure, grid


def _heading(scenario: Scenario, baseline: Scenario) -> str:
    if scenario.name == baseline.name:
        return f"{scenario.title}  ({scenario.name})"
    return f"{scenario.title}  ({scenario.name}; dashed: {baseline.name} where it differs)"


def _panels(scenario: Scenario, baseline: Scenario) -> Iterator[Panel]:
    """A panel for each driver; pipelines have one for each power that has any."""
    for driver in DRIVERS.values():
        told = [cell for cell in cells_of(driver) if _is_told(scenario, baseline, cell)]
        if driver.scope == "power and state" and not driver.steps:
            for power in POWERS:
                own = [cell for cell in told if cell[2] == power]
                if own:
                    yield driver, own
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
