"""Whether headlines survive the spread of what is judged: weights, composites, multipliers.

A headline is a verdict about the median world, such as "China leads in Uzbekistan" or "a freeze
raises rivalry". It survives when it stays the same among the worlds in the lowest fifth and in the
highest fifth of every single assumption that varies. Which assumption moves it most is the one
between whose fifths its support differs most.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions import LUCK, assumptions, readable
from experiments.cells import Cells, numbers, recorded
from experiments.estimates import percent
from experiments.figures.wording import quoted, reference, titles
from experiments.outcomes import HEADLINES, values
from experiments.reading import Results
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

FIFTH = 0.2
HALF = 0.5
FEW = 40
"""Fewer worlds in a fifth than this say little."""


@dataclass(frozen=True)
class Headline:
    """A verdict, and in which worlds it is true: (worlds,), NaN where a world failed."""

    text: str
    scenario: str
    holds: NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """How a headline fares.

    `support` is over all worlds, `low` and `high` in the outer fifths of the assumption that
    moves it most.
    """

    headline: str
    scenario: str
    support: float
    assumption: str
    low: float
    high: float
    worlds: int

    @property
    def survives(self) -> bool:
        """Whether the verdict is that of most worlds in both fifths, as it is over all."""
        return min(self.low, self.high, self.support) > HALF

    @property
    def said(self) -> str:
        """The verdict in words."""
        if not self.assumption:
            word = "survives" if self.survives else "does not survive"
            return (
                f"{self.headline} ({percent(self.support)} of worlds): {word} the spread of "
                "judgement; no single number moves it more than luck does."
            )
        word = "survives" if self.survives else "does not survive"
        return (
            f"{self.headline} ({percent(self.support)} of worlds): {word} the spread of judgement; "
            f"it hangs most on {readable(self.assumption)} "
            f"({percent(self.low)} where that is low, {percent(self.high)} where it is high)."
        )


def verdicts(results: Results) -> list[Verdict]:
    """Return how each headline of a folder fares under its own spread of judgement."""
    outer = {name: fifths(results, name) for name in results.scenarios}
    return [_verdict(headline, outer[headline.scenario]) for headline in headlines(results)]


def frame(results: Results) -> pd.DataFrame:
    """Return the verdicts as a table."""
    rows = [{**vars(each), "survives": each.survives} for each in verdicts(results)]
    return pd.DataFrame(rows)


def headlines(results: Results) -> Iterator[Headline]:
    """Yield the headlines of a folder: who leads where, and what each scenario changes."""
    base = reference(results)
    if "influence" in results.tables:
        yield from _leaders(results, base)
        yield from _ranking(results, base)
    for name in results.scenarios:
        if name != base:
            yield from _changes(results, base, name)


def _leaders(results: Results, base: str) -> Iterator[Headline]:
    """Yield for each state that its leader, by medians, leads."""
    last = len(recorded(results)) - 1
    shares = numbers(results, base, Cells("share", rows=(last,)))[0]
    year = 2000 + int(recorded(results)[-1]) // 4
    for place, state in enumerate(STATES):
        power = int(np.nanmedian(shares[place], axis=-1).argmax())
        text = f"{POWER_NAMES[POWERS[power]]} leads in {STATE_NAMES[state]} in {year}"
        holds = (shares[place].argmax(axis=0) == power).astype(float)
        holds[np.isnan(shares[place]).any(axis=0)] = np.nan
        yield Headline(text[:1].upper() + text[1:], base, holds)


def _ranking(results: Results, base: str) -> Iterator[Headline]:
    """Yield that the state where China's lead over Russia is largest is that state."""
    last = len(recorded(results)) - 1
    shares = numbers(results, base, Cells("share", rows=(last,)))[0]
    lead = shares[:, POWERS.index("CHN")] - shares[:, POWERS.index("RUS")]
    order = np.argsort(-np.nanmedian(lead, axis=-1))
    first, second = int(order[0]), int(order[1])
    holds = (lead[first] > lead[second]).astype(float)
    holds[np.isnan(lead).any(axis=0)] = np.nan
    text = f"China is ahead of Russia most in {STATE_NAMES[STATES[first]]}, then in "
    yield Headline(text + STATE_NAMES[STATES[second]], base, holds)


def _changes(results: Results, base: str, name: str) -> Iterator[Headline]:
    """Yield the direction in which a scenario moves influence, security and rivalry most."""
    wanted = ("Russia's influence", "China's influence", "Russia's security share", "rivalry")
    for outcome in HEADLINES:
        if outcome.label not in wanted or outcome.table not in results.tables:
            continue
        gap = values(results, name, outcome) - values(results, base, outcome)
        up = float(np.nanmedian(gap)) > 0
        holds = ((gap > 0) if up else (gap < 0)).astype(float)
        holds[np.isnan(gap)] = np.nan
        verb = "raises" if up else "lowers"
        yield Headline(f"{quoted(titles(results)[name])} {verb} {outcome.label}", name, holds)


def _verdict(headline: Headline, outer: Fifths) -> Verdict:
    """Return how a headline fares between the outer fifths of each assumption."""
    known = np.isfinite(headline.holds)
    support, worlds = float(headline.holds[known].mean()), int(known.sum())
    if not outer.names:
        return Verdict(headline.text, headline.scenario, support, "", support, support, worlds)
    low, high = (_shares(each, headline.holds, known) for each in (outer.lowest, outer.highest))
    worst = int(np.abs(high - low).argmax())
    moved = abs(high[worst] - low[worst]) >= _luck(support, worlds)
    return Verdict(
        headline.text,
        headline.scenario,
        support,
        outer.names[worst] if moved else "",
        float(low[worst]),
        float(high[worst]),
        worlds,
    )


def _luck(support: float, worlds: int) -> float:
    """Return the difference between two fifths that luck alone hardly reaches."""
    often = min(max(support, 1 / worlds), 1 - 1 / worlds)
    return LUCK * float(np.sqrt(2 * often * (1 - often) / (FIFTH * worlds)))


@dataclass(frozen=True)
class Fifths:
    """Which worlds lie in the lowest and the highest fifth of each assumption: (names, worlds)."""

    names: list[str]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]


def fifths(results: Results, scenario: str) -> Fifths:
    """Return the outer fifths of everything that varies over the worlds of a scenario."""
    assumed = assumptions(results, scenario)
    if not assumed:
        return Fifths([], np.zeros((0, results.size)), np.zeros((0, results.size)))
    table = np.stack(list(assumed.values()))
    low, high = np.quantile(table, (FIFTH, 1 - FIFTH), axis=1)[..., np.newaxis]
    return Fifths(list(assumed), (table <= low).astype(float), (table >= high).astype(float))


def _shares(
    chosen: NDArray[np.float64], holds: NDArray[np.float64], known: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return how often a headline holds in the chosen worlds of each assumption."""
    met, there = np.where(known, holds, 0.0), known.astype(float)
    found: NDArray[np.float64] = (chosen @ met) / np.maximum(chosen @ there, 1)
    return found
