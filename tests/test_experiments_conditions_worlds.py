"""Where a condition holds: worlds, the region, who leads, and when it is first so."""

from __future__ import annotations

import numpy as np
import pytest

from experiments.answers.conditions import holding
from experiments.errors import BadInput
from experiments.results.moments import wilson
from experiments.results.passage import curve, first_passage


def brute_force(outcomes, scenario, condition, held):
    """Say by pandas in which worlds a condition on security shares holds for some years."""
    table = outcomes.table("influence", scenario=scenario, state="TJK", columns=["security"])
    wide = table.pivot_table(
        index=["world", "quarter"], columns="power", values="security", observed=True
    )
    runs = (
        condition(wide)
        .groupby("world")
        .apply(lambda each: each.astype(int).rolling(held).sum().max() >= held)
    )
    return runs.to_numpy(dtype=bool)


def test_worlds_agree_with_a_count_by_hand(outcomes):
    found = holding(outcomes, "security CHN > 0.5 * RUS in TJK held 8 quarters", "baseline")
    by_hand = brute_force(outcomes, "baseline", lambda w: w["CHN"] > 0.5 * w["RUS"], 2)
    assert 0 < by_hand.sum() < by_hand.size
    assert (found.met == by_hand).all()


def test_and_or_not_brackets_and_places_mean_what_they_say(outcomes):
    def met(text):
        return holding(outcomes, f"{text} at 2035", "baseline").met

    first, second = "threat > 0.3 in KAZ", "rivalry > 0.35"
    assert (met(f"{first} and {second}") == (met(first) & met(second))).all()
    assert (met(f"not ({first} or {second})") == ~(met(first) | met(second))).all()
    every = [met(f"threat > 0.3 in {state}") for state in ("KAZ", "KGZ", "TJK", "TKM", "UZB")]
    assert (met("threat > 0.3 in any state") == np.any(every, axis=0)).all()
    assert (met("threat > 0.3 in every state") == np.all(every, axis=0)).all()


def test_exactly_one_power_leads(outcomes):
    led = [
        holding(outcomes, f"leader is {power} in UZB at 2035", "baseline").met
        for power in ("RUS", "CHN", "WST", "REG")
    ]
    assert (np.sum(led, axis=0) == 1).all()


def test_the_region_weighs_states_as_each_world_does(outcomes):
    found = holding(outcomes, "share RUS in the region > 0.4 at 2035", "baseline").met
    table = outcomes.table(
        "influence", scenario="baseline", power="RUS", quarter="2035-Q4", columns=["share"]
    )
    wide = table.pivot_table(index="world", columns="state", values="share", observed=True)
    weights = outcomes.worlds[[f"state_weight.{state}" for state in wide.columns]].to_numpy()
    assert (found == ((wide.to_numpy() * weights).sum(axis=1) > 0.4)).all()


def test_what_is_not_recorded_is_refused_by_name(outcomes):
    with pytest.raises(BadInput, match="2036-Q4 is not recorded here: 2000-Q4 to 2035-Q4"):
        holding(outcomes, "rivalry > 0.3 by 2036", "baseline")


def test_a_passage_counts_from_the_first_row_of_its_run():
    holds = np.array([[1, 0, 1], [0, 1, 1], [0, 1, 0]], dtype=bool)
    assert first_passage(holds, 2).tolist() == [-1, 1, 0]


def test_worlds_that_fail_are_censored_not_counted_as_never():
    first, last_known = np.array([0, -1, -1, 2]), np.array([2, 0, 2, 2])
    assert curve(first, last_known, 3).value.round(4).tolist() == [0.25, 0.25, 0.625]


def test_with_no_failure_the_curve_is_the_share_of_worlds_and_a_failed_world_is_no_trial():
    first, last_known = np.array([0, 2, -1, -1, 1]), np.full(5, 3)
    whole = curve(first, last_known, 4)
    shares = [((first >= 0) & (first <= row)).mean() for row in range(4)]
    assert whole.value.tolist() == pytest.approx(shares)
    assert whole.low.tolist() == pytest.approx([wilson(5 * each, 5)[0] for each in shares])
    last_known[2] = 0
    failed = curve(first, last_known, 4)
    assert (failed.low[0], failed.high[0]) == (whole.low[0], whole.high[0])
    assert failed.high[1] - failed.low[1] > whole.high[1] - whole.low[1]


def test_half_way_is_none_when_fewer_than_half_have_passed():
    assert curve(np.array([-1, -1, 0]), np.array([4, 4, 4]), 5).median is None
