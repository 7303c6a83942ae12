"""The ten policy questions, in order, and how answers are printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from experiments.questions import effects, passages
from experiments.questions.answer import Answer, lacking
from experiments.reading import Results
from experiments.refusals import BadInput

QUESTIONS: tuple[Callable[[Results], Answer], ...] = (
    passages.security_in_tajikistan,
    passages.influence_everywhere,
    passages.rivalry_rises,
    effects.freeze,
    effects.attacks,
    passages.first_dependent,
    effects.intervention,
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
        asked = (question.__doc__ or "").split(": ", 1)[-1]
        return Answer(number, asked, effects.NOT_HERE, (), (missing,))
    try:
        return question(results)
    except BadInput as short:
        number, asked = (question.__doc__ or "").removeprefix("Answer ").split(": ", 1)
        more = lacking(results, until="2035-Q4", record_from="2024-Q1")
        return Answer(number, asked, f"{str(short).capitalize()}.", (), (more,) if more else ())


def printed(found: Sequence[Answer], worlds: int) -> str:
    """Return answers as people read them."""
    lines = [f"Each probability rests on {worlds:,} worlds; brackets are 95 % intervals.", ""]
    for answer in found:
        lines += [f"{answer.id}  {answer.question}", f"    {answer.text}"]
        lines += [f"    To know more: {each}" for each in answer.needs]
        lines.append("")
    return "\n".join(lines)
