"""What became of the sources' expectations, in words, as JSON and as the page docs/claims.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

from experiments.answers.claims import Measured, Outcome, Row, interval, signs

WORDS = {
    "rise": "rises",
    "fall": "falls",
    "still": "stands still",
    "not_rise": "does not rise",
    "not_fall": "does not fall",
}


@dataclass(frozen=True)
class Finding:
    """An outcome of a lever wherever it was measured: in states, at dates, for powers."""

    row: Row
    outcome: Outcome
    places: tuple[Measured, ...]

    @property
    def missed(self) -> list[Measured]:
        """Where it is not as expected."""
        return [each for each in self.places if each.verdict != "holds"]

    @property
    def failed(self) -> bool:
        """Whether it fails anywhere against an expectation that the model means to meet."""
        return not self.row.disagrees and any(each.verdict == "fails" for each in self.places)

    @property
    def verdict(self) -> str:
        """The verdict in words."""
        total = len(self.places)
        if not self.missed:
            return f"holds in all {total}" if total > 1 else "holds"
        said = f"holds in {total - len(self.missed)} of {total}"
        return f"{said}; the model disagrees: {self.row.disagrees}" if self.row.disagrees else said

    @property
    def effect(self) -> dict[str, Any]:
        """Mean over worlds with its interval, and 5 to 95 % of worlds, of the mean over places."""
        return _effect(np.mean([each.values for each in self.places], axis=0))

    def as_json(self) -> dict[str, Any]:
        """The finding with every place."""
        row = self.row
        places = [
            {"date": each.date, "state": each.state, "power": each.power, "verdict": each.verdict}
            | _effect(each.values)
            for each in self.places
        ]
        return {
            "claims": list(row.claims),
            "rules": rules_of(row),
            "lever": row.title,
            "outcome": self.outcome.text,
            "expected": self.outcome.expected,
            "why": row.why,
            "source": row.source,
            **self.effect,
            "verdict": self.verdict,
            "fails": self.failed,
            "disagrees": row.disagrees,
            "places": places,
        }


def _effect(values: np.ndarray) -> dict[str, Any]:
    mean, low, high = interval(values)
    worlds = np.quantile(values, (0.05, 0.95)).tolist()
    return {"worlds": worlds, "mean": mean, "interval": [low, high]}


def rules_of(row: Row) -> list[str]:
    """The rules that carry a row: its own, or those of its claims."""
    claims, _ = signs()
    return [
        *row.rules,
        *dict.fromkeys(rule for each in row.claims for rule in claims[each]["rules"]),
    ]


def findings(measured: Sequence[Measured]) -> list[Finding]:
    """What was measured, by lever and outcome, in the order of the table."""
    by_outcome: dict[tuple[int, int], list[Measured]] = {}
    for each in measured:
        by_outcome.setdefault((id(each.row), id(each.outcome)), []).append(each)
    return [Finding(each[0].row, each[0].outcome, tuple(each)) for each in by_outcome.values()]


def tally(found: Sequence[Finding]) -> str:
    """How many expectations hold, in words."""
    places = [place for each in found for place in each.places]
    right = sum(each.verdict == "holds" for each in places)
    failed = sum(each.verdict == "fails" for each in places)
    return (
        f"Of {len(places)} expectations (levers by outcome, state and date) {right} hold, {failed} "
        f"fail and {len(places) - right - failed} cannot be told from chance in so many worlds."
    )


def lines(found: Sequence[Finding]) -> Iterator[str]:
    """The findings as printed: the spread over worlds first, then the mean and its interval."""
    for row, of_row in groupby(found, key=lambda each: each.row):
        claims = f"claim {', '.join(map(str, row.claims))}; " if row.claims else ""
        yield f"{row.title} ({claims}{', '.join(rules_of(row))})"
        for each in of_row:
            yield f"  {_expected(each)}: {_measured(each)}; {each.verdict}"
            for verdict, places in groupby(sorted(each.missed, key=_verdict), key=_verdict):
                yield f"    {verdict}: {', '.join(map(_place, places))}"
        yield ""
    yield tally(found)


def _expected(finding: Finding) -> str:
    return f"{finding.outcome.text} {WORDS[finding.outcome.expected]}"


def _verdict(place: Measured) -> str:
    return place.verdict


def _measured(finding: Finding) -> str:
    effect = finding.effect
    ends = "{:+.4f} to {:+.4f}".format(*effect["worlds"])
    return "worlds {}, mean {:+.4f} ({:+.4f} to {:+.4f})".format(
        ends, effect["mean"], *effect["interval"]
    )


def _place(place: Measured) -> str:
    power = f" {place.power}" if place.outcome.power == "it" else ""
    return f"{place.state}{power} {place.date} {place.values.mean():+.4f}"


HEAD = """\
# What the sources claim, and what the model makes of it

