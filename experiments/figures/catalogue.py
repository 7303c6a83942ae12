"""The list of figures: what each shows and what a folder must hold for it.

**To add a figure**, write a function from `Results` to a matplotlib figure in a file of its own
and add one row to `CATALOGUE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from experiments.figures.choice import taken
from experiments.refusals import BadInput
from scenarios.faults import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure
    from pandas import PeriodIndex

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
    before: int = 10_000
    varied: bool = False
    worlds: int = 1


def _at(module: str, function: str) -> str:
    return f"experiments.figures.{module}:{function}"


CATALOGUE: dict[str, Entry] = {
    "influence": Entry(
        _at("trajectories", "influence"),
        "share of influence of each power over time for each state, a row a scenario",
        ("influence",),
    ),
    "change": Entry(
        _at("changes", "change"),
        "what each scenario changes in shares of influence against the baseline, with intervals",
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
        "the region by leading power and its margin, then, now and later, a row a scenario",
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
        "in how many worlds China has passed Russia by each quarter",
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
        worlds=TWO,
    ),
    "differences": Entry(
        _at("judgement", "differences"),
        "which assumptions move the differences between scenarios most",
        ("influence", "states", "region"),
        scenarios=TWO,
        quarters=1,
        worlds=TWO,
    ),
    "response": Entry(
        _at("designs", "response"),
        "Russia's lead over China against the parameters that a design varies",
        ("influence",),
        quarters=1,
        varied=True,
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
        before=2024,
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
    needed = need(results, name)
    return f"'{name}' needs {needed}" if needed else ""


def need(results: Results, name: str) -> str:
    """Return what a figure needs that a folder lacks, with the command that would add it."""
    from experiments.results.lacking import command, lack

    entry = CATALOGUE[name]
    if missing := lack(results, tables=entry.tables):
        return f"{missing.what}: {missing.command}"
    if len(results.scenarios) < entry.scenarios:
        return f"{entry.scenarios} scenarios: {command(results, [_other(results)])}"
    if results.size < entry.worlds:
        return f"{entry.worlds} worlds: crossroads run ... --worlds 500"
    what, span = _short(entry, results.quarters())
    if what:
        return f"{what}: {command(results, **span)}"
    return _unvaried(results) if entry.varied else ""


def _short(entry: Entry, quarters: PeriodIndex) -> tuple[str, dict[str, str]]:
    """Return which quarters a figure needs that are not there, and the span that has them."""
    since = sum(quarter.year >= entry.since for quarter in quarters)
    if since < min(entry.quarters, len(quarters)):
        return f"quarters from {entry.since} on", {"until": "2035-Q4"}
    if not any(quarter.year < entry.before for quarter in quarters):
        return f"quarters before {entry.before}", {"record_from": "2000-Q1"}
    if len(quarters) < entry.quarters:
        return f"{entry.quarters} quarters", {"record_from": "2000-Q1"}
    return "", {}


def _other(results: Results) -> str:
    """Return a scenario of the library to hold the folder's only one against."""
    return "baseline" if "baseline" not in results.scenarios else "frozen_ukraine"


def _unvaried(results: Results) -> str:
    """Return what would let the design of a folder vary a parameter; empty if one does."""
    if results.batch.assumed.design.varied:
        return ""
    return "parameters that a design varies: crossroads run ... --set NAME=LOW:HIGH --points N"


def left_out(results: Results) -> list[str]:
    """Say in a line for each need that a folder does not meet which figures it leaves out."""
    from scenarios.lists import listed

    needs: dict[str, list[str]] = {}
    for name in CATALOGUE:
        needs.setdefault(need(results, name), []).append(name)
    return [f"not drawn: {listed(names)}; needed: {what}" for what, names in needs.items() if what]


def chosen(
    results: Results, names: Sequence[str], scenarios: Sequence[str] = (), state: str | None = None
) -> list[str]:
    """Return the figures to draw: those asked for, or all that the folder allows.

    Raises BadInput for a figure that there is not, that the folder lacks something for, or that
    has no scenario or state to choose although one is asked of it by name.
    """
    for name in names:
        if name not in CATALOGUE:
            raise BadInput(f"no figure '{name}'; {nearest(name, CATALOGUE)}")
        if missing := lacking(results, name):
            raise BadInput(missing)
        for kind, asked in (("scenario", scenarios), ("state", state)):
            if asked and not _narrows(name, kind):
                others = ", ".join(each for each in CATALOGUE if _narrows(each, kind))
                raise BadInput(f"'{name}' has no {kind} to choose; --{kind} is for {others}")
    return list(dict.fromkeys(names)) or drawable(results)


def _narrows(name: str, kind: str) -> bool:
    """Whether a figure can be drawn of one scenario or state."""
    offered = (["S"], None) if kind == "scenario" else ([], "X")
    return bool(taken(_function(name), *offered))


def _function(name: str) -> Callable[..., Figure]:
    """Return the function that draws a figure."""
    module, function = CATALOGUE[name].where.split(":")
    found: Callable[..., Figure] = getattr(import_module(module), function)
    return found


def draw(
    results: Results, name: str, scenarios: Sequence[str] = (), state: str | None = None
) -> Figure:
    """Draw a figure of the catalogue, of some scenarios or one state where it can be."""
    drawing = _function(name)
    return drawing(results, **taken(drawing, scenarios, state))


def file_of(name: str, scenarios: Sequence[str] = (), state: str | None = None) -> str:
    """Return what a figure's files are called: one of a choice leaves that of everything alone."""
    several = taken(_function(name), scenarios, state).values()
    labels = (label for each in several for label in ([each] if isinstance(each, str) else each))
    return "_".join([name, *labels])
