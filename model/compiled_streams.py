"""Streams read by compiled code, for large batches: the same numbers in a third of the time.

`streams.ll` reads eight streams at once. Normals within their layers of the ziggurat are computed
there, and the others by NumPy's own function.
"""

from __future__ import annotations

import warnings
from ctypes import c_void_p, cast
from functools import cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from model.engine.kept import kept
from model.engine.machine import Machine, code_of, compiler
from model.engine.pieces import LANES
from model.streams import FloatArray, Streams, stream
from model.ziggurat import WORDS, exact, layers, lent, state_of

FINDING_OUT = Lock()
TRIED = 300
"""Normals of each stream on which compiled reading is tried before it is used."""


class CompiledStreams(Streams):
    """The streams of some replicates as the states they are in: (groups, words, lanes)."""

    def __init__(self, seed: int, replicates: NDArray[np.int64]) -> None:
        """Open one stream a replicate."""
        states = np.zeros((-(-len(replicates) // LANES) * LANES, WORDS), np.uint64)
        for state, replicate in zip(states, replicates, strict=False):
            state[:] = state_of(stream(seed, int(replicate)))
        self.states = np.ascontiguousarray(states.reshape(-1, LANES, WORDS).swapaxes(1, 2))
        self.lent = lent()

    def read(self, normals: FloatArray, uniforms: FloatArray) -> None:
        """Fill two arrays (quarters, numbers, worlds); a stream gives all its normals first."""
        arrays = (each.ctypes.data for each in (self.states, normals, uniforms, layers()))
        numpys = self.lent.address, cast(exact(), c_void_p).value
        worlds = normals.shape[-1]
        counts = worlds, normals.size // worlds, uniforms.size // worlds
        machine().function("read")(*arrays, *numpys, *counts)


@cache
def machine() -> Machine:
    """The code that reads."""
    assembly = Path(__file__).with_name("streams.ll").read_text("utf-8")
    return Machine(kept(lambda: code_of(assembly), assembly, compiler()))


def usable() -> bool:
    """Whether NumPy lends its function, and draws as `streams.ll` does; else a warning.

    One thread finds out, and loads the code and the layers on the way, while others wait.
    """
    with FINDING_OUT:
        return _usable()


@cache
def _usable() -> bool:
    replicates, read = np.arange(LANES), [np.empty((2, 1, TRIED, LANES)) for _ in range(2)]
    try:
        for (normals, uniforms), kind in zip(read, (Streams, CompiledStreams), strict=True):
            kind(0, replicates).read(normals, uniforms)
    except AttributeError:
        return False
    plain, compiled = read
    same = np.array_equal(plain, compiled)
    if not same:
        warnings.warn("this NumPy draws in a new way: streams are read more slowly", stacklevel=2)
    return same
