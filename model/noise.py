"""Luck: streams by block of replicates and by name, so that worlds and states keep theirs.

World r is column r mod 256 of block r div 256, whose numbers are drawn whole whoever asks: a
world's luck is the same alone, in any block, order or subset. Each state has a stream of its own,
found by its code: a state more leaves the luck of the others as it is.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.frame import POWERS as BASE_POWERS
from scenarios.vocabulary import DOMAINS, POWERS, STATES

FloatArray = NDArray[np.float64]

BLOCK = 256
"""Replicates whose numbers come from the same streams."""
RUN = 8
"""Quarters that the engine plays at once: their luck stays in memory as long."""
REGION = "region"
"""Name of the stream of what belongs to no state."""
EVENTS, CHANCES = 5, 4
"""Uniforms for uncertain events of a scenario, and for each state: incidents (2), unrest and
intervention."""
OWN = len(BASE_POWERS)
"""Powers of the model's own: luck with one that is added comes from streams of its own."""


def numbers_of(states: int, powers: int) -> tuple[int, int]:
    """A quarter's normals and uniforms of a world.

    Normals are each state's for its shares and its mood, then those of the powers' incomes.

    >>> numbers_of(5, 4)
    (209, 26)
    """
    return (
        states * (len(DOMAINS) * (powers + 1) + 1) + powers,
        states * CHANCES + 1 + EVENTS,
    )


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
    """All of it: (number, worlds)."""


def draw_of(normals: FloatArray, uniforms: FloatArray) -> Draw:
    """A quarter's luck by what it decides, out of all that was drawn: (number, worlds).

    Each state's numbers come first, side by side, then what belongs to no state.
    """
    worlds, states = normals.shape[-1], (len(uniforms) - 1 - EVENTS) // CHANCES
    powers = (len(normals) - states * (len(DOMAINS) + 1)) // (states * len(DOMAINS) + 1)
    own, growth = np.split(normals, [-powers])
    own, chances = (
        own.reshape(states, -1, worlds),
        uniforms[: CHANCES * states].reshape(states, CHANCES, worlds),
    )
    shares = own[:, :-1].reshape(states, len(DOMAINS), powers + 1, worlds)
    return Draw(
        shares=shares.transpose(1, 2, 0, 3),
        growth=growth,
        moods=own[:, -1],
        incidents=chances[:, :2].swapaxes(0, 1),
        unrest=chances[:, 2],
        interventions=chances[:, 3],
        clash=uniforms[CHANCES * states],
        events=uniforms[CHANCES * states + 1 :],
        normals=normals,
        uniforms=uniforms,
    )


class Streams:
    """The streams that some replicates' numbers come from, each opened when it is first read.

    Stream `name` of block b is `SeedSequence(seed, spawn_key=(b, crc32(name)))`.
    """

    def __init__(self, seed: int, replicates: Sequence[int] | NDArray[np.int64]) -> None:
        """Find the blocks that the replicates lie in, and their columns in these.

        They may be a `whole` block in its order.
        """
        of_each, columns = np.divmod(np.asarray(replicates), BLOCK)
        self.seed, self.blocks = seed, np.unique(of_each)
        places = np.searchsorted(self.blocks, of_each) * BLOCK + columns
        self.columns = places
        self.whole = np.array_equal(places, np.arange(BLOCK))
        self.opened: dict[str, list[np.random.Generator]] = {}

    def read(self, name: str, draw: Callable[[np.random.Generator], FloatArray]) -> FloatArray:
        """What blocks' streams give next, (..., 256), as replicates have it, (..., worlds).

        >>> def normals(generator):
        ...     return generator.standard_normal((2, BLOCK))
        >>> alone, others = (Streams(42, each).read("KAZ", normals) for each in ([7], [300, 7, 8]))
        >>> bool((others[:, 1] == alone[:, 0]).all())
        True
        """
        drawn = [draw(generator) for generator in self.named(name)]
        return np.concatenate(drawn, axis=-1)[..., self.columns]

    def named(self, name: str) -> list[np.random.Generator]:
        """The streams of a name, one a block."""
        if name not in self.opened:
            keys = [(int(block), zlib.crc32(name.encode())) for block in self.blocks]
            seeds = [np.random.SeedSequence(self.seed, spawn_key=key) for key in keys]
            self.opened[name] = [np.random.Generator(np.random.SFC64(each)) for each in seeds]
        return self.opened[name]


