"""What people mean: found by words, and what to write for it is good as it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.phrases import ABSENT, PHRASES

PAGE = (Path(__file__).parents[1] / "docs" / "scenarios.md").read_text(encoding="utf-8")
WRITTEN = {meant: said for meant, said in PHRASES.items() if not said.startswith(ABSENT)}


@pytest.mark.parametrize("meant", WRITTEN)
def test_what_a_phrase_says_to_write_is_a_scenario_that_changes_something(meant, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: Mine\n{WRITTEN[meant]}\n")
    mine, baseline = load_scenario(path), load_scenario("baseline")
    assert not mine.warnings
    moved = [name for name, path in mine.drivers.items() if (path != baseline.drivers[name]).any()]
    assert moved or mine.events != baseline.events


@pytest.mark.parametrize("meant", PHRASES)
def test_the_page_has_every_phrase(meant):
    said = PHRASES[meant]
    cell = said if said.startswith(ABSENT) else "<br>".join(f"`{x}`" for x in said.splitlines())
    assert f"| {meant} | {cell} |" in PAGE


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("c5+1", "phrase", "C5+1, US and EU summits"),
        ("rosatom", "phrase", "Rosatom, nuclear power plants"),
        ("oil", "driver", "oil_price"),
        ("restructured", "event", "debt_distress"),
        ("attention war", "parameter", "attention_cost"),
    ],
)
def test_a_search_looks_in_every_list(text, kind, name, crossroads):
    code, out, _ = crossroads("parameters", "--search", text, "--json")
    assert code == 0
    assert (kind, name) in {(each["kind"], each["name"]) for each in json.loads(out)}


@pytest.mark.parametrize("text", ["Rosatm", "sanctons", ""])
def test_a_search_that_finds_nothing_tells_the_nearest(text, crossroads):
    code, out, err = crossroads("parameters", "--search", text)
    assert (code, out, err.count("\n")) == (2, "", 1)
    near = {"Rosatm": "did you mean 'Rosatom'?", "sanctons": "did you mean 'sanctions'?"}
    assert near.get(text, "nothing is about ''") in err


def test_files_take_names_and_codes_of_countries(tmp_path):
    text = """title: Mine
drivers:
  pipeline_capacity: {%s: {%s: {2028-Q1: inherited, 2029-Q1: 0.5}}}
  western_engagement: {%s: 0.5}
behaviour: {%s: withdrawing}
events:
  - {type: base_closure, quarter: 2028-Q3, state: %s, power: %s}
"""
    found = []
    for names in (
        ("TKM", "CHN", "KAZ", "RUS", "KGZ", "RUS"),
        ("Turkmenistan", "China", "kz", "RU", "Kyrgyzstan", "Russia"),
    ):
        path = tmp_path / "mine.yaml"
        path.write_text(text % names)
        found.append(load_scenario(path))
    first, second = found
    assert (first.events, first.behaviours) == (second.events, second.behaviours)
    assert all((first.drivers[name] == second.drivers[name]).all() for name in first.drivers)
    assert first.origins == second.origins


def test_a_country_that_stands_twice_is_told_at_its_line(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\ndrivers:\n  state_growth:\n    KAZ: 0.01\n    Kazakhstan: 0.02\n")
    with pytest.raises(FaultyInput, match=r":5: 'Kazakhstan' is KAZ, which stands here already"):
        load_scenario(path)
