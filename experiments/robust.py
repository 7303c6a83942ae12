"""Whether headlines survive the spread of what is judged: weights, composites, multipliers.

A headline is a verdict about most worlds, such as "China leads in Uzbekistan" or "a freeze raises
rivalry". It survives when it stays that of most worlds in the lowest fifth and in the highest fifth
of every assumption that moves it more than chance does, and when worlds are many enough that an
assumption which overturns it would have been seen (`experiments.judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.assumptions import worded
from experiments.cells import Cells, numbers, recorded
from experiments.estimates import percent
from experiments.figures.wording import capital, quoted, reference, titles
from experiments.judged import Judged, spread_of
from experiments.outcomes import HEADLINES, values
from experiments.reading import Results
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

HALF = 0.5
MOST = 5
"""Changes that do not survive which are told in words."""


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
    moves it most; `assumption` is empty where none does more than chance, and `about` says it in
    words. `standing` is one of `experiments.judged.STANDINGS`.
    """

    headline: str
    scenario: str
    support: float
    assumption: str
    low: float
    high: float
    worlds: int
    standing: str
    words: str

    @property
    def survives(self) -> bool:
        """Whether it is known to be that of most worlds whatever is assumed."""
        return self.standing == "survives"

    @property
    def said(self) -> str:
        """The verdict in words."""
        return f"{self.headline} ({percent(self.support)} of worlds): {self.words}"


def verdicts(results: Results) -> list[Verdict]:
    """Return how each headline of a folder fares under its own spread of judgement."""
    return [verdict(results, each) for each in headlines(results)]


def verdict(results: Results, headline: Headline) -> Verdict:
    """Return how a headline fares under the spread of judgement of its folder."""
    found = spread_of(results, headline.scenario).judge(headline.holds, HALF)
    few = found.interval[1] < HALF
    return Verdict(
        headline.text,
        headline.scenario,
        found.value,
        found.assumption,
        found.low,
        found.high,
        found.worlds,
        "falls" if few else found.standing,
        "is not even that of most worlds." if few else in_words(results, found, percent),
    )


def judged(results: Results, scenario: str, numbers: NDArray[np.floating], pivot: float) -> Judged:
    """Return how a number a world of a scenario fares; `pivot` is what it must keep off."""
    return spread_of(results, scenario).judge(numbers.astype(np.float64), pivot)


def in_words(results: Results, found: Judged, form: Callable[[float], str]) -> str:
    """Say how something fares; `form` writes its numbers."""
    if found.worlds < 2:  # noqa: PLR2004
        return "one world says nothing about the spread of judgement."
    words = _standing(found)
    if found.assumption and form(found.low) != form(found.high):
        verb = "hangs most on" if found.standing == "falls" else "moves most with"
        return (
            f"{words}; it {verb} {worded(found.assumption, results.batch.assumed.registry)} "
            f"({form(found.low)} where that is low, {form(found.high)} where it is high)."
        ).removeprefix("; ")
    if found.standing != "survives":
        return f"{words}."
    if not found.detectable:
        return f"{words}; it holds in every world."
    return f"{words}; no single number moves it more than chance does.".removeprefix("; ")


def _standing(found: Judged) -> str:
    """Say whether it survives; nothing of a number that has no pivot to keep off."""
    if np.isnan(found.pivot):
        return ""
    if found.standing == "unknown":
        return _too_few(found)
    return {
        "survives": "survives the spread of judgement",
        "falls": "does not survive the spread of judgement",
        "tie": "a near tie, too close to call",
    }[found.standing]


def _too_few(found: Judged) -> str:
    """Say that worlds are too few to tell, and how many would do if they can be named."""
    more = f" (about {found.enough:,} would do)" if found.enough > found.worlds else ""
    draws = "worlds" if np.isfinite(found.detectable) else "draws of judgement"
    return f"too few {draws} to tell whether it survives the spread of judgement{more}"


def frame(results: Results) -> pd.DataFrame:
    """Return the verdicts as a table."""
    rows = [{**vars(each), "survives": each.survives} for each in verdicts(results)]
    return pd.DataFrame(rows)


def records(results: Results) -> list[dict[str, Any]]:
    """Return the verdicts as JSON has them; numbers that too few worlds cannot give are None."""
    base = reference(results)
    return [
        {
            name: None if isinstance(value, float) and np.isnan(value) else value
            for name, value in vars(each).items()
        }
        | {"said": each.said, "of": "level" if each.scenario == base else "change"}
        for each in verdicts(results)
    ]


def in_lines(found: Sequence[dict[str, Any]]) -> list[str]:
    """Say of each level whether it survives, and of changes how many do and which do not."""
    lines = [f"  {each['said']}" for each in found if each["of"] == "level"]
    changes = [each for each in found if each["of"] == "change"]
    if changes:
        others = [each for each in changes if each["standing"] != "survives"]
        kept = len(changes) - len(others)
        lines.append(f"  {kept} of {len(changes)} directions in which scenarios change it survive.")
        lines += [f"  {each['said']}" for each in others[:MOST]]
        left = len(others) - MOST
        lines += [f"  and {left} more that do not in --json"] if left > 0 else []
    return ["Do headlines survive the spread of what is judged?", *lines] if lines else []


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
    """Yield for each state that its leader, the power ahead in most worlds, leads."""
    last = len(recorded(results)) - 1
    shares = numbers(results, scenario, Cells("share", rows=(last,)))[0]
    year = 2000 + int(recorded(results)[-1]) // 4
    for place, state in enumerate(STATES):
        known = np.isfinite(shares[place]).all(axis=0)
        if not known.any():
            continue
        ahead = shares[place].argmax(axis=0)
        power = int(np.bincount(ahead[known], minlength=len(POWERS)).argmax())
        verb = "lead" if POWERS[power] == "REG" else "leads"
        text = f"{POWER_NAMES[POWERS[power]]} {verb} in {STATE_NAMES[state]} in {year}"
        holds = np.where(known, ahead == power, np.nan)
        yield Headline(capital(text), scenario, holds)


def _ranking(results: Results, base: str) -> Iterator[Headline]:
    """Yield that the state where China's lead over Russia is largest is that state."""
    last = len(recorded(results)) - 1
    shares = numbers(results, base, Cells("share", rows=(last,)))[0]
    lead = shares[:, POWERS.index("CHN")] - shares[:, POWERS.index("RUS")]
    if np.isnan(lead).all():
        return
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
        if np.isnan(gap).all():
            continue
        up = float(np.nanmedian(gap)) > 0
        holds = ((gap > 0) if up else (gap < 0)).astype(float)
        holds[np.isnan(gap)] = np.nan
        verb = "raises" if up else "lowers"
        yield Headline(f"{quoted(titles(results)[name])} {verb} {outcome.label}", name, holds)
