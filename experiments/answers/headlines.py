"""Headlines of a folder, and whether they survive the spread of what is judged.

A headline is a verdict about most worlds, such as "China leads in Uzbekistan" or "a freeze raises
rivalry". It survives when it stays that of most worlds in the lowest fifth and in the highest fifth
of every assumption that moves it more than chance does, with their whole intervals, and when worlds
are many enough that an assumption which overturns it would have been seen. Assumptions are taken
one at a time, never jointly (`experiments.answers.robustness`).
"""

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
from experiments.results.text import OPEN, ahead, capital, quoted, reference, settled
from scenarios.lists import listed
from scenarios.quarters import year_of
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

HALF = 0.5
WANTED = (
    "Russia's share of influence",
    "China's share of influence",
    "Russia's security share",
    "rivalry",
)
"""Outcomes whose direction of change under a scenario is a headline."""
MOST = 5
"""Changes not known to survive that are shown in words."""
FEW = 3
"""Parameters that do not vary which are named."""
SURVIVES = {
    "survives": "survives the spread of judgement",
    "close": "does not clearly survive the spread of judgement, being close to a tie",
    "falls": "does not survive the spread of judgement",
    "tie": "a near tie, too close to call",
}


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
        yield from _order(results, base)
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


def _order(results: Results, base: str) -> Iterator[Headline]:
    """Yield where China's lead over Russia is largest, and next; true where all of that is."""
    shares = at_end(results, base, "share")
    lead = shares[:, POWERS.index("CHN")] - shares[:, POWERS.index("RUS")]
    failed = np.isnan(lead).any(axis=0)
    if failed.all():
        return
    middle = np.median(lead[:, ~failed], axis=-1)
    places = [int(place) for place in np.argsort(-middle)[:2] if middle[place] > 0]
    names = [STATE_NAMES[STATES[place]] for place in places]
    text = "Russia is ahead of China in every state"
    if names:
        commas = "," * (len(names) - 1)
        text = f"China is ahead of Russia most in {', then in '.join(names)}{commas}"
    holds = np.where(failed, np.nan, in_order(lead, places))
    yield Headline(f"{text} in {year_of(last_quarter(results))}", base, holds)


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
        up = float(np.median(known)) > 0
        holds = np.where(np.isnan(gap), np.nan, (gap > 0) if up else (gap < 0))
        verb = "raises" if up else "lowers"
        yield Headline(f"{quoted(results.titles[name])} {verb} {outcome.label}", name, holds)


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


def in_words(results: Results, found: Judged, form: Callable[[float], str]) -> str:
    """Say how something fares; `form` writes its numbers. Of a change it is the direction."""
    if found.worlds < 2:  # noqa: PLR2004
        return "one world says nothing about the spread of judgement."
    words = _standing(found)
    about = worded(found.assumption, results.batch.assumed.registry) if found.assumption else ""
    if found.standing == "close":
        return f"{words} where {about} is {_close_where(found, form)}."
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
    what = "the direction" if found.pivot == 0 else ""
    if found.standing != "unknown":
        return f"{what if found.standing != 'tie' else ''} {SURVIVES[found.standing]}".strip()
    more = f" (about {found.enough:,} would do)" if found.enough > found.worlds else ""
    draws = "worlds" if np.isfinite(found.detectable) else "draws of judgement"
    return f"too few {draws} to tell whether {what or 'it'} survives the spread of judgement{more}"


def _close_where(found: Judged, form: Callable[[float], str]) -> str:
    """Say in which fifth it is close to a tie, with its interval, and what it is in the other."""
    fifth = found.weakest
    if fifth is None:
        return ""
    end, other = ("high", "low") if fifth.high else ("low", "high")
    low, high = (form(each) for each in fifth.interval)
    elsewhere = form(found.low if fifth.high else found.high)
    return f"{end} ({form(fifth.value)}, {low} to {high}; {elsewhere} where it is {other})"


def not_covered(fixed: Sequence[str]) -> str:
    """Say which parameters do not vary in a folder, so that no verdict covers them; '' of none."""
    if not fixed:
        return ""
    named = listed(list(fixed[:FEW])) if len(fixed) <= FEW else f"{', '.join(fixed[:FEW])}, …"
    verb = "does" if len(fixed) == 1 else "do"
    count = f"{len(fixed)} parameter{'s' * (len(fixed) > 1)}"
    return f"Not covered: {count} that {verb} not vary in this folder ({named})."


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


def in_lines(found: Sequence[dict[str, Any]], fixed: Sequence[str] = ()) -> list[str]:
    """Say of each level whether it survives, and of changes how many do and which do not."""
    lines = [f"  {each['said']}" for each in found if each["of"] == "level"]
    changes = [each for each in found if each["of"] == "change"]
    if changes:
        what = f"directions in which scenarios change {listed(WANTED, 'or')}"
        lines.append(f"  {capital(counted([each['standing'] for each in changes], what))}.")
        others = [each for each in changes if each["standing"] != "survives"]
        lines += [f"  {each['said']}" for each in others[:MOST]]
        left = len(others) - MOST
        lines += [f"  and {left} more in --json"] if left > 0 else []
    if not lines:
        return []
    tail = [f"  {said}"] if (said := not_covered(fixed)) else []
    return ["Do headlines survive the spread of what is judged?", *lines, *tail]
