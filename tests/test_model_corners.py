"""At every end of every range, and at ends of all at once, no world fails or leaves its ranges."""

from __future__ import annotations

import numpy as np

from experiments.store.columns import TABLES
from model.recorder import Recorder
from model.region import Region
from scenarios.parameters import load_parameters

REGISTRY = load_parameters()
UNTIL = 12
MANY = 400


def ends(parameter):
    """The tables of a parameter with one number at an end of its range; of shares, all on one."""
    value = np.asarray(parameter.value, dtype=float)
    if parameter.simplex:
        rows = value.reshape(-1, value.shape[-1])
        for row, place in np.ndindex(rows.shape):
            moved = rows.copy()
            moved[row] = np.eye(rows.shape[1])[place]
            yield moved.reshape(value.shape)
        return
    for end in (parameter.low, parameter.high):
        for place, number in enumerate(np.broadcast_to(end, value.shape).ravel()):
            moved = value.copy()
            moved.flat[place] = number
            yield moved


def single():
    """Every parameter in turn at each of its ends."""
    worlds = [{name: table} for name, each in REGISTRY.items() for table in ends(each)]
    return {
        name: np.stack([world.get(name, each.value) for world in worlds], axis=-1)
        for name, each in REGISTRY.items()
    }


def joint(seed=5):
    """All parameters at ends of their ranges at once, drawn by lot; shares all on one."""
    rng, found = np.random.default_rng(seed), {}
    for name, each in REGISTRY.items():
        shape = (*np.asarray(each.value).shape, MANY)
        if each.simplex:
            place = rng.integers(shape[-2], size=(*shape[:-2], 1, MANY))
            found[name] = (np.arange(shape[-2])[:, np.newaxis] == place).astype(float)
        else:
            low, high = (
                np.asarray(end, dtype=float)[..., np.newaxis] for end in (each.low, each.high)
            )
            found[name] = np.where(rng.random(shape) < 0.5, low, high)
    return found


def strays(parameters):
    """What leaves its stated range in some world, or is no number."""
    worlds = next(iter(parameters.values())).shape[-1]
    recorder = Recorder(worlds, 0, UNTIL, "quarter", tuple(TABLES))
    with np.errstate(all="ignore"):
        region = Region(worlds=worlds, rng=0, parameters=parameters, recorder=recorder)
        while region.quarter < UNTIL:
            region.step()
    tables = recorder.recorded().tables
    for table, columns in tables.items():
        for column in TABLES[table].columns:
            values = np.asarray(columns[column.name])
            high = np.inf if column.high is None else column.high
            if not ((values >= column.low) & (values <= high) & np.isfinite(values)).all():
                yield f"{column.name}: {values.min()} to {values.max()}"


def test_no_world_fails_at_any_end_of_any_range():
    assert list(strays(single())) == []


def test_no_world_fails_at_ends_of_all_ranges_at_once():
    assert list(strays(joint())) == []