@dataclass
class Noise:
    """The luck of some replicates, quarter by quarter; forks that share it draw it once.

    Streams are read from 2000-Q1 on. Quarters from `kept_from` on can be asked for again; one
    before that has passed is a KeyError, and its memory is used again after `RUN` quarters.
    """

    seed: int
    replicates: NDArray[np.int64]
    kept_from: int = 0
    states: Sequence[str] = field(default_factory=STATES.now)
    powers: Sequence[str] = field(default_factory=POWERS.now)
    _streams: Streams = field(init=False, repr=False)
    _memory: dict[int, Draw] = field(init=False, repr=False)
    _next: int = field(init=False, repr=False)
    _shocks: list[FloatArray] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Stand before the first quarter."""
        self._streams = Streams(self.seed, self.replicates)
        self._memory, self._next, self._shocks = {}, 0, []

    def quarter(self, index: int) -> Draw:
        """The draw of a quarter (0 = 2000-Q1)."""
        while self._next <= index:
            self._draw()
        if index < min(self.kept_from, self._next - 1):
            raise KeyError(index)
        return self._memory[self._place(index)]

    def on_drivers(self, index: int, count: int) -> FloatArray:
        """Standard normals (count, worlds) for optional noise on drivers, from a stream apart."""
        while len(self._shocks) <= index:
            fresh = self._streams.read("drivers", lambda each: each.standard_normal((count, BLOCK)))
            self._shocks.append(fresh)
        return self._shocks[index]

    def position(self) -> dict[str, Any]:
        """Where the streams stand, for `resume` of the same replicates."""
        streams = {
            name: [each.bit_generator.state for each in opened]
            for name, opened in self._streams.opened.items()
        }
        return {"next": self._next, "shocks": self._shocks, "streams": streams}

    def resume(self, position: dict[str, Any]) -> None:
        """Go on from a position; the luck of the quarters before it is not to be had."""
        self._next, self._shocks = position["next"], list(position["shocks"])
        for name, states in position["streams"].items():
            for generator, state in zip(self._streams.named(name), states, strict=True):
                generator.bit_generator.state = state

    def _draw(self) -> None:
        """Take the next quarter of every stream."""
        numbers = numbers_of(len(self.states), len(self.powers))
        share = (numbers[0] - len(self.powers)) // len(self.states)
        place = self._place(self._next)
        if place not in self._memory:
            memory = (np.empty((each, len(self.replicates))) for each in numbers)
            self._memory[place] = draw_of(*memory)
        draw, self._next = self._memory[place], self._next + 1
        for state, code in enumerate(self.states):
            own = slice(state * share, (state + 1) * share)
            chances = slice(state * CHANCES, (state + 1) * CHANCES)
            self._fill_state(code, draw.normals[own], draw.uniforms[chances])
        self._fill(REGION, draw.growth[:OWN], draw.uniforms[len(self.states) * CHANCES :])
        for power, code in enumerate(self.powers[OWN:], OWN):
            self._fill(code, draw.growth[power : power + 1], draw.uniforms[:0])

    def _fill_state(self, code: str, normals: FloatArray, uniforms: FloatArray) -> None:
        """Read on in a state's stream, and in those of its luck with powers that are added."""
        if len(self.powers) == OWN:
            self._fill(code, normals, uniforms)
            return
        shares = normals[:-1].reshape(len(DOMAINS), -1, normals.shape[-1])
        own = np.empty((len(DOMAINS) * (OWN + 1) + 1, normals.shape[-1]))
        self._fill(code, own, uniforms)
        known = own[:-1].reshape(len(DOMAINS), OWN + 1, -1)
        shares[:, :OWN], shares[:, -1], normals[-1] = known[:, :-1], known[:, -1], own[-1]
        for power, added in enumerate(self.powers[OWN:], OWN):
            fresh = np.empty((len(DOMAINS), normals.shape[-1]))
            self._fill(f"{code} {added}", fresh, uniforms[:0])
            shares[:, power] = fresh

    def _fill(self, name: str, normals: FloatArray, uniforms: FloatArray) -> None:
        """Read on in a stream: a whole block's numbers go straight to where they are needed."""
        if self._streams.whole:
            (generator,) = self._streams.named(name)
            generator.standard_normal(out=normals)
            generator.random(out=uniforms)
            return
        for rows, kind in ((normals, "standard_normal"), (uniforms, "random")):
            size = (len(rows), BLOCK)
            rows[:] = self._streams.read(name, lambda each: getattr(each, kind)(size))  # noqa: B023

    def _place(self, index: int) -> int:
        """Which memory a quarter's luck has: some take turns, unless it will be asked for again."""
        return index if index >= self.kept_from else index % RUN - RUN


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
