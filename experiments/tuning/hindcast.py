"""The hindcast: what the model says about every observed figure, for many points at once.

A population of parameter points is cut into blocks of 256 worlds, each point with the same
replicates: noise and judgement are common to all points, so that points differ by their
parameters alone. Only yearly means of the observed quantities are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.axes import CHN, RUS
from experiments.tuning.measurement import Instrument, load_measurement
from model.noise import Draw, Noise
from model.readings import influence_readings
from model.region import Region
from model.uncertainty import draw_judgement
from scenarios.load import load_scenario
from scenarios.parameters import Numbers, Registry, load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import DOMAINS, STATES

Floats = NDArray[np.float64]
Points = Mapping[str, Floats]
"""Leaf name to one value a point."""
BLOCK = 256
FEWEST_BLOCKS = 2
"""A small population is cut in so many blocks, for as many workers."""
PARTNERS = ("RUS", "CHN")
PAIR = slice(RUS, CHN + 1)
QUARTERS = 4
NORMAL = ("shares", "growth", "moods")
"""Parts of a draw that are standard normal; the others are uniform."""
YEAR_ZERO = 2000


def _capacity(region: Region) -> Floats:
    return influence_readings(region)["capacity"][PAIR]


def _reliance(name: str) -> Callable[[Region], Floats]:
    place = DOMAINS.index(name)
    return lambda region: region.reliance[place, PAIR]


OF_PAIRS: dict[str, Callable[[Region], Floats]] = {
    "capacity": _capacity,
    **{name: _reliance(name) for name in DOMAINS},
}
OF_STATES: dict[str, Callable[[Region], Floats]] = {
    "remittances": lambda region: region.stocks.remittances,
    "debt_to_china": lambda region: region.stocks.debt,
}


@dataclass(frozen=True)
class Cells:
    """Where each observed figure is found among the model's yearly numbers.

    One entry a figure: its year (counted from 2000) and its column; `tools` says by variable how
    it is read and which rows are its.
    """

    year: NDArray[np.int64]
    column: NDArray[np.int64]
    columns: tuple[tuple[str, str, str], ...]
    """(quantity, partner or "", state) of every column."""
    tools: tuple[tuple[Instrument, NDArray[np.int64]], ...]

    @property
    def years(self) -> int:
        """How many years have to be run."""
        return int(self.year.max()) + 1


def cells_of(figures: pd.DataFrame) -> Cells:
    """The cells of figures with columns variable, state, partner and year."""
    tools = load_measurement().instruments
    used = sorted({tools[name].quantity for name in figures["variable"]})
    columns = tuple(column for name in used for column in _columns(name))
    place = {column: number for number, column in enumerate(columns)}
    found = [
        place[tools[row.variable].quantity, row.partner if _paired(tools[row.variable]) else "",
              row.state]
        for row in figures.itertuples()
    ]  # fmt: skip
    parts = tuple(
        (tools[str(name)], np.flatnonzero(figures["variable"].to_numpy() == name))
        for name in figures["variable"].unique()
    )
    year = figures["year"].to_numpy(np.int64) - YEAR_ZERO
    return Cells(year, np.array(found, dtype=np.int64), columns, parts)


def _paired(tool: Instrument) -> bool:
    return tool.quantity in OF_PAIRS


def _columns(quantity: str) -> Iterator[tuple[str, str, str]]:
    for partner in PARTNERS if quantity in OF_PAIRS else ("",):
        for state in STATES:
            yield quantity, partner, state


def read_cells(yearly: Floats, last: Floats, cells: Cells) -> Floats:
    """Transformed model values (figure, worlds) from yearly means (year, column, worlds)."""
    found = np.empty((len(cells.year), yearly.shape[-1]))
    for tool, rows in cells.tools:
        year, column = cells.year[rows], cells.column[rows]
        source = last if tool.last else _smoothed(yearly, tool.window)
        value = source[year, column]
        if tool.transform == "deviation":
            first = column // len(STATES) * len(STATES)
            five = source[year[:, None], first[:, None] + np.arange(len(STATES))]
            value = value - five.mean(axis=1)
        found[rows] = tool.forward(value)
    return found


def _smoothed(yearly: Floats, window: int) -> Floats:
    if window == 1:
        return yearly
    sums = np.cumsum(yearly, axis=0)
    shifted = np.concatenate([np.zeros_like(sums[:window]), sums[:-window]])[: len(sums)]
    count = np.minimum(np.arange(1, len(sums) + 1), window)
    return cast("Floats", (sums - shifted) / count[:, None, None])


class Probe:
    """Stands in for the recorder: adds up yearly means of a few quantities."""

    def __init__(self, cells: Cells, worlds: int) -> None:
        """Nothing is recorded yet."""
        names = dict.fromkeys(column[0] for column in cells.columns)
        self.readers = [{**OF_PAIRS, **OF_STATES}[name] for name in names]
        self.yearly = np.zeros((cells.years, len(cells.columns), worlds))
        self.last = np.zeros_like(self.yearly)

    def record(self, region: Region) -> None:
        """Take down a quarter."""
        year, quarter = divmod(region.quarter, QUARTERS)
        if year >= len(self.yearly):
            return
        worlds, start = self.yearly.shape[-1], 0
        for read in self.readers:
            values = read(region)
            flat = values.reshape(-1, values.shape[-1])
            stop = start + len(flat)
            self.yearly[year, start:stop] += flat / QUARTERS
            if quarter == QUARTERS - 1:
                self.last[year, start:stop] = np.broadcast_to(flat, (len(flat), worlds))
            start = stop


class CommonNoise(Noise):
    """The luck of a few replicates, the same for every point of a block.

    Mirrored, every replicate comes a second time with all its luck reversed, so that the mean of
    the two is what happens without luck, but for what luck does on average.
    """

    def __init__(self, luck: Noise, points: int, *, mirrored: bool = False) -> None:
        """Repeat the replicates of `luck` for so many points (points vary slowest)."""
        self.luck, self.points, self.seed, self.mirrored = luck, points, luck.seed, mirrored
        self.replicates = np.tile(luck.replicates, points * (2 if mirrored else 1))

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter, repeated."""
        draw = self.luck.quarter(index)
        if self.points == 1 and not self.mirrored:
            return draw
        parts = {name: getattr(draw, name) for name in Draw.__dataclass_fields__}
        if self.mirrored:
            parts = {
                name: np.concatenate([part, -part if name in NORMAL else 1 - part], axis=-1)
                for name, part in parts.items()
            }
        return Draw(**{name: np.tile(part, self.points) for name, part in parts.items()})


