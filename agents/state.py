"""The five states weigh what the powers offer and rebalance between them."""

from __future__ import annotations

from collections.abc import Iterable

import mesa
import numpy as np

from agents.axes import (
    CHN,
    CONTESTED,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    POWERS,
    RUS,
    SECURITY,
    SELF,
    TECHNOLOGY,
    TRADE,
    EffortOfAll,
    OptionStateWorlds,
    PowerStateWorlds,
    Reliance,
    RelianceOfAll,
    Shaped,
    StateWorlds,
)
from agents.company import Company
from agents.outlook import Outlook
from agents.rules import choice, culture, diplomacy, finance, security, technology, trade
from agents.rules.bounds import unit
from scenarios.registry import Numbers
from scenarios.vocabulary import STATES


class State(mesa.Agent):
    """One of the five: its rows of what the states hold and decide together."""

    def __init__(self, model: mesa.Model, *, code: str) -> None:
        """Take a place among the states; `join` tells which states it decides with."""
        super().__init__(model)
        self.code, self.index = code, STATES.index(code)

    def join(self, five: States) -> None:
        """Decide with the others from now on."""
        self.five = five

    @property
    def reliance(self) -> Reliance:
        """Its reliance: (domain, option, worlds), shares that sum to one over options."""
        return self.five.reliance[:, :, self.index]

    @property
    def desired(self) -> Reliance:
        """The reliance that it would choose, were all ties up for renegotiation."""
        return self.five.desired[:, :, self.index]

    @property
    def sinophobia(self) -> Shaped:
        """Its mood towards China, 0-1."""
        return self.five.sinophobia[self.index]


