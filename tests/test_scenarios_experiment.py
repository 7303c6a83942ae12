"""Experiment files: a batch in one file, read into what the runner asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenarios.counts import BOUNDS
from scenarios.experiment import is_experiment, load_experiment
from scenarios.faults import FaultyInput
from scenarios.scenario import Distribution

EVERYTHING = """\
title: Everything that an experiment can say
note: It says all of it.
scenarios: [baseline, ./mine.yaml]
seed: 0
until: 2035
record_from: 2024-Q1
every: year
tables: [influence, region]
parameters:
  attention_cost: {low: 0.4, high: 0.7}
  loss_aversion: [3, 4.5]
parameters_file: numbers.yaml
points: 16
replicates: 4
design: lhs
outcomes: [leader, share:KAZ:CHN]
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "mine.yaml").write_text("title: Mine\ndrivers: {oil_price: 1.2}\n")
    (tmp_path / "numbers.yaml").write_text("adjustment_speed.trade: 0.2\n")
    (tmp_path / "batch.yaml").write_text(EVERYTHING)
    return tmp_path


def test_everything_it_says_arrives(folder) -> None:
    batch = load_experiment(folder / "batch.yaml")
    assert (batch.name, batch.title) == ("batch", "Everything that an experiment can say")
    assert [path.stem for path in batch.scenarios] == ["baseline", "mine"]
    assert batch.outcomes == ("leader", "share:KAZ:CHN")
    assert batch.options == {
        "seed": 0,
        "until": 2035,
        "record_from": "2024-Q1",
        "every": "year",
        "tables": ["influence", "region"],
        "points": 16,
        "replicates": 4,
        "design": "lhs",
        "settings": {
            "attention_cost": Distribution("uniform", 0.4, 0.7),
            "loss_aversion": (3.0, 4.5),
        },
        "parameters": folder / "numbers.yaml",
    }


def test_what_it_leaves_open_is_left_to_the_runner(folder) -> None:
    (folder / "short.yaml").write_text("title: Short\nscenarios: [baseline]\n")
    assert load_experiment(folder / "short.yaml").options == {}


def test_scenarios_are_looked_for_beside_the_file_from_anywhere(folder, monkeypatch) -> None:
    monkeypatch.chdir(Path("/"))
    (folder / "short.yaml").write_text("title: Short\nscenarios: [mine]\n")
    (found,) = load_experiment(folder / "short.yaml").scenarios
    assert found.is_file()


def test_a_table_of_draws_or_points_lies_beside_the_file(folder) -> None:
    (folder / "draws.csv").write_text("attention_cost\n0.5\n")
    text = "title: T\nscenarios: [baseline]\nparameters_file: draws.csv\ndesign: draws.csv\n"
    (folder / "tables.yaml").write_text(text)
    batch = load_experiment(folder / "tables.yaml")
    assert batch.options["parameters"] == folder / "draws.csv"
    assert batch.options["design"] == folder / "draws.csv"


def test_a_faulty_parameters_file_is_told(folder) -> None:
    (folder / "numbers.yaml").write_text("adjustment_speed.trade: 20\n")
    with pytest.raises(FaultyInput, match=r"numbers\.yaml:1"):
        load_experiment(folder / "batch.yaml")


def test_the_kind_of_a_file_shows_in_its_keys(folder) -> None:
    assert is_experiment(folder / "batch.yaml")
    assert not is_experiment(folder / "mine.yaml")


@pytest.mark.parametrize("name", BOUNDS)
def test_a_file_takes_the_whole_numbers_that_the_command_line_takes(folder, crossroads, name):
    file = folder / "counted.yaml"
    for number in (BOUNDS[name][0] - 1, BOUNDS[name][1] + 1):
        file.write_text(f"title: Counted\nscenarios: [baseline]\n{name}: {number}\n")
        code, _, written = crossroads("check", file)
        refused = crossroads(
            "run", "baseline", "--workers", 1, f"--{name.replace('_', '-')}={number}"
        )
        assert (code, refused.code) == (2, 2)
        assert written == f"{file}:3: {name}: {refused.err.split(': ')[1].strip()}\n"
    for number in BOUNDS[name]:
        file.write_text(f"title: Counted\nscenarios: [baseline]\n{name}: {number}\n")
        assert load_experiment(file).options[name] == number