class TunedRegion(Region):
    """A region whose every parameter is given: judgement is drawn once, not once a block."""

    def _parameters(self, given: Mapping[str, Floats] | None) -> Numbers:
        return Numbers(**(given or {}))


@dataclass(frozen=True)
class Hindcast:
    """What is run for every point: a scenario, the replicates of a seed, up to the last figure.

    As for tuning, every point has the same few replicates, mirrored, with central judgement, and
    a prediction is their mean. `paired`, the points are worlds with a replicate and judgement of
    their own, as `run` has them, and every world is a prediction.
    """

    cells: Cells
    scenario: Scenario
    seed: int = 0
    replicates: tuple[int, ...] = (0, 1)
    paired: bool = False
    changes: Mapping[str, float] = field(default_factory=dict)
    """Leaves that are fixed at another value than the registry's."""

    @property
    def every(self) -> int:
        """Worlds that a point takes."""
        return 1 if self.paired else 2 * len(self.replicates)

    def block(self, points: Points) -> Floats:
        """Predictions for the points of one block: (figure, points)."""
        count = 1 if self.paired else _count(points)
        luck = _luck(self.seed, self.replicates)
        noise = CommonNoise(luck, count, mirrored=not self.paired)
        probe = Probe(self.cells, len(noise.replicates))
        with np.errstate(all="ignore"):
            region = TunedRegion(
                spec=self.scenario,
                parameters=self._arrays(points),
                noise=noise,
                recorder=cast("Any", probe),
            )
            for _ in range(self.cells.years * QUARTERS):
                region.step()
            found = read_cells(probe.yearly, probe.last, self.cells)
        forget(region)
        return found.reshape(len(found), -1, self.every).mean(axis=2)

    def _arrays(self, points: Points) -> dict[str, Floats]:
        """Every parameter with worlds last: registry, then judgement, then the points."""
        registry = load_parameters()
        arrays = registry.arrays()
        if self.paired:
            arrays |= _judgement(self.seed, self.replicates)
        leaves = {name: np.array([value]) for name, value in self.changes.items()}
        leaves |= {name: np.repeat(values, self.every) for name, values in points.items()}
        return with_leaves(arrays, leaves, registry)


