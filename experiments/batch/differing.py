"""What differs between the inputs of a folder and those of a run into it, named for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWERS, STATES

LONG = 40
"""Values longer than this are cut where a difference is told."""
Json = dict[str, Any]


def differences(there: Json, here: Json, path: str = "") -> Iterator[str]:
    """Yield a line for each input that differs between a folder and a run into it.

    Of events it names the one and its key, of paths of drivers the first quarter, of other tables
    the first number.

    >>> list(differences({"seed": 0, "set": {"a": [2, 3]}}, {"seed": 1, "set": {"a": [2.0, 3.0]}}))
    ['seed: 0 there, 1 here']
    """
    for key in {**there, **here}:
        name = f"{path}.{key}" if path else key
        old, new = there.get(key), here.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            yield from differences(old, new, name)
        elif old != new and json.dumps(old) != json.dumps(new):  # as text, NaN equals NaN
            yield from _of_lists(name, old, new) or [_line(name, old, new)]


def _of_lists(name: str, old: object, new: object) -> list[str]:
    """Return what differs between two lists, where more can be said than that they do."""
    if not (isinstance(old, list) and isinstance(new, list)):
        return []
    if any(isinstance(each, dict) for each in [*old, *new]):
        return list(_entries(name, old, new))
    if _numbers(old) and np.shape(old) == np.shape(new):
        return [_cell(name, np.array(old), np.array(new))]
    return []


def _numbers(values: list[Any]) -> bool:
    """Tell whether a list is of numbers, or of even lists of them."""
    while values and isinstance(values[0], list):
        values = [each for inner in values for each in inner]
    return bool(values) and all(isinstance(each, int | float) for each in values)


def _entries(name: str, old: Sequence[Json], new: Sequence[Json]) -> Iterator[str]:
    """Yield the entries of a list (events) that are not in the other, paired if alike."""
    gone = [each for each in old if each not in new]
    come = [each for each in new if each not in old]
    for entry in gone:
        partner = min(come, key=lambda each: len(_keys(entry, each)), default=None)
        if partner is None or not _same_kind(entry, partner):
            yield f"{name}: {_called(entry)} only there"
            continue
        come.remove(partner)
        for key in _keys(entry, partner):
            yield _line(f"{name}, {_called(entry)}: {key}", entry[key], partner[key], " ")
    yield from (f"{name}: {_called(entry)} only here" for entry in come)
    if not come and not gone:
        yield f"{name}: the same, in another order or number"


def _keys(one: Json, other: Json) -> list[str]:
    return [key for key in one if one[key] != other.get(key)]


def _same_kind(one: Json, other: Json) -> bool:
    """Tell whether two entries are about the same thing: the type of events, else most keys."""
    alike = len(_keys(one, other)) <= len(one) // 3
    return alike and one.get("type") == other.get("type") and one.keys() == other.keys()


def _called(entry: Json) -> str:
    """Return what an entry is called.

    >>> _called({"type": "unrest", "quarter": "2027-Q1", "state": "KGZ", "power": None})
    'unrest KGZ 2027-Q1'
    """
    keys = ("type", "domain", "state", "power", "organisation", "quarter")
    return " ".join(str(entry[key]) for key in keys if entry.get(key) is not None)


def _cell(name: str, old: Any, new: Any) -> str:  # noqa: ANN401 (arrays of numbers)
    """Say where two tables of numbers first differ, both numbers, and how many others do."""
    apart = np.argwhere(~((old == new) | (np.isnan(old) & np.isnan(new))))
    first = tuple(int(each) for each in apart[0])
    where = _in_a_path(first) if ".drivers." in name else f"number {first[0] + 1}"
    more = f" (and {len(apart) - 1} more numbers of it)" if len(apart) > 1 else ""
    return f"{_line(f'{name}, {where}', float(old[first]), float(new[first]))}{more}"


def _in_a_path(place: tuple[int, ...]) -> str:
    """Return the quarter, and the power and state, of a place in a driver's path.

    >>> _in_a_path((108, 0, 4))
    'RUS UZB 2027-Q1'
    """
    quarter, *others = place
    labels = (POWERS, STATES) if len(others) > 1 else (STATES,)
    named = [axis[at] for axis, at in zip(labels, others, strict=False)]
    return " ".join([*named, quarter_label(quarter)])


def _line(name: str, old: object, new: object, stop: str = ": ") -> str:
    return f"{name}{stop}{_short(old)} there, {_short(new)} here"


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    text = json.dumps(value)
    return text if len(text) <= LONG else f"{text[:LONG]}..."
