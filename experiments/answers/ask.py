"""One's own question: in how many worlds it holds, from when, what scenarios change about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from shlex import quote
from typing import Any

import numpy as np

from experiments.answers.answer import Answer, Clause, Finding, on_share, one_by_one, under
from experiments.answers.conditions import Holding, NotRecorded, holding
from experiments.answers.language import Claim, Compared, Condition, Joined, Negated, quantities
from experiments.answers.parser import parse
from experiments.results.cells import last_quarter, recorded
from experiments.results.estimates import Difference, Probability, mean, percent, probability
from experiments.results.lacking import Lack, lack
from experiments.results.reading import Results
from experiments.results.wording import base_of, chosen_scenarios, named, quoted, titles
from experiments.store.columns import column, table_of
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, quarter_label

SINCE = parse_quarter("2024-Q1")
"""The quarter from which conditions are looked for, if they do not say."""
HINT = (
    " Figures and reports give a power's share of influence, its part of that of all four powers: "
    "that is the column `share`."
)


def ask(
    results: Results, condition: str, scenarios: list[str] | None = None, *, name: str = "own"
) -> Answer:
    """Answer in how many worlds a condition holds by scenario, and how that differs from the base.

    Without `from` or `at` it is looked for from SINCE on, as the ten questions do, where the folder
    and `by` reach beyond that. Where the folder lacks a table or quarters, the answer says which
    command adds them. Raises BadInput for a condition that cannot be read or ever be answered.
    """
    read = dated(results, parse(condition))
    names = chosen_scenarios(results, scenarios, len(results.scenarios))
    missing = _missing(results, read)
    if missing and (missing.without or not _reaches(results, read)):
        return Answer.lacking(name, read.text, missing)
    try:
        found, late = held(results, read, names)
    except NotRecorded:
        if missing is None:
            raise
        return Answer.lacking(name, read.text, missing)
    base = base_of(results, found)
    text = f"{_shares(results, found, base)}{_lacking(missing)}{_begun_late(results, late)}"
    findings = [each for one in found.values() for each in _findings(one, found[base])]
    tail = under(results, base)
    claims = (f"It happens in most worlds {tail}", f"It does not happen in most worlds {tail}")
    robust = on_share(results, base, found[base].outcome, claims)
    needs = (missing.command,) if missing else ()
    text += meanings(read.claim)
    return Answer(name, read.text, text, tuple(findings), needs, (robust,))


def _shares(results: Results, found: Mapping[str, Holding], base: str) -> str:
    """Say in which share of worlds it holds by scenario, and which quarters were looked at."""
    clauses = [
        Clause(each, one.probability.value, _said(results, one, found[base]))
        for each, one in found.items()
    ]
    said = one_by_one(results, clauses)
    return f"{found[base].condition.text}: share of worlds {said}. {_searched(found[base])} "


def _lacking(missing: Lack | None) -> str:
    """Say what the folder lacks; nothing if it lacks nothing."""
    return f"This folder lacks {missing.what}; the command below adds them. " if missing else ""


def _missing(results: Results, read: Condition) -> Lack | None:
    """Return what of tables and quarters a condition asks for and the folder lacks."""
    tables = {table_of(each.column).name for each in quantities(read.claim)}
    last = [each for each in (read.at, read.by, read.start) if each is not None]
    first = _begins(read)
    return lack(
        results,
        tables=tables,
        until=quarter_label(max(last)) if last else None,
        record_from=None if first is None else quarter_label(first),
    )


def _begins(read: Condition) -> int | None:
    """Return the first quarter that can count: what is held from a start on begins there."""
    if read.at is None and read.start is not None:
        return read.start
    ends = read.by if read.at is None else read.at
    return None if ends is None else max(ends - read.held + 1, 0)


def _reaches(results: Results, read: Condition) -> bool:
    """Whether the folder has the last quarter that is asked for, and any from the first one on."""
    there = recorded(results)
    first, last = (each if read.at is None else read.at for each in (read.start, read.by))
    return (first is None or first <= there[-1]) and (last is None or there[0] <= last <= there[-1])


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


def _begun_late(results: Results, late: Sequence[str]) -> str:
    """Say which scenarios are left out; nothing of none."""
    if not late:
        return ""
    called = listed([quoted(titles(results)[each]) for each in late])
    verb = "begins" if len(late) == 1 else "begin"
    return f"{called} {verb} too late to be asked. "


def dated(results: Results, read: Condition) -> Condition:
    """Return a condition that says from when it is looked for, if it is about what is to come."""
    last = last_quarter(results)
    ends = last if read.by is None else read.by
    if (read.at, read.start) != (None, None) or SINCE + read.held - 1 > ends:
        return read
    return replace(read, start=SINCE)


def _searched(found: Holding) -> str:
    """Say which quarters a condition was looked for in."""
    first, last = (found.quarter(row) for row in (0, len(found.quarters) - 1))
    span = last if first == last else f"{first} to {last}"
    if found.condition.at is not None:
        return f"It is about {span}."
    when = f"in {span}" if first == last else f"from {span}"
    return f"It is looked for {when} (`from` sets another start)."


def meanings(claim: Claim) -> str:
    """Say what the columns of a claim are, with unit and range, and which one figures draw.

    >>> meanings(parse("rivalry > 0.4").claim)
    '`rivalry`: temperature of rivalry; compare, do not read as a level (0 to 1).'
    """
    names = dict.fromkeys(each.column for each in quantities(claim))
    said = "; ".join(f"`{name}`: {column(name).meaning} ({column(name).ranged})" for name in names)
    return f"{said}.{HINT if _levelled(claim) else ''}"


def _levelled(claim: Claim) -> bool:
    """Whether `influence`, which is no share, is held against a number."""
    match claim:
        case Negated(inner):
            return _levelled(inner)
        case Joined(_, left, right):
            return _levelled(left) or _levelled(right)
        case Compared(_, left, right):
            sides = ({each.column for each in quantities(side)} for side in (left, right))
            return {"influence"} in (both := list(sides)) and set() in both
    return False


def _findings(found: Holding, base: Holding) -> list[Finding]:
    """Return the share of worlds, its difference to the reference, the median time of passage."""
    ends = [quarter_label(int(found.quarters[row])) for row in (0, -1)]
    when = ends[0] if ends[0] == ends[1] else " to ".join(ends)
    first = Finding.of(found.probability, "probability", found.scenario, when=when)
    median = Finding(
        "median time of passage (year)",
        found.scenario,
        _year(found),
        when=f"censored at {quarter_label(int(found.quarters[-1]))}",
        worlds=found.curve.worlds,
    )
    own = [first] if found.condition.at is not None else [first, median]
    if found is base:
        return own
    gap = difference(found, base)
    more = {"when": when, "against": base.scenario}
    return [*own, Finding.of(gap, "difference of probabilities", found.scenario, **more)]


def difference(found: Holding, base: Holding) -> Difference:
    """Return the paired difference of two shares of worlds, which lies between -1 and 1."""
    gap = mean(found.outcome - base.outcome, found.clusters)
    return replace(gap, low=max(gap.low, -1.0), high=min(gap.high, 1.0))


def _year(found: Holding) -> float | None:
    row = found.curve.median
    return None if row is None else 2000 + float(found.quarters[row]) / 4


def _said(results: Results, found: Holding, base: Holding) -> str:
    """Say the share of worlds in a scenario, and half-way time or difference where there is one."""
    text = f"{found.probability} under {quoted(titles(results)[found.scenario])}"
    extra = [] if found.quarters[0] == base.quarters[0] else [f"from {found.quarter(0)} on"]
    if found.condition.at is None and found.curve.median is not None:
        extra.append(_halfway(found, found.curve.median))
    if found is not base:
        gap = difference(found, base)
        extra.append(gap.said("points", scale=100) if gap.clear else "not clearly different")
    return f"{text} ({'; '.join(extra)})" if extra else text


def _halfway(found: Holding, row: int) -> str:
    """Say by when half of the worlds are there, or how many are from the first quarter on."""
    if row:
        return f"half of all worlds by {found.quarter(row)}"
    return said_already(found)


def already(found: Holding) -> Probability:
    """Return in how many worlds it holds from the first quarter of the window on."""
    return probability(
        np.where(np.isfinite(found.outcome), found.first == 0, np.nan), found.clusters
    )


def said_already(found: Holding) -> str:
    """Say in how many worlds it holds from the first quarter of the window on."""
    return f"{percent(already(found).value)} already in {found.quarter(0)}"


MOST = 3
"""Worlds of either kind that are named: the first ones."""


def examples(results: Results, condition: str) -> list[dict[str, Any]]:
    """Return by scenario the first worlds in which a condition holds, and in which it does not."""
    read = dated(results, parse(condition))
    found, _ = held(results, read, results.scenarios)
    return [_of_scenario(results, each) for each in found.values()]


def _of_scenario(results: Results, found: Any) -> dict[str, Any]:  # noqa: ANN401 (a Holding)
    """Return a scenario's worlds, and the command that tells of one of each kind."""
    kinds = {"holds": found.outcome == 1, "holds_not": found.outcome == 0}
    worlds = {kind: np.flatnonzero(mask)[:MOST].tolist() for kind, mask in kinds.items()}
    place = quote(results.folder.address)
    begin = f"crossroads replay {place} --scenario {found.scenario} --world"
    commands = [f"{begin} {of[0]}" for of in worlds.values() if of]
    return {"scenario": found.scenario, **worlds, "commands": commands}


def example_lines(results: Results, found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield examples in words, a line a scenario, with the commands below it."""
    for each in found:
        words = [
            f"{what} {listed(list(map(str, each[kind])))}" if each[kind] else f"{what} none"
            for kind, what in (("holds", "worlds in which it holds:"), ("holds_not", "not:"))
        ]
        yield f"Under {named(results, each['scenario'])}, {'; '.join(words)}."
        yield from (f"    {command}" for command in each["commands"])
