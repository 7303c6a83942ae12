"""The types of events: what each does, which keys it needs and permits, and its size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenarios.vocabulary import POWERS, STATES

FERGHANA = ("KGZ", "TJK")
ORGANISATIONS = ("EAEU", "CSTO")
MOST_UNCERTAIN = 5
"""Events with a probability below 1 that one quarter can hold: the model draws so many numbers."""


@dataclass(frozen=True)
class Size:
    """The range of an event's size, the size where a file names none, and what it measures."""

    low: float
    high: float
    default: float
    meaning: str


@dataclass(frozen=True)
class EventType:
    """What a type of event does, and the keys it takes beside type, quarter and probability."""

    name: str
    meaning: str
    needs: tuple[str, ...] = ()
    permits: tuple[str, ...] = ()
    states: Sequence[str] = STATES
    powers: Sequence[str] = POWERS
    size: Size | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys an event of this type may have."""
        return ("type", "quarter", *self.needs, *self.permits, "probability")


EVENT_TYPES = {
    each.name: each
    for each in (
        EventType(
            "china_asset_attack",
            "an incident in the state that hits a Chinese asset",
            needs=("state",),
            permits=("size",),
            size=Size(1, 5, 1, "number of attacks in the quarter"),
        ),
        EventType("unrest", "an internal crisis in the state", needs=("state",)),
        EventType(
            "csto_intervention",
            "the CSTO sends troops to a member in that quarter, whatever its chance was",
            needs=("state",),
        ),
        EventType(
            "border_clash",
            "fighting on the Kyrgyz-Tajik border",
            permits=("state",),
            states=FERGHANA,
        ),
        EventType("border_settlement", "the Kyrgyz-Tajik border is settled from that quarter on"),
        EventType(
            "taliban_recognition",
            "taliban_integration rises from that quarter on; a power that is named recognises, and "
            "has the standing in Kabul of one that did (kabul_ties)",
            permits=("size", "power"),
            size=Size(0.01, 1, 0.4, "added to taliban_integration"),
        ),
        EventType(
            "pipeline_opening",
            "pipeline_capacity of the state to the power rises from that quarter on",
            needs=("state", "power"),
            permits=("size",),
            size=Size(0.01, 1, 0.2, "added to pipeline_capacity, share of export need"),
        ),
        EventType(
            "corridor_opening",
            "roads, rails and customs posts raise a power's access to the state in that quarter; "
            "where none is named China's (WST: over the Caspian, REG: to the south)",
            needs=("state",),
            permits=("size", "power"),
            size=Size(0.001, 0.5, 0.12, "added to the power's access (0-1) in that quarter"),
        ),
        EventType(
            "debt_distress",
            "debt to China is restructured: a part of it is written off (distress_relief, 0.3), "
            "and Chinese asset exposure (distress_asset, 0.05) and sinophobia "
            "(distress_sinophobia, 0.05) rise",
            needs=("state",),
        ),
        EventType(
            "base_opening",
            "the state admits a base of the power, or a larger one, from that quarter on",
            needs=("state", "power"),
            permits=("size",),
            size=Size(0.01, 1, 0.3, "added to basing_consent; the 201st base in Tajikistan is 1"),
        ),
        EventType(
            "base_closure",
            "the state closes the power's bases at once, and admits none from that quarter on",
            needs=("state", "power"),
        ),
        EventType(
            "membership_change",
            "the state joins (size 1) or leaves (size 0) the organisation from that quarter on",
            needs=("state", "organisation"),
            permits=("size",),
            size=Size(0, 1, 1, "1 joins, 0 leaves"),
        ),
        EventType(
            "migration_crackdown",
            "migration_openness falls from that quarter on",
            permits=("size",),
            size=Size(0.01, 0.9, 0.2, "taken from migration_openness"),
        ),
    )
}
