"""Scenario by outcome: what each scenario changes in the end, as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.outcomes import HEADLINES, Outcome, values
from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, page
from experiments.refusals import BadInput
from experiments.results.cells import last_quarter
from experiments.results.clusters import clusters_of
from experiments.results.estimates import Difference, mean, signed
from experiments.results.reading import Results
from experiments.results.wording import broken, chosen_scenarios, named, reference, titles
from scenarios.quarters import quarter_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage
    from numpy.typing import NDArray

BAR = 2.4
"""Inches that the key of colours is high, at most."""
FULL = 2.0
"""Standard deviations of a change at which a colour is full."""
NOTE = (
    "Mean paired difference to {base} in {when} (percentage points for shares, in hundredths for "
    "indices). Colour: the same in standard deviations over worlds of {base}, which makes "
    "outcomes comparable; purple up, orange down. Grey numbers: the 95 % interval holds zero. "
)


def scenarios(results: Results, names: Sequence[str] | None = None) -> Figure:
    """Draw what each scenario changes in each headline outcome in the last quarter."""
    base = reference(results)
    every = chosen_scenarios(results, names, len(results.scenarios))
    rows = [each for each in every if each != base]
    if not rows:
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    there = {outcome: values(results, base, outcome) for outcome in HEADLINES}
    lie = clusters_of(results)
    gaps = [[mean(values(results, n, o) - there[o], lie) for o in HEADLINES] for n in rows]
    spread = np.array([np.nanstd(there[outcome]) for outcome in HEADLINES])
    sizes = np.array([[gap.value for gap in line] for line in gaps])
    sizes = np.where(spread > 0, sizes / np.maximum(spread, 1e-9), 0.0)  # one world has no spread
    height = 0.42 * len(rows) + 2.6
    with page(12.5, height) as figure:
        axes = figure.subplots()
        drawn = _draw(axes, gaps, sizes)
        axes.set_yticks(range(len(rows)), [fill(titles(results)[name], 30) for name in rows])
        key = figure.colorbar(
            drawn, ax=axes, extend="both", pad=0.01, aspect=14, ticks=[-2, 0, 2], anchor=(0, 1),
            shrink=min(BAR / (height - 1.6), 1.0),
        )  # fmt: skip
        key.set_label("standard deviations", fontsize=7)
        key.ax.set_yticklabels(["−2", "0", "+2"], fontsize=7)
        note = NOTE.format(base=named(results, base), when=quarter_label(last_quarter(results)))
        headline(figure, _finding(results, rows, sizes, gaps), note, results)
    return figure


def _draw(axes: Axes, gaps: list[list[Difference]], sizes: NDArray[np.float64]) -> AxesImage:
    drawn = axes.imshow(sizes, cmap="PuOr", vmin=-FULL, vmax=FULL, aspect="auto")
    for row, line in enumerate(gaps):
        for column, gap in enumerate(line):
            dark = sizes[row, column] > 0.55 * FULL or sizes[row, column] < -0.75 * FULL
            colour = ("white" if dark else INK) if gap.clear else "#7a7a7a"
            scale = HEADLINES[column].scale
            text = signed(scale * gap.value)
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(
        range(len(HEADLINES)), [broken(each.label, 13) for each in HEADLINES], fontsize=7
    )
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelcolor=SOFT)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)
    return drawn


def _finding(
    results: Results, rows: Sequence[str], sizes: NDArray[np.float64], gaps: list[list[Difference]]
) -> str:
    """Say what each of the three strongest scenarios moves most, measured by the spread of worlds.

    A scenario whose changes are all such as luck makes is left out.
    """
    said = []
    seen = [[signed(o.scale * gap.value) != "0.0" for o, gap in zip(HEADLINES, line, strict=True)]
            for line in gaps]  # fmt: skip
    clear = np.array([[gap.clear for gap in line] for line in gaps]) & np.array(seen)
    strength = np.where(clear, np.abs(np.nan_to_num(sizes)), 0.0)
    for row in np.argsort(-strength.max(axis=1), kind="stable")[:3]:
        column = int(strength[row].argmax())
        if clear[row, column]:
            outcome: Outcome = HEADLINES[column]
            change = f"{signed(outcome.scale * gaps[row][column].value)} {outcome.unit}"
            size = f"{signed(float(sizes[row, column]))} standard deviations"
            said.append(f"{named(results, rows[row])}: {outcome.label} {change} ({size})")
    if not said:
        return "No scenario here changes an outcome by more than luck could, or than can be seen"
    return f"Largest change for its spread over worlds – {'; '.join(said)}"
