"""Behaviours that a scenario can give an agent in the place of its usual one, from a quarter on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import create_model

from scenarios.faults import Fault
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Behaviour, Origin
from scenarios.shapes import Quarter, Strict, by_form, mapping_of, word
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES, STATES

if TYPE_CHECKING:
    from scenarios.reading import Layer

USUAL = "usual"
"""The behaviour that no scenario needs to name, other than to leave out an inherited one."""
BEHAVIOURS = {
    "withdrawing": ("RUS",),
    "answering": ("RUS",),
    "anticipating": ("CHN",),
    "bandwagoning": STATES,
    "imitating": STATES,
    "coordinating": STATES,
}
"""Whose each may be."""
ALL = "all"
"""In the place of a state: all of them."""
AFTER_RECORD = parse_quarter("2024-Q1")
"""The first quarter of which nothing is on record: from there on, where a file names none."""


def behaviour_type() -> type[Strict]:
    """What may stand under `behaviour`: by agent a name, or names with the quarter of each."""
    agents = dict.fromkeys(agent for each in BEHAVIOURS.values() for agent in each)
    fields: dict[str, Any] = {agent: (_names_of(agent), None) for agent in (*agents, ALL)}
    return create_model("Behaviour", __base__=Strict, **fields)


def _names_of(agent: str) -> Any:  # noqa: ANN401
    """The type of the behaviours of one agent."""
    whose = STATES[0] if agent == ALL else agent
    names = tuple(name for name, agents in BEHAVIOURS.items() if whose in agents)
    name = Annotated[Any, word((*names, USUAL), "behaviour", tuple(BEHAVIOURS))]
    return by_form(("constant", name), ("knots", mapping_of(name, Quarter)))


class Conduct:
    """Behaviours as they stand after the files laid so far: later ones win, agent by agent."""

    def __init__(self) -> None:
        """Start with the usual ones."""
        self.origins: dict[str, Origin] = {}
        self._said: dict[str, dict[str, int]] = {}

    def add(self, layer: Layer) -> None:
        """Lay a file over what is there; `all` first, so that a state of its own wins."""
        section = layer.section("behaviour")
        for key in sorted(section, key=lambda key: key != ALL):
            raw = section[key]
            names = raw if isinstance(raw, dict) else {raw: quarter_label(AFTER_RECORD)}
            line = layer.document.line(("behaviour", key))
            for agent in STATES if key == ALL else (key,):
                self._said[agent] = {name: parse_quarter(each) for name, each in names.items()}
                self.origins[f"behaviour.{agent}"] = Origin(layer.document.file, line)

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """Every agent's, in the order of their quarters; nothing of one that is as usual."""
        found = (
            Behaviour(agent, name, quarter)
            for agent, names in self._said.items()
            if {*names} != {USUAL}
            for name, quarter in names.items()
        )
        return tuple(sorted(found, key=lambda each: (each.quarter, each.agent)))

    def late(self, end: int) -> Iterator[Fault]:
        """Faults of behaviours that nobody would see."""
        for each in self.behaviours:
            if each.quarter > end:
                where = self.origins[f"behaviour.{each.agent}"]
                told = f"{quarter_label(each.quarter)} lies after the last quarter"
                told = f"{each.agent}: {each.name}: {told}, {quarter_label(end)}"
                yield Fault(where.file, where.line, told)


def written(behaviours: tuple[Behaviour, ...]) -> dict[str, str]:
    """Behaviours as a scenario file has them, by agent.

    >>> written((Behaviour("RUS", "withdrawing", 96), Behaviour("KAZ", "imitating", 108)))
    {'RUS': 'withdrawing', 'KAZ': '{imitating: 2027-Q1}'}
    """
    said: dict[str, list[Behaviour]] = {}
    for each in behaviours:
        said.setdefault(each.agent, []).append(each)
    return {
        agent: own[0].name
        if [each.quarter for each in own] == [AFTER_RECORD]
        else f"{{{', '.join(f'{each.name}: {quarter_label(each.quarter)}' for each in own)}}}"
        for agent, own in said.items()
    }


def words(behaviours: tuple[Behaviour, ...]) -> str:
    """Behaviours as one says them; each behaves as usual where there are none.

    >>> words((Behaviour("RUS", "withdrawing", 96),))
    'Russia withdrawing from 2024-Q1 on'
    """
    names = {**STATE_NAMES, **POWER_NAMES}
    told = (f"{names[x.agent]} {x.name} from {quarter_label(x.quarter)} on" for x in behaviours)
    return ", ".join(told)
