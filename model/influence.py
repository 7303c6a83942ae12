"""Influence: reliance weighed by what it matters for, and the indices made from it."""

from __future__ import annotations

import numpy as np

from agents.axes import (
    CHN,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    LABOUR,
    POWERS,
    RUS,
    SECURITY,
    TECHNOLOGY,
    TRADE,
    PowerStateWorlds,
    RelianceOfAll,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.rules import dependence
from agents.rules.bounds import ONE, ZERO, unit
from agents.rules.dependence import Weight, over_domains
from scenarios.registry import Numbers

CAPACITY = [FINANCE, SECURITY, DIPLOMACY, TRADE]
"""Domains that influence capacity reads."""


class Influence:
    """Influence of each power on each state, and Russia's memory of its own.

    `value` and `share`, its part of all powers' `total`, are (power, state, worlds); `weight`
    (domain, state, worlds) is the weight of a domain times its importance. `felt` is the value
    without trade and labour, which markets decide: it is what a state weighs as it chooses, so that
    who shuts out its goods or its migrants is not leant on the more for it. `terms` are a state's
    part of what it shares with the powers.
    """

    def __init__(
        self,
        parameters: Numbers,
        reliance: RelianceOfAll,
        threat: StateWorlds,
        sent: StateWorlds,
    ) -> None:
        """Measure the start; Russia counts the influence that it starts with as its own."""
        self.parameters = parameters
        self.fixed = fixed_weight(parameters)
        self.per_domain = capacity_weights(parameters)
        self._take(reliance, threat, sent)
        self.remembered = self.value[RUS]

    def measure(self, reliance: RelianceOfAll, threat: StateWorlds, sent: StateWorlds) -> None:
        """Measure this quarter's influence; `sent` are remittances over GDP."""
        decay = self.parameters.influence_decay
        self._take(reliance, threat, sent)
        self.remembered = recalled(self.remembered, self.value[RUS], decay)

    def bargain(self, reliance: RelianceOfAll, cooperation: Worlds, together: Worlds) -> None:
        """Settle the terms, as far as Russia and China cooperate and the five stand together."""
        p = self.parameters
        saved = p.five_terms * together
        self.terms = bargaining_terms(reliance, p.domain_weight, cooperation, saved)

    def _take(self, reliance: RelianceOfAll, threat: StateWorlds, sent: StateWorlds) -> None:
        self.weight = self._weigh(threat, sent)
        self.value = np.minimum(dependence.influence(reliance, self.weight), ONE)
        markets = reliance[TRADE, POWERS] * self.weight[TRADE]
        self.felt = self.value - markets - reliance[LABOUR, POWERS] * self.weight[LABOUR]
        self.total = self.value.sum(axis=0)
        self.share = self.value / self.total

    def _weigh(self, threat: StateWorlds, sent: StateWorlds) -> Weight:
        p = self.parameters
        security = p.security_importance + p.security_importance_threat * threat
        labour = np.maximum(sent / p.labour_importance_scale, p.labour_importance_least)
        wide = max(self.fixed.shape[-1], threat.shape[-1], sent.shape[-1])
        result = np.empty_like(self.fixed, shape=(*self.fixed.shape[:2], wide))
        result[...] = self.fixed
        result[SECURITY] = p.domain_weight[SECURITY] * np.minimum(security, ONE)
        result[LABOUR] = p.domain_weight[LABOUR] * np.minimum(labour, ONE)
        return result


def recalled(before: Shaped, now: Shaped, decay: Worlds) -> Shaped:
    """A memory that follows rises at once and forgets slowly.

    >>> recalled(np.array([0.5, 0.5]), np.array([0.8, 0.1]), np.array([0.5]))
    array([0.8, 0.3])
    """
    return np.maximum(before + decay * (now - before), now)


def fixed_weight(p: Numbers) -> Weight:
    """Weights of the domains whose importance does not move; the other rows are zero."""
    rows = (FINANCE, TECHNOLOGY, CULTURE, DIPLOMACY, TRADE, ENERGY)
    wide = max(p.importance.shape[-1], p.domain_weight.shape[-1])
    result = np.zeros((len(p.domain_weight), p.importance.shape[1], wide))
    for row, importance in zip(rows, p.importance, strict=True):
        result[row] = p.domain_weight[row] * importance
    return result


def leading_two(share: PowerStateWorlds) -> tuple[StateWorlds, StateWorlds]:
    """The largest and the second largest share in each state."""
    first, second = share[0], np.zeros_like(share[0])
    for each in share[1:]:
        second = np.maximum(second, np.minimum(first, each))
        first = np.maximum(first, each)
    return first, second


def hedging(share: PowerStateWorlds) -> StateWorlds:
    """How evenly a state spreads over powers, 0-1 (one minus the Herfindahl index, rescaled).

    >>> hedging(np.full((4, 5, 1), 0.25))[0]
    array([1.])
    """
    return (1 - (share * share).sum(axis=0)) / (1 - 1 / len(share))


def contestation(influence: PowerStateWorlds) -> StateWorlds:
    """How evenly Russia and China contest a state, 0-1 (1 = equal influence)."""
    russia, china = influence[RUS], influence[CHN]
    return 4 * russia * china / (russia + china) ** 2


def bargaining_terms(
    reliance: RelianceOfAll, domain_weight: Shaped, cooperation: Worlds, saved: Worlds
) -> StateWorlds:
    """A state's part of the surplus it shares with the powers, 1/2-1.

    Nash split with outside options (Binmore, Rubinstein and Wolinsky 1986). Of two powers that
    compete, the lesser is an outside option against the greater; as far as they cooperate it is
    none, and a state that leans on both is on worse terms (claim 22). States that bargain together
    save a part of the loss.

    >>> held, weight, none = np.full((8, 5, 5, 1), 0.2), np.full((8, 1), 0.125), np.zeros(1)
    >>> [float(bargaining_terms(held, weight, none + c, none)[0, 0].round(2)) for c in (0, 1)]
    [0.9, 0.8]
    """
    russia, china = reliance[:, RUS], reliance[:, CHN]
    leaning = np.maximum(russia, china) + cooperation * np.minimum(russia, china)
    return 1 - 0.5 * over_domains(leaning * domain_weight[:, np.newaxis]) * (1 - saved)


def dependency_risk(
    joint: StateWorlds, terms: StateWorlds, debt: StateWorlds, sent: StateWorlds, p: Numbers
) -> StateWorlds:
    """Risk of leaning on Russia and China together, 0-1 (claims 17, 22).

    `joint` is their part of all reliance, weighed; good terms lower the risk.
    """
    exposed = p.risk_debt * np.minimum(debt, ONE)
    exposed = exposed + p.risk_remittances * np.maximum(sent - p.risk_remittances_free, ZERO)
    return unit(joint * (1 - p.risk_terms * terms) + exposed)


def capacity_weights(p: Numbers) -> tuple[Shaped, Shaped]:
    """What a domain's part of influence counts for in bandwidth and in dependence.

    By finance, security, diplomacy and trade; parts are freed of the weight of their domain.
    Dependence has no diplomacy. The scale is a constant, never a maximum over worlds or years,
    which would leak the future.
    """
    weight = p.domain_weight[CAPACITY]
    leverage = np.insert(p.capacity_dependence, 2, 0, axis=0) / p.capacity_scale
    return p.capacity_bandwidth / weight, leverage / weight


def capacity(
    reliance: RelianceOfAll,
    weight: Weight,
    agreements: StateWorlds,
    bandwidth: Shaped,
    dependence: Shaped,
) -> PowerStateWorlds:
    """Influence capacity after FBIC (Moyer et al. 2021): bandwidth times dependence.

    `weight` is that of influence, the last two are `capacity_weights`. Politics and formal
    `agreements` with Russia enter bandwidth, not dependence.

    >>> held, weight, one = np.full((8, 5, 5, 1), 0.4), np.full((8, 5, 1), 0.25), np.ones((4, 1))
    >>> capacity(held, weight, np.zeros((5, 1)), one, one)[0, 0].round(2)
    array([0.12])
    """
    finance, security, diplomacy, trade = (
        reliance[domain, POWERS] * weight[domain] for domain in CAPACITY
    )
    wide = bandwidth[0] * finance + bandwidth[1] * security
    wide += bandwidth[2] * diplomacy
    wide += bandwidth[3] * trade
    wide[RUS] += agreements
    deep = dependence[0] * finance + dependence[1] * security
    deep += dependence[3] * trade
    return wide * deep


def division_of_labour(reliance: RelianceOfAll, state_weight: Shaped) -> Worlds:
    """How far Russia leads in security beyond trade and finance, -1 to 1 (claim 1)."""
    security = _russian_part(reliance[SECURITY, RUS], reliance[SECURITY, CHN])
    economy = reliance[TRADE] + reliance[FINANCE]
    return (state_weight * (security - _russian_part(economy[RUS], economy[CHN]))).sum(axis=0)


def _russian_part(russia: StateWorlds, china: StateWorlds) -> StateWorlds:
    return russia / (russia + china)
