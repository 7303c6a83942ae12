"""First-passage curves: how likely it is, by each quarter, that China has passed Russia."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from experiments.answers.conditions import Holding, holding
from experiments.figures.choice import LINES, Choice, choose
from experiments.figures.findings import most_moved
from experiments.figures.labels import KEY, Ends, key, label_panels, line_ends
from experiments.figures.lines import scenario_lines
from experiments.figures.palette import SOFT
from experiments.figures.style import as_percent, headline, page
from experiments.results.cells import years
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.wording import base_of, chosen_scenarios, named, reference, titles
from scenarios.lists import listed
from scenarios.vocabulary import STATE_NAMES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FULL = 4
"""Columns of a page."""
SELDOM = 0.05
"""What happens in no more worlds than this has no panel: its lines would lie on the axis."""
ASKED = {
    **{f"{name}: security": f"security CHN > RUS in {code}" for code, name in STATE_NAMES.items()},
    "Uzbekistan: share of influence": "share CHN > RUS in UZB",
    "Kazakhstan: share of influence": "share CHN > RUS in KAZ",
    "Region: share of influence": "share CHN > RUS in the region",
}
Several = dict[str, Holding]
"""A condition as it is met under each scenario."""
HELD = "held 4 quarters from 2024"
NOTE = (
    "Share of worlds in which China's share has exceeded Russia's for four quarters in a row, by "
    "the quarter in which that began, from 2024 on. Bands: 95 % intervals (Wilson). Worlds in "
    "which it had not happened by the end are censored there. "
)


def first_passage(
    results: Results,
    scenarios: Sequence[str] | None = None,
    conditions: dict[str, str] | None = None,
) -> Figure:
    """Draw first-passage curves: a panel a condition (by title), a line a scenario.

    Of the usual conditions those that are met in hardly any world are told in the small print.
    """
    asked = conditions or {title: f"{each} {HELD}" for title, each in ASKED.items()}
    (names, _, more), found = _read(results, scenarios, asked)
    shown = found if conditions else _often(results, found)
    rows = -(-len(shown) // FULL)
    columns = -(-len(shown) // rows)
    with page(12.5 / FULL * columns + KEY * (columns < FULL), 2.6 * rows + 1.3) as figure:
        grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        panels = dict(zip(shown, grid, strict=False))
        for title, axes in panels.items():
            _draw(axes, {name: shown[title][name] for name in names}, title)
        for place in range(len(shown), len(grid)):
            grid[place].set_visible(False)
            grid[place - columns].tick_params(labelbottom=True)  # years stand below the last
        headline(figure, _finding(results, found), NOTE + _seldom(found, shown) + more, results)
        last = years(next(iter(found.values()))[names[0]].quarters)[-1]
        key(figure, {name: titles(results)[name] for name in names})
        ends = [(axes, _ends(axes, shown[title])) for title, axes in panels.items()]
        label_panels(figure, ends, last, size=6.5)
    return figure


def _read(
    results: Results, scenarios: Sequence[str] | None, asked: dict[str, str]
) -> tuple[Choice, dict[str, Several]]:
    """Return which scenarios are drawn, and how each condition is met under all that count."""
    held: dict[str, Several] = {}
    for name in dict.fromkeys([reference(results), *chosen_scenarios(results, scenarios)]):
        held[name] = {title: holding(results, each, name) for title, each in asked.items()}

    def gaps(name: str) -> Array:
        """Return where China passes in a scenario but not in the reference: (title, worlds)."""
        base = held[reference(results)]
        return np.stack([held[name][title].outcome - base[title].outcome for title in asked])

    chosen = choose(results, scenarios, LINES, gaps, "a passage")
    return chosen, {title: {n: held[n][title] for n in chosen.every} for title in asked}


def _often(results: Results, found: dict[str, Several]) -> dict[str, Several]:
    """Return the conditions that are met in more than a few worlds, and that of the title."""
    widest = _widest(results, found)
    return {
        title: each
        for title, each in found.items()
        if title == widest or max(n.probability.value for n in each.values()) > SELDOM
    }


def _seldom(found: dict[str, Several], shown: dict[str, Several]) -> str:
    """Say which conditions have no panel, and in how few worlds they are met."""
    left = {title: each for title, each in found.items() if title not in shown}
    if not left:
        return ""
    most = max(n.probability.value for each in left.values() for n in each.values())
    few = f"in {percent(most)} of worlds at most under any scenario" if most else "in no world"
    return f"Without a panel, as it happens {few}: {listed(list(left))}. "


def _draw(axes: Axes, found: dict[str, Holding], title: str) -> None:
    """Draw the curves of one condition."""
    x = years(next(iter(found.values())).quarters)
    curves = {
        name: (each.curve.low, each.curve.value, each.curve.high) for name, each in found.items()
    }
    scenario_lines(axes, x, {name: np.stack(each) for name, each in curves.items()}, steps=True)
    axes.set_title(title)
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(0, 1)
    as_percent(axes)


def _ends(axes: Axes, found: dict[str, Holding]) -> Ends:
    """Say at the curves how likely it is in the end; once and in grey, where several end alike."""
    said = {name: percent(each.probability.value) for name, each in found.items()}
    texts = [said[str(line.get_label())] for line in axes.lines]
    ends = line_ends(axes, said)
    return {
        text: (at, colour if texts.count(text) == 1 else SOFT)
        for text, (at, colour) in ends.items()
    }


def _widest(results: Results, found: dict[str, Several]) -> str:
    """Return the condition whose share of worlds scenarios change most against the reference."""
    base = base_of(results, next(iter(found.values())))
    spread = {
        title: max(abs(n.probability.value - each[base].probability.value) for n in each.values())
        for title, each in found.items()
    }
    return max(spread, key=lambda each: spread[each])


def _finding(results: Results, found: dict[str, Several]) -> str:
    """Say how likely the passage is on which scenarios differ most, and whether they do."""
    title = _widest(results, found)
    several = found[title]
    base = base_of(results, several)
    own = several[base]
    text = (
        f"{title} – China passes Russia by {own.quarter(len(own.quarters) - 1)} in "
        f"{own.probability} of worlds under {named(results, base)}"
    )
    gaps = {n: each.outcome - own.outcome for n, each in several.items() if n != base}
    moved = most_moved(gaps, own.clusters)
    if moved:
        return f"{text}, in {several[moved[0]].probability} under {named(results, moved[0])}"
    return f"{text}; about as often in the other scenarios here" if gaps else text
