"""The powers one by one: what each can spend, and what is urgent to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import mesa
import numpy as np

from agents.axes import CHN, FINANCE, RUS, SECURITY, Effort, Shaped, StateWorlds, Worlds
from agents.outlook import Outlook
from agents.rules import effort
from agents.rules.bounds import ZERO
from scenarios.registry import Numbers
from scenarios.vocabulary import POWERS

Urgency = Mapping[int, Shaped]
"""Factors on the weights of contested domains, by state and world; a domain left out has 1."""


class Power(mesa.Agent):
    """A power; `agents.powers.Powers` spreads the means of all four over states and domains.

    `weight` (contested domain, state, worlds) is what a power cares for by itself.
    """

    code: str

    def __init__(self, model: mesa.Model, *, parameters: Numbers) -> None:
        """Take up its interests."""
        super().__init__(model)
        self.parameters = p = parameters
        self.index = i = POWERS.index(self.code)
        states = p.state_appeal[i] / p.state_appeal[i].sum(axis=0)
        self.weight: Effort = p.domain_appeal[i][:, np.newaxis] * states

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """Effort units that the power can spend this quarter; `income` is its own, log points."""
        raise NotImplementedError

    def urgency(self, outlook: Outlook) -> Urgency:
        """How the quarter's events colour what the power cares for."""
        raise NotImplementedError


class Russia(Power):
    """Security guarantor by inheritance: attention is scarce, losses hurt, threats invite."""

    code = "RUS"

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """Means grow with income; sanctions and the war elsewhere take their part.

        Assertive Russia spends more everywhere (claim 42). A factor on all of its weights would
        move nothing: a budget is spread by ratios of weights.
        """
        p = self.parameters
        return effort.budget(
            p.budget_scale[RUS],
            income,
            p.budget_income[RUS],
            1 - p.budget_sanctions * outlook.now.sanctions,
            effort.following(p.budget_attention, outlook.attention),
            1 + p.assertive_effort * outlook.assertiveness[RUS],
        )

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security first, harder when Russia is assertive or poses as protector (claims 27, 34)."""
        p, assertive = self.parameters, outlook.assertiveness[RUS]
        protector = 1 + np.maximum(outlook.threat - p.protector_threshold, ZERO)
        pressed = outlook.attention * (1 + p.assertive_security * assertive)
        return {SECURITY: pressed * protector}


class China(Power):
    """Economic giant that leaves security to Russia, as long as the norm and its assets hold."""

    code = "CHN"

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """Means grow with income, Belt and Road and, up to a point, Taiwan (claim 6)."""
        p, now = self.parameters, outlook.now
        taiwan = effort.taiwan_factor(
            now.taiwan_tension, p.taiwan_pull, p.taiwan_break, p.taiwan_drain
        )
        return effort.budget(
            p.budget_scale[CHN],
            income,
            p.budget_income[CHN],
            effort.following(p.budget_belt, now.belt_and_road),
            taiwan,
        )

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security where assets are exposed (claims 7, 29, 32, 33); finance along the road."""
        p, now = self.parameters, outlook.now
        quiet_rear = 1 + p.taiwan_security * now.taiwan_tension
        assertive = 1 + p.china_assertive_security * outlook.assertiveness[CHN]
        own = (1 - p.deference * outlook.norm) * (quiet_rear * assertive)
        lending = p.belt_finance * (p.belt_least + now.belt_and_road)
        return {FINANCE: lending, SECURITY: own * self.need(outlook)}

    def need(self, outlook: Outlook) -> StateWorlds:
        """Need to guard assets: exposure times threat, attacks and concern for Xinjiang."""
        p = self.parameters
        alarm = (
            outlook.threat
            + p.attack_alarm * np.minimum(outlook.attacks, p.attack_saturation)
            + p.xinjiang_alarm * outlook.now.xinjiang_sensitivity
        )
        return 1 + p.asset_protection * outlook.exposure * alarm


class Engaged(Power):
    """A power in reduced form: one driver says how far it is engaged."""

    engagement: ClassVar[str]

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:  # noqa: ARG002
        """Means follow engagement, not income."""
        p, engaged = self.parameters, getattr(outlook.now, self.engagement)
        return p.budget_scale[self.index] * effort.following(p.budget_engagement, engaged)


class West(Engaged):
    """The US, the EU, Japan and the international lenders."""

    code, engagement = "WST", "western_engagement"

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security only as far as it is engaged."""
        engaged = self.parameters.west_security * outlook.now.western_engagement
        return {SECURITY: engaged}


class RegionalPowers(Engaged):
    """Turkiye, Iran, the Gulf states and India."""

    code, engagement = "REG", "regional_engagement"

    def urgency(self, outlook: Outlook) -> Urgency:  # noqa: ARG002
        """The same weights in every quarter."""
        return {}
