"""First-passage times over worlds, censored at the end of what was recorded or at a failure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.results.clusters import Clusters
from experiments.results.moments import wilson

Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
NEVER = -1
HALF = 0.5


def run_starts(holds: Booleans, held: int) -> Booleans:
    """Return where a run of `held` rows begins: (rows, worlds), True at its first row.

    >>> run_starts(np.array([[0], [1], [1], [0]], dtype=bool), 2)[:, 0]
    array([False,  True, False, False])
    """
    found = holds.copy()
    for step in range(1, held):
        found[: len(holds) - step] &= holds[step:]
    if held > 1:
        found[max(len(holds) - held + 1, 0) :] = False
    return found


def first_passage(holds: Booleans, held: int = 1) -> Integers:
    """Return the row in which each world first holds for `held` rows, -1 if it never does.

    >>> first_passage(np.array([[0, 0], [1, 0], [1, 1]], dtype=bool), 2)
    array([ 1, -1])
    """
    begins = run_starts(holds, held)
    return np.where(begins.any(axis=0), begins.argmax(axis=0), NEVER)


@dataclass(frozen=True)
class Curve:
    """Share of worlds that have passed by each row, with the ends of its 95 % interval."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    worlds: int

    @property
    def median(self) -> int | None:
        """The row by which half of the worlds have passed, None if they have not (censored)."""
        reached = np.flatnonzero(self.value >= HALF)
        return int(reached[0]) if reached.size else None


def curve(
    first: Integers, last_known: Integers, rows: int, clusters: Clusters | None = None
) -> Curve:
    """Return the curve of first passage, with Wilson's interval for as many worlds as are known.

    Where no world failed all are censored at the end alone: it is the share of worlds that passed.
    Worlds that failed before passing are censored there (Kaplan and Meier 1958), and count among
    the trials of the interval up to there. `first` is the row of passage or -1, `last_known` the
    last row in which a world is known, `clusters` how worlds lie that are not independent.

    >>> curve(np.array([0, 2, -1, -1]), np.array([2, 2, 2, 2]), 3).value
    array([0.25, 0.25, 0.5 ])
    """
    row = np.arange(rows)
    passed = np.bincount(first[first >= 0], minlength=rows)[:rows]
    ends = np.where(first >= 0, first, last_known)
    at_risk = (ends[:, np.newaxis] >= row).sum(axis=0)
    value = 1 - np.cumprod(1 - passed / np.maximum(at_risk, 1))
    by = (first >= 0) & (first <= row[:, np.newaxis])
    known = by | (last_known >= row[:, np.newaxis])
    trials = clusters.trials(np.where(known, by, np.nan)) if clusters else known.sum(axis=1)
    ends_of = np.array([wilson(float(p * n), float(n)) for p, n in zip(value, trials, strict=True)])
    return Curve(value, ends_of[:, 0], ends_of[:, 1], int(first.size))
