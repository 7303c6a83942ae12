"""What no one knows: judgement and world-level multipliers, drawn once for each world."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.noise import stream
from scenarios.parameters import Parameter, Registry

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
    size = sum(each.value.size for each in parameters)
    drawn = np.empty((size, len(replicates)))
    for world, replicate in enumerate(replicates):
        generator = stream(seed, int(replicate), JUDGEMENT)
        drawn[:, world] = np.concatenate([_raw(each, generator) for each in parameters])
    ends = np.cumsum([each.value.size for each in parameters])[:-1]
    parts = np.split(drawn, ends)
    return {each.name: _within(each, part) for each, part in zip(parameters, parts, strict=True)}


def _raw(parameter: Parameter, generator: np.random.Generator) -> FloatArray:
    """One world's numbers before shares are normalised."""
    value, spread = parameter.value.ravel(), parameter.spread
    if spread is not None and spread.kind == "dirichlet":
        return generator.standard_gamma(spread.size * value)
    sd = spread.size if spread is not None else 0.0
    return value * np.exp(sd * generator.standard_normal(value.size))


def _within(parameter: Parameter, drawn: FloatArray) -> FloatArray:
    table = drawn.reshape(*parameter.value.shape, -1)
    if parameter.simplex:
        return table / np.add.accumulate(table, axis=-2)[..., -1:, :]
    return np.clip(table, parameter.low[..., np.newaxis], parameter.high[..., np.newaxis])
