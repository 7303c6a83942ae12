"""Scenarios share their past and their luck: forks equal runs of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import KAZ, RUS, at, changed, differing, library, run

from model.ensemble import alike
from model.noise import Noise
from model.region import Region
from scenarios.forks import parting

NAMES = (
    "baseline",
    "frozen_ukraine",
    "afghanistan_instability",
    "freeze_and_afghanistan",
    "attack_wave",
    "kazakhstan_unrest_freeze",
    "debt_distress",
)
LATE = "2025-Q1"
"""Where these runs start, to save time: before the forks of 2026."""


@pytest.fixture(scope="module")
def scenarios():
    """Scenarios that part in several quarters, all started late."""
    return {name: replace(library(name), start=at(LATE)) for name in NAMES}


@pytest.mark.parametrize(
    ("since", "every"),
    [(LATE, "quarter"), (LATE, "year"), ("2027-Q2", "quarter")],
    ids=["before_the_fork", "years", "after_the_fork"],
)
def test_scenarios_run_together_are_the_scenarios_run_alone(scenarios, since, every):
    asked = {"worlds": 4, "since": since, "until": "2027-Q4", "every": every}
    together = run(scenarios, **asked)
    for name, scenario in scenarios.items():
        alone = run(scenario, **asked)
        assert differing(together[name], alone) == [], name


def test_forks_share_the_noise_on_drivers_too(scenarios):
    few = {name: scenarios[name] for name in ("baseline", "frozen_ukraine", "attack_wave")}
    asked = {"worlds": 2, "since": "2026-Q1", "until": "2026-Q4"}
    noisy = {"driver_noise": np.array([0.05])}
    together = run(few, parameters=noisy, **asked)
    for name, scenario in few.items():
        assert differing(together[name], run(scenario, parameters=noisy, **asked)) == [], name


def test_twelve_scenarios_step_what_they_share_once_and_draw_their_luck_once(monkeypatch):
    steps, draws = [], []
    step, draw = Region.step, Noise._draw
    monkeypatch.setattr(Region, "step", lambda region: (steps.append(1), step(region))[1])
    monkeypatch.setattr(Noise, "_draw", lambda noise: (draws.append(1), draw(noise))[1])
    prices = (0.7 + 0.05 * number for number in range(12))
    forked = [changed(name=f"{p:.2f}", since="2024-Q1", oil_price=p) for p in prices]
    twelve = {each.name: replace(each, start=at("2022-Q1")) for each in forked}
    run(twelve, worlds=1, until="2024-Q4", tables=["region"])
    past, future = 8, 4
    assert len(steps) == past + 12 * future
    assert len(draws) == at("2024-Q4") + 1


def test_scenarios_run_together_part_in_the_middle_of_a_year(scenarios):
    forks = {parting(scenarios["baseline"], each) % 4 for each in scenarios.values()}
    assert forks - {0}


def test_a_scenario_like_the_baseline_gives_the_same_arrays():
    twin = changed(name="twin")
    together = run({"baseline": library(), "twin": twin}, worlds=3, until="2005-Q4")
    alone = run(twin, worlds=3, until="2005-Q4")
    assert differing(together["baseline"], together["twin"]) == []
    assert differing(together["baseline"], alone) == []


def test_scenarios_that_differ_from_their_first_quarter_on_share_nothing():
    dear = changed(name="dear", oil_price=1.2)
    together = run({"baseline": library(), "dear": dear}, worlds=2, until="2001-Q4")
    assert differing(together["dear"], run(dear, worlds=2, until="2001-Q4")) == []


def test_scenarios_with_other_parameters_or_starts_share_no_past(scenarios):
    many = {"a": library(), "b": scenarios["baseline"], "c": library("frozen_ukraine")}
    cost = {"attention_cost": np.array([0.4])}
    assert alike(many, {name: {} for name in many}) == [["a", "c"], ["b"]]
    assert alike(many, {"a": {}, "b": {}, "c": cost}) == [["a"], ["b"], ["c"]]


def test_failed_worlds_are_reported_by_every_scenario_that_shares_their_past(scenarios):
    poisoned = {"attention_cost": np.array([0.5, np.nan])}
    few = {name: scenarios[name] for name in ("baseline", "frozen_ukraine")}
    results = run(few, worlds=2, until="2026-Q4", parameters=poisoned)
    failures = [[(f.world, f.quarter) for f in each.failures] for each in results.values()]
    assert failures == [[(1, at(LATE))]] * 2


def test_differences_between_scenarios_are_paired(scenarios):
    few = {name: scenarios[name] for name in ("baseline", "frozen_ukraine")}
    results = run(few, worlds=48, since="2030-Q1", until="2030-Q1")
    base, freeze = (
        each.value("influence.security", "2030-Q1", KAZ, RUS) for each in results.values()
    )
    assert np.std(freeze - base) < 0.5 * np.hypot(np.std(base), np.std(freeze))


def test_a_scenario_that_starts_late_or_ends_early_holds_no_quarters_of_another():
    late = replace(library(), start=at("2001-Q1"))
    early = replace(library(), end=at("2001-Q3"))
    together = {"baseline": library(), "late": late, "early": early}
    for asked in ({}, {"every": "year"}):
        results = run(together, worlds=2, until="2002-Q4", **asked)
        for name, scenario in together.items():
            quarters = results[name].quarters
            assert scenario.start <= quarters.min() <= quarters.max() <= scenario.end
            assert all(len(each) == len(quarters) for each in results[name].columns.values())
        alone = run(late, worlds=2, until="2002-Q4", **asked)
        assert differing(results["late"], alone) == []


def test_a_recorder_keeps_only_the_tables_that_were_asked_for():
    result = run(library(), worlds=1, until=3, tables=["region"])
    assert {name.split(".")[0] for name in result.columns} == {"region"}
