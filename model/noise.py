"""Noise: one stream a replicate, so that a world's luck depends on nothing but its number."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.streams import FloatArray, Streams, stream, streams_of

NORMALS = 209
"""A quarter's normals: 200 for shares (domain, option, state), 4 for growth, 5 for moods."""
UNIFORMS = 26
"""A quarter's uniforms: incidents 10, unrest 5, interventions 5, clash 1, events 5."""
AHEAD = 8
"""Quarters read from a stream at once: a call for each world and quarter would cost more."""
DRIVERS = 2
"""Second part of the key of a replicate's stream for noise on drivers."""


@dataclass(frozen=True)
class Draw:
    """One quarter's luck of every world: the same number of draws whatever happens."""

    shares: FloatArray
    """(domain, option, state, worlds), standard normal."""
    growth: FloatArray
    """(power, worlds), standard normal."""
    moods: FloatArray
    """(state, worlds), standard normal."""
    incidents: FloatArray
    """(incidents that strike Chinese assets and others, state, worlds), uniform."""
    unrest: FloatArray
    interventions: FloatArray
    """(state, worlds), uniform."""
    clash: FloatArray
    """(worlds,), uniform."""
    events: FloatArray
    """(5, worlds), uniform: for up to five uncertain events of a scenario."""
    normals: FloatArray
    uniforms: FloatArray
    """All of it, as it was read: (number, worlds)."""


def draw_of(normals: FloatArray, uniforms: FloatArray) -> Draw:
    """A quarter's luck by what it decides, out of all that was drawn: (number, worlds)."""
    return Draw(
        shares=normals[:200].reshape(8, 5, 5, -1),
        growth=normals[200:204],
        moods=normals[204:],
        incidents=uniforms[:10].reshape(2, 5, -1),
        unrest=uniforms[10:15],
        interventions=uniforms[15:20],
        clash=uniforms[20],
        events=uniforms[21:],
        normals=normals,
        uniforms=uniforms,
    )


@dataclass
class Noise:
    """The luck of some replicates, quarter by quarter; forks that share it draw it once.

    Streams are read from 2000-Q1 on. Quarters from `kept_from` on can be asked for again; one
    before that has passed is a KeyError, and its memory is taken by one to come. `compiled` says
    how streams are read, not what comes of it.
    """

    seed: int
    replicates: NDArray[np.int64]
    kept_from: int = 0
    compiled: bool = False
    _streams: Streams = field(init=False, repr=False)
    _read: list[FloatArray] = field(init=False, repr=False)
    _drawn: dict[int, list[FloatArray]] = field(init=False, repr=False)
    _next: int = field(init=False, repr=False)
    _apart: list[np.random.Generator] = field(init=False, repr=False)
    _shocks: list[FloatArray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open one stream a replicate."""
        self._streams = streams_of(self.seed, self.replicates, compiled=self.compiled)
        self._read, self._drawn, self._next = [], {}, 0
        self._apart, self._shocks = [], []

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter (0 = 2000-Q1)."""
        while self._next <= index:
            self._draw()
        return draw_of(*self._drawn[index])

    def on_drivers(self, index: int, count: int) -> FloatArray:
        """Standard normals (count, worlds) for optional noise on drivers, from streams apart."""
        if not self._apart:
            self._apart = [stream(self.seed, int(each), DRIVERS) for each in self.replicates]
        while len(self._shocks) <= index:
            fresh = [generator.standard_normal(count) for generator in self._apart]
            self._shocks.append(np.stack(fresh, axis=-1))
        return self._shocks[index]

    def _draw(self) -> None:
        """Take the next quarter of every stream."""
        ahead = self._next % AHEAD
        if ahead == 0:
            self._read_on()
        if self._next <= self.kept_from:
            self._drawn.clear()
        self._drawn[self._next] = [read[ahead] for read in self._read]
        self._next += 1

    def _read_on(self) -> None:
        """Read every stream some quarters on."""
        if self._next > self.kept_from or not self._read:
            worlds = len(self.replicates)
            self._read = [np.empty((AHEAD, count, worlds)) for count in (NORMALS, UNIFORMS)]
        self._streams.read(*self._read)


def seed_of(rng: int | np.random.SeedSequence | None) -> int:
    """The seed that an `rng` argument stands for; a fresh one for None.

    >>> seed_of(42)
    42
    """
    if rng is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(rng, np.random.SeedSequence):
        return int(rng.generate_state(1, np.uint64)[0])
    return int(rng)


def expect_worlds(worlds: int) -> None:
    """Raise ValueError unless this is a number of worlds.

    >>> expect_worlds(0)
    Traceback (most recent call last):
    ValueError: worlds=0: expected a whole number of at least 1
    """
    whole = isinstance(worlds, int | np.integer) and not isinstance(worlds, bool)
    if not whole or worlds < 1:
        message = f"worlds={worlds!r}: expected a whole number of at least 1"
        raise ValueError(message)
