"""What an answer is: a sentence, the numbers behind it, and what the folder lacks for more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.robustness import Judged
from experiments.answers.verdicts import HALF, in_words, judged
from experiments.results.estimates import Difference, Probability, change_in, percent
from experiments.results.lacking import Lack
from experiments.results.reading import Results
from experiments.results.wording import capital, quoted, reference, titles


@dataclass(frozen=True)
class Finding:
    """A number with its 95 % interval: of which quantity, where, when, under which scenario."""

    quantity: str
    scenario: str
    value: float | None
    low: float | None = None
    high: float | None = None
    where: str = ""
    when: str = ""
    against: str = ""
    worlds: int = 0

    @classmethod
    def of(
        cls, estimate: Probability | Difference, quantity: str, scenario: str, **more: str
    ) -> Finding:
        """Make a finding of an estimate; `more` are where, when and against."""
        return cls(
            quantity,
            scenario,
            _number(estimate.value),
            _number(estimate.low),
            _number(estimate.high),
            worlds=estimate.worlds,
            **more,
        )


def _number(value: float) -> float | None:
    """Return the number rounded as far as it can mean anything; None if there is none."""
    return round(value, 6) if isfinite(value) else None


@dataclass(frozen=True)
class Answer:
    """An answer: `text` says it, `findings` hold its numbers, `needs` what would add to it.

    `robust` says whether it survives the spread of what is judged, and what it hangs on.
    """

    id: str
    question: str
    text: str
    findings: tuple[Finding, ...] = ()
    needs: tuple[str, ...] = field(default=())
    robust: tuple[str, ...] = field(default=())

    @classmethod
    def lacking(cls, number: str, question: str, lack: Lack) -> Answer:
        """Make the answer that says what the folder lacks, and which command adds it."""
        return cls(number, question, lack.said, (), (lack.command,))

    def as_json(self) -> dict[str, Any]:
        """Return the answer as JSON has it."""
        return {**asdict(self), "worlds": max((each.worlds for each in self.findings), default=0)}


def frame(answers: Answer | Iterable[Answer]) -> pd.DataFrame:
    """Return the numbers behind answers as a table, a row a finding."""
    several = [answers] if isinstance(answers, Answer) else answers
    return pd.DataFrame(
        {"question": answer.id, **asdict(finding)}
        for answer in several
        for finding in answer.findings
    )


Numbers = NDArray[np.floating]
MOST = 6
"""Scenarios that a sentence names one by one; of more, the reference and those that differ most."""
TOLD = 3


@dataclass(frozen=True)
class Clause:
    """What is said of a scenario, and the number that it is about."""

    scenario: str
    value: float
    text: str


def one_by_one(results: Results, told: Sequence[Clause]) -> str:
    """Say it of each scenario, the reference first; of many, only of those that differ most."""
    base = reference(results)
    first = [each for each in told if each.scenario == base]
    others = [each for each in told if each.scenario != base]
    if len(told) > MOST and first:
        others = sorted(others, key=lambda each: -abs(each.value - first[0].value))[:TOLD]
    kept = [*first, *others]
    left = len(told) - len(kept)
    texts = [each.text for each in kept]
    return "; ".join([*texts, f"and {left} more in --json"] if left else texts)


def under(results: Results, scenario: str) -> str:
    """Return the scenario's title after `under`."""
    return f"under {quoted(titles(results)[scenario])}"


def unclear(gap: Difference | None) -> str:
    """Say that a difference to the reference is not clear; '' where it is, or for the reference."""
    return "" if gap is None or gap.clear else " (not clearly different)"


def on_share(results: Results, scenario: str, holds: Numbers, claims: tuple[str, str]) -> str:
    """Say whether it survives judgement that something happens in most worlds, or does not.

    `claims` are the sentences for most worlds and for few.
    """
    often = float(np.nanmean(holds)) > HALF if np.isfinite(holds).any() else False
    found = judged(results, scenario, holds if often else 1 - holds, HALF)
    claim = claims[0] if often else claims[1]
    return _said(results, f"{claim} ({percent(found.value)} of worlds)", found, percent)


def on_effect(
    results: Results, scenario: str, gap: Numbers, label: str, *, scale: float = 100, unit: str = ""
) -> str:
    """Say whether the direction survives in which a scenario moves something on average."""
    if not np.nan_to_num(gap).any():
        return f"{quoted(titles(results)[scenario])} does not change {label} in any world."
    found = judged(results, scenario, gap, 0.0)
    verb = "raises" if found.value > 0 else "lowers"
    form = change_in(scale, unit)
    claim = f"{quoted(titles(results)[scenario])} {verb} {label} ({form(found.value)} on average)"
    return _said(results, claim, found, form)


def on_order(
    results: Results,
    scenario: str,
    gap: Numbers,
    said: tuple[tuple[str, str], str],
    *,
    scale: float,
    unit: str,
) -> str:
    """Say whether it survives which of two causes does more to something; `gap` is one's lead."""
    found = judged(results, scenario, gap, 0.0)
    names, label = said
    first, second = names if found.value > 0 else names[::-1]
    side = scale if found.value > 0 else -scale
    claim = f"More of the change in {label} comes of {first} than of {second}"
    form = change_in(side, unit)
    return _said(results, f"{claim} ({form(found.value)} more)", found, form)


def on_number(
    results: Results, scenario: str, numbers: Numbers, label: str, form: Callable[[float], str]
) -> str:
    """Say what moves a number most; there is no verdict that could fall."""
    found = judged(results, scenario, numbers, float("nan"))
    return _said(results, f"{capital(label)} ({form(found.value)})", found, form)


def _said(results: Results, claim: str, found: Judged, form: Callable[[float], str]) -> str:
    return f"{claim}: {in_words(results, found, form)}"
