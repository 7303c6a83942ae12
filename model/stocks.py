"""Stocks that build up: access, bases, debt, incomes and remittances."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from agents.axes import (
    CHN,
    FINANCE,
    LABOUR,
    POWERS,
    QUARTER,
    REG,
    RUS,
    SECURITY,
    PowerStateWorlds,
    RelianceOfAll,
    StateWorlds,
    Worlds,
)
from agents.rules.bounds import ZERO, unit, within
from model.drivers import NOWHERE, Drivers
from scenarios.registry import Numbers

MOST_DEBT = 2.0


class Stocks:
    """What lasts from quarter to quarter.

    `access` and `basing` (power, state, worlds) are 0-1; `debt` to China and `remittances`
    (state, worlds) are shares of GDP; `income` of the states is in log points since the start;
    `handed_over` is Chinese asset exposure from restructured debt.
    """

    def __init__(self, parameters: Numbers, now: Numbers, reliance: RelianceOfAll) -> None:
        """Start with the access and bases of the first quarter and without debt."""
        p = self.parameters = parameters
        self.first = reliance
        self.access = np.zeros((4, 5, reliance.shape[-1]))
        self.access[CHN] = p.initial_access
        self.access[REG] = p.initial_access_regional
        self.basing_first = np.zeros((4, 5, reliance.shape[-1]))
        self.basing_first[RUS] = p.initial_basing
        self.basing = self.basing_first
        self.debt = self.income = self.handed_over = np.zeros((5, 1))
        self.distress = np.zeros((5, 1))
        self.habit = np.zeros(1)
        self.remittances = self._remittances(now, np.zeros(1), reliance)

    def migrate(self, now: Numbers, russian_income: Worlds, reliance: RelianceOfAll) -> None:
        """Remittances of the quarter, from Russian income, the rouble and openness."""
        before = self.remittances
        self.habit = self.habit + self.parameters.income_habit * (russian_income - self.habit)
        self.remittances = self._remittances(now, russian_income, reliance)
        won = self.parameters.remittance_growth * (self.remittances - before)
        self.income = self.income + won

    def strike(self, drivers: Drivers) -> None:
        """Debt restructured this quarter: some written off, some assets handed over."""
        p = self.parameters
        self.distress = drivers.struck.debt_distress
        self.debt = self.debt * (1 - unit(p.distress_relief * self.distress))
        self.handed_over = self.handed_over + p.distress_asset * self.distress

    def inherit(self, past: Iterable[Numbers], finance: StateWorlds) -> None:
        """Take over what was built and lent before the region starts, by the drivers of then.

        `finance` is the share of China, as if it had been that of the start all along.
        """
        p = self.parameters
        for now in past:
            self.access = self._access(now, finance, NOWHERE)
            self.debt = indebted(self.debt, lent(finance, now, p), state_growth(now, p), p)

    def accumulate(self, drivers: Drivers, reliance: RelianceOfAll) -> None:
        """Build access and bases, lend and repay, grow."""
        now, p = drivers.now, self.parameters
        growth = state_growth(now, p)
        self.access = self._access(now, reliance[FINANCE, CHN], drivers.struck.corridor_opening)
        self.basing = self._basing(now, reliance[SECURITY, POWERS])
        self.debt = indebted(self.debt, lent(reliance[FINANCE, CHN], now, p), growth, p)
        self.income = self.income + QUARTER * growth

    def _access(self, now: Numbers, finance: StateWorlds, opened: StateWorlds) -> PowerStateWorlds:
        """Access to China grows with its loans, as geography and tariffs allow, and wears."""
        p = self.parameters
        cap = p.access_cap - p.access_tariff * now.eaeu_membership
        pace = p.access_lending * (p.access_public + finance) * now.belt_and_road
        chinese = self.access[CHN]
        built = (pace + p.access_background) * np.maximum(cap - chinese, ZERO)
        regional = QUARTER * p.access_regional * now.regional_engagement
        result = self.access.copy()
        result[CHN] = unit(chinese + QUARTER * (built - p.access_wear * chinese) + opened)
        near = np.maximum(p.access_regional_cap, self.access[REG])
        result[REG] = np.minimum(self.access[REG] + regional, near)
        return result

    def _basing(self, now: Numbers, security: PowerStateWorlds) -> PowerStateWorlds:
        p = self.parameters
        sought = p.basing_slope * (security - self.first[SECURITY, POWERS])
        readiness = p.basing_power[:, np.newaxis]
        target = unit(self.basing_first + readiness * sought)
        return based(self.basing, target * now.basing_consent, p.basing_up, p.basing_down)

    def _remittances(
        self, now: Numbers, russian_income: Worlds, reliance: RelianceOfAll
    ) -> StateWorlds:
        p = self.parameters
        network = 1 / (1 + np.exp(-(now.year + 2000 - p.network_middle) / p.network_pace))
        luck = np.exp(p.remittance_income * (russian_income - self.habit))
        rouble = np.float_power(now.rouble, p.remittance_rouble)
        openness = np.float_power(now.migration_openness, p.remittance_openness)
        ties = reliance[LABOUR, RUS] / self.first[LABOUR, RUS]
        return p.remittance_level * (network * luck * (rouble * openness)) * ties


def based(
    basing: PowerStateWorlds, target: PowerStateWorlds, up: Worlds, down: Worlds
) -> PowerStateWorlds:
    """Bases move to their target, much faster up than down (hysteresis, Dixit 1989; claim 4).

    >>> base = np.full((4, 5, 1), 0.5)
    >>> based(base, base * 0, np.array([0.04]), np.array([0.006]))[0, 0]
    array([0.497])
    """
    gap = target - basing
    return basing + up * np.maximum(gap, ZERO) + down * np.minimum(gap, ZERO)


def lent(finance: StateWorlds, now: Numbers, p: Numbers) -> StateWorlds:
    """Public debt that China lends a year, of GDP."""
    return p.debt_lending * p.debt_state * finance * now.belt_and_road


def indebted(debt: StateWorlds, lent: StateWorlds, growth: StateWorlds, p: Numbers) -> StateWorlds:
    """Debt to China over GDP after a quarter of loans, repayment and growth of GDP."""
    change = lent - (p.debt_repayment + growth) * debt
    return within(debt + QUARTER * change, 0.0, MOST_DEBT)


def state_growth(now: Numbers, p: Numbers) -> StateWorlds:
    """Real growth of the states a year: own trend, oil and what the scenario adds."""
    return p.state_growth_trend + p.oil_growth * (now.oil_price - p.oil_middle) + now.state_growth
