"""The ziggurat by which NumPy draws normals, found by asking NumPy.

Some bits of a random word choose one of 256 layers, others a place in it. Below the layer's bound a
normal is the product of place and width; beyond it, seven times in a thousand, more is drawn
(Marsaglia and Tsang 2000). NumPy's function is handed chosen words, so that bounds and widths are
its own to the last bit.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.streams import stream

Words = NDArray[np.uint64]

WORDS = 4
"""64-bit words of a stream's state; they come first in the memory of NumPy's SFC64."""
LAYERS, PLACES = 256, 1 << 52
"""Layers, which the lowest eight bits choose, and places in one: the tenth bit and those above."""
LOWEST_OF_PLACE = 9


class Lent(NamedTuple):
    """A generator of NumPy's as its own functions take it, and the memory of its state."""

    generator: np.random.Generator
    address: int
    memory: Words


def lent() -> Lent:
    """A generator whose memory may be written to.

    >>> one = lent()
    >>> bool((one.memory == state_of(one.generator)).all())
    True
    """
    generator = stream(0)
    reached: Any = generator.bit_generator.ctypes
    memory = (ctypes.c_uint64 * WORDS).from_address(reached.state_address)
    return Lent(generator, reached.bit_generator.value, np.ctypeslib.as_array(memory))


def state_of(generator: np.random.Generator) -> Words:
    """The state of a generator's stream.

    >>> state_of(stream(42, 7)).shape
    (4,)
    """
    found: Words = generator.bit_generator.state["state"]["state"]
    return found


@cache
def exact() -> Any:  # noqa: ANN401 (a function of C has no type in Python)
    """NumPy's function that draws a normal from a generator; AttributeError where it is hidden."""
    library: Any = np.random
    function = ctypes.CDLL(library._generator.__file__).random_standard_normal  # noqa: SLF001
    function.restype, function.argtypes = ctypes.c_double, (ctypes.c_void_p,)
    return function


@cache
def layers() -> Words:
    """The bits of the widths of all layers, then their bounds."""
    asked = lent()
    bounds = np.array([_bound(asked, layer) for layer in range(LAYERS)], np.uint64)
    widths = [_drawn(asked, layer, 1)[0] if bounds[layer] > 1 else 0 for layer in range(LAYERS)]
    return np.concatenate([np.array(widths).view(np.uint64), bounds])


def _bound(asked: Lent, layer: int) -> int:
    """The first place of a layer from which on a word is not enough."""
    return bisect_left(range(PLACES), True, key=lambda place: _drawn(asked, layer, place)[1] > 1)  # noqa: FBT003


def _drawn(asked: Lent, layer: int, place: int) -> tuple[float, int]:
    """The normal that NumPy makes of a word for a layer and a place, and the words it takes."""
    asked.memory[:] = place << LOWEST_OF_PLACE | layer, 0, 0, 0  # the sum of three is drawn
    return exact()(asked.address), int(asked.memory[-1])  # the last counts
