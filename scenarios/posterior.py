"""The shipped posteriors: numbers of the registry as the record leaves them, a row a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scenarios.vocabulary import FIRST_YEAR

FOLDER = Path(__file__).with_name("posteriors")
"""A file a tuning, named after the last year whose figures it knows; made by `make tune`."""
MADE_FROM = "# made from: "
"""How the line begins that says from which data and code."""


@dataclass(frozen=True)
class Posterior:
    """Draws of some leaves of the registry, one a member; leaves vary together.

    `until` is the last year whose figures they were tuned on, `made_from` says data and code.
    """

    members: Mapping[str, NDArray[np.float64]]
    until: int
    made_from: str


IGNORANT = Posterior({}, FIRST_YEAR - 1, "")
"""What is known before anything was observed: the numbers of the registry, and their spreads."""


def load_posterior(before: int | None = None) -> Posterior:
    """The posterior that worlds draw from by default: the one that knows most.

    With `before`, the one that knows most among those that know nothing from that year on: what it
    says of that year and later is a forecast. One without members, if there is none.
    """
    ends = sorted(int(file.stem) for file in FOLDER.glob("*.csv"))
    unaware = [end for end in ends if before is None or end < before]
    return _load(unaware[-1]) if unaware else IGNORANT


@lru_cache(maxsize=4)
def _load(until: int) -> Posterior:
    made, names, *rows = (FOLDER / f"{until}.csv").read_text(encoding="utf-8").splitlines()
    columns = np.loadtxt(rows, delimiter=",", ndmin=2).T
    members = dict(zip(names.split(","), columns, strict=True))
    return Posterior(members, until, made.removeprefix(MADE_FROM))
