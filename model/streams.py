"""Streams of random numbers: one a replicate, read some quarters at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Streams:
    """The streams of some replicates, read by NumPy: what compiled reading must agree with.

    The stream of replicate r is `SeedSequence(seed, spawn_key=(r,))`.
    """

    def __init__(self, seed: int, replicates: NDArray[np.int64]) -> None:
        """Open one stream a replicate."""
        self.generators = [stream(seed, int(replicate)) for replicate in replicates]

    def read(self, normals: FloatArray, uniforms: FloatArray) -> None:
        """Fill two arrays (quarters, numbers, worlds); a stream gives all its normals first.

        A stream is read in one go and turned afterwards, so that worlds come last.
        """
        worlds = len(self.generators)
        rows = [np.empty((worlds, *each.shape[:2])) for each in (normals, uniforms)]
        for generator, normal, uniform in zip(self.generators, *rows, strict=True):
            generator.standard_normal(out=normal)
            generator.random(out=uniform)
        for turned, row in zip((normals, uniforms), rows, strict=True):
            for quarter in range(len(turned)):
                turned[quarter] = row[:, quarter].T


def stream(seed: int, *key: int) -> np.random.Generator:
    """A generator of its own for a seed and a key, the same wherever it is made.

    >>> stream(42, 7).random() == stream(42, 7).random()
    True
    """
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=key)))


def streams_of(seed: int, replicates: NDArray[np.int64], *, compiled: bool) -> Streams:
    """Streams of some replicates; compiled reading takes a tenth of a second to load."""
    if not compiled:
        return Streams(seed, replicates)
    from model.compiled_streams import CompiledStreams, usable

    return (CompiledStreams if usable() else Streams)(seed, replicates)
