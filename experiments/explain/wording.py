"""An explanation in words: what moved a state's reliance, and why the powers spend there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.estimates import minus
from experiments.explain.attribution import REST
from experiments.explain.explanation import SMALL, Explanation
from experiments.figures.wording import capital, listed, quoted
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES

TOLD = 4
MAIN = 3
BALANCED = 2.0
"""Terms so many times larger than their sum nearly cancel."""
ALIKE = 0.03
"""Changes of spending smaller than this part of it are not told as more or less."""
MANIFOLD = 3.0
"""From so many times as much on, spending is told by its multiple."""
READING = (
    "A term's number is what it adds to that reliance, in points; together they make the change. "
    "What other powers offer adds where they offer less."
)


def lines(found: Explanation, domain: str) -> list[str]:
    """Say how reliance on Russia and China moved and why, and why the powers spend there."""
    last = found.last
    end = quarter_label(4 * (last.year - 2000) + last.quarter - 1)
    head = f"{STATE_NAMES[found.state]}, {domain}, {end}, {_since(found)}:"
    spent = [each for power in POWERS[:2] for each in _spent(found, domain, power)]
    moved = [_moved(found, domain, power) for power in POWERS[:2]]
    return [minus(each) for each in (f"{head} {moved[0]}", *map(capital, moved[1:]), *spent)]


def _since(found: Explanation) -> str:
    mine = quoted(found.titles[found.scenario])
    if found.against:
        return f"{mine} against {quoted(found.titles[found.against])}"
    return f"since {found.moves['quarter'].min().year} under {mine}"


def _moved(found: Explanation, domain: str, power: str) -> str:
    """Say how reliance on a power changed and through which terms."""
    now = _at(found.moves, found.last, domain, "option", power).set_index("term")
    change = float(now["value"].sum())
    level = _level(found.levels, found, domain, "option", power)
    named = now.drop(REST, errors="ignore").sort_values("value", key=np.abs, ascending=False)
    main = named[named["value"].abs() >= SMALL].head(TOLD)
    told = [f"{name} {100 * row['value']:+.1f}{_doubt(row)}" for name, row in main.iterrows()]
    left = 100 * (change - float(main["value"].sum()))
    others = [f"all others {left:+.1f}"] if abs(left) >= 100 * SMALL else []
    text = (
        f"reliance on {POWER_NAMES[power]} is {100 * level:.1f} % instead of "
        f"{100 * (level - change):.1f} % ({100 * change:+.1f} points)"
    )
    return f"{text}: {', '.join([*told, *others])}." if told else f"{text}."


def _doubt(row: pd.Series) -> str:
    """Mark a term whose sign so few worlds do not tell."""
    return " (unclear)" if row["low"] <= 0 <= row["high"] else ""


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
    if abs(whole) < max(ALIKE * before, SMALL):
        names = [f"{name} {_part(value / before)}" for name, value in main.items()]
        cancels = main.abs().max() > BALANCED * abs(whole)
        return f"spends about as much there as {than}" + (
            f" (parts that nearly cancel: {listed(names)})" if cancels else ""
        )
    if before <= 0 or (before + whole) / before >= MANIFOLD:
        parts = [f"{name} makes {100 * value / whole:.0f} %" for name, value in main.items()]
        return f"spends {_times(before, whole)} {than}: of the rise {listed(parts)}"
    parts = [f"{name} {_part(value / before)}" for name, value in main.items()]
    verb = "more" if whole > 0 else "less"
    return (
        f"spends {100 * abs(whole) / before:.0f} % {verb} there than {than} (of these "
        f"{_part(whole / before)}: {', '.join(parts)})"
    )


def _times(before: float, whole: float) -> str:
    if before > SMALL:
        return f"{(before + whole) / before:.0f} times as much there as"
    return "far more there than"


def _part(share: float) -> str:
    return f"{100 * share:+.0f}"
