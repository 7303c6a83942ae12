"""Which scenarios a figure draws of a folder that has more of them than it has room for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.refusals import BadInput
from experiments.results.moments import Centred
from experiments.results.reading import Results
from experiments.results.wording import chosen_scenarios, named, reference
from scenarios.faults import nearest
from scenarios.vocabulary import STATES

PANELS, LINES = 6, 7
"""A figure shows no more than so many scenarios in panels or as lines, unless asked to."""
Gaps = Callable[[str], NDArray[Any]]
"""What a scenario changes against the reference, by its name: (..., worlds)."""


class Choice(NamedTuple):
    """The scenarios that are drawn, those that a title judges (the drawn first), what to say."""

    drawn: list[str]
    every: list[str]
    note: str = ""


def choose(
    results: Results, scenarios: Sequence[str] | None, most: int, gaps: Gaps, what: str
) -> Choice:
    """Return the scenarios asked for, or all, or the reference and those that differ most from it.

    How far one differs is its largest mean change. `what` says of what, for the small print.
    """
    every = chosen_scenarios(results, scenarios)
    if scenarios is not None or len(every) <= most:
        return Choice(every, every)
    base = reference(results)
    others = [name for name in every if name != base]
    far = {name: distance(gaps(name)) for name in others}
    first = sorted(others, key=lambda name: -far[name])[: most - 1]
    drawn = [base, *(name for name in others if name in first)]
    note = (
        f"{len(drawn)} of {len(every)} scenarios shown: {named(results, base)} and those that "
        f"change {what} most against it; --scenario shows others. "
    )
    return Choice(drawn, [*drawn, *(name for name in others if name not in first)], note)


def from_reference(results: Results, read: Callable[[str], NDArray[Any]]) -> Gaps:
    """Return what scenarios change, against the reference, of what is read of each."""
    there = read(reference(results))
    return lambda name: read(name) - there


def one_of(results: Results, scenario: str) -> str:
    """Say which scenario a figure of one shows, where the folder has several."""
    many = len(results.scenarios)
    if many == 1:
        return ""
    return f"One of {many} scenarios shown: {named(results, scenario)}; --scenario shows another. "


def distance(gaps: NDArray[Any]) -> float:
    """Return the largest mean change, from (..., worlds); 0 where no world is known.

    >>> distance(np.array([[1.0, 2.0], [-4.0, -2.0], [np.nan, np.nan]]))
    3.0
    """
    return float(np.abs(np.nan_to_num(Centred(gaps).mean)).max())


def states_of(state: str | None) -> tuple[str, ...]:
    """Return the one state that is asked for, or all; BadInput for an unknown one."""
    if state is None:
        return STATES
    if state not in STATES:
        raise BadInput(f"unknown state '{state}'; {nearest(state, STATES)}")
    return (state,)


def taken(
    drawing: Callable[..., object], scenarios: Sequence[str], state: str | None
) -> dict[str, Sequence[str]]:
    """Return the arguments by which a figure's function takes scenarios and a state, if it does.

    A figure of one scenario takes the first of those given.

    >>> taken(lambda results, scenario=None: results, ["a", "b"], "KAZ")
    {'scenario': 'a'}
    """
    several = list(scenarios)
    offered: dict[str, Sequence[str]] = {
        "scenarios": several,
        "names": several,
        "scenario": (several or [""])[0],
    }
    given = {key: each for key, each in {**offered, "state": state or ""}.items() if each}
    return {key: each for key, each in given.items() if key in signature(drawing).parameters}
