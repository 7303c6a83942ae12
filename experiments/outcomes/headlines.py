"""The headlines of a folder: who leads where, and what each scenario changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.outcomes.measures import HEADLINES, SMALL, values
from experiments.results.cells import Floats, at_end, last_quarter
from experiments.results.reading import Results
from experiments.results.wording import (
    OPEN,
    ahead,
    capital,
    quoted,
    reference,
    settled,
    titles,
)
from scenarios.lists import listed
from scenarios.quarters import year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

WANTED = (
    "Russia's share of influence",
    "China's share of influence",
    "Russia's security share",
    "rivalry",
)
"""Outcomes whose direction of change under a scenario is a headline."""
MOVED = listed(WANTED, "or")


@dataclass(frozen=True)
class Headline:
    """A verdict, and in which worlds it is true: (worlds,), NaN where a world failed."""

    text: str
    scenario: str
    holds: NDArray[np.float64]


def headlines(results: Results) -> Iterator[Headline]:
    """Yield the headlines of a folder: who leads where, and what each scenario changes."""
    base = reference(results)
    if "influence" in results.tables:
        yield from leading(results, base)
        yield from _ranking(results, base)
    for name in results.scenarios:
        if name != base:
            yield from _changes(results, base, name)


def leading(results: Results, scenario: str) -> Iterator[Headline]:
    """Yield for each state which power is ahead in most worlds: it leads, or the lead is open."""
    shares = at_end(results, scenario, "share")
    year = year_of(last_quarter(results))
    for place, state in enumerate(STATES):
        power, holds = ahead(shares[place])
        if not np.isnan(holds).all():
            yield Headline(_lead(power, holds, state, year), scenario, holds.astype(np.float64))


def _lead(power: str, holds: Floats, state: str, year: int) -> str:
    """Say that a power leads, or that the lead is open, as titles of figures do."""
    where = f"in {STATE_NAMES[state]} in {year}"
    if settled(power, holds) == OPEN:
        return f"The lead {where} is open, {POWER_NAMES[power]} ahead most often"
    return capital(f"{POWER_NAMES[power]} {'lead' if power == 'REG' else 'leads'} {where}")


def _ranking(results: Results, base: str) -> Iterator[Headline]:
    """Yield where China's lead over Russia is largest, and next; true where all of that is."""
    shares = at_end(results, base, "share")
    lead = shares[:, POWERS.index("CHN")] - shares[:, POWERS.index("RUS")]
    failed = np.isnan(lead).any(axis=0)
    if failed.all():
        return
    middle = np.median(lead[:, ~failed], axis=-1)
    places = [int(place) for place in np.argsort(-middle)[:2] if middle[place] > 0]
    year = year_of(last_quarter(results))
    text = f"{_order_said([STATE_NAMES[STATES[place]] for place in places])} in {year}"
    yield Headline(text, base, np.where(failed, np.nan, in_order(lead, places)))


def _order_said(states: Sequence[str]) -> str:
    """Say where China is ahead of Russia most and next; of no state, that Russia is everywhere."""
    if not states:
        return "Russia is ahead of China in every state"
    return f"China is ahead of Russia most in {', then in '.join(states)}{',' * (len(states) - 1)}"


def in_order(lead: NDArray[np.floating], places: Sequence[int]) -> NDArray[np.bool_]:
    """Return in which worlds China leads Russia in these states, and by most in this order.

    `lead` is (states, worlds). Without places it is that Russia leads in every state.

    >>> in_order(np.array([[0.3, 0.3, 0.1], [0.2, -0.1, 0.2]]), [0, 1])
    array([ True, False, False])
    """
    if not places:
        return np.asarray((lead < 0).all(axis=0))
    order = np.argsort(-lead, axis=0)[: len(places)]
    same = (order == np.asarray(places)[:, np.newaxis]).all(axis=0)
    return np.asarray(same & (lead[places[-1]] > 0))


def _changes(results: Results, base: str, name: str) -> Iterator[Headline]:
    """Yield the direction in which a scenario moves each of WANTED."""
    for outcome in HEADLINES:
        if outcome.label not in WANTED or outcome.table not in results.tables:
            continue
        gap = values(results, name, outcome) - values(results, base, outcome)
        known = gap[np.isfinite(gap)]
        if not known.size or abs(outcome.scale * float(known.mean())) < SMALL:
            continue  # it moves nothing that can be seen
        up = float(np.nanmedian(gap)) > 0
        holds = ((gap > 0) if up else (gap < 0)).astype(float)
        holds[np.isnan(gap)] = np.nan
        verb = "raises" if up else "lowers"
        yield Headline(f"{quoted(titles(results)[name])} {verb} {outcome.label}", name, holds)
