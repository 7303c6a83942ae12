"""What the page shows, in one sentence with its intervals and the number of worlds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.dashboard.worlds import Answer
from experiments.results.cells import Floats
from experiments.results.estimates import mean, probability
from experiments.results.wording import OPEN, ahead, quoted, settled
from scenarios.quarters import year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

BARE = 100
"""Shares are said in per cent and their differences in points."""


def finding(answer: Answer, state: str, year: int) -> str:
    """Say who leads in a state at a year's end, and what the scenario changes there."""
    now = at(answer, year)
    place = STATES.index(state)
    shares = [each[now, place] for each in answer.shares.values()]
    titles = [quoted(title) for title in answer.titles.values()]
    where = f"In {STATE_NAMES[state]} in {year}"
    worlds = int(np.isfinite(shares).all(axis=(0, 1)).sum())
    if not worlds:
        return f"{where} there is nothing to see: a scenario begins later."
    if len(shares) == 1:
        return f"{where}, {_lead(shares[0])} under {titles[0]} ({worlds} worlds)."
    change = _change(shares[0] - shares[1])
    return (
        f"{where}, {_lead(shares[0])} under {titles[0]}; against {titles[1]}, {change} "
        f"({worlds} worlds, paired)."
    )


def at(answer: Answer, year: int) -> int:
    """Return the row of a year's last quarter."""
    return int(np.flatnonzero(year_of(answer.quarters) == year)[-1])


def _lead(shares: Floats) -> str:
    """Say who leads, from (power, worlds), and in how many of them."""
    power, holds = ahead(shares)
    name, often = POWER_NAMES[power], probability(holds[np.isfinite(holds)])
    if settled(power, holds) == OPEN:
        return f"the lead is open, with {name} ahead in {often} of worlds"
    return f"{name} {verb('lead', power)} in {often} of worlds"


def _change(gaps: NDArray[np.float32]) -> str:
    """Say which power's share moves most on average, from (power, worlds), and by how much."""
    moved = [mean(gap) for gap in gaps]
    most = int(np.argmax([abs(each.value) for each in moved]))
    if not moved[most].clear:
        return "no power's share of influence moves beyond what luck could explain"
    power, change = POWERS[most], moved[most].said("points", scale=BARE)
    return f"{POWER_NAMES[power]} {verb('move', power)} most, {change}"


def verb(word: str, power: str) -> str:
    """Return a verb as it follows a power's name.

    >>> verb("lead", "WST"), verb("lead", "REG")
    ('leads', 'lead')
    """
    return word if power == "REG" else f"{word}s"
