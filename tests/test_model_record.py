"""Worlds go through the record, each alone, and histories that depart from it keep their luck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import KAZ, KGZ, RUS, TJK, UZB, at, library

from agents.axes import CHN, CULTURE, TRADE
from model.ensemble import Request, simulate
from model.region import Region
from scenarios.forks import parting
from scenarios.load import load_scenario
from scenarios.scenario import Scenario

WORLDS = 64
LAST = at("2014-Q4")


def lived(spec: str | Scenario, last=LAST, **given):
    region = Region(spec=spec, rng=3, **({"worlds": WORLDS} | given))
    held = []
    with np.errstate(all="ignore"):
        while region.quarter < last:
            region.advance()
            region.respond()
            held.append(region.reliance)
    return region, np.stack(held)


@pytest.fixture(scope="module")
def factual():
    return lived("baseline")[1]


def year_of(held, year):
    return held[4 * (year - 2000) : 4 * (year - 2000) + 4].mean(axis=0)


def test_worlds_go_through_what_was_observed_as_far_as_it_can_be_trusted(factual):
    for year, option, state, share in (
        (2005, RUS, KAZ, 0.210),
        (2011, CHN, KAZ, 0.176),
        (2007, RUS, KGZ, 0.341),
        (2012, CHN, UZB, 0.117),
    ):
        found = year_of(factual, year)[TRADE, option, state]
        assert np.median(found) == pytest.approx(share, abs=0.02), (year, option, state)
        assert 0.002 < found.std() < 0.03
    np.testing.assert_allclose(factual.sum(axis=2), 1)


def test_the_record_can_be_left_aside(factual):
    free = lived(replace(library(), free=True))[1]
    spread = [year_of(held, 2012)[TRADE, CHN, KAZ].std() for held in (factual, free)]
    assert spread[1] > 2 * spread[0]


def test_nothing_observed_later_is_used(factual):
    early = lived("baseline", record_until=2009)[1]
    unlike = factual != early  # paths look ahead: they are others from the start
    assert unlike[:40, TRADE, CHN, KAZ].any()
    assert (
        year_of(early, 2012)[TRADE, CHN, KAZ].std()
        > 3 * year_of(factual, 2012)[TRADE, CHN, KAZ].std()
    )
    changed = {**vars(library()), "record_until": 2009}
    assert np.array_equal(lived(Scenario(**changed))[1], early)


def test_remittances_and_debt_go_through_their_figures():
    region = Region(spec="baseline", rng=3, worlds=WORLDS)
    region.step_to(at("2013-Q4"))
    sent, owed = region.stocks.remittances, region.stocks.debt
    assert np.median(sent[TJK]) == pytest.approx(0.43, abs=0.06)
    assert np.median(owed[KGZ]) == pytest.approx(0.31, abs=0.05)
    assert np.median(owed[TJK]) == pytest.approx(0.12, abs=0.03)


def test_luck_goes_on_when_the_record_has_ended():
    region, _ = lived("baseline", record_until=2009)
    luck = (region.states.lasting + region.states.passing)[CULTURE, RUS, KAZ]
    assert np.isfinite(luck).all()
    ended, held = lived("baseline", last=at("2011-Q4"), record_until=2009)
    lasting = ended.states.lasting[TRADE, CHN]
    start = year_of(held, 2009)[TRADE, CHN]
    assert abs(np.median(year_of(held, 2010)[TRADE, CHN] - start)) < 0.06
    assert np.abs(lasting).max() > 0


@pytest.mark.slow
def test_another_past_keeps_the_luck_that_the_factual_one_took(factual):
    other = lived("history_no_belt_and_road")[1]
    gap = other - factual
    apart = parting(load_scenario("baseline"), load_scenario("history_no_belt_and_road"))
    assert np.array_equal(other[:apart], factual[:apart])
    after = gap[-1, TRADE, CHN, KAZ]
    assert (after != 0).any()
    assert after.std() < 0.5 * factual[-1, TRADE, CHN, KAZ].std() + 0.005
    free = [
        lived(replace(load_scenario(n), free=True))[1]
        for n in ("baseline", "history_no_belt_and_road")
    ]
    assert after.mean() == pytest.approx((free[1] - free[0])[-1, TRADE, CHN, KAZ].mean(), abs=0.02)


def test_a_world_alone_has_the_bits_that_it_has_in_a_block():
    whole = lived("history_no_war", at("2015-Q2"), worlds=5)[1]
    alone = lived("history_no_war", at("2015-Q2"), worlds=1, replicate=3)[1]
    assert np.array_equal(whole[..., 3:4], alone)


@pytest.mark.slow
def test_a_forked_history_has_the_bits_of_one_that_is_run_by_itself():
    names = ("baseline", "history_no_war", "history_no_eaeu")
    asked = Request(3, np.arange(4), LAST, 0, tables=("influence",))

    def told(*chosen):
        scenarios = {name: load_scenario(name) for name in chosen}
        found = simulate(scenarios, {name: {} for name in scenarios}, asked)
        return {name: recorded.tables["influence"]["share"].copy() for name, recorded in found}

    together = told(*names)
    for name in names:
        assert np.array_equal(together[name], told(name)[name]), name


def test_a_start_of_2010_goes_from_what_was_observed_then():
    region = Region(spec="history_from_2010", rng=3, worlds=WORLDS)
    region.step_to(at("2011-Q4"))
    assert np.median(region.reliance[TRADE, CHN, KAZ]) == pytest.approx(0.18, abs=0.015)
