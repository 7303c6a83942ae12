"""Behaviours: what each does against the usual one, in paired worlds."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from engine_runs import kept
from trial import at, library

from agents.axes import CHN, KAZ, RUS, SECURITY, SELF
from agents.behaviours import BEHAVIOURS
from agents.power import Russia
from agents.roster import USUAL
from model.ensemble import Request, simulate
from model.histories import end_of_record
from model.region import Region
from scenarios import behaviours
from scenarios.behaviours import AFTER_RECORD
from scenarios.scenario import Behaviour
from scenarios.vocabulary import STATES

WORLDS, START, UNTIL = 32, at("2023-Q1"), at("2029-Q4")


def behaving(*said, **changed):
    own = tuple(Behaviour(agent, name, quarter) for agent, name, quarter in said)
    return replace(library(), behaviours=own, **changed)


@pytest.fixture(scope="module")
def ends():
    """Where worlds stand in 2029, by who behaves how; all from one past."""
    sets = {
        "usual": [],
        **{name: [(who[0], name)] for name, who in behaviours.BEHAVIOURS.items()},
        "coordinating": [(state, "coordinating") for state in STATES],
    }
    found, kinds = {}, {}
    for name, said in sets.items():
        spec = behaving(*((*each, AFTER_RECORD) for each in said), start=START)
        region = Region(spec=spec, worlds=WORLDS, rng=1)
        with np.errstate(all="ignore"):
            region.step_to(UNTIL)
        found[name] = region
        kinds[name] = [type(each) for each in region.nine if type(each) is not USUAL[each.code]]
    assert {name: {*each} for name, each in kinds.items()} == {
        name: {BEHAVIOURS[name]} if name in BEHAVIOURS else set() for name in sets
    }
    return found


def gap(ends, name, read):
    """Mean over paired worlds of what a behaviour changes, and its standard error."""
    change = read(ends[name]) - read(ends["usual"])
    return change.mean(), change.std() / np.sqrt(WORLDS)


def more(ends, name, read):
    mean, error = gap(ends, name, read)
    return mean > 2 * error


def test_a_withdrawing_russia_spends_less_and_its_influence_falls(ends):
    rate = ends["usual"].parameters.withdrawal
    part = ends["withdrawing"].powers.means[RUS] / ends["usual"].powers.means[RUS]
    assert (part < 1.1 * np.exp(-rate * 5.75)).all()
    assert more(ends, "withdrawing", lambda region: -region.influence.value[RUS].sum(axis=0))
    assert more(ends, "withdrawing", lambda region: -region.reliance[SECURITY, RUS].sum(axis=0))


def test_an_answering_russia_spends_where_china_offers_most(ends):
    def together(region):
        """Covariance over cells of what Russia spends and China's part of offers."""
        china = region.powers.standing[:, CHN] / region.powers.standing.sum(axis=1)
        spent = region.powers.spent[:, RUS] / region.powers.means[RUS]
        return (spent * (china - china.mean(axis=(0, 1)))).sum(axis=(0, 1))

    assert more(ends, "answering", together)


def test_a_china_that_anticipates_a_freeze_ties_the_region_to_itself(ends):
    assert (ends["anticipating"].powers.means[CHN] > ends["usual"].powers.means[CHN]).all()
    assert more(ends, "anticipating", lambda region: region.influence.value[CHN].sum(axis=0))


def test_a_bandwagoning_state_leans_on_the_strongest(ends):
    def on_the_strongest(region):
        return (region.influence.felt[:, KAZ] ** 2).sum(axis=0)

    assert more(ends, "bandwagoning", on_the_strongest)
    assert more(ends, "bandwagoning", lambda region: -region.reliance[:5, SELF, KAZ].mean(axis=0))


def test_an_imitating_state_comes_closer_to_those_that_grew_more(ends):
    ahead = np.maximum(ends["usual"].stocks.income - ends["usual"].stocks.income[KAZ], 0)
    ahead = ahead / np.maximum(ahead.sum(axis=0), 1e-9)

    def near(region):
        model = (region.reliance * ahead).sum(axis=2)
        return -np.abs(region.reliance[:, :, KAZ] - model).sum(axis=(0, 1))

    assert more(ends, "imitating", near)


def test_five_that_coordinate_turn_from_whoever_is_strong_in_the_region(ends):
    strongest = ends["usual"].influence.felt.sum(axis=1).argmax(axis=0)
    worlds = np.arange(WORLDS)
    for state in range(len(STATES)):
        assert more(
            ends, "coordinating", lambda r, s=state: -r.influence.felt[strongest, s, worlds]
        )


def test_behaviours_take_over_where_the_record_ends():
    assert end_of_record() + 1 == AFTER_RECORD
    assert BEHAVIOURS.keys() == behaviours.BEHAVIOURS.keys()
    for name, kind in BEHAVIOURS.items():
        for agent in behaviours.BEHAVIOURS[name]:
            assert issubclass(kind, USUAL[agent])


def recorded(scenarios, *, compiled=False):
    request = Request(1, np.arange(3), at("2026-Q4"), at("2023-Q1"), compiled=compiled)
    asked = {name: {} for name in scenarios}
    return {name: kept(each) for name, each in simulate(scenarios, asked, request)}


def test_scenarios_that_part_by_behaviour_have_the_numbers_of_each_alone():
    both = {
        "usual": behaving(start=START),
        "away": behaving(("RUS", "withdrawing", at("2024-Q3")), start=START),
        "back": behaving(
            ("RUS", "withdrawing", at("2024-Q3")), ("RUS", "usual", at("2025-Q3")), start=START
        ),
    }
    together = recorded(both)
    alone = {name: recorded({name: each})[name] for name, each in both.items()}
    assert together == alone
    assert len({each["influence", "influence"] for each in alone.values()}) == len(both)


@pytest.mark.slow  # compiles
def test_behaviours_are_played_with_the_bits_of_the_rules():
    said = [("RUS", "answering"), ("CHN", "anticipating"), ("KAZ", "bandwagoning")]
    said += [("UZB", "imitating"), ("TJK", "coordinating")]
    both = {"many": behaving(*((*each, at("2024-Q2")) for each in said), start=START)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        played = recorded(both, compiled=True)
    assert played == recorded(both)


def test_an_agent_is_of_ones_own_or_takes_up_a_behaviour():
    spec = behaving(("RUS", "withdrawing", AFTER_RECORD))
    with pytest.raises(ValueError, match="RUS: both of one's own and withdrawing"):
        Region(spec=spec, agents={"RUS": type("Mine", (Russia,), {})})
