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
    ones = ("oil_price", "migration_openness")
    zeros = (
        "sanctions",
        "secondary_sanctions",
        "taiwan_tension",
        "ukraine_conflict",
        "border_closure",
        "taiwan_tension",
        "western_engagement",
        "regional_engagement",
    )
    calm |= {name: np.ones(1) for name in ones} | {name: np.zeros(1) for name in zeros}
    return Numbers(**(calm | values))


PULLS = [
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


@pytest.mark.parametrize(
    "rule", [trade, energy, security, diplomacy, culture, finance, technology, labour]
)
def test_circumstances_of_the_first_quarter_pull_nowhere(numbers, rule):
    pulls = rule.circumstances(drivers(), drivers(), numbers)
    assert all(not np.any(pull) for pull in pulls.values())


def test_a_new_line_opens_a_market_and_a_closed_line_shrinks_one(numbers):
    more = drivers(pipeline_capacity=np.full((4, 5, 1), 0.5))
    assert (energy.openings(more, drivers(), numbers) > 0).all()
    assert not np.any(energy.circumstances(more, drivers(), numbers)[CHN])
    assert (energy.circumstances(drivers(), more, numbers)[RUS] < 0).all()
    assert not np.any(energy.openings(drivers(), more, numbers))
