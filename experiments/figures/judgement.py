"""Which assumptions move outcomes, and differences between scenarios, most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.assumptions import assumptions, worded
from experiments.answers.outcomes import HEADLINES, Outcome, values
from experiments.figures.chance import Bar, shuffled, varied
from experiments.figures.choice import choose, states_of
from experiments.figures.measured import measured, measurements
from experiments.figures.palette import DOWN, INK, SOFT, UP
from experiments.figures.style import headline, page
from experiments.refusals import BadInput
from experiments.results.cells import Floats, last_quarter
from experiments.results.reading import Results
from experiments.results.wording import broken, capital, chosen_scenarios, named, reference, titles
from experiments.store.columns import table_of
from scenarios.lists import listed
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = ("China's share of influence", "Russia's security share", "rivalry", "dependency risk")
BARS, LEAST = 6, 3
"""Most bars of a panel, and how many it has even if they can be luck."""
NO_MORE = "{}\nbeyond\nchance"
"""What stands where a panel has fewer bars than its neighbours."""
ROWS = 3
"""Scenarios whose differences are shown."""
WHAT = "these outcomes"
LETTERS, ROW = 32, 0.4
"""Letters of a line of a label, and inches of a row: labels of three lines stay apart."""
Bars = dict[Outcome, list[Bar]]
NOTE = (
    "Spearman's rank correlation, over worlds, of {what} in {when} ({where}) with what varies from "
    "world to world: judgement and parameters. Lines: 95 % intervals. Between the dotted lines a "
    "correlation can be luck: the largest of all {many} lies beyond them in 1 of 20 shuffles of "
    "{units}. A panel shows {most} at most. The title names the longest bar of each panel that is "
    "beyond these and whose line leaves out zero; others whose lines overlap may be as strong. "
)


def tornado(
    results: Results,
    scenario: str | None = None,
    outcomes: Sequence[Outcome] | None = None,
    state: str | None = None,
) -> Figure:
    """Draw the strongest assumptions of each outcome, of the region or of a state.

    What `crossroads sensitivity --out DIR/sensitivity` measured is drawn where it is there, unless
    a scenario, outcomes or a state are asked for; rank correlations over the folder's worlds
    otherwise.
    """
    table = measurements(results) if not (scenario or outcomes or state) else None
    if table is not None:
        return measured(table)
    name = reference(results, scenario)
    where = STATE_NAMES[states_of(state)[0]] if state else "the region"
    asked = outcomes or [_of(each, state) for each in HEADLINES if each.label in SHOWN]
    found = _found(results, name, {each: values(results, name, each) for each in asked})
    with page(12.5, ROW * _most(found) + 1.7) as figure:
        _draw_row(results, figure.subplots(1, len(found), sharex=True, squeeze=False)[0], found)
        note = _note(results, name, f"each outcome under {named(results, name)}", where)
        title = f"What moves outcomes{f' in {where}' if state else ''} most"
        headline(figure, f"{title} – {_finding(results, found)}", note, results)
    return figure


def _of(outcome: Outcome, state: str | None) -> Outcome:
    """Return an outcome of a state, if one is asked for and it is a number of states."""
    if state is None:
        return outcome
    if "state" in table_of(outcome.column).keys:
        return replace(outcome, state=state)
    return replace(outcome, label=f"{outcome.label} (region)")


def differences(results: Results, scenarios: Sequence[str] | None = None) -> Figure:
    """Draw the strongest assumptions of what each scenario changes: a row a scenario."""
    base = reference(results)
    asked = [each for each in HEADLINES if each.label in SHOWN]
    there = {each: values(results, base, each) for each in asked}
    if not any(each != base for each in chosen_scenarios(results, scenarios)):
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    chosen = choose(results, scenarios, ROWS + 1, lambda name: _sizes(results, name, there), WHAT)
    names = [each for each in chosen.drawn if each != base]
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
        finding = _finding(results, found[names[0]])
        headline(figure, f"{title} – {finding}", note + chosen.note, results)
    return figure


def _sizes(results: Results, name: str, there: dict[Outcome, Floats]) -> Floats:
    """Return what a scenario changes in each outcome, in standard deviations over worlds."""
    gaps = [
        (values(results, name, each) - own) / max(float(np.nanstd(own)), 1e-9)
        for each, own in there.items()
    ]
    return np.stack(gaps)


def _found(results: Results, name: str, asked: dict[Outcome, Floats]) -> Bars:
    """Return the strongest assumptions of each outcome; few, where few are more than luck."""
    all_of = varied(results, name)
    return {each: all_of.bars(worlds, BARS, LEAST) for each, worlds in asked.items()}


def _most(found: Bars) -> int:
    """Return how many bars the fullest panel has."""
    return max(LEAST, *(len(each) for each in found.values()))


def _note(results: Results, name: str, what: str, where: str = "the region") -> str:
    when, many = quarter_label(last_quarter(results)), len(assumptions(results, name))
    units = shuffled(results, name)
    return NOTE.format(what=what, when=when, where=where, many=many, units=units, most=BARS)


def _draw_row(results: Results, line: Sequence[Axes], found: Bars) -> None:
    """Draw a panel an outcome."""
    for axes, (outcome, several) in zip(line, found.items(), strict=True):
        axes.set_title(capital(outcome.label))
        _frame(axes)
        names = [_about(results, each.name) for each in several]
        axes.set_yticks(range(len(names)), [fill(each, LETTERS) for each in names], fontsize=6.5)
        for place, bar in enumerate(several):
            axes.barh(place, bar.value, color=UP if bar.value > 0 else DOWN, height=0.62)
            axes.plot([bar.low, bar.high], [place, place], color=INK, lw=1)
            ends = (place - 0.5, place + 0.5)
            axes.vlines([-bar.luck, bar.luck], *ends, color=SOFT, lw=0.8, ls=":")
        if len(several) < _most(found):
            said = NO_MORE.format("no other" if any(e.beyond for e in several) else "none")
            axes.text(0.06, len(several), said, fontsize=6.5, color=SOFT, va="center")
        axes.set_ylim(_most(found) - 0.4, -0.6)


def _frame(axes: Axes) -> None:
    """Give a panel the range that correlations can have."""
    axes.set_xlim(-1, 1)
    axes.set_xticks([-1, -0.5, 0, 0.5, 1], ["−1", "−0.5", "0", "0.5", "1"])
    axes.set_xlabel("rank correlation")
    axes.grid(visible=False)
    axes.axvline(0, color=INK, lw=0.8)


def _about(results: Results, name: str) -> str:
    """Return what an assumption is about, with its name where its factor by world varies too."""
    twin = name.removeprefix("world_") if name.startswith("world_") else f"world_{name}"
    about = worded(name, results.batch.assumed.registry)
    return f"{about} ({name})" if twin in results.worlds.columns else about


def _finding(results: Results, found: Bars) -> str:
    """Say what moves which outcomes most, and which of them nothing moves beyond luck."""
    moved: dict[str, list[str]] = {}
    for outcome, several in found.items():
        most = next((each.name for each in several if each.beyond), "")
        moved.setdefault(most, []).append(outcome.label)
    still = moved.pop("", [])
    if not moved:
        return "nothing that varies does so beyond chance"
    said = [f"{_about(results, name)}: {listed(labels)}" for name, labels in moved.items()]
    return "; ".join([*said, *([f"nothing beyond chance: {listed(still)}"] if still else [])])
