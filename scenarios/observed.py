"""The shares on record that a scenario can start from: which figures count, and the last of each.

`history/observations.csv` holds the figures, `history/measurement.yaml` says which can be held
against the model as they are. Tuning reads both through the same rules.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from typing import Any

from scenarios.library import LIBRARY
from scenarios.reading import read_document
from scenarios.vocabulary import FIRST_YEAR, STATES

OBSERVATIONS = LIBRARY / "history" / "observations.csv"
MEASUREMENT = LIBRARY / "history" / "measurement.yaml"
TOTAL = "WLD"
"""In the place of a partner: all of them, not a part."""
UNLIKE = frozenset({"mirror", "artefact"})
"""Lenses through which a figure is not what the state itself reports."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A power's observed share in a state and year, and the last line on record that makes it."""

    year: int
    state: str
    power: str
    share: float
    line: int


def lens_of(row: Row, lenses: Iterable[Mapping[str, str]]) -> str:
    """The way of looking at the world through which a row was seen: the first that fits it.

    >>> lens_of({"note": "mirror: reported by China"}, [{"lens": "mirror", "note": "mirror"}])
    'mirror'
    """
    for each in lenses:
        if all(text in row[part] for part, text in each.items() if part != "lens"):
            return each["lens"]
    return "national"


def exclusion(row: Row, exclude: Iterable[Mapping[str, Any]]) -> str:
    """Why a row stays in the record but is compared with nothing; an empty text if it is not so.

    >>> why = [{"state": "KAZ", "because": "hardly recorded"}]
    >>> exclusion({"state": "KAZ", "partner": "RUS", "year": 2010}, why)
    'hardly recorded'
    """
    for each in exclude:
        if (
            row["state"] == each.get("state", row["state"])
            and row["partner"] == each.get("partner", row["partner"])
            and each.get("from", row["year"]) <= row["year"] <= each.get("until", row["year"])
        ):
            return str(each["because"])
    return ""


def last_figures(domain: str, until: int) -> list[Figure]:
    """For each state and power the last share on record up to a year, by state and power."""
    last: dict[tuple[str, str], Figure] = {}
    for figure in figures_of(domain):
        key = (figure.state, figure.power)
        if figure.year <= until and (key not in last or figure.year >= last[key].year):
            last[key] = figure
    return [last[key] for key in sorted(last)]


def rule_of(domain: str) -> dict[str, Any]:
    """How the record's shares become those of a domain; see the head of `measurement.yaml`."""
    found: dict[str, Any] = _measurement()["anchors"][domain]
    return found


@lru_cache(maxsize=8)
def figures_of(domain: str) -> tuple[Figure, ...]:
    """All figures on record that can be held against a domain's reliance as they are."""
    how = _measurement()
    tool = how["variables"][rule_of(domain)["variable"]]
    name = tool.get("from", rule_of(domain)["variable"])
    rows = [row for row in _rows() if row["variable"] == name]
    rows = [row for row in rows if lens_of(row, how["lenses"]) not in UNLIKE]
    if "window" in tool:
        rows = _windowed(rows, tool)
    kept = [row for row in rows if row["partner"] in tool["partners"] and row["state"] in STATES]
    kept = [row for row in kept if not exclusion(row, tool.get("exclude", ()))]
    keys = ("year", "state", "partner", "value", "line")
    return tuple(Figure(*(row[key] for key in keys)) for row in kept)


@lru_cache(maxsize=1)
def _measurement() -> dict[str, Any]:
    return read_document(MEASUREMENT, MEASUREMENT.name).values


@lru_cache(maxsize=1)
def _rows() -> tuple[Row, ...]:
    with OBSERVATIONS.open(encoding="utf-8", newline="") as stream:
        lines = csv.DictReader(stream)
        return tuple(
            {**row, "year": int(row["year"]), "value": float(row["value"]), "line": lines.line_num}
            for row in lines
        )


def _windowed(rows: Sequence[Row], tool: Mapping[str, Any]) -> list[Row]:
    """Shares of partners over windows of years, each stamped with its last year on record.

    Windows do not overlap. One in which a state got less than `total` says nothing.
    """
    parts = [row for row in rows if row["partner"] != TOTAL]
    ends = [_end(row["year"], tool["window"]) for row in parts]
    stamp = {end: max(_years(parts, ends, end)) for end in set(ends)}
    found: list[Row] = []
    for end in sorted(set(ends)):
        for state in STATES:
            own = [
                row
                for row, its in zip(parts, ends, strict=True)
                if its == end and row["state"] == state
            ]
            total = fsum(row["value"] for row in own)
            if total >= tool["total"]:
                found += _shares(own, total, stamp[end], tool["partners"])
    return found


def _end(year: int, window: int) -> int:
    """The last year of the window that a year lies in; windows are counted from 2000."""
    return (year - FIRST_YEAR) // window * window + FIRST_YEAR + window - 1


def _years(rows: Sequence[Row], ends: Sequence[int], end: int) -> Iterator[int]:
    return (min(end, row["year"]) for row, its in zip(rows, ends, strict=True) if its == end)


def _shares(rows: Sequence[Row], total: float, year: int, partners: Sequence[str]) -> Iterator[Row]:
    """What each partner had of a state's total in a window; nothing where it delivered nothing."""
    for partner in partners:
        own = [row for row in rows if row["partner"] == partner]
        value = fsum(row["value"] for row in own) / total
        line = max(row["line"] for row in own or rows)
        yield {**rows[0], "partner": partner, "year": year, "value": value, "line": line}
