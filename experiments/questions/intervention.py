"""Question 7: whether it pays for Russia that the alliance steps in.

No column says whether the alliance came, but a pair of scenarios does. They share all luck and
differ in one event: the alliance comes for certain in one and by its chance in the other. A world
in which Russia's credibility is the same in both is one in which it came anyway; in all others the
difference is what coming instead of staying away is worth.
"""

from __future__ import annotations

import numpy as np

from experiments.questions.answer import Answer, Finding
from experiments.questions.saying import on_effect
from experiments.results.cells import Cells, numbers, recorded
from experiments.results.clusters import clusters_of
from experiments.results.estimates import Difference, mean, percent
from experiments.results.lacking import lack
from experiments.results.reading import Results
from scenarios.quarters import parse_quarter, quarter_label

COMES, CHANCE = "kazakhstan_unrest_intervention", "kazakhstan_unrest_war"
EVENT = "2027-Q1"
LATER = 4
"""Quarters after the intervention at which its yield is read."""
QUESTION = "Does it pay for Russia that the alliance steps in (a year on)?"
COLUMNS = {
    "credibility": "Russia's credibility in Kazakhstan",
    "security": "Russia's security share in Kazakhstan",
}


def intervention(results: Results) -> Answer:
    """Answer Q7: does it pay for Russia when the alliance steps in."""
    needed = {"tables": ["influence"], "until": "2028-Q4", "record_from": EVENT}
    if missing := lack(results, CHANCE, COMES, **needed):  # type: ignore[arg-type]
        return Answer.lacking("Q7", QUESTION, missing)
    rows = _rows(results)
    when = quarter_label(int(recorded(results)[rows[1]]))
    gaps = {
        column: numbers(results, COMES, Cells(column, "KAZ", "RUS", rows))
        - numbers(results, CHANCE, Cells(column, "KAZ", "RUS", rows))
        for column in COLUMNS
    }
    stayed = gaps["credibility"][0] != 0
    worth = {column: np.where(stayed, gap[1], np.nan) for column, gap in gaps.items()}
    gains = {column: mean(each, clusters_of(results)) for column, each in worth.items()}
    findings = tuple(
        Finding.of(gains[column], name, COMES, where="KAZ", when=when, against="nobody comes")
        for column, name in COLUMNS.items()
    )
    robust = tuple(
        on_effect(results, COMES, worth[column], name, unit="points")
        for column, name in COLUMNS.items()
    )
    return Answer("Q7", QUESTION, _text(findings, gains, when, stayed), findings, (), robust)


def _rows(results: Results) -> tuple[int, int]:
    """Return the rows of the event, or of its year's end, and of a year later or the next end."""
    there = recorded(results)
    start = int(np.searchsorted(there, parse_quarter(EVENT)))
    return start, int(np.searchsorted(there, parse_quarter(EVENT) + LATER))


def _text(
    findings: tuple[Finding, ...],
    gains: dict[str, Difference],
    when: str,
    stayed: np.ndarray,
) -> str:
    """Say whether it pays, by how much, and what that leaves out."""
    pays = all(each.low is not None and each.low > 0 for each in findings)
    verdict = "It pays in standing and security" if pays else "It hardly pays"
    said = " and ".join(
        f"{name} by {gains[column].said('points', scale=100)}" for column, name in COLUMNS.items()
    )
    return (
        f"{verdict}: by {when}, coming to Kazakhstan's help in {EVENT} instead of staying away "
        f"changes {said}, in the {percent(float(np.mean(stayed)))} of worlds in which nobody would "
        "have come while Russia is at war. What coming wins and staying away costs in credibility "
        "is set by two judged numbers (credibility_intervention, credibility_abandonment); what "
        "the troops cost is in no rule of the model."
    )
