"""Hedging and dependency of the five states over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.cells import Cells, drawn_rows, numbers, recorded, years
from experiments.estimates import quantiles
from experiments.figures.palette import scenario_strokes
from experiments.figures.style import (
    headline,
    label_panels,
    line_ends,
    new_figure,
    plain,
    rests_on,
    styled,
)
from experiments.figures.wording import broken, quoted, reference, shown, titles
from experiments.reading import Results
from scenarios.vocabulary import STATE_NAMES, STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

COLUMNS = ("hedging", "joint_dependence", "dependency_risk")
NOTE = (
    "Hedging: spread of influence over four powers, 1 = even. Joint dependence: Russia's and "
    "China's part in all influence. Dependency risk: reliance on both, with terms, debt and "
    "remittances. Lines: medians; bands: 5–95 % of worlds. "
)


def hedging(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw hedging, joint dependence and dependency risk: a row each, a column a state."""
    names, rows = shown(results, scenarios, 7), drawn_rows(results)
    x = years(recorded(results)[list(rows)])
    with styled():
        figure = new_figure(12.5, 7.4)
        grid = figure.subplots(len(COLUMNS), len(STATES), sharex=True, sharey="row")
        last: dict[str, Numbers] = {}
        for line, column in zip(grid, COLUMNS, strict=True):
            bands = {
                n: quantiles(numbers(results, n, Cells(column, rows=rows)), (0.05, 0.5, 0.95))
                for n in names
            }
            _draw_row(line, x, bands)
            line[0].set_ylabel(f"{plain(column).capitalize()}\n(0–1)", weight="bold")
            last |= {f"{column}/{name}": bands[name][1] for name in names}
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        headline(figure, _finding(results, last, names, x), NOTE + rests_on(results))
        figure.get_layout_engine().set(rect=(0, 0, 0.9, 1))  # type: ignore[union-attr, call-arg]
        said = {name: broken(titles(results)[name], 18) for name in names}
        named = ((axes, line_ends(axes, said)) for axes in grid[:, -1])
        label_panels(figure, named, x[-1], widen=False)
    return figure


def _draw_row(line: Sequence[Axes], x: Numbers, bands: dict[str, Numbers]) -> None:
    """Draw an index of all states: `bands` are (quantile, quarter, state) by scenario."""
    strokes = scenario_strokes(list(bands))
    low, high = (edge([edge(each) for each in bands.values()]) for edge in (np.nanmin, np.nanmax))
    line[0].set_xlim(x[0], x[-1])
    line[0].set_ylim(max(0, low - 0.03), min(1, high + 0.03))
    for place, axes in enumerate(line):
        axes.autoscale(enable=False)
        for name, band in bands.items():
            stroke = strokes[name]
            axes.fill_between(
                x, band[0, :, place], band[2, :, place], color=stroke.colour, alpha=0.1, lw=0
            )
            axes.plot(
                x, band[1, :, place], color=stroke.colour, ls=stroke.dashes, lw=1.5, label=name
            )


def _finding(results: Results, last: dict[str, Numbers], names: Sequence[str], x: Numbers) -> str:
    """Say where joint dependence moved most since the beginning, and who is most at risk."""
    base = reference(results) if reference(results) in names else names[0]
    joint, risk = last[f"joint_dependence/{base}"], last[f"dependency_risk/{base}"]
    moved = joint[-1] - joint[0]
    place, worst = int(np.abs(moved).argmax()), int(risk[-1].argmax())
    return (
        f"From {int(x[0])} to {int(x[-1])} joint dependence on Russia and China moves most in "
        f"{STATE_NAMES[STATES[place]]} ({100 * moved[place]:+.0f} points); most at risk is "
        f"{STATE_NAMES[STATES[worst]]} ({risk[-1][worst]:.2f}), under "
        f"{quoted(titles(results)[base])}"
    )
