"""What agents of a user's own hold that is no array: a program depends on it and changes none."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from mesa import Agent

from model.engine.tracing import untraceable

GIVEN = frozenset({"model", "five", "four", "parameters", "unique_id", "pos"})
"""What every agent is given, and does not hold by itself."""


class Unseen:
    """Stands for the model while an agent's rule is traced: no trace notes what is read there."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Refuse."""
        raise untraceable(f"what an agent reads of its model ('{name}'), not of its outlook,")


def holdings(held: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Of what an agent of a user's own holds, all that is no array, nor a list of arrays."""
    for name, value in held.items():
        several = value if isinstance(value, list | tuple) else (value,)
        if name not in GIVEN and not any(isinstance(each, np.ndarray) for each in several):
            yield name, value


def told(held: Mapping[str, Any]) -> tuple[tuple[str, object], ...]:
    """The same, to be compared."""
    return tuple((name, _comparable(value)) for name, value in holdings(held))


def _comparable(value: object) -> object:
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError):
        return repr(value)


@dataclass
class Keeping:
    """Agents of a user's own while they are traced: put back as they were if that fails."""

    agents: list[Agent]
    before: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, parts: Iterable[object]) -> Keeping:
        """Keep what the agents among the parts of a region hold, and hide their model."""
        agents = [each for each in parts if isinstance(each, Agent)]
        before = [{**vars(each), **deepcopy(dict(holdings(vars(each))))} for each in agents]
        for each in agents:
            each.model = Unseen()  # type: ignore[assignment]
        return cls(agents, before)

    def expect_kept(self) -> None:
        """Refuse agents that have changed what is no array: a program would not."""
        for agent, before in zip(self.agents, self.before, strict=True):
            changed = set(told(vars(agent))) ^ set(told(before))
            if changed:
                who, name = type(agent).__name__, min(name for name, _ in changed)
                raise untraceable(f"what {who} holds as '{name}' and changes, no array,")

    def give_back(self) -> None:
        """Let the agents have their model again."""
        for agent, before in zip(self.agents, self.before, strict=True):
            agent.model = before["model"]

    def put_back(self) -> None:
        """Let the agents hold what they held, and nothing else."""
        for agent, before in zip(self.agents, self.before, strict=True):
            vars(agent).clear()
            vars(agent).update(before)
