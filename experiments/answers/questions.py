"""The ten policy questions, in order, and how answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.answers.answer import Answer
from experiments.answers.effects import (
    attacks,
    channels,
    engagement,
    freeze,
    intervention,
    self_reliance,
)
from experiments.answers.passages import (
    first_dependent,
    influence_everywhere,
    rivalry_rises,
    security_in_tajikistan,
)
from experiments.results.clusters import sharing
from experiments.results.lacking import ADDS
from experiments.results.reading import Results
from experiments.results.wording import worlds_of

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


def answers(results: Results) -> list[Answer]:
    """Answer the ten policy questions, as far as the folder goes."""
    return [question(results) for question in QUESTIONS]


def printed(found: Sequence[Answer], results: Results) -> list[str]:
    """Return answers as people read them, a line each."""
    rests = f"Shares and means over {worlds_of(results)}; brackets are 95 %"
    told = [said] if (said := sharing(results)) else []
    lines = [f"{rests} intervals: {MEANING}", *told, ""]
    for answer in found:
        lines += [f"{answer.id}  {answer.question}", f"    {answer.text}", *asides(answer), ""]
    return lines[:-1]


def asides(answer: Answer) -> list[str]:
    """Return what stands below an answer: does it survive judgement, and what would add to it."""
    robust = [f"    Robust? {each}" for each in answer.robust]
    return robust + [f"{ADDS} {each}" for each in answer.needs]


MEANING = "how well so many worlds know the model's answer, not how right the model is."
