"""Selecting rows of result tables: by scenario, state, power and quarter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import reduce
from operator import and_
from typing import Any, TypedDict

import pyarrow as pa
import pyarrow.compute as pc

from experiments.design.asked import check_label
from experiments.refusals import BadInput
from scenarios.faults import nearest
from scenarios.quarters import parse_quarter, quarter_date
from scenarios.reading import described

Some = str | Iterable[str] | None
"""One name, several, or None for all."""
Quarter = str | int | date
When = Quarter | Iterable[Quarter] | slice | None
"""A quarter, several, or a slice of quarters whose last belongs to it."""


class Selection(TypedDict, total=False):
    """What rows can be selected by."""

    scenario: Some
    state: Some
    power: Some
    quarter: When


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


def span(when: When) -> tuple[date, date] | list[date] | None:
    """Return the first days of the quarters asked for: a span, a list, or None for all.

    >>> span(slice("2030", "2035-Q4"))
    (datetime.date(2030, 1, 1), datetime.date(2035, 10, 1))
    """
    if when is None:
        return None
    try:
        if isinstance(when, slice):
            first = parse_quarter(when.start) if when.start is not None else 0
            last = parse_quarter("2040-Q4" if when.stop is None else when.stop, closing=True)
            return quarter_date(first), quarter_date(last)
        one = isinstance(when, str | bytes) or not isinstance(when, Iterable)
        several: Iterable[Any] = [when] if one else when  # type: ignore[assignment]
        return [quarter_date(parse_quarter(each)) for each in several]
    except ValueError as wrong:
        raise BadInput(str(wrong)) from None


def arrow_filter(table: str, state: Some, power: Some, quarter: When) -> pc.Expression | None:
    """Return the selection as pyarrow reads it, None when everything is asked for."""
    terms: list[Any] = []
    for key, some in (("state", state), ("power", power)):
        if (names := labels(table, key, some)) is not None:
            terms.append(pc.field(key).isin(pa.array(names, pa.string())))
    days = span(quarter)
    if isinstance(days, tuple):
        terms += [pc.field("quarter") >= days[0], pc.field("quarter") <= days[1]]
    elif days is not None:
        terms.append(pc.field("quarter").isin(pa.array(days, pa.date32())))
    return reduce(and_, terms) if terms else None


def sql_filter(table: str, selection: Selection) -> tuple[str, list[object]]:
    """Return the selection as a condition for DuckDB and the values that go with it."""
    terms, values = ["true"], list[object]()
    for key, some in (("state", selection.get("state")), ("power", selection.get("power"))):
        if (names := labels(table, key, some)) is not None:
            terms.append(f"{key} in (select unnest(?))")
            values.append(names)
    days = span(selection.get("quarter"))
    if isinstance(days, tuple):
        terms.append("quarter between ? and ?")
        values += days
    elif days is not None:
        terms.append("quarter in (select unnest(?))")
        values.append(days)
    return " and ".join(terms), values
