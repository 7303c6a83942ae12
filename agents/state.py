"""The five states weigh what the powers offer and rebalance between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import mesa
import numpy as np

from agents.agent_table import AgentTable
from agents.asking import asked
from agents.axes import (
    CHN,
    CONTESTED,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FAVOURED,
    FINANCE,
    POWERS,
    RUS,
    SECURITY,
    SELF,
    TECHNOLOGY,
    TRADE,
    Array,
    EffortOfAll,
    Favours,
    OptionStateWorlds,
    PowerStateWorlds,
    Reliance,
    RelianceOfAll,
    Shaped,
    StateWorlds,
)
from agents.outlook import Outlook
from agents.rules import choice, culture, diplomacy, finance, record, security, technology, trade
from agents.rules.bounds import unit
from scenarios.registry import Numbers
from scenarios.vocabulary import FIRST_YEAR, STATES


class State(mesa.Agent):
    """One of the five: its rows of what the states hold and decide together.

    A class of one's own changes a decision by a method of its name. It is given what the agents
    see, `outlook`, where the state's own place is `self.index`, and what a state like any other
    decides, `usual`: its own column of what the method of `States` gives, worlds last. What it
    returns takes that one's place; the other states' numbers stay as they are, to the last bit.
    """

    since: float = FIRST_YEAR
    """The year in which it took up its behaviour."""

    def __init__(self, model: mesa.Model, *, code: str) -> None:
        """Take a place among the states; `join` tells which states it decides with."""
        super().__init__(model)
        self.code, self.index = code, STATES.index(code)

    def join(self, five: Any) -> None:  # noqa: ANN401 (types of Mesa's sets cannot be looked up)
        """Decide with the others from now on."""
        self.five = five

    def attraction(self, outlook: Outlook, usual: Reliance) -> Reliance:  # noqa: ARG002
        """How attractive each option is by domain (domain, option, worlds), after all that pulls.

        Of these the desired shares are parts.
        """
        return usual

    def pull(self, outlook: Outlook, usual: Reliance) -> Reliance:  # noqa: ARG002
        """What has come to pull on it since the start, log points (domain, option, worlds)."""
        return usual

    def autonomy_price(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """Price of leaning on each power, log points (power, worlds); taken off all its pulls."""
        return usual

    def security_pull(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """Pull on security from credibility, bases and own means, log points (option, worlds)."""
        return usual

    def diplomacy_pull(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """Pull on diplomacy from influence and organisations, log points (power, worlds)."""
        return usual

    def favour(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """What it grants each power beyond its offers, log points (7 domains, power, worlds)."""
        return usual

    def offers_received(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """What offers add to the powers' attraction (contested domain, power, worlds)."""
        return usual

    @property
    def parameters(self) -> Numbers:
        """The parameters by name, worlds last."""
        return self.five.parameters

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


Sweep = Callable[["States", Outlook], Array]


def each_its_own(sweep: Sweep) -> Sweep:
    """Let a state whose class has a method of the same name decide its column of a sweep.

    What a sweep returns must be a new array with states on its last axis but one.
    """
    name = sweep.__name__

    @wraps(sweep)
    def decided(self: States, outlook: Outlook) -> Array:
        result = sweep(self, outlook)
        for state in self.members:
            if getattr(type(state), name) is not getattr(State, name):
                usual = result[..., state.index, :]
                shape = (*usual.shape[:-1], self.first.shape[-1])
                own = asked(state, name, outlook, usual, shape=shape)
                result = with_column(result, state.index, own)
        return result

    return decided


def with_column(result: Shaped, index: int, own: Shaped) -> Shaped:
    """Put a state's own column into what all decided, whose worlds may have been alike so far.

    >>> with_column(np.zeros((2, 1)), 1, np.array([0.5, 0.7]))
    array([[0. , 0. ],
           [0.5, 0.7]])
    """
    if own.shape[-1] > result.shape[-1]:
        result = np.broadcast_to(result, (*result.shape[:-1], own.shape[-1])).copy()
    result[..., index, :] = own
    return result


