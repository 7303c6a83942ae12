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
    WST,
    PowerStateWorlds,
    RelianceOfAll,
    StateWorlds,
    Worlds,
)
from agents.rules.bounds import ZERO, unit, within
from agents.rules.effort import following
from agents.rules.record import FAINTEST, OWED, SENT, Seen, Taken, stock_missed
from model.drivers import Drivers, no_roads
from model.influence import recalled
from scenarios.registry import Numbers

FAINT = 0.01
"""Least share of labour that remittances go by: a state may begin with no migrants in Russia."""
MOST_DEBT = 2.0


class Stocks:
    """What lasts from quarter to quarter.

    `access`, `basing` and `grievance` (power, state, worlds) are 0-1; `debt` to China and
    `remittances`
    (state, worlds) are shares of GDP; `income` of the states is in log points since the start;
    `handed_over` is Chinese asset exposure from restructured debt.
    """

    def __init__(
        self, parameters: Numbers, now: Numbers, attention: Worlds, reliance: RelianceOfAll
    ) -> None:
        """Start with the access, bases and grievances of the first quarter and without debt."""
        p = self.parameters = parameters
        self.first = reliance
        states = reliance.shape[-2]
        self.access = np.zeros(reliance[0, POWERS].shape)
        self.access[CHN] = p.initial_access
        self.access[REG] = p.initial_access_regional
        self.basing = wanted_bases(now, attention, p)
        self.grievance = aggrieved(now, reliance[LABOUR, RUS])
        self.debt = self.income = self.handed_over = np.zeros((states, 1))
        self.distress = np.zeros((states, 1))
        self.habit = np.zeros(1)
        self.remittances = self._remittances(now, np.zeros(1), reliance)
        self.windfall = self.owed = np.zeros((states, reliance.shape[-1]))

    def migrate(
        self,
        now: Numbers,
        russian_income: Worlds,
        reliance: RelianceOfAll,
        seen: Seen | Taken | None,
        luck: StateWorlds,
    ) -> None:
        """Remittances of the quarter, from Russian income, the rouble and openness.

        While they are on record they go through their figures; what that takes, a windfall, fades
        afterwards as lasting luck does.
        """
        before = self.remittances
        self.habit = self.habit + self.parameters.income_habit * (russian_income - self.habit)
        due = self._remittances(now, russian_income, reliance)
        self.windfall = self.windfall * self.parameters.noise_persistence
        if isinstance(seen, Seen):
            missed = stock_missed(SENT, before, due, luck, seen)
            self.windfall = self.windfall * (1 - seen.stock_seen[SENT]) + missed
        elif seen is not None:
            self.windfall = seen.windfall
        self.remittances = due * np.exp(self.windfall)
        won = self.parameters.remittance_growth * (self.remittances - before)
        self.income = self.income + won

    def strike(self, drivers: Drivers, reliance: RelianceOfAll) -> None:
        """Debt restructured this quarter, and pressure that is resented at once."""
        p = self.parameters
        pressed = aggrieved(drivers.now, reliance[LABOUR, RUS])
        self.grievance = recalled(self.grievance, pressed, p.grievance_decay)
        self.distress = drivers.struck.debt_distress
        self.debt = self.debt * (1 - unit(p.distress_relief * self.distress))
        self.handed_over = self.handed_over + p.distress_asset * self.distress

    def inherit(self, past: Iterable[Numbers], finance: StateWorlds) -> None:
        """Take over what was built and lent before the region starts, by the drivers of then.

        `finance` is the share of China, as if it had been that of the start all along.
        """
        p = self.parameters
        for now in past:
            self.access = self._access(now, finance, no_roads())
            self.debt = indebted(self.debt, finance, now, p)

    def accumulate(self, drivers: Drivers, attention: Worlds, reliance: RelianceOfAll) -> None:
        """Build access and bases, grow."""
        now, p = drivers.now, self.parameters
        self.access = self._access(now, reliance[FINANCE, CHN], drivers.struck.corridor_opening)
        target = wanted_bases(now, attention, p)
        self.basing = based(self.basing, target, now.basing_consent, p)
        self.income = self.income + QUARTER * state_growth(now, p)

    def borrow(
        self, now: Numbers, finance: StateWorlds, seen: Seen | Taken | None, luck: StateWorlds
    ) -> None:
        """Borrow from China and repay; while debt is on record it goes through its figures."""
        before, due = self.debt, indebted(self.debt, finance, now, self.parameters)
        if isinstance(seen, Seen):
            self.owed = stock_missed(OWED, before, due, luck, seen)
        elif seen is not None:
            self.owed = seen.owed
        else:
            self.debt = due
            return
        self.debt = within(np.maximum(due, FAINTEST) * np.exp(self.owed), 0.0, MOST_DEBT)

    def _access(
        self, now: Numbers, finance: StateWorlds, opened: PowerStateWorlds
    ) -> PowerStateWorlds:
        """Access to China grows with its loans to all that could be built; what was built wears."""
        p = self.parameters
        chinese = self.access[CHN]
        pace = p.access_lending * (p.access_public + finance) * now.belt_and_road
        built = pace * (1 - chinese) - p.access_wear * (chinese - p.initial_access)
        regional = QUARTER * p.access_regional * now.regional_engagement
        result = unit(self.access + opened)
        result[CHN] = unit(chinese + QUARTER * built + opened[CHN])
        near = np.maximum(p.access_regional_cap, self.access[REG])
        result[REG] = unit(np.minimum(self.access[REG] + regional, near) + opened[REG])
        return result

    def _remittances(
        self, now: Numbers, russian_income: Worlds, reliance: RelianceOfAll
    ) -> StateWorlds:
        p = self.parameters
        network = 1 / (1 + np.exp(-(now.year + 2000 - p.network_middle) / p.network_pace))
        luck = np.exp(p.remittance_income * (russian_income - self.habit))
        rouble = np.float_power(now.rouble, p.remittance_rouble)
        openness = np.float_power(now.migration_openness, p.remittance_openness)
        ties = reliance[LABOUR, RUS] / np.maximum(self.first[LABOUR, RUS], FAINT)
        return p.remittance_level * (network * luck * (rouble * openness)) * ties


