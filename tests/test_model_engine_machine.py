"""Compiled code gives the bits of NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from engine_trial import STEPS, WORLDS, Drawn, begun, played, stepped
from hypothesis import example, given, settings

from model.engine import machine
from model.engine.assembly import LANES
from model.engine.plan import COMPILED
from model.engine.work import TOGETHER


@pytest.fixture(autouse=True, scope="module")
def kept_apart(tmp_path_factory):
    """Compiled code of these tests takes no room from that of scenarios."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "CACHE", tmp_path_factory.mktemp("compiled"))
        yield


ROUND = LANES * TOGETHER
"""Worlds that are carried through a run before others."""
ODD = (0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 5e-324, 1e308, -1e308, 0.1)


def numbers(wide):
    """All pairs of odd numbers, and random ones of all sizes, each operand wide or narrow."""
    pairs = np.array(np.meshgrid(ODD, ODD, indexing="xy" if wide[0] else "ij")).reshape(2, -1)
    rng = np.random.default_rng(2)
    some = (2, WORLDS * (30 if any(wide) else 1))
    sizes = rng.standard_normal(some) * 10.0 ** rng.integers(-200, 200, some)
    given = np.concatenate([pairs, sizes], axis=1).reshape(2, -1, WORLDS if any(wide) else 1)
    return [part[:, : WORLDS if each else 1] for part, each in zip(given, wide, strict=True)]


@pytest.mark.parametrize("wide", [(True, True), (True, False), (False, True), (False, False)])
@pytest.mark.parametrize("name", sorted(COMPILED))
def test_a_compiled_function_gives_the_bits_of_numpy(name, wide):
    function = getattr(np, name)
    x, y = numbers(wide)
    if name in {"maximum", "minimum"}:  # of zeros that differ in sign, NumPy promises neither
        x, y = x + 0.0, y + 0.0

    def rule(held):
        found = function(*(held["x"], held["y"])[: function.nin]) * 1.0
        return {"kept": held["kept"] + 0.0, "found": found}, found

    with np.errstate(all="ignore"):
        found = function(*(x, y)[: function.nin]) * 1.0
        held = {"kept": np.ones((1, WORLDS)), "x": x, "y": y, "found": np.zeros_like(found)}
        after, readings, _ = played(rule, held, 1)
    assert bits(after["found"]) == bits(found)
    recorded = np.broadcast_to(found, readings[0].shape)
    with np.errstate(all="ignore"):
        assert bits(readings[0]) == bits(recorded.astype(np.float32))


@pytest.mark.parametrize("constant", [each for each in ODD if abs(each) > 0])
@pytest.mark.parametrize("function", [np.maximum, np.minimum])
def test_a_bound_that_is_a_constant_leaves_what_is_no_number_as_it_is(function, constant):
    held = {"kept": np.ones((1, WORLDS)), "x": np.resize(ODD, (1, WORLDS)) + 0.0}

    def rule(held):
        found = function(held["x"], constant)
        other = function(constant, held["x"])
        return {"kept": held["kept"] + 0.0, "found": found, "other": other}, found

    held |= {"found": np.zeros((1, WORLDS)), "other": np.zeros((1, WORLDS))}
    found, _, _ = played(rule, held, 1)
    for name, meant in (
        ("found", function(held["x"], constant)),
        ("other", function(constant, held["x"])),
    ):
        assert bits(found[name]) == bits(meant)


def bits(array):
    """The bits of numbers; a number that is none is like any other that is none."""
    return np.where(np.isnan(array), np.nan, array).tobytes()


@settings(max_examples=25)
@given(STEPS)
@example([("exp", 0, 0), ("exp", 3, 0), ("float_power", 0, 4), ("float_power", 5, 0)])
@example([("exp", 2, 0), ("float_power", 0, 3), ("float_power", 2, 4), ("add", 0, 1)])
def test_a_random_rule_is_played_to_the_numbers_that_it_steps_to(steps):
    rule, quarters = Drawn(steps), 3
    with np.errstate(all="ignore"):
        found, readings, finite = played(rule, begun(), quarters)
        meant, meant_readings, meant_finite = stepped(rule, begun(), quarters)
    for name, array in meant.items():
        assert np.array_equal(found[name], array, equal_nan=True), name
    assert np.array_equal(readings, meant_readings, equal_nan=True)
    assert np.array_equal(finite, meant_finite.all(axis=1))


@pytest.mark.parametrize(
    "worlds", [1, LANES - 1, LANES, LANES + 1, ROUND, ROUND + 1, 3 * ROUND - 3]
)
def test_every_world_of_a_block_is_played(worlds):
    def rule(held):
        grown = np.exp(held["a"] * held["rate"]) - held["a"]
        return {"a": grown}, grown

    held = {"a": np.random.default_rng(1).uniform(size=(3, worlds)), "rate": np.full((1, 1), 0.3)}
    found, _, finite = played(rule, held, 8, worlds)
    array = held["a"]
    for _ in range(8):
        array = np.exp(array * held["rate"]) - array
    assert found["a"].tobytes() == array.tobytes()
    assert finite.shape == (8, worlds)
    assert finite.all()


def test_a_world_gone_wrong_is_told_by_quarter_and_leaves_others_alone():
    def rule(held):
        grown = held["a"] * held["a"]
        return {"a": grown}, grown

    held = {"a": np.full((1, WORLDS), 0.5)}
    held["a"][0, 3], held["a"][0, 9] = np.nan, 1e100
    with np.errstate(all="ignore"):
        found, _, finite = played(rule, held, 3)
    assert np.argwhere(~finite).tolist() == [[0, 3], [1, 3], [1, 9], [2, 3], [2, 9]]
    assert (np.delete(found["a"], [3, 9]) == 0.5**8).all()
