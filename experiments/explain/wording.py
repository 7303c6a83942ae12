"""An explanation in words: what moved a state's reliance, and why the powers spend there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from experiments.explain.attribution import REST
from experiments.explain.explanation import SMALL, Explanation
from experiments.results.estimates import minus
from experiments.results.wording import capital, of_worlds, quoted
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
OTHERS = "all others"
READING = (
    "A term's number is what it adds to that reliance, in points; together they make the change. "
    "What other powers offer adds where they offer less."
)


def lines(found: Explanation, domain: str) -> list[str]:
    """Say how reliance on Russia and China moved and why, and why the powers spend there."""
    end = quarter_label(found.quarter)
    where = f"{STATE_NAMES[found.state]}, {domain}, {end}"
    head = f"{where}, {_since(found)}, in {of_worlds(found.worlds)}:"
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
    doubts = {str(name): _doubt(row) for name, row in main.iterrows()}
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
    verb = "more" if whole > 0 else "less"
    if abs(whole) < max(ALIKE * before, SMALL):
        cancels = main.abs().max() > BALANCED * abs(whole) and before > SMALL
        terms = f" ({_made('that', main, whole, before)})" if cancels else ""
        return f"spends about as much there as {than}{terms}"
    if before <= 0 or (before + whole) / before >= MANIFOLD:
        return f"spends {_times(before, whole)} {than} ({_made('the rise', main, whole, whole)})"
    return (
        f"spends {100 * abs(whole) / before:.0f} % {verb} there than {than} "
        f"({_made('that', main, whole, before)})"
    )


def _made(of: str, main: pd.Series, whole: float, unit: float) -> str:
    """Say what terms make, in per cent of something, and what they come to together."""
    told = [each for each in parts(main / unit, whole / unit, 0) if not each.endswith(" +0")]
    return f"in per cent of {of}: {', '.join(told)}; together {100 * whole / unit:+.0f}"


def _times(before: float, whole: float) -> str:
    if before > SMALL:
        return f"{(before + whole) / before:.0f} times as much there as"
    return "far more there than"
