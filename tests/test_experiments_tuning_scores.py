"""Scores are right, forecasts know no future, and simple rules get a fair chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning.backtest import frozen
from experiments.tuning.forecasting import corrections, forecasts
from experiments.tuning.rules import Spreads, simple_rules
from experiments.tuning.scoring import (
    COLUMNS,
    crps,
    gathered,
    records,
    resampled,
    scored,
    skill,
    summarised,
    table,
    within,
)
from scenarios.load import load_scenario

ORIGIN = 2008


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    chosen = found["variable"].isin(["trade_share", "fbic"]) & (found["year"] <= 2012)
    return found[chosen].reset_index(drop=True)


@pytest.fixture(scope="module")
def worlds(figures):
    """Worlds that know the truth up to some noise, and a constant offset."""
    rng = np.random.default_rng(1)
    noise = rng.normal(0, 0.05, (len(figures), 200))
    return figures["y"].to_numpy()[:, None] + 0.7 + noise


def made(figures, worlds, way="anchored"):
    return list(forecasts(figures, worlds, ORIGIN, ORIGIN + 4, way))


def test_crps_of_a_point_is_its_distance_and_of_a_sample_less():
    assert crps(np.array([0.3]), 0.5) == pytest.approx(0.2)
    sample = np.random.default_rng(0).normal(0.5, 0.1, 4000)
    assert crps(sample, 0.5) == pytest.approx(0.1 * (np.sqrt(2) - 1) / np.sqrt(np.pi), rel=0.05)


def test_anchored_forecasts_forget_a_constant_offset(figures, worlds):
    shares = [each for each in made(figures, worlds) if each.series[0] == "trade_share"]
    assert shares
    for each in shares:
        assert np.median(each.sample) == pytest.approx(each.value, rel=0.2)


def test_nothing_observed_after_the_origin_moves_a_forecast(figures, worlds):
    later = figures["year"] > ORIGIN
    changed = figures.assign(
        y=figures["y"] + later * 1.0,
        value=figures["value"] * np.where(later, np.e, 1.0),
        error=figures["error"] * np.where(later, 5.0, 1.0),
    )
    for way in ("anchored", "free"):
        for one, other in zip(made(figures, worlds, way), made(changed, worlds, way), strict=True):
            assert np.array_equal(one.sample, other.sample)
            assert np.array_equal(one.changes, other.changes)
            assert all(np.array_equal(one.simple[rule], other.simple[rule]) for rule in one.simple)


def test_simple_rules_say_what_their_names_promise():
    known = pd.DataFrame({"year": [2000, 2002, 2004], "value": [0.1, 0.2, 0.2]})
    rules = simple_rules(known, 2006)
    assert rules["persistence"] == pytest.approx(0.2)
    assert rules["drift"] == pytest.approx(0.25)
    assert rules["trend"] == pytest.approx(0.2667, abs=1e-3)


def test_persistence_is_as_unsure_as_changes_were_large(figures):
    spread = Spreads(figures[figures["year"] <= ORIGIN], "value")
    calm = ("trade_share", "KAZ", "RUS", "national")
    wild = ("trade_share", "TJK", "RUS", "national")
    assert 0 < spread.size(calm, 1) < spread.size(wild, 1) < spread.size(wild, 4)


def test_rows_have_the_promised_columns_and_plain_numbers(figures, worlds):
    rows = records(scored(made(figures, worlds), "actual"))
    assert all(tuple(row) == COLUMNS for row in rows)
    assert {row["n"] for row in rows} == {1}
    assert {"trade_share", "trade_share_change", "fbic"} <= {row["variable"] for row in rows}
    assert all(isinstance(row["crps"], float) and isinstance(row["origin"], int) for row in rows)


def test_worlds_that_know_the_truth_beat_every_rule(figures, worlds):
    found = summarised(scored(made(figures, worlds), "actual")).set_index("variable")
    assert found.loc["trade_share", "persistence"] > 0.3
    assert found.loc["trade_share", "persistence_low"] <= found.loc["trade_share", "persistence"]


def test_skill_is_computed_from_sums_not_from_means_of_ratios():
    rows = pd.DataFrame({"crps": [1.0, 3.0], "crps_persistence": [2.0, 2.0]})
    assert skill(rows["crps"].sum(), rows["crps_persistence"].sum()) == 0.0


def test_coverage_counts_central_intervals():
    ranks = pd.Series([0.5, 0.2, 0.04, 0.96, 0.9])
    assert within(ranks, 0.5).tolist() == [1, 0, 0, 0, 0]
    assert within(ranks, 0.9).tolist() == [1, 1, 0, 0, 1]


def test_the_bootstrap_draws_whole_dyads():
    one = {"state": "KAZ", "partner": "RUS", "crps": 1.0, "crps_persistence": 2.0}
    other = {"state": "KAZ", "partner": "CHN", "crps": 2.0, "crps_persistence": 2.0}
    low, high = resampled(pd.DataFrame([one] * 5 + [other] * 5), "crps_persistence", 0)
    assert (low, high) == (0.0, 0.5)


def test_gathering_keeps_every_forecast(figures, worlds):
    scores = scored(made(figures, worlds), "actual")
    assert gathered(scores, ["variable"])["n"].sum() == len(scores) == table(scores)["n"].sum()


def test_every_series_has_a_correction_at_its_own_last_figure(figures, worlds):
    found = corrections(figures, worlds, {}, ORIGIN)
    assert np.allclose(found["correction"], -0.7, atol=0.1)
    assert found["year"].max() == ORIGIN


def test_frozen_drivers_stand_still_after_the_origin_and_are_as_before_until_then():
    baseline, stopped = load_scenario("baseline"), frozen(load_scenario("baseline"), ORIGIN)
    last = (ORIGIN - 2000) * 4 + 3
    for name, path in stopped.drivers.items():
        assert (path[last:] == path[last]).all()
        assert np.array_equal(path[: last + 1], baseline.drivers[name][: last + 1])
    assert all(event.quarter <= last for event in stopped.events)
