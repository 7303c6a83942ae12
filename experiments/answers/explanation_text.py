"""An explanation in words: what moved a state's reliance, and why the powers spend there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.explanation import SMALL, Explanation, begin_together, explained, span
from experiments.answers.outcomes import change_of
from experiments.answers.terms import REST
from experiments.errors import BadInput
from experiments.progress import progress
from experiments.results.cells import Cells, numbers, row_of, sound
from experiments.results.estimates import minus
from experiments.results.reading import Results
from experiments.results.text import capital, chosen_scenarios, of_worlds, quoted, reference
from experiments.store.labels import label_of
from scenarios.faults import nearest
from scenarios.quarters import quarter_label
from scenarios.vocabulary import DOMAINS, POWER_NAMES, POWERS, STATE_NAMES

TOLD = 4
MAIN = 3
BALANCED = 2.0
"""Terms so many times larger than their sum nearly cancel."""
ALIKE = 0.03
"""Changes of spending smaller than this part of it are not called more or less."""
MANIFOLD = 3.0
"""From so many times as much on, spending is given as a multiple."""
OTHERS = "all others"
READING = (
    "A term's number is what it adds to that reliance, in points; together they make the change. "
    "What other powers offer adds where they offer less."
)

ELSE = "`--against start` shows what moved it since the scenario's own start."
NOTHING = "No term moves any reliance here by a twentieth of a point."
Which = tuple[str | None, str, str | None]
"""Scenario or None, state, and scenario to compare with, START or None."""
START = "start"
"""In place of a scenario to compare with: what moved the state since the scenario's own start."""


def lines(found: Explanation, domain: str | None = None) -> list[str]:
    """Say how reliance on Russia and China moved and why, and why the powers spend there."""
    domain = domain or found.most_moved()
    since = (
        f"since {found.moves['quarter'].min().year} under {quoted(found.titles[found.scenario])}"
    )
    if found.against:
        one, other = (quoted(found.titles[each]) for each in (found.scenario, found.against))
        since = f"{one} against {other}"
    where = f"{STATE_NAMES[found.state]}, {domain}, {quarter_label(found.quarter)}"
    head = f"{where}, {since}, in {of_worlds(found.worlds)}:"
    spent = [each for power in POWERS[:2] for each in _spent(found, domain, power)]
    moved = [_moved(found, domain, power) for power in POWERS[:2]]
    return [minus(each) for each in (f"{head} {moved[0]}", *map(capital, moved[1:]), *spent)]


def _moved(found: Explanation, domain: str, power: str) -> str:
    """Say how reliance on a power changed and through which terms."""
    now = _at(found.moves, found.last, domain, "option", power).set_index("term")
    change = float(now["value"].sum())
    level = _level(found.levels, found, domain, "option", power)
    named = now.drop(REST, errors="ignore").sort_values("value", key=np.abs, ascending=False)
    main = named[named["value"].abs() >= SMALL].head(TOLD)
    doubts = {
        str(name): " (unclear)" if row["low"] <= 0 <= row["high"] else ""
        for name, row in main.iterrows()
    }  # of so few worlds the sign is not known
    told = parts(main["value"], change, 1, doubts)
    text = (
        f"reliance on {POWER_NAMES[power]} is {100 * level:.1f} % instead of "
        f"{100 * (level - change):.1f} % ({100 * change:+.1f} points)"
    )
    return f"{text}: {', '.join(told)}." if len(main) else f"{text}."


def parts(
    main: pd.Series, whole: float, digits: int, doubts: Mapping[str, str] | None = None
) -> list[str]:
    """Say what the main terms add to a whole, in hundredths, and what all others do.

    Numbers as printed add up to the whole as it is printed: what rounding leaves is the others'.

    >>> parts(pd.Series({"income": 1.144, "threat": 0.088}), 1.0, 0)
    ['income +114', 'threat +9', 'all others -23']
    """
    rounded = {str(name): round(100 * value, digits) for name, value in main.items()}
    left = round(round(100 * whole, digits) - sum(rounded.values()), digits)
    told = [
        f"{name} {each:+.{digits}f}{(doubts or {}).get(name, '')}" for name, each in rounded.items()
    ]
    return [*told, *([f"{OTHERS} {left:+.{digits}f}"] if left else [])]


def _at(
    table: pd.DataFrame, quarter: pd.Timestamp, domain: str, column: str, label: str
) -> pd.DataFrame:
    where = (table["quarter"] == quarter) & (table["domain"] == domain) & (table[column] == label)
    return table[where]


def _level(table: pd.DataFrame, found: Explanation, domain: str, column: str, label: str) -> float:
    """Return the level in the explained scenario's last quarter."""
    own = _at(table, found.last, domain, column, label)
    return float(own.loc[own["scenario"] == found.scenario, "value"].iloc[0])


def _spent(found: Explanation, domain: str, power: str) -> Iterator[str]:
    """Say why a power spends more or less on the state in a domain."""
    now = _at(found.efforts, found.last, domain, "power", power)
    if now.empty:
        return
    terms = now.set_index("term")["value"]
    whole, level = float(terms.sum()), _level(found.spent, found, domain, "power", power)
    before = level - whole
    named = terms.drop(REST, errors="ignore")
    main = named.reindex(named.abs().nlargest(MAIN).index)
    if max(level, before) < SMALL or main.abs().max() < SMALL:
        return
    yield f"{capital(POWER_NAMES[power])} {_compared(whole, before, main, found)}."


