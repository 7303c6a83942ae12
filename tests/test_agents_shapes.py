"""Shapes in signatures of `agents` and `model` are checked while the tests run."""

from __future__ import annotations

import sys
from importlib import import_module

import numpy as np
import pytest
from jaxtyping import TypeCheckError

import agents
import model

RULE = """
from __future__ import annotations
import numpy as np
from jaxtyping import Float

Worlds = Float[np.ndarray, "worlds"]
StateWorlds = Float[np.ndarray, "state worlds"]

def spread(each: StateWorlds, all: Worlds) -> StateWorlds:
    return each - all

def muddle(all: Worlds) -> Worlds:
    return np.array([all, all])
"""


@pytest.fixture(params=[agents, model], ids=["agents", "model"])
def rules(request, tmp_path, monkeypatch):
    """Add a module with two rules to a package for the length of a test."""
    if not request.config.getoption("jaxtyping_packages"):
        pytest.skip("shapes are checked with --jaxtyping-packages=agents,model,beartype.beartype")
    package = request.param
    (tmp_path / "sample.py").write_text(RULE)
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    yield import_module(f"{package.__name__}.sample")
    del package.sample, sys.modules[f"{package.__name__}.sample"]


def test_right_shapes_pass(rules):
    assert rules.spread(np.ones((5, 3)), np.ones(3)).shape == (5, 3)


def test_a_missing_axis_is_an_error(rules):
    with pytest.raises(TypeCheckError, match="spread"):
        rules.spread(np.ones(3), np.ones(3))


def test_numbers_of_worlds_that_differ_are_an_error(rules):
    with pytest.raises(TypeCheckError, match="spread"):
        rules.spread(np.ones((5, 3)), np.ones(4))


def test_a_wrong_shape_of_the_result_is_an_error(rules):
    with pytest.raises(TypeCheckError, match="muddle"):
        rules.muddle(np.ones(3))
