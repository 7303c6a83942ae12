"""What each term contributes to a change, so that the terms add up to it (Aumann and Shapley 1974).

All terms grow together from nothing to what they are; at each step every term is asked how much
it moves the outcome there. Nothing is assumed of the outcome but that it can be worked out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.axes import (
    CHN,
    CULTURE,
    DIPLOMACY,
    ENERGY,
    FINANCE,
    POWERS,
    RUS,
    SECURITY,
    TECHNOLOGY,
    TRADE,
)
from agents.outlook import Outlook
from agents.rules import choice, culture, diplomacy, finance, technology, trade
from agents.rules.circumstances import RULES, circumstances
from scenarios.vocabulary import POWER_NAMES
from scenarios.vocabulary import POWERS as POWER_CODES

Floats = NDArray[np.float64]
STEPS = 2
REST = "rest"


def attributed(
    outcome: Callable[[Mapping[str, float]], Floats], terms: Sequence[str], steps: int = STEPS
) -> dict[str, Floats]:
    """Return the contribution of each term to outcome(all 1) - outcome(all 0).

    `outcome` takes how much of each term is there, 0-1. What the steps do not catch stands
    under `rest`, so that the sum is exact.

    >>> product = lambda part: np.array([part["a"] * part["b"]])
    >>> {name: float(value[0]) for name, value in attributed(product, ["a", "b"]).items()}
    {'a': 0.5, 'b': 0.5, 'rest': 0.0}
    """
    half = 0.5 / steps
    found: dict[str, Floats] = {}
    for term in terms:
        moved = [_moved(outcome, terms, term, (step + 0.5) / steps, half) for step in range(steps)]
        found[term] = np.sum(moved, axis=0)
    whole = outcome(dict.fromkeys(terms, 1.0)) - outcome(dict.fromkeys(terms, 0.0))
    found[REST] = whole - np.sum(list(found.values()), axis=0) if found else whole
    return found


def _moved(
    outcome: Callable[[Mapping[str, float]], Floats],
    terms: Sequence[str],
    term: str,
    middle: float,
    half: float,
) -> Floats:
    """Return how much the outcome moves when one term alone goes on by a step."""
    there = dict.fromkeys(terms, middle)
    return outcome(there | {term: middle + half}) - outcome(there | {term: middle - half})


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
LINES = "pipelines opened"
FAVOUR, CURRENCY, GRIEVANCE = "bans and favours", "security as currency", "grievance"
CHANCE, ENERGY_SOLD = "chance", "energy sold"
"""What moves reliance within the quarter, beside what prices and borders do to trade."""
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
    time, opened = found["passing of time"], found["borders opened"]
    opened[TRADE], time[TRADE] = time[TRADE].copy(), 0.0
    found["access"][TRADE, POWERS] += trade.access_pull(outlook.access, states.access_first, p)
    _diplomacy(found, states, outlook)
    found[OTHER] = whole - np.sum(list(found.values()), axis=0)
    return found


OWN = (
    "powers' incomes",
    "autonomy",
    "debt to China",
    "tied technology",
    "mood towards China",
    "credibility",
    "bases",
    "alliance",
    "own forces",
    "borders opened",
    "access",
    "influence elsewhere",
    "organisations",
)
"""Terms of the states' own rules."""


def _security(found: dict[str, Floats], states: Any, outlook: Outlook) -> None:  # noqa: ANN401
    """Split the pull on security into credibility, bases and own forces."""
    whole, bases = states.security_pull(outlook), states.guarded(outlook) - states.guarded_first
    allied = states.allied(outlook) - states.allied_first
    found["bases"][SECURITY, POWERS] += bases
    found["alliance"][SECURITY, RUS] += allied
    found["credibility"][SECURITY, POWERS] += whole[POWERS] - bases
    found["credibility"][SECURITY, RUS] -= allied
    found["own forces"][SECURITY, 4] += whole[4]


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


def offers() -> dict[str, str]:
    """The terms that powers' offers are, and which power's each is.

    >>> [*offers()]
    ["Russia's offers", "China's offers", "the West's offers", "regional powers' offers"]
    """
    names = {POWER_NAMES[power]: power for power in POWER_CODES}
    return {f"{name}'{'s' * (name[-1] != 's')} offers": power for name, power in names.items()}


def _between(first: Floats, now: Floats, part: float) -> Floats:
    return first + part * (now - first)


