"""Which assumptions move outcomes, and differences between scenarios, most."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from experiments.figures.measured import measured, measurements
from experiments.figures.palette import DOWN, INK, SOFT, UP
from experiments.figures.style import headline, page
from experiments.figures.wording import broken, capital, listed, named, reference, shown, titles
from experiments.outcomes.assumptions import (
    Influence,
    assumptions,
    beyond_luck,
    influences,
    ranked,
    worded,
)
from experiments.outcomes.measures import HEADLINES, Outcome, values
from experiments.refusals import BadInput
from experiments.results.cells import Floats, recorded
from experiments.results.reading import Results
from scenarios.quarters import quarter_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("China's influence", "Russia's security share", "rivalry", "dependency risk")
BARS, LEAST = 8, 3
"""Most bars of a panel, and how many it has even if they can be luck."""
ROWS = 3
"""Scenarios whose differences are shown."""
LETTERS, ROW = 32, 0.4
"""Letters of a line of a label, and inches of a row: labels of three lines stay apart."""
Bars = dict[Outcome, list[Influence]]
NOTE = (
    "Spearman's rank correlation, over worlds, of {what} in {when} (region) with what varies from "
    "world to world: judgement and parameters. Lines: 95 % intervals. Between the dotted lines a "
    "correlation can be luck, given how many assumptions there are ({many}). The title names the "
    "longest bar of each panel that is beyond these; others whose lines overlap may be as strong. "
)


def tornado(
    results: Results, scenario: str | None = None, outcomes: Sequence[Outcome] | None = None
) -> Figure:
    """Draw the strongest assumptions of each outcome.

    What `crossroads sensitivity --out DIR/sensitivity` measured is drawn where it is there, unless
    a scenario or outcomes are asked for; rank correlations over the folder's worlds otherwise.
    """
    table = measurements(results) if scenario is None and outcomes is None else None
    if table is not None:
        return measured(table)
    name = reference(results, scenario)
    asked = outcomes or [each for each in HEADLINES if each.label in SHOWN]
    found = _found(results, name, {each: values(results, name, each) for each in asked})
    with page(12.5, ROW * _most(found) + 1.7) as figure:
        _draw_row(results, figure.subplots(1, len(found), sharex=True, squeeze=False)[0], found)
        note = _note(results, name, f"each outcome under {named(results, name)}")
        headline(figure, f"What moves outcomes most – {_finding(results, found)}", note, results)
    return figure


def differences(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw the strongest assumptions of what each scenario changes: a row a scenario."""
    base = reference(results)
    names = [each for each in shown(results, scenarios) if each != base][:ROWS]
    if not names:
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    asked = [each for each in HEADLINES if each.label in SHOWN]
    there = {each: values(results, base, each) for each in asked}
    found = {
        name: _found(results, name, {o: values(results, name, o) - there[o] for o in asked})
        for name in names
    }
    with page(12.5, sum(ROW * _most(each) + 0.8 for each in found.values()) + 1.0) as figure:
        heights = [_most(each) + 1 for each in found.values()]
        grid = figure.subplots(
            len(names), len(asked), sharex=True, squeeze=False, height_ratios=heights
        )
        for line, name in zip(grid, names, strict=True):
            _draw_row(results, line, found[name])
            line[0].set_ylabel(broken(titles(results)[name], 20), weight="bold")
        note = _note(results, names[0], f"each scenario minus {named(results, base)}")
        title = f"What moves the effects of {named(results, names[0])} most"
        headline(figure, f"{title} – {_finding(results, found[names[0]])}", note, results)
    return figure


def _found(results: Results, name: str, asked: dict[Outcome, Floats]) -> Bars:
    """Return the strongest assumptions of each outcome; few, where few are more than luck."""
    assumed = assumptions(results, name)
    ranks = ranked(np.stack(list(assumed.values()))) if assumed else None
    found, luck = {}, beyond_luck(results.size)
    for outcome, worlds in asked.items():
        bars = influences(assumed, worlds, ranks)
        count = sum(abs(each.value) > luck for each in bars)
        found[outcome] = bars[: min(max(count, LEAST), BARS)]
    return found


def _most(found: Bars) -> int:
    """Return how many bars the fullest panel has."""
    return max(LEAST, *(len(bars) for bars in found.values()))


def _note(results: Results, name: str, what: str) -> str:
    when = quarter_label(int(recorded(results)[-1]))
    return NOTE.format(what=what, when=when, many=len(assumptions(results, name)))


def _draw_row(results: Results, line: Sequence[Axes], found: Bars) -> None:
    """Draw a panel an outcome."""
    for axes, (outcome, bars) in zip(line, found.items(), strict=True):
        axes.set_title(capital(outcome.label))
        _frame(axes, beyond_luck(results.size))
        names = [_about(results, each.name) for each in bars]
        axes.set_yticks(range(len(bars)), [fill(each, LETTERS) for each in names], fontsize=6.5)
        for place, bar in enumerate(bars):
            axes.barh(place, bar.value, color=UP if bar.value > 0 else DOWN, height=0.62)
            axes.plot([bar.low, bar.high], [place, place], color=INK, lw=1)
        axes.set_ylim(_most(found) - 0.4, -0.6)


def _frame(axes: Axes, luck: float) -> None:
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    axes.set_xlabel("rank correlation")
    axes.grid(visible=False)
    axes.axvline(0, color=INK, lw=0.8)
    for end in (-luck, luck):
        axes.axvline(end, color=SOFT, lw=0.8, ls=":")


def _about(results: Results, name: str) -> str:
    return worded(name, results.batch.assumed.registry)


def _finding(results: Results, found: Bars) -> str:
    """Say what moves which outcomes most, and which of them nothing moves beyond luck."""
    luck = beyond_luck(results.size)
    moved: dict[str, list[str]] = {}
    for outcome, bars in found.items():
        beyond = bool(bars) and abs(bars[0].value) > luck
        moved.setdefault(bars[0].name if beyond else "", []).append(outcome.label)
    still = moved.pop("", [])
    if not moved:
        return "nothing that varies does so beyond chance"
    said = [f"{_about(results, name)}: {listed(labels)}" for name, labels in moved.items()]
    return "; ".join([*said, *([f"nothing beyond chance: {listed(still)}"] if still else [])])
