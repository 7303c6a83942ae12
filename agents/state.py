"""The five states weigh what the powers offer and rebalance between them."""

from __future__ import annotations

import mesa
import numpy as np

from agents.axes import (
    CHN,
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
    PowerWorlds,
    Reliance,
    Shaped,
    Worlds,
)
from agents.outlook import Outlook
from agents.rules import choice, culture, diplomacy, finance, security, technology, trade
from scenarios.parameters import Numbers
from scenarios.vocabulary import STATES


class State(mesa.Agent):
    """A state: its reliance on each option in each domain, and its mood.

    `reliance`, `desired` and `noise` are (domain, option, worlds); `sinophobia` is 0-1.
    """

    def __init__(self, model: mesa.Model, *, code: str, parameters: Numbers, worlds: int) -> None:
        """Start from the initial reliance, with the sinophobia that goes with it."""
        super().__init__(model)
        self.code, self.index, self.parameters = code, STATES.index(code), parameters
        p, i = parameters, self.index
        self.first = p.initial_reliance[:, i] + np.zeros(worlds)
        self.reliance = self.desired = self.first
        self.noise = np.zeros((8, 5, 1))
        self.sinophobia = self.sinophobia_first = self._sinophobia_level(np.zeros(1))
        self.offer_effect = p.offer_effect[:, np.newaxis] * p.world_offer_effect
        self.autonomy = p.autonomy_strength * p.autonomy_state[i] * p.world_autonomy
        self.autonomy_domain = p.autonomy_domain[:, np.newaxis]
        self.energy_weight = p.energy_trade * p.energy_trade_state[i]

    def see_first(self, outlook: Outlook) -> None:
        """Note what the state of the region was at the start: pulls count changes since then."""
        i = self.index
        self.influence_first = outlook.influence[:, i]
        self.threat_first = outlook.threat[i]
        self.credibility_first = outlook.credibility[:, i]
        self.access_first = outlook.access[:, i]
        self.basing_first = outlook.basing[:, i]

    def weigh(self, outlook: Outlook, shock: Shaped) -> None:
        """Decide how to rely on whom, were all ties up for renegotiation this quarter.

        `shock` is what moves shares and is not modelled: standard normal, (state, domain,
        option, worlds).
        """
        p = self.parameters
        scale = p.share_noise[:, np.newaxis]
        self.noise = p.noise_persistence * self.noise + scale * shock[self.index]
        plain = choice.attraction(self.first, self.pull(outlook))
        plain[ENERGY, POWERS] += outlook.openings[:, self.index]
        offered = choice.with_offers(plain, self.offers_received(outlook), p.least_attraction)
        self.desired = choice.shares(offered)

    def rebalance(self, outlook: Outlook, unease: Shaped) -> None:
        """Renegotiate the ties that came up, and let the mood follow. `unease` is noise."""
        p = self.parameters
        speed = p.adjustment_speed[:, np.newaxis]
        self.reliance = choice.rebalanced(self.reliance, self.desired, speed)
        level = self._sinophobia_level(outlook.debt[self.index])
        moved = self.sinophobia + p.sinophobia_adjustment * (level - self.sinophobia)
        resented = p.distress_sinophobia * outlook.distress[self.index]
        self.sinophobia = np.clip(moved + resented + unease[self.index], 0, 1)

    def pull(self, outlook: Outlook) -> Reliance:
        """Everything that pulls on the state's choice since the start, log points."""
        i, p = self.index, self.parameters
        result = outlook.circumstances[:, :, i] + self.noise
        result[:, POWERS] += outlook.income_pull - self.autonomy_domain * self.autonomy_price(
            outlook
        )
        currency = self.security_currency(outlook)
        result[FINANCE, POWERS] += currency
        result[FINANCE, CHN] += finance.debt_aversion(
            outlook.debt[i], p.debt_comfort, p.debt_aversion
        )
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

    def trade_pull(self, outlook: Outlook) -> Shaped:
        """Pull on trade from corridors built and from energy flows, by option."""
        i = self.index
        result = trade.energy_link(self.reliance[ENERGY], self.first[ENERGY], self.energy_weight)
        result[POWERS] += trade.access_pull(
            outlook.access[:, i], self.access_first, self.parameters
        )
        return result

    def security_pull(self, outlook: Outlook) -> Shaped:
        """Pull on security from credibility, bases and own means, by option."""
        i, p = self.index, self.parameters
        result = np.empty_like(self.reliance[SECURITY])
        result[POWERS] = security.standing(
            outlook.credibility[:, i],
            self.credibility_first,
            outlook.basing[:, i],
            self.basing_first,
            p,
        )
        result[SELF] = security.own_provision(outlook.state_income[i], outlook.now.own_capacity, p)
        return result

    def diplomacy_pull(self, outlook: Outlook) -> PowerWorlds:
        """Pull on diplomacy from influence and from the organisations that exist."""
        i, p = self.index, self.parameters
        result = diplomacy.alignment(
            outlook.influence[:, i], self.influence_first, p.influence_diplomacy
        )
        held, first = self.reliance[DIPLOMACY], self.first[DIPLOMACY]
        result[: CHN + 1] += diplomacy.organisations(
            held[RUS] + held[CHN],
            first[RUS] + first[CHN],
            p.institution_share,
            p.institution_pull * p.institution_member[i],
        )
        return result

    def autonomy_price(self, outlook: Outlook) -> PowerWorlds:
        """Price of leaning on each power, log points."""
        influence = outlook.influence[:, self.index]
        return choice.autonomy_price(influence, self.influence_first, self.autonomy)

    def security_currency(self, outlook: Outlook) -> PowerWorlds:
        """What security reliance buys a power in finance and energy, log points."""
        price = self.parameters.currency * outlook.threat[self.index]
        return choice.currency(self.reliance[SECURITY, POWERS], self.first[SECURITY, POWERS], price)

    def offers_received(self, outlook: Outlook) -> Shaped:
        """What the powers' offers add to their attraction: (contested domain, power, worlds)."""
        i, p, now = self.index, self.parameters, outlook.now
        gain = outlook.offers[:, :, i].swapaxes(0, 1) * self.offer_effect
        trust = outlook.credibility[:, i] / self.credibility_first
        gain[SECURITY] *= security.received(
            trust,
            security.demand(outlook.threat[i], self.threat_first, p.threat_security_demand),
            now.csto_membership[i],
            now.basing_consent[:, i],
            p,
        )
        return gain

    def _sinophobia_level(self, debt: Worlds) -> Worlds:
        held = self.reliance
        return culture.sinophobia_level(
            debt, held[FINANCE, CHN], held[CULTURE, CHN], self.parameters
        )
