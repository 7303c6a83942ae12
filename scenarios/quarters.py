"""Quarters: how they are counted, read and written."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR, QUARTERS

Every = Literal["quarter", "year"]
"""Which quarters are recorded: each, or the last of each year."""
INTERVALS: tuple[str, ...] = get_args(Every)
YEAR = 4
"""Quarters in a year."""
HORIZON = f"{FIRST_YEAR}-Q1 to {LAST_YEAR}-Q4"
Index = TypeVar("Index", int, NDArray[np.int64])
_QUARTER = re.compile(r"(\d{4})-?[Qq]([1-4])", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_HOURS = re.compile(r"(?<=\d)T.*")
_DECIMAL = re.compile(r"(\d{4})\.\d*", re.ASCII)


def parse_quarter(value: str | int | date, *, closing: bool = False) -> int:
    """Index of a quarter, 0 for 2000-Q1, from `2026-Q1`, a year or an ISO date.

    A year is its first quarter, or with `closing` its last; a date is the quarter it lies in.
    Raises ValueError, with a message fit for a user, for anything else and beyond the horizon.

    >>> parse_quarter("2026-Q1"), parse_quarter(2026), parse_quarter("2026-08-15")
    (104, 104, 106)
    >>> parse_quarter("2035", closing=True)
    143
    """
    year, quarter = _year_and_quarter(value, closing=closing)
    index = YEAR * (year - FIRST_YEAR) + quarter - 1
    if not 0 <= index < QUARTERS:
        msg = f"{value} lies beyond the horizon, {HORIZON}"
        raise ValueError(msg)
    return index


def _year_and_quarter(value: str | int | date, *, closing: bool) -> tuple[int, int]:
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    text = text if isinstance(value, str) else _HOURS.sub("", text)
    if quarter := _QUARTER.fullmatch(text):
        return int(quarter[1]), int(quarter[2])
    if _YEAR.fullmatch(text) and not isinstance(value, bool):
        return int(text), 4 if closing else 1
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_what_was_expected(text)) from None
    return day.year, (day.month + 2) // 3


def _what_was_expected(text: str) -> str:
    if decimal := _DECIMAL.fullmatch(text):
        quarter = int(4 * (float(text) - int(decimal[1]))) + 1
        return f"'{text}' is not a quarter; write {decimal[1]}-Q{quarter} if that is meant"
    return f"'{text}' is not a quarter; expected one such as 2026-Q1, a year or a date"


def quarter_label(index: int) -> str:
    """The quarter as files and figures write it.

    >>> quarter_label(104)
    '2026-Q1'
    """
    year, quarter = divmod(index, YEAR)
    return f"{FIRST_YEAR + year}-Q{quarter + 1}"


def quarter_date(index: int) -> date:
    """The quarter's first day.

    >>> quarter_date(106)
    datetime.date(2026, 7, 1)
    """
    year, quarter = divmod(index, YEAR)
    return date(FIRST_YEAR + year, 3 * quarter + 1, 1)


def year_of(index: Index) -> Index:
    """Return the year that a quarter lies in; also for an array of quarters.

    >>> year_of(106)
    2026
    """
    return FIRST_YEAR + index // YEAR


def ends_year(index: int) -> bool:
    """Whether a quarter is the last of its year."""
    return index % YEAR == YEAR - 1


def recorded_quarters(first: int, last: int, every: Every) -> list[int]:
    """Return the quarters that are recorded from the first to the last, which may be none.

    >>> recorded_quarters(104, 112, "year")
    [107, 111]
    """
    return [each for each in range(first, last + 1) if every == "quarter" or ends_year(each)]
