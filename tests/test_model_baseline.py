"""The model's numbers in a few worlds are those that are kept: what moves them is meant to."""

from __future__ import annotations

import json

import pytest
from baseline import KEPT, numbers


def test_the_numbers_of_the_model_are_those_that_are_kept():
    kept, found = json.loads(KEPT.read_text(encoding="utf-8")), numbers()
    assert found.keys() == kept.keys(), "run `make baseline`, and say why in the changelog"
    moved = [key for key in kept if found[key] != pytest.approx(kept[key], rel=1e-3, abs=1e-6)]
    assert not moved, "run `make baseline`, and say why in the changelog"
