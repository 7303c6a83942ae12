"""What each term contributes to a change, so that the terms add up to it (Aumann and Shapley 1974).

All terms grow together from nothing to what they are; at each step every term is asked how much
it moves the outcome there. Nothing is assumed of the outcome but that it can be worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 2
REST = "rest"


def attributed(
    outcome: Callable[[Mapping[str, float]], Floats], terms: Sequence[str], steps: int = STEPS
) -> dict[str, Floats]:
    """Return the contribution of each term to outcome(all 1) - outcome(all 0).

    `outcome` takes how much of each term is there, 0-1. What the steps do not catch stands
    under `rest`, so that the sum is exact.

    >>> product = lambda part: np.array([part["a"] * part["b"]])
    >>> {name: float(value[0]) for name, value in attributed(product, ["a", "b"]).items()}
    {'a': 0.5, 'b': 0.5, 'rest': 0.0}
    """
    half = 0.5 / steps
    found: dict[str, Floats] = {}
    for term in terms:
        moved = [_moved(outcome, terms, term, (step + 0.5) / steps, half) for step in range(steps)]
        found[term] = np.sum(moved, axis=0)
    whole = outcome(dict.fromkeys(terms, 1.0)) - outcome(dict.fromkeys(terms, 0.0))
    found[REST] = whole - np.sum(list(found.values()), axis=0) if found else whole
    return found


def _moved(
    outcome: Callable[[Mapping[str, float]], Floats],
    terms: Sequence[str],
    term: str,
    middle: float,
    half: float,
) -> Floats:
    """Return how much the outcome moves when one term alone goes on by a step."""
    there = dict.fromkeys(terms, middle)
    return outcome(there | {term: middle + half}) - outcome(there | {term: middle - half})
