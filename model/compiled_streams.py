"""Streams read by compiled code, for large batches: the same numbers in half of the time.

Numba draws from NumPy's generators with the bits of NumPy, and a normal number costs it a third.
Handing it a generator takes as long as drawing thousands, so it is handed one, whose memory takes
in each stream's state in turn.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from ctypes import c_uint64
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from model.streams import FloatArray, Streams, stream

WORDS = 4
"""64-bit words of a stream's state; they come first in the memory of NumPy's SFC64."""
TOGETHER = 32
"""Worlds that are turned together: what was read of them stays in the cache."""

States = NDArray[np.uint64]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function at its first call; its machine code stays on disk where there is room."""
    plain = inspect.unwrap(function)
    try:
        return numba.njit(cache=True, error_model="numpy")(plain)
    except RuntimeError:  # no folder to write to
        return numba.njit(error_model="numpy")(plain)


class CompiledStreams(Streams):
    """The streams of some replicates as the states they are in: (worlds, words)."""

    def __init__(self, seed: int, replicates: NDArray[np.int64]) -> None:
        """Open one stream a replicate."""
        opened = [stream(seed, int(replicate)) for replicate in replicates]
        self.states: States = np.array([state_of(generator) for generator in opened])
        self.generator = stream(seed)

    def read(self, normals: FloatArray, uniforms: FloatArray) -> None:
        """Fill two arrays (quarters, numbers, worlds); a stream gives all its normals first."""
        read(self.generator, memory_of(self.generator), self.states, normals, uniforms)


def state_of(generator: np.random.Generator) -> States:
    """Return the state of a generator's stream.

    >>> state_of(stream(42, 7)).shape
    (4,)
    """
    found: States = generator.bit_generator.state["state"]["state"]
    return found


def memory_of(generator: np.random.Generator) -> States:
    """Return the memory in which a generator keeps the state of its stream.

    >>> generator = stream(42, 7)
    >>> bool((memory_of(generator) == state_of(generator)).all())
    True
    """
    address = generator.bit_generator.ctypes.state_address
    return np.ctypeslib.as_array((c_uint64 * WORDS).from_address(address))


@compiled
def read(
    generator: np.random.Generator,
    memory: States,
    states: States,
    normals: FloatArray,
    uniforms: FloatArray,
) -> None:
    """Read every stream on through one generator, whose `memory` takes in each one's state."""
    quarters, normal, worlds = normals.shape
    uniform = uniforms.shape[1]
    one = np.empty((TOGETHER, quarters * normal))
    other = np.empty((TOGETHER, quarters * uniform))
    for first in range(0, worlds, TOGETHER):
        count = min(TOGETHER, worlds - first)
        for w in range(count):
            memory[:] = states[first + w]
            for i in range(quarters * normal):
                one[w, i] = generator.standard_normal()
            for i in range(quarters * uniform):
                other[w, i] = generator.random()
            states[first + w] = memory
        turn(one, normals, first, count)
        turn(other, uniforms, first, count)


@compiled
def turn(rows: FloatArray, turned: FloatArray, first: int, count: int) -> None:
    """Lay out rows, one a world, with worlds last."""
    quarters, numbers, _ = turned.shape
    for q in range(quarters):
        for i in range(numbers):
            for w in range(count):
                turned[q, i, first + w] = rows[w, q * numbers + i]
