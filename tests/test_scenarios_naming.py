"""Names that stand for something else than was asked for, and other spellings of names."""

from __future__ import annotations

import pytest

from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS

BASELINE = load_scenario("baseline")


@pytest.mark.parametrize("name", DRIVERS)
def test_the_line_told_for_a_driver_taken_for_a_parameter_changes_that_driver(name, tmp_path):
    line = load_parameters().unknown(name).partition("a line for it is ")[2]
    path = tmp_path / "mine.yaml"
    path.write_text(f"title: Mine\nextends: baseline\n{line}\n")
    changed = load_scenario(path).drivers
    assert {each for each in DRIVERS if (changed[each] != BASELINE.drivers[each]).any()} == {name}


@pytest.mark.parametrize(
    "words", [("run", "baseline", "--set", "oil_price=1.5"), ("parameters", "oil_price")]
)
def test_a_driver_taken_for_a_parameter_is_told_as_one_with_the_command(crossroads, words):
    code, out, err = crossroads(*words)
    assert (code, out) == (2, "")
    assert err.startswith("'oil_price' is a driver; a scenario file changes it: ")
    assert "'crossroads new mine --extends baseline'" in err
    assert err.count("\n") == 1


def test_a_parameter_among_drivers_is_sent_to_its_section(crossroads, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("title: Mine\ndrivers: {attention_cost: 0.5}\n")
    code, _, err = crossroads("check", path)
    assert code == 2
    assert err.endswith("'attention_cost'; it is a parameter: write it under 'parameters'\n")
