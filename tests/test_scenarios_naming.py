"""Names that stand for something else than was asked for, and other spellings of names."""

from __future__ import annotations

import pytest

from scenarios.faults import nearest
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS, POWERS, STATE_NAMES, STATES, TWO_LETTERS, code_of

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


@pytest.mark.parametrize(
    ("given", "code"), [*TWO_LETTERS.items(), *((name, code) for code, name in STATE_NAMES.items())]
)
def test_two_letters_and_names_are_corrected_to_the_code_that_they_stand_for(given, code):
    assert code_of(given.lower()) == code
    assert nearest(given, (*STATES, *POWERS)) == f"did you mean '{code}'?"


def test_names_of_parameters_have_codes_and_other_spellings_are_told_them(crossroads, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: Mine\n"
        "drivers:\n"
        "  pipeline_capacity: {TM: {Chna: {2028-Q1: 0.5}}}\n"
        "events:\n"
        "  - {type: unrest, quarter: 2028-Q3, state: Tajikstan}\n"
        "parameters:\n"
        "  initial_reliance.trade.KZ.Russia: 0.4\n"
    )
    code, _, err = crossroads("check", path)
    assert code == 2
    told = [line.rpartition("; ")[2] for line in err.splitlines()]
    leaf = "initial_reliance.trade.KAZ.RUS"
    chn, state, parameter = told
    assert (chn, parameter) == ("did you mean 'CHN'?", f"did you mean '{leaf}'?")
    assert state == "expected KAZ, KGZ, TJK, TKM or UZB"


def test_commands_conditions_and_python_understand_two_letters_and_names(outcomes, crossroads):
    folder = outcomes.folder.address
    told = [
        crossroads("ask", folder, f"share {power} > 0.4 in {state}").out.partition(": ")[2]
        for power, state in (("RUS", "KAZ"), ("RU", "KZ"), ("Russia", "kz"))
    ]
    assert "of worlds under" in told[0]
    assert set(told) == {told[0]}
    assert len(outcomes.table("states", state="KZ")) == len(outcomes.table("states", state="KAZ"))
    words = ("compare", folder, "frozen_ukraine", "baseline", "--no-channels", "--state")
    assert crossroads(*words, "KZ") == crossroads(*words, "KAZ")
