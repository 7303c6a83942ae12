"""Loading scenarios: what files say becomes paths, events and parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter
from scenarios.scenario import Distribution, Scenario
from scenarios.vocabulary import DRIVERS, POWERS, STATES

if TYPE_CHECKING:
    from pathlib import Path

FREEZE = parse_quarter("2026-Q1")


def written(folder: Path, text: str, name: str = "mine") -> Path:
    """A scenario file in a folder of its own."""
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, text: str) -> Scenario:
    """The scenario that a text says, extending the baseline."""
    return load_scenario(written(folder, "title: Mine\n" + text))


def test_the_baseline_gives_every_driver_its_shape_and_range() -> None:
    drivers = load_scenario("baseline").drivers
    shapes = {"region": (164,), "state": (164, 5), "power and state": (164, 4, 5)}
    assert list(drivers) == list(DRIVERS)
    for name, driver in DRIVERS.items():
        assert drivers[name].shape == shapes[driver.scope], name
        assert drivers[name].min() >= driver.low, name
        assert drivers[name].max() <= driver.high, name


def test_nobody_can_change_a_loaded_path() -> None:
    path = load_scenario("baseline").drivers["oil_price"]
    with pytest.raises(ValueError, match="read-only"):
        path[0] = 1


def test_the_war_in_ukraine_follows_battle_deaths() -> None:
    path = load_scenario("baseline").drivers["ukraine_conflict"]
    quarters = ("2014-Q1", "2014-Q2", "2015-Q4", "2016-Q1", "2022-Q1", "2022-Q2", "2024-Q4")
    expected = [0, 0.35, 0.14, 0, 0, 1, 0.93]
    assert path[[parse_quarter(each) for each in quarters]].tolist() == expected


def test_no_driver_jumps_where_the_record_ends() -> None:
    drivers = load_scenario("baseline").drivers
    region = [name for name, driver in DRIVERS.items() if driver.scope == "region"]
    after = slice(parse_quarter("2024-Q4"), None)
    largest = {name: float(np.abs(np.diff(drivers[name][after])).max()) for name in region}
    assert {name: jump for name, jump in largest.items() if jump > 0.06} == {}


def test_before_its_first_knot_a_scenario_is_its_parent_bit_for_bit() -> None:
    base, freeze = load_scenario("baseline"), load_scenario("frozen_ukraine")
    for name in DRIVERS:
        same = base.drivers[name][: FREEZE + 1] == freeze.drivers[name][: FREEZE + 1]
        assert same.all(), name


def test_a_freeze_ends_at_the_level_it_states() -> None:
    freeze = load_scenario("frozen_ukraine").drivers
    assert freeze["ukraine_conflict"][parse_quarter("2027-Q1")] == 0.15
    assert freeze["ukraine_conflict"][-1] == 0.15
    assert freeze["sanctions"][-1] == 0.6
    assert freeze["sanctions"][FREEZE] == 1


def test_two_parents_keep_what_each_of_them_changed(tmp_path: Path) -> None:
    both = loaded(tmp_path, "extends: [frozen_ukraine, afghanistan_instability]\n")
    assert both.drivers["ukraine_conflict"][-1] == 0.15
    assert both.drivers["afghanistan_instability"][-1] == 1


def test_of_two_parents_the_later_wins_driver_by_driver(tmp_path: Path) -> None:
    written(tmp_path, "title: A\ndrivers: {oil_price: 2, sanctions: 0.1}\n", "a")
    written(tmp_path, "title: B\ndrivers: {oil_price: 0.5}\n", "b")
    both = loaded(tmp_path, "extends: [a, b]\n")
    assert (both.drivers["oil_price"][0], both.drivers["sanctions"][0]) == (0.5, 0.1)


def test_steps_hold_their_value_until_the_next(tmp_path: Path) -> None:
    path = loaded(tmp_path, "drivers: {oil_price: {step: {2030-Q1: 1, 2031-Q1: 2}}}\n").drivers
    assert path["oil_price"][120:125].tolist() == [1, 1, 1, 1, 2]


def test_add_and_scale_work_on_what_is_inherited(tmp_path: Path) -> None:
    base = load_scenario("baseline").drivers["oil_price"]
    added = loaded(tmp_path, "drivers: {oil_price: {add: {2030-Q1: 0, 2030-Q3: 0.2}}}\n")
    scaled = loaded(tmp_path, "drivers: {oil_price: {scale: {step: {2030-Q1: 1.5}}}}\n")
    assert np.allclose(added.drivers["oil_price"][119:124] - base[119:124], [0, 0, 0.1, 0.2, 0.2])
    assert np.allclose(scaled.drivers["oil_price"] / base, np.r_[np.ones(120), np.full(44, 1.5)])


def test_all_stands_for_every_state_and_a_state_of_its_own_wins(tmp_path: Path) -> None:
    text = "drivers: {state_growth: {UZB: 0.03, all: {2026-Q1: 0.01}}}\n"
    growth = loaded(tmp_path, text).drivers["state_growth"]
    assert growth[-1].tolist() == [0.01, 0.01, 0.01, 0.01, 0.03]


def test_memberships_are_steps(tmp_path: Path) -> None:
    text = "drivers: {eaeu_membership: {UZB: {2026-Q1: 0, 2030-Q1: 1}}}\n"
    uzbekistan = loaded(tmp_path, text).drivers["eaeu_membership"][:, STATES.index("UZB")]
    assert set(uzbekistan) == {0, 1}
    assert uzbekistan.argmax() == parse_quarter("2030-Q1")


def test_pipelines_have_a_power_and_a_state(tmp_path: Path) -> None:
    text = "drivers: {pipeline_capacity: {TKM: {CHN: 0}}}\n"
    capacity = loaded(tmp_path, text).drivers["pipeline_capacity"]
    assert capacity[:, POWERS.index("CHN"), STATES.index("TKM")].max() == 0
    assert capacity[0, POWERS.index("RUS"), STATES.index("TKM")] == 1


def test_events_come_in_the_order_of_quarters_with_their_defaults(tmp_path: Path) -> None:
    text = "events: [{type: pipeline_opening, quarter: 2001, state: TJK, power: CHN}]\n"
    events = loaded(tmp_path, text).events
    assert [each.quarter for each in events] == sorted(each.quarter for each in events)
    assert (events[0].size, events[0].probability) == (0.2, 1)
    assert {each.size for each in events if each.type == "unrest"} == {None}


def test_inherited_events_can_be_left_out(tmp_path: Path) -> None:
    kinds = "{type: china_asset_attack, state: TJK}, {type: unrest}, {type: corridor_opening}"
    text = f"without_events: [{kinds}]\n"
    left = loaded(tmp_path, text).events
    assert [each.type for each in left] == ["csto_intervention"]


def test_parameters_are_numbers_ranges_or_lists(tmp_path: Path) -> None:
    text = (
        "parameters:\n"
        "  attention_cost: {low: 0.3, high: 0.8}\n"
        "  adjustment_speed.trade: 0.2\n"
        "  loss_aversion: [2, 4.5]\n"
    )
    values = loaded(tmp_path, text).parameters
    assert values["attention_cost"] == Distribution("uniform", 0.3, 0.8)
    assert values["adjustment_speed.trade"] == 0.2
    assert values["loss_aversion"] == (2.0, 4.5)


def test_a_run_has_a_start_and_an_end(tmp_path: Path) -> None:
    run = loaded(tmp_path, "start: 2010\nend: 2023\n")
    assert (run.start, run.end) == (parse_quarter("2010-Q1"), parse_quarter("2023-Q4"))


def test_a_circle_of_files_is_shown(tmp_path: Path) -> None:
    written(tmp_path, "title: A\nextends: b\n", "a")
    written(tmp_path, "title: B\nextends: a\n", "b")
    with pytest.raises(FaultyInput, match=r"b\.yaml:2: extends itself in a circle: a -> b -> a"):
        load_scenario(tmp_path / "a.yaml")


def test_every_value_knows_its_line() -> None:
    freeze = load_scenario("frozen_ukraine")
    lines = freeze.origins[("ukraine_conflict",)]
    assert lines[-1][0].file.endswith("frozen_ukraine.yaml")
    assert lines[80][0].file.endswith("drivers.csv")
    assert freeze.event_origins[0].file.endswith("baseline.yaml")


def test_a_chain_of_files_has_an_end(tmp_path: Path) -> None:
    for link in range(60):
        parent = f"link{link + 1}" if link < 59 else "baseline"
        written(tmp_path, f"title: Link\nextends: {parent}\n", f"link{link}")
    with pytest.raises(FaultyInput, match="more than 40 files in a row"):
        load_scenario(tmp_path / "link0.yaml")


def test_a_parent_is_looked_for_beside_its_child_first(tmp_path: Path) -> None:
    written(tmp_path, "title: Mine\ndrivers: {oil_price: 2}\n", "western_exit")
    child = loaded(tmp_path, "extends: western_exit\n")
    assert child.drivers["oil_price"][0] == 2


def test_a_file_here_does_not_disturb_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "title: Not the baseline\n", "baseline")
    assert load_scenario("frozen_ukraine").drivers["sanctions"][-1] == 0.6


def test_a_scenarios_own_parameters_are_among_its_parameters(tmp_path: Path) -> None:
    (tmp_path / "numbers.yaml").write_text("attention_cost: 0.6\nadjustment_speed.trade: 0.2\n")
    text = "parameters_file: numbers.yaml\nparameters: {attention_cost: 0.7}\n"
    own = loaded(tmp_path, text)
    assert own.parameters == {"attention_cost": 0.7, "adjustment_speed.trade": 0.2}
    assert own.origins_of["adjustment_speed.trade"].file.endswith("numbers.yaml")
    assert own.origins_of["adjustment_speed.trade"].line == 2


def test_shares_of_a_parameters_file_must_add_up(tmp_path: Path) -> None:
    (tmp_path / "numbers.yaml").write_text("initial_reliance.trade.KAZ.RUS: 0.9\n")
    with pytest.raises(FaultyInput, match=r"numbers\.yaml:1: the shares .* add up to 1\."):
        loaded(tmp_path, "parameters_file: numbers.yaml\n")


def test_a_childs_parameters_file_adds_to_its_parents(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("attention_cost: 0.6\nadjustment_speed.trade: 0.2\n")
    (tmp_path / "two.yaml").write_text("attention_cost: 0.7\n")
    written(tmp_path, "title: Parent\nparameters_file: one.yaml\n", "parent")
    child = loaded(tmp_path, "extends: parent\nparameters_file: two.yaml\n")
    assert child.parameters == {"attention_cost": 0.7, "adjustment_speed.trade": 0.2}


def test_a_base_can_close_and_open_again(tmp_path: Path) -> None:
    text = (
        "events:\n"
        "  - {type: base_closure, quarter: 2028, state: KGZ, power: RUS}\n"
        "  - {type: base_opening, quarter: 2032, state: KGZ, power: RUS}\n"
        "  - {type: membership_change, quarter: 2027, state: UZB, organisation: CSTO}\n"
        "  - {type: csto_intervention, quarter: 2028, state: UZB}\n"
        "  - {type: membership_change, quarter: 2029, state: UZB, organisation: CSTO, size: 0}\n"
    )
    assert len(loaded(tmp_path, text).events) == len(load_scenario("baseline").events) + 5


def test_the_date_of_what_is_assumed_is_inherited_unless_a_file_has_its_own(tmp_path):
    assert load_scenario("frozen_ukraine").as_of == load_scenario("baseline").as_of == "2025-12-31"
    assert loaded(tmp_path, "as_of: 2026-06-30").as_of == "2026-06-30"
