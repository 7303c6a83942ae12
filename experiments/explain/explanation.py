"""An explanation: frames of terms in shares, the same in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.estimates import means, minus
from experiments.explain.attribution import REST
from experiments.explain.watching import Watch, watched
from experiments.figures.wording import capital, listed, quoted, shown, titles
from experiments.reading import Results
from experiments.refusals import BadInput
from scenarios.faults import nearest
from scenarios.quarters import quarter_date, quarter_label
from scenarios.vocabulary import (
    CONTESTED,
    DOMAINS,
    OPTIONS,
    POWER_NAMES,
    POWERS,
    STATE_NAMES,
    STATES,
)

Floats = NDArray[np.float64]
WORLDS = 16
"""Worlds that are run again; terms are means over them."""
SMALL = 5e-4
"""Terms below this are not told."""
TOLD = 4
BALANCED = 2.0
"""Terms so many times larger than their sum hardly explain it."""


@dataclass(frozen=True)
class Explanation:
    """Why a state moved in a scenario since its start, or against another scenario.

    `moves`: quarter, domain, option, term and the part of the change in reliance (0-1) that is due
    to it, a mean over worlds with the ends of its 95 % interval. `efforts`: the same of what powers
    spend on the state (effort units). `levels`: reliance itself, of both scenarios.
    """

    state: str
    scenario: str
    against: str | None
    titles: dict[str, str]
    moves: pd.DataFrame
    efforts: pd.DataFrame
    levels: pd.DataFrame
    worlds: int

    @property
    def last(self) -> pd.Timestamp:
        """The last quarter that is explained."""
        return pd.Timestamp(self.moves["quarter"].max())

    def terms(self, domain: str, option: str) -> pd.Series:
        """Return the terms of a change by the last quarter, the largest first."""
        now = self.moves[
            (self.moves["quarter"] == self.last)
            & (self.moves["domain"] == domain)
            & (self.moves["option"] == option)
        ]
        found = now.set_index("term")["value"]
        return found.reindex(found.abs().sort_values(ascending=False).index)

    def change(self, domain: str, option: str) -> float:
        """Return the whole change of reliance by the last quarter."""
        return float(self.terms(domain, option).sum())

    def most_moved(self) -> str:
        """Return the domain in which reliance on Russia and China moved most."""
        size = {d: sum(abs(self.change(d, p)) for p in POWERS[:2]) for d in DOMAINS}
        return max(size, key=lambda each: size[each])

    def words(self, domain: str | None = None) -> str:
        """Say in a paragraph what moved the state in a domain, and why the powers spent there."""
        about = domain or self.most_moved()
        since = (
            f"{quoted(self.titles[self.scenario])} against {quoted(self.titles[self.against])}"
            if self.against
            else f"since the start, under {quoted(self.titles[self.scenario])}"
        )
        end = quarter_label(4 * (self.last.year - 2000) + self.last.quarter - 1)
        intro = f"{STATE_NAMES[self.state]}, {about}, {end}, {since}:"
        moved = [self._moved(about, power) for power in POWERS[:2]]
        spent = [each for power in POWERS[:2] for each in self._spent(about, power)]
        return f"{intro} {'; '.join(moved)}. {' '.join(spent)}".strip()

    def _moved(self, domain: str, power: str) -> str:
        """Say how reliance on a power changed and through which terms."""
        terms = self.terms(domain, power)
        told = [
            f"{name} {100 * value:+.1f}"
            for name, value in terms.items()
            if name != REST and abs(value) >= SMALL
        ][:TOLD]
        text = f"reliance on {POWER_NAMES[power]} changes by {100 * terms.sum():+.1f} points"
        return minus(f"{text} ({', '.join(told)})" if told else text)

    def _spent(self, domain: str, power: str) -> Iterator[str]:
        """Say why a power spends more or less on the state in a domain."""
        now = self.efforts[
            (self.efforts["quarter"] == self.last)
            & (self.efforts["domain"] == domain)
            & (self.efforts["power"] == power)
        ]
        if now.empty:
            return
        terms = now.set_index("term")["value"]
        whole = float(terms.sum())
        if abs(whole) < SMALL:
            return
        main = terms.drop(REST).reindex(terms.drop(REST).abs().nlargest(3).index)
        name = capital(POWER_NAMES[power])
        if main.abs().max() > BALANCED * abs(whole):
            yield f"{name} spends about as much there: {listed(list(main.index))} balance."
            return
        verb = "more" if whole > 0 else "less"
        why = listed([f"{term} ({value / abs(whole):+.0%})" for term, value in main.items()])
        yield minus(f"{name} spends {verb} there, by {why}.")


def explained(
    results: Results, scenario: str, state: str, against: str | None = None, worlds: int = WORLDS
) -> Explanation:
    """Run a scenario again in some worlds of a folder and say what moved a state.

    With `against`, terms are those of the scenario minus those of the other one, world by world.
    Raises BadInput for a scenario or state that there is not.
    """
    names = shown(results, [scenario, *([against] if against else [])])
    if state not in STATES:
        raise BadInput(f"unknown state '{state}'; {nearest(state, STATES)}")
    seen = [watched(results, name, worlds) for name in names]
    place, other = STATES.index(state), seen[1] if against else None
    return Explanation(
        state,
        scenario,
        against,
        {name: titles(results)[name] for name in names},
        pd.concat(_moves(seen[0], other, place), ignore_index=True),
        pd.concat(_efforts(seen[0], other, place), ignore_index=True),
        pd.concat(
            [_levels(each, place, name) for each, name in zip(seen, names, strict=True)],
            ignore_index=True,
        ),
        min(worlds, results.size),
    )


def _moves(watch: Watch, other: Watch | None, state: int) -> Iterator[pd.DataFrame]:
    """Yield the terms of reliance, quarter by quarter."""
    theirs = other.moves if other else [{} for _ in watch.moves]
    for quarter, mine, their in zip(watch.quarters, watch.moves, theirs, strict=False):
        yield _frame(quarter, _gaps(mine, their), state, ("domain", DOMAINS), ("option", OPTIONS))


def _efforts(watch: Watch, other: Watch | None, state: int) -> Iterator[pd.DataFrame]:
    """Yield the terms of effort, quarter by quarter."""
    theirs = other.efforts if other else [{} for _ in watch.efforts]
    for quarter, mine, their in zip(watch.quarters, watch.efforts, theirs, strict=False):
        yield _frame(quarter, _gaps(mine, their), state, ("domain", CONTESTED), ("power", POWERS))


def _gaps(mine: dict[str, Floats], theirs: dict[str, Floats]) -> dict[str, Floats]:
    nothing = np.zeros(1)
    names = dict.fromkeys([*mine, *theirs])
    return {name: mine.get(name, nothing) - theirs.get(name, nothing) for name in names}


def _frame(
    quarter: int,
    terms: dict[str, Floats],
    state: int,
    *axes: tuple[str, Iterable[str]],
) -> pd.DataFrame:
    """Return terms of a quarter as rows with their mean over worlds and its interval."""
    (rows, row_names), (columns, column_names) = ((name, list(of)) for name, of in axes)
    whole = {name: each[:, :, state] for name, each in terms.items() if each.ndim > 1}
    value, low, high = means(np.stack(list(whole.values())))
    index = pd.MultiIndex.from_product(
        [list(whole), row_names, column_names], names=["term", rows, columns]
    )
    found = pd.DataFrame(
        {"value": value.ravel(), "low": low.ravel(), "high": high.ravel()}, index=index
    ).reset_index()
    found.insert(0, "quarter", pd.Timestamp(quarter_date(quarter)))
    return found


def _levels(watch: Watch, state: int, scenario: str) -> pd.DataFrame:
    """Return reliance itself, means over worlds."""
    frames = []
    for quarter, level in zip(watch.quarters, watch.levels, strict=True):
        index = pd.MultiIndex.from_product([DOMAINS, OPTIONS], names=["domain", "option"])
        now = pd.DataFrame({"value": level[:, :, state].mean(axis=-1).ravel()}, index=index)
        frames.append(now.reset_index().assign(quarter=pd.Timestamp(quarter_date(quarter))))
    return pd.concat(frames, ignore_index=True).assign(scenario=scenario)
