"""One's own question: in how many worlds it holds, from when, what scenarios change about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np

from experiments.answers.answer import (
    SHARE,
    Answer,
    Finding,
    on_share,
    ordered,
    share_cells,
    unclear,
    under,
)
from experiments.answers.conditions import Holding, NotRecorded, holding
from experiments.answers.language import Claim, Compared, Condition, Joined, Negated, quantities
from experiments.answers.parser import parse
from experiments.results.cells import last_quarter
from experiments.results.estimates import Difference, mean, percent
from experiments.results.missing import Missing, lack
from experiments.results.reading import Results
from experiments.results.text import base_of, chosen_scenarios, named, quoted
from experiments.store.columns import column, table_of
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, quarter_label

SINCE = parse_quarter("2024-Q1")
"""The quarter from which conditions are looked for, if they do not say."""
HINT = (
    " Figures and reports give a power's share of influence, its part of that of all four powers: "
    "that is the column `share`."
)
EXAMPLES = 3
"""Worlds of either kind that are named: the first ones."""


def ask(
    results: Results, condition: str, scenarios: list[str] | None = None, *, name: str = "own"
) -> Answer:
    """Answer in how many worlds a condition holds by scenario, and how that differs from the base.

    Without `from` or `at` it is looked for from SINCE on, as the ten questions do, where the folder
    and `by` reach beyond that. Where tables or quarters are missing, the answer says which command
    adds them. Raises BadInput for a condition that cannot be read or ever be answered.
    """
    read = dated(results, parse(condition))
    names = chosen_scenarios(results, scenarios, len(results.scenarios))
    names = [each for each in names if each != read.against] or names
    missing = _missing(results, read)
    there = results.timeline
    first, last = (each if read.at is None else read.at for each in (read.start, read.by))
    outside = (first or 0) > there[-1] or not there[0] <= (last or there[0]) <= there[-1]
    if missing and (missing.without or outside):
        return Answer.missing(name, read.text, missing)
    try:
        found, late = held(results, read, names)
    except NotRecorded:
        if missing is None:
            raise
        return Answer.missing(name, read.text, missing)
    base = base_of(results, found)
    own, tail = found[base], under(results, base)
    claims = (f"It happens in most worlds {tail}", f"It does not happen in most worlds {tail}")
    paired = len(found) > 1 and read.against is None
    order = ordered(results, {each: one.probability.value for each, one in found.items()})
    return Answer(
        name,
        read.text,
        _text(results, own, missing, late),
        tuple(each for one in found.values() for each in _findings(one, own)),
        (missing.command,) if missing else (),
        (on_share(results, base, own.outcome, claims),),
        (*SHARE, "", *(("difference", "mean ±") if paired else ())),
        tuple((results.titles[each], _cells(found[each], own)) for each in order),
    )


def _text(results: Results, first: Holding, missing: Missing | None, late: Sequence[str]) -> str:
    """Say in how many worlds it holds, what was looked at and what is missing."""
    read = first.condition
    text = f"{read.text}: in {first.probability} of worlds {under(results, first.scenario)}. "
    text += f"{_searched(first)} "
    if missing:
        text += f"Missing in this folder: {missing.what}; the command below adds them. "
    if late:
        called = listed([quoted(results.titles[each]) for each in late])
        text += f"{called} begin{'s' * (len(late) == 1)} too late to be asked. "
    return text + meanings(read.claim)


def _cells(found: Holding, base: Holding) -> tuple[str, ...]:
    """Return the share of worlds, when it is reached, and the difference to the reference."""
    when = [] if found.quarters[0] == base.quarters[0] else [f"from {found.quarter(0)} on"]
    row = found.curve.median
    if found.condition.at is None and row is not None:
        when.append(f"half of all worlds by {found.quarter(row)}" if row else begun(found))
    cells = (*share_cells(found.probability), ", ".join(when))
    if found is base or found.condition.against is not None:
        return cells
    gap = difference(found, base)
    if not gap.clear:
        return (*cells, unclear(gap))
    return (*cells, f"{100 * gap.value:+.1f} points", f"{100 * (gap.high - gap.value):.1f}")


def begun(found: Holding) -> str:
    """Say in how many worlds it holds from the first quarter of the window on."""
    return f"{percent(found.already.value)} already in {found.quarter(0)}"


def _missing(results: Results, read: Condition) -> Missing | None:
    """Return which tables and quarters a condition asks for that the folder does not hold."""
    tables = {table_of(each.column).name for each in quantities(read.claim)}
    last = [each for each in (read.at, read.by, read.start) if each is not None]
    ends = read.by if read.at is None else read.at
    first = None if ends is None else max(ends - read.held + 1, 0)
    if read.at is None and read.start is not None:
        first = read.start
    return lack(
        results,
        tables=tables,
        until=quarter_label(max(last)) if last else None,
        record_from=None if first is None else quarter_label(first),
    )


def held(
    results: Results, read: Condition, names: Sequence[str]
) -> tuple[dict[str, Holding], list[str]]:
    """Return where it holds by scenario, and the scenarios that begin too late to be asked.

    Raises NotRecorded where all do.
    """
    found, late = dict[str, Holding](), list[str]()
    for each in names:
        try:
            found[each] = holding(results, read, each)
        except NotRecorded:
            late.append(each)
            if len(late) == len(names):
                raise
    return found, late


def dated(results: Results, read: Condition) -> Condition:
    """Return a condition that says from when it is looked for, if it is about what is to come."""
    last = last_quarter(results)
    ends = last if read.by is None else read.by
    if (read.at, read.start) != (None, None) or SINCE + read.held - 1 > ends:
        return read
    return replace(read, start=SINCE)


def _searched(found: Holding) -> str:
    """Say which quarters a condition was looked for in."""
    first, last = found.quarter(0), found.quarter(len(found.quarters) - 1)
    if found.condition.at is not None:
        return f"It is about {last if first == last else f'{first} to {last}'}."
    when = f"in {last}" if first == last else f"from {first} to {last}"
    return f"It is looked for {when} (`from` sets another start)."


def meanings(claim: Claim) -> str:
    """Say what the columns of a claim are, with unit and range, and which one figures draw.

    >>> meanings(parse("rivalry > 0.4").claim)
    '`rivalry`: temperature of rivalry; compare, do not read as a level (0 to 1).'
    """
    names = dict.fromkeys(each.column for each in quantities(claim))
    said = "; ".join(f"`{name}`: {column(name).meaning} ({column(name).ranged})" for name in names)
    return f"{said}.{HINT if _of_influence(claim) else ''}"


def _of_influence(claim: Claim) -> bool:
    """Whether `influence`, which is no share, is compared with a number."""
    match claim:
        case Negated(inner):
            return _of_influence(inner)
        case Joined(_, left, right):
            return _of_influence(left) or _of_influence(right)
        case Compared(_, left, right):
            sides = [{each.column for each in quantities(side)} for side in (left, right)]
            return {"influence"} in sides and set() in sides
    return False


def _findings(found: Holding, base: Holding) -> list[Finding]:
    """Return the share of worlds, its difference to the reference, the median time of passage."""
    when = " to ".join(dict.fromkeys(found.quarter(row) for row in (0, len(found.quarters) - 1)))
    own = [Finding.of(found.probability, "share of worlds", found.scenario, when=when)]
    if found.condition.at is None:
        own.append(passage(found))
    if found is base or found.condition.against is not None:
        return own
    more = {"when": when, "against": base.scenario}
    gap = difference(found, base)
    return [*own, Finding.of(gap, "difference of shares", found.scenario, **more)]


def passage(found: Holding, where: str = "") -> Finding:
    """Return the median time of passage, or None with the quarter at which it is censored."""
    row = found.curve.median
    year = None if row is None else 2000 + float(found.quarters[row]) / 4
    end = found.quarter(len(found.quarters) - 1)
    return Finding(
        "median time of passage (year)",
        found.scenario,
        year,
        where=where,
        when=f"censored at {end}",
        worlds=found.curve.worlds,
    )


def difference(found: Holding, base: Holding) -> Difference:
    """Return the paired difference of two shares of worlds, which lies between -1 and 1."""
    gap = mean(found.outcome - base.outcome, found.clusters)
    return replace(gap, low=max(gap.low, -1.0), high=min(gap.high, 1.0))


def examples(results: Results, condition: str) -> list[dict[str, Any]]:
    """Return by scenario the first worlds in which a condition holds, and in which it does not.

    And the commands that show one of each kind, quarter by quarter.
    """
    found, _ = held(results, dated(results, parse(condition)), results.scenarios)
    several = []
    for each in found.values():
        kinds = {"holds": each.outcome == 1, "holds_not": each.outcome == 0}
        worlds = {kind: np.flatnonzero(mask)[:EXAMPLES].tolist() for kind, mask in kinds.items()}
        place = quote(results.folder.address)
        begin = f"crossroads replay {place} --scenario {each.scenario} --world"
        commands = [f"{begin} {of[0]}" for of in worlds.values() if of]
        several.append({"scenario": each.scenario, **worlds, "commands": commands})
    return several


def example_lines(results: Results, found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield examples in words, a line a scenario, with the commands below it."""
    for each in found:
        words = [
            f"{what} {listed(list(map(str, each[kind])))}" if each[kind] else f"{what} none"
            for kind, what in (("holds", "worlds in which it holds:"), ("holds_not", "not:"))
        ]
        yield f"Under {named(results, each['scenario'])}, {'; '.join(words)}."
        yield from (f"    {command}" for command in each["commands"])
