"""The tornado of `crossroads sensitivity`: what an outcome is at either end of each input."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pandas as pd

from experiments.figures.palette import DOWN, INK, UP
from experiments.figures.style import headline, page
from experiments.results.estimates import minus
from scenarios.lists import listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from experiments.results.reading import Results

INDICES = "sensitivity/indices.csv"
"""Where a results folder keeps what was measured for it."""
NEEDED = {"what", "method", "outcome", "input", "index", "low", "high", "at_low", "at_high"}
SHOWN = 12
MEANING = {
    "sobol": "total effect (part of the variance that an input has a hand in)",
    "morris": "mean absolute elementary effect, in units of the outcome over the whole range",
    "pawn": "median distance between the outcome's distribution and the same with the input known",
}
"""What the index of each method says."""


def measurements(results: Results) -> pd.DataFrame | None:
    """Return what `crossroads sensitivity --out DIR/sensitivity` left in a folder, if it did."""
    if not results.folder.exists(INDICES):
        return None
    table = pd.read_csv(BytesIO(results.folder.read(INDICES)))
    return table if set(table.columns) >= NEEDED else None


def measured(table: pd.DataFrame) -> Figure:
    """Draw a panel an outcome: its mean where each input is low and where it is high.

    `table` has a row an outcome and input: `what` was run, `method`, `outcome`, `input`, `index`
    with its 95 % interval `low` to `high`, `at_low` and `at_high` (mean outcome in the input's
    lowest and highest tenth) and `middle`, the median outcome.
    """
    outcomes = list(dict.fromkeys(table["outcome"]))
    what, method = table["what"].iloc[0], table["method"].iloc[0]
    strongest = {
        name: table[table["outcome"] == name].nlargest(SHOWN, "index") for name in outcomes
    }
    with page(max(7.0, 12.5 / 2 * len(outcomes)), 5.4) as figure:
        panels = figure.subplots(1, len(outcomes), squeeze=False)[0]
        for axes, (name, rows) in zip(panels, strongest.items(), strict=True):
            _draw(axes, rows, name)
        note = (
            f"{what}. Bars: mean outcome where an input lies in its lowest (orange) and in its "
            f"highest (purple) tenth; line: the median. In brackets the index, by which the inputs "
            f"are ranked: {MEANING[method]}."
        )
        headline(figure, _finding(strongest), note)
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, name: str) -> None:
    middle = float(rows["middle"].iloc[0])
    for column, colour in (("at_low", DOWN), ("at_high", UP)):
        axes.barh(range(len(rows)), rows[column] - middle, left=middle, height=0.66, color=colour)
    axes.axvline(middle, color=INK, lw=0.8)
    labels = [f"{i} ({v:.2f})" for i, v in zip(rows["input"], rows["index"], strict=True)]
    axes.set_yticks(range(len(rows)), labels, fontsize=7)
    axes.invert_yaxis()
    axes.set_title(name)
    axes.set_xlabel(f"mean of {name.split(':', maxsplit=1)[0]}")
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x")


def _finding(strongest: dict[str, pd.DataFrame]) -> str:
    """Say for each outcome which input is strongest, and which may be as strong."""
    said = []
    for name, rows in strongest.items():
        first = rows.iloc[0]
        alike = rows[rows["high"] >= first["low"]]["input"].tolist()
        more = " and others" if alike[3:] else ""
        said.append(f"{name} follows {listed(alike[:3])}{more} most")
    return minus("; ".join(said))
