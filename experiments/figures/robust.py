"""Which headlines survive the spread of what is judged, and which assumption moves them most."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

from experiments.answers.assumptions import worded
from experiments.answers.robustness import counted
from experiments.answers.verdicts import HALF, Verdict, verdicts
from experiments.figures.palette import INK, PALE, SOFT
from experiments.figures.style import headline, page
from experiments.results.reading import Results
from experiments.results.wording import capital, reference

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from scenarios.registry import Registry

UNSURE = "#8a8a8a"
COLOURS = {"survives": "#1b8a5a", "falls": "#cf6a17"}
ABOUT = {
    True: "who leads where",
    False: "which way scenarios move shares of influence, Russia's security share and rivalry",
}
"""What headlines are about: those of the reference, and those of other scenarios."""
MOST = 24
NOTE = (
    "Share of worlds in which a headline holds: over all worlds (stroke), and in the lowest "
    "(hollow) and highest (full) fifth of the one assumption, named at the right, that moves it "
    "most or puts it in doubt. A headline survives (green) if it stays that of most worlds in the "
    "outer fifths of every single assumption that moves it more than chance, with their 95 % "
    "intervals; orange: it does not; grey: a near tie, over all worlds or in such a fifth, or "
    "worlds are too few to tell. Answers to questions have verdicts of their own. "
)


def robustness(results: Results, most: int = MOST) -> Figure:
    """Draw how often each headline holds, at either end of what moves it most."""
    every = verdicts(results)
    found = every[:most]
    with page(12.5, 0.3 * len(found) + 1.9) as figure:
        axes = figure.subplots()
        for place, verdict in enumerate(found):
            _draw(axes, place, verdict, results.batch.assumed.registry)
        _frame(axes, found)
        rest = f"The first {len(found)} are shown, the others stand in `summary --json`. "
        note = NOTE + rest * (len(every) > len(found))
        headline(figure, _finding(results, every), note, results)
    return figure


def _finding(results: Results, every: Sequence[Verdict]) -> str:
    """Say what was counted, how many of that survive, and one that does not."""
    base = {each.scenario == reference(results) for each in every}
    about = [said for level, said in ABOUT.items() if level in base]
    text = capital(counted([e.standing for e in every], f"headlines ({', '.join(about)})"))
    fallen = next((each.headline for each in every if each.standing == "falls"), "")
    return f"{text}; one that does not: {fallen}" if fallen else text


def _draw(axes: Axes, place: int, verdict: Verdict, registry: Registry) -> None:
    colour = COLOURS.get(verdict.standing, UNSURE)
    axes.plot(
        [verdict.low, verdict.high], [place, place], color=colour, lw=2.2, solid_capstyle="butt"
    )
    axes.plot(verdict.low, place, "o", mfc="white", mec=colour, ms=6)
    axes.plot(verdict.high, place, "o", color=colour, ms=6)
    axes.plot(verdict.support, place, "|", color=INK, ms=9, mew=1.6)
    axes.annotate(
        fill(worded(verdict.assumption, registry), 34) if verdict.assumption else "none clearly",
        (1.02, place),
        fontsize=7,
        va="center",
        color=SOFT,
        annotation_clip=False,
    )


def _frame(axes: Axes, found: list[Verdict]) -> None:
    from matplotlib.ticker import PercentFormatter

    axes.set_yticks(range(len(found)), [fill(each.headline, 70) for each in found], fontsize=8)
    axes.annotate(
        "moved by", (1.02, -0.75), fontsize=7, weight="bold", color=SOFT,
        va="center", annotation_clip=False,
    )  # fmt: skip
    axes.invert_yaxis()
    lowest = min([HALF, *(end for each in found for end in (each.low, each.high, each.support))])
    axes.set_xlim(max(lowest - 0.04, -0.01), 1.01)
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0, symbol=" %"))
    axes.set_xlabel("worlds in which the headline holds")
    axes.axvline(HALF, color=PALE, lw=1.2)
    axes.grid(visible=False)
    axes.set_ylim(len(found) - 0.4, -0.6)
