"""Powers budget their effort and make offers: Russia and China weigh, the others follow suit."""

from __future__ import annotations

import mesa
import numpy as np

from agents.axes import CHN, CONTESTED, FINANCE, RUS, SECURITY, Effort, Shaped, Worlds
from agents.outlook import Outlook
from agents.rules import effort
from scenarios.parameters import Numbers
from scenarios.vocabulary import POWERS


class Power(mesa.Agent):
    """A power: its income, its standing offers and the shares that it counts as its own.

    `standing` and `reference` are (contested domain, state, worlds); `income` is in log
    points since the start, `means` in effort units a quarter.
    """

    code: str

    def __init__(self, model: mesa.Model, *, parameters: Numbers, reliance: Shaped) -> None:
        """Take up what it holds at the start; `reliance` is that of all states."""
        super().__init__(model)
        self.parameters = parameters
        self.index = POWERS.index(self.code)
        self.weight = self._weight()
        self.reference = reliance[CONTESTED, self.index].copy()
        self.income = np.zeros(reliance.shape[-1])
        self.means = np.zeros(1)
        self.offered = self.standing = self.standing_first = np.zeros((5, 5, 1))

    def _weight(self) -> Effort:
        p, i = self.parameters, self.index
        states = p.state_appeal[i] / p.state_appeal[i].sum(axis=0)
        return p.domain_appeal[i][:, np.newaxis] * states

    def settle(self, outlook: Outlook) -> None:
        """Let the standing offers be those that the first quarter's outlook calls for."""
        self.budget(outlook)
        self.offered = self._offers(outlook)
        self.standing = self.standing_first = self.offered

    def budget(self, outlook: Outlook) -> None:
        """Decide how much to spend this quarter."""
        self.means = self.budgeted(outlook)

    def offer(self, outlook: Outlook) -> None:
        """Spread the means over states and domains, and update the standing offers."""
        persistence = self.parameters.offer_persistence
        self.offered = self._offers(outlook)
        self.standing = self.offered + persistence * (self.standing - self.offered)

    def remember(self, reliance: Shaped) -> None:
        """After the states have moved: count gains as own, forget losses slowly."""
        held = reliance[CONTESTED, self.index]
        self.reference = effort.reference(self.reference, held, self.parameters.reference_decay)

    @property
    def spent(self) -> Shaped:
        """Effort this quarter by contested domain and state; sums to `means`."""
        return effort.spent(
            self.offered, self.parameters.effort_concavity, self.parameters.effort_unit
        )

    @property
    def news(self) -> Shaped:
        """Standing offers against those at the start."""
        return self.standing - self.standing_first

    def _offers(self, outlook: Outlook) -> Effort:
        p = self.parameters
        value = effort.appeal(
            self.urgency(outlook),
            outlook.reliance[CONTESTED, self.index],
            self.reference,
            p.entry_presence,
            p.loss_aversion,
        )
        return effort.offers(value, self.means, p.effort_concavity, p.effort_unit)

    def budgeted(self, outlook: Outlook) -> Worlds:
        """Effort units that the power can spend this quarter."""
        raise NotImplementedError

    def urgency(self, outlook: Outlook) -> Effort:
        """Weight of each contested domain in each state, as the quarter's events colour it."""
        raise NotImplementedError


class Russia(Power):
    """Security guarantor by inheritance: attention is scarce, losses hurt, threats invite."""

    code = "RUS"

    def budgeted(self, outlook: Outlook) -> Worlds:
        """Means grow with income; sanctions and the war elsewhere take their part."""
        p = self.parameters
        return effort.budget(
            p.budget_scale[RUS],
            self.income,
            p.budget_income[RUS],
            1 - p.budget_sanctions * outlook.now.sanctions,
            effort.following(p.budget_attention, outlook.attention),
        )

    def urgency(self, outlook: Outlook) -> Effort:
        """Assertive Russia presses everywhere (claim 42), hardest in security (claims 27, 34)."""
        p, assertive = self.parameters, outlook.assertiveness[RUS]
        protector = 1 + np.maximum(outlook.threat - p.protector_threshold, 0)
        weight = self.weight * (1 + p.assertive_effort * assertive)
        weight[SECURITY] *= outlook.attention * (1 + p.assertive_security * assertive) * protector
        return weight


class China(Power):
    """Economic giant that leaves security to Russia, as long as the norm and its assets hold."""

    code = "CHN"

    def budgeted(self, outlook: Outlook) -> Worlds:
        """Means grow with income, Belt and Road and, up to a point, Taiwan (claim 6)."""
        p, now = self.parameters, outlook.now
        taiwan = effort.taiwan_factor(
            now.taiwan_tension, p.taiwan_pull, p.taiwan_break, p.taiwan_drain
        )
        return effort.budget(
            p.budget_scale[CHN],
            self.income,
            p.budget_income[CHN],
            effort.following(p.budget_belt, now.belt_and_road),
            taiwan,
        )

    def urgency(self, outlook: Outlook) -> Effort:
        """Security where assets are exposed (claims 7, 29, 32, 33); finance along the road."""
        p, now = self.parameters, outlook.now
        quiet_rear = 1 + p.taiwan_security * now.taiwan_tension
        assertive = 1 + p.china_assertive_security * outlook.assertiveness[CHN]
        lending = p.belt_finance * (p.belt_least + now.belt_and_road)
        weight = self.weight * np.ones_like(self.income)
        weight[SECURITY] *= (
            (1 - p.deference * outlook.norm) * self.need(outlook) * (quiet_rear * assertive)
        )
        weight[FINANCE] *= lending
        return weight

    def need(self, outlook: Outlook) -> Shaped:
        """Need to guard assets: exposure times threat, attacks and concern for Xinjiang."""
        p = self.parameters
        alarm = (
            outlook.threat
            + p.attack_alarm * np.minimum(outlook.attacks, p.attack_saturation)
            + p.xinjiang_alarm * outlook.now.xinjiang_sensitivity
        )
        return 1 + p.asset_protection * outlook.exposure * alarm


class West(Power):
    """The US, the EU, Japan and the international lenders, in reduced form."""

    code = "WST"

    def budgeted(self, outlook: Outlook) -> Worlds:
        """Means follow engagement."""
        p = self.parameters
        share = effort.following(p.budget_engagement, outlook.now.western_engagement)
        return p.budget_scale[self.index] * share

    def urgency(self, outlook: Outlook) -> Effort:
        """Security only as far as it is engaged."""
        weight = self.weight * np.ones_like(outlook.now.western_engagement)
        weight[SECURITY] *= self.parameters.west_security * outlook.now.western_engagement
        return weight


class RegionalPowers(Power):
    """Turkiye, Iran, the Gulf states and India, in reduced form."""

    code = "REG"

    def budgeted(self, outlook: Outlook) -> Worlds:
        """Means follow engagement."""
        p = self.parameters
        share = effort.following(p.budget_engagement, outlook.now.regional_engagement)
        return p.budget_scale[self.index] * share

    def urgency(self, outlook: Outlook) -> Effort:
        """The same weights in every quarter."""
        return self.weight
