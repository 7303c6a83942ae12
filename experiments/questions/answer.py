"""What an answer is: a sentence, the numbers behind it, and what the folder lacks for more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from math import isfinite
from typing import Any

import pandas as pd

from experiments.results.estimates import Difference, Probability
from experiments.results.lacking import Lack


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
