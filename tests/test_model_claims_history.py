"""Claims of the sources that the years 2000 to 2024 show, each in the mean of paired worlds.

The numbers are those of the rows in docs/claims.md.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import CHN, KAZ, KGZ, RUS, TJK, TKM, UZB, at, changed, library, run

from scenarios.parameters import load_parameters

ALL = range(5)
WORLDS = 48
BRANCHES = ("baseline", "history_no_eaeu", "history_no_war", "history_no_belt_and_road")


@pytest.fixture(scope="module")
def histories():
    """The baseline and histories that did not happen, from 2000 to 2025, by year."""
    asked = {name: library(name) for name in BRANCHES}
    return run(asked, worlds=WORLDS, until="2025-Q4", every="year")


@pytest.fixture(scope="module")
def base(histories):
    """The baseline."""
    return histories["baseline"]


def year(result, column, when, *place):
    """Mean over worlds in the last quarter of a year (flows: over the year)."""
    return result.mean(column, f"{when}-Q4", *place)


def regional(result, column, when, power):
    """The same, weighed over the five states."""
    weight = load_parameters()["state_weight"].value
    values = [year(result, column, when, state, power) for state in ALL]
    return float(np.dot(weight, values))


def test_claim_01_the_division_of_labour_wears_off(base):
    norm = [year(base, "region.norm", when) for when in (2000, 2010, 2024)]
    assert norm[0] > norm[1] > norm[2]


def test_claim_01_in_2010_china_is_in_the_economy_and_not_in_security(base):
    assert regional(base, "influence.security", 2010, CHN) <= 0.06
    for column in ("influence.finance", "influence.trade"):
        rise = [regional(base, column, when, CHN) for when in (2000, 2005, 2010)]
        assert rise == sorted(rise)
    assert year(base, "region.division_of_labour", 2010) > 0.25


def test_claim_02_china_grows_its_presence(base):
    path = [regional(base, "influence.influence", when, CHN) for when in range(2000, 2025, 2)]
    assert path == sorted(path)


def test_claim_05_members_of_the_union_trade_more_with_russia_but_not_much(histories, base):
    without = histories["history_no_eaeu"]
    for state, when in ((KAZ, 2014), (KGZ, 2020)):
        gain = year(base, "influence.trade", when, state, RUS) - year(
            without, "influence.trade", when, state, RUS
        )
        assert 0 < gain < 0.12


def test_claim_05_those_outside_the_union_do_not(histories, base):
    without = histories["history_no_eaeu"]
    for state in (TKM, UZB):
        gain = year(base, "influence.trade", 2014, state, RUS) - year(
            without, "influence.trade", 2014, state, RUS
        )
        assert abs(gain) < 0.01


def test_claim_10_cooperation_and_competition_live_side_by_side(base):
    for column in ("region.cooperation", "region.competition"):
        assert base[column].min() > 0
    path = [year(base, "region.coopetition", when) for when in (2000, 2007, 2014, 2021)]
    assert path == sorted(path)


def test_claim_11_china_overtakes_russia_in_trade_with_one_state_after_the_other():
    found = run(library(), worlds=WORLDS, every="year", until="2035-Q4")
    ahead = [
        sum(
            year(found, "influence.trade", when, state, CHN)
            > year(found, "influence.trade", when, state, RUS)
            for state in ALL
        )
        for when in (2000, 2023, 2035)
    ]
    assert ahead[0] == 0
    assert ahead[1] >= 2
    assert ahead[2] == len(ALL)


def test_claim_12_the_powers_avoid_a_clash(base):
    assert base["region.rivalry"].max() < 0.8


@pytest.mark.parametrize("state", ALL)
def test_claim_14_china_gains_in_diplomacy_and_russia_loses(base, state):
    for power, sign in ((CHN, 1), (RUS, -1)):
        change = year(base, "influence.diplomacy", 2024, state, power) - year(
            base, "influence.diplomacy", 2013, state, power
        )
        assert sign * change > 0


@pytest.mark.parametrize("state", [KAZ, KGZ, TJK])
def test_claim_15_no_organisation_is_without_both(base, state):
    both = sum(year(base, "influence.diplomacy", 2024, state, power) for power in (RUS, CHN))
    assert both > 0.5


def test_claim_17_debt_to_china_rises_most_in_the_poorest(base):
    debt = [year(base, "states.debt_to_china", 2019, state) for state in ALL]
    assert sorted(np.argsort(debt)[-2:]) == [KGZ, TJK]


def test_claim_17_lending_builds_roads_and_debt(histories, base):
    without = histories["history_no_belt_and_road"]
    for state in (KGZ, TJK, UZB):
        for place, column in (
            ((state,), "states.debt_to_china"),
            ((state, CHN), "influence.trade"),
        ):
            assert year(base, column, 2020, *place) > year(without, column, 2020, *place)


@pytest.mark.parametrize(("since", "level", "sign"), [("2026-Q1", 0.0, -1), ("2026-Q1", 1.0, 1)])
def test_claim_17_more_lending_means_more_trade_with_china_in_the_future_too(since, level, sign):
    spec = {"usual": library(), "other": changed(since=since, belt_and_road=level)}
    found = run(spec, worlds=WORLDS, since="2035-Q4", until="2035-Q4")
    for state in ALL:
        usual, other = (
            each.value("influence.trade", "2035-Q4", state, CHN) for each in found.values()
        )
        assert sign * float((other - usual).mean()) > 0


def test_claim_19_turkmen_energy_turns_from_russia_to_china(base):
    before, after = (
        [year(base, "influence.energy", when, TKM, power) for power in (RUS, CHN)]
        for when in (2008, 2016)
    )
    assert before[0] > 0.7
    assert before[1] < 0.1
    assert after[1] > after[0]


@pytest.mark.parametrize("state", ALL)
def test_claim_20_russian_culture_is_far_ahead_and_lasts(base, state):
    russia, china = (year(base, "influence.culture", 2024, state, power) for power in (RUS, CHN))
    assert russia > china + 0.15
    assert 0 < year(base, "influence.culture", 2000, state, RUS) - russia < 0.2


def test_claim_21_chinese_culture_is_small_and_rising_and_least_in_turkmenistan(base):
    start, end = (
        [year(base, "influence.culture", when, state, CHN) for state in ALL]
        for when in (2000, 2024)
    )
    assert all(late > early for early, late in zip(start, end, strict=True))
    assert max(end) < 0.1
    assert int(np.argmin(end)) == TKM


def test_claim_22_choice_and_joint_dependence_rise_together(base):
    both = [
        all(
            year(base, column, 2013, state) > year(base, column, 2005, state)
            for column in ("states.hedging", "states.joint_dependence")
        )
        for state in ALL
    ]
    assert any(both)


def test_claim_24_sanctions_let_china_become_first_partner(histories, base):
    first = [
        each.value("influence.trade", "2023-Q4", KAZ, CHN)
        > each.value("influence.trade", "2023-Q4", KAZ, RUS)
        for each in (base, histories["history_no_war"])
    ]
    assert first[0].mean() > first[1].mean() + 0.05
    assert not (first[1] & ~first[0]).any()


@pytest.mark.parametrize("state", ALL)
def test_claim_25_russian_influence_shrinks_and_culture_persists(base, state):
    lost = {
        column: year(base, column, 2024, state, RUS) / year(base, column, 2000, state, RUS)
        for column in ("influence.influence", "influence.culture", "influence.share")
    }
    assert lost["influence.share"] < 1
    assert lost["influence.culture"] > lost["influence.share"]


def test_claim_28_the_attack_of_november_2024_happens_in_every_world():
    late = replace(library(), start=at("2024-Q3"))
    result = run(late, worlds=4, since="2024-Q4", until="2024-Q4")
    assert result.value("states.attacks_on_chinese_assets", "2024-Q4", TJK).min() >= 1


def test_claim_30_chinese_security_is_deepest_in_tajikistan(base):
    held = [year(base, "influence.security", 2024, state, CHN) for state in (TJK, KAZ, KGZ)]
    assert held[0] > max(held[1:])
    assert year(base, "influence.basing", 2024, TJK, CHN) > 0
    assert year(base, "influence.basing", 2024, KAZ, CHN) == 0


@pytest.mark.parametrize("state", ALL)
def test_claim_31_chinese_technology_is_everywhere(base, state):
    assert year(base, "influence.technology", 2024, state, CHN) >= 0.2


def test_claim_33_the_gap_in_security_narrows(base):
    gap = [
        regional(base, "influence.security", when, RUS)
        - regional(base, "influence.security", when, CHN)
        for when in (2010, 2018, 2024)
    ]
    assert gap[0] > gap[1] > gap[2]


def test_claim_39_competition_rises_while_cooperation_stays_high(base):
    path = base["region.competition"].mean(axis=-1)
    assert np.corrcoef(path, np.arange(len(path)))[0, 1] > 0.9
    assert year(base, "region.cooperation", 2024) > year(base, "region.competition", 2024)
