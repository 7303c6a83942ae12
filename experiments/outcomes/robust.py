"""Whether headlines survive the spread of what is judged: weights, composites, multipliers.

A headline is a verdict about most worlds, such as "China leads in Uzbekistan" or "a freeze raises
rivalry". It survives when it stays that of most worlds in the lowest fifth and in the highest fifth
of every assumption that moves it more than chance does, with their whole intervals, and when worlds
are many enough that an assumption which overturns it would have been seen. Assumptions are taken
one at a time, never jointly (`experiments.outcomes.judged`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.outcomes.assumptions import worded
from experiments.outcomes.headlines import MOVED, Headline, headlines
from experiments.outcomes.judged import Judged, counted, spread_of
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.wording import capital, reference

HALF = 0.5
MOST = 5
"""Changes of which it is not known that they survive which are told in words."""


@dataclass(frozen=True)
class Verdict:
    """How a headline fares.

    `support` is over all worlds, `low` and `high` in the outer fifths of `assumption`: the one
    that moves it most or, where it does not survive, puts it most in doubt; empty where none does
    more than chance. `standing` is one of `experiments.outcomes.judged.STANDINGS`.
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
    about = worded(found.assumption, results.batch.assumed.registry) if found.assumption else ""
    if found.standing == "close":
        return f"{words} where {about} is {_there(found, form)}."
    if about and form(found.low) != form(found.high):
        verb = "hangs most on" if found.standing == "falls" else "moves most with"
        return (
            f"{words}; it {verb} {about} "
            f"({form(found.low)} where that is low, {form(found.high)} where it is high)."
        ).removeprefix("; ")
    if found.standing != "survives":
        return f"{words or 'too few draws of judgement to tell what moves it'}."
    if found.alike:
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
        "close": "does not clearly survive the spread of judgement, being close to a tie",
        "falls": "does not survive the spread of judgement",
        "tie": "a near tie, too close to call",
    }[found.standing]


def _there(found: Judged, form: Callable[[float], str]) -> str:
    """Say in which fifth it is close to a tie, with its interval, and what it is in the other."""
    fifth = found.weakest
    if fifth is None:
        return ""
    end, other = ("high", "low") if fifth.high else ("low", "high")
    low, high = (form(each) for each in fifth.interval)
    elsewhere = form(found.low if fifth.high else found.high)
    return f"{end} ({form(fifth.value)}, {low} to {high}; {elsewhere} where it is {other})"


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
        what = f"directions in which scenarios change {MOVED}"
        lines.append(f"  {capital(counted([each['standing'] for each in changes], what))}.")
        others = [each for each in changes if each["standing"] != "survives"]
        lines += [f"  {each['said']}" for each in others[:MOST]]
        left = len(others) - MOST
        lines += [f"  and {left} more in --json"] if left > 0 else []
    return ["Do headlines survive the spread of what is judged?", *lines] if lines else []
