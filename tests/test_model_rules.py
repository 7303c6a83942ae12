"""What happens in the region, rule by rule, against textbooks and hand calculations."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy.stats import poisson as textbook

from model import coopetition, crises, incidents, influence, stocks, uncertainty
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior
from scenarios.registry import Numbers

UNIT = some.floats(0, 1)
MOST_EXACT = 40
"""Numbers that may be the same in all worlds: definitions, units, dated facts."""


@pytest.fixture(scope="module")
def numbers():
    """The registry's values."""
    return Numbers(**load_parameters().arrays())


@given(some.floats(0, 3), some.floats(0.0001, 0.9999))
def test_counts_are_those_of_the_poisson_law(rate, uniform):
    drawn = incidents.poisson(np.full((5, 1), rate), np.full((5, 1), uniform))
    assert drawn[0, 0] == min(textbook.ppf(uniform, rate), 11)


def test_incidents_split_into_those_that_strike_chinese_assets_and_others(numbers):
    rate, exposure = np.full((5, 1), 1.5), np.full((5, 1), 0.4)
    struck, other = incidents.thinned(rate, exposure, numbers)
    assert np.allclose(struck + other, rate)
    assert np.allclose(struck, 1.5 * 0.4 * numbers.attack_targeting)


def rate(numbers, *, afghan=0.6, taliban=0.0, shield=0.5, excitation=0.0):
    """Expected incidents of a quarter."""
    now = Numbers(
        afghanistan_instability=np.array([afghan]), taliban_integration=np.array([taliban])
    )
    each = np.ones((5, 1))
    return incidents.incident_rate(now, each * shield, each * excitation, numbers)


def test_incidents_follow_afghanistan_contagion_and_protection(numbers):
    usual = rate(numbers)
    assert (rate(numbers, afghan=1.0) > usual).all()
    assert (rate(numbers, taliban=1.0) < usual).all()
    assert (rate(numbers, shield=0.9) < usual).all()
    assert (rate(numbers, excitation=2.0) > usual).all()
    assert rate(numbers, excitation=1e9).max() == incidents.HIGHEST_RATE


@given(arrays(np.float64, (4, 5, 3), elements=some.floats(0.001, 1)))
def test_the_leading_two_are_the_leading_two(share):
    first, second = influence.leading_two(share)
    ranked = np.sort(share, axis=0)
    assert np.array_equal(first, ranked[-1])
    assert np.array_equal(second, ranked[-2])


@given(arrays(np.float64, (4, 5, 3), elements=some.floats(0.01, 1)))
def test_hedging_and_contestation_lie_between_zero_and_one(value):
    share = value / value.sum(axis=0)
    for index in (influence.hedging(share), influence.contestation(value)):
        assert index.min() >= -1e-12
        assert index.max() <= 1 + 1e-12


def test_a_state_that_leans_on_one_power_does_not_hedge():
    one = np.zeros((4, 5, 1))
    one[2] = 1
    assert np.allclose(influence.hedging(one), 0)


@given(UNIT, UNIT, UNIT)
def test_bases_never_pass_their_target_nor_what_the_host_admits(base, target, admitted):
    numbers = Numbers(**load_parameters().arrays())
    held, wanted, most = (np.full((4, 5, 1), each) for each in (base, target, admitted))
    after = stocks.based(held, wanted, most, numbers)
    low, high = min(base, target, admitted), min(max(base, target), admitted)
    assert low - 1e-12 <= after.min() <= after.max() <= high + 1e-12


def test_debt_grows_with_loans_and_shrinks_with_repayment_and_growth(numbers):
    none, some_debt, share = (np.full((5, 1), each) for each in (0.0, 0.2, 0.3))
    now = Numbers(belt_and_road=np.ones((5, 1)), oil_price=np.ones(1), state_growth=none)
    grows = Numbers(**(vars(now) | {"state_growth": none + 0.05}))
    assert (stocks.indebted(none, share, now, numbers) > 0).all()
    idle = stocks.indebted(some_debt, none, now, numbers)
    assert (idle < some_debt).all()
    assert (stocks.indebted(some_debt, none, grows, numbers) < idle).all()
    full = none + numbers.debt_ceiling
    lent, unlent = (stocks.indebted(full, each, now, numbers) for each in (share, none))
    assert np.array_equal(lent, unlent)


@given(UNIT, UNIT)
def test_an_attentive_russia_steps_in_more_often(one, other):
    numbers = Numbers(**load_parameters().arrays())
    low, high = sorted([one, other])
    chance = [crises.intervention_chance(np.array([each]), numbers) for each in (low, high)]
    assert 0 <= chance[0] <= chance[1] <= numbers.intervention_probability