def _count(points: Points) -> int:
    return len(next(iter(points.values()))) if points else 1


def with_leaves(
    arrays: dict[str, Floats], leaves: Mapping[str, Floats], registry: Registry
) -> dict[str, Floats]:
    """Arrays with some leaves replaced by one value a world (or one for all)."""
    found, fresh = dict(arrays), set()
    for leaf, values in leaves.items():
        name, place = registry.positions[leaf]
        wide = max(found[name].shape[-1], len(values))
        if name not in fresh or found[name].shape[-1] < wide:
            found[name] = np.array(np.broadcast_to(found[name], (*found[name].shape[:-1], wide)))
            fresh.add(name)
        found[name][place] = values
    return found


@lru_cache(maxsize=4)
def _luck(seed: int, replicates: tuple[int, ...]) -> Noise:
    return Noise(seed, np.array(replicates, dtype=np.int64))


@lru_cache(maxsize=4)
def _judgement(seed: int, replicates: tuple[int, ...]) -> dict[str, Floats]:
    return draw_judgement(load_parameters(), seed, np.array(replicates, dtype=np.int64))


def forget(region: Region) -> None:
    """Let go of a finished region: Mesa 3.3 would keep each one for ever."""
    from mesa import Agent

    getattr(Agent, "_ids", {}).pop(region, None)


def hindcast_of(figures: pd.DataFrame, scenario: str | Scenario = "baseline", **how: Any) -> Hindcast:  # noqa: ANN401, E501
    """The hindcast of some figures under a scenario (a name or one already loaded)."""
    spec = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return Hindcast(cells_of(figures), spec, **how)


def predict(
    hindcast: Hindcast,
    points: Points,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Predictions for any number of points: (figure, points)."""
    size = BLOCK // hindcast.every
    if executor is not None and _count(points) <= size:
        size = -(-_count(points) // FEWEST_BLOCKS)
    blocks = list(cut(points, size))
    return gathered([(hindcast, block) for block in blocks], executor, advance)


def predict_worlds(
    hindcast: Hindcast,
    draws: Points,
    worlds: int,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Predictions of so many worlds (figure, worlds), each with luck and judgement of its own.

    `draws` are rows of a posterior: world i takes row i, starting over when rows run out.
    """
    work = []
    for start in range(0, worlds, BLOCK):
        chosen = tuple(range(start, min(start + BLOCK, worlds)))
        rows = {name: np.resize(values, worlds)[list(chosen)] for name, values in draws.items()}
        work.append((replace(hindcast, replicates=chosen, paired=True), rows))
    return gathered(work, executor, advance)


def gathered(
    work: Sequence[tuple[Hindcast, Points]],
    executor: Executor | None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Blocks in order, computed here or by workers; the last block may be smaller."""
    if executor is None:
        found = (each.block(points) for each, points in work)
    else:
        tasks = [executor.submit(each.block, points) for each, points in work]
        found = (task.result() for task in tasks)
    parts = []
    for part in found:
        parts.append(part)
        advance(part.shape[1])
    return np.concatenate(parts, axis=1)


def cut(points: Points, size: int) -> Iterator[dict[str, Floats]]:
    """Points in portions of at most `size`."""
    for start in range(0, _count(points), size):
        yield {name: values[start : start + size] for name, values in points.items()}
