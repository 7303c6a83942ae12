"""What agents see when they decide: the public state of the region, last quarter's reliance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jaxtyping import Float

from agents.axes import (
    Array,
    EffortOfAll,
    Favours,
    OptionStateWorlds,
    PowerStateWorlds,
    PowerWorlds,
    RelianceOfAll,
    StateWorlds,
    Worlds,
)
from agents.rules.record import Seen, Taken
from scenarios.registry import Numbers
from scenarios.vocabulary import FIRST_YEAR


@dataclass(slots=True)
class Outlook:
    """One quarter as the agents see it. Arrays are read, never written.

    `circumstances` are log points of pull that follow from the drivers, domain by domain, and
    `income_pull` those that follow from the powers' `incomes`, log points since the start. Reliance
    and influence are last quarter's; threat, attacks, grievance and remittances this quarter's.
    `influence_felt` leaves out trade and labour, which markets decide: it is what autonomy weighs.
    """

    now: Numbers
    first: Numbers
    attention: Worlds
    circumstances: Sequence[OptionStateWorlds]
    openings: PowerStateWorlds
    favours: Favours
    income_pull: Float[Array, "8 powers 1 #worlds"]
    incomes: PowerWorlds
    reliance: RelianceOfAll
    influence: PowerStateWorlds
    influence_felt: PowerStateWorlds
    terms: StateWorlds
    threat: StateWorlds
    attacks: StateWorlds
    exposure: StateWorlds
    credibility: PowerStateWorlds
    access: PowerStateWorlds
    basing: PowerStateWorlds
    grievance: PowerStateWorlds
    debt: StateWorlds
    remittances: StateWorlds
    distress: StateWorlds
    state_income: StateWorlds
    norm: Worlds
    assertiveness: PowerWorlds
    offers: EffortOfAll
    seen: Seen | Taken | None = None
    """What is on record this quarter, or the luck that the factual past took."""
    missed: RelianceOfAll | None = None
    """The luck that it took to go through the record, as the states find it, log points."""

    @property
    def year(self) -> Worlds:
        """The date in years: 2027.25 is the second quarter of 2027."""
        return self.now.year + FIRST_YEAR
