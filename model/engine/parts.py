"""The parts of a region, and the arrays that they hold by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.recorder import GOING_ON, Recorder
from model.region import Region

AnyArray = NDArray[Any]
Held = dict[str, dict[str, Any]]
"""What each part holds, by its name."""

OUTSIDE = ("draw", "now", "struck", "on_record")
"""Parts that are new in every quarter, whatever the region does."""

PLAIN = (bool, int, float, str)
CHANGING = ("running", "steps", "worlds", "unique_id")
"""Plain values of regions and agents that no rule reads."""


class Key(NamedTuple):
    """Where an array is: a part, an attribute, and the place in it where that holds several."""

    part: str
    name: str
    place: int | None = None

    @property
    def outside(self) -> bool:
        """Whether a quarter brings it along: luck, drivers, and what follows from these alone."""
        whole = (self.part, self.name)
        return self.part in OUTSIDE or whole in {
            ("region", "foreseen"),
            ("year", GOING_ON),
        }


def parts(region: Region, recorder: Recorder) -> Held:
    """Everything that a quarter reads and writes."""
    found = {
        "region": region,
        **region.parts,
        "parameters": region.parameters,
        "first": region.drivers.first,
        "now": region.drivers.now,
        "struck": region.drivers.struck,
        "draw": region.draw,
        **{power.code: power for power in region.powers.members},
    }
    seen: dict[str, Any] = vars(region.on_record) if region.on_record else {}
    named = {name: vars(part) for name, part in found.items()}
    return {**named, "on_record": seen, "year": recorder.year}


def classes(region: Region, recorder: Recorder) -> set[type]:
    """The classes of all that takes part in a quarter, and of what these hold."""
    agents = *region.states, *region.powers.members
    taking_part = region, recorder, *region.parts.values(), *agents
    return {type(each) for part in taking_part for each in (part, *vars(part).values())}


def arrays(held: Held) -> Iterator[tuple[Key, AnyArray]]:
    """All arrays with their keys."""
    for part, own in held.items():
        for name, value in own.items():
            if isinstance(value, np.ndarray):
                yield Key(part, name), value
            elif isinstance(value, list | tuple):
                several = ((Key(part, name, i), each) for i, each in enumerate(value))
                yield from (each for each in several if isinstance(each[1], np.ndarray))


def get(held: Held, key: Key) -> AnyArray:
    """The array at a key."""
    value = held[key.part][key.name]
    found: AnyArray = value if key.place is None else value[key.place]
    return found


def put(held: Held, key: Key, array: AnyArray) -> None:
    """Put an array in the place of another."""
    own = held[key.part]
    if key.place is None:
        own[key.name] = array
    else:
        several = list(own[key.name])
        several[key.place] = array
        own[key.name] = type(own[key.name])(several)


def is_wide(key: Key, array: AnyArray, worlds: int) -> bool:
    """Whether worlds differ; in a block of one, luck and all that lasts are taken to."""
    if worlds == 1:
        return key.part == "draw" or not key.outside
    return array.shape[-1] == worlds


def plain_values(held: Held) -> Iterator[tuple[str, str, object]]:
    """What parts hold that is no array and that rules may read: it is the same in all worlds."""
    for part, own in held.items():
        for name, value in own.items():
            if name in CHANGING or name[0] == "_":
                continue
            if isinstance(value, PLAIN) or (isinstance(value, tuple) and holds_numbers(value)):
                yield part, name, value


def holds_numbers(value: tuple[object, ...]) -> bool:
    """Whether a tuple holds nothing but plain values, and tuples of such."""
    return all(
        holds_numbers(each) if isinstance(each, tuple) else isinstance(each, PLAIN)
        for each in value
    )


class Shape(NamedTuple):
    """What code depends on of an array: its axes but worlds, and whether worlds differ.

    `same` is the first key of the same array, for one that is held several times.
    """

    key: Key
    axes: tuple[int, ...]
    wide: bool
    same: Key


def shapes(held: Held, worlds: int) -> tuple[Shape, ...]:
    """The shapes of what lasts from quarter to quarter."""
    first: dict[int, Key] = {}
    lasting = ((key, each) for key, each in arrays(held) if not key.outside)
    return tuple(
        Shape(key, each.shape[:-1], is_wide(key, each, worlds), first.setdefault(id(each), key))
        for key, each in lasting
    )


def shapes_outside(held: Held) -> tuple[object, ...]:
    """Whether worlds differ in what a quarter brings along, and what it brings that is no array.

    Luck always differs.
    """
    brought = [*held["region"]["foreseen"]]
    for part in OUTSIDE[1:]:
        brought += held[part].values()
    return tuple([a.shape[-1] > 1 if isinstance(a, np.ndarray) else a for a in brought])