class States(Company):
    """The five states: each weighs alone, all in one sweep over (domain, option, state, worlds).

    No rule looks from one state to another, so that one sweep is five decisions.
    `reliance` and `desired` are shares; `noise` is what moves them and is not modelled. `first`
    are the shares at the start, which pulls refer to; `base` is what attraction grows from, the
    first shares unless a scenario anchors them to the record.
    """

    def __init__(self, states: Iterable[State], *, parameters: Numbers, worlds: int) -> None:
        """Start from the initial reliance, with the sinophobia that goes with it."""
        members = list(states)
        super().__init__(members, random=members[0].model.random)
        for member in members:
            member.join(self)
        p = self.parameters = parameters
        self.first = p.initial_reliance.swapaxes(1, 2) + np.zeros(worlds)
        self.reliance = self.desired = self.base = self.first
        self.noise = np.zeros((8, 5, 5, worlds))
        self.sinophobia = self.sinophobia_first = self._sinophobia_level(np.zeros((5, 1)))
        self.offer_effect = (p.offer_effect * p.world_offer_effect)[:, np.newaxis, np.newaxis]
        self.autonomy = p.autonomy_strength * p.autonomy_state * p.world_autonomy
        self.autonomy_domain = p.autonomy_domain[:, np.newaxis, np.newaxis]
        self.energy_weight = p.energy_trade * p.energy_trade_state
        self.speed = p.adjustment_speed[:, np.newaxis, np.newaxis]
        self.noise_scale = self._noise_scale()
        self.organised = p.institution_pull * p.institution_member

    def see_first(self, outlook: Outlook) -> None:
        """Note how the region was at the start: pulls count changes since then."""
        self.influence_first = outlook.influence
        self.threat_first = outlook.threat
        self.credibility_first = outlook.credibility
        self.access_first = outlook.access
        self.basing_first = outlook.basing
        self.remittances_first = outlook.remittances

    def weigh(self, outlook: Outlook, shock: RelianceOfAll) -> None:
        """Decide how to rely on whom, were all ties up for renegotiation this quarter.

        `shock` is what moves shares and is not modelled, standard normal.
        """
        self.noise = choice.disturbed(
            self.noise, shock, self.parameters.noise_persistence, self.noise_scale
        )
        self.desired = choice.shares(self.attraction(outlook))

    def attraction(self, outlook: Outlook) -> RelianceOfAll:
        """Attraction of every option: the base by all that pulls, lines opened, and offers."""
        result = choice.attraction(self.base, self.pull(outlook))
        result[ENERGY, POWERS] += outlook.openings
        result[CONTESTED, POWERS] = choice.with_offers(
            result[CONTESTED, POWERS],
            self.offers_received(outlook),
            self.parameters.least_attraction,
        )
        return result

    def rebalance(self, outlook: Outlook, unease: StateWorlds) -> None:
        """Renegotiate the ties that came up, and let the mood follow. `unease` is noise."""
        p = self.parameters
        self.reliance = choice.rebalanced(self.reliance, self.desired, self.speed)
        level = self._sinophobia_level(outlook.debt)
        moved = self.sinophobia + p.sinophobia_adjustment * (level - self.sinophobia)
        resented = p.distress_sinophobia * outlook.distress
        self.sinophobia = unit(moved + resented + unease)

    def pull(self, outlook: Outlook) -> RelianceOfAll:
        """Everything that has come to pull on the states' choices since the start, log points."""
        p = self.parameters
        result = np.empty_like(self.noise)
        for domain, drawn in enumerate(outlook.circumstances):
            np.add(drawn, self.noise[domain], out=result[domain])
        price = self.autonomy_price(outlook)
        result[:, POWERS] += outlook.income_pull - self.autonomy_domain * price
        currency = self.security_currency(outlook)
        result[FINANCE, POWERS] += currency
        result[FINANCE, CHN] += finance.debt_aversion(outlook.debt, p.debt_comfort, p.debt_aversion)
        result[SECURITY] += self.security_pull(outlook)
        result[TECHNOLOGY, CHN] += technology.tied(
            self.reliance[FINANCE, CHN], self.first[FINANCE, CHN], p.tied_technology
        )
        result[CULTURE, CHN] += culture.resentment(
            self.sinophobia, self.sinophobia_first, p.sinophobia_culture
        )
        result[DIPLOMACY, POWERS] += self.diplomacy_pull(outlook)
        result[TRADE] += self.trade_pull(outlook)
        result[ENERGY, POWERS] += currency
        return result

    def trade_pull(self, outlook: Outlook) -> OptionStateWorlds:
        """Pull on trade from corridors built, energy flows and what migrants send home."""
        result = trade.energy_link(self.reliance[ENERGY], self.first[ENERGY], self.energy_weight)
        result[POWERS] += trade.access_pull(outlook.access, self.access_first, self.parameters)
        result[RUS] += trade.goods_for_migrants(
            outlook.remittances, self.remittances_first, self.parameters.remittance_trade
        )
        return result

    def security_pull(self, outlook: Outlook) -> OptionStateWorlds:
        """Pull on security from credibility, bases and own means."""
        p = self.parameters
        result = np.empty_like(self.first[SECURITY])
        result[POWERS] = security.standing(
            outlook.credibility,
            self.credibility_first,
            outlook.basing,
            self.basing_first,
            p,
        )
        result[SELF] = security.own_provision(outlook.state_income, outlook.now.own_capacity, p)
        return result

    def diplomacy_pull(self, outlook: Outlook) -> PowerStateWorlds:
        """Pull on diplomacy from influence and from the organisations that exist."""
        p = self.parameters
        result = diplomacy.alignment(outlook.influence, self.influence_first, p.influence_diplomacy)
        held, first = self.reliance[DIPLOMACY], self.first[DIPLOMACY]
        result[: CHN + 1] += diplomacy.organisations(
            held[RUS] + held[CHN], first[RUS] + first[CHN], p.institution_share, self.organised
        )
        return result

    def autonomy_price(self, outlook: Outlook) -> PowerStateWorlds:
        """Price of leaning on each power, log points."""
        return choice.autonomy_price(outlook.influence, self.influence_first, self.autonomy)

    def security_currency(self, outlook: Outlook) -> PowerStateWorlds:
        """What security reliance buys a power in finance and energy, log points."""
        price = self.parameters.currency * outlook.threat
        return choice.currency(self.reliance[SECURITY, POWERS], self.first[SECURITY, POWERS], price)

    def offers_received(self, outlook: Outlook) -> EffortOfAll:
        """What the powers' offers add to their attraction."""
        p, now = self.parameters, outlook.now
        gain = outlook.offers * self.offer_effect
        gain[SECURITY] *= security.received(
            outlook.credibility / self.credibility_first,
            security.demand(outlook.threat, self.threat_first, p.threat_security_demand),
            now.csto_membership,
            now.basing_consent,
            p,
        )
        return gain

    def _noise_scale(self) -> Shaped:
        """Size of a quarter's shocks by domain and state; only those in trade differ by state."""
        p = self.parameters
        scale = p.share_noise[:, np.newaxis] + np.zeros_like(p.trade_noise_state)
        scale[TRADE] *= p.trade_noise_state
        return scale[:, np.newaxis]

    def _sinophobia_level(self, debt: StateWorlds) -> StateWorlds:
        held = self.reliance
        return culture.sinophobia_level(
            debt, held[FINANCE, CHN], held[CULTURE, CHN], self.parameters
        )
