"""Axes of every array: `(domain, option, state, worlds)`, worlds always last.

Domains, options and states are counted in the order of `scenarios.vocabulary`; the five
contested domains come first, so that they are one slice. Rules index leading axes only:
the same function serves one state or all of them. States and powers that a frame adds come after
the model's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

if TYPE_CHECKING:
    Array: TypeAlias = NDArray[np.float64]
else:
    Array = np.ndarray

FINANCE, SECURITY, TECHNOLOGY, CULTURE, DIPLOMACY, TRADE, ENERGY, LABOUR = range(8)
RUS, CHN, WST, REG = range(4)
SELF = -1
"""The last option, however many powers there are."""
KAZ, KGZ, TJK, TKM, UZB = range(5)

QUARTER = 0.25
"""A quarter in years."""

CONTESTED = slice(0, 5)
"""The domains in which powers spend effort."""
FAVOURED = slice(0, 7)
"""The contested domains, trade and energy: where a state grants favours, or resents."""
POWERS = slice(0, -1)
"""The options that are powers; the last is the state itself."""

Worlds: TypeAlias = Float[Array, "#worlds"]
"""One number a world; a number that is the same in all of them has length 1."""
Shaped: TypeAlias = Float[Array, "... #worlds"]
"""Any leading axes, worlds last."""
StateWorlds: TypeAlias = Float[Array, " states #worlds"]
PowerWorlds: TypeAlias = Float[Array, " powers #worlds"]
PowerStateWorlds: TypeAlias = Float[Array, "powers states #worlds"]
OptionStateWorlds: TypeAlias = Float[Array, "options states #worlds"]
Reliance: TypeAlias = Float[Array, "8 options #worlds"]
"""One state's reliance: domain, option, worlds."""
RelianceOfAll: TypeAlias = Float[Array, "8 options states #worlds"]
"""Reliance of all: domain, option, state, worlds."""
Effort: TypeAlias = Float[Array, "5 states #worlds"]
"""What a power spends or offers: contested domain, state, worlds."""
Favours: TypeAlias = Float[Array, "7 powers states #worlds"]
"""Log points by domain but labour, power, state, worlds."""
EffortOfAll: TypeAlias = Float[Array, "5 powers states #worlds"]
"""What all powers spend or offer: contested domain, power, state, worlds."""
