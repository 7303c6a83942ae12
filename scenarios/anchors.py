"""The observed shares that scenario files ask to start from, taken from the record."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from scenarios.faults import Fault
from scenarios.library import relative_name
from scenarios.observed import OBSERVATIONS, Figure, figures_of, last_figures, rule_of
from scenarios.scenario import Anchor, Origin
from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR, OBSERVED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scenarios.lineage import Layer

LAST, NONE = "observed", "none"
"""What stands for the last figure on record, and for no figure at all."""
Placed = tuple[Anchor, Origin]


class Anchors:
    """What is started from as it stands after the files laid so far, domain by domain."""

    def __init__(self) -> None:
        """Start from nothing observed."""
        self.until: dict[str, int] = {}
        self.origins: dict[str, Origin] = {}
        self.faults: list[Fault] = []

    def add(self, layer: Layer) -> None:
        """Note up to which year a file takes the record, if it does; later files win."""
        said = layer.said("anchor")
        if said is None:
            return
        by_domain = said if isinstance(said, dict) else dict.fromkeys(OBSERVED, said)
        for domain, until in by_domain.items():
            place = ("anchor", domain)
            self.until.pop(domain, None)
            self.origins.pop(f"anchor.{domain}", None)
            if until == NONE:
                continue
            origin = Origin(layer.document.file, layer.document.line(place))
            self.origins[f"anchor.{domain}"] = origin
            self.until[domain] = LAST_YEAR if until == LAST else int(until)
            if not last_figures(domain, self.until[domain]):
                first = min(figure.year for figure in figures_of(domain))
                message = (
                    f"no share of {domain} is on record up to {until}; the first is of {first}"
                )
                self.faults.append(layer.document.fault(place, message))

    def placed(self) -> list[Placed]:
        """The shares to start from in the order of their quarters, each with its line on record."""
        found = [each for domain, until in self.until.items() for each in _placed(domain, until)]
        return sorted(found)


def _placed(domain: str, until: int) -> Iterator[Placed]:
    """Each series at its own last year; those of one state and year are settled together."""
    rule = rule_of(domain)
    figures = sorted(last_figures(domain, until), key=_together)
    for (state, year), group in groupby(figures, key=_together):
        row = list(group)
        quarter = 4 * (year - FIRST_YEAR) + 3
        for figure, share in zip(row, settled(row, rule["least"]), strict=True):
            anchor = Anchor(quarter, domain, state, figure.power, share, rule["among"])
            yield anchor, Origin(relative_name(OBSERVATIONS), figure.line)


def _together(figure: Figure) -> tuple[str, int]:
    return figure.state, figure.year


def settled(figures: Sequence[Figure], least: float) -> list[float]:
    """Shares of one state and year, none of them nor what they leave to the others below `least`.

    Where all are above it they are the figures themselves.

    >>> one = Figure(2018, "KGZ", "RUS", 1.0, 343)
    >>> [round(share, 3) for share in settled([one], 0.01)]
    [0.99]
    """
    shares = [figure.share for figure in figures]
    parts = [*shares, 1 - sum(shares)]
    if min(parts) >= least:
        return shares
    raised = [max(part, least) for part in parts]
    return [part / sum(raised) for part in raised[:-1]]
