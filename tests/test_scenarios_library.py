"""The library: 30 scenarios, sourced, checked, and pointing editors to a current schema."""

from __future__ import annotations

import csv
import json
import math
import re

import jsonschema
import numpy as np
import pytest

from scenarios.experiment import load_experiment
from scenarios.json_schema import EXPERIMENT, SCENARIO, schema_file, schema_of
from scenarios.library import LIBRARY, scenario_files
from scenarios.lineage import read_layer
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.reading import OURS, document_of, read_document
from scenarios.resolved import resolved_text
from scenarios.vocabulary import DRIVERS, POWERS, STATES

NAMES = [
    "baseline",
    "frozen_ukraine",
    "afghanistan_instability",
    "freeze_and_afghanistan",
    "taliban_integration",
    "taiwan_crisis",
    "taiwan_tension",
    "wider_engagement",
    "western_exit",
    "russian_decline",
    "belt_and_road_retrenchment",
    "escalation",
    "open_future",
    "strategic_autonomy",
    "faster_growth",
    "freeze_without_relief",
    "relief_without_freeze",
    "attack_wave",
    "kazakhstan_unrest_war",
    "kazakhstan_unrest_freeze",
    "kazakhstan_unrest_intervention",
    "perfect_storm",
    "debt_distress",
    "history_no_war",
    "history_no_belt_and_road",
    "history_west_stays",
    "history_no_eaeu",
    "history_no_pipelines",
    "history_from_2010",
    "history_calm_afghanistan",
]
BATCHES = sorted((LIBRARY / "batches").glob("*.yaml"))
CURRENT = "crossroads schema {0} > scenarios/{0}.schema.json"


CHECKERS = {
    kind: jsonschema.Draft202012Validator(schema_of(kind)) for kind in (SCENARIO, EXPERIMENT)
}


def check(values, kind) -> None:
    assert [error.message for error in CHECKERS[kind].iter_errors(values)] == []


def test_the_library_has_30_scenarios() -> None:
    found = {path.stem for path in scenario_files() if path.parent == LIBRARY}
    assert found == set(NAMES)
    assert len(NAMES) == 30


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_says_what_it_is_about_and_why(name) -> None:
    scenario = load_scenario(name)
    sentences = len(re.findall(r"[.?](?: |$)", scenario.summary))
    assert sentences in (2, 3), scenario.summary
    assert scenario.summary.endswith((".", "?"))
    assert scenario.theme
    assert scenario.sources
    assert len(scenario.title) <= 60


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_written_out_is_the_same_scenario(name, tmp_path) -> None:
    scenario = load_scenario(name)
    path = tmp_path / "resolved.yaml"
    path.write_text(resolved_text(scenario), encoding="utf-8")
    again = load_scenario(path)
    assert (again.events, again.start, again.end) == (scenario.events, scenario.start, scenario.end)
    assert again.parameters == scenario.parameters
    assert again.free == scenario.free
    for driver in DRIVERS:
        np.testing.assert_allclose(again.drivers[driver], scenario.drivers[driver], atol=1e-9)


@pytest.mark.parametrize("kind", [SCENARIO, EXPERIMENT])
def test_the_stored_schema_is_current(kind) -> None:
    stored = json.loads(schema_file(kind).read_text(encoding="utf-8"))
    assert stored == schema_of(kind), f"out of date; run: {CURRENT.format(kind)}"


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_nothing_wrong_with_a_scenario(name) -> None:
    path = LIBRARY / f"{name}.yaml"
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=scenario.schema.json"
    check(read_layer(path).document.values, SCENARIO)


