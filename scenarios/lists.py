"""Lists of names, as a sentence says them."""

from __future__ import annotations

from collections.abc import Iterable


def listed(names: Iterable[str], joint: str = "and") -> str:
    """Join names as a sentence does.

    >>> listed(["KAZ", "KGZ", "UZB"]), listed("ab", "or"), listed([])
    ('KAZ, KGZ and UZB', 'a or b', '')
    """
    *others, last = [*names] or [""]
    return f"{', '.join(others)} {joint} {last}" if others else last
