"""The rules by which powers and states decide, against what they are meant to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from agents.axes import CHN, POWERS, REG, RUS, SELF, WST
from agents.rules import (
    choice,
    culture,
    diplomacy,
    effort,
    energy,
    finance,
    labour,
    security,
    technology,
    trade,
)
from scenarios.parameters import Numbers, load_parameters

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


def drivers(**values):
    """Drivers of a quarter, all calm unless said otherwise."""
    none = np.zeros((5, 1))
    calm = {
        "eaeu_membership": none,
        "csto_membership": none,
        "pipeline_capacity": np.zeros((4, 5, 1)),
        "year": np.zeros(1),
    }
    ones = ("oil_price", "china_openness", "russia_openness", "migration_openness")
    zeros = (
        "sanctions",
        "ukraine_conflict",
        "border_closure",
        "western_engagement",
        "regional_engagement",
    )
    calm |= {name: np.ones(1) for name in ones} | {name: np.zeros(1) for name in zeros}
    return Numbers(**(calm | values))


PULLS = [
    (trade, "sanctions", RUS, -1),
    (trade, "sanctions", CHN, 1),
    (trade, "border_closure", CHN, -1),
    (trade, "eaeu_membership", RUS, 1),
    (trade, "eaeu_membership", CHN, -1),
    (trade, "china_openness", CHN, 1),
    (trade, "russia_openness", RUS, 1),
    (trade, "year", RUS, -1),
    (trade, "year", SELF, 1),
    (finance, "sanctions", RUS, -1),
    (technology, "sanctions", RUS, -1),
    (security, "western_engagement", WST, 1),
    (security, "regional_engagement", REG, 1),
    (culture, "ukraine_conflict", RUS, -1),
    (culture, "regional_engagement", REG, 1),
    (culture, "year", SELF, 1),
    (diplomacy, "ukraine_conflict", RUS, -1),
    (diplomacy, "western_engagement", WST, 1),
    (diplomacy, "regional_engagement", REG, 1),
    (labour, "migration_openness", RUS, 1),
    (labour, "ukraine_conflict", RUS, -1),
    (labour, "eaeu_membership", RUS, 1),
    (labour, "regional_engagement", REG, 1),
    (labour, "year", WST, 1),
]
"""Rule, driver that rises, option, and whether the pull on it rises or falls."""


@pytest.mark.parametrize(("rule", "driver", "option", "sign"), PULLS)
def test_a_driver_pulls_where_it_should(numbers, rule, driver, option, sign):
    before = drivers()
    after = drivers(**{driver: getattr(before, driver) + 0.5})
    pull = rule.circumstances(after, before, numbers)[option]
    assert (sign * np.asarray(pull) > 0).all()


def test_oil_pulls_trade_west_and_through_the_lines_to_china(numbers):
    lines = np.full((4, 5, 1), 0.5)
    before, after = (
        drivers(oil_price=np.array([price]), pipeline_capacity=lines) for price in (0.5, 1.0)
    )
    pulls = trade.circumstances(after, before, numbers)
    for option in (WST, CHN):
        assert pulls[option].max() > 0
        assert pulls[option].min() >= 0


@pytest.mark.parametrize(
    "rule", [trade, energy, security, diplomacy, culture, finance, technology, labour]
)
def test_circumstances_of_the_first_quarter_pull_nowhere(numbers, rule):
    pulls = rule.circumstances(drivers(), drivers(), numbers)
    assert all(not np.any(pull) for pull in pulls.values())


def test_the_union_prefers_russia_and_turns_others_away(numbers):
    joined = drivers(eaeu_membership=np.ones((5, 1)))
    pulls = trade.circumstances(joined, drivers(), numbers)
    assert (pulls[RUS] > 0).all()
    assert all((pulls[power] < 0).all() for power in (CHN, WST, REG))


def test_sanctions_cost_russia_trade_and_finance_and_give_china_trade(numbers):
    hit = drivers(sanctions=np.ones(1))
    pulls = trade.circumstances(hit, drivers(), numbers)
    assert (pulls[RUS] < 0).all()
    assert (pulls[CHN] > 0).all()
    assert (finance.circumstances(hit, drivers(), numbers)[RUS] < 0).all()


def test_sanctions_bring_transit_to_members_of_the_union_alone(numbers):
    member = np.zeros((5, 1))
    member[0] = 1
    inside = drivers(eaeu_membership=member)
    both = drivers(eaeu_membership=member, sanctions=np.ones(1))
    change = (
        trade.circumstances(both, inside, numbers)[WST]
        - trade.circumstances(inside, inside, numbers)[WST]
    )
    assert change[0] > 0
    assert (change[1:] == 0).all()


def test_closed_borders_cost_china_trade(numbers):
    closed = trade.circumstances(drivers(border_closure=np.ones(1)), drivers(), numbers)
    assert (closed[CHN] < 0).all()


def test_a_new_line_opens_a_market_and_a_closed_line_shrinks_one(numbers):
    more = drivers(pipeline_capacity=np.full((4, 5, 1), 0.5))
    assert (energy.openings(more, drivers(), numbers) > 0).all()
    assert not np.any(energy.circumstances(more, drivers(), numbers)[CHN])
    assert (energy.circumstances(drivers(), more, numbers)[RUS] < 0).all()
    assert not np.any(energy.openings(drivers(), more, numbers))


def test_the_alliance_and_missing_rights_to_base_shut_offers_out(numbers):
    trust, demand = np.ones((4, 5, 1)), np.ones((5, 1))
    none, all_ = np.zeros((5, 1)), np.ones((5, 1))
    open_, closed = np.ones((4, 5, 1)), np.zeros((4, 5, 1))
    free = security.received(trust.copy(), demand, none, open_, numbers)
    allied = security.received(trust.copy(), demand, all_, open_, numbers)
    barred = security.received(trust.copy(), demand, none, closed, numbers)
    assert np.array_equal(allied[RUS], free[RUS])
    assert (allied[CHN:] < free[CHN:]).all()
    assert (barred < free).all()


def test_leaning_on_a_power_costs_more_the_more_one_leans():
    first, strength = np.full((4, 5, 1), 0.1), np.full((5, 1), 11.0)
    price = [choice.autonomy_price(first + step, first, strength) for step in (0.0, 0.1, 0.2)]
    assert not np.any(price[0])
    assert (price[2] - price[1] > price[1] - price[0]).all()


def test_offers_can_withdraw_only_so_much():
    held, least = np.full(OFFERS, 0.4), np.array([0.25])
    assert np.allclose(choice.with_offers(held, -held * 5, least), 0.1)
    assert choice.with_offers(held, held, least).shape[1] == len(range(4)[POWERS])


def test_sinophobia_is_fed_by_debt_and_finance_and_dispelled_by_culture(numbers):
    none, some_ = np.zeros((5, 1)), np.full((5, 1), 0.3)
    calm = culture.sinophobia_level(none, none, none, numbers)
    assert (culture.sinophobia_level(some_, none, none, numbers) > calm).all()
    assert (culture.sinophobia_level(none, some_, none, numbers) > calm).all()
    assert (culture.sinophobia_level(none, none, some_, numbers) < calm).all()
