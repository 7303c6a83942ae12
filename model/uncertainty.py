"""What no one knows, drawn once for each world: judgement, and a member of the posterior."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.noise import BLOCK, Streams
from model.quantiles import quantile
from scenarios.faults import nearest
from scenarios.frame import current
from scenarios.parameters import load_parameters, parameter_names
from scenarios.posterior import load_posterior
from scenarios.registry import Numbers, Parameter, Registry
from scenarios.scenario import Distribution, ParameterValue
from scenarios.vocabulary import LAST_YEAR

FloatArray = NDArray[np.float64]

Replicates = Sequence[int] | NDArray[np.int64]

MEMBER = "crossroads: row of the table of draws"
"""Name of the stream that says which member of a posterior a replicate takes."""
NOTHING: Mapping[str, ParameterValue] = MappingProxyType({})
FAINT = 1e-6
"""The least share that a row of shares has in a world."""


def parameters_of_worlds(
    given: Mapping[str, FloatArray],
    seed: int,
    replicates: Replicates,
    said: Mapping[str, ParameterValue] = NOTHING,
    until: int = LAST_YEAR,
) -> Numbers:
    """Every parameter of a region: as it was `given`, else as its worlds draw it.

    They are drawn from a posterior that knows nothing later than the year `until`.
    """
    if given.keys() >= parameter_names():  # a batch has drawn its worlds' parameters already
        return Numbers(**(dict(given) | _above_none(given)))
    registry, members = load_parameters().as_of(until), load_posterior(until + 1).members
    given = laid_out(given, registry, len(replicates))
    drawn = draw_parameters(registry, members, seed, replicates, said)
    whole = drawn | given
    return Numbers(**(whole | _above_none(whole)))


def _above_none(numbers: Mapping[str, FloatArray]) -> dict[str, FloatArray]:
    """Shares with none of exactly zero, whose attraction would have no logarithm; the sums stay.

    Where all are larger than FAINT nothing changes, to the bit.
    """
    found = {}
    for name in (each for each, parameter in load_parameters().items() if parameter.simplex):
        shares = numbers[name]
        least = np.maximum(shares, FAINT)
        added = np.add.accumulate(least - shares, axis=-2)[..., -1:, :]
        found[name] = least - added * shares
    return found


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


def ranks(seed: int, name: str, replicates: Replicates) -> FloatArray:
    """A uniform number in 0-1 for each replicate, from streams of the name's own."""
    return Streams(seed, replicates).read(name, lambda each: each.random(BLOCK))


def draw_judgement(registry: Registry, seed: int, replicates: Replicates) -> dict[str, FloatArray]:
    """Judgement of some replicates: parameter name to an array with worlds last.

    A replicate's draw of a parameter depends on the seed, its number and the parameter's name
    alone. Shares stay shares; every number stays within the registry's range. What is exact is
    left out.
    """
    streams = Streams(seed, replicates)
    return {each.name: _drawn(each, streams) for each in registry.values() if not each.exact}


def _drawn(parameter: Parameter, streams: Streams) -> FloatArray:
    """A parameter around its value, shape (*axes, worlds)."""
    spread, value = parameter.spread, parameter.value.reshape(-1, 1)
    if spread is None:
        return _over_range(
            parameter, _chance(parameter, streams, lambda each, _, size: each.random(size))
        )
    if spread.kind == "dirichlet":
        shape = spread.size * value
        table = _chance(
            parameter, streams, lambda each, at, size: each.standard_gamma(shape[at], size)
        )
    else:
        table = _chance(parameter, streams, lambda each, _, size: each.standard_normal(size))
        table = value * np.exp(spread.size * table)
    table = table.reshape(*parameter.value.shape, -1)
    if parameter.simplex:
        return table / np.add.accumulate(table, axis=-2)[..., -1:, :]
    return np.clip(table, parameter.low[..., np.newaxis], parameter.high[..., np.newaxis])


def _chance(
    parameter: Parameter,
    streams: Streams,
    draw: Callable[[np.random.Generator, NDArray[np.int64], tuple[int, int]], FloatArray],
) -> FloatArray:
    """Chance for each number of a parameter, (number, worlds).

    Those of the model's own states and powers come from a stream of the parameter's; each that a
    frame adds comes from one of its own, so that it leaves the others as they are.
    """
    name = f"judgement of {parameter.name}"
    added = {each.code for each in current().extras}
    leaves = [not added.isdisjoint(leaf.split(".")[1:]) for leaf in parameter.leaf_names]
    own = np.flatnonzero(~np.array(leaves))
    found = streams.read(name, lambda each: draw(each, own, (own.size, BLOCK)))
    if not any(leaves):
        return found
    table = np.empty((len(leaves), found.shape[-1]))
    table[own] = found
    for place in np.flatnonzero(leaves):
        stream, at = f"judgement of {parameter.leaf_names[place]}", np.array([place])
        table[place] = streams.read(stream, lambda each: draw(each, at, (1, BLOCK)))[0]  # noqa: B023
    return table


def _over_range(parameter: Parameter, rank: FloatArray) -> FloatArray:
    """Numbers around the value: half of the worlds below and half above, fewer towards the ends.

    Either side is a triangle, so that the value is the median wherever it lies in its range.
    """
    rank = rank.reshape(*parameter.value.shape, -1)
    value, low, high = (
        each[..., np.newaxis] for each in (parameter.value, parameter.low, parameter.high)
    )
    below = (value - low) * (1 - np.sqrt(np.minimum(2 * rank, 1)))
    above = (high - value) * (1 - np.sqrt(np.minimum(2 - 2 * rank, 1)))
    return np.asarray(value - below + above)


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
