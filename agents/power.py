"""The powers one by one: what each can spend, and what is urgent to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import mesa
import numpy as np

from agents.agent_table import AgentTable
from agents.axes import (
    CHN,
    FINANCE,
    RUS,
    SECURITY,
    TECHNOLOGY,
    Effort,
    EffortOfAll,
    PowerWorlds,
    Shaped,
    StateWorlds,
    Worlds,
)
from agents.outlook import Outlook
from agents.rules import effort
from agents.rules.bounds import ZERO
from scenarios.registry import Numbers
from scenarios.vocabulary import CONTESTED as CONTESTED_DOMAINS
from scenarios.vocabulary import FIRST_YEAR, POWERS

LITTLE = 1e-9
"""Added to engagement, so that none at all is as even as any."""

Urgency = Mapping[int, Shaped]
"""Factors on the weights of contested domains, by state and world; a domain left out has 1."""


class Tables(AgentTable):
    """What the powers hold in common, a row of which is each power's (`agents.powers.Powers`)."""

    income: PowerWorlds
    means: PowerWorlds
    standing: EffortOfAll


class Power(mesa.Agent):
    """A power; `agents.powers.Powers` spreads the means of all four over states and domains.

    A class of one's own says how much it has to spend, `budget`, and what is urgent to it,
    `urgency`, from what the agents see. `code` says which power it is. `weight` (contested domain,
    state, worlds) is what a power cares for by itself.
    """

    code: str
    since: float = FIRST_YEAR
    """The year in which it took up its behaviour."""

    def __init__(self, model: mesa.Model, *, parameters: Numbers) -> None:
        """Take up its interests."""
        super().__init__(model)
        self.parameters = p = parameters
        self.index = i = POWERS.index(self.code)
        states = p.state_appeal[i] / p.state_appeal[i].sum(axis=0)
        self.weight: Effort = p.domain_appeal[i][:, np.newaxis] * states

    def join(self, four: Any) -> None:  # noqa: ANN401 (types of Mesa's sets cannot be looked up)
        """Decide with the others from now on."""
        self.four = four

    @property
    def income(self) -> Worlds:
        """Its income, log points since the start."""
        return self.four.income[self.index]

    @property
    def means(self) -> Worlds:
        """What it could spend this quarter, effort units."""
        return self.four.means[self.index]

    @property
    def standing(self) -> Effort:
        """Its standing offers: (contested domain, state, worlds)."""
        return self.four.standing[:, self.index]

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

        Assertive Russia spends more everywhere (claim 42), and so does one that poses as protector
        (claim 34), whom other states would pay for otherwise. A factor on all of its weights would
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
            (p.state_weight * self.protector(outlook)).sum(axis=0),
        )

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security first, harder when Russia is assertive or poses as protector (claims 27, 34).

        Attention weighs on all that Russia can spend, not here: a war would else set free for
        schools and summits what it takes from security.
        """
        p, assertive = self.parameters, outlook.assertiveness[RUS]
        return {SECURITY: (1 + p.assertive_security * assertive) * self.protector(outlook)}

    def protector(self, outlook: Outlook) -> StateWorlds:
        """How much more Russia does where threat lets it pose as protector, a factor (claim 34)."""
        p = self.parameters
        return 1 + np.maximum(outlook.threat - p.protector_threshold, ZERO)


class China(Power):
    """Economic giant that leaves security to Russia, as long as the norm and its assets hold."""

    code = "CHN"

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """Means grow with income, Belt and Road and, up to a point, Taiwan (claim 6).

        Who has assets under threat pays for guards on top of all else (claim 29).
        """
        p, now = self.parameters, outlook.now
        taiwan = effort.taiwan_factor(
            now.taiwan_tension, p.taiwan_pull, p.taiwan_break, p.taiwan_drain
        )
        return effort.budget(
            p.budget_scale[CHN],
            income,
            p.budget_income[CHN],
            effort.following(p.budget_belt, (p.state_weight * now.belt_and_road).sum(axis=0)),
            taiwan,
            1 + p.guard_means * (p.state_weight * outlook.exposure * outlook.threat).sum(axis=0),
        )

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security where assets are exposed (claims 7, 29, 32, 33); finance along the road.

        Overland routes are worth more as the sea lanes are in doubt (claim 6).
        """
        p, now = self.parameters, outlook.now
        quiet_rear = 1 + p.taiwan_security * now.taiwan_tension
        assertive = 1 + p.china_assertive_security * outlook.assertiveness[CHN]
        own = (1 - p.deference * outlook.norm) * (quiet_rear * assertive)
        routes = 1 + p.taiwan_routes * now.taiwan_tension
        lending = p.belt_finance * (p.belt_least + now.belt_and_road)
        networks = p.belt_least + now.belt_and_road
        return {TECHNOLOGY: networks, FINANCE: lending * routes, SECURITY: own * self.need(outlook)}

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
        """Means follow engagement in the region, not income."""
        p, (engaged, _) = self.parameters, self.engaged(outlook)
        return p.budget_scale[self.index] * effort.following(p.budget_engagement, engaged)

    def engaged(self, outlook: Outlook) -> tuple[Worlds, StateWorlds]:
        """Engagement in the region, 0-1, and that in each state against it."""
        level = getattr(outlook.now, self.engagement)
        mean = (self.parameters.state_weight * level).sum(axis=0)
        return mean, (level + LITTLE) / (mean + LITTLE)

    def urgency(self, outlook: Outlook) -> Urgency:
        """Effort goes where the power is engaged."""
        _, here = self.engaged(outlook)
        return dict.fromkeys(range(len(CONTESTED_DOMAINS)), here)


class West(Engaged):
    """The US, the EU, Japan and the international lenders."""

    code, engagement = "WST", "western_engagement"

    def urgency(self, outlook: Outlook) -> Urgency:
        """Security only as far as it is engaged."""
        engaged, here = self.engaged(outlook)
        return {
            **super().urgency(outlook),
            SECURITY: self.parameters.west_security * engaged * here,
        }


class RegionalPowers(Engaged):
    """Turkiye, Iran, the Gulf states and India."""

    code, engagement = "REG", "regional_engagement"
