"""Agents that decide together, with the tables that they hold in common."""

from __future__ import annotations

from typing import Any

from mesa.agent import AgentSet

OWN = "held in common"
MESAS = ("_agents", "random")
"""What Mesa's own agent sets know how to copy."""


class AgentTable(AgentSet):
    """An agent set that holds tables, and keeps them when it is copied or pickled.

    Mesa's own sets carry nothing but their agents over to a copy.
    """

    def __getstate__(self) -> dict[str, Any]:
        """What a copy is made from."""
        own = {name: value for name, value in vars(self).items() if name not in MESAS}
        return {**super().__getstate__(), OWN: own}  # type: ignore[no-untyped-call]

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become the copy."""
        vars(self).update(state[OWN])
        super().__setstate__(state)  # type: ignore[no-untyped-call]
