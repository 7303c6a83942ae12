"""Whole runs of the engine and of the rules in NumPy, to be compared by the byte."""

from __future__ import annotations

from dataclasses import replace

from experiments.design.inputs import resolve
from experiments.design.spec import RunSpec
from model.ensemble import simulate


def kept(recorded):
    """All that was recorded, as bytes."""
    columns = {
        (table, name): (numbers.shape, numbers.tobytes())
        for table, each in recorded.tables.items()
        for name, numbers in each.items()
    }
    return {"quarters": recorded.quarters.tolist(), "failed": repr(recorded.failures), **columns}


def ran(given, worlds, *, compiled, **wishes):
    """What a batch of wishes keeps of each scenario."""
    batch = resolve(RunSpec(given, worlds=worlds, **wishes))
    rows = batch.assumed.design.rows(0, worlds)
    scenarios, values = batch.assumed.scenarios, batch.values_of(rows)
    parameters = {name: values.of_scenario(name) for name in scenarios}
    request = replace(batch.request(rows), compiled=compiled)
    return {name: kept(each) for name, each in simulate(scenarios, parameters, request)}


def differing(given, worlds, **wishes):
    """What is not the same in a played run and a plain one, by scenario and column."""
    played = ran(given, worlds, compiled=True, **wishes)
    plain = ran(given, worlds, compiled=False, **wishes)
    assert played.keys() == plain.keys()
    return [
        (name, key)
        for name, columns in plain.items()
        for key in columns.keys() | played[name].keys()
        if played[name].get(key) != columns.get(key)
    ]
