"""Crises within: unrest, border clashes, who steps in, and what that does to credibility."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    KGZ,
    POWERS,
    QUARTER,
    RUS,
    SECURITY,
    TJK,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules.bounds import ONE, unit
from model.drivers import Drivers
from model.noise import Draw
from scenarios.registry import Numbers

MEMORY = 8
"""Quarters that unrest is remembered."""


class Crises:
    """Unrest, interventions and clashes of the quarter, and the powers' credibility.

    `unrest`, `interventions` (state, worlds) and `clash` (worlds) are 0 or 1; `credibility`
    (power, state, worlds) is 0-1; `quiet` counts the quarters since unrest.
    """

    def __init__(self, parameters: Numbers, now: Numbers, reliance: RelianceOfAll) -> None:
        """Start without crises, at the credibility that goes with the first shares."""
        self.parameters = parameters
        states = reliance.shape[-2]
        self.unrest = self.interventions = np.zeros((states, 1))
        self.clash = np.zeros(1)
        self.quiet = np.full((states, 1), float(MEMORY))
        self.unrest_chance = chance(parameters.unrest_rate)
        self.credibility = np.zeros(reliance[0, POWERS].shape) + parameters.credibility_others
        self.credibility[RUS] = russian_level(now.ukraine_conflict, parameters)
        self.credibility[CHN] = chinese_level(reliance[SECURITY, CHN], parameters)

    def occur(
        self, drivers: Drivers, draw: Draw, attention: Worlds, reliance: RelianceOfAll
    ) -> None:
        """Let unrest and clashes happen, let the alliance step in or not, judge it."""
        p, now = self.parameters, drivers.now
        self.unrest = happened(draw.unrest < self.unrest_chance, drivers.struck.unrest)
        self.quiet = (self.quiet + 1) * (1 - self.unrest)
        stepping_in = draw.interventions < intervention_chance(attention, p)
        member = now.csto_membership
        self.interventions = happened(
            stepping_in * (self.unrest * member) > 0, drivers.struck.csto_intervention * member
        )
        settled = now.border_settled[KGZ] * now.border_settled[TJK]
        rate = p.clash_rate + settled * (p.clash_rate_settled - p.clash_rate)
        forced = drivers.struck.border_clash.sum(axis=0)
        self.clash = happened(draw.clash < chance(rate), forced)
        self.credibility = self._judged(now, attention, reliance)

    @property
    def recent(self) -> StateWorlds:
        """1 where unrest happened within two years."""
        return (self.quiet < MEMORY).astype(float)

    def _judged(self, now: Numbers, attention: Worlds, reliance: RelianceOfAll) -> PowerStateWorlds:
        """Credibility after this quarter's performance (claim 40)."""
        p, held = self.parameters, self.credibility
        abandoned = self.unrest * now.csto_membership * (1 - self.interventions)
        russian = held[RUS] + (
            p.credibility_intervention * self.interventions
            - p.credibility_abandonment * abandoned
            - p.credibility_clash * self.clash * (1 - p.credibility_clash_attention * attention)
            + p.credibility_memory_russia * (russian_level(now.ukraine_conflict, p) - held[RUS])
        )
        level = chinese_level(reliance[SECURITY, CHN], p)
        chinese = held[CHN] + p.credibility_memory_china * (level - held[CHN])
        result = held.copy()
        result[RUS], result[CHN] = unit(russian), unit(chinese)
        return result


def happened(drawn: np.ndarray, forced: np.ndarray) -> np.ndarray:
    """1 where drawn or forced by the scenario, else 0.

    >>> happened(np.array([True, False, False]), np.array([0.0, 0.0, 1.0]))
    array([1., 0., 1.])
    """
    return np.minimum(drawn + forced, ONE)


def chance(rate: Shaped) -> Shaped:
    """Chance that something happens within a quarter; `rate` is a year's.

    >>> chance(np.array([4.0])).round(3)
    array([0.632])
    """
    return 1 - np.exp(-QUARTER * rate)


def intervention_chance(attention: Worlds, p: Numbers) -> Worlds:
    """Chance that the alliance steps in, given how attentive Russia is."""
    drive = p.intervention_slope * (attention - p.intervention_attention)
    return p.intervention_probability / (1 + np.exp(-drive))


def russian_level(war: Worlds, p: Numbers) -> Worlds:
    """Credibility at which Russia settles, 0-1: its war elsewhere costs some of it."""
    return p.credibility_russia - p.credibility_war * war


def chinese_level(security: StateWorlds, p: Numbers) -> StateWorlds:
    """Credibility at which China settles, 0-1: it grows with what China already provides."""
    established = np.minimum(security / p.credibility_established, ONE)
    return p.credibility_china + p.credibility_performance * established
