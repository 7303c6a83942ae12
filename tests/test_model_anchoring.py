"""Anchoring: reliance and choice are what was observed, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from trial import KAZ, KGZ, RUS, TJK, at, differing, library, run

from agents.axes import CHN, SECURITY, SELF, TRADE
from agents.axes import POWERS as OF_POWERS
from model.anchoring import observed_of
from model.region import Region
from scenarios.forks import parting
from scenarios.scenario import Anchor

FIRST, SECOND = at("2001-Q2"), at("2002-Q1")
ANCHORS = (
    Anchor(FIRST, "trade", "KAZ", "CHN", 0.2),
    Anchor(FIRST, "trade", "KAZ", "RUS", 0.15),
    Anchor(FIRST, "security", "TJK", "RUS", 0.5, "powers"),
    Anchor(FIRST, "trade", "KGZ", "RUS", 0.3),
    Anchor(SECOND, "trade", "KGZ", "CHN", 0.4),
)
WORLDS = 4


@pytest.fixture(scope="module")
def anchored():
    return replace(library(), name="anchored", anchors=ANCHORS)


def walked(spec, quarter, **made):
    region = Region(spec=spec, rng=2, **{"worlds": WORLDS, **made})
    region.step_to(quarter)
    return region


@pytest.fixture(scope="module")
def at_first(anchored):
    return walked(anchored, FIRST)


@pytest.fixture(scope="module")
def at_second(anchored):
    return walked(anchored, SECOND)


def test_in_every_world_reliance_is_what_was_observed(at_first):
    for held in (at_first.reliance, at_first.states.desired):
        np.testing.assert_allclose(held[TRADE, CHN, KAZ], 0.2, rtol=1e-12)
        np.testing.assert_allclose(held[TRADE, RUS, KAZ], 0.15, rtol=1e-12)
        np.testing.assert_allclose(held.sum(axis=1), 1, rtol=1e-12)
        powers = held[SECURITY, OF_POWERS, TJK]
        np.testing.assert_allclose(powers[RUS] / powers.sum(axis=0), 0.5, rtol=1e-12)


def test_a_later_year_of_another_power_is_taken_later(at_first, at_second):
    assert not np.allclose(at_first.reliance[TRADE, CHN, KGZ], 0.4, atol=0.01)
    for held in (at_second.reliance, at_second.states.desired):
        np.testing.assert_allclose(held[TRADE, CHN, KGZ], 0.4, rtol=1e-12)


def test_the_others_keep_their_proportions_and_own_forces_their_share(anchored, at_first):
    before = walked(replace(anchored, anchors=()), FIRST).reliance
    others = at_first.reliance[TRADE, 2:, KAZ] / before[TRADE, 2:, KAZ]
    assert np.ptp(others, axis=0).max() < 1e-12
    own = (SECURITY, SELF, TJK)
    np.testing.assert_allclose(at_first.reliance[own], before[own], rtol=1e-12)
    rest = np.delete(at_first.reliance, TRADE, axis=0)[:, :, KAZ]
    assert np.array_equal(rest, np.delete(before, TRADE, axis=0)[:, :, KAZ])


def test_the_correction_is_the_factor_that_one_would_find_by_trying(anchored):
    """MODEL's iteration, observed over chosen until they agree, ends where the equation does."""
    region = walked(replace(anchored, anchors=()), FIRST)
    observed = observed_of(ANCHORS[:2])
    rows = observed.rows_of(region.states.attraction(region.outlook()))
    tried = np.ones_like(rows)
    for _ in range(200):
        chosen = rows * tried / (rows * tried).sum(axis=1, keepdims=True)
        tried = np.where(observed.fixed, tried * observed.share / chosen, 1)
    np.testing.assert_allclose(observed.correction(rows), tried, rtol=1e-9)


def test_what_is_observed_costs_nobody_anything(anchored, at_first):
    """Powers count what was observed as theirs: better figures are no loss."""
    before = walked(replace(anchored, anchors=()), FIRST)
    lost = [1 - r.influence.value[RUS] / r.influence.remembered for r in (before, at_first)]
    assert np.abs(lost[1] - lost[0])[KAZ].max() < 0.01
    held = at_first.reliance[SECURITY, OF_POWERS, TJK]
    np.testing.assert_allclose(at_first.powers.reference[SECURITY, :, TJK], held, rtol=1e-12)


def test_worlds_go_on_by_their_own_luck_and_the_correction_lasts(anchored):
    until = at("2004-Q4")
    free, bound = walked(replace(anchored, anchors=()), until), walked(anchored, until)
    assert bound.reliance[TRADE, CHN, KAZ].std() > 0.001
    assert np.array_equal(bound.states.noise, free.states.noise)
    ratio = bound.states.base[TRADE, CHN, KAZ] / free.states.base[TRADE, CHN, KAZ]
    (made,) = [each for each in bound.anchoring.corrections if each.anchor == ANCHORS[0]]
    np.testing.assert_allclose(ratio, made.factor, rtol=1e-12)
    assert np.array_equal(bound.states.first, free.states.first)


def test_a_world_alone_is_the_world_in_its_block(anchored, at_second):
    alone = walked(anchored, SECOND, worlds=1, replicate=2)
    for one, all_ in (
        (alone.reliance, at_second.reliance),
        (alone.states.base, at_second.states.base),
        (alone.influence.remembered, at_second.influence.remembered),
        (alone.powers.reference, at_second.powers.reference),
    ):
        assert np.array_equal(one[..., 0], all_[..., 2])


def test_a_world_that_goes_wrong_leaves_the_others_alone(anchored):
    wrong = {"attention_cost": np.array([0.5, np.nan, 0.5])}
    with np.errstate(all="ignore"):
        poisoned = walked(anchored, SECOND, worlds=3, parameters=wrong)
        clean = walked(
            anchored, SECOND, worlds=3, parameters={"attention_cost": np.array([0.5, 0.5, 0.5])}
        )
    assert np.isnan(poisoned.reliance[..., 1]).any()
    assert np.array_equal(poisoned.reliance[..., ::2], clean.reliance[..., ::2])


def test_scenarios_share_their_past_until_one_takes_the_record(anchored):
    plain, later = library(), replace(anchored, name="later", anchors=ANCHORS[-1:])
    assert parting(plain, anchored) == parting(anchored, later) == FIRST
    assert parting(plain, later) == SECOND
    assert parting(anchored, replace(anchored, name="twin")) == plain.end + 1
    specs = {"plain": plain, "anchored": anchored, "later": later}
    asked = {"worlds": 2, "until": "2002-Q4"}
    together = run(specs, **asked)
    for name, spec in specs.items():
        assert differing(together[name], run(spec, **asked)) == [], name
    assert differing(together["plain"], together["anchored"]) != []


def test_the_past_of_an_anchor_is_that_of_the_plain_run(anchored):
    free, bound = walked(library(), FIRST - 1), walked(anchored, FIRST - 1)
    assert np.array_equal(free.reliance, bound.reliance)
    assert bound.anchoring.corrections == ()


def test_a_run_that_starts_after_the_record_takes_it_in_its_first_quarter(anchored):
    late = replace(anchored, start=at("2005-Q1"))
    region = walked(late, late.start)
    np.testing.assert_allclose(region.reliance[TRADE, CHN, KAZ], 0.2, rtol=1e-12)
    np.testing.assert_allclose(region.reliance[TRADE, CHN, KGZ], 0.4, rtol=1e-12)
    assert len(region.anchoring.corrections) == len(ANCHORS)
    assert parting(late, replace(late, name="plain", anchors=())) == late.start
