"""Shares of one row add up to one: the one check of it, for numbers from anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from scenarios.registry import FloatArray, Registry

SUM_OF_SHARES = 1e-6


def off_one(
    registry: Registry, leaves: Mapping[str, FloatArray | float]
) -> Iterator[tuple[str, int, str]]:
    """Yield each row of shares that some leaves put off one: its name, the place, in words.

    A leaf has one value or, where several points are checked at once, one a point; the place is
    that of the first point at fault. The other numbers of a row are the registry's.
    """
    where = registry.positions
    shares = {leaf: each for leaf, each in leaves.items() if registry[where[leaf][0]].simplex}
    names = {where[leaf][0] for leaf in shares}
    tables = registry.replaced(
        {name: registry[name].value[..., np.newaxis] for name in sorted(names)},
        {leaf: np.atleast_1d(each) for leaf, each in shares.items()},
    )
    for name, table in tables.items():
        sums = table.sum(axis=-2).reshape(-1, table.shape[-1])
        firsts = registry[name].leaf_names[:: table.shape[-2]]
        for first, totals in zip(firsts, sums, strict=True):
            wrong = np.flatnonzero(~(np.abs(totals - 1) <= SUM_OF_SHARES))
            if wrong.size:
                row, total = row_of(first), totals[wrong[0]]
                yield row, int(wrong[0]), f"the shares {row} add up to {total:.4g}; expected 1"


def row_of(leaf: str) -> str:
    """The row that a share stands in.

    >>> row_of("initial_reliance.trade.KAZ.RUS")
    'initial_reliance.trade.KAZ'
    """
    return leaf.rsplit(".", 1)[0]
