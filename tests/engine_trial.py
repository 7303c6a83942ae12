"""Small rules on made-up arrays, traced and played by the engine as a region's are."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as some

from model.engine.plan import Values
from model.engine.program import program_of as program_of_traced
from model.engine.quarter import Key, Leaf, TracedQuarter
from model.engine.tracing import Trace
from model.engine.work import Brought, Work
from model.recorder import Recorder

CELLS = ("made", "up")
"""Table and column of what small rules write down."""
WORLDS = 11
"""More than a group of lanes, and no whole number of groups."""


def valued(rule, *arrays, worlds=WORLDS):
    """Values of a trace, those that each array begins with, and those that the result holds."""
    trace, values = Trace(), Values()
    watched = [trace.watch(array) for array in arrays]
    begun = [values.leaf(each, wide=each.shape[-1] == worlds) for each in watched]
    result = rule(*watched)
    values.take(trace.noted)
    return values, begun, values.rows(np.asarray(result), result.shape)


def meant(values, number):
    """A value as text: what it is computed by and from."""
    value = values.every[number]
    if value.name == "constant":
        return f"{value.constant:g}"
    given = ", ".join(meant(values, each) for each in value.given)
    return f"{value.name}({given})" if value.given else f"leaf {number}"


def program_of(rule, held, worlds=WORLDS):
    """A program of a rule: from arrays by name it makes those of the next quarter, and a reading.

    The first of the arrays decides whether a world is right.
    """
    trace, values, leaves = Trace(), Values(), {}
    for name, array in held.items():
        watched, wide = trace.watch(array), array.shape[-1] == worlds
        key, numbers = Key("state", name), values.leaf(watched, wide=wide)
        leaves[key] = Leaf(key, array, watched, numbers, wide)
    made, reading = rule({key.name: leaf.watched for key, leaf in leaves.items()})
    values.take(trace.noted)
    after = {name: values.rows(np.asarray(each), each.shape) for name, each in made.items()}
    changed = {
        Key("state", name): after[name]
        for name, each in made.items()
        if each is not leaves[Key("state", name)].watched
    }
    read = values.rows(np.asarray(reading), (*reading.shape[:-1], worlds))
    cells, gate = {CELLS: reading.shape[:-1]}, next(iter(after.values()))[0]
    return program_of_traced(TracedQuarter(values, leaves, changed, read, cells, gate))


def played(rule, held, quarters, worlds=WORLDS):
    """What a rule's arrays are after some quarters, and its readings, from a program."""
    work = Work(program_of(rule, held, worlds), worlds)
    work.take_over({"state": held})
    recorder, luck = Recorder(worlds, 0, quarters - 1), np.zeros((1, worlds))
    run = [Brought(index, [], np.empty(0), luck, luck) for index in range(quarters)]
    finite = work.play(run, recorder)
    after = {"state": dict(held)}
    work.give(after)
    table, column = CELLS
    return after["state"], recorder.buffers.columns[table][column], finite


def stepped(rule, held, quarters):
    """The same, from the rule itself."""
    held, readings, finite = dict(held), [], []
    for _ in range(quarters):
        made, reading = rule(held)
        held |= made
        readings.append(np.broadcast_to(reading, (*reading.shape[:-1], WORLDS)))
        finite.append(np.isfinite(held[next(iter(made))]))
    return held, np.array(readings).astype(np.float32), np.array(finite)


BEGUN = ("wide", "other", "narrow")
"""Arrays that random rules begin with; the narrow one is the same in all worlds."""
TWO = ("add", "subtract", "multiply", "maximum", "less", "float_power", "greater_equal")
ONE = ("square", "exp", "tanh", "negative")
STEPS = some.lists(
    some.tuples(some.sampled_from(TWO + ONE), some.integers(0, 30), some.integers(0, 30)),
    min_size=1,
    max_size=14,
)


def begun(worlds=WORLDS):
    """Numbers for random rules to begin with."""
    rng = np.random.default_rng(5)
    sizes = {"wide": worlds, "other": worlds, "narrow": 1}
    return {name: rng.uniform(0.1, 0.9, (2, size)) for name, size in sizes.items()}


class Drawn:
    """A random rule: each step takes two of what there is, and what comes last is kept."""

    def __init__(self, steps):
        self.steps = steps

    def __call__(self, held):
        pool = [held[name] for name in BEGUN]
        for name, one, other in self.steps:
            given = [pool[each % len(pool)] for each in (one, other)]
            pool.append(getattr(np, name)(*given[: getattr(np, name).nin]) * 0.5)
        wide = [each for each in pool if each.shape[-1] > 1]
        narrow = [each for each in pool if each.shape[-1] == 1]
        made = {"wide": wide[-1], "other": wide[-len(wide) // 2], "narrow": narrow[-1]}
        return made, pool[-1]

    def __repr__(self):
        return f"Drawn({self.steps})"
