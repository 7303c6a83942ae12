"""How the cost of a batch grows with worlds, scenarios, quarters and workers, as a figure."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from experiments.batch import carry_out
from experiments.dispatch import Means
from experiments.executors import cores, local_workers
from experiments.folder import Folder
from experiments.inputs import resolve
from experiments.wishes import Wishes
from scenarios.quarters import parse_quarter, quarter_label

LIBRARY = (
    *("baseline", "frozen_ukraine", "afghanistan_instability", "taliban_integration"),
    *("taiwan_crisis", "western_exit", "russian_decline", "escalation", "perfect_storm"),
    *("debt_distress", "attack_wave", "wider_engagement"),
)
WORLDS, QUARTERS = 1024, 144
SWEEPS: dict[str, tuple[int, ...]] = {
    "worlds": (256, 512, 1024, 2048, 4096),
    "scenarios": (1, 2, 4, 8, 12),
    "quarters": (36, 72, 108, 144),
    "workers": tuple(sorted({1, 2, cores()})),
}
"""What is varied, the rest held at 1,024 worlds, one scenario, 144 quarters, all cores."""
Points = dict[str, dict[int, float]]


def measured(rounds: int = 3) -> Points:
    """Return seconds by what varied and its value: medians of rounds, start-up not counted."""
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(rounds):
        for name, values in SWEEPS.items():
            for value in values:
                found.setdefault((name, value), []).append(seconds(**{name: value}))
    return {
        name: {value: median(found[name, value]) for value in values}
        for name, values in SWEEPS.items()
    }


def seconds(
    worlds: int = WORLDS, scenarios: int = 1, quarters: int = QUARTERS, workers: int = 0
) -> float:
    """Return how long one batch takes, written as by default: from 2024 on, or its last year."""
    until = parse_quarter("2000-Q1") + quarters - 1
    record_from = min(parse_quarter("2024-Q1"), until - 3)
    wishes = Wishes(
        LIBRARY[:scenarios],
        worlds=worlds,
        until=quarter_label(until),
        record_from=quarter_label(record_from),
    )
    batch = resolve(wishes)
    with ExitStack() as stack:
        executor = stack.enter_context(local_workers(workers or cores()))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        list(executor.map(_warm, range(4 * cores())))
        started = time.perf_counter()
        carry_out(batch, Folder(folder), Means(executor=executor))
        return time.perf_counter() - started


def _warm(_: int) -> None:
    """Import what a worker needs."""
    import model.ensemble  # noqa: F401


def draw(points: Points, path: Path) -> None:
    """Draw the measurements, a panel for each thing that was varied."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(1, len(points), figsize=(3.2 * len(points), 3), layout="tight")
    for panel, (name, costs) in zip(panels, points.items(), strict=True):
        panel.plot(list(costs), list(costs.values()), marker="o", color="#1b6ca8")
        first, cost = next(iter(costs.items()))
        like: Callable[[int], float] = _proportional(name, first, cost)
        panel.plot(list(costs), [like(each) for each in costs], color="#999999", linestyle=":")
        panel.set(xlabel=name, ylim=(0, None))
    panels[0].set_ylabel("seconds")
    figure.suptitle("What a batch costs; dotted: in proportion to the first point", fontsize=10)
    figure.savefig(path, dpi=150)
    plt.close(figure)


def _proportional(name: str, first: int, cost: float) -> Callable[[int], float]:
    if name == "workers":
        return lambda value: cost * first / value
    return lambda value: cost * value / first
