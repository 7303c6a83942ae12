"""Trade: gravity in dollars, borders, unions, sanctions, roads, and energy that is sold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from agents.axes import CHN, KAZ, KGZ, REG, RUS, SELF, TJK, TKM, TRADE, UZB, WST
from agents.rules import trade
from model.region import Region
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.registry import Numbers
from scenarios.vocabulary import STATES

MONEY = ("rouble", "yuan", "world_trade", "oil_price", "russia_openness", "china_openness")
CALM = ("sanctions", "secondary_sanctions", "border_closure", "eaeu_membership")


@pytest.fixture(scope="module")
def numbers():
    """The registry's values."""
    return Numbers(**load_parameters().arrays())


def drivers(**values):
    """Drivers of a quarter: prices of one, no sanctions, open borders, unless said otherwise."""
    usual = {name: np.ones(1) for name in MONEY} | {name: np.zeros((5, 1)) for name in CALM}
    usual |= {"sanctions": np.zeros(1), "year": np.zeros(1)}
    return Numbers(**(usual | {name: np.asarray(value) + 0.0 for name, value in values.items()}))


def pulled(numbers, *, before=None, income=0.0, sent=0.0, **values):
    """Pull at once on each option in each state when drivers change."""
    given = np.zeros((4, 1)) + income, np.zeros((5, 1)) + sent
    terms = trade.at_once(drivers(**values), before or drivers(), *given, numbers)
    return trade.added(terms, np.zeros((5, 5, 1)))[..., 0]


def test_trade_with_russia_follows_its_dollars_where_it_sells_what_others_lack(numbers):
    pull = pulled(numbers, rouble=[2.0])[RUS]
    fuels = numbers.fuel_exports[:, 0]
    felt = numbers.trade_elasticity[0, 0] * numbers.rouble_trade[0]
    assert pull == pytest.approx(felt * (1 - fuels) * np.log(2))
    assert pull[[KGZ, TJK, UZB]].min() > 2 * pull[[KAZ, TKM]].max()


@pytest.mark.parametrize(
    ("driver", "power"),
    [("rouble", RUS), ("russia_openness", RUS), ("yuan", CHN), ("china_openness", CHN)],
)
def test_a_powers_prices_and_openness_pull_to_it_alone(numbers, driver, power):
    pull = pulled(numbers, **{driver: [1.5]})
    assert (pull[power] > 0).all()
    assert not np.delete(pull, power, axis=0).any()


def test_dearer_dollars_everywhere_move_nothing(numbers):
    """Gravity has no unit: were all prices in dollars to double, in full, all trade would."""
    numbers.rouble_trade = np.ones(1)
    assert pulled(numbers, rouble=[2.0], yuan=[2.0], world_trade=[2.0]) == pytest.approx(0)


def test_growth_of_the_rest_of_the_world_takes_from_russia_and_china(numbers):
    pull = pulled(numbers, world_trade=[1.5])
    assert (pull[[RUS, CHN]] < 0).all()
    assert not pull[[WST, REG, SELF]].any()


def test_incomes_and_what_migrants_send_pull(numbers):
    richer = pulled(numbers, income=np.array([[0.1], [0.2], [0.3], [0.4]]))
    assert richer[CHN] == pytest.approx(0.2 * numbers.trade_elasticity[1, 0])
    assert not richer[[WST, REG]].any()
    assert pulled(numbers, sent=0.2)[RUS] == pytest.approx(0.2 * numbers.remittance_trade[0])


def test_heavy_sanctions_send_goods_through_members_unless_enforced_there(numbers):
    members = np.zeros((5, 1))
    members[[KAZ, KGZ]] = 1
    calm, light, heavy = (drivers(eaeu_membership=members, sanctions=[x]) for x in (0, 0.25, 1))
    assert trade.through(calm, numbers).max() == trade.through(light, numbers).max() == 0
    assert trade.through(heavy, numbers)[:, 0].tolist() == [1, 1, 0, 0, 0]
    enforced = drivers(
        eaeu_membership=members, sanctions=[1.0], secondary_sanctions=np.eye(5)[:, :1]
    )
    assert trade.through(enforced, numbers)[:, 0].tolist() == [0, 1, 0, 0, 0]
    pull = pulled(numbers, before=calm, eaeu_membership=members, sanctions=[1.0])
    assert pull[WST] == pytest.approx(numbers.sanctions_transit[0] * members[:, 0])
    assert pull[RUS] == pytest.approx(numbers.sanctions_reexport[0] * pull[WST])
    assert pull[CHN] - pull[WST] == pytest.approx(numbers.sanctions_trade_china[0])


