"""The ten policy questions, in order, and how answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.figures.wording import capital
from experiments.questions import dependence, effects, intervention, passages
from experiments.questions.answer import LACKS, Answer, lacking
from experiments.refusals import BadInput
from experiments.results.clusters import sharing
from experiments.results.reading import Results

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
NEEDS_INFLUENCE = {"security_in_tajikistan": "Q1", "influence_everywhere": "Q2"}


def answers(results: Results) -> list[Answer]:
    """Answer the ten policy questions, as far as the folder goes."""
    return [_answered(results, each) for each in QUESTIONS]


def _answered(results: Results, question: Callable[[Results], Answer]) -> Answer:
    """Answer one; the first two need a table that a folder can lack."""
    number = NEEDS_INFLUENCE.get(question.__name__)
    if number and (missing := lacking(results, tables=["influence"])):
        return Answer(number, _asked(question), LACKS, (), (missing,))
    try:
        return question(results)
    except BadInput as short:
        number = (question.__doc__ or "").removeprefix("Answer ").split(":")[0]
        more = lacking(results, until="2035-Q4", record_from="2024-Q1")
        return Answer(
            number, _asked(question), f"{capital(str(short))}.", (), (more,) if more else ()
        )


def _asked(question: Callable[[Results], Answer]) -> str:
    """Return a question as its function's own line has it."""
    said = (question.__doc__ or "").split(": ", 1)[-1]
    return f"{capital(said).rstrip('.')}?"


def printed(found: Sequence[Answer], results: Results) -> list[str]:
    """Return answers as people read them, a line each."""
    failed = f" ({len(results.failures)} failed)" if len(results.failures) else ""
    rests = f"Shares and means over {results.size:,} worlds a scenario{failed}; brackets are 95 %"
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
ADDS = "    To know more, in a new folder:"
