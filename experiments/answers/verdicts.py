"""The headlines of a folder: who leads where, and what each scenario changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.assumptions import worded
from experiments.answers.outcomes import HEADLINES, SMALL, values
from experiments.answers.robustness import Judged, counted, spread_of
from experiments.results.cells import Floats, at_end, last_quarter
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.wording import OPEN, ahead, capital, quoted, reference, settled, titles
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


HALF = 0.5
MOST = 5
"""Changes of which it is not known that they survive which are told in words."""


@dataclass(frozen=True)
class Verdict:
    """How a headline fares.

    `support` is over all worlds, `low` and `high` in the outer fifths of `assumption`: the one
    that moves it most or, where it does not survive, puts it most in doubt; empty where none does
    more than chance. `standing` is one of `robustness.STANDINGS`.
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
