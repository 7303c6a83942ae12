"""What no one knows: judgement and world-level multipliers, drawn once for each world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.noise import stream
from scenarios.parameters import Parameter, Registry, Spread

FloatArray = NDArray[np.float64]

JUDGEMENT = 1
"""Second part of the key of a replicate's judgement stream (noise has the replicate alone)."""


def judged(registry: Registry) -> list[Parameter]:
    """The parameters that vary over worlds by default, in the order of the file."""
    return [each for each in registry.values() if each.spread]


def draw_judgement(
    registry: Registry, seed: int, replicates: Sequence[int] | NDArray[np.int64]
) -> dict[str, FloatArray]:
    """Judgement of some replicates: parameter name to an array with worlds last.

    A replicate's draw depends on the seed and its number alone. Shares stay shares; every
    number stays within the registry's range.
    """
    parameters = judged(registry)
    weights = [each for each in parameters if _spread(each).kind == "dirichlet"]
    factors = [each for each in parameters if _spread(each).kind == "lognormal"]
    shapes = np.concatenate([_spread(each).size * each.value.ravel() for each in weights])
    gammas = np.empty((len(replicates), shapes.size))
    normals = np.empty((len(replicates), sum(each.value.size for each in factors)))
    for world, replicate in enumerate(replicates):
        generator = stream(seed, int(replicate), JUDGEMENT)
        gammas[world] = generator.standard_gamma(shapes)
        generator.standard_normal(out=normals[world])
    drawn = dict(zip((each.name for each in weights), _split(gammas, weights), strict=True))
    for each, part in zip(factors, _split(normals, factors), strict=True):
        drawn[each.name] = each.value.reshape(-1, 1) * np.exp(_spread(each).size * part)
    return {each.name: _within(each, drawn[each.name]) for each in parameters}


def _spread(parameter: Parameter) -> Spread:
    return parameter.spread or Spread("lognormal", 0.0)


def _split(drawn: FloatArray, parameters: Sequence[Parameter]) -> list[FloatArray]:
    """Each parameter's numbers, worlds last, from rows of all parameters' numbers."""
    ends = np.cumsum([each.value.size for each in parameters])[:-1]
    return np.split(np.ascontiguousarray(drawn.T), ends)


def _within(parameter: Parameter, drawn: FloatArray) -> FloatArray:
    table = drawn.reshape(*parameter.value.shape, -1)
    if parameter.simplex:
        return table / np.add.accumulate(table, axis=-2)[..., -1:, :]
    return np.clip(table, parameter.low[..., np.newaxis], parameter.high[..., np.newaxis])
