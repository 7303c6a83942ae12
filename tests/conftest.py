"""What all tests share: the command line as a function, and settings that keep runs alike."""

from __future__ import annotations

import os
import signal
import tempfile
from typing import NamedTuple

import hypothesis
import pytest

from experiments import run
from experiments.cli import main
from scenarios.scenario import Distribution

collect_ignore = ["conftest.py"]  # no examples in it; docs/ has a module of its name
if "PYTEST_XDIST_WORKER" not in os.environ:  # pasts are kept as for users, while tests run
    pasts = tempfile.TemporaryDirectory(prefix="crossroads-tests-")
    os.environ["CROSSROADS_CACHE"] = pasts.name
os.environ["MPLBACKEND"] = "agg"  # figures are drawn without a screen

# The same examples every time: a failure is a failure of the change, not of the day. No deadline,
# since the machine may be busy.
hypothesis.settings.register_profile("alike", derandomize=True, deadline=None)
hypothesis.settings.load_profile("alike")


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory):
    """Results of three scenarios, 48 worlds, a year a row, as questions and figures read them."""
    return run(
        "baseline",
        "frozen_ukraine",
        "afghanistan_instability",
        worlds=48,
        record_from="2000-Q1",
        every="year",
        out=tmp_path_factory.mktemp("outcomes") / "three",
        workers=1,
    )


@pytest.fixture(scope="session")
def designed(tmp_path_factory):
    """Results of the baseline at 12 points of two parameters, 4 worlds each, a year a row."""
    return run(
        "baseline",
        settings={
            "attention_cost": Distribution("uniform", 0.3, 0.8),
            "world_offer_effect": Distribution("uniform", 0.6, 1.6),
        },
        points=12,
        replicates=4,
        every="year",
        out=tmp_path_factory.mktemp("designed") / "points",
        workers=1,
    )


@pytest.fixture(scope="session")
def early(tmp_path_factory):
    """Results that end early: taking apart is slow where shapes are checked at every call."""
    return run(
        "baseline",
        "history_calm_afghanistan",
        worlds=3,
        record_from="2000-Q1",
        until="2003-Q4",
        out=tmp_path_factory.mktemp("early") / "two",
        workers=1,
    )


class Answer(NamedTuple):
    """What a command line gave back."""

    code: int
    out: str
    err: str


@pytest.fixture
def crossroads(capfd, monkeypatch):
    """Run a command line in this process: `crossroads("run", "baseline").code`."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NO_COLOR", "1")

    def answer(*words):
        capfd.readouterr()
        code = main([str(word) for word in words])
        return Answer(code, *capfd.readouterr())

    return answer


@pytest.fixture
def heard():
    """Ctrl-C is heard: whoever started the tests may ignore the key, and children inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
