"""Incidents: violence from across the border, attacks on Chinese assets, and threat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from agents.axes import (
    CHN,
    ENERGY,
    FINANCE,
    POWERS,
    SECURITY,
    TECHNOLOGY,
    PowerStateWorlds,
    RelianceOfAll,
    StateWorlds,
)
from agents.rules.bounds import unit, within
from model.drivers import Drivers
from model.noise import Draw
from scenarios.parameters import Numbers

MOST = 12
"""Counts above 12 are counted as 12: at the highest rate, 3, fewer than one in ten thousand."""
HIGHEST_RATE = 3.0
MOST_LIKELY = 0.99
"""An incident hits a Chinese asset at most so often; keeps odds finite."""


class Incidents:
    """Threat, excitation and the count of incidents, by state and world.

    `threat` is 0-1; `excitation` carries past incidents on; `count` and `attacks` are this
    quarter's; `year` holds the counts of the last four quarters.
    """

    def __init__(self, parameters: Numbers, now: Numbers) -> None:
        """Start calm, at the threat that the first quarter's drivers call for."""
        self.parameters = parameters
        self.threat = threat_level(now, parameters)
        self.excitation = np.zeros((5, 1))
        self.count = self.attacks = np.zeros((5, 1))
        self.exposure = np.zeros((5, 1))
        self.year: tuple[StateWorlds, ...] = (self.count,) * 4

    def occur(
        self,
        drivers: Drivers,
        draw: Draw,
        reliance: RelianceOfAll,
        credibility: PowerStateWorlds,
        basing: PowerStateWorlds,
        handed_over: StateWorlds,
    ) -> None:
        """Let this quarter's incidents happen, and threat follow."""
        p = self.parameters
        self.exposure = exposure(reliance, p) + handed_over
        shield = protection(reliance[SECURITY, POWERS], credibility, basing, p)
        rate = incident_rate(drivers.now, shield, self.excitation, p)
        forced = drivers.striking("china_asset_attack")
        drawn = poisson(rate, draw.incidents)
        struck = within(p.attack_targeting * self.exposure, 0.0, MOST_LIKELY)
        self.attacks = binomial(drawn, struck, draw.attacks) + forced
        self.count = drawn + forced
        self.excitation = p.incident_memory * self.excitation + self.count
        self.threat = self._threat(drivers.now)
        self.year = (*self.year[1:], self.count)

    def _threat(self, now: Numbers) -> StateWorlds:
        p = self.parameters
        toward = p.threat_adjustment * (threat_level(now, p) - self.threat)
        alarm = p.threat_incident * np.minimum(self.count, p.incident_saturation)
        return unit(self.threat + toward + alarm)


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
    fresh = 0.25 * (p.incident_background + afghan) * (p.protection_leak - shield)
    carried = p.incident_contagion * (1 - p.incident_memory) * excitation
    return within(fresh + carried, 0.0, HIGHEST_RATE)


def threat_level(now: Numbers, p: Numbers) -> StateWorlds:
    """Threat at which a state settles, 0-1 (claims 34, 35)."""
    felt = p.threat_calm + now.afghanistan_instability
    return p.threat_level * felt * (1 - p.taliban_threat_relief * now.taliban_integration)


def poisson(rate: StateWorlds, uniform: StateWorlds) -> StateWorlds:
    """Counts of a Poisson law by inverse CDF.

    >>> poisson(np.full((5, 1), 1.0), np.full((5, 1), 0.5))[0]
    array([1.])
    """
    return inverted(np.exp(-rate), lambda count: rate / count, uniform)


def binomial(trials: StateWorlds, chance: StateWorlds, uniform: StateWorlds) -> StateWorlds:
    """Counts of a binomial law by inverse CDF; `chance` is below 1.

    >>> binomial(np.full((5, 1), 3.0), np.full((5, 1), 0.5), np.full((5, 1), 0.6))[0]
    array([2.])
    """
    odds = chance / (1 - chance)
    return inverted(
        (1 - chance) ** trials,
        lambda count: odds * (np.maximum(trials - count + 1, 0) / count),
        uniform,
    )


def inverted(
    first: StateWorlds, ratio: Callable[[int], StateWorlds], uniform: StateWorlds
) -> StateWorlds:
    """How many cumulated probabilities lie below a uniform; each is the last times a ratio.

    Ends when no world has further to count, which changes no world's count.
    """
    term = cumulated = first
    counted = (uniform > cumulated).astype(float)
    for count in range(1, MOST):
        term = term * ratio(count)
        cumulated = cumulated + term
        beyond = uniform > cumulated
        if not beyond.any():
            break
        counted += beyond
    return counted
