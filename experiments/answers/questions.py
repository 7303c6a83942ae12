"""The ten policy questions, in order, and how their answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.answers.answer import Answer
from experiments.answers.effects import (
    CHANCE,
    COMES,
    ENGAGED,
    FASTER,
    FREEZE,
    STRONG,
    attacks,
    channels,
    engagement,
    freeze,
    intervention,
    self_reliance,
)
from experiments.answers.headlines import not_covered
from experiments.answers.passages import (
    HORIZONS,
    first_dependent,
    influence_everywhere,
    rivalry_rises,
    security_in_tajikistan,
)
from experiments.answers.robustness import fixed
from experiments.results.base import sharing
from experiments.results.missing import ADDS, command
from experiments.results.reading import Results
from experiments.results.text import reference, worlds_of

QUESTIONS: tuple[Callable[[Results], Answer], ...] = (
    security_in_tajikistan,
    influence_everywhere,
    rivalry_rises,
    freeze,
    attacks,
    first_dependent,
    intervention,
    engagement,
    channels,
    self_reliance,
)
NEEDED = (FREEZE, FASTER, ENGAGED, STRONG, CHANCE, COMES)
"""Scenarios that the questions compare with the baseline."""
LEGEND = (
    "95 %: how well so many worlds know the share or the mean, not how right the model is; "
    "5–95 %: the range of nine worlds in ten."
)


def answers(results: Results) -> list[Answer]:
    """Answer the ten policy questions, as far as the folder goes."""
    return [question(results) for question in QUESTIONS]


def printed(found: Sequence[Answer], results: Results, *, full: bool = False) -> list[str]:
    """Return answers as people read them, a line each; in full with all that is known of each."""
    base = results.titles[reference(results)]
    about = f"Sentences are about “{base}” where they name no other scenario"
    lines = [f"{about}; {worlds_of(results)}.", LEGEND]
    lines += [said] if (said := sharing(results)) else []
    for answer in found:
        lines += [*([""] if full else []), *answer.lines(full=full)]
    if not full and any(answer.needs for answer in found):
        whole = command(results, NEEDED, until=HORIZONS[-1], record_from="2024-Q1")
        lines.append(f"{ADDS} {whole}")
    if full and (said := not_covered(fixed(results))):
        lines += ["", said]
    return lines