def _compared(whole: float, before: float, main: pd.Series, found: Explanation) -> str:
    """Say how much more or less is spent, and the parts that the main terms have in it."""
    than = quoted(found.titles[found.against]) if found.against else "at the start"
    than = f"under {than}" if found.against else than
    verb = "more" if whole > 0 else "less"
    if abs(whole) < max(ALIKE * before, SMALL):
        cancels = main.abs().max() > BALANCED * abs(whole) and before > SMALL
        terms = f" ({_made('that', main, whole, before)})" if cancels else ""
        return f"spends about as much there as {than}{terms}"
    if before <= 0 or (before + whole) / before >= MANIFOLD:
        times = "far more" if before <= SMALL else f"{(before + whole) / before:.0f} times as much"
        as_than = "than" if before <= SMALL else "as"
        made = _made("the rise", main, whole, whole)
        return f"spends {times} there {as_than} {than} ({made})"
    return (
        f"spends {100 * abs(whole) / before:.0f} % {verb} there than {than} "
        f"({_made('that', main, whole, before)})"
    )


def _made(of: str, main: pd.Series, whole: float, unit: float) -> str:
    """Say what terms make, in per cent of something, and what they come to together."""
    told = [each for each in parts(main / unit, whole / unit, 0) if not each.endswith(" +0")]
    return f"in per cent of {of}: {', '.join(told)}; together {100 * whole / unit:+.0f}"


def rests(results: Results, found: Explanation, domain: str) -> str:
    """Say what all worlds of the folder have, where it has more, and how many were run again.

    Terms are means over the few that were run again; so are the changes that they add up to, which
    is why `compare` and figures, over all worlds, have other numbers. These come first: a number
    that is quoted should be the best there is.
    """
    names = [found.scenario, *([found.against] if found.against else [])]
    every = sound(results, *names).size
    if found.worlds >= every:
        return f"Means over {of_worlds(found.worlds)}, run again."
    if "influence" not in results.tables or found.quarter not in results.timeline:
        return f"Means over {found.worlds} of {every:,} worlds, run again."
    where, when = f"{STATE_NAMES[found.state]}, {domain}", quarter_label(found.quarter)
    said, rows = [], (row_of(results, found.quarter),)
    for power in POWERS[:2]:
        cells = Cells(domain, found.state, power, rows)
        own = numbers(results, found.scenario, cells)[0]
        other = numbers(results, found.against, cells)[0] if found.against else 0
        size = change_of(results, own - other)
        text = size.said("points" if found.against else "%", signed=bool(found.against))
        said.append(f"on {POWER_NAMES[power]} {text}")
    what = "change of reliance" if found.against else "reliance"
    return (
        f"{where}, {when}, over all {every:,} worlds: {what} {' and '.join(said)}. What follows is "
        f"of {found.worlds} of them, run again."
    )


def explanation_of(results: Results, which: Which, worlds: int) -> Explanation:
    """Run what is asked for again, with a bar on a terminal, and return what moved the state."""
    scenario, state, against = _resolved(results, which)
    label_of("state", state)
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be explained against itself")
    names = chosen_scenarios(results, [scenario, *([against] if against else [])])
    quarters = sum(last - first for first, last in (span(results, name) for name in names))
    with progress("explaining", quarters, quiet=False) as advance:
        return explained(results, scenario, state, against, worlds, advance)


def explanation_lines(results: Results, found: Explanation, domain: str | None) -> list[str]:
    """Return what all worlds have, sentences, how to read them, and a table of the terms."""
    first = rests(results, found, domain or found.most_moved())
    hint = [ELSE] if found.against else []
    return [first, *lines(found, domain), READING, *hint, "", *_table(found, domain)]


def _resolved(results: Results, which: Which) -> tuple[str, str, str | None]:
    """Return what is explained: a scenario that is not the reference against that one, as a rule.

    The reference itself, one that begins at another time, and any against START are explained
    since their own start. BadInput where several scenarios could be meant.
    """
    scenario, state, against = which
    if scenario is None and len(results.scenarios) > 1:
        raise BadInput(f"--scenario: which one? {nearest('', results.scenarios)}")
    name = chosen_scenarios(results, None if scenario is None else [scenario])[0]
    base = reference(results)
    if against == START and START not in results.scenarios:
        against = None
    elif against is None and name != base and begin_together(results, name, base):
        against = base
    return name, state, against


def as_data(found: Explanation, domain: str | None) -> dict[str, Any]:
    """Return an explanation as JSON has it: the terms of each domain and power, largest first."""
    domains = [domain] if domain else list(DOMAINS)
    return {
        "state": found.state,
        "scenario": found.scenario,
        "against": found.against,
        "quarter": found.last.date().isoformat(),
        "worlds": found.worlds,
        "words": {each: " ".join(lines(found, each)) for each in domains},
        "terms": {
            each: {power: found.terms(each, power).round(6).to_dict() for power in POWERS}
            for each in domains
        },
    }


def _table(found: Explanation, domain: str | None) -> list[str]:
    """Return the terms in numbers: a line a domain, power and its largest terms, in points."""
    rows = []
    for each in [domain] if domain else DOMAINS:
        for power in POWERS:
            terms = found.terms(each, power)
            if terms.abs().max() < SMALL:
                continue
            main = terms[terms.abs() >= SMALL].head(len(terms) if domain else 5)
            whole = float(terms.sum())
            told = ", ".join(parts(main, whole, 1))
            rows.append(minus(f"  {each:<10} {power} {100 * whole:+6.1f}: {told}"))
    many = of_worlds(found.worlds)
    head = f"points of reliance, by domain and power, and the terms that make them, in {many}:"
    return [head, *rows] if rows else [NOTHING]
