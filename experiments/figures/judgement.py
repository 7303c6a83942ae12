"""Which assumptions move the outcomes most: rank correlations over worlds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.assumptions import (
    Influence,
    assumptions,
    beyond_luck,
    influences,
    ranked,
    readable,
)
from experiments.cells import recorded
from experiments.figures.palette import INK, SOFT
from experiments.figures.style import headline, lay_out, new_figure, rests_on, styled
from experiments.figures.wording import capital, quoted, reference, titles
from experiments.outcomes import HEADLINES, Outcome, values
from experiments.reading import Results
from scenarios.quarters import quarter_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("China's influence", "Russia's security share", "rivalry", "dependency risk")
BARS = 10
UP, DOWN = "#5e3c99", "#e08214"
NOTE = (
    "Spearman's rank correlation, over worlds, of each outcome in {when} (region, {title}) "
    "with what varies from world to world: judgement and parameters. Lines: 95 % intervals. "
    "Between the dotted lines a correlation can be luck, given how many assumptions there are"
    " ({many}). "
)


def tornado(
    results: Results, scenario: str | None = None, outcomes: Sequence[Outcome] | None = None
) -> Figure:
    """Draw the ten strongest assumptions of each outcome."""
    name = reference(results, scenario)
    asked = outcomes or [each for each in HEADLINES if each.label in SHOWN]
    assumed = assumptions(results, name)
    ranks = ranked(np.stack(list(assumed.values()))) if assumed else None
    found = {o: influences(assumed, values(results, name, o), ranks)[:BARS] for o in asked}
    with styled():
        figure = new_figure(13, 4.4)
        panels = figure.subplots(1, len(found), sharex=True, squeeze=False)[0]
        for axes, (outcome, bars) in zip(panels, found.items(), strict=True):
            _draw(axes, outcome, bars, beyond_luck(results.size))
        when = quarter_label(int(recorded(results)[-1]))
        note = NOTE.format(when=when, title=quoted(titles(results)[name]), many=len(assumed))
        headline(figure, _finding(found), note + rests_on(results))
        lay_out(figure)
    return figure


def _draw(axes: Axes, outcome: Outcome, bars: Sequence[Influence], luck: float) -> None:
    axes.set_title(capital(outcome.label))
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    axes.set_xlabel("rank correlation")
    axes.set_yticks(range(len(bars)), [_label(each.name) for each in bars], fontsize=7)
    axes.grid(visible=False)
    axes.axvline(0, color=INK, lw=0.8)
    for end in (-luck, luck):
        axes.axvline(end, color=SOFT, lw=0.8, ls=":")
    for place, bar in enumerate(bars):
        axes.barh(place, bar.value, color=UP if bar.value > 0 else DOWN, height=0.62)
        axes.plot([bar.low, bar.high], [place, place], color=INK, lw=1)
    axes.invert_yaxis()


def _label(name: str) -> str:
    text = readable(name).removeprefix("world ")
    return text if len(text) <= 30 else text.replace(": ", ":\n", 1)  # noqa: PLR2004 (too wide)


def _finding(found: dict[Outcome, list[Influence]]) -> str:
    """Say for each outcome what it follows most."""
    strongest = [(o.label, bars[0]) for o, bars in found.items() if bars]
    if not strongest:
        return "Nothing varies from world to world here but luck"
    parts = [
        f"{label}: {readable(bar.name).removeprefix('world ')} ({bar.value:+.2f})".replace("-", "−")
        for label, bar in strongest
    ]
    return f"What moves outcomes most – {'; '.join(parts)}"
