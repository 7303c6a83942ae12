"""A scenario as the model takes it: paths of drivers, events and parameters, all resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log, sqrt
from typing import TYPE_CHECKING, Literal

from scenarios.faults import Fault
from scenarios.vocabulary import LAST_YEAR, QUARTERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["uniform", "triangular", "normal", "lognormal"]


@dataclass(frozen=True)
class Event:
    """Something that happens in one quarter; `scenarios.event_types` says what each type does.

    `size` is None for types without one and the type's default where a file names none.
    A probability below 1 is drawn for each world.
    """

    type: str
    quarter: int
    state: str | None = None
    power: str | None = None
    organisation: str | None = None
    size: float | None = None
    probability: float = 1.0
    until: int = 0
    """The last quarter that it may fall into, where worlds draw it; `quarter` is the first."""
    worlds: tuple[bool, ...] = ()
    """The worlds in which it may happen; empty for all."""
    sizes: tuple[float, ...] = ()
    chances: tuple[float, ...] = ()
    """Size and probability in each world, where worlds have drawn them."""
    drawn: tuple[tuple[str, str], ...] = ()
    """The keys that worlds draw, each with the name of what is drawn."""


@dataclass(frozen=True)
class Behaviour:
    """How an agent decides from a quarter on (`scenarios.behaviours` lists the names)."""

    agent: str
    name: str
    quarter: int


@dataclass(frozen=True)
class Distribution:
    """A parameter's range over worlds, always cut off at low and high.

    `mode` is set for triangular; `mean` and `sd` for normal and lognormal, where they are
    those of the value itself (not of its logarithm) before it is cut off.
    """

    kind: Kind
    low: float
    high: float
    mode: float | None = None
    mean: float | None = None
    sd: float | None = None

    @property
    def of_logarithm(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm of a lognormal value.

        >>> Distribution("lognormal", 0, 9, mean=1.0, sd=0.0).of_logarithm
        (0.0, 0.0)
        """
        mean, sd = self.mean or 1.0, self.sd or 0.0
        variance = log(1 + (sd / mean) ** 2)
        return log(mean) - variance / 2, sqrt(variance)


ParameterValue = float | Distribution | tuple[float, ...]
Cell = tuple[str, ...]
"""A driver's name, with the state and the power where it has one per state or per power."""


@dataclass(frozen=True, eq=False)
class Uncertain:
    """One number that worlds draw: its range, and the paths of drivers that move with it.

    `slopes` has, for each driver that it moves, an array of the driver's shape: what one unit
    more of the number adds in each quarter. `Scenario.drivers` has the paths at `value`.
    """

    low: float
    high: float
    value: float
    unit: str
    about: str
    slopes: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)


@dataclass(frozen=True, order=True)
class Origin:
    """The file and line where a value was written."""

    file: str
    line: int

    def __str__(self) -> str:
        """As printed: `file:line`."""
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, eq=False)
class Scenario:
    """Everything that one scenario assumes, over all quarters from 2000-Q1 to 2040-Q4.

    `drivers` holds float64 arrays of shape (164,), (164, 5 states) or (164, 4 powers,
    5 states), read-only. `parameters` maps a leaf name to a number (fixed), a distribution
    (varied over worlds) or a tuple (crossed). `start` and `end` are its first and last quarter.
    """

    name: str
    title: str
    drivers: Mapping[str, NDArray[np.float64]]
    summary: str = ""
    theme: str = ""
    note: str = ""
    sources: tuple[str, ...] = ()
    as_of: str = ""
    """The date up to which dated facts are in it, year first."""
    start: int = 0
    end: int = QUARTERS - 1
    events: tuple[Event, ...] = ()
    behaviours: tuple[Behaviour, ...] = ()
    """Those that are not the usual ones, by quarter."""
    free: bool = False
    """Whether worlds run by the rules alone instead of going through what was observed."""
    record_until: int = LAST_YEAR
    """No figure of a later year is used, and no posterior that knows one."""
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    uncertain: Mapping[str, Uncertain] = field(default_factory=dict)
    """What worlds draw of drivers and events, by name; `parameters` has the distributions."""
    parameters_file: Path | None = None
    """Its own file of values, if it has one; `parameters` holds what that changes, too."""
    extends: tuple[str, ...] = ()
    file: str = ""
    origins: Mapping[Cell, tuple[tuple[Origin, ...], ...]] = field(default_factory=dict)
    """For each driver and each of its quarters the lines that made the value."""
    origins_of: Mapping[str, Origin] = field(default_factory=dict)
    """The line of a parameter's leaf name or of a key such as `start`."""
    event_origins: tuple[Origin, ...] = ()
    """One for each event, in the same order."""
    warnings: tuple[Fault, ...] = ()
    """Events and paths of its own file that change nothing."""
