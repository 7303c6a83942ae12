"""Policy questions, answered from a results folder: each a sentence with its number and interval.

    from experiments import load, questions

    for answer in questions.answers(load("results/first")):
        print(answer.text)

`questions.ask(results, "threat > 0.5 in TJK by 2030")` answers one's own.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["Answer", "answers", "ask", "frame"]

PLACES = {
    "Answer": "experiments.questions.answer",
    "answers": "experiments.questions.policy",
    "ask": "experiments.questions.own",
    "frame": "experiments.questions.answer",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import what is asked for when it is first asked for."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)
