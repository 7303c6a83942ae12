"""What results say: conditions, comparisons, explanations, robustness and the ten questions.

    from experiments import load
    from experiments.answers import answers, ask, compared, explained, holding, verdicts

Findings are values; the modules whose names end in `_text` word them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

PLACES = {
    "Answer": "answer",
    "answers": "questions",
    "ask": "query",
    "compared": "comparison",
    "explained": "explanation",
    "frame": "answer",
    "holding": "conditions",
    "parse": "parser",
    "verdicts": "headlines",
}
"""The module in which each name lives."""

__all__ = [*PLACES]  # noqa: PLE0604 (the names are the keys)


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module can hold anything)
    """Import what is asked for when it is first asked for."""
    if name not in PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"experiments.answers.{PLACES[name]}"), name)
