"""The ten policy questions, in order, and how answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.questions import dependence, effects, intervention, passages
from experiments.questions.answer import Answer
from experiments.results.clusters import sharing
from experiments.results.lacking import ADDS
from experiments.results.reading import Results
from experiments.results.wording import worlds_of

QUESTIONS: tuple[Callable[[Results], Answer], ...] = (
    passages.security_in_tajikistan,
    passages.influence_everywhere,
    passages.rivalry_rises,
    effects.freeze,
    effects.attacks,
    dependence.first_dependent,
    intervention.intervention,
    effects.engagement,
    effects.channels,
    effects.self_reliance,
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
