"""Trade: structural gravity in dollars (Anderson and van Wincoop 2003; Head and Mayer 2014).

Shares start from what they were. Borders, roads and tariffs move what ties settle to, over years
(Boehm, Levchenko and Pandalai-Nayar 2023); prices, closures, sanctions and what lines carry act
within the quarter.
"""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    RUS,
    WST,
    OptionStateWorlds,
    PowerStateWorlds,
    PowerWorlds,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules.bounds import ZERO
from scenarios.registry import Numbers

Terms = dict[str, dict[int, Shaped]]
"""Pulls by the name of what pulls and by option: states by worlds, log points."""
LEAST = 0.1
"""What is left at least of trade with a partner when less energy is sold to it."""
SOLD = slice(CHN, -1)
"""Who buys energy in trade statistics: they leave Turkmen gas to Russia out, and what Kazakhstan
sends through Russia is sold elsewhere."""


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of drivers on what trade settles to: the union, and borders that opened after 2000.

    Log points, states by worlds.
    """
    union = now.eaeu_membership - first.eaeu_membership
    opened = p.opening_trade * (opening(now.year, p) - opening(first.year, p))
    return {RUS: p.eaeu_preference * union, CHN: p.eaeu_trade_china * union + opened}


def opening(year: Worlds, p: Numbers) -> Worlds:
    """Part of the way from shut borders to open ones with China, by years after 2000 (0-1)."""
    return 1 / (1 + np.exp((p.opening_year - 2000 - year) / p.opening_pace))


def access_pull(access: PowerStateWorlds, first: PowerStateWorlds, p: Numbers) -> PowerStateWorlds:
    """Pull of roads, rails and crossings built since the start (claim 17), log points."""
    return p.access_trade * (access - first)


def at_once(
    now: Numbers, first: Numbers, income: PowerWorlds, sent: StateWorlds, p: Numbers
) -> Terms:
    """What pulls on trade within the quarter, all but the energy that is sold.

    A power's trade in dollars (income, prices, openness) counts against that of the rest of the
    world; who sells fuels buys less of what Russia sells. `income` are log points of real growth,
    `sent` remittances over GDP, both since the start. Heavy sanctions send goods through members
    of the union (Chupilkin, Javorcik and Plekhanov); a closed border stops what has no other way.
    """
    russia, china = p.trade_elasticity[0] * (1 - p.fuel_exports), p.trade_elasticity[1]
    abroad = _change(now.world_trade, first.world_trade)
    sanctions = now.sanctions - first.sanctions
    transit = p.sanctions_transit * (through(now, p) - through(first, p))
    closed = p.border_closure_trade * (now.border_closure - first.border_closure)
    return {
        "powers' incomes": {RUS: russia * income[RUS], CHN: china * income[CHN]},
        "prices in dollars": {
            RUS: russia * p.rouble_trade * _change(now.rouble, first.rouble),
            CHN: china * _change(now.yuan, first.yuan),
        },
        "powers' openness to trade": {
            RUS: russia * _change(now.russia_openness, first.russia_openness),
            CHN: china * _change(now.china_openness, first.china_openness),
        },
        "trade of the rest of the world": {RUS: -russia * abroad, CHN: -china * abroad},
        "sanctions": {
            RUS: p.sanctions_reexport * transit - p.sanctions_trade_russia * sanctions,
            CHN: p.sanctions_trade_china * sanctions + transit,
            WST: transit,
        },
        "closed borders": {CHN: -p.road_share * closed},
        "oil price": {WST: p.oil_trade_west * _change(now.oil_price, first.oil_price)},
        "migrants' money": {RUS: p.remittance_trade * sent},
    }


def through(drivers: Numbers, p: Numbers) -> StateWorlds:
    """How far sanctions send goods for Russia through each state (0-1).

    Heavy ones do, through members of the union, unless they are enforced on the state itself.
    """
    heavy = np.maximum(drivers.sanctions - p.sanctions_light, ZERO) / (1 - p.sanctions_light)
    return heavy * drivers.eaeu_membership * (1 - drivers.secondary_sanctions)


def added(terms: Terms, like: OptionStateWorlds) -> OptionStateWorlds:
    """All terms together, log points.

    >>> terms = {"oil": {WST: np.ones((5, 1))}, "war": {WST: np.ones((5, 1))}}
    >>> added(terms, np.zeros((5, 5, 1)))[WST, 0]
    array([2.])
    """
    result = np.zeros_like(like)
    for rows in terms.values():
        for option, pull in rows.items():
            result[option] += pull
    return result


def energy_sold(
    trade: OptionStateWorlds,
    sold: OptionStateWorlds,
    first: OptionStateWorlds,
    worth: StateWorlds,
) -> OptionStateWorlds:
    """Pull of the energy that a state sells to a partner: it adds to other trade, log points.

    `trade` is all other trade with each option, over the whole at the start; `sold` and `first`
    are shares of a state's energy times the oil price, now and at the start, and `worth` the trade
    that all of its energy would make at the price of 2023.

    >>> half, one = np.full((5, 5, 1), 0.5), np.full((5, 1), 1.0)
    >>> energy_sold(half, half, half - 0.25, one)[[RUS, CHN], 0].round(3).tolist()
    [[0.0], [0.405]]
    """
    result = np.zeros_like(trade)
    more = 1 + worth * (sold - first)[SOLD] / trade[SOLD]
    result[SOLD] = np.log(np.maximum(more, LEAST))
    return result


def _change(now: Worlds, first: Worlds) -> Worlds:
    return np.log(now / first)
