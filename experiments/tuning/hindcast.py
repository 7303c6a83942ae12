"""The hindcast: what the model says of every observed figure, for many points at once.

Points are sets of parameters. They share one luck, which is as small as luck can be: no shocks,
and incidents as one draw and its mirror image have them, of which the mean counts. So points differ
by their parameters alone. Only yearly means of what was observed are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.axes import POWERS
from experiments.record.measurement import Instrument, load_measurement, rows_of
from model.ensemble import let_go, stepper_of
from model.noise import Draw, Noise, draw_of, numbers_of
from model.readings import influence_readings
from model.recorder import GOING_ON, Recorder
from model.region import Region
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import DOMAINS, FIRST_YEAR, OPTIONS, STATES

Floats = NDArray[np.float64]
Points = Mapping[str, Floats]
"""Leaf name to one value a point."""
BLOCK = 256
WIDE = 512
"""Worlds of a block that is played from compiled code."""
LARGE = 2048
"""Points from which on compiled code repays its start."""
QUARTERS = 4
OF_POWERS = "_of_powers"
"""Ends the name of a quantity whose shares are of the four powers alone."""
MIRRORED = 2
"""Worlds of a point: one draw of incidents and its mirror image."""


def read(name: str, region: Region) -> Floats:
    """A quantity of the quarter: (partner or the one row of what has none, state, worlds)."""
    found: Floats  # no np.asarray: what the engine traces is an array that notes what is done
    domain = name.removesuffix(OF_POWERS)
    if domain in DOMAINS:
        found = region.reliance[DOMAINS.index(domain)]
        return found if domain == name else found[POWERS] / found[POWERS].sum(axis=0)
    if name == "capacity":
        return influence_readings(region)[name]
    found = region.stocks.remittances if name == "remittances" else region.stocks.debt
    return found[np.newaxis]


def quantity_of(tool: Instrument) -> str:
    """Return the name under which `read` knows what an instrument measures."""
    return tool.quantity + OF_POWERS * (tool.among == "powers")


@dataclass(frozen=True)
class Cells:
    """Where each figure is found among yearly numbers: its year since 2000, partner and state."""

    year: NDArray[np.int64]
    partner: NDArray[np.int64]
    state: NDArray[np.int64]
    tools: tuple[tuple[Instrument, NDArray[np.int64]], ...]
    """How each variable is read, and which figures are its."""

    def values(self, yearly: Mapping[str, Floats], last: Mapping[str, Floats]) -> Floats:
        """Model values (figure, worlds), transformed as the record's are.

        `yearly` and `last` have the mean and the last quarter of each year by quantity:
        (year, partner, state, worlds).
        """
        worlds = next(iter(yearly.values())).shape[-1]
        found = np.empty((len(self.year), worlds))
        for tool, rows in self.tools:
            source = smoothed((last if tool.last else yearly)[quantity_of(tool)], tool.window)
            year, partner = self.year[rows], self.partner[rows]
            value = source[year, partner, self.state[rows]]
            if tool.transform == "deviation":
                value = value - source[year, partner].mean(axis=1)
            found[rows] = tool.forward(value)
        return found


def cells_of(figures: pd.DataFrame) -> Cells:
    """The cells of figures with columns variable, state, partner and year."""
    tools = load_measurement().instruments
    partner = [
        OPTIONS.index(row.partner) if tools[row.variable].quantity in {*DOMAINS, "capacity"} else 0
        for row in rows_of(figures)
    ]
    names = figures["variable"].to_numpy()
    return Cells(
        figures["year"].to_numpy(np.int64) - FIRST_YEAR,
        np.array(partner, dtype=np.int64),
        np.array([STATES.index(each) for each in figures["state"]], dtype=np.int64),
        tuple((tools[str(each)], np.flatnonzero(names == each)) for each in dict.fromkeys(names)),
    )


def smoothed(yearly: Floats, window: int) -> Floats:
    """Means over so many years up to each, or over as many as there are."""
    if window == 1:
        return yearly
    sums = np.cumsum(yearly, axis=0)
    before = np.concatenate([np.zeros_like(sums[:window]), sums[:-window]])[: len(sums)]
    count = np.minimum(np.arange(1, len(sums) + 1), window)
    return np.asarray((sums - before) / count[:, None, None, None])


class YearlyMeans(Recorder):
    """Stands in for the recorder: takes down yearly means of some quantities, and the last."""

    def __init__(self, names: Iterable[str], worlds: int) -> None:
        """Nothing is recorded yet."""
        super().__init__(worlds, record_from=0, until=-1, tables=())
        self.names = tuple(dict.fromkeys(names))
        self.year = {name: np.zeros((1, 1, 1)) for name in self.names}
        self.yearly: dict[str, list[Floats]] = {name: [] for name in self.names}
        self.last: dict[str, list[Floats]] = {name: [] for name in self.names}

    @property
    def asked(self) -> tuple[object, ...]:
        """The quantities decide which numbers are taken down."""
        return self.names

    def add_up(self, region: Region) -> None:
        """Add the quarter to the means of its year."""
        going_on = self.year[GOING_ON]
        means = {
            name: self.year[name] * going_on + read(name, region) / QUARTERS for name in self.names
        }
        self.year = {**self.year, **means}

    def take_down(self, region: Region) -> None:
        """Take down a year that has ended."""
        wide = np.zeros(self.worlds)
        for name in self.names:
            self.yearly[name].append(self.year[name] + wide)
            self.last[name].append(read(name, region) + wide)

    def news(self, wrong: Iterable[int]) -> bool:  # noqa: ARG002
        """Worlds that went wrong are of no further interest."""
        return False

    def check(self, region: Region, quarter: int) -> None:
        """As above."""


class Quiet(Noise):
    """No shocks; incidents and the like as one draw and its mirror image have them, in turn."""

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter, the same for every point."""
        points = len(self.replicates) // MIRRORED
        normals, chances = numbers_of(len(self.states), len(self.powers))
        drawn = np.random.default_rng([self.seed, index]).random((chances, 1))
        uniforms = np.tile(np.concatenate([drawn, 1 - drawn], axis=1), points)
        return draw_of(np.zeros((normals, len(self.replicates))), uniforms)


