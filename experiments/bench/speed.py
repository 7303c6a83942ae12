"""How fast it is: against `mesa.batch_run` on the same class, and against a floor of bare NumPy.

All numbers are microseconds a world-quarter: elapsed time over worlds times quarters. They are
medians of rounds in which every measurement takes its turn, so that a busy machine is busy for
all. Starting processes is not counted, neither for Mesa nor for us, but where a command is timed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
from mesa import batchrunner

from experiments.batch.dispatch import Compute
from experiments.batch.executors import local_workers
from experiments.batch.run import carry_out
from experiments.bench.models import EverythingRegion, SevenRegion, warm
from experiments.design.batch import BLOCK
from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from experiments.store.folder import Folder
from model.ensemble import simulate
from model.noise import numbers_of
from scenarios.vocabulary import POWERS, STATES

QUARTERS = 144
UNTIL, FROM = "2035-Q4", "2000-Q1"
SIZES = (1, 16, 64, 256, 1024)
PROCESSES = 2
MESA_RUNS = 8
BATCH_WORLDS, WHOLE_WORLDS = 4096, 10_000
FLOOR_WORLDS = 256
DRAWS: Mapping[str, int] = {
    "normal": numbers_of(len(STATES), len(POWERS))[0],
    "uniform": numbers_of(len(STATES), len(POWERS))[1],
    "exp": 900,
    "log": 300,
    "sqrt": 100,
    "power": 6,
}
"""What a world-quarter of the floor draws and computes: as much as a trace of the rules has,
with two thirds of all quarters on record."""
Json = dict[str, Any]


@dataclass
class Bench:
    """The measurements, each made once a round."""

    rounds: int = 5
    whole: bool = False
    """Whether to time a whole command too."""
    found: dict[str, list[float]] = field(default_factory=dict)

    def measure(self) -> Json:
        """Run all rounds and return the medians and ratios."""
        with ExitStack() as stack:
            pool = stack.enter_context(warm_pool())
            workers = stack.enter_context(local_workers(PROCESSES))
            batch_us(workers, BATCH_WORLDS, until="2001-Q4")  # so that nothing is left to load
            for worlds in (1, FLOOR_WORLDS):
                step_us(worlds)
            for _ in range(self.rounds):
                for name, measured in self._turns(pool, workers):
                    self.found.setdefault(name, []).append(measured())
        return self.result()

    def _turns(self, pool: Any, workers: Executor) -> Iterator[tuple[str, Callable[[], float]]]:  # noqa: ANN401
        yield "floor", floor_us
        for worlds in SIZES:
            yield f"step {worlds}", lambda worlds=worlds: step_us(worlds)  # type: ignore[misc]
        yield "seven", lambda: mesa_us(SevenRegion, pool)
        yield "everything", lambda: mesa_us(EverythingRegion, pool)
        yield "batch", lambda: batch_us(workers, BATCH_WORLDS)
        if self.whole:
            yield "whole", whole_s

    def result(self) -> Json:
        """Return what `crossroads bench --json` prints, and what was found of a whole command."""
        middle = {name: median(values) for name, values in self.found.items()}
        found = {
            "us_per_world_quarter": {str(size): middle[f"step {size}"] for size in SIZES},
            "mesa_batch_run_us": middle["seven"],
            "mesa_batch_run_all_us": middle["everything"],
            "batch_us": middle["batch"],
            "floor_us": middle["floor"],
            "ratio_to_mesa_batch_run": middle["seven"] / middle["batch"],
            "ratio_to_mesa_batch_run_all": middle["everything"] / middle["batch"],
            "ratio_to_floor": middle[f"step {FLOOR_WORLDS}"] / middle["floor"],
        }
        if self.whole:
            found["whole_s"] = middle["whole"]
            found["stepping"] = stepping_s(middle[f"step {BLOCK}"]) / middle["whole"]
        return {name: _rounded(value) for name, value in found.items()}


def _rounded(value: Any) -> Any:  # noqa: ANN401 (numbers, or numbers by name)
    if isinstance(value, dict):
        return {name: _rounded(each) for name, each in value.items()}
    return round(value, 3)


def floor_us(quarters: int = 40) -> float:
    """Measure bare NumPy doing what a quarter cannot do without, on a block of 256 worlds."""
    generator = np.random.Generator(np.random.SFC64(0))
    started = time.perf_counter()
    for _ in range(quarters):
        normals = generator.standard_normal((DRAWS["normal"], FLOOR_WORLDS))
        uniforms = generator.random((DRAWS["uniform"], FLOOR_WORLDS))
        raised = np.exp(np.resize(normals, (DRAWS["exp"], FLOOR_WORLDS)))
        np.log(raised[: DRAWS["log"]])
        np.sqrt(raised[: DRAWS["sqrt"]])
        np.power(raised[: DRAWS["power"]], uniforms[0])
    return (time.perf_counter() - started) / (quarters * FLOOR_WORLDS) * 1e6


def step_us(worlds: int) -> float:
    """Measure one block in this process, as large batches run it: luck and recording included."""
    batch = resolve(RunSpec(("baseline",), worlds=worlds, until=UNTIL, record_from=FROM))
    rows = batch.assumed.design.rows(0, worlds)
    given = {"baseline": batch.values_of(rows).of_scenario("baseline")}
    request = replace(batch.request(rows), compiled=True)
    started = time.perf_counter()
    for _ in simulate(batch.assumed.scenarios, given, request):
        pass
    return _us(started, worlds)


def mesa_us(region: type, pool: Any) -> float:  # noqa: ANN401 (a context's own pool class)
    """Measure `mesa.batch_run` of a region with one world, on processes that are running."""
    with patch.object(batchrunner, "Pool", lambda _: _Lent(pool)):
        started = time.perf_counter()
        rows = batchrunner.batch_run(
            region,
            {"replicate": range(MESA_RUNS)},
            number_processes=PROCESSES,
            iterations=1,
            data_collection_period=1,
            max_steps=10 * QUARTERS,
            display_progress=False,
        )
    taken = _us(started, MESA_RUNS)
    return taken if rows else float("nan")


def batch_us(workers: Executor, worlds: int, until: str = UNTIL) -> float:
    """Measure our batch end to end: every quarter of the three tables on disk, and a manifest."""
    batch = resolve(RunSpec(("baseline",), worlds=worlds, until=until, record_from=FROM))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        carry_out(batch, Folder(folder), Compute(executor=workers))
        return _us(started, worlds)


def whole_s() -> float:
    """Measure a command that runs 10,000 worlds, from its start to its end, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ["run", "baseline", "--quiet", "--worlds", str(WHOLE_WORLDS), "--out", folder]
        command = [sys.executable, "-m", "experiments", *asked, "--workers", str(PROCESSES)]
        started = time.perf_counter()
        subprocess.run(command, check=True)  # noqa: S603 (our own command)
        return time.perf_counter() - started


def stepping_s(us: float) -> float:
    """Return the seconds that stepping alone takes of it, by what a world-quarter takes."""
    return us * WHOLE_WORLDS * QUARTERS / PROCESSES / 1e6


def _us(started: float, worlds: int) -> float:
    return (time.perf_counter() - started) / (worlds * QUARTERS) * 1e6


class _Lent:
    """A running pool in place of the one that `batch_run` would start and stop."""

    def __init__(self, pool: Any) -> None:  # noqa: ANN401 (a context's own pool class)
        self.pool = pool

    def __enter__(self) -> Any:  # noqa: ANN401 (as above)
        return self.pool

    def __exit__(self, *_: object) -> None:
        """Leave the pool running."""


@contextmanager
def warm_pool() -> Iterator[Any]:
    """Give a pool of processes that have imported everything and run a region once."""
    with get_context("spawn").Pool(PROCESSES) as pool:
        pool.map(warm, range(PROCESSES), chunksize=1)
        yield pool
