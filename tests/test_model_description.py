"""docs/model.md describes the whole model: every parameter, event and reading has its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_model_claims_table import defined

from scenarios.event_types import EVENT_TYPES
from scenarios.library import scenario_files
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8").replace(r"\_", "_")
WORDS = set(re.findall(r"[a-z]+(?:_[a-z]+)+|importance|deference|currency|(?<=`)[a-z]+(?=`)", PAGE))
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


def test_every_rule_that_an_equation_names_exists():
    rules = re.findall(r"`([a-z/_]+\.py):([\w.]+)`", PAGE)
    assert len(rules) > 50
    assert not [rule for rule in rules if rule[1] not in defined(ROOT / rule[0])]


DECISIONS = (
    *("Theoretical and empirical background", "Individual decision making", "Learning"),
    *("Individual sensing", "Individual prediction", "Interaction", "Collectives", "Heterogeneity"),
    *("Stochasticity", "Observation", "Implementation details"),
)


@pytest.mark.parametrize("item", DECISIONS)
def test_every_item_of_odd_d_stands_under_its_name(item):
    assert f"**{item}.**" in PAGE


@pytest.mark.parametrize(
    "item", ["Purpose and patterns", "Process overview", "Initialisation", "Input", "Submodels"]
)
def test_every_section_of_odd_stands_under_its_name(item):
    assert re.search(rf"^## \d\. {item}", PAGE, re.MULTILINE)


def test_every_work_that_is_cited_stands_in_the_references_and_the_other_way_round():
    text, _, listed = PAGE.partition("\n## References")
    entries = set(re.findall(r"^- ([\w-]+).*?\((\d{4})\)", listed, re.MULTILINE))
    cited = set(
        re.findall(
            r"([A-Z][\w-]+)(?: et al\.|(?:, [A-Z][\w-]+)* and [A-Z][\w-]+)? \(?(\d{4})\b", text
        )
    )
    assert not {entry for entry in entries if entry not in cited}
