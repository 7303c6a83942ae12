"""docs/model.md describes the whole model: every parameter, event and reading has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scenarios.event_types import EVENT_TYPES
from scenarios.parameters import load_parameters

PAGE = (Path(__file__).parents[1] / "docs" / "model.md").read_text(encoding="utf-8")
WORDS = set(re.findall(r"[a-z]+(?:_[a-z]+)+|importance|deference|currency", PAGE))
NOT_PARAMETERS = re.compile(r"_(?:instability|integration|override|closure|road|sensitivity)$")


@pytest.mark.parametrize("name", load_parameters())
def test_every_parameter_stands_in_the_description(name):
    assert name in WORDS


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_every_type_of_event_stands_in_the_description(kind):
    assert f"`{kind}`" in PAGE


def test_no_name_in_code_marks_is_unknown():
    known = set(load_parameters()) | set(EVENT_TYPES)
    marked = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", PAGE))
    unknown = {name for name in marked - known if not NOT_PARAMETERS.search(name)}
    assert unknown == set()
