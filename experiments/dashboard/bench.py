"""How long the page's first answer and a move take: `make bench-page` prints it."""

from __future__ import annotations

import time
from dataclasses import replace
from statistics import median

from experiments.dashboard.finding import finding
from experiments.dashboard.query import Query
from experiments.dashboard.view import View
from experiments.dashboard.worlds import Worlds

MOVES = (0.1, 0.3, 0.5, 0.7, 0.9)


def seconds(worlds: Worlds, asked: Query) -> float:
    """Return how long an answer takes, with its sentence."""
    begun = time.perf_counter()
    finding(worlds.answer(asked), View())
    return time.perf_counter() - begun


def main() -> None:
    """Print both, of the page as it opens; a move is the median of five."""
    worlds, opens = Worlds(), Query("frozen_ukraine", "baseline")
    print(f"first answer {seconds(worlds, opens):.2f} s", flush=True)
    moved = [seconds(worlds, replace(opens, drivers={"sanctions": each})) for each in MOVES]
    set_all = [seconds(worlds, replace(opens, settings={"attention_cost": e})) for e in (0.4, 0.6)]
    print(f"a driver moved {median(moved):.2f} s, a parameter {median(set_all):.2f} s")


if __name__ == "__main__":
    main()
