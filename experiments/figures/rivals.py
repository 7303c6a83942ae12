"""Russia and China between themselves: cooperation, competition and rivalry over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.cells import Cells, drawn_rows, numbers, recorded, years
from experiments.estimates import mean, quantiles
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

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

COLUMNS = ("cooperation", "competition", "rivalry")
LETTERS = 18
"""Titles at line ends are broken after so many letters."""
NOTE = (
    "Indices, 0–1, of Russia and China towards each other in the region; compare scenarios, do not "
    "read levels. Lines: medians over worlds; bands: 25–75 %. "
)


def relations(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw cooperation, competition and rivalry: a panel each, a line a scenario."""
    names, rows = shown(results, scenarios, 7), drawn_rows(results)
    x = years(recorded(results)[list(rows)])
    with styled():
        figure = new_figure(12.5, 4.6)
        panels = figure.subplots(1, len(COLUMNS), sharex=True)
        for axes, column in zip(panels, COLUMNS, strict=True):
            _draw(axes, x, _bands(results, names, column, rows))
            axes.set_title(plain(column).capitalize())
            axes.set_ylabel("index, 0–1")
        headline(figure, _finding(results, names, int(x[-1])), NOTE + rests_on(results))
        said = {name: broken(title, LETTERS) for name, title in titles(results).items()}
        label_panels(figure, ((axes, line_ends(axes, said)) for axes in panels), x[-1])
    return figure


def _bands(
    results: Results, names: Sequence[str], column: str, rows: tuple[int, ...]
) -> dict[str, NDArray[np.float64]]:
    return {
        name: quantiles(numbers(results, name, Cells(column, rows=rows)), (0.25, 0.5, 0.75))
        for name in names
    }


def _draw(axes: Axes, x: NDArray[np.float64], bands: dict[str, NDArray[np.float64]]) -> None:
    for name, stroke in scenario_strokes(list(bands)).items():
        low, middle, high = bands[name]
        axes.fill_between(x, low, high, color=stroke.colour, alpha=0.13, lw=0)
        axes.plot(x, middle, color=stroke.colour, ls=stroke.dashes, label=name)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, None)


def _finding(results: Results, names: Sequence[str], year: int) -> str:
    """Say how rivalry moved in the reference, and which scenario moves it most against that."""
    base = reference(results) if reference(results) in names else names[0]
    levels = numbers(results, base, Cells("rivalry"))
    here = np.nanmedian(levels[-1])
    text = (
        f"Rivalry of Russia and China goes from {np.nanmedian(levels[0]):.2f} to {here:.2f} by "
        f"{year} under {quoted(titles(results)[base])}"
    )
    moved = {
        name: mean(numbers(results, name, Cells("rivalry"))[-1] - levels[-1])
        for name in names
        if name != base
    }
    if not moved:
        return text
    name = max(moved, key=lambda each: abs(moved[each].value))
    if not moved[name].clear:
        return f"{text}; no scenario here changes that clearly"
    return f"{text}; {quoted(titles(results)[name])} changes it most: {moved[name].value:+.2f}"
