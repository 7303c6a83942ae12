"""What takes long to make waits on disk for the next process; nothing half or stale is used."""

from __future__ import annotations

import os

import numpy as np
import pytest
from engine_trial import begun, played

from model.engine import machine, program


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder for what is kept."""
    monkeypatch.setattr(machine, "CACHE", tmp_path)
    return tmp_path


def made(number):
    """What is kept of a number, and how often it was made."""
    times = []

    def make():
        times.append(number)
        return b"made of %d" % number

    return machine.cached(make, "a number", str(number)), len(times)


def test_what_was_made_is_found_again(folder):
    assert made(3) == (b"made of 3", 1)
    (file,) = folder.iterdir()
    assert made(3) == (b"made of 3", 0)
    file.unlink()
    assert made(3) == (b"made of 3", 1)


@pytest.mark.parametrize("left", [0, 20, 35])
def test_what_is_not_whole_is_made_again(folder, left):
    made(3)
    (file,) = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    assert made(3) == (b"made of 3", 1)
    assert file.read_bytes() == whole


def test_what_lies_under_the_name_of_something_else_is_made_again(folder):
    assert [made(number)[1] for number in (3, 4)] == [1, 1]
    one, other = folder.iterdir()
    other.write_bytes(one.read_bytes())
    found = dict(made(number) for number in (3, 4))
    assert sorted(found) == [b"made of 3", b"made of 4"]
    assert sorted(found.values()) == [0, 1]


@pytest.mark.parametrize("place", ["nowhere", "nowhere/deeper", "file"])
def test_a_folder_that_is_not_there_is_no_error(folder, monkeypatch, place):
    (folder / "file").write_text("text")
    monkeypatch.setattr(machine, "CACHE", folder / place)
    assert made(5) == (b"made of 5", 1)
    assert made(5) == (b"made of 5", int(place != "nowhere"))


def test_only_the_newest_are_kept(folder):
    other = folder / "module.pyc"
    other.write_text("Python's own")
    for number in range(machine.MOST + 5):
        path = folder / f"kept-{number}.bin"
        path.write_bytes(b"old")
        os.utime(path, (number, number))
    made(6)
    left = {path.name for path in folder.glob("kept-*")}
    assert len(left) == machine.MOST
    assert "kept-5.bin" not in left
    assert f"kept-{machine.MOST + 4}.bin" in left
    assert other.exists()
    assert {path.suffix for path in folder.iterdir()} == {".bin", ".pyc"}


def raised(power):
    """A rule with a number of its own."""

    def rule(held):
        grown = np.float_power(held["wide"], power) * held["narrow"]
        return {"wide": grown}, grown

    return rule


@pytest.fixture
def compiled(monkeypatch):
    """What has been compiled."""
    texts, code_of = [], program.code_of
    monkeypatch.setattr(program, "code_of", lambda text: texts.append(text) or code_of(text))
    return texts


def test_a_program_is_compiled_once_and_then_found(compiled):
    first, *_ = played(raised(0.5), begun(), 2)
    again, *_ = played(raised(0.5), begun(), 2)
    assert len(compiled) == 1
    assert first["wide"].tobytes() == again["wide"].tobytes()


def test_a_rule_that_computes_something_else_is_another_program(compiled):
    first, *_ = played(raised(0.5), begun(), 2)
    other, *_ = played(raised(0.6), begun(), 2)
    assert len(compiled) == 2
    assert first["wide"].tobytes() != other["wide"].tobytes()


def test_another_number_of_worlds_is_the_same_program(compiled):
    played(raised(0.5), begun(), 2)
    played(raised(0.5), begun(40), 2, worlds=40)
    assert len(compiled) == 1


@pytest.mark.parametrize("name", ["engine_code", "processor"])
def test_another_engine_or_compiler_is_another_program(compiled, monkeypatch, name):
    played(raised(0.5), begun(), 2)
    monkeypatch.setattr(program, name, lambda: "another")
    played(raised(0.5), begun(), 2)
    assert len(compiled) == 2
