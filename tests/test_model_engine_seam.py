"""Without llvmlite, or with one that does not work, all runs as before, after one warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import warnings
from pathlib import Path

import llvmlite
import pytest
from engine_runs import ran
from trial import library

from model.engine import machine
from model.engine.player import Player
from model.ensemble import stepper_of
from model.recorder import Recorder
from model.region import Region

PROJECT = Path(__file__).parents[1]
SPAN = {"until": "2000-Q2", "record_from": "2000-Q1"}


@pytest.fixture(autouse=True)
def untried():
    """Whether llvmlite can be used is found out anew, in the test and after it."""
    forget()
    yield
    forget()


def forget():
    """Forget what was found out."""
    for each in (machine.compiler, machine.usable, machine.processor):
        each.cache_clear()


def hide(patch):
    patch.setitem(sys.modules, "llvmlite", None)


def breaks(patch):
    patch.delattr("llvmlite.binding.create_lljit_compiler")


def computes_otherwise(patch):
    patch.setattr(machine, "TRIAL", machine.TRIAL.replace("%root to", "%given to"))


def version(number):
    return lambda patch: patch.setattr(llvmlite, "__version__", number)


PROBLEMS = {
    "hidden": (hide, "ModuleNotFoundError"),
    "broken": (breaks, "AttributeError"),
    "wrong": (computes_otherwise, "computes otherwise"),
    "old": (version("0.44.0"), re.escape("0.44.0, not >=0.45,<0.51")),
    "new": (version("0.51.0rc1"), re.escape("0.51.0rc1, not >=0.45,<0.51")),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_what_cannot_be_compiled_is_stepped_after_one_warning(problem, monkeypatch):
    spoil, message = PROBLEMS[problem]
    plain = ran(("baseline",), 3, compiled=False, **SPAN)
    spoil(monkeypatch)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stepped = [ran(("baseline",), 3, compiled=True, **SPAN) for _ in range(2)]
    assert stepped == [plain, plain]
    (warning,) = caught
    assert re.search(f"stepped by NumPy.*{message}.*pip install", str(warning.message))


def test_what_can_be_compiled_is_played():
    recorder = Recorder(2, 0, 8)
    region = Region(spec=library(), worlds=2, rng=1, recorder=recorder)
    assert isinstance(stepper_of(region, recorder, compiled=True), Player)
    assert stepper_of(region, recorder, compiled=False) is region


def test_the_versions_tried_are_those_that_are_installed():
    wanted = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert f"llvmlite{machine.supported()}" in wanted["dependencies"]
    pin = re.search(
        r"^llvmlite==0\.(\d+)", (PROJECT / "constraints.txt").read_text("utf-8"), re.MULTILINE
    )
    assert pin is not None
    assert (0, int(pin[1]) + 1) == machine.BEFORE, "the pin has moved: try it, and move the bound"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_large_run_without_llvmlite_ends_well_with_one_warning(workers, tmp_path):
    (tmp_path / "llvmlite.py").write_text("raise ImportError('there is none')")
    asked = (
        "run",
        "baseline",
        "--worlds",
        "1100",
        "--until",
        "2000-Q2",
        "--quiet",
        "--record-from",
        "2000-Q1",
    )
    where = {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(PROJECT)))}
    done = subprocess.run(
        [sys.executable, "-m", "experiments", *asked, "--workers", str(workers)],
        env=os.environ | where, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("there is none") == 1
