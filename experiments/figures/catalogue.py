"""The list of figures: what each shows and what a folder must hold for it.

**To add a figure**, write a function from `Results` to a matplotlib figure in a file of its own
and add one row to `CATALOGUE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING

from experiments.refusals import BadInput
from scenarios.faults import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from experiments.results.reading import Results

TWO = 2


@dataclass(frozen=True)
class Entry:
    """A figure: where its function lives, what it shows, which tables and how much it needs."""

    where: str
    shows: str
    tables: tuple[str, ...]
    scenarios: int = 1
    quarters: int = 2
    since: int = 2000


def _at(module: str, function: str) -> str:
    return f"experiments.figures.{module}:{function}"


CATALOGUE: dict[str, Entry] = {
    "influence": Entry(
        _at("trajectories", "influence"),
        "influence of each power over time for each state, a row a scenario",
        ("influence",),
    ),
    "change": Entry(
        _at("changes", "change"),
        "what each scenario changes against the baseline: paired differences with intervals",
        ("influence",),
        scenarios=TWO,
    ),
    "relations": Entry(
        _at("rivals", "relations"),
        "Russia and China: cooperation, competition and rivalry over time",
        ("region",),
    ),
    "map": Entry(
        _at("atlas", "map_of_leaders"),
        "the region by leading power and its margin: 2000, 2024 and 2035, a row a scenario",
        ("influence",),
        quarters=1,
    ),
    "domains": Entry(
        _at("reliance", "domains"),
        "on whom each state relies in each domain, over time",
        ("influence",),
    ),
    "coopetition": Entry(
        _at("plane", "coopetition"),
        "cooperation against competition as paths in time, with clouds of worlds",
        ("region",),
    ),
    "hedging": Entry(
        _at("hedges", "hedging"),
        "hedging, joint dependence and dependency risk of each state over time",
        ("states",),
    ),
    "passage": Entry(
        _at("passages", "first_passage"),
        "how likely it is by each quarter that China has passed Russia",
        ("influence",),
        quarters=5,
        since=2024,
    ),
    "scenarios": Entry(
        _at("heat", "scenarios"),
        "scenario by outcome: what each changes, as a heat map",
        ("influence", "states", "region"),
        scenarios=TWO,
        quarters=1,
    ),
    "tornado": Entry(
        _at("judgement", "tornado"),
        "which assumptions move the outcomes most, as measured or as worlds correlate",
        ("influence", "states", "region"),
        quarters=1,
    ),
    "differences": Entry(
        _at("judgement", "differences"),
        "which assumptions move the differences between scenarios most",
        ("influence", "states", "region"),
        scenarios=TWO,
        quarters=1,
    ),
    "robustness": Entry(
        _at("robust", "robustness"),
        "which headlines survive the spread of what is judged, and what moves them most",
        ("influence", "states", "region"),
        quarters=1,
    ),
    "record": Entry(
        _at("fit", "record"),
        "fit to the record: trade, FBIC, arms, UN votes, remittances and debt",
        ("influence", "states"),
    ),
    "incidents": Entry(
        _at("calendar", "incidents"),
        "attacks on Chinese assets and unrest: a calendar by state and year",
        ("states",),
    ),
}


def drawable(results: Results) -> list[str]:
    """Return the figures that a folder has enough in it for."""
    return [name for name in CATALOGUE if not lacking(results, name)]


def lacking(results: Results, name: str) -> str:
    """Say what a folder lacks for a figure, and which command would add it; empty if nothing."""
    entry = CATALOGUE[name]
    tables = [table for table in entry.tables if table not in results.tables]
    if tables:
        return f"'{name}' needs table {' and '.join(tables)}: crossroads run ... --tables"
    if len(results.scenarios) < entry.scenarios:
        return f"'{name}' needs {entry.scenarios} scenarios: crossroads run baseline SCENARIO ..."
    quarters = results.quarters()
    since = sum(quarter.year >= entry.since for quarter in quarters)
    if since < min(entry.quarters, len(quarters)):
        return f"'{name}' needs quarters from {entry.since} on: crossroads run ... --until 2035-Q4"
    if len(quarters) < entry.quarters:
        return f"'{name}' needs {entry.quarters} quarters: crossroads run ... --record-from 2000-Q1"
    return ""


def chosen(results: Results, names: Sequence[str]) -> list[str]:
    """Return the figures to draw: those asked for, or all that the folder allows.

    Raises BadInput for a figure that there is not, or that the folder lacks something for.
    """
    for name in names:
        if name not in CATALOGUE:
            raise BadInput(f"no figure '{name}'; {nearest(name, CATALOGUE)}")
        if missing := lacking(results, name):
            raise BadInput(missing)
    return list(dict.fromkeys(names)) or drawable(results)


def draw(
    results: Results, name: str, scenarios: Sequence[str] = (), state: str | None = None
) -> Figure:
    """Draw a figure of the catalogue, of some scenarios or one state where it can be.

    A figure of one scenario takes the first of those given.
    """
    module, function = CATALOGUE[name].where.split(":")
    drawing = getattr(import_module(module), function)
    several = list(scenarios)
    offered = {"scenarios": several, "names": several, "scenario": several[0] if several else None}
    given = {key: each for key, each in {**offered, "state": state}.items() if each}
    taken = {key: each for key, each in given.items() if key in signature(drawing).parameters}
    figure: Figure = drawing(results, **taken)
    return figure
