"""How often an input was drawn: once a world, or once a point or replicate that worlds share.

Points of a grid and values of a list are all there are, not draws: worlds at different ones share
their replicates, so that they are compared in pairs. The same holds of drivers and scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions
from experiments.results.reading import Results
from experiments.results.units import groups_of

Integers = NDArray[np.int64]
GRID = "grid"


def draws_of(
    results: Results, scenarios: Sequence[str], names: Sequence[str], rows: Integers
) -> tuple[Integers, ...]:
    """Return for each input which draw of it each row has; `rows` are numbers of worlds."""
    by_world = np.arange(results.size)
    point, replicate = (results.worlds[each].to_numpy() for each in ("point", "replicate"))
    units = dict.fromkeys(names, by_world)
    for scenario in scenarios:
        for group in groups_of(assumptions(results, scenario), point, replicate):
            units |= dict.fromkeys(set(group.names) & set(names), group.unit)
    units |= dict.fromkeys(set(names) & set(_fixed(results)), by_world)
    spread = {id(unit): unit[rows] for unit in units.values()}
    return tuple(spread[id(units[name])] for name in names)


def _fixed(results: Results) -> list[str]:
    """Return the parameters whose values are all there are: lists, and ranges of a grid."""
    design = results.batch.assumed.design
    return [*design.lists, *(design.ranges if design.method == GRID else ())]
