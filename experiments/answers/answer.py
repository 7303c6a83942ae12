"""What an answer is: a sentence, a small table, the numbers behind both, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.headlines import HALF, in_words
from experiments.answers.outcomes import Change, precision
from experiments.answers.robustness import judged
from experiments.answers.tables import aligned
from experiments.results.estimates import Difference, Probability, change_in, minus, percent
from experiments.results.missing import ADDS, Missing
from experiments.results.reading import Results
from experiments.results.text import capital, quoted, reference

Numbers = NDArray[np.floating]
Row = tuple[str, tuple[str, ...]]
"""A line of an answer's table: what it is about, and its cells."""
FEW = 3
"""Scenarios that are shown at once: the reference and those that differ most from it."""
SHARE = ("share of worlds", "95 %")
EFFECT = ("change", "5–95 % of worlds", "mean ±")
"""Heads of a table of shares, and of one of changes."""
INDENT = "    "


@dataclass(frozen=True)
class Finding:
    """A number: of which quantity, where, when, under which scenario.

    `low` and `high` are its 95 % interval; `q05` and `q95`, of a mean, its range over worlds.
    """

    quantity: str
    scenario: str
    value: float | None
    low: float | None = None
    high: float | None = None
    where: str = ""
    when: str = ""
    against: str = ""
    worlds: int = 0
    q05: float | None = None
    q95: float | None = None

    @classmethod
    def of(
        cls, found: Probability | Difference | Change, quantity: str, scenario: str, **more: str
    ) -> Finding:
        """Make a finding of a number with its interval; `more` are where, when and against."""
        if isinstance(found, Change):
            ends = (found.value - found.half, found.value + found.half, found.low, found.high)
        else:
            ends = (found.low, found.high, np.nan, np.nan)
        low, high, q05, q95 = map(_number, ends)
        return cls(quantity, scenario, _number(found.value), low, high,
                   worlds=found.worlds, q05=q05, q95=q95, **more)  # fmt: skip


def _number(value: float) -> float | None:
    """Return the number rounded as far as it can mean anything; None if there is none."""
    return round(float(value), 6) if isfinite(value) else None


@dataclass(frozen=True)
class Statement:
    """Whether something survives the spread of judgement: its standing, and that in words."""

    standing: str
    words: str


