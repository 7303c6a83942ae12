"""Comparing scenarios: what changes, for whom, when, through which channel and how surely."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.channels import WORLDS, Channel, channels
from experiments.answers.headlines import in_words
from experiments.answers.outcomes import (
    HEADLINES,
    PAIR,
    SMALL,
    Outcome,
    leads,
    of_state,
    paths,
    shown_in,
)
from experiments.answers.robustness import fixed, judged
from experiments.errors import BadInput
from experiments.results.base import sharing
from experiments.results.cells import at_end, row_of, sound
from experiments.results.estimates import change_in, clear_since, mean, means, quantiles
from experiments.results.reading import Results
from experiments.results.text import chosen_scenarios, reference
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.vocabulary import DOMAINS, POWER_NAMES, STATES

Numbers = NDArray[np.floating]
ENDS = (0.05, 0.95)
SHARE = "% of worlds"
"""The unit of what a world has or has not, which has no range over worlds."""
ORDER = (
    *("scenario", "reference_scenario", "state", "quarter", "outcome", "unit"),
    *("scenario_level", "reference_level", "change", "change_q05", "change_q95"),
    *("mean_low", "mean_high", "clear_from", "direction"),
)
"""Columns of a table of changes."""


@dataclass(frozen=True)
class Robustness:
    """How the direction of a change fares: one of STANDINGS, and the same in words."""

    standing: str
    words: str


@dataclass(frozen=True)
class Comparison:
    """A scenario minus another, world by world.

    `levels`: a row an outcome, of the region or of a state in one quarter (see `levels`).
    `over_time`: outcome, quarter, mean with its 95 % interval, q05, q50, q95 over worlds.
    `ranking`: state, domain, power and the change of reliance in the last quarter (mean, interval,
    q05, q95), largest first; `states`: the same of the powers' shares of influence in each state.
    `channels`: what each of the scenario's changes does alone, by outcome. `robust`: by outcome of
    `levels`, how the direction of its change fares under the spread of judgement; `fixed`: the
    parameters that vary in no world, which that leaves out. `shared` says what worlds share that
    are not independent.
    """

    scenario: str
    against: str
    titles: dict[str, str]
    over_time: pd.DataFrame
    ranking: pd.DataFrame
    states: pd.DataFrame = field(default_factory=pd.DataFrame)
    channels: dict[Outcome, list[Channel]] = field(default_factory=dict)
    robust: dict[str, Robustness] = field(default_factory=dict)
    worlds: int = 0
    shared: str = ""
    levels: pd.DataFrame = field(default_factory=pd.DataFrame)
    fixed: list[str] = field(default_factory=list)


def compared(
    results: Results,
    scenario: str,
    against: str,
    *,
    split: bool = True,
    worlds: int = WORLDS,
    state: str | None = None,
    at: str | None = None,
) -> Comparison:
    """Compare a scenario with another of the same folder; `split` runs channels one by one.

    `levels` are of the region or of a `state` (a code), in the quarter `at`, by default the last.
    Raises BadInput for scenarios or quarters that are not in the folder, for a state's numbers
    where its tables are not, or for a scenario compared with itself.
    """
    names = chosen_scenarios(results, [scenario, against])
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be compared with itself")
    if state is not None and set(results.tables) == {"region"}:
        raise BadInput("--state: this folder holds only the table of the region")
    row = -1 if at is None else _row_at(results, at)
    outcomes = [each for each in HEADLINES if each.table in results.tables]
    table, robust = _levels(results, scenario, against, state, row)
    return Comparison(
        scenario,
        against,
        {name: results.titles[name] for name in names},
        pd.concat([_over_time(results, scenario, against, each) for each in outcomes]),
        _ranking(results, scenario, against, DOMAINS),
        _ranking(results, scenario, against, ("share",)),
        channels(results, scenario, against, worlds) if split else {},
        robust,
        sound(results, *names).size,
        sharing(results),
        table,
        fixed(results),
    )


def compare_all(
    results: Results,
    names: Sequence[str],
    *,
    split: bool = True,
    state: str | None = None,
    at: str | None = None,
) -> list[Comparison]:
    """Compare each scenario with the last one named; the rest is as `compared` has it."""
    if len(names) < 2:  # noqa: PLR2004
        raise BadInput("name two scenarios or more: each is compared with the last")
    *several, last = names
    return [compared(results, each, last, split=split, state=state, at=at) for each in several]


def _row_at(results: Results, at: str) -> int:
    """Return the place of a quarter that was asked for; of a year it is the last."""
    try:
        return row_of(results, parse_quarter(at, closing=True))
    except ValueError as wrong:  # BadInput is one too
        raise BadInput(f"--at: {wrong}") from None


def _over_time(results: Results, scenario: str, against: str, outcome: Outcome) -> pd.DataFrame:
    """Return the paired difference of an outcome, quarter by quarter."""
    gap = paths(results, scenario, outcome) - paths(results, against, outcome)
    middle, low, high = means(gap, results.clusters)
    ends = quantiles(gap, (0.05, 0.5, 0.95))
    begun = clear_since(middle, low, high, SMALL / abs(outcome.scale))
    days = [pd.Timestamp(quarter_date(int(each))) for each in results.timeline]
    return pd.DataFrame(
        {
            "outcome": outcome.label,
            "scale": outcome.scale,
            "unit": outcome.unit,
            "quarter": days,
            "mean": middle,
            "low": low,
            "high": high,
            "q05": ends[0],
            "q50": ends[1],
            "q95": ends[2],
            "begins": None if begun is None else quarter_label(int(results.timeline[begun])),
        }
    )


def levels(
    results: Results, scenario: str, against: str, state: str | None = None, row: int = -1
) -> pd.DataFrame:
    """Return a row an outcome: its mean in either scenario, and the change between them.

    Columns: outcome, state, quarter, level, reference, change, low and high (the 95 % interval of
    the mean change), q05 and q95 (the change over worlds; of a share of worlds NaN), unit, since,
    direction. Numbers are in `unit`: per cent, changes then in points, or the column's own. `since`
    is the quarter from which on the change has been clear in its direction, '' where it is not
    clear; `direction` is one of `robustness.STANDINGS`. `row` is a recorded quarter's
    place; worlds that failed in either scenario are left out.
    """
    return _levels(results, scenario, against, state, row)[0]


def _levels(
    results: Results, scenario: str, against: str, state: str | None, row: int
) -> tuple[pd.DataFrame, dict[str, Robustness]]:
    """Return the levels, and how the direction of each change fares under judgement."""
    there, rows, robust = results.timeline, [], dict[str, Robustness]()
    for label, unit, scale, (one, other) in _both(results, scenario, against, state):
        gap = one - other
        known = np.isfinite(gap[row])
        middle, low, high = (scale * each for each in means(gap, results.clusters))
        begun = clear_since(middle, low, high, SMALL * (1 if scale > 1 else 0.01), row)
        q05, q95 = scale * quantiles(gap[row], ENDS) if unit != SHARE else (np.nan, np.nan)
        if 100 * abs(middle[row]) / scale >= SMALL:
            found = judged(results, scenario, gap[row], 0.0)
            points = "points" if unit.startswith("%") else ""
            words = in_words(results, found, change_in(scale, points)).rstrip(".")
            robust[label] = Robustness(found.standing, words)
        rows.append(
            {
                "outcome": label,
                "state": state,
                "quarter": quarter_label(int(there[row])),
                "level": mean(scale * one[row][known]).value,
                "reference": mean(scale * other[row][known]).value,
                "change": middle[row],
                "low": low[row],
                "high": high[row],
                "q05": q05,
                "q95": q95,
                "unit": unit,
                "since": "" if begun is None else quarter_label(int(there[begun])),
                "direction": robust[label].standing if label in robust else "",
            }
        )
    return pd.DataFrame(rows), robust


def _both(
    results: Results, scenario: str, against: str, state: str | None
) -> Iterator[tuple[str, str, float, tuple[Numbers, Numbers]]]:
    """Yield outcomes: label, unit, scale, and (quarters, worlds) of both scenarios."""
    if state is not None and "influence" in results.tables:
        both = (leads(results, each, state) for each in (scenario, against))
        for (power, one), (_, other) in zip(*both, strict=True):
            yield f"{POWER_NAMES[power]} leads", SHARE, 100.0, (one, other)
    for each in HEADLINES if state is None else of_state(state):
        if each.table in results.tables:
            one, other = (paths(results, name, each) for name in (scenario, against))
            yield each.label, *shown_in(each), (one, other)


def _ranking(results: Results, scenario: str, against: str, columns: Sequence[str]) -> pd.DataFrame:
    """Return states and domains by how much columns of Russia and China move in the end."""
    if "influence" not in results.tables:
        return pd.DataFrame()
    found = []
    for domain, power in product(columns, PAIR):
        one, other = (at_end(results, name, domain, power) for name in (scenario, against))
        gap = one - other
        sizes = [*means(gap, results.clusters), *quantiles(gap, ENDS)]
        for state, *each in zip(STATES, *sizes, strict=True):
            numbers = dict(zip(("change", "low", "high", "q05", "q95"), each, strict=True))
            found.append({"state": state, "domain": domain, "power": power, **numbers})
    table = pd.DataFrame(found)
    order = table["change"].abs().sort_values(ascending=False, kind="stable").index
    return table.reindex(order).reset_index(drop=True)


def changes(results: Results, found: Sequence[Comparison] = ()) -> pd.DataFrame:
    """Return a row a scenario, place and outcome, for tables and spreadsheets.

    Of some comparisons, or else of every scenario of the folder against the reference, in the
    region and in each state, in the last quarter.
    """
    tables = [(each.scenario, each.against, each.levels) for each in found]
    if not found:
        base, places = reference(results), [None, *STATES]
        places = places if set(results.tables) != {"region"} else [None]
        tables = [
            (name, base, levels(results, name, base, place))
            for name in results.scenarios
            if name != base
            for place in places
        ]
    named = {
        "level": "scenario_level",
        "reference": "reference_level",
        "q05": "change_q05",
        "q95": "change_q95",
        "low": "mean_low",
        "high": "mean_high",
        "since": "clear_from",
    }
    whole = [
        table.assign(scenario=name, reference_scenario=base, state=table["state"].fillna("region"))
        for name, base, table in tables
    ]
    joined = pd.concat(whole).rename(columns=named) if whole else pd.DataFrame(columns=[*ORDER])
    return joined[list(ORDER)].reset_index(drop=True)
