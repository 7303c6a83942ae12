"""Scores are right, forecasts know no future, and simple rules get a fair chance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.record.measurement import observed
from experiments.record.observations import load_record
from experiments.tuning.backtest import frozen, judged, untuned
from experiments.tuning.forecasting import Spreads, centres, forecasts
from experiments.tuning.likelihood import LUCKS, SIZES, foreseen
from experiments.tuning.scoring import (
    COLUMNS,
    gathered,
    records,
    resampled,
    scored,
    simplexes,
    skill,
    summarised,
    within,
)
from scenarios.load import load_scenario

ORIGIN = 2008
NAMES = ("trade_share", "fbic")
CALM = LUCKS.index((4, SIZES[3]))


@pytest.fixture(scope="module")
def figures():
    found = observed(load_record())
    chosen = found["variable"].isin(NAMES) & (found["year"] <= 2012)
    return found[chosen].reset_index(drop=True)


@pytest.fixture(scope="module")
def knowing(figures):
    """A model that knows the truth up to a constant offset."""
    return np.repeat(figures["y"].to_numpy()[:, None] + 0.7, 200, axis=1)


def made(figures, predicted, luck=CALM):
    lucks = {name: np.full(predicted.shape[1], luck) for name in NAMES}
    return list(forecasts(figures, predicted, lucks, ORIGIN))


def test_forecasts_forget_a_constant_offset(figures, knowing):
    shares = [each for each in made(figures, knowing) if each.series[0] == "trade_share"]
    assert shares
    for each in shares:
        assert np.median(each.sample) == pytest.approx(each.y, abs=0.3)
        assert each.level(each.y) == pytest.approx(each.value)


def test_a_model_that_says_nothing_is_a_walk_that_widens(figures):
    found = made(figures, np.zeros((len(figures), 2000)), LUCKS.index((max(LUCKS)[0], SIZES[3])))
    one = [each for each in found if each.series[:3] == ("fbic", "KAZ", "RUS")]
    widths = [each.sample.std() for each in one]
    assert np.diff(widths).min() > 0
    assert np.median(one[0].sample) == pytest.approx(one[0].last, abs=0.05)


def test_nothing_observed_after_the_origin_moves_a_forecast(figures, knowing):
    later = figures["year"] > ORIGIN
    changed = figures.assign(
        y=figures["y"] + later * 1.0, value=figures["value"] * np.where(later, np.e, 1.0)
    )
    for one, other in zip(made(figures, knowing), made(changed, knowing), strict=True):
        assert np.array_equal(one.sample, other.sample)
        assert (one.rules, one.levels) == (other.rules, other.levels)


def test_simple_rules_say_what_their_names_promise():
    known = pd.DataFrame({"year": [2000, 2002, 2004], "value": [0.1, 0.2, 0.2]})
    rules = dict(centres(known, 2006, "value"))
    assert rules["persistence"] == pytest.approx(0.2)
    assert rules["drift"] == pytest.approx(0.25)
    assert rules["trend"] == pytest.approx(0.2667, abs=1e-3)


def test_the_walk_steps_as_far_as_a_dyad_and_its_variable_did(figures, knowing):
    spread = Spreads(figures[figures["year"] <= ORIGIN], "y")
    for each in made(figures, knowing):
        centre, size = each.rules["walk"]
        ahead = each.year - each.since
        assert centre == each.last
        assert size == pytest.approx(np.sqrt(ahead) * spread.size(each.series, 1))


def test_rows_have_the_promised_columns_and_plain_numbers(figures, knowing):
    rows = records(scored(made(figures, knowing), "actual"))
    assert all(tuple(row) == COLUMNS for row in rows)
    assert "crps_walk" in COLUMNS
    assert {row["n"] for row in rows} == {1}
    assert {"trade_share", "trade_share_change", "fbic"} <= {row["variable"] for row in rows}
    assert all(isinstance(row["crps"], float) and isinstance(row["origin"], int) for row in rows)


def test_who_knows_the_truth_beats_every_rule(figures, knowing):
    found = summarised(scored(made(figures, knowing), "actual")).set_index("variable")
    assert (found.loc["trade_share", ["walk", "persistence", "drift", "trend"]] > 0.2).all()
    assert found.loc["trade_share", "low"] <= found.loc["trade_share", "walk"]


def test_a_crps_is_that_of_its_law(figures, knowing):
    import scoringrules

    rows = scored(made(figures, knowing), "actual")
    one = next(each for each in made(figures, knowing) if each.series[0] == "trade_share")
    centre, size = one.rules["walk"]
    sample = one.level(np.random.default_rng(0).normal(centre, size, 20_000))
    mine = rows[rows["variable"] == "trade_share"].iloc[0]
    assert mine["crps_walk"] == pytest.approx(
        float(scoringrules.crps_ensemble(one.value, sample, estimator="qd")), rel=0.05
    )


def test_whole_compositions_are_scored_where_all_partners_are_on_record(figures, knowing):
    found = list(simplexes(made(figures, knowing), "actual"))
    assert {each["state"] for each in found} == {"KGZ"}
    assert all(each["log_score"] > each["log_score_walk"] for each in found)


def test_skill_is_computed_from_sums_not_from_means_of_ratios():
    rows = pd.DataFrame({"crps": [1.0, 3.0], "crps_persistence": [2.0, 2.0]})
    assert skill(rows["crps"].sum(), rows["crps_persistence"].sum()) == 0.0


def test_coverage_counts_central_intervals():
    ranks = pd.Series([0.5, 0.2, 0.04, 0.96, 0.9])
    assert within(ranks, 0.5).tolist() == [1, 0, 0, 0, 0]
    assert within(ranks, 0.9).tolist() == [1, 1, 0, 0, 1]


def test_the_bootstrap_draws_whole_dyads():
    one = {"state": "KAZ", "partner": "RUS", "crps": 1.0, "crps_walk": 2.0}
    other = {"state": "KAZ", "partner": "CHN", "crps": 2.0, "crps_walk": 2.0}
    low, high = resampled(pd.DataFrame([one] * 5 + [other] * 5), "crps_walk", 0)
    assert (low, high) == (0.0, 0.5)


def test_every_series_has_a_correction_at_its_own_last_figure(figures, knowing):
    scores, _, found = judged(figures, knowing, ORIGIN, "actual", 0)
    assert np.allclose(found["correction"][found["variable"] == "trade_share"], -0.7)
    assert found["year"].max() == ORIGIN
    assert gathered(scores, ["variable"])["n"].sum() == len(scores)


def test_a_link_is_learned_from_its_past_and_goes_on_in_every_other_member(figures, knowing):
    mine = figures[figures["variable"] == "fbic"]
    later = mine["year"] > ORIGIN
    changed = knowing + 5.0 * (figures["year"] > ORIGIN).to_numpy()[:, None]
    one, other = (
        foreseen(each, figures, ORIGIN, np.random.default_rng(0)) for each in (knowing, changed)
    )
    known, ahead = mine.index[~later], mine.index[later]
    assert np.array_equal(one[known], other[known])
    slopes = one[known[0]] / knowing[known[0]]
    assert 0.5 < np.median(slopes) < 1.5  # the truth is one
    assert np.array_equal(one[ahead, ::2], other[ahead, ::2])
    assert np.allclose(one[ahead, 1::2], knowing[ahead, 1::2] * slopes[1::2])
    rest = figures.index[figures["variable"] == "trade_share"]
    assert np.array_equal(one[rest], knowing[rest])


def test_what_is_not_tuned_is_drawn_as_worlds_draw_it():
    members = {"trade_elasticity.RUS": np.full(64, 0.9)}
    found = untuned(members, 2014, 0)
    assert not members.keys() & found.keys()
    assert abs(np.median(found["sanctions_transit"]) - 0.3) < 0.1
    assert abs(np.median(untuned(members, 2023, 0)["sanctions_transit"]) - 0.5) < 0.1


def test_frozen_drivers_stand_still_after_the_origin_and_are_as_before_until_then():
    baseline, stopped = load_scenario("baseline"), frozen(load_scenario("baseline"), ORIGIN)
    last = (ORIGIN - 2000) * 4 + 3
    for name, path in stopped.drivers.items():
        assert (path[last:] == path[last]).all()
        assert np.array_equal(path[: last + 1], baseline.drivers[name][: last + 1])
    assert all(event.quarter <= last for event in stopped.events)
