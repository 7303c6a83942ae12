"""Names of scenarios: those that folders and tables of results give back as they were."""

from __future__ import annotations

import re

PARTING = frozenset("=%?*[]\\")
"""What parts names and values in the folders of results, or stands for any letter."""
NOBODY = "__HIVE_DEFAULT_PARTITION__"
"""The name under which readers of such folders expect what has none."""
LONGEST = 240
"""Bytes of a name; file systems take 255, of which `scenario=` has some."""
OTHER = frozenset(
    [
        *("na", "nan", "nat", "null", "none", "nil", "true", "false", "t", "f", "inf", "infinity"),
        *("epoch", "now", "today", "tomorrow", "yesterday"),
    ]
)
"""Words that pandas, R, DuckDB, Polars or Arrow take for a missing, truth or time value."""
WORD = re.compile(r"[^\W\d_]{4}")
"""Letters enough in a row that no number or date has them, but for `0x…`."""


def fault_of_name(name: str) -> str:
    """Say why results cannot bear a scenario's name, and what would do; '' if they can.

    >>> fault_of_name("freeze 2"), fault_of_name("2030_dear_oil")
    ('', '')
    >>> fault_of_name("1e3")
    'other programs take it for a number, date or missing value; scenario_1e3 would do'
    """
    short = len(name.encode(errors="replace")) <= LONGEST
    if not (short and name.isprintable() and not set(name) & PARTING and name != NOBODY):
        return f"expected at most {LONGEST} letters that print, none of {' '.join(sorted(PARTING))}"
    if name[:1].isalpha() or name.startswith("_"):
        text = name.casefold() not in OTHER
    else:
        text = name[:1].isdigit() and bool(WORD.search(name)) and not name.startswith(("0x", "0X"))
    if text:
        return ""
    would = f"scenario_{name.lstrip(' +-=@.#')}"
    return f"other programs take it for a number, date or missing value; {would} would do"
