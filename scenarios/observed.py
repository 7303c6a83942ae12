"""The shares on record that worlds go through: which figures count, and how far each is trusted.

`history/observations.csv` holds the figures, `history/measurement.yaml` says what each measures.
Tuning reads both through the same rules.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, fsum, hypot, log
from typing import Any

from scenarios.extras import observed_rows
from scenarios.frame import Frame, current, per_frame
from scenarios.library import LIBRARY
from scenarios.reading import read_document
from scenarios.vocabulary import FIRST_YEAR, POWERS, STATES

OBSERVATIONS = LIBRARY / "history" / "observations.csv"
MEASUREMENT = LIBRARY / "history" / "measurement.yaml"
MIGRANTS = "RUS"
"""Whose labour market remittances are from."""
NATIONAL = "national"
"""The lens of figures whose file names none."""
LEAST = 0.005
"""Shares that are followed, and what they leave, are no smaller: none recorded is not none."""
LEAST_STOCK = 0.001

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """An observed share as worlds follow it: the log-odds of a state's reliance on an option.

    It is the mean over its years, from `first` to `last`; `error` is a standard deviation. Of
    remittances, a stock, it is the logarithm of their share of GDP.
    `change` marks figures whose level says nothing, `line` is where the record has it.
    """

    domain: str
    state: str
    option: str
    first: int
    last: int
    log_odds: float
    error: float
    change: bool
    line: int


@dataclass(frozen=True)
class Followed:
    """How a domain is followed: the step of its log-odds a quarter, and what shares are of."""

    step: float
    among_powers: bool
    stock: bool
    variables: tuple[str, ...]


def own_offset(
    offsets: Iterable[Mapping[str, Any]], state: str, partner: str, lens: str
) -> Mapping[str, Any]:
    """What is said of the offset of one series alone; empty if nothing is."""
    given = {"state": state, "partner": partner, "lens": lens}
    return next((each for each in offsets if given.items() <= each.items()), {})


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


@lru_cache(maxsize=1)
def followed() -> Mapping[str, Followed]:
    """The domains whose record worlds follow."""
    how = _measurement()
    return {
        domain: Followed(
            said["step"],
            how["variables"][said["variables"][0]].get("among") == "powers",
            said.get("stock", False),
            tuple(said["variables"]),
        )
        for domain, said in how["record"].items()
    }


@per_frame()
def figures() -> tuple[Figure, ...]:
    """All figures that worlds go through, by domain, state, option and year."""
    how = _measurement()
    found = (
        figure
        for domain, said in how["record"].items()
        for name in said["variables"]
        for figure in _of_variable(domain, said, how["variables"][name] | {"name": name})
    )
    taken = {"REG"} if len(POWERS) > len(Frame().labels("power")) else set()
    found = (figure for figure in found if figure.option not in taken)  # it counts them together
    return tuple(sorted(found, key=lambda f: (f.domain, f.state, f.option, f.last, f.line)))


def _of_variable(domain: str, said: Mapping[str, Any], tool: Mapping[str, Any]) -> Iterator[Figure]:
    origin = tool.get("from", tool["name"])
    rows: Sequence[Row] = [row for row in _rows() if row["variable"] == origin]
    if "window" in tool:
        rows = _windowed(rows, tool)
    for row in rows:
        if row["partner"] not in tool.get("partners", [""]) or exclusion(
            row, tool.get("exclude", ())
        ):
            continue
        place = row["state"], row["partner"] or MIGRANTS
        years = row["year"] - tool.get("window", 1) + 1, row["year"]
        if said.get("stock"):
            size = max(row["value"] * tool.get("scale", 1.0), LEAST_STOCK)
            error = hypot(_of_lens(tool["error"], row["lens"]), tool["absolute"] / size)
            yield Figure(domain, *place, *years, log(size), error, change=False, line=row["line"])
            continue
        offset = own_offset(tool.get("offsets", ()), *place, row["lens"]).get("mean", 0.0)
        least = tool.get("least_followed", LEAST)
        share = min(max(row["value"] * exp(-offset), least), 1 - least)
        error = said.get("error") or _error(share, row["lens"], tool)
        odds, change = log(share / (1 - share)), tool["how"] == "change"
        yield Figure(domain, *place, *years, odds, error, change, row["line"])


def _error(share: float, lens: str, tool: Mapping[str, Any]) -> float:
    """The error of log-odds that goes with one of a share's logarithm."""
    return hypot(
        _of_lens(tool["error"], lens), tool.get("absolute", 0.0) / min(share, 1 - share)
    ) / max(share, 1 - share)


def _of_lens(error: float | Mapping[str, float], lens: str) -> float:
    """The error of figures that are seen through a lens."""
    return float(error if isinstance(error, float) else error.get(lens, error["other"]))


@lru_cache(maxsize=1)
def _measurement() -> dict[str, Any]:
    return read_document(MEASUREMENT, MEASUREMENT.name).values


@per_frame()
def _rows() -> tuple[Row, ...]:
    with OBSERVATIONS.open(encoding="utf-8", newline="") as stream:
        lines = csv.DictReader(stream)
        own = [
            {**row, "year": int(row["year"]), "value": float(row["value"]), "line": lines.line_num}
            for row in lines
        ]
    return (*own, *observed_rows(current()))


def _windowed(rows: Sequence[Row], tool: Mapping[str, Any]) -> list[Row]:
    """Shares of partners over windows of years, which do not overlap.

    Each is stamped with its last year on record. One in which a state got less than `total` says
    nothing.
    """
    ends = [_end(row["year"], tool["window"]) for row in rows]
    found: list[Row] = []
    for end in sorted(set(ends)):
        inside = [row for row, its in zip(rows, ends, strict=True) if its == end]
        stamp = max(row["year"] for row in inside)
        for state in STATES:
            own = [row for row in inside if row["state"] == state]
            total = fsum(row["value"] for row in own)
            if total >= tool["total"]:
                found += _shares(own, total, stamp, tool["partners"])
    return found


def _end(year: int, window: int) -> int:
    """The last year of the window that a year lies in; windows are counted from 2000."""
    return (year - FIRST_YEAR) // window * window + FIRST_YEAR + window - 1


def _shares(rows: Sequence[Row], total: float, year: int, partners: Sequence[str]) -> Iterator[Row]:
    """What each partner had of a state's total in a window; nothing where it delivered nothing."""
    for partner in partners:
        own = [row for row in rows if row["partner"] == partner]
        value = fsum(row["value"] for row in own) / total
        line = max(row["line"] for row in own or rows)
        yield {**rows[0], "partner": partner, "year": year, "value": value, "line": line}
