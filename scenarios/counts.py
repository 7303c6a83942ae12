"""Whole numbers that a batch is asked for by: one rule, whoever asks."""

from __future__ import annotations

from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR

NUMBERED = 2**31 - 1
"""Worlds that can be told apart: their numbers have 32 bits in the result tables."""
BOUNDS = {
    "worlds": (1, NUMBERED),
    "points": (1, NUMBERED),
    "replicates": (1, NUMBERED),
    "seed": (0, 2**128 - 1),
    "record_until": (FIRST_YEAR - 1, LAST_YEAR),
}
"""The least and the most of each; a seed has as many bits as NumPy draws for one."""


def expected(given: object, least: int, most: int | None = None) -> str:
    """Say what was expected in the place of a number; nothing if it will do.

    >>> expected(2.5, 1), expected(0, 1), expected(9, 1, most=8), expected(1, 1)
    ('a whole number', '1 or more', 'at most 8', '')
    """
    if isinstance(given, bool) or not isinstance(given, int):
        return "a whole number"
    if given < least:
        return f"{least} or more"
    return f"at most {most:,}" if most is not None and given > most else ""
