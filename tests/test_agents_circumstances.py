"""What the drivers alone say about every option, driver by driver."""

from __future__ import annotations

import numpy as np
import pytest

from agents.axes import CHN, REG, RUS, SELF, WST
from agents.rules import culture, diplomacy, energy, finance, labour, security, technology, trade
from scenarios.parameters import load_parameters
from scenarios.registry import Numbers


@pytest.fixture(scope="module")
def numbers():
    """The registry's values."""
    return Numbers(**load_parameters().arrays())


def drivers(**values):
    """Drivers of a quarter, all calm unless said otherwise."""
    none = np.zeros((5, 1))
    calm = {
        "eaeu_membership": none,
        "csto_membership": none,
        "secondary_sanctions": none,
        "pipeline_capacity": np.zeros((4, 5, 1)),
        "year": np.zeros(1),
    }
    ones = ("oil_price", "china_openness", "russia_openness", "migration_openness")
    zeros = (
        "sanctions",
        "ukraine_conflict",
        "border_closure",
        "taiwan_tension",
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
    (energy, "taiwan_tension", CHN, 1),
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


@pytest.mark.parametrize("price", [0.2, 1.0, 2.0])
def test_a_line_to_china_carries_trade_at_any_price_of_oil(numbers, price):
    oil = {"oil_price": np.array([price])}
    before, after = (
        drivers(**oil, pipeline_capacity=np.full((4, 5, 1), size)) for size in (0.2, 0.5)
    )
    added = trade.circumstances(after, before, numbers)[CHN]
    assert np.allclose(added, 0.3 * price * numbers.oil_trade_line)


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
