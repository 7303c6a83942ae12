"""Dependence: what the shares of a state's ties, weighed, make of a power's hold on it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from agents.axes import (
    CHN,
    POWERS,
    RUS,
    Array,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)

Weight = Float[Array, "8 states #worlds"]


def over_domains(values: Shaped) -> Shaped:
    """Sum over the eight domains, in an order that no block size changes.

    >>> over_domains(np.full((8, 5, 1), 0.125))[0]
    array([1.])
    """
    return values[:5].sum(axis=0) + values[5:].sum(axis=0)


def influence(reliance: RelianceOfAll, weight: Weight) -> PowerStateWorlds:
    """Influence of each power on each state: reliance by what its domain matters.

    >>> influence(np.full((8, 5, 5, 1), 0.2), np.full((8, 5, 1), 0.125))[0, 0]
    array([0.2])
    """
    return over_domains(reliance[:, POWERS] * weight[:, np.newaxis])


def crowding(
    reliance: RelianceOfAll, overlap: Worlds, product: Worlds, domain_weight: Shaped
) -> StateWorlds:
    """How far Russia and China stand in each other's way in each state: `crowded`, weighed."""
    both = crowded(reliance[:, RUS], reliance[:, CHN], overlap, product)
    return over_domains(both * domain_weight[:, np.newaxis])


def crowded(russia: Shaped, china: Shaped, overlap: Worlds, product: Worlds) -> Shaped:
    """How far both are present (the lesser share) or strong (the product) in the same place.

    >>> crowded(np.array([0.6]), np.array([0.2]), np.array([0.5]), np.array([1.0]))
    array([0.22])
    """
    return overlap * np.minimum(russia, china) + product * (russia * china)
