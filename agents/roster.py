"""Which class each of the nine agents is of: those of the model, or a user's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from agents.power import China, Power, RegionalPowers, Russia, West
from agents.state import State
from scenarios.faults import nearest
from scenarios.scenario import Behaviour
from scenarios.vocabulary import POWERS, STATES

Kinds = Mapping[str, type[Any]]
"""Classes of agents by the code of the state or power."""

USUAL: dict[str, type[Any]] = {
    **{kind.code: kind for kind in (Russia, China, West, RegionalPowers)},
    **dict.fromkeys(STATES, State),
}
"""The classes of the model's own nine."""


def usual() -> Kinds:
    """The model's classes, for all states and powers of the frame in force.

    A power that is added is engaged as the regional powers are, out of which it is taken.
    """
    return {**_added(POWERS.now(), STATES.now()), **USUAL}


@cache  # every quarter asks for them
def _added(powers: Sequence[str], states: Sequence[str]) -> Kinds:
    added = {code: type(code, (RegionalPowers,), {"code": code}) for code in powers}
    return {**added, **dict.fromkeys(states, State)}


def roster(own: Kinds | None = None, behaviours: Sequence[Behaviour] = ()) -> dict[str, type[Any]]:
    """The class of each agent, the user's own in the place of the model's.

    An agent of one's own cannot take up a behaviour.
    Raises ValueError with every fault, a line each.

    >>> roster({"RUS": China})
    Traceback (most recent call last):
    ...
    ValueError: agents: RUS: China is CHN; set code = "RUS" in the class
    """
    own = own or {}
    faults = [*faults_of(own)]
    both = (each for each in behaviours if each.agent in own)
    faults += [f"agents: {each.agent}: both of one's own and {each.name}" for each in both]
    if faults:
        raise ValueError("\n".join(faults))
    return {**usual(), **own}


def faults_of(own: Kinds) -> Iterator[str]:
    """What is wrong with classes of a user's own."""
    for code, kind in own.items():
        if code not in usual():
            yield f"agents: no agent '{code}'; {nearest(str(code), usual())}"
            continue
        base = Power if code in POWERS else State
        if not (isinstance(kind, type) and issubclass(kind, base)):
            wanted = f"{base.__module__}.{base.__name__}"
            got = kind.__name__ if isinstance(kind, type) else repr(kind)
            yield f"agents: {code}: expected a subclass of {wanted}, got {got}"
        elif (said := getattr(kind, "code", code if base is State else None)) != code:
            yield f'agents: {code}: {kind.__name__} is {said}; set code = "{code}" in the class'
