"""Bounds: what keeps a number where it has a meaning."""

from __future__ import annotations

import numpy as np

from agents.axes import Shaped

ZERO, ONE = np.zeros(()), np.ones(())
"""Bounds as arrays: NumPy takes them faster than Python's numbers."""


def within(values: Shaped, low: float | Shaped, high: float | Shaped) -> Shaped:
    """Values kept between two bounds; NaN stays NaN.

    >>> within(np.array([-1.0, 0.5, 3.0]), 0.0, 2.0)
    array([0. , 0.5, 2. ])
    """
    return np.minimum(np.maximum(values, low), high)


def unit(values: Shaped) -> Shaped:
    """Values kept in 0-1.

    >>> unit(np.array([-0.5, 0.5, 1.5]))
    array([0. , 0.5, 1. ])
    """
    result = np.maximum(values, ZERO)
    return np.minimum(result, ONE, out=result)
