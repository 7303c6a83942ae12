"""Fit to the record: what worlds say of the past, and what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from experiments.cells import Cells, numbers, recorded
from experiments.estimates import percent, quantiles
from experiments.figures.palette import INK, POWER
from experiments.figures.style import as_percent, headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import quoted, reference, titles
from experiments.reading import Results
from scenarios.vocabulary import STATE_NAMES, STATES

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

ROWS = (
    ("Trade with Russia", "trade_share", "RUS", Cells("trade", power="RUS"), 1.0),
    ("Trade with China", "trade_share", "CHN", Cells("trade", power="CHN"), 1.0),
    ("Remittances (of GDP)", "remittances_received", "", Cells("remittances"), 0.01),
)
"""Label, variable and partner in the record, what answers to it here, and the record's scale."""
SMALL = 0.04
"""An axis that ends below this has a digit after the point."""
NOTE = (
    "Bands: 5–95 % and 25–75 % of worlds, yearly means, {title}; line: median. Dots: the record "
    "(scenarios/history/observations.csv, which names each provider); hollow: not comparable, such "
    "as mirror statistics of the partner (scenarios/history/measurement.yaml says why). "
)


def record(results: Results, scenario: str | None = None) -> Figure:
    """Draw trade with Russia and China and remittances against the record: a column a state."""
    from experiments.tuning.record import load_record

    name = reference(results, scenario)
    observed = load_record()
    with styled():
        figure = new_figure(12.5, 6.6)
        grid = figure.subplots(len(ROWS), len(STATES), sharex=True, squeeze=False)
        within: list[bool] = []
        for line, (label, variable, partner, cells, scale) in zip(grid, ROWS, strict=True):
            years, bands = _by_year(results, name, cells)
            own = observed[(observed["variable"] == variable) & (observed["partner"] == partner)]
            for place, (axes, state) in enumerate(zip(line, STATES, strict=True)):
                points = own[own["state"] == state]
                _draw(axes, years, bands[:, :, place], points, (partner, scale))
                within += _inside(years, bands[:, :, place], points, scale)
            line[0].set_ylabel(label, weight="bold")
        for axes, state in zip(grid[0], STATES, strict=True):
            axes.set_title(STATE_NAMES[state])
        note = NOTE.format(title=quoted(titles(results)[name])) + rests_on(results)
        headline(figure, _finding(within), note)
        lay_out(figure)
    return figure


def _by_year(results: Results, name: str, cells: Cells) -> tuple[Numbers, Numbers]:
    """Return years and quantiles (quantile, year, state) of yearly means."""
    read, year = numbers(results, name, cells), recorded(results) // 4 + 2000
    every = np.unique(year)
    means = np.stack([read[year == each].mean(axis=0) for each in every])
    return every.astype(np.float64), quantiles(means)


def _draw(
    axes: Axes, years: Numbers, bands: Numbers, points: pd.DataFrame, which: tuple[str, float]
) -> None:
    partner, scale = which
    colour = POWER[partner].colour if partner else INK
    for low, high, alpha in ((0, 4, 0.14), (1, 3, 0.25)):
        axes.fill_between(years, bands[low], bands[high], color=colour, alpha=alpha, lw=0)
    axes.plot(years, bands[2], color=colour, lw=1.3)
    fair = _comparable(points)
    x, y = points["year"].to_numpy(), scale * points["value"].to_numpy()
    axes.plot(x[fair], y[fair], "o", ms=3, color=INK)
    axes.plot(x[~fair], y[~fair], "o", ms=3, mfc="none", mec=INK, mew=0.7)
    axes.set_ylim(0, None)
    axes.set_xlim(years[0], min(years[-1], 2026))
    as_percent(axes, 1 if axes.get_ylim()[1] < SMALL else 0)


def _comparable(points: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which figures can be held against the model as they are."""
    from experiments.tuning.measurement import comparable

    return np.array(comparable(points), dtype=bool)


def _inside(years: Numbers, bands: Numbers, points: pd.DataFrame, scale: float) -> list[bool]:
    """Tell for each comparable figure whether it lies in the band of 90 % of worlds."""
    own = points[_comparable(points)]
    found = []
    for year, value in zip(own["year"], scale * own["value"], strict=True):
        at = np.flatnonzero(years == year)
        if at.size:
            found.append(bool(bands[0, at[0]] <= value <= bands[4, at[0]]))
    return found


def _finding(within: list[bool]) -> str:
    """Say how many figures of the record lie within the band of 90 % of worlds."""
    if not within:
        return "The record and what is recorded here have no year in common"
    share = percent(float(np.mean(within)))
    return f"{share} of {len(within)} comparable figures lie within the band of 90 % of worlds"
