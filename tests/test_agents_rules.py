"""The rules by which powers and states decide, against what they are meant to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from agents.axes import CHN, RUS
from agents.rules import choice, culture, effort, security
from scenarios.parameters import load_parameters
from scenarios.registry import Numbers

TABLE = (8, 5, 5, 1)
OFFERS = (5, 4, 5, 1)
UNIT = np.array([0.02])
CONCAVITY = np.array([1 / 3])


@pytest.fixture(scope="module")
def numbers():
    """The registry's values."""
    return Numbers(**load_parameters().arrays())


def positive(shape, high=3.0):
    """Tables of positive numbers."""
    return arrays(np.float64, shape, elements=some.floats(0.01, high))


@given(positive(TABLE))
def test_desired_shares_sum_to_one_and_keep_the_order_of_attraction(attraction):
    shares = choice.shares(attraction)
    assert np.allclose(shares.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert (np.argmax(shares, axis=1) == np.argmax(attraction, axis=1)).all()


@given(positive(TABLE), some.floats(0.1, 10))
def test_only_ratios_of_attraction_matter(attraction, factor):
    assert np.allclose(choice.shares(attraction), choice.shares(attraction * factor))


@given(positive(TABLE))
def test_desired_shares_are_the_best_mix_of_attraction_and_variety(attraction):
    best = choice.shares(attraction)
    other = choice.shares(attraction ** np.linspace(0.5, 1.5, 5).reshape(5, 1, 1))

    def worth(shares):
        return (shares * (np.log(attraction) - np.log(shares))).sum(axis=1)

    assert (worth(best) >= worth(other) - 1e-9).all()


@given(positive(TABLE), positive(TABLE), some.floats(0, 1))
def test_rebalancing_moves_part_of_the_way(first, second, speed):
    held, desired = choice.shares(first), choice.shares(second)
    after = choice.rebalanced(held, desired, np.full((8, 1, 1, 1), speed))
    assert np.allclose(after.sum(axis=1), 1)
    low, high = np.minimum(held, desired), np.maximum(held, desired)
    assert ((after >= low - 1e-12) & (after <= high + 1e-12)).all()


def test_pulls_without_bound_stay_finite():
    pull = np.full(TABLE, 1e6)
    assert np.isfinite(choice.attraction(np.full(TABLE, 0.2), pull)).all()


@given(positive(OFFERS), positive((4, 1)))
def test_effort_spends_the_budget_where_no_shift_could_gain(value, means):
    offers = effort.offers(value, means, CONCAVITY, UNIT)
    spent = effort.spent(offers, CONCAVITY, UNIT)
    assert np.allclose(spent.sum(axis=(0, 2)), means, rtol=1e-6)
    marginal = value * spent ** (CONCAVITY - 1)
    spread = np.ptp(marginal, axis=(0, 2)) / marginal.max(axis=(0, 2))
    assert (spread < 1e-6).all()


@given(positive(OFFERS), some.floats(0.2, 5))
def test_a_factor_on_all_of_a_power_s_values_moves_nothing(value, factor):
    means = np.ones((4, 1))
    scaled = effort.offers(value * factor, means, CONCAVITY, UNIT)
    assert np.allclose(scaled, effort.offers(value, means, CONCAVITY, UNIT))


def test_losses_raise_the_value_of_effort_and_gains_do_not():
    half = np.full(OFFERS, 0.3)
    one, entry, aversion = np.ones(OFFERS), np.array([0.05]), np.array([4.5])
    level = effort.appeal(one, half, half, entry, aversion)
    assert (effort.appeal(one, half, half + 0.1, entry, aversion) > level).all()
    assert np.array_equal(effort.appeal(one, half, half - 0.1, entry, aversion), level)


def test_a_power_counts_gains_as_its_own_at_once_and_forgets_losses_slowly():
    held, decay = np.full(OFFERS, 0.3), np.array([0.015])
    assert np.array_equal(effort.reference(held, held + 0.2, decay), held + 0.2)
    forgotten = effort.reference(held, held - 0.2, decay)
    assert ((forgotten < held) & (forgotten > held - 0.01)).all()


@given(some.floats(0, 1), some.floats(0, 1))
def test_more_war_leaves_less_attention(one, other):
    low, high = sorted([one, other])
    cost, least, override = np.array([0.55]), np.array([0.1]), np.ones(1)
    attention = [
        effort.russian_attention(np.array([war]), cost, least, override) for war in (low, high)
    ]
    assert 0.1 <= attention[1] <= attention[0] <= 1


def test_the_alliance_and_missing_rights_to_base_shut_offers_out(numbers):
    none, all_ = np.zeros((5, 1)), np.ones((5, 1))
    open_, closed = np.ones((4, 5, 1)), np.zeros((4, 5, 1))
    free, allied, barred = (
        security.received(all_, Numbers(csto_membership=member, basing_consent=base), numbers)
        for member, base in ((none, open_), (all_, open_), (none, closed))
    )
    assert np.array_equal(allied[RUS], free[RUS])
    assert (allied[CHN:] < free[CHN:]).all()
    assert (barred < free).all()


def test_leaning_on_a_power_costs_more_the_more_one_leans():
    first, strength = np.full((4, 5, 1), 0.1), np.full((5, 1), 11.0)
    price = [choice.autonomy_price(first + step, strength) for step in (0.0, 0.1, 0.2)]
    assert (price[2] - price[1] > price[1] - price[0]).all()


def test_what_is_withdrawn_counts_at_every_level_and_never_takes_all():
    held = np.full(OFFERS, 0.4)
    left = [choice.with_offers(held, -part * held).max() for part in (0.01, 1, 5, 6)]
    assert left[0] == pytest.approx(0.4 * 0.99, rel=1e-4)
    assert left[1] > left[2] > left[3] > 0


def test_sinophobia_is_fed_by_debt_and_finance_and_dispelled_by_culture(numbers):
    none, some_ = np.zeros((5, 1)), np.full((5, 1), 0.3)
    calm = culture.sinophobia_level(none, none, none, numbers)
    assert (culture.sinophobia_level(some_, none, none, numbers) > calm).all()
    assert (culture.sinophobia_level(none, some_, none, numbers) > calm).all()
    assert (culture.sinophobia_level(none, none, some_, numbers) < calm).all()


def test_what_the_alliance_shuts_out_may_vary_where_nothing_else_does():
    p = Numbers(
        basing_rights=np.array([1.0]),
        basing_exclusivity=np.array([0.5]),
        csto_exclusivity=np.array([0.0, 0.5]),
    )
    now = Numbers(basing_consent=np.ones((4, 5, 1)), csto_membership=np.ones((5, 1)))
    found = security.received(np.full((5, 1), 2.0), now, p)
    assert found[:, 0].tolist() == [[2.0, 2.0], [2.0, 1.0], [2.0, 1.0], [2.0, 1.0]]
