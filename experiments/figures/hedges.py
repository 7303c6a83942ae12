"""Hedging and dependency of the five states over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.findings import leading
from experiments.figures.labels import label_panels, line_ends
from experiments.figures.lines import scenario_lines
from experiments.figures.style import headline, page, plain
from experiments.figures.wording import broken, listed, named, reference, shown, titles
from experiments.results.cells import Cells, drawn_time, numbers
from experiments.results.estimates import minus, quantiles
from experiments.results.reading import Results
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
    names = shown(results, scenarios, 7)
    rows, x = drawn_time(results)
    with page(12.5, 7.4) as figure:
        grid = figure.subplots(len(COLUMNS), len(STATES), sharex=True, sharey="row")
        for line, column in zip(grid, COLUMNS, strict=True):
            _draw_row(line, x, {name: _bands(results, name, column, rows) for name in names})
            line[0].set_ylabel(f"{plain(column).capitalize()}\n(index, 0–1)", weight="bold")
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        headline(figure, _finding(results, names, x), NOTE, results)
        figure.get_layout_engine().set(rect=(0, 0, 0.9, 1))  # type: ignore[union-attr, call-arg]
        said = {name: broken(titles(results)[name], 18) for name in names}
        ends = ((axes, line_ends(axes, said)) for axes in grid[:, -1])
        label_panels(figure, ends, x[-1], widen=False)
    return figure


def _bands(results: Results, name: str, column: str, rows: tuple[int, ...]) -> Numbers:
    """Return quantiles (quantile, quarter, state) of an index."""
    found: Numbers = quantiles(numbers(results, name, Cells(column, rows=rows)), (0.05, 0.5, 0.95))
    return found


def _draw_row(line: Sequence[Axes], x: Numbers, bands: dict[str, Numbers]) -> None:
    """Draw an index of all states: `bands` are (quantile, quarter, state) by scenario."""
    low, high = (edge([edge(each) for each in bands.values()]) for edge in (np.nanmin, np.nanmax))
    line[0].set_xlim(x[0], x[-1])
    line[0].set_ylim(max(0, low - 0.03), min(1, high + 0.03))
    for place, axes in enumerate(line):
        axes.autoscale(enable=False)
        scenario_lines(axes, x, {name: band[..., place] for name, band in bands.items()}, dark=0.1)


def _finding(results: Results, names: Sequence[str], x: Numbers) -> str:
    """Say where joint dependence moved most since the beginning, and who is most at risk."""
    base = reference(results) if reference(results) in names else names[0]
    joint = numbers(results, base, Cells("joint_dependence"))
    risk = numbers(results, base, Cells("dependency_risk"))[-1]
    worst = leading(dict(zip(STATES, risk, strict=True)))
    level = float(np.nanmedian(risk[STATES.index(worst[0])]))
    alike = f", about equal with {listed(_names(worst[1:]))}" if worst[1:] else ""
    return (
        f"From {int(x[0])} to {int(x[-1])} {_moved(joint)}; most at risk is "
        f"{STATE_NAMES[worst[0]]} ({level:.2f}){alike}, under {named(results, base)}"
    )


def _moved(joint: NDArray[np.float32]) -> str:
    """Say where joint dependence moved most, or how little it moved anywhere."""
    gaps = joint[-1] - joint[0]
    middle = np.nanmedian(gaps, axis=-1)
    most = leading({s: np.sign(m) * gap for s, m, gap in zip(STATES, middle, gaps, strict=True)})
    if len(most) > 1:
        low, high = (minus(f"{100 * each:+.0f}") for each in (middle.min(), middle.max()))
        return f"joint dependence on Russia and China changes by {low} to {high} points"
    points = minus(f"{100 * middle[STATES.index(most[0])]:+.0f}")
    return f"joint dependence on Russia and China moves most in {_names(most)[0]} ({points} points)"


def _names(states: Sequence[str]) -> list[str]:
    return [STATE_NAMES[state] for state in states]
