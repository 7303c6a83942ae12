"""A comparison of two scenarios as people read it: a table, then a few short sentences."""

from __future__ import annotations

from math import isfinite
from typing import Any

from experiments.outcomes.channels import INTERACTION, SPLIT, TOTAL
from experiments.outcomes.compare import Comparison
from experiments.outcomes.judged import counted
from experiments.outcomes.printed import Lines, fits, print_table
from experiments.outcomes.sentences import TWO, clear_rows
from experiments.printing import say
from experiments.results.estimates import minus
from experiments.results.wording import capital, of_worlds, quoted
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

Row = dict[Any, Any]
FEW = 3
"""Outcomes that the first sentence names."""
PLURAL = {"remittances", "bargaining terms"}
"""Outcomes that are several."""


def print_comparison(found: Comparison) -> None:
    """Print a comparison: levels, changes, channels; what moves, where, and how surely."""
    rows: list[Row] = found.levels.to_dict("records")
    first = rows[0]
    where = STATE_NAMES[first["state"]] if first["state"] else "the region as a whole"
    title = f"{minus_of(found)}: {where}, {first['quarter']}, means over {of_worlds(found.worlds)}"
    heads = ["", found.scenario, found.against, "change [95 %]", "unit", "clear from"]
    lines: Lines = [(each["outcome"], _cells(each)) for each in rows]
    if not fits(heads, lines):  # of a narrow terminal the dates are let go, never the numbers
        heads, lines = heads[:-1], [(name, cells[:-1]) for name, cells in lines]
    print_table(title, heads, lines)
    if first["state"] is None and (several := _channels(found)):
        run = max(each.effect.worlds for of in found.channels.values() for each in of)
        part = " in the world" if run == 1 else f" in {run:,} of {found.worlds:,} worlds"
        print_table(
            f"Each change alone, at the end, run again{part}", ["", *_split(found)], several
        )
    say(["", *(minus(each) for each in _sentences(found, rows) if each)])


def minus_of(found: Comparison) -> str:
    """Say which scenario is taken from which."""
    return f"{quoted(found.titles[found.scenario])} minus {quoted(found.titles[found.against])}"


def _cells(row: Row) -> list[str]:
    """Return what is said of an outcome: levels, change with its interval, unit, since when."""
    form = ".1f" if row["unit"].startswith("%") else ".3f"
    said = [f"{row[name]:{form}}" for name in ("level", "reference")]
    return [
        *(minus(each) for each in said),
        _ranged(row, form),
        minus(row["unit"]),
        row["since"] or "",
    ]


def _ranged(row: Row, form: str) -> str:
    """Return a change with its interval, if it has one."""
    value, low, high = (f"{row[name]:+{form}}" for name in ("change", "low", "high"))
    return minus(f"{value} [{low}, {high}]" if isfinite(row["low"]) else f"{value} [none]")


def _split(found: Comparison) -> list[str]:
    """Return the outcomes whose channels are told, if more than one change was made."""
    named = {each.label: several for each, several in found.channels.items()}
    return [label for label in SPLIT if len(named.get(label, [])) > TWO + 1]


def _channels(found: Comparison) -> Lines:
    """Return what each change does alone, a line each, with the outcomes beside each other."""
    columns = {each.label: (each, several) for each, several in found.channels.items()}
    asked = [columns[label] for label in _split(found)]
    names = [each.name for each in asked[0][1]] if asked else []
    lines: Lines = []
    for place, name in enumerate(names):
        cells = []
        for outcome, several in asked:
            effect = several[place].effect
            cells.append(effect.said(outcome.unit, scale=outcome.scale, digits=1))
        lines.append((name if name in {TOTAL, INTERACTION} else f"{name} alone", cells))
    return lines


def _sentences(found: Comparison, rows: list[Row]) -> list[str]:
    """Say what differs, where most, and whether directions survive; and what worlds share."""
    whole = rows[0]["state"] is None
    said = [_differs(found, rows), *([_where(found), _steady(found)] if whole else [])]
    return [*said, found.shared]


def _differs(found: Comparison, rows: list[Row]) -> str:
    """Say how many outcomes differ clearly, and which most, as they are in the first scenario."""
    name, other = (quoted(found.titles[each]) for each in (found.scenario, found.against))
    if not any(isfinite(row["low"]) for row in rows):
        return f"One draw of luck gives no interval: nothing told of {name} here is beyond luck."
    clear = [row for row in rows if row["since"]]
    if not clear:
        return f"{name} does not differ from {other} by more than luck could."
    clear.sort(key=lambda row: -abs(_sized(row)))
    parts = [_in_words(row) for row in clear[:FEW]]
    count = f"{len(clear)} of {len(rows)} outcomes differ clearly"
    return f"{count}: under {name}, {listed(parts)} than under {other}."


def _sized(row: Row) -> float:
    """Return a change as hundredths or points."""
    change = float(row["change"])
    return change if row["unit"].startswith("%") else 100 * change


def _in_words(row: Row) -> str:
    """Say what is higher or lower than in the other scenario, and by how much.

    >>> _in_words({"outcome": "bargaining terms", "change": -0.051, "unit": "0.5 to 1"})
    'bargaining terms are 5.1 hundredths lower'
    >>> _in_words({"outcome": "Russia leads", "change": 6.4, "unit": "% of worlds"})
    'Russia leads in more worlds (by 6.4 points)'
    """
    what, size = row["outcome"], _sized(row)
    by = f"{abs(size):.1f} {'points' if row['unit'].startswith('%') else 'hundredths'}"
    if row["unit"] == "% of worlds":
        return f"{what} in {'more' if size > 0 else 'fewer'} worlds (by {by})"
    verb = "are" if what in PLURAL else "is"
    return f"{what} {verb} {by} {'higher' if size > 0 else 'lower'}"


def _where(found: Comparison) -> str:
    """Say which reliance of which state moves most, and how to see that state."""
    moved = clear_rows(found, found.ranking)
    if not moved:
        return ""
    first = moved[0]
    who, state = POWER_NAMES[first["power"]], STATE_NAMES[first["state"]]
    size = 100 * first["change"]
    return (
        f"Of all reliance at the end, that of {state} on {who} in {first['domain']} moves most, "
        f"by {size:+.1f} points (--state {first['state']} tells of it)."
    )


def _steady(found: Comparison) -> str:
    """Say how many directions survive the spread of judgement, and which do not."""
    standings = [each.standing for each in found.robust.values()]
    if not standings or found.over_time["low"].isna().all():
        return ""
    why = " (why: --json)" if {"falls", "close", "tie"} & set(standings) else ""
    return f"Robust? {capital(counted(standings, 'directions of change'))}{why}."
