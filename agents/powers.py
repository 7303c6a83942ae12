"""The four powers together: incomes, means and standing offers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agents.asking import asked
from agents.axes import CONTESTED, POWERS, QUARTER, EffortOfAll, PowerWorlds, RelianceOfAll, Worlds
from agents.outlook import Outlook
from agents.power import Power, Tables
from agents.rules import effort
from scenarios.registry import Numbers
from scenarios.vocabulary import STATES


class Powers(Tables):
    """Russia, China, the West and the regional powers: each budgets and offers for itself.

    `income` is in log points since the start and `means` in effort units a quarter (power,
    worlds); `offered`, `standing` and `reference` are (contested domain, power, state,
    worlds): this quarter's offers, those that stand, and the shares each counts as its own.
    """

    def __init__(
        self,
        powers: Iterable[Power],
        *,
        parameters: Numbers,
        reliance: RelianceOfAll,
    ) -> None:
        """Take up what they hold at the start; `reliance` is that of all states."""
        self.members = list(powers)
        super().__init__(self.members, random=self.members[0].model.random)
        for member in self.members:
            member.join(self)
        self.parameters = parameters
        self.worlds = reliance.shape[-1]
        self.weight = np.empty(reliance[CONTESTED, POWERS].shape)
        for power in self.members:
            self.weight[:, power.index] = power.weight
        self.income = np.zeros((len(self.members), self.worlds))
        self.means = np.zeros_like(self.income)
        self.reference = reliance[CONTESTED, POWERS].copy()
        self.offered = self.standing = np.zeros((*self.weight.shape[:-1], 1))

    def settle(self, outlook: Outlook) -> None:
        """Let the standing offers be those that the first quarter's outlook calls for."""
        self.budget(outlook)
        self.offered = self._offers(outlook)
        self.standing = self.offered.copy()

    def grow(self, rates: tuple[Worlds, ...], luck: PowerWorlds) -> None:
        """Let incomes grow for a quarter at yearly rates, with luck."""
        scale = self.parameters.income_noise
        income = self.income + scale * luck
        for power, rate in enumerate(rates):
            income[power] += QUARTER * rate
        self.income = income

    def budget(self, outlook: Outlook) -> None:
        """Each decides how much to spend this quarter."""
        means = np.empty_like(self.income)
        for power in self.members:
            income = self.income[power.index]
            means[power.index] = asked(power, "budget", outlook, income, shape=income.shape)
        self.means = means

    def offer(self, outlook: Outlook) -> None:
        """Each spreads its means over states and domains; a part of old offers lasts."""
        self.offered = self._offers(outlook)
        lasting = self.parameters.offer_persistence
        self.standing = effort.lasting(self.standing, self.offered, lasting)

    def remember(self, reliance: RelianceOfAll) -> None:
        """After the states have moved: count gains as own, forget losses slowly."""
        held, decay = reliance[CONTESTED, POWERS], self.parameters.reference_decay
        self.reference = effort.reference(self.reference, held, decay)

    @property
    def spent(self) -> EffortOfAll:
        """Effort this quarter, in effort units; each power's sums to its means."""
        p = self.parameters
        return effort.spent(self.offered, p.effort_concavity, p.effort_unit)

    def _offers(self, outlook: Outlook) -> EffortOfAll:
        p = self.parameters
        held = outlook.reliance[CONTESTED, POWERS]
        value = effort.appeal(
            self._weights(outlook), held, self.reference, p.entry_presence, p.loss_aversion
        )
        return effort.offers(value, self.means, p.effort_concavity, p.effort_unit)

    def _weights(self, outlook: Outlook) -> EffortOfAll:
        """Return what the powers care for, as the quarter's events colour it."""
        result = self.weight.copy()
        for power in self.members:
            shape = (len(STATES), self.worlds)
            for domain, factor in asked(power, "urgency", outlook, shape=shape).items():
                result[domain, power.index] *= factor
        return result
