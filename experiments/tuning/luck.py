"""A region as tuning runs it: few readings, common luck, every parameter given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.tuning.cells import OF_PAIRS, OF_STATES, Cells
from model.noise import Draw, Noise, draw_of
from model.recorder import GOING_ON, Recorder
from model.region import Region
from scenarios.registry import Numbers

Floats = NDArray[np.float64]
QUARTERS = 4


class Probe(Recorder):
    """Stands in for the recorder: takes down yearly means of a few quantities, and the last."""

    def __init__(self, cells: Cells, worlds: int) -> None:
        """Nothing is recorded yet."""
        super().__init__(worlds, record_from=0, until=-1, tables=())
        names = dict.fromkeys(column[0] for column in cells.columns)
        self.readers = {name: {**OF_PAIRS, **OF_STATES}[name] for name in names}
        self.yearly = np.zeros((cells.years, len(cells.columns), worlds))
        self.last = np.zeros_like(self.yearly)
        self.year = {name: np.zeros((1, 1)) for name in names}

    @property
    def asked(self) -> tuple[object, ...]:
        """The quantities decide which numbers are taken down."""
        return tuple(self.readers)

    def add_up(self, region: Region) -> None:
        """Add the quarter to the means of its year."""
        going_on = self.year[GOING_ON]
        means = {
            name: self.year[name] * going_on + read(region) / QUARTERS
            for name, read in self.readers.items()
        }
        self.year = {**self.year, **means}

    def take_down(self, region: Region) -> None:
        """Take down a year that has ended."""
        year = region.quarter // QUARTERS
        self.yearly[year] = self._column(self.year)
        self.last[year] = self._column({name: read(region) for name, read in self.readers.items()})

    def _column(self, values: Mapping[str, Floats]) -> Floats:
        """Quantities one after the other: (column, worlds)."""
        wide = np.zeros(self.worlds)
        return np.concatenate(
            [(values[name] + wide).reshape(-1, self.worlds) for name in self.readers]
        )

    def news(self, wrong: Iterable[int]) -> bool:  # noqa: ARG002
        """Worlds that went wrong are of no further interest."""
        return False

    def check(self, region: Region, quarter: int) -> None:
        """As above."""


class Deaf(Recorder):
    """Stands in for the recorder where only the last quarter is read: keeps nothing."""

    def __init__(self, worlds: int) -> None:
        """Nothing will be recorded."""
        super().__init__(worlds, record_from=0, until=-1, tables=())

    def news(self, wrong: Iterable[int]) -> bool:  # noqa: ARG002
        """Worlds that went wrong are of no further interest."""
        return False

    def check(self, region: Region, quarter: int) -> None:
        """As above."""


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
        normals, uniforms = draw.normals, draw.uniforms
        if self.mirrored:
            normals = np.concatenate([normals, -normals], axis=-1)
            uniforms = np.concatenate([uniforms, 1 - uniforms], axis=-1)
        return draw_of(np.tile(normals, self.points), np.tile(uniforms, self.points))

    def on_drivers(self, index: int, count: int) -> Floats:
        """The noise on drivers of a quarter, repeated."""
        drawn = self.luck.on_drivers(index, count)
        whole = np.concatenate([drawn, -drawn], axis=-1) if self.mirrored else drawn
        return np.tile(whole, self.points)


class TunedRegion(Region):
    """A region whose every parameter is given: judgement is drawn once, not once a block."""

    def _parameters(self, given: Mapping[str, Floats] | None) -> Numbers:
        return Numbers(**(given or {}))
