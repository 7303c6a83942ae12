"""Names that folders of results can bear: those that readers of such folders give back."""

from __future__ import annotations

PARTING = frozenset("=%?*[]")
"""What parts names and values in the folders of results, or stands for any letter."""
NOBODY = "__HIVE_DEFAULT_PARTITION__"
"""The name under which readers of such folders expect what has none."""
LONGEST = 240
"""Bytes of a name; file systems take 255, of which `scenario=` has some."""
EXPECTED = f"at most {LONGEST} letters that print, none of {' '.join(sorted(PARTING))}"


def is_name_of_folders(name: str) -> bool:
    """Whether folders of results that are called so are read back by that name.

    >>> [is_name_of_folders(name) for name in ("freeze 2", "a=b", "what?", "x" * 300)]
    [True, False, False, False]
    """
    short = len(name.encode(errors="replace")) <= LONGEST
    return short and name.isprintable() and not set(name) & PARTING and name != NOBODY