@dataclass(frozen=True)
class Hindcast:
    """What is run for every point: a scenario up to the year of the last figure."""

    cells: Cells
    scenario: Scenario
    seed: int = 0
    compiled: bool = False
    """Says how, not what: the numbers are the same."""

    def block(self, points: Points) -> Floats:
        """Predictions for the points of one block: (figure, points)."""
        count = _count(points)
        noise = Quiet(self.seed, np.zeros(count * MIRRORED, dtype=np.int64))
        probe = YearlyMeans((quantity_of(tool) for tool, _ in self.cells.tools), count * MIRRORED)
        registry = load_parameters()
        leaves = {name: np.repeat(values, MIRRORED) for name, values in points.items()}
        with np.errstate(all="ignore"):
            region = Region(
                spec=self.scenario,
                parameters=registry.replaced(registry.arrays(), leaves),
                noise=noise,
                recorder=probe,
            )
            stepper = stepper_of(region, probe, compiled=self.compiled)
            for year in range(int(self.cells.year.max()) + 1):
                stepper.step_to((year + 1) * QUARTERS - 1)
                probe.take_down(region)
            yearly, last = (
                {name: np.stack(rows) for name, rows in each.items()}
                for each in (probe.yearly, probe.last)
            )
            found = self.cells.values(yearly, last)
        let_go(region)
        return np.asarray(found.reshape(len(found), count, MIRRORED).mean(axis=2))


def _count(points: Points) -> int:
    return len(next(iter(points.values()))) if points else 1


def hindcast_of(
    figures: pd.DataFrame, scenario: str | Scenario = "baseline", seed: int = 0
) -> Hindcast:
    """The hindcast of some figures under a scenario (a name or one already loaded).

    It runs free: what goes through the record would know what it is compared with.
    """
    spec = load_scenario(scenario) if isinstance(scenario, str) else scenario
    return Hindcast(cells_of(figures), replace(spec, free=True), seed)


def predict(
    hindcast: Hindcast,
    points: Points,
    executor: Executor | None = None,
    advance: Callable[[int], object] = lambda _: None,
) -> Floats:
    """Predictions for any number of points: (figure, points)."""
    hindcast = replace(hindcast, compiled=_count(points) >= LARGE)
    size = (WIDE if hindcast.compiled else BLOCK) // MIRRORED
    blocks = [
        {name: values[start : start + size] for name, values in points.items()}
        for start in range(0, _count(points), size)
    ]
    parts: list[Floats] = []
    for part in _computed(hindcast, blocks, executor):
        parts.append(part)
        advance(part.shape[1])
    return np.concatenate(parts, axis=1)


def _computed(
    hindcast: Hindcast, blocks: list[dict[str, Floats]], executor: Executor | None
) -> Iterator[Floats]:
    if executor is None:
        yield from map(hindcast.block, blocks)
        return
    for task in [executor.submit(hindcast.block, block) for block in blocks]:
        yield task.result()
