"""Compiled code gives the bits of NumPy, and waits on disk for the next process."""

from __future__ import annotations

import os

import numpy as np
import pytest
from engine_trial import STEPS, WORLDS, Drawn, begun, played, stepped
from hypothesis import example, given, settings

from model.engine import machine
from model.engine.assembly import LANES
from model.engine.machine import Machine
from model.engine.memory import TOGETHER
from model.engine.plan import COMPILED

SMALLEST = """
define void @one(ptr %a, ptr %b, ptr %c, ptr %d, ptr %e, ptr %f, i64 %x, i64 %y, i64 %z) {{
  store double {number}, ptr %a
  ret void
}}
"""


@pytest.fixture(autouse=True, scope="module")
def kept_apart(tmp_path_factory):
    """Compiled code of these tests takes no room from that of scenarios."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "KEPT", tmp_path_factory.mktemp("compiled"))
        yield


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder for compiled code."""
    monkeypatch.setattr(machine, "KEPT", tmp_path)
    return tmp_path


def written(number):
    """What the smallest function writes."""
    memory = np.zeros(1)
    made = Machine(SMALLEST.format(number=f"{number:.1f}"))  # code lasts as long as its machine
    made.function("one")(memory.ctypes.data, *(None,) * 5, 0, 0, 0)
    return memory[0]


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
    kept = np.broadcast_to(found, readings[0].shape)
    with np.errstate(all="ignore"):
        assert bits(readings[0]) == bits(kept.astype(np.float32))


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


def test_compiled_code_is_kept_and_found_again(folder, monkeypatch):
    assert written(3) == 3
    (file,) = folder.iterdir()
    kept = []
    monkeypatch.setattr(machine, "keep", lambda path, _: kept.append(path))
    assert written(3) == 3
    assert kept == []
    file.unlink()
    assert written(3) == 3
    assert kept == [file]


@pytest.mark.parametrize("left", [0, 20, 500])
def test_kept_code_that_is_not_whole_is_compiled_again(folder, left):
    assert written(3) == 3
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    assert machine.found(file) is None
    assert written(3) == 3
    assert file.read_bytes() == whole


def test_code_under_the_name_of_other_code_is_compiled_again(folder):
    assert [written(number) for number in (3, 4)] == [3, 4]
    one, other = folder.iterdir()
    other.write_bytes(one.read_bytes())
    assert machine.found(other) is None
    assert [written(number) for number in (3, 4)] == [3, 4]


def test_other_assembly_is_kept_under_another_name(folder):
    assert [written(number) for number in (3, 4)] == [3, 4]
    assert len(list(folder.iterdir())) == 2


def test_a_folder_that_is_not_there_is_no_error(folder, monkeypatch):
    monkeypatch.setattr(machine, "KEPT", folder / "nowhere")
    assert written(5) == 5
    assert len(list((folder / "nowhere").iterdir())) == 1


def test_a_folder_that_cannot_be_made_is_no_error(folder, monkeypatch):
    monkeypatch.setattr(machine, "KEPT", folder / "nowhere" / "deeper")
    assert written(5) == 5
    assert not list(folder.iterdir())


def test_a_file_in_the_place_of_the_folder_is_no_error(folder, monkeypatch):
    (folder / "file").write_text("text")
    monkeypatch.setattr(machine, "KEPT", folder / "file")
    assert written(5) == 5


def test_only_the_newest_are_kept(folder):
    other = folder / "module.pyc"
    other.write_text("not the engine's")
    for number in range(machine.MOST + 5):
        path = folder / f"quarter-{number}.o"
        path.write_bytes(b"old")
        os.utime(path, (number, number))
    assert written(6) == 6
    left = {path.name for path in folder.glob("quarter-*")}
    assert len(left) == machine.MOST
    assert "quarter-5.o" not in left
    assert f"quarter-{machine.MOST + 4}.o" in left
    assert other.exists()
    assert {path.suffix for path in folder.iterdir()} == {".o", ".pyc"}