@dataclass(frozen=True)
class Answer:
    """An answer: `text` says it, `heads` and `rows` tabulate it, `findings` hold its numbers.

    `needs` are commands that would add to it; `robust` says whether it survives the spread of what
    is judged, and what it hangs on; `note` is what else to know. At once `shown` rows are shown.
    """

    id: str
    question: str
    text: str
    findings: tuple[Finding, ...] = ()
    needs: tuple[str, ...] = ()
    robust: tuple[Statement, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""
    shown: int = FEW

    @classmethod
    def missing(cls, number: str, question: str, missing: Missing) -> Answer:
        """Make the answer that says what is missing in the folder, and which command adds it."""
        return cls(number, question, missing.said, (), (missing.command,))

    def as_json(self) -> dict[str, Any]:
        """Return the answer as JSON has it."""
        found = asdict(self)
        del found["shown"]
        table = {"heads": found.pop("heads"), "rows": [[n, *c] for n, c in found.pop("rows")]}
        return found | {
            "robust": [each.words for each in self.robust],
            "standings": [each.standing for each in self.robust],
            "table": table,
            "worlds": max((each.worlds for each in self.findings), default=0),
        }

    def lines(self, *, full: bool) -> list[str]:
        """Return the answer as people read it: sentence, table, and what it does not survive.

        In full also the question, all rows, what it does survive, and commands that add to it.
        """
        if full:
            text = [f"{INDENT}{self.text}", *([f"{INDENT}{self.note}"] if self.note else [])]
            robust = [f"{INDENT}Robust? {each.words}" for each in self.robust]
            needs = [f"{ADDS} {each}" for each in self.needs]
            return [f"{self.id:<4}{self.question}", *text, *self.table(), *robust, *needs]
        text = [self.text if self.findings else f"{self.text.split(';')[0]}."]
        failing = [each.words for each in self.robust if each.standing in {"falls", "close"}]
        robust = [f"{INDENT}Robust? {each}" for each in failing]
        return [f"{self.id:<4}{text[0]}", *self.table(self.shown), *robust]

    def table(self, most: int | None = None) -> list[str]:
        """Return the table as lines, of its first rows; the head says how many are shown."""
        kept = self.rows[:most]
        first = f"{len(kept)} of {len(self.rows)}" if len(kept) < len(self.rows) else ""
        lines = aligned([first, *self.heads], kept) if kept else []
        return [f"{INDENT}  {line}" for line in lines]


def frame(answers: Answer | Iterable[Answer]) -> pd.DataFrame:
    """Return the numbers behind answers as a table, a row a finding."""
    several = [answers] if isinstance(answers, Answer) else answers
    return pd.DataFrame(
        {"question": answer.id, **asdict(finding)}
        for answer in several
        for finding in answer.findings
    )


def ordered(results: Results, sizes: Mapping[str, float]) -> list[str]:
    """Return scenarios, the reference first; of many, those that differ most from it come next."""
    base = reference(results)
    others = [each for each in sizes if each != base]
    if base in sizes and len(sizes) > FEW:
        others.sort(key=lambda each: -abs(sizes[each] - sizes[base]))
    return [*([base] if base in sizes else []), *others]


def share_cells(found: Probability) -> tuple[str, str]:
    """Return a share of worlds, and its 95 % interval.

    >>> share_cells(Probability(0.07, 0.03, 0.14, 100))
    ('7 %', '3 % to 14 %')
    """
    return percent(found.value), f"{percent(found.low)} to {percent(found.high)}"


def effect_cells(
    found: Change, unit: str, scale: float = 100, *, signed: bool = True
) -> tuple[str, str, str]:
    """Return a mean, its range over worlds, and half its 95 % interval.

    >>> effect_cells(Change(0.101, 0.002, 0.061, 0.152, 500), "points")
    ('+10.1 points', '+6.1 to +15.2', '0.2')
    """
    form = f"{'+' if signed else ''}.{found.digits(scale)}f"
    half = precision(scale * found.half, found.digits(scale))
    number = minus(f"{scale * found.value:{form}} {unit}").rstrip()
    return number, found.range(scale, signed=signed), half


def under(results: Results, scenario: str) -> str:
    """Return the scenario's title after `under`."""
    return f"under {quoted(results.titles[scenario])}"


def unclear(gap: Difference | Change | None) -> str:
    """Say that a difference to the reference is not clear; '' where it is, or for the reference."""
    return "" if gap is None or gap.clear else "not clearly different"


def on_share(results: Results, scenario: str, holds: Numbers, claims: tuple[str, str]) -> Statement:
    """Say whether it survives judgement that something happens in most worlds, or does not.

    `claims` are the sentences for most worlds and for few.
    """
    often = float(np.nanmean(holds)) > HALF if np.isfinite(holds).any() else False
    found = judged(results, scenario, holds if often else 1 - holds, HALF)
    said = f"{claims[0] if often else claims[1]} ({percent(found.value)} of worlds)"
    return Statement(found.standing, f"{said}: {in_words(results, found, percent)}")


def on_effect(
    results: Results, scenario: str, gap: Numbers, label: str, *, scale: float = 100, unit: str = ""
) -> Statement:
    """Say whether the direction survives in which a scenario moves something on average."""
    name = quoted(results.titles[scenario])
    if not np.nan_to_num(gap).any():
        return Statement("survives", f"{name} does not change {label} in any world.")
    found = judged(results, scenario, gap, 0.0)
    form = change_in(scale, unit)
    verb = "raises" if found.value > 0 else "lowers"
    said = f"{name} {verb} {label} ({form(found.value)} on average)"
    return Statement(found.standing, f"{said}: {in_words(results, found, form)}")


def on_number(
    results: Results, scenario: str, numbers: Numbers, label: str, form: Callable[[float], str]
) -> Statement:
    """Say what moves a number most; there is no verdict that could fall."""
    found = judged(results, scenario, numbers, float("nan"))
    said = f"{capital(label)} ({form(found.value)})"
    return Statement("", f"{said}: {in_words(results, found, form)}")
