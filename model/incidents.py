"""Incidents: violence from across the border, attacks on Chinese assets, and threat."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from agents.axes import (
    CHN,
    ENERGY,
    FINANCE,
    POWERS,
    QUARTER,
    SECURITY,
    TECHNOLOGY,
    Array,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
)
from agents.rules.bounds import unit, within
from model.drivers import Drivers
from model.engine.tracing import traced_as
from model.noise import Draw
from scenarios.registry import Numbers

KindStateWorlds = Float[Array, "2 states #worlds"]
Cells = Float[Array, "cells"]

MOST = 12
"""Counts above 12 are counted as 12: at the highest rate, 3, fewer than one in ten thousand."""
HIGHEST_RATE = 3.0


class Incidents:
    """Threat, excitation and the count of incidents, by state and world.

    `threat` is 0-1; `excitation` carries past incidents on; `count` and `attacks` are this
    quarter's; `year` holds the counts of the last four quarters.
    """

    def __init__(self, parameters: Numbers, now: Numbers, worlds: int) -> None:
        """Start calm, at the threat that the first quarter's drivers call for."""
        self.parameters = parameters
        self.threat = threat_level(now, parameters)
        states = len(self.threat)
        self.excitation = np.zeros((states, 1))
        self.count = self.attacks = np.zeros((states, 1))
        self.exposure = np.zeros((states, 1))
        self.year = tuple(np.zeros((states, worlds)) for _ in range(4))

    def occur(
        self,
        drivers: Drivers,
        draw: Draw,
        reliance: RelianceOfAll,
        credibility: PowerStateWorlds,
        basing: PowerStateWorlds,
        handed_over: StateWorlds,
        unrest: StateWorlds,
    ) -> None:
        """Let this quarter's incidents happen, and threat follow; `unrest` is last quarter's."""
        p = self.parameters
        self.exposure = exposure(reliance, p) + handed_over
        shield = protection(reliance[SECURITY, POWERS], credibility, basing, p)
        rate = incident_rate(drivers.now, shield, self.excitation, p)
        forced = drivers.struck.china_asset_attack
        attacks, others = poisson(thinned(rate, self.exposure, p), draw.incidents)
        self.attacks = attacks + forced
        self.count = self.attacks + others
        self.excitation = p.incident_memory * self.excitation + self.count
        self.threat = self._threat(drivers.now, unrest)
        self.year = (*self.year[1:], self.count)

    def _threat(self, now: Numbers, unrest: StateWorlds) -> StateWorlds:
        p = self.parameters
        toward = p.threat_adjustment * (threat_level(now, p) - self.threat)
        alarm = p.threat_incident * np.minimum(self.count, p.incident_saturation)
        return unit(self.threat + toward + alarm + p.threat_unrest * unrest)


def exposure(reliance: RelianceOfAll, p: Numbers) -> StateWorlds:
    """Chinese assets in reach of an attack, 0-1, by state (claims 29, 32)."""
    finance, energy, technology = p.asset_weight
    return (
        finance * reliance[FINANCE, CHN]
        + energy * reliance[ENERGY, CHN]
        + technology * reliance[TECHNOLOGY, CHN]
    )


def protection(
    security: PowerStateWorlds, credibility: PowerStateWorlds, basing: PowerStateWorlds, p: Numbers
) -> StateWorlds:
    """Protection of a state, 0-1, from credible providers and their bases."""
    guarded = p.protection_basing * basing + security * credibility
    return 1 - np.exp(-p.protection_strength * guarded.sum(axis=0))


def incident_rate(
    now: Numbers, shield: StateWorlds, excitation: StateWorlds, p: Numbers
) -> StateWorlds:
    """Expected incidents a quarter: background, Afghan spill-over and contagion.

    Integration of the Taliban lowers the spill-over (claim 35); incidents breed incidents
    (Porter and White 2012).
    """
    spill = now.afghanistan_instability * (1 - p.taliban_incident_relief * now.taliban_integration)
    afghan = p.incident_afghan * p.world_incident_rate * spill * p.afghan_exposure
    fresh = QUARTER * (p.incident_background + afghan) * (p.protection_leak - shield)
    carried = p.incident_contagion * (1 - p.incident_memory) * excitation
    return within(fresh + carried, 0.0, HIGHEST_RATE)


def threat_level(now: Numbers, p: Numbers) -> StateWorlds:
    """Threat at which a state settles, 0-1 (claims 34, 35)."""
    felt = p.threat_calm + now.afghanistan_instability
    return p.threat_level * felt * (1 - p.taliban_threat_relief * now.taliban_integration)


def thinned(rate: StateWorlds, exposure: StateWorlds, p: Numbers) -> KindStateWorlds:
    """Rates of incidents that strike Chinese assets and of those that do not.

    A Poisson process of which each event is of one kind with some chance is two independent
    Poisson processes (Kingman 1993, section 5.1), so that no count need be drawn given another.
    """
    result = np.empty_like(rate, shape=(2, len(rate), max(rate.shape[-1], exposure.shape[-1])))
    np.multiply(rate, unit(p.attack_targeting * exposure), out=result[0])
    np.subtract(rate, result[0], out=result[1])
    return result


def poisson(rate: Shaped, uniform: Shaped) -> Shaped:
    """Counts of a Poisson law by inverse CDF: the cumulated probabilities below a uniform.

    >>> poisson(np.full((5, 1), 1.0), np.full((5, 1), 0.5))[0]
    array([1.])
    """
    return counted(np.exp(-rate), rate, uniform)


def counted_everywhere(none: Shaped, rate: Shaped, uniform: Shaped) -> Shaped:
    """Counts, given the probability of `none`: the same steps for all cells.

    >>> counted_everywhere(np.exp(-np.ones(1)), np.ones(1), np.full(1, 0.95))
    array([3.])
    """
    term = cumulated = none
    found = (uniform > cumulated).astype(float)
    for count in range(1, MOST):
        term = term * (rate / count)
        cumulated = cumulated + term
        found = found + (uniform > cumulated)
    return found


@traced_as(counted_everywhere)
def counted(none: Shaped, rate: Shaped, uniform: Shaped) -> Shaped:
    """Counts, given the probability of `none`: cells that have counted to their end are left."""
    some = uniform > none
    found = some.astype(float)
    if some.any():
        found[some] = counted_on(none[some], rate[some], uniform[some])
    return found


def counted_on(term: Cells, rate: Cells, uniform: Cells) -> Cells:
    """Counts of the cells that count at least one; `term` is their probability of none.

    Ends when no cell has further to count, which changes no cell's count.
    """
    counted, cumulated = np.ones(len(term)), term
    for count in range(1, MOST):
        term = term * (rate / count)
        cumulated = cumulated + term
        beyond = uniform > cumulated
        if not beyond.any():
            break
        counted += beyond
    return counted