class States(AgentTable):
    """The five states: each weighs alone, all in one sweep over (domain, option, state, worlds).

    No rule looks from one state to another, so that one sweep is five decisions.
    All are (domain, option, state, worlds). `desired` is what they would choose, `settled` what
    their ties have come to, and `reliance` that moved by what acts within the quarter: luck, which
    is what moves shares and is not modelled, `lasting` and `passing` (log points). `first` are the
    shares at the start, which pulls refer to and attraction grows from.
    """

    def __init__(self, states: Iterable[State], *, parameters: Numbers, worlds: int) -> None:
        """Start from the initial reliance, with the sinophobia that goes with it."""
        self.members = list(states)
        super().__init__(self.members, random=self.members[0].model.random)
        for member in self.members:
            member.join(self)
        p = self.parameters = parameters
        self.first = p.initial_reliance.swapaxes(1, 2) + np.zeros(worlds)
        self.reliance = self.settled = self.desired = self.first
        self.lasting = self.passing = np.zeros(self.first.shape)
        self.sinophobia = self.sinophobia_first = self._sinophobia_level(
            np.zeros((self.first.shape[2], 1))
        )
        self.offer_effect = (p.offer_effect * p.world_offer_effect)[:, np.newaxis, np.newaxis]
        self.autonomy = p.autonomy_strength * p.autonomy_state * p.world_autonomy
        self.autonomy_domain = p.autonomy_domain[:, np.newaxis, np.newaxis]
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
        self.grievance_first = outlook.grievance
        self.remittances_first = outlook.remittances
        self.currency_first = self.currency(outlook)
        self.guarded_first = self.guarded(outlook)
        self.allied_first = self.allied(outlook)
        self.burden_first = self.burden(outlook)
        self.offers_first = self.offers_received(outlook)

    def weigh(self, outlook: Outlook) -> None:
        """Decide how to rely on whom, were all ties up for renegotiation this quarter."""
        self.desired = choice.shares(self.attraction(outlook))

    @each_its_own
    def attraction(self, outlook: Outlook) -> RelianceOfAll:
        """Attraction of every option: the first shares by all that pulls, lines opened, and offers.

        What a state grants a power, or resents, counts on all of that.
        """
        result = choice.attraction(self.first, self.pull(outlook))
        result[ENERGY, POWERS] += outlook.openings
        result[CONTESTED, POWERS] = choice.with_offers(
            result[CONTESTED, POWERS],
            self.offers_received(outlook) - self.offers_first,
        )
        result[FAVOURED, POWERS] *= np.exp(self.favour(outlook))
        return result

    @each_its_own
    def favour(self, outlook: Outlook) -> Favours:
        """What a state grants each power beyond its offers, or denies it, log points.

        Security buys finance and energy, and pressure costs in all but trade.
        """
        bought = self.currency(outlook) - self.currency_first
        result = outlook.favours - self.resented(outlook)
        result[TRADE] = outlook.favours[TRADE]
        result[FINANCE] += bought
        result[ENERGY] += bought
        return result

    def rebalance(self, outlook: Outlook, shock: RelianceOfAll, unease: StateWorlds) -> None:
        """Renegotiate the ties that came up, and let the mood follow. `unease` is noise.

        `shock` is what moves shares and is not modelled, standard normal; while a share is on
        record, so much of it as makes the share go through its figures.
        """
        p = self.parameters
        self.settled = choice.rebalanced(self.settled, self.desired, self.speed)
        level = self._sinophobia_level(outlook.debt)
        traded = self.pull_on_trade(outlook)
        self.take(outlook, shock, traded)
        self.reliance = choice.at_once(self.settled, self.pull_at_once(traded))
        moved = self.sinophobia + p.sinophobia_adjustment * (level - self.sinophobia)
        resented = p.distress_sinophobia * outlook.distress
        self.sinophobia = unit(moved + resented + unease)

    def take(self, outlook: Outlook, shock: RelianceOfAll, traded: OptionStateWorlds) -> None:
        """Take the quarter's luck; while a share is on record, what its figures ask for.

        `traded` is what else pulls on trade within the quarter.
        """
        p, seen = self.parameters, outlook.seen
        part, surprise = p.noise_lasting_part, shock * self.noise_scale
        self.lasting = choice.luck(self.lasting, surprise, p.noise_persistence, part)
        self.passing = choice.luck(self.passing, surprise, p.noise_fading, 1 - part)
        if seen is None:
            return
        if isinstance(seen, record.Seen):
            share = record.targets(self.reliance, self.first, shock, seen)
            drawn = choice.attraction(self.settled, self.pull_at_once(traded))
            outlook.missed = record.missed(share, drawn, seen)
        else:
            outlook.missed = seen.luck
        self.lasting = self.lasting + outlook.missed * part
        self.passing = self.passing + outlook.missed * (1 - part)

    @each_its_own
    def pull(self, outlook: Outlook) -> RelianceOfAll:
        """Everything that has come to pull on the states' choices since the start, log points."""
        p = self.parameters
        result = np.empty_like(self.lasting)
        for domain, drawn in enumerate(outlook.circumstances):
            result[domain] = drawn
        price = self.autonomy_price(outlook)
        result[:, POWERS] += outlook.income_pull - self.autonomy_domain * price
        result[FINANCE, CHN] += finance.debt_aversion(outlook.debt, p.debt_comfort, p.debt_aversion)
        result[SECURITY] += self.security_pull(outlook)
        result[TECHNOLOGY, CHN] += technology.tied(
            self.reliance[FINANCE, CHN], self.first[FINANCE, CHN], p.tied_technology
        )
        result[CULTURE, CHN] += culture.resentment(
            self.sinophobia, self.sinophobia_first, p.sinophobia_culture
        )
        result[DIPLOMACY, POWERS] += self.diplomacy_pull(outlook)
        result[TRADE, POWERS] += trade.access_pull(outlook.access, self.access_first, p)
        return result

    def pull_at_once(self, traded: OptionStateWorlds) -> RelianceOfAll:
        """What moves reliance within the quarter, log points: luck, and what pulls on trade."""
        result = self.lasting + self.passing
        result[TRADE] += traded
        return result

    def pull_on_trade(self, outlook: Outlook) -> OptionStateWorlds:
        """What moves trade within the quarter, log points: prices, borders and energy sold."""
        pull = trade.added(self.trade_terms(outlook), self.settled[TRADE])
        return pull + self.energy_sold(outlook, pull)

    def trade_terms(self, outlook: Outlook) -> trade.Terms:
        """What pulls on trade within the quarter, by name; the energy that is sold adds to it."""
        sent = outlook.remittances - self.remittances_first
        return trade.at_once(outlook.now, outlook.first, outlook.incomes, sent, self.parameters)

    def energy_sold(self, outlook: Outlook, pull: OptionStateWorlds) -> OptionStateWorlds:
        """Pull of energy sold beside all other trade, which `pull` moves, log points."""
        sold = self.reliance[ENERGY] * outlook.now.oil_price
        first = self.first[ENERGY] * outlook.first.oil_price
        other = self.settled[TRADE] * np.exp(pull)
        return trade.energy_sold(other, sold, first, self.parameters.energy_worth)

    @each_its_own
    def security_pull(self, outlook: Outlook) -> OptionStateWorlds:
        """Pull on security from credibility, bases and own means."""
        p = self.parameters
        result = np.empty_like(self.first[SECURITY])
        result[POWERS] = self.guarded(outlook) - self.guarded_first
        result[RUS] += self.allied(outlook) - self.allied_first
        result[POWERS] += p.credibility_security * (outlook.credibility - self.credibility_first)
        built = outlook.now.own_capacity - outlook.first.own_capacity
        result[SELF] = security.own_provision(outlook.state_income, built, p)
        return result

    @each_its_own
    def diplomacy_pull(self, outlook: Outlook) -> PowerStateWorlds:
        """Pull on diplomacy from influence and from the organisations that exist."""
        p = self.parameters
        result = diplomacy.alignment(outlook.influence, self.influence_first, p.influence_diplomacy)
        held, first = self.reliance[DIPLOMACY], self.first[DIPLOMACY]
        result[: CHN + 1] += diplomacy.organisations(
            held[RUS] + held[CHN], first[RUS] + first[CHN], p.institution_share, self.organised
        )
        return result

    @each_its_own
    def autonomy_price(self, outlook: Outlook) -> PowerStateWorlds:
        """Price of leaning on each power, log points."""
        return self.burden(outlook) - self.burden_first

    def burden(self, outlook: Outlook) -> PowerStateWorlds:
        """What leaning on each power weighs (claim 13), log points; changes of it are a price.

        It weighs more on bad terms (claim 22): the next tie costs who has nobody else to turn to.
        """
        bad = 1 + self.parameters.terms_price * (1 - outlook.terms)
        return choice.autonomy_price(outlook.influence_felt, self.autonomy * bad)

    def currency(self, outlook: Outlook) -> PowerStateWorlds:
        """What security reliance buys a power in finance and energy (claim 41), log points."""
        held = self.reliance[SECURITY, POWERS]
        return choice.currency(held, outlook.threat, self.parameters.currency)

    def resented(self, outlook: Outlook) -> PowerStateWorlds:
        """What pressure has come to cost each power since the start, log points."""
        return self.parameters.grievance_pull * (outlook.grievance - self.grievance_first)

    def guarded(self, outlook: Outlook) -> PowerStateWorlds:
        """Pull of each power's bases on security, log points."""
        return security.guarded(outlook.basing, outlook.threat, self.parameters)

    def allied(self, outlook: Outlook) -> StateWorlds:
        """Pull of Russia's alliance on its members' security (claims 4, 34), log points."""
        return self.parameters.csto_security * outlook.now.csto_membership * outlook.threat

    @each_its_own
    def offers_received(self, outlook: Outlook) -> EffortOfAll:
        """What the powers' standing offers add to their attraction."""
        p = self.parameters
        result = outlook.offers * self.offer_effect
        demand = security.demand(outlook.threat, self.threat_first, p.threat_security_demand)
        result[SECURITY] *= security.received(demand, outlook.now, p)
        return result

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