def test_competition_needs_both_powers(numbers):
    alone = np.zeros((8, 5, 5, 1))
    alone[:, 0] = 0.6
    assert np.allclose(coopetition.competition(alone, numbers), 0)
    both = alone.copy()
    both[:, 1] = 0.3
    assert coopetition.competition(both, numbers) > 0


def test_the_division_of_labour_is_highest_when_each_keeps_to_its_own(numbers):
    parted = np.full((8, 5, 5, 1), 0.1)
    parted[1, 0], parted[1, 1] = 0.8, 0.01
    parted[5, 0], parted[5, 1] = 0.1, 0.6
    same = np.full((8, 5, 5, 1), 0.2)
    index = [influence.division_of_labour(each, numbers.state_weight) for each in (parted, same)]
    assert index[0] > 0.5
    assert np.allclose(index[1], 0)


def risk(numbers, *, terms=0.7, debt=0.2, sent=0.2):
    """Dependency risk of a state that leans on both powers for half of everything."""
    half, each = np.full((5, 1), 0.5), np.ones((5, 1))
    return influence.dependency_risk(half, each * terms, each * debt, each * sent, numbers)[0, 0]


def test_risk_rises_with_debt_and_remittances_and_falls_with_good_terms(numbers):
    assert risk(numbers, debt=0.5) > risk(numbers)
    assert risk(numbers, sent=0.4) > risk(numbers)
    assert risk(numbers, terms=0.9) < risk(numbers)


def remitted(numbers, **drivers):
    """Remittances of a year long after the network was built."""
    usual = {"year": 20.0, "rouble": 1.0, "migration_openness": 1.0}
    now = Numbers(**{name: np.array([value]) for name, value in (usual | drivers).items()})
    quiet = Numbers(**{name: np.array([value]) for name, value in usual.items()})
    first = np.full((8, 5, 5, 1), 0.2)
    calm = drivers_of(quiet)
    return stocks.Stocks(numbers, calm, np.ones(1), first)._remittances(now, np.zeros(1), first)


def drivers_of(now):
    """Drivers with all that stocks look at in the first quarter."""
    engaged = {f"{each}_engagement": np.ones((5, 1)) for each in ("western", "regional")}
    by_power = {each: np.zeros((4, 5, 1)) for each in ("basing_consent", "coercion")}
    return Numbers(**vars(now), **engaged, **by_power)


def test_remittances_follow_the_rouble_and_openness(numbers):
    usual = remitted(numbers)
    assert (remitted(numbers, rouble=0.5) < usual).all()
    assert (remitted(numbers, migration_openness=0.7) < usual).all()
    assert (remitted(numbers, year=0.0) < usual).all()


@pytest.fixture(scope="module")
def judgement():
    """What 400 worlds draw."""
    return uncertainty.draw_judgement(load_parameters(), 0, range(400))


def test_judgement_stays_in_its_ranges_and_shares_stay_shares(judgement):
    registry = load_parameters()
    for name, drawn in judgement.items():
        parameter = registry[name]
        low, high = (bound[..., np.newaxis] for bound in (parameter.low, parameter.high))
        assert (drawn >= low - 1e-12).all(), name
        assert (drawn <= high + 1e-12).all(), name
        if parameter.simplex:
            assert np.allclose(drawn.sum(axis=-2), 1), name


def test_judgement_lies_around_the_registry_s_values(judgement):
    registry = load_parameters()
    for name, drawn in judgement.items():
        value, (low, high) = registry[name].value, np.quantile(drawn, (0.3, 0.7), axis=-1)
        assert ((low <= value) & (value <= high)).all(), name
        assert (drawn.std(axis=-1)[value > 0] > 0).all(), name


def test_judgement_depends_on_the_seed_and_the_replicate_alone(judgement):
    alone = uncertainty.draw_judgement(load_parameters(), 0, [7])
    other = uncertainty.draw_judgement(load_parameters(), 1, [7])
    for name, drawn in judgement.items():
        assert np.array_equal(drawn[..., 7], alone[name][..., 0]), name
        assert not np.array_equal(other[name], alone[name]), name


def test_every_number_is_tuned_or_varies_over_worlds_or_says_why_it_is_exact(judgement):
    registry, tuned = load_parameters(), load_posterior().members
    fixed = {leaf for leaf, each in registry.leaves.items() if each.exact}
    varying = {leaf for leaf, (name, _) in registry.positions.items() if name in judgement}
    assert tuned.keys() | varying | fixed == registry.leaves.keys()
    assert fixed.isdisjoint(varying | tuned.keys())
    assert all(each.spread or each.exact for each in registry.values() if each.simplex)
    assert len(fixed) <= MOST_EXACT


def test_a_number_lies_below_its_value_in_half_of_the_worlds(judgement):
    leaf = load_parameters()["intervention_slope"]
    assert abs((judgement["intervention_slope"] < leaf.value).mean() - 0.5) < 0.08
