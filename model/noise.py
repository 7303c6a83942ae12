"""Noise: one stream a replicate, so that a world's luck depends on nothing but its number."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NORMALS = 209
"""A quarter's normals: 200 for shares (domain, option, state), 4 for growth, 5 for moods."""
UNIFORMS = 26
"""A quarter's uniforms: incidents 5, attacks 5, unrest 5, interventions 5, clash 1, events 5."""
AHEAD = 8
"""Quarters drawn at once."""
DRIVERS = 2
"""Second part of the key of a replicate's stream for noise on drivers."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One quarter's luck of every world: the same number of draws whatever happens."""

    shares: FloatArray
    """(domain, option, state, worlds), standard normal."""
    growth: FloatArray
    """(power, worlds), standard normal."""
    moods: FloatArray
    """(state, worlds), standard normal."""
    incidents: FloatArray
    attacks: FloatArray
    unrest: FloatArray
    interventions: FloatArray
    """(state, worlds), uniform."""
    clash: FloatArray
    """(worlds,), uniform."""
    events: FloatArray
    """(5, worlds), uniform: for up to five uncertain events of a scenario."""


@dataclass
class Noise:
    """The luck of some replicates, quarter by quarter; forks that share it draw it once.

    The stream of replicate r is `SeedSequence(seed, spawn_key=(r,))`, read from 2000-Q1 on.
    """

    seed: int
    replicates: NDArray[np.int64]
    _streams: list[np.random.Generator] = field(init=False, repr=False)
    _chunks: list[tuple[FloatArray, FloatArray]] = field(init=False, repr=False)
    _apart: list[np.random.Generator] = field(init=False, repr=False)
    _shocks: list[FloatArray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open one stream a replicate."""
        self._streams = [stream(self.seed, int(replicate)) for replicate in self.replicates]
        self._chunks = []
        self._apart, self._shocks = [], []

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter (0 = 2000-Q1)."""
        chunk, place = divmod(index, AHEAD)
        while len(self._chunks) <= chunk:
            self._chunks.append(self._draw())
        normals, uniforms = (part[place] for part in self._chunks[chunk])
        worlds = normals.shape[-1]
        return Draw(
            shares=normals[:200].reshape(8, 5, 5, worlds),
            growth=normals[200:204],
            moods=normals[204:],
            incidents=uniforms[0:5],
            attacks=uniforms[5:10],
            unrest=uniforms[10:15],
            interventions=uniforms[15:20],
            clash=uniforms[20],
            events=uniforms[21:],
        )

    def on_drivers(self, index: int, count: int) -> FloatArray:
        """Standard normals (count, worlds) for optional noise on drivers, from streams apart."""
        if not self._apart:
            self._apart = [stream(self.seed, int(each), DRIVERS) for each in self.replicates]
        while len(self._shocks) <= index:
            fresh = [generator.standard_normal(count) for generator in self._apart]
            self._shocks.append(np.stack(fresh, axis=-1))
        return self._shocks[index]

    def _draw(self) -> tuple[FloatArray, FloatArray]:
        """The next quarters of every stream, turned so that worlds come last."""
        worlds = len(self._streams)
        normals = np.empty((worlds, AHEAD * NORMALS))
        uniforms = np.empty((worlds, AHEAD * UNIFORMS))
        for world, generator in enumerate(self._streams):
            generator.standard_normal(out=normals[world])
            generator.random(out=uniforms[world])
        return (
            np.ascontiguousarray(normals.T).reshape(AHEAD, NORMALS, worlds),
            np.ascontiguousarray(uniforms.T).reshape(AHEAD, UNIFORMS, worlds),
        )


def stream(seed: int, *key: int) -> np.random.Generator:
    """A generator of its own for a seed and a key, the same wherever it is made.

    >>> stream(42, 7).random() == stream(42, 7).random()
    True
    """
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))
