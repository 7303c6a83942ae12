"""docs/model.md describes the whole model: every parameter, event and reading has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.event_types import EVENT_TYPES
from scenarios.library import scenario_files
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS

PAGE = (Path(__file__).parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[a-z]+(?:_[a-z]+)+|importance|deference|currency", PAGE))
SCENARIOS = {path.stem for path in scenario_files()}


@pytest.mark.parametrize("name", load_parameters())
def test_every_parameter_stands_in_the_description(name):
    assert name in WORDS


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_type_of_event_stands_in_the_description(kind):
    assert f"`{kind}`" in PAGE


def test_no_name_in_code_marks_is_unknown():
    known = set(load_parameters()) | set(EVENT_TYPES) | set(DRIVERS) | SCENARIOS
    assert set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE)) - known == set()