def wanted_bases(now: Numbers, attention: Worlds, p: Numbers) -> PowerStateWorlds:
    """Bases that each power would keep: the largest that the host admits, as far as it cares to.

    A war elsewhere draws on Russia's garrisons; those of the West and of the regional powers
    follow their engagement.
    """
    admitted, drawn = (
        p.basing_power[:, np.newaxis] * now.basing_consent,
        following(p.basing_attention, attention),
    )
    wide = (admitted, drawn, now.western_engagement, now.regional_engagement)
    result = np.empty_like(
        admitted, shape=(*admitted.shape[:-1], max(each.shape[-1] for each in wide))
    )
    result[...] = admitted
    result[RUS] = result[RUS] * drawn
    result[WST] = result[WST] * now.western_engagement
    result[REG:] = result[REG:] * now.regional_engagement
    return unit(result)


def based(
    basing: PowerStateWorlds, target: PowerStateWorlds, admitted: PowerStateWorlds, p: Numbers
) -> PowerStateWorlds:
    """Bases move to what is wanted, much faster up than down (hysteresis, Dixit 1989; claim 4).

    A power gives a base up slowly, but a host evicts at once: no base is larger than is admitted.
    """
    gap = target - basing
    moved = basing + p.basing_up * np.maximum(gap, ZERO) + p.basing_down * np.minimum(gap, ZERO)
    return np.minimum(moved, admitted)


def aggrieved(now: Numbers, labour: StateWorlds) -> PowerStateWorlds:
    """What each power does to a state that is resented, 0-1 (Hirschman 1945: power shown repels).

    Pressure of any power, and migrants whom Russia shuts out: a share of all who went there.
    """
    like = (*now.coercion.shape[:-1], labour.shape[-1])
    result = np.zeros_like(labour, shape=like) + now.coercion
    result[RUS] = result[RUS] + np.maximum(1 - now.migration_openness, ZERO) * labour
    return unit(result)


def indebted(debt: StateWorlds, finance: StateWorlds, now: Numbers, p: Numbers) -> StateWorlds:
    """Debt to China over GDP after a quarter of loans, repayment and growth of GDP (claim 17).

    Loans go with China's share of finance and its lending; they end as debt nears what China takes
    for the most that can be repaid.
    """
    caution = np.maximum(1 - debt / p.debt_ceiling, ZERO)
    lent = p.debt_lending * p.debt_state * finance * now.belt_and_road * caution
    change = lent - (p.debt_repayment + state_growth(now, p)) * debt
    return within(debt + QUARTER * change, 0.0, MOST_DEBT)


def state_growth(now: Numbers, p: Numbers) -> StateWorlds:
    """Real growth of the states a year: own trend, oil and what the scenario adds."""
    return p.state_growth_trend + p.oil_growth * (now.oil_price - p.oil_middle) + now.state_growth
