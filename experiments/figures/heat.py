"""Scenario by outcome: what each scenario changes in the end, as a heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.cells import recorded
from experiments.estimates import Difference, mean
from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import broken, quoted, reference, shown, titles
from experiments.outcomes import HEADLINES, Outcome, values
from experiments.reading import Results
from experiments.refusals import BadInput
from scenarios.quarters import quarter_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

FULL = 2.0
"""Standard deviations of a change at which a colour is full."""
NOTE = (
    "Mean paired difference to {base} in {when} (percentage points for shares, in hundredths for "
    "indices). Colour: that difference in standard deviations over worlds of {base}; purple up, "
    "orange down. Pale grey numbers: the 95 % interval holds zero. "
)


def scenarios(results: Results, names: Sequence[str] | None = None) -> Figure:
    """Draw what each scenario changes in each headline outcome in the last quarter."""
    base = reference(results)
    rows = [each for each in shown(results, names, len(results.scenarios)) if each != base]
    if not rows:
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    there = {outcome: values(results, base, outcome) for outcome in HEADLINES}
    gaps = [[mean(values(results, n, o) - there[o]) for o in HEADLINES] for n in rows]
    spread = np.array([np.nanstd(there[outcome]) for outcome in HEADLINES])
    sizes = np.array([[gap.value for gap in line] for line in gaps]) / np.maximum(spread, 1e-9)
    with styled():
        figure = new_figure(12.5, 0.42 * len(rows) + 2.6)
        axes = figure.subplots()
        _draw(axes, gaps, sizes)
        axes.set_yticks(range(len(rows)), [titles(results)[name] for name in rows])
        note = NOTE.format(base=quoted(titles(results)[base]), when=_last(results))
        headline(figure, _finding(results, rows, sizes, gaps), note + rests_on(results))
        lay_out(figure)
    return figure


def _last(results: Results) -> str:
    return quarter_label(int(recorded(results)[-1]))


def _draw(axes: Axes, gaps: list[list[Difference]], sizes: NDArray[np.float64]) -> None:
    axes.imshow(sizes, cmap="PuOr", vmin=-FULL, vmax=FULL, aspect="auto")
    for row, line in enumerate(gaps):
        for column, gap in enumerate(line):
            dark = abs(sizes[row, column]) > 0.75 * FULL
            colour = ("white" if dark else INK) if gap.clear else "#9a9a9a"
            scale = HEADLINES[column].scale
            text = signed(scale * gap.value)
            axes.text(column, row, text, ha="center", va="center", fontsize=8, color=colour)
    axes.set_xticks(range(len(HEADLINES)), [broken(each.label, 13) for each in HEADLINES])
    axes.xaxis.tick_top()
    axes.tick_params(length=0, labelcolor=SOFT)
    axes.tick_params(axis="y", labelcolor=INK)
    axes.grid(visible=False)
    for side in axes.spines.values():
        side.set_visible(False)


def signed(value: float) -> str:
    """Write a number with its sign and one digit; a zero has none.

    >>> signed(-0.04), signed(3.21), signed(-2.0)
    ('0.0', '+3.2', '−2.0')
    """
    text = f"{value:+.1f}".replace("-", "−")
    return "0.0" if text in {"+0.0", "−0.0"} else text


def _finding(
    results: Results, rows: Sequence[str], sizes: NDArray[np.float64], gaps: list[list[Difference]]
) -> str:
    """Say which outcome is moved most, and which scenario changes least."""
    row, column = divmod(int(np.nanargmax(np.abs(sizes))), sizes.shape[1])
    outcome: Outcome = HEADLINES[column]
    text = (
        f"{quoted(titles(results)[rows[row]])} changes most: {outcome.label} "
        f"{signed(outcome.scale * gaps[row][column].value)} {outcome.unit}"
    )
    if len(rows) < 2:  # noqa: PLR2004 (most and least)
        return text
    least = rows[int(np.abs(sizes).mean(axis=1).argmin())]
    return f"{text}; {quoted(titles(results)[least])} changes least on average"