class Choice:
    """The desired reliance, were only a part of each term there; `terms` are their names.

    It is worked out by `States.attraction` itself, of states that are pulled and offered less.
    """

    def __init__(self, states: Any, outlook: Outlook) -> None:  # noqa: ANN401 (`States`)
        """Take the terms of this quarter; those that are nothing are left out."""
        pulls = parts_of_pull(states, outlook)
        self.pulls = {name: each for name, each in pulls.items() if np.abs(each).max() > TINY}
        self.whole = np.sum(list(self.pulls.values()), axis=0)
        self.gain: Floats = states.offers_received(outlook) - states.offers_first
        self.granted = granted(states, outlook)
        self.outlook = outlook
        self.probe = object.__new__(type(states))
        vars(self.probe).update(vars(states))
        self.terms = [*self.pulls, *offers(), LINES, *self.granted]

    def __call__(self, part: Mapping[str, float]) -> Floats:
        """Return (domain, option, state, worlds); `part` holds 0-1 for each term."""
        common = sorted(part.values())[len(part) // 2]
        pull = common * self.whole
        for name, value in self.pulls.items():
            if part[name] != common:
                pull = pull + (part[name] - common) * value
        weights = np.array([part[name] for name in offers()])[:, np.newaxis, np.newaxis]
        vars(self.probe).update(
            pull=lambda _: pull,
            offers_received=lambda _: self.probe.offers_first + self.gain * weights,
            favour=lambda _: sum(part[name] * each for name, each in self.granted.items()),
        )
        outlook = replace(self.outlook, openings=part[LINES] * self.outlook.openings)
        desired: Floats = choice.shares(self.probe.attraction(outlook))
        return desired


def granted(states: Any, outlook: Outlook) -> dict[str, Floats]:  # noqa: ANN401 (`States`)
    """The terms of `States.favour`, each (domain, power, state, worlds), log points."""
    whole: Floats = states.favour(outlook)
    bought, resented = np.zeros_like(whole), np.zeros_like(whole)
    bought[[FINANCE, ENERGY]] = states.currency(outlook) - states.currency_first
    resented[:] = -states.resented(outlook)
    resented[TRADE] = 0
    return {FAVOUR: whole - bought - resented, CURRENCY: bought, GRIEVANCE: resented}


def parts_at_once(states: Any, outlook: Outlook) -> dict[str, Floats]:  # noqa: ANN401 (`States`)
    """Return the terms of `States.pull_at_once`: luck, and those of trade by their names."""
    found = {CHANCE: states.lasting + states.passing}
    pulls = states.trade_terms(outlook)
    for name, rows in pulls.items():
        found[name] = np.zeros_like(found[CHANCE])
        found[name][TRADE] = trade.added({name: rows}, states.settled[TRADE])
    found[ENERGY_SOLD] = np.zeros_like(found[CHANCE])
    together = trade.added(pulls, states.settled[TRADE])
    found[ENERGY_SOLD][TRADE] = states.energy_sold(outlook, together)
    return found


def moved_at_once(states: Any, outlook: Outlook) -> dict[str, Floats]:  # noqa: ANN401 (`States`)
    """What moves reliance from what ties have settled to, by term, in shares."""
    pulls = parts_at_once(states, outlook)

    def moved(part: Mapping[str, float]) -> Floats:
        pull = np.sum([part[name] * each for name, each in pulls.items()], axis=0)
        held: Floats = choice.at_once(states.settled, pull)
        return held

    return attributed(moved, list(pulls))


SEEN = {
    "attention": ("attention",),
    "threat": ("threat",),
    "attacks on assets": ("attacks",),
    "assets exposed": ("exposure",),
    "assertiveness": ("assertiveness",),
    "division of labour": ("norm",),
    "what it holds": ("reliance",),
}
"""Terms that are parts of the outlook."""
DRIVEN = {
    "sanctions": ("sanctions",),
    "Belt and Road": ("belt_and_road",),
    "Taiwan": ("taiwan_tension",),
    "Xinjiang": ("xinjiang_sensitivity",),
    "Western engagement": ("western_engagement",),
    "regional engagement": ("regional_engagement",),
}
"""Terms that are drivers."""
INCOME, LOSSES = "income", "losses remembered"
TERMS = (INCOME, *SEEN, LOSSES, *DRIVEN)


class Spending:
    """What the powers would spend were only a part of each term as it is, the rest as at first."""

    def __init__(self, powers: Any, outlook: Outlook) -> None:  # noqa: ANN401 (`Powers`)
        """Note how things stood at the start."""
        self.first, self.reference = outlook, powers.reference

    def __call__(self, powers: Any, outlook: Outlook, part: Mapping[str, float]) -> Floats:  # noqa: ANN401
        """Return effort (contested domain, power, state, worlds), by the powers' own rules."""
        probe = object.__new__(type(powers))
        vars(probe).update(vars(powers))
        probe.income = part[INCOME] * powers.income
        probe.reference = _between(self.reference, powers.reference, part[LOSSES])
        seen = self._outlook(outlook, part)
        probe.budget(seen)
        probe.offer(seen)
        spent: Floats = probe.spent
        return spent

    def _outlook(self, outlook: Outlook, part: Mapping[str, float]) -> Outlook:
        """Return an outlook between the first and this quarter's, term by term."""
        drivers: dict[str, Any] = vars(outlook.now) | {
            name: _between(getattr(self.first.now, name), getattr(outlook.now, name), part[term])
            for term, names in DRIVEN.items()
            for name in names
        }
        fields: dict[str, Any] = {
            name: _between(getattr(self.first, name), getattr(outlook, name), part[term])
            for term, names in SEEN.items()
            for name in names
        }
        return replace(outlook, now=type(outlook.now)(**drivers), **fields)
