"""Selecting rows of result tables: by scenario, state, power, quarter and world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from experiments.design.asked import check_label
from experiments.errors import BadInput, plain
from scenarios.faults import nearest
from scenarios.quarters import parse_quarter, quarter_date, quarter_label
from scenarios.reading import described

Some = str | Iterable[str] | None
"""One name, several, or None for all."""
Quarter = str | int | date
When = Quarter | Iterable[Quarter] | slice | None
"""A quarter, several, or a slice of quarters whose last belongs to it."""


Worlds = int | Iterable[int] | None
"""A world by its number, several, or None for all."""


class Selection(TypedDict, total=False):
    """What rows can be selected by."""

    scenario: Some
    state: Some
    power: Some
    quarter: When
    world: Worlds


def as_names(some: Some, every: Sequence[str]) -> list[str]:
    """Return the names asked for as a list, all of them for None.

    >>> as_names("KAZ", ["KAZ", "KGZ"]), as_names(None, ["KAZ", "KGZ"])
    (['KAZ'], ['KAZ', 'KGZ'])
    """
    if some is None:
        return list(every)
    if not isinstance(some, Iterable):
        raise BadInput(f"expected a name or several, got {described(some)}")
    return [some] if isinstance(some, str) else list(some)


def known(name: object, valid: Sequence[str], what: str) -> str:
    """Return a name that is one of those there are; BadInput, with the nearest, for another.

    >>> known("rivalry", ["rivalry", "norm"], "column")
    'rivalry'
    """
    if isinstance(name, str) and name in valid:
        return name
    raise BadInput(f"no {what} '{name}' here; {nearest(name, valid)}")


def labels(table: str, key: str, some: Some) -> list[str] | None:
    """Return the codes of what is asked for by code or name, None for all; refuse unknown ones."""
    return None if some is None else [check_label(table, key, name) for name in as_names(some, ())]


@dataclass(frozen=True)
class Rows:
    """Rows that are asked for: of which scenarios, and what each key column may hold."""

    scenarios: list[str]
    keys: Mapping[str, list[Any]]
    """By column: codes of states and powers, first days of quarters, numbers of worlds."""

    @property
    def arrow(self) -> pc.Expression | None:
        """The rows as pyarrow reads them, None when all are asked for."""
        terms: list[Any] = [
            pc.field(key).isin(pa.array(each, ARROW[key])) for key, each in self.keys.items()
        ]
        if days := self.keys.get("quarter"):  # what row groups are skipped by
            terms += [pc.field("quarter") >= min(days), pc.field("quarter") <= max(days)]
        return reduce(and_, terms) if terms else None


ARROW = {"state": pa.string(), "power": pa.string(), "quarter": pa.date32(), "world": pa.int32()}
"""The type of each key column, as it is asked for."""


@dataclass(frozen=True)
class Held:
    """What a folder holds: its scenarios, the quarters that are recorded, and how many worlds."""

    scenarios: list[str]
    quarters: Sequence[int]
    worlds: int

    def rows(self, table: str, selection: Selection) -> Rows:
        """Return what a selection asks of a table; BadInput for what is not there."""
        for key in selection:
            known(key, tuple(Selection.__annotations__), "selection by")
        asked = {
            **{key: labels(table, key, selection.get(key)) for key in ("state", "power")},  # type: ignore[arg-type]
            "quarter": self.days(selection.get("quarter")),
            "world": self.numbers(selection.get("world")),
        }
        keys = {key: each for key, each in asked.items() if each is not None}
        return Rows(self.named(selection.get("scenario")), keys)

    def named(self, some: Some) -> list[str]:
        """Return the scenarios asked for, all for None."""
        names = as_names(some, self.scenarios)
        if not names:
            raise BadInput(f"no scenario asked for; {nearest('', self.scenarios)}")
        return [known(name, self.scenarios, "scenario") for name in names]

    def days(self, when: When) -> list[date] | None:
        """Return the first days of the quarters asked for, None for all; a year is its quarters.

        >>> Held(["baseline"], range(120, 144), 9).days(slice("2035-Q2", "2035-Q3"))
        [datetime.date(2035, 4, 1), datetime.date(2035, 7, 1)]
        """
        if when is None:
            return None
        try:
            found = [each for span in _spans(when) for each in self._within(*span)]
        except ValueError as wrong:  # BadInput is one too
            raise BadInput(str(wrong)) from None
        return [quarter_date(each) for each in sorted(set(found))]

    def _within(self, first: int, last: int) -> list[int]:
        """Return the recorded quarters of a span."""
        if found := [each for each in self.quarters if first <= each <= last]:
            return found
        asked = " to ".join(dict.fromkeys(map(quarter_label, (first, last))))
        if first > last:
            raise BadInput(f"{asked}: expected the first quarter before the last")
        ends = " to ".join(quarter_label(self.quarters[each]) for each in (0, -1))
        raise BadInput(f"no quarter of {asked} is recorded here; {ends} are")

    def numbers(self, some: Worlds) -> list[int] | None:
        """Return the worlds asked for, None for all.

        >>> Held(["baseline"], range(120, 144), 9).numbers(range(2))
        [0, 1]
        """
        if some is None:
            return None
        several = [plain(each) for each in (some if isinstance(some, Iterable) else [some])]
        for each in several:
            if isinstance(each, bool) or not isinstance(each, int):
                raise BadInput(f"expected a world's number, got {described(each)}")
            if not 0 <= each < self.worlds:
                raise BadInput(f"no world {each} here: they are 0 to {self.worlds - 1}")
        return several


def _spans(when: When) -> list[tuple[int, int]]:
    """Return the first and last quarter of each part of what is asked for."""
    if isinstance(when, slice):
        first = parse_quarter(when.start) if when.start is not None else 0
        last = parse_quarter("2040-Q4" if when.stop is None else when.stop, closing=True)
        return [(first, last)]
    one = isinstance(when, str | bytes) or not isinstance(when, Iterable)
    several: Iterable[Any] = [when] if one else when  # type: ignore[assignment]
    return [(parse_quarter(each), parse_quarter(each, closing=True)) for each in several]
