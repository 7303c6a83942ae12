"""A comparison of two scenarios in words."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from experiments.answers.channels import INTERACTION, SPLIT, TOTAL
from experiments.answers.comparison import Comparison
from experiments.answers.outcomes import SMALL
from experiments.answers.robustness import counted
from experiments.answers.summary import Lines, fits, print_table
from experiments.printing import say
from experiments.results.estimates import minus
from experiments.results.wording import capital, of_worlds, quoted
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

Row = dict[Any, Any]
TWO = 2
MOST = 8
"""Outcomes that are named."""
TIES = 3


def comparison_lines(found: Comparison) -> list[str]:
    """Say what changes, for whom, through which channel and how surely, a line each."""
    name, other = (quoted(found.titles[each]) for each in (found.scenario, found.against))
    year = pd.Timestamp(found.over_time["quarter"].max()).year
    said = [f"{name} against {other}, by {year} ({_rests(found)}): {_what(found)}."]
    said += [_where(found), *(_how(found, label) for label in SPLIT), _steady(found), found.shared]
    return [minus(each) for each in said if each]


def _rests(found: Comparison) -> str:
    if _single(found):
        one = "one world" if found.worlds < TWO else f"one draw of luck in {found.worlds:,} worlds"
        return f"{one}: it gives no interval, and nothing here can be told from luck"
    return f"means over {found.worlds:,} worlds with 95 % intervals"


def _single(found: Comparison) -> bool:
    """Whether worlds are of one draw of luck, which gives no interval."""
    return bool(found.over_time["low"].isna().all())


def _what(found: Comparison) -> str:
    """Say what changes, the largest first; of many worlds only what is clear."""
    table = found.over_time
    rows: list[Row] = table[table["quarter"] == table["quarter"].max()].to_dict("records")
    clear = [
        row
        for row in rows
        if (_single(found) or row["low"] > 0 or row["high"] < 0)
        and abs(row["scale"] * row["mean"]) >= SMALL
    ]
    if not clear:
        return "nothing that luck could not explain"
    clear.sort(key=lambda row: -abs(row["scale"] * row["mean"]))
    begins = {row["begins"] for row in clear[:MOST]}
    parts = [_changed(row, dated=len(begins) > 1) for row in clear[:MOST]]
    if len(clear) > MOST:
        parts.append(f"and {len(clear) - MOST} smaller in --json")
    when = f", all clear from {begins.pop()} on" if len(begins) == 1 and not _single(found) else ""
    return "; ".join(parts) + when


def _changed(row: Row, *, dated: bool) -> str:
    """Say how an outcome changed, with its interval and since when that is clear."""
    since = f" (clear from {row['begins']})" if dated and row["begins"] else ""
    return f"{row['outcome']} {_ranged(row, row['scale'], 'mean')} {row['unit']}{since}"


def _where(found: Comparison) -> str:
    """Say which ties and whose balance of influence move most."""
    ties = clear_rows(found, found.ranking)[:TIES]
    if not ties:
        return ""
    close = len(ties) > 1 and _overlap(*ties[:TWO])
    order = " (the first two may change places)" if close else ""
    verb = "move" if len(ties) > 1 else "moves"
    said = f"Of all reliance, {listed([_moved(each) for each in ties])} {verb} most{order}"
    leads = clear_rows(found, found.states)[:1]
    return "".join([said, *(
        f"; of the states' balances of influence, that of {STATE_NAMES[first['state']]} "
        f"({POWER_NAMES[first['power']]} {_ranged(first, 100)} points)"
        for first in leads
    ), "."])  # fmt: skip


def clear_rows(found: Comparison, table: pd.DataFrame) -> list[Row]:
    """Return the rows whose change is clear and can be seen, largest first; of one world all."""
    rows: list[Row] = table.to_dict("records")
    return [
        row
        for row in rows
        if abs(100 * row["change"]) >= SMALL
        and (_single(found) or row["low"] > 0 or row["high"] < 0)
    ]


def _moved(row: Row) -> str:
    """Say which reliance of which state moved, and by how much."""
    where = f"on {POWER_NAMES[row['power']]} in {row['domain']} in {STATE_NAMES[row['state']]}"
    return f"that {where} ({_ranged(row, 100)} points)"


def _overlap(one: Row, other: Row) -> bool:
    """Whether the intervals of two changes, by their size, overlap."""
    ends = [sorted(abs(each[end]) for end in ("low", "high")) for each in (one, other)]
    return bool(ends[0][0] <= ends[1][1])


def _how(found: Comparison, label: str) -> str:
    """Say through which channel an outcome changes."""
    outcome = next((each for each in found.channels if each.label == label), None)
    if outcome is None or len(found.channels[outcome]) <= TWO + 1:
        return ""
    said = {
        each.name: _ranged(vars(each.effect), outcome.scale, "value")
        for each in found.channels[outcome]
    }
    alone = [f"{n} alone {v}" for n, v in said.items() if n not in {TOTAL, INTERACTION}]
    return (
        f"Of the change in {label} ({said[TOTAL]} {outcome.unit}), {', '.join(alone)}, "
        f"and {said[INTERACTION]} comes of their interaction."
    )


def _steady(found: Comparison) -> str:
    """Say which directions survive the spread of judgement."""
    if not found.robust or _single(found):
        return ""
    standings = {name: each.standing for name, each in found.robust.items()}
    told = [capital(counted(list(standings.values()), "directions of change"))]
    unknown = [name for name, each in standings.items() if each == "unknown"]
    if 0 < len(unknown) < len(standings):
        told.append(f"worlds or draws are too few for {listed(unknown)}")
    doubted = {"close", "falls", "tie"}
    rest = {n: each.words for n, each in found.robust.items() if each.standing in doubted}
    return f"Robust? {'; '.join([*told, *(f'{name}: {said}' for name, said in rest.items())])}."


def _ranged(row: Row, scale: float, name: str = "change") -> str:
    """Write a mean with its interval, if it has one."""
    mean, low, high = (scale * row[each] for each in (name, "low", "high"))
    return f"{mean:+.1f}" + (f" [{low:+.1f}, {high:+.1f}]" if np.isfinite(low) else "")


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
        _change_cell(row, form),
        minus(row["unit"]),
        row["since"] or "",
    ]


def _change_cell(row: Row, form: str) -> str:
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
    said = [_differs(found, rows), *([_moved_most(found), _robust(found)] if whole else [])]
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


def _moved_most(found: Comparison) -> str:
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


def _robust(found: Comparison) -> str:
    """Say how many directions survive the spread of judgement, and which do not."""
    standings = [each.standing for each in found.robust.values()]
    if not standings or found.over_time["low"].isna().all():
        return ""
    why = " (why: --json)" if {"falls", "close", "tie"} & set(standings) else ""
    return f"Robust? {capital(counted(standings, 'directions of change'))}{why}."
