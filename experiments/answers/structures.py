"""Rival structures: the same scenarios under every behaviour, and which headlines hold in all.

A number may hang on how agents are taken to decide, not on parameters alone. Each structure gives
one behaviour of `scenarios.behaviours` to whom it suits (of the states to all), from 2024-Q1 on, in
the same worlds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from experiments.answers.headlines import Verdict, verdicts
from experiments.batch.dispatch import Compute
from experiments.batch.run import carry_out
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.progress import steps
from experiments.results.estimates import percent
from experiments.results.reading import load
from experiments.results.text import of_worlds
from experiments.store.folder import Folder
from scenarios.behaviours import AFTER_RECORD, BEHAVIOURS, USUAL
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, year_of
from scenarios.scenario import Behaviour, Scenario

STRUCTURES: dict[str, Sequence[str]] = {USUAL: (), **BEHAVIOURS}
"""Who behaves so, by behaviour; first what the others are held against."""


@dataclass(frozen=True)
class Held:
    """A headline of the usual structure, and how it fares under each that reaches it too."""

    headline: str
    scenario: str
    found: Mapping[str, Verdict]

    @property
    def missed(self) -> list[str]:
        """Structures under which most worlds say something else."""
        return [name for name in STRUCTURES if name not in self.found]

    @property
    def said(self) -> str:
        """The headline, in how many worlds it is so, and where it is not."""
        shares = sorted(each.support for each in self.found.values())
        span = " to ".join(dict.fromkeys(map(percent, (shares[0], shares[-1]))))
        tail = f": not with {listed(self.missed, 'or')}" if self.missed else ""
        return f"{self.headline} ({span} of worlds){tail}"

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it; null where a structure has another headline."""
        found = {
            name: {"support": each.support, "standing": each.standing} if each else None
            for name, each in ((name, self.found.get(name)) for name in STRUCTURES)
        }
        told = {"headline": self.headline, "scenario": self.scenario}
        return {**told, "holds_under_all": not self.missed, "structures": found}


def compared_structures(
    scenarios: Sequence[str | Path | Scenario], options: Mapping[str, Any], means: Compute
) -> list[Held]:
    """Run scenarios under every structure and return how the headlines of the usual one fare.

    `options` are those of a run. Raises BadInput and FaultyInput as a run does.
    """
    spec = RunSpec(scenarios, **options)
    year = year_of(parse_quarter(spec.until, closing=True))
    asked = {**options, "record_from": f"{year}-Q1"}
    batch = resolve(RunSpec(scenarios, **asked))
    found: dict[str, dict[str, Verdict]] = {}
    with TemporaryDirectory() as place, steps(len(STRUCTURES)) as begin:
        for name, agents in STRUCTURES.items():
            begin(name)
            with batch.frame.used():  # `agents` are those of the frame in force
                behaving = {
                    key: with_behaviour(each, name, agents)
                    for key, each in batch.assumed.scenarios.items()
                }
            own = replace(batch, assumed=replace(batch.assumed, scenarios=behaving))
            carry_out(own, Folder(str(Path(place) / name)), means)
            found[name] = {
                each.headline: each
                for each in verdicts(load(Path(place) / name))
                if each.standing != "falls"
            }
    return [
        Held(text, each.scenario, {n: own[text] for n, own in found.items() if text in own})
        for text, each in found[USUAL].items()
    ]


def with_behaviour(scenario: Scenario, name: str, agents: Sequence[str]) -> Scenario:
    """Return a scenario in which some agents behave so, whatever it says of them itself."""
    others = tuple(each for each in scenario.behaviours if each.agent not in agents)
    own = tuple(Behaviour(agent, name, AFTER_RECORD) for agent in agents)
    return replace(scenario, behaviours=tuple(sorted((*others, *own), key=_order)))


def _order(behaviour: Behaviour) -> tuple[int, str]:
    return behaviour.quarter, behaviour.agent


def lines(found: Sequence[Held], worlds: int) -> list[str]:
    """Say which headlines hold under all structures, and what the others hang on."""
    firm = [each for each in found if not each.missed]
    names = listed([name for name in STRUCTURES if name != USUAL])
    told = f"{len(firm)} of {len(found)} headlines hold however agents behave"
    said = [f"{told} (as usual, {names}; {of_worlds(worlds)} a scenario each).", ""]
    said += [f"  {each.said}" for each in firm]
    rest = [f"  {each.said}" for each in found if each.missed]
    return [*said, *(["", "Others hang on it:", *rest] if rest else [])]
