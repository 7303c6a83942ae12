"""What no one knows, drawn once for each world: judgement, and a member of the posterior."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.quantiles import quantile
from model.streams import stream
from scenarios.faults import nearest
from scenarios.parameters import load_parameters, parameter_names
from scenarios.posterior import load_posterior
from scenarios.registry import Numbers, Parameter, Registry, Spread
from scenarios.scenario import Distribution, ParameterValue

FloatArray = NDArray[np.float64]

Replicates = Sequence[int] | NDArray[np.int64]

JUDGEMENT = 1
"""Second part of the key of a replicate's judgement stream (noise has the replicate alone)."""
MEMBER = "crossroads: row of the table of draws"
"""Name of the stream that says which member of a posterior a replicate takes."""
NOTHING: Mapping[str, ParameterValue] = MappingProxyType({})


def parameters_of_worlds(
    given: Mapping[str, FloatArray],
    seed: int,
    replicates: Replicates,
    said: Mapping[str, ParameterValue] = NOTHING,
) -> Numbers:
    """Every parameter of a region: as it was `given`, else as its worlds draw it."""
    if given.keys() >= parameter_names():  # a batch has drawn its worlds' parameters already
        return Numbers(**given)
    registry, members = load_parameters(), load_posterior().members
    given = laid_out(given, registry, len(replicates))
    drawn = draw_parameters(registry, members, seed, replicates, said)
    return Numbers(**(drawn | given))


def draw_parameters(
    registry: Registry,
    draws: Mapping[str, FloatArray],
    seed: int,
    replicates: Replicates,
    said: Mapping[str, ParameterValue] = NOTHING,
) -> dict[str, FloatArray]:
    """Every parameter as worlds have it, worlds last.

    Judgement varies around the registry's values; what `draws` speak of (a posterior) is that of
    one of their members; what a scenario has `said` is stronger. A replicate's draw depends on the
    seed and its number alone.
    """
    arrays = registry.arrays() | draw_judgement(registry, seed, replicates)
    drawn = draw_members(draws, seed, replicates) | draw_said(said, seed, replicates)
    return registry.replaced(arrays, drawn)


def draw_said(
    said: Mapping[str, ParameterValue], seed: int, replicates: Replicates
) -> dict[str, FloatArray]:
    """What a scenario sets: numbers, and each world's value out of a range, by leaf.

    Raises ValueError for a list, whose values a batch crosses with all else.
    """
    found: dict[str, FloatArray] = {}
    for leaf, given in said.items():
        if isinstance(given, tuple):
            msg = f"{leaf} has a list of values: run the scenario as a batch, which crosses them"
            raise ValueError(msg)  # noqa: TRY004 (the type is right, a region has no use for it)
        if isinstance(given, Distribution):
            found[leaf] = quantile(given, ranks(seed, leaf, np.asarray(replicates)))
        else:
            found[leaf] = np.array([given])
    return found


def draw_members(
    draws: Mapping[str, FloatArray], seed: int, replicates: Replicates
) -> dict[str, FloatArray]:
    """The leaves of a posterior as each replicate takes them: all from one row of the table."""
    size = len(next(iter(draws.values()), ()))
    rows = (ranks(seed, MEMBER, np.asarray(replicates)) * size).astype(int)
    return {leaf: values[rows] for leaf, values in draws.items()}


def ranks(seed: int, name: str, replicates: NDArray[np.int64]) -> FloatArray:
    """A uniform number in (0, 1) for each replicate, from a stream of the name's own.

    The stream is Philox, whose counter is the replicate: any replicate's number is had
    without drawing the others' (Salmon et al. 2011).
    """
    key = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(name.encode()), len(name)))
    words = key.generate_state(2, np.uint64)
    single, inverse = np.unique(replicates, return_inverse=True)
    runs = np.split(single, np.flatnonzero(np.diff(single) != 1) + 1)
    raw = [
        np.random.Philox(key=words, counter=int(run[0])).random_raw(4 * run.size) for run in runs
    ]
    bits = np.concatenate(raw)[::4] >> np.uint64(11)
    return ((bits.astype(np.float64) + 0.5) * 2.0**-53)[inverse]


def judged(registry: Registry) -> list[Parameter]:
    """The parameters that vary over worlds by default, in the order of the file."""
    return [each for each in registry.values() if each.spread]


def draw_judgement(registry: Registry, seed: int, replicates: Replicates) -> dict[str, FloatArray]:
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


def laid_out(
    given: Mapping[str, ArrayLike], registry: Registry, worlds: int
) -> dict[str, FloatArray]:
    """A user's own parameters as arrays with worlds last; a number stands for all worlds.

    Raises ValueError for an unknown name, and for a table of another shape.
    """
    found: dict[str, FloatArray] = {}
    for name, values in given.items():
        if name not in registry:
            message = f"unknown parameter '{name}'; {nearest(name, registry)}"
            raise ValueError(message)
        axes, table = registry[name].value.shape, np.asarray(values, dtype=np.float64)
        table = table[..., np.newaxis] if table.shape == axes else table
        if table.shape not in {(*axes, 1), (*axes, worlds)}:
            message = f"{name}: expected an array of shape {(*axes, worlds)}, got {table.shape}"
            raise ValueError(message)
        found[name] = table
    return found
