"""A few worlds in which a condition holds, and a few in which it does not, to be replayed."""

from __future__ import annotations

from collections.abc import Iterator
from shlex import quote
from typing import Any

import numpy as np

from experiments.conditions import parse
from experiments.questions.own import dated, held
from experiments.results.reading import Results
from experiments.results.wording import named
from scenarios.lists import listed

MOST = 3
"""Worlds of either kind that are named: the first ones."""


def examples(results: Results, condition: str) -> list[dict[str, Any]]:
    """Return by scenario the first worlds in which a condition holds, and in which it does not."""
    read = dated(results, parse(condition))
    found, _ = held(results, read, results.scenarios)
    return [_of_scenario(results, each) for each in found.values()]


def _of_scenario(results: Results, found: Any) -> dict[str, Any]:  # noqa: ANN401 (a Holding)
    """Return a scenario's worlds, and the command that tells of one of each kind."""
    kinds = {"holds": found.outcome == 1, "holds_not": found.outcome == 0}
    worlds = {kind: np.flatnonzero(mask)[:MOST].tolist() for kind, mask in kinds.items()}
    place = quote(results.folder.address)
    begin = f"crossroads replay {place} --scenario {found.scenario} --world"
    commands = [f"{begin} {of[0]}" for of in worlds.values() if of]
    return {"scenario": found.scenario, **worlds, "commands": commands}


def example_lines(results: Results, found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield examples in words, a line a scenario, with the commands below it."""
    for each in found:
        words = [
            f"{what} {listed(list(map(str, each[kind])))}" if each[kind] else f"{what} none"
            for kind, what in (("holds", "worlds in which it holds:"), ("holds_not", "not:"))
        ]
        yield f"Under {named(results, each['scenario'])}, {'; '.join(words)}."
        yield from (f"    {command}" for command in each["commands"])
