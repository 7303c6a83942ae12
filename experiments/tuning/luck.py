"""A region as tuning runs it: few readings, common luck, every parameter given."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.tuning.cells import OF_PAIRS, OF_STATES, Cells
from model.noise import Draw, Noise
from model.recorder import Recorder
from model.region import Region
from scenarios.registry import Numbers

Floats = NDArray[np.float64]
QUARTERS = 4
NORMAL = ("shares", "growth", "moods")
"""Parts of a draw that are standard normal; the others are uniform."""


class Probe(Recorder):
    """Stands in for the recorder: adds up yearly means of a few quantities."""

    def __init__(self, cells: Cells, worlds: int) -> None:
        """Nothing is recorded yet."""
        super().__init__(worlds, record_from=0, until=0)
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


class Deaf(Recorder):
    """Stands in for the recorder where only the last quarter is read: keeps nothing."""

    def __init__(self, worlds: int) -> None:
        """Nothing will be recorded."""
        super().__init__(worlds, record_from=0, until=0)

    def record(self, region: Region) -> None:
        """Let a quarter pass."""


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

    def on_drivers(self, index: int, count: int) -> Floats:
        """The noise on drivers of a quarter, repeated."""
        drawn = self.luck.on_drivers(index, count)
        whole = np.concatenate([drawn, -drawn], axis=-1) if self.mirrored else drawn
        return np.tile(whole, self.points)


class TunedRegion(Region):
    """A region whose every parameter is given: judgement is drawn once, not once a block."""

    def _parameters(self, given: Mapping[str, Floats] | None) -> Numbers:
        return Numbers(**(given or {}))
