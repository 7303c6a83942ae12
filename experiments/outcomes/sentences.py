"""A comparison of two scenarios in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes.channels import INTERACTION, SPLIT, TOTAL
from experiments.outcomes.judged import counted
from experiments.outcomes.measures import SMALL
from experiments.results.estimates import minus
from experiments.results.wording import capital, quoted
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

if TYPE_CHECKING:
    from experiments.outcomes.compare import Comparison

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
