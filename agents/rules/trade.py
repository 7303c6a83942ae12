"""Trade: gravity with base shares, the two unions' rules, sanctions, borders and corridors."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    REG,
    RUS,
    SELF,
    WST,
    OptionStateWorlds,
    PowerStateWorlds,
    Shaped,
    StateWorlds,
    Worlds,
)
from scenarios.registry import Numbers

FAINTEST = 0.002
"""Energy shares below this count as this when trade follows energy."""


def circumstances(now: Numbers, first: Numbers, p: Numbers) -> dict[int, Shaped]:
    """Pull of each option on every state's trade that follows from the drivers alone.

    Openness is the powers' trade over output (gravity in trade, not in output). The union
    prefers Russia (claim 5) and its tariff turns others away (claims 5, 18); sanctions cut
    Russian trade and turn it to China (claim 24) and to transit through members; Soviet ties
    fade to a lasting loss (Mazhikeyev and Edwards 2021). Log points, states by worlds.
    """
    union = now.eaeu_membership - first.eaeu_membership
    sanctions = now.sanctions - first.sanctions
    tariff = p.eaeu_tariff * union
    transit = p.sanctions_transit * sanctions * now.eaeu_membership
    return {
        RUS: p.eaeu_preference * union
        - p.sanctions_trade_russia * sanctions
        - faded(now.year, first.year, p.tie_loss, p.tie_life)
        + openness(now.russia_openness, first.russia_openness, p.trade_openness),
        CHN: transit
        - tariff
        + p.sanctions_trade_china * sanctions
        + openness(now.china_openness, first.china_openness, p.trade_openness)
        + p.oil_trade_line * (carried(now) - carried(first))
        - p.border_closure_trade * (now.border_closure - first.border_closure),
        WST: transit - tariff + p.oil_trade_west * np.log(now.oil_price / first.oil_price),
        REG: -tariff,
        SELF: p.own_trade_drift * (now.year - first.year),
    }


def carried(drivers: Numbers) -> StateWorlds:
    """What lines to China carry: capacity at the oil price (2023 = 1), which gas follows."""
    return drivers.pipeline_capacity[CHN] * drivers.oil_price


def faded(year: Worlds, first: Worlds, loss: Worlds, life: Worlds) -> Worlds:
    """Log points of trade with Russia lost between two years after 2000 as ties fade.

    >>> faded(np.array([6.0]), np.array([0.0]), np.array([0.3]), np.array([6.0])).round(3)
    array([0.19])
    """
    return loss * (np.exp(-first / life) - np.exp(-year / life))


def openness(level: Worlds, first: Worlds, elasticity: Worlds) -> Worlds:
    """Log points of trade from a power's openness (trade over output) against its first."""
    return elasticity * np.log(level / first)


def access_pull(access: PowerStateWorlds, first: PowerStateWorlds, p: Numbers) -> PowerStateWorlds:
    """Pull of roads, rails and crossings built since the start (claim 17), log points."""
    return p.access_trade * (access - first)


def goods_for_migrants(sent: StateWorlds, first: StateWorlds, pull: Worlds) -> StateWorlds:
    """Pull of Russian goods that migrants' money buys (Gould 1994; Head and Ries 1998).

    `sent` are remittances over GDP; log points.

    >>> goods_for_migrants(np.full((5, 1), 0.3), np.full((5, 1), 0.1), np.array([2.5]))[0]
    array([0.5])
    """
    return pull * (sent - first)


def energy_link(
    energy: OptionStateWorlds, first: OptionStateWorlds, weight: StateWorlds
) -> OptionStateWorlds:
    """Trade follows a state's energy reliance on each option, log points; none at the start.

    >>> now, first = np.full((5, 5, 1), 0.4), np.full((5, 5, 1), 0.2)
    >>> energy_link(now, first, np.full((5, 1), 0.5))[0, 0].round(3)
    array([0.347])
    >>> faint = np.full((5, 5, 1), 0.001)
    >>> energy_link(faint, faint, np.full((5, 1), 0.5))[0, 0]
    array([0.])
    """
    return weight * np.log(np.maximum(energy, FAINTEST) / np.maximum(first, FAINTEST))
