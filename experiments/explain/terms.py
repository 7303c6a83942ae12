"""The terms of the states' choice, by name, from the agents' own rules.

Every term is what a rule of `agents.states.States` gives when all else stands as at the start.
What they leave of the whole pull stands under `other circumstances`: a rule added there shows up
at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.axes import (
    CHN,
    CONTESTED,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    POWERS,
    SECURITY,
    TECHNOLOGY,
    TRADE,
)
from agents.outlook import Outlook
from agents.rules import culture, diplomacy, finance, technology
from agents.rules.circumstances import RULES, circumstances
from experiments.explain.attribution import REST, attributed

Floats = NDArray[np.float64]

DRIVERS = {
    "war in Ukraine": ("ukraine_conflict",),
    "sanctions": ("sanctions",),
    "Eurasian union": ("eaeu_membership",),
    "Western engagement": ("western_engagement",),
    "regional engagement": ("regional_engagement",),
    "oil price": ("oil_price",),
    "powers' openness to trade": ("china_openness", "russia_openness"),
    "closed borders": ("border_closure",),
    "migration rules": ("migration_openness",),
    "pipelines closed": ("pipeline_capacity",),
    "passing of time": ("year",),
}
"""Terms that follow from drivers alone, and the drivers that move each."""
OFFERS = ("Russia's offers", "China's offers", "the West's offers", "regional powers' offers")
LINES = "pipelines opened"
RECORD = "taken from the record"
"""Observed shares that a scenario goes on from, and the correction of attraction they took."""
OTHER = "other circumstances"
TINY = 1e-12


def parts_of_pull(states: Any, outlook: Outlook) -> dict[str, Floats]:  # noqa: ANN401 (`States`)
    """Return the terms of `States.pull`, each (domain, option, state, worlds), log points."""
    p = states.parameters
    whole: Floats = states.pull(outlook)
    found = {name: np.zeros(whole.shape) for name in (*DRIVERS, *OWN)}
    for name, value in _circumstances(outlook, p).items():
        found[name] += value
    found["powers' incomes"][:, POWERS] += outlook.income_pull
    found["autonomy"][:, POWERS] -= states.autonomy_domain * states.autonomy_price(outlook)
    for domain in (FINANCE, ENERGY):
        found["security as currency"][domain, POWERS] += states.security_currency(outlook)
    found["debt to China"][FINANCE, CHN] += finance.debt_aversion(
        outlook.debt, p.debt_comfort, p.debt_aversion
    )
    found["tied technology"][TECHNOLOGY, CHN] += technology.tied(
        states.reliance[FINANCE, CHN], states.first[FINANCE, CHN], p.tied_technology
    )
    found["mood towards China"][CULTURE, CHN] += culture.resentment(
        states.sinophobia, states.sinophobia_first, p.sinophobia_culture
    )
    _security(found, states, outlook)
    _trade(found, states, outlook)
    _diplomacy(found, states, outlook)
    found["chance"] += states.noise
    found[OTHER] = whole - np.sum(list(found.values()), axis=0)
    return found


OWN = (
    "powers' incomes",
    "autonomy",
    "security as currency",
    "debt to China",
    "tied technology",
    "mood towards China",
    "credibility",
    "bases",
    "own forces",
    "access",
    "energy ties",
    "migrants' money",
    "influence elsewhere",
    "organisations",
    "chance",
)
"""Terms of the states' own rules."""


def _security(found: dict[str, Floats], states: Any, outlook: Outlook) -> None:  # noqa: ANN401
    """Split the pull on security into credibility, bases and own forces."""
    whole = states.security_pull(outlook)
    trusted = states.security_pull(replace(outlook, basing=states.basing_first))
    found["credibility"][SECURITY, POWERS] += trusted[POWERS]
    found["bases"][SECURITY, POWERS] += (whole - trusted)[POWERS]
    found["own forces"][SECURITY, 4] += whole[4]


def _trade(found: dict[str, Floats], states: Any, outlook: Outlook) -> None:  # noqa: ANN401
    """Split the pull on trade into access, energy ties and what migrants send home."""
    still = replace(outlook, remittances=states.remittances_first)
    energy = states.trade_pull(replace(still, access=states.access_first))
    built = states.trade_pull(still)
    found["energy ties"][TRADE] += energy
    found["access"][TRADE] += built - energy
    found["migrants' money"][TRADE] += states.trade_pull(outlook) - built


def _diplomacy(found: dict[str, Floats], states: Any, outlook: Outlook) -> None:  # noqa: ANN401
    """Split the pull on diplomacy into influence won elsewhere and organisations."""
    aligned = diplomacy.alignment(
        outlook.influence, states.influence_first, states.parameters.influence_diplomacy
    )
    found["influence elsewhere"][DIPLOMACY, POWERS] += aligned
    found["organisations"][DIPLOMACY, POWERS] += states.diplomacy_pull(outlook) - aligned


def _circumstances(outlook: Outlook, p: Any) -> dict[str, Floats]:  # noqa: ANN401 (`Numbers`)
    """Split what the drivers say; where two work together each gets half of what that adds."""

    def said(part: Mapping[str, float]) -> Floats:
        drivers = {
            name: _between(getattr(outlook.first, name), getattr(outlook.now, name), part[term])
            for term, names in DRIVERS.items()
            for name in names
        }
        now = type(outlook.now)(**(vars(outlook.now) | drivers))
        rows = [circumstances(domain, now, outlook.first, p) for domain in sorted(RULES)]
        return np.stack(np.broadcast_arrays(*rows))

    found = attributed(said, list(DRIVERS), steps=1)
    del found[REST]
    return found


def _between(first: Floats, now: Floats, part: float) -> Floats:
    return first + part * (now - first)


class Choice:
    """The desired reliance, were only a part of each term there; `terms` are their names.

    It is worked out by `States.weigh` itself, of states that are pulled and offered less.
    """

    def __init__(self, states: Any, outlook: Outlook) -> None:  # noqa: ANN401 (`States`)
        """Take the terms of this quarter; those that are nothing are left out."""
        pulls = parts_of_pull(states, outlook)
        self.pulls = {name: each for name, each in pulls.items() if np.abs(each).max() > TINY}
        self.whole = np.sum(list(self.pulls.values()), axis=0)
        self.gain: Floats = states.offers_received(outlook)
        self.correction = None if states.base is states.first else states.base / states.first
        self.first: Floats = states.first
        self.outlook, self.still = outlook, np.zeros_like(states.noise)
        self.probe = object.__new__(type(states))
        vars(self.probe).update(vars(states))
        self.terms = [*self.pulls, *OFFERS, LINES]
        self.terms += [] if self.correction is None else [RECORD]

    def __call__(self, part: Mapping[str, float]) -> Floats:
        """Return (domain, option, state, worlds); `part` holds 0-1 for each term."""
        common = sorted(part.values())[len(part) // 2]
        pull = common * self.whole
        for name, value in self.pulls.items():
            if part[name] != common:
                pull = pull + (part[name] - common) * value
        weights = np.array([part[name] for name in OFFERS])[:, np.newaxis, np.newaxis]
        gain = self.gain * weights
        if self.correction is not None:
            self.probe.base = self.first * self.correction ** part[RECORD]
            gain = gain * self.correction[CONTESTED, POWERS] ** (part[RECORD] - 1)
        vars(self.probe).update(pull=lambda _: pull, offers_received=lambda _: gain)
        self.probe.weigh(
            replace(self.outlook, openings=part[LINES] * self.outlook.openings), self.still
        )
        desired: Floats = self.probe.desired
        return desired