def test_a_closed_border_costs_china_the_trade_that_has_no_other_way(numbers):
    pull = pulled(numbers, border_closure=np.ones((5, 1)))
    assert pull[CHN] == pytest.approx((-numbers.border_closure_trade * numbers.road_share)[:, 0])
    assert (pull[CHN, [KGZ, TJK]] < 0).all()
    assert not np.delete(pull, CHN, axis=0).any()


def test_oil_pulls_west_where_the_west_buys_it(numbers):
    pull = pulled(numbers, oil_price=[1.5])[WST]
    assert pull[KAZ] > 0
    assert not np.delete(pull, KAZ).any()


def test_energy_sold_adds_to_trade_and_never_takes_all(numbers):
    other, none = np.full((5, 5, 1), 0.1), np.zeros((5, 5, 1))
    gain = trade.energy_sold(other, none + 0.3, none, numbers.energy_worth)
    assert not gain[[RUS, SELF]].any()
    assert other[CHN] * np.exp(gain[CHN]) - other[CHN] == pytest.approx(0.3 * numbers.energy_worth)
    assert gain[CHN, TKM] > gain[CHN, [KAZ, UZB]].max()
    lost = trade.energy_sold(other, none, none + 9, numbers.energy_worth)
    assert lost[CHN, TKM] == pytest.approx(np.log(trade.LEAST))


def test_borders_open_once_about_2004(numbers):
    years = [trade.circumstances(drivers(year=[y]), drivers(), numbers)[CHN] for y in (4, 10, 30)]
    assert years[0] == pytest.approx(numbers.opening_trade / 2, abs=0.2)
    assert years[1] == pytest.approx(numbers.opening_trade, abs=0.2)
    assert years[2] == pytest.approx(years[1], abs=0.06)


def test_the_union_pulls_to_russia(numbers):
    pull = trade.circumstances(drivers(eaeu_membership=np.ones((5, 1))), drivers(), numbers)
    assert (pull[RUS] == numbers.eaeu_preference).all()
    assert (pull[CHN] == numbers.eaeu_trade_china).all()


def shares(change, quarters, start="2024-Q1"):
    """Trade (quarter, option, state) of a world without events; `change` alters the paths."""
    spec = load_scenario("baseline")
    first = 4 * (int(start[:4]) - 2000)
    paths = {name: path.copy() for name, path in spec.drivers.items()}
    change(paths, first)
    region = Region(spec=replace(spec, start=first, drivers=paths, events=()), worlds=2, rng=3)
    result = []
    for _ in range(quarters):
        region.step()
        result.append(region.reliance[TRADE, ..., 0])
    return np.array(result), region


def changed(name, value, since=1, until=None):
    """What sets a driver some quarters after the start."""

    def change(paths, first):
        paths[name][first + since : None if until is None else first + until] = value

    return change


def same(paths, first):
    """Change nothing."""


@pytest.fixture(scope="module")
def usual():
    """The baseline from 2024."""
    return shares(same, 16)


def test_a_border_shut_for_a_year_is_felt_at_once_and_forgotten(usual):
    gap = shares(changed("border_closure", 1.0, 1, 5), 16)[0][:, CHN] / usual[0][:, CHN]
    assert gap[0] == pytest.approx(1)
    assert (gap[1, [KGZ, TJK]] < 0.7).all()
    assert gap[6, [KGZ, TJK]] == pytest.approx(1, abs=0.03)
    assert gap[1, [KAZ, TKM, UZB]].min() > 0.8


def test_more_belt_and_road_brings_china_trade_everywhere_and_less_takes_it(usual):
    for value, sign in ((1.5, 1), (0.0, -1)):
        gap = shares(changed("belt_and_road", value), 16)[0] - usual[0]
        assert (sign * gap[-1, CHN] > 0).all()


def test_joining_the_union_leaves_roads_as_they_are(usual):
    def join(paths, first):
        paths["eaeu_membership"][first + 1 :, STATES.index("UZB")] = 1

    joined, region = shares(join, 16)
    assert (region.stocks.access[CHN] >= usual[1].stocks.access[CHN] - 0.005).all()
    assert (joined - usual[0])[-1, RUS, UZB] > 0


def test_roads_wear_to_what_stood_at_the_start_and_no_further():
    region = shares(changed("belt_and_road", 0.0, 0), 60)[1]
    start = region.parameters.initial_access
    assert (region.stocks.access[CHN] >= start).all()
    assert (region.stocks.access[CHN] < region.states.access_first[CHN] + 1e-12).all()
