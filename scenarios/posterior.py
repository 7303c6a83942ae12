"""The shipped posterior: numbers of the registry as the record leaves them, a row a member."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("posterior.csv")
"""Made by `make tune`; lines that begin with # say from what."""
UNTIL, MADE_FROM = "# until: ", "# made from: "


@dataclass(frozen=True)
class Posterior:
    """Draws of some leaves of the registry, one a member; leaves vary together.

    `until` is the last year whose figures they were tuned on, `made_from` says data and code.
    """

    members: Mapping[str, NDArray[np.float64]]
    until: int
    made_from: str


@lru_cache(maxsize=1)
def load_posterior() -> Posterior:
    """The posterior that travels with the project."""
    text = FILE.read_text(encoding="utf-8")
    said = [line for line in text.splitlines() if line.startswith("#")]
    names, *rows = [line for line in text.splitlines() if not line.startswith("#")]
    columns = np.loadtxt(rows, delimiter=",", ndmin=2).T
    until, made_from = (
        next(line.removeprefix(key) for line in said if line.startswith(key))
        for key in (UNTIL, MADE_FROM)
    )
    return Posterior(dict(zip(names.split(","), columns, strict=True)), int(until), made_from)
