"""Behaviours that the essays suggest and the model's own rules do not have: rival structures.

A scenario names them by agent: `behaviour: {RUS: withdrawing, KAZ: bandwagoning}`. Each is a class
that changes a decision or two of the usual one; what it adds has a parameter of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from agents.axes import CHN, Reliance, Shaped, Worlds
from agents.outlook import Outlook
from agents.power import China, Russia, Urgency
from agents.rules.bounds import ZERO
from agents.state import State

LEAST_SHARE = 0.01
"""Shares below this count as this where a state compares its own with another's."""
LEAST_LEAD = 1e-6
"""Log points of income by which others must be ahead, all told, to be worth a look."""


class Withdrawing(Russia):
    """A Russia that turns away: its means fade from the date on which it begins to."""

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """Means fade at a steady rate a year."""
        years = np.maximum(outlook.year - self.since, ZERO)
        return super().budget(outlook, income) * np.exp(-self.parameters.withdrawal * years)


class Answering(Russia):
    """A Russia that answers China's moves, state by state and domain by domain."""

    def urgency(self, outlook: Outlook) -> Urgency:
        """What China offers a state is urgent to Russia, by its part of all that stands there."""
        offers, usual = outlook.offers, super().urgency(outlook)
        part = offers[:, CHN] / np.maximum(offers.sum(axis=1), LEAST_SHARE)
        answered = 1 + self.parameters.answer * part
        return {domain: usual.get(domain, 1.0) * each for domain, each in enumerate(answered)}


class Anticipating(China):
    """A China that expects a freeze, and ties the region to itself before Russia is back."""

    def budget(self, outlook: Outlook, income: Worlds) -> Worlds:
        """It spends more, the more of Russia's attention the war still binds."""
        window = 1 - outlook.attention
        return super().budget(outlook, income) * (1 + self.parameters.anticipation * window)


class Bandwagoning(State):
    """A state that joins the strongest, where others hedge (Walt 1987; Schweller 1994)."""

    def autonomy_price(self, outlook: Outlook, usual: Shaped) -> Shaped:  # noqa: ARG002
        """What leaning on a power weighs to others is no price to it, but in part a gain."""
        return self.five.burden(outlook)[:, self.index] * -self.parameters.bandwagoning


class Imitating(State):
    """A state that learns from its neighbours: it imitates those whose economies grew more."""

    def pull(self, outlook: Outlook, usual: Reliance) -> Reliance:
        """What they rely on pulls it along, each by how far it is ahead."""
        lead = np.maximum(outlook.state_income - outlook.state_income[self.index], ZERO)
        theirs = (outlook.reliance * lead).sum(axis=2)
        own = outlook.reliance[:, :, self.index]
        model = (theirs + own * LEAST_LEAD) / (lead.sum(axis=0) + LEAST_LEAD)
        gap = np.log(np.maximum(model, LEAST_SHARE) / np.maximum(own, LEAST_SHARE))
        return usual + gap * self.parameters.imitation


class Coordinating(State):
    """A state that counts what a power weighs in all of the five, not in it alone."""

    def autonomy_price(self, outlook: Outlook, usual: Shaped) -> Shaped:
        """To its own price comes the mean of what leaning on the power weighs in each of them."""
        burden = self.five.burden(outlook)
        common = burden.sum(axis=1) / burden.shape[1]
        return usual + common * self.parameters.coordination


BEHAVIOURS: Mapping[str, type[Any]] = {
    "withdrawing": Withdrawing,
    "answering": Answering,
    "anticipating": Anticipating,
    "bandwagoning": Bandwagoning,
    "imitating": Imitating,
    "coordinating": Coordinating,
}
"""By the name that scenarios give them; `scenarios.behaviours` says whose each may be."""