@pytest.mark.parametrize("path", BATCHES, ids=lambda path: path.stem)
def test_an_experiment_of_the_library_is_good(path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../experiment.schema.json"
    check(read_document(path, path.name).values, EXPERIMENT)
    assert load_experiment(path).scenarios


@pytest.mark.parametrize("path", sorted(OURS.rglob("*.yaml")), ids=lambda path: path.stem)
def test_both_parsers_read_our_own_files_alike(path) -> None:
    text = path.read_text(encoding="utf-8")
    assert document_of(text, path.name, pure=False) == document_of(text, path.name)


def test_one_batch_runs_every_scenario() -> None:
    batch = load_experiment(LIBRARY / "batches" / "every_scenario.yaml")
    assert {path.stem for path in batch.scenarios} == set(NAMES)


def test_an_editor_sees_what_the_loader_sees() -> None:
    checker = CHECKERS[SCENARIO]
    for wrong in (
        {},
        {"title": "x", "titel": "y"},
        {"title": "x", "drivers": {"oil_price": 99}},
        {"title": "x", "drivers": {"oil_price": {"2026-Q9": 1}}},
        {"title": "x", "drivers": {"weather": 1}},
        {"title": "x", "drivers": {"eaeu_membership": {"UZB": 0.5}}},
        {"title": "x", "events": [{"type": "unrest", "quarter": "2026-Q1"}]},
        {"title": "x", "parameters": {"no_such": 1}},
        {"title": "x", "record": "loose"},
        {"title": "x", "record": {"years": ["oil_price"]}},
    ):
        assert list(checker.iter_errors(wrong)), wrong


def test_every_driver_is_described_to_editors_with_its_unit() -> None:
    described = CHECKERS[SCENARIO].schema["$defs"]["Drivers"]["properties"]
    for name, driver in DRIVERS.items():
        assert driver.unit in described[name]["description"]


def test_recorded_growth_follows_from_the_levels_beside_it() -> None:
    with (LIBRARY / "history" / "drivers.csv").open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["note"].startswith("ln(")]
    assert len(rows) == 48
    for row in rows:
        this, last = row["note"].removeprefix("ln(").split(")")[0].split(" / ")
        assert abs(math.log(float(this) / float(last)) - float(row["value"])) < 1e-4


def test_recorded_values_name_their_provider() -> None:
    with (LIBRARY / "history" / "drivers.csv").open(encoding="utf-8") as stream:
        providers = {row["provider"] for row in csv.DictReader(stream)}
    assert providers == {"World Bank WDI", "US EIA", "UCDP v25.1", "expert judgement"}


def test_uzbekistan_was_in_the_alliance_from_2006_to_2012() -> None:
    path = load_scenario("baseline").drivers["csto_membership"][:, STATES.index("UZB")]
    member = np.flatnonzero(path)
    assert (member[0], member[-1]) == (parse_quarter("2006-Q3"), parse_quarter("2012-Q2"))


def test_the_gas_lines_open_one_after_the_other() -> None:
    capacity = load_scenario("baseline").drivers["pipeline_capacity"]
    path = capacity[:, POWERS.index("CHN"), STATES.index("TKM")]
    assert sorted(set(path)) == [0, 0.27, 0.55, 1]
    assert (np.diff(path) >= 0).all()


def test_without_pipelines_no_gas_goes_to_china() -> None:
    scenario = load_scenario("history_no_pipelines")
    capacity = scenario.drivers["pipeline_capacity"][:, POWERS.index("CHN")]
    assert capacity[:, [STATES.index("TKM"), STATES.index("UZB")]].max() == 0


def test_the_restart_of_2010_begins_there_with_whole_rows_of_shares() -> None:
    scenario = load_scenario("history_from_2010")
    assert scenario.start == parse_quarter("2010-Q1")
    for state in STATES:
        row = [v for k, v in scenario.parameters.items() if f".trade.{state}." in k]
        assert len(row) == 5
        assert sum(row) == pytest.approx(1)


def test_the_two_unrests_differ_in_the_war_alone() -> None:
    busy, free = load_scenario("kazakhstan_unrest_war"), load_scenario("kazakhstan_unrest_freeze")
    assert busy.events == free.events
    changed = {name for name in DRIVERS if (busy.drivers[name] != free.drivers[name]).any()}
    assert changed == {"ukraine_conflict", "sanctions"}