Two essays gave this model its questions: *The Dynamics of "Coopetition" between Russia and China*
(below: A) and *China and Russia put Central Asia in a geopolitical crossroad* (B). They make 43
claims. The first table names for each the rules that carry it; the second pulls every lever that
a scenario has, in the shipped baseline, in paired worlds: what the sources expect and what
happens, in every state that the lever can name, from 2008, 2024 and 2030 on.

A model built on these claims shows them by construction. The tables say that the code does what it
should; they say nothing about whether the claims are true. What is held against figures from the
record is printed by `crossroads facts`.

`crossroads claims --to docs/claims.md` writes this page; expectations live in
`scenarios/claims/signs.yaml`, `tests/test_model_claims_table.py` holds the model to them.
"""


def page(found: Sequence[Finding], worlds: int) -> str:
    """The page docs/claims.md."""
    claims, _ = signs()
    parts = [HEAD, f"{tally(found)} Measured in {worlds} worlds.\n"]
    if disagreements := list(dict.fromkeys(_disagreement(e) for e in found if e.row.disagrees)):
        parts += ["## Where the model contradicts its sources on purpose\n", *disagreements, ""]
    parts += ["## The claims\n", "| # | claim | rules | levers |", "|--:|---|---|---|"]
    for number, claim in claims.items():
        of_claim = [each for each in found if number in each.row.claims]
        places = [place for each in of_claim for place in each.places]
        right = sum(each.verdict == "holds" for each in places)
        held = f"{right} of {len(places)} hold" if places else "by tests of single decisions"
        rules = ", ".join(f"`{rule}`" for rule in claim["rules"])
        parts.append(f"| {number} | {claim['text']} | {rules} | {held} |")
    parts += ["", "## The levers\n"]
    parts.append(
        "| lever | expected | 5 to 95 % of worlds | mean (95 % interval) | verdict | source |"
    )
    parts.append("|---|---|---|---|---|---|")
    for _, of_row in groupby(found, key=lambda each: each.row):
        first, *others = of_row
        parts += [_line(first, _why(first.row)), *(_line(each, "") for each in others)]
    return "\n".join(parts) + "\n"


def _disagreement(finding: Finding) -> str:
    return f"- {finding.row.title}: {finding.row.why}. {finding.row.disagrees}"


def _why(row: Row) -> str:
    numbers = ", ".join(map(str, row.claims))
    return f"{row.why} ({f'claim {numbers}; ' if numbers else ''}{row.source})"


def _line(finding: Finding, source: str) -> str:
    row, effect = finding.row, finding.effect
    worlds = "{:+.3f} to {:+.3f}".format(*effect["worlds"])
    mean = "{:+.4f} ({:+.4f} to {:+.4f})".format(effect["mean"], *effect["interval"])
    missed = f" (not: {', '.join(map(_place, finding.missed))})" if finding.missed else ""
    cells = (row.title, _expected(finding), worlds, mean, finding.verdict + missed, source)
    return f"| {' | '.join(cells)} |"
