"""Noise: one stream a replicate, so that a world's luck depends on nothing but its number."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NORMALS = 209
"""A quarter's normals: 200 for shares (domain, option, state), 4 for growth, 5 for moods."""
UNIFORMS = 26
"""A quarter's uniforms: incidents 10, unrest 5, interventions 5, clash 1, events 5."""
AHEAD = 8
"""Quarters read from a stream at once: a call for each world and quarter would cost more."""
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
    """(incidents that strike Chinese assets and others, state, worlds), uniform."""
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
    `lasting` noise can be asked for a quarter again. Else a draw lives until the next, which
    takes its memory, and a quarter that has passed is a KeyError.
    """

    seed: int
    replicates: NDArray[np.int64]
    lasting: bool = True
    _streams: list[np.random.Generator] = field(init=False, repr=False)
    _read: tuple[FloatArray, FloatArray] = field(init=False, repr=False)
    _drawn: dict[int, FloatArray] = field(init=False, repr=False)
    _next: int = field(init=False, repr=False)
    _apart: list[np.random.Generator] = field(init=False, repr=False)
    _shocks: list[FloatArray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open one stream a replicate."""
        worlds = len(self.replicates)
        self._streams = [stream(self.seed, int(replicate)) for replicate in self.replicates]
        self._read = np.empty((worlds, AHEAD, NORMALS)), np.empty((worlds, AHEAD, UNIFORMS))
        self._drawn, self._next = {}, 0
        self._apart, self._shocks = [], []

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter (0 = 2000-Q1)."""
        while self._next <= index:
            self._draw()
        drawn = self._drawn[index]
        normals, uniforms = drawn[:NORMALS], drawn[NORMALS:]
        return Draw(
            shares=normals[:200].reshape(8, 5, 5, -1),
            growth=normals[200:204],
            moods=normals[204:],
            incidents=uniforms[:10].reshape(2, 5, -1),
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

    def _draw(self) -> None:
        """The next quarter of every stream, turned so that worlds come last."""
        if self._next % AHEAD == 0:
            self._read_on()
        drawn = self._drawn.pop(self._next - 1, None) if not self.lasting else None
        if drawn is None:
            drawn = np.empty((NORMALS + UNIFORMS, len(self._streams)))
        normals, uniforms = (read[:, self._next % AHEAD] for read in self._read)
        drawn[:NORMALS], drawn[NORMALS:] = normals.T, uniforms.T
        self._drawn[self._next] = drawn
        self._next += 1

    def _read_on(self) -> None:
        """Read every stream some quarters on."""
        for generator, normals, uniforms in zip(self._streams, *self._read, strict=True):
            generator.standard_normal(out=normals)
            generator.random(out=uniforms)


def stream(seed: int, *key: int) -> np.random.Generator:
    """A generator of its own for a seed and a key, the same wherever it is made.

    >>> stream(42, 7).random() == stream(42, 7).random()
    True
    """
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


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
