"""Running a scenario again in some worlds of a batch, taking the choice apart as it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from numpy.typing import NDArray

from agents.outlook import Outlook
from experiments.design.layout import Rows
from experiments.explain.attribution import REST, attributed
from experiments.explain.effort import TERMS, Spending
from experiments.explain.terms import RECORD, Choice
from experiments.results.reading import Results
from model.noise import Noise
from model.region import Region
from scenarios.quarters import ends_year, parse_quarter

Floats = NDArray[np.float64]


@dataclass
class Watch:
    """What was seen: by quarter (of each year's end) and term, means over worlds are taken later.

    `moves` hold (domain, option, state, worlds) of reliance since the start, `efforts` (contested
    domain, power, state, worlds) of effort since the start; `levels` are the reliance itself.
    """

    quarters: list[int] = field(default_factory=list)
    moves: list[dict[str, Floats]] = field(default_factory=list)
    levels: list[Floats] = field(default_factory=list)
    efforts: list[dict[str, Floats]] = field(default_factory=list)
    spent: list[Floats] = field(default_factory=list)


class Watched(Region):
    """A region that takes the states' choice apart after they have weighed, before they act."""

    last: int
    watch: Watch
    held: dict[str, Floats]
    found: dict[str, Floats]

    def outlook(self) -> Outlook:
        """Return the outlook, and keep it."""
        self.seen = super().outlook()
        return self.seen

    def unease(self) -> Floats:
        """Return noise on moods; it is asked for between weighing and acting."""
        self._take_apart()
        return super().unease()

    def begin(self, last: int) -> None:
        """Start watching, before the first quarter."""
        self.watch, self.last = Watch(), last
        self.held, self.found = {}, {}
        self.spending = Spending(self.powers, self.seen)

    def anchor(self, outlook: Outlook) -> None:
        """Go on from the record where the scenario does, and count that as a term of its own."""
        held = self.states.reliance
        super().anchor(outlook)
        if self.states.reliance is held:
            return
        moved = self.states.reliance - held
        self.held[RECORD] = self.held.get(RECORD, np.zeros(1)) + moved
        self.found = {}  # the terms of the choice are others from now on
        if self._is_kept():
            self.watch.moves[-1], self.watch.levels[-1] = dict(self.held), self.states.reliance

    def _take_apart(self) -> None:
        """Attribute the choice to its terms, and follow what has become of it by now."""
        states, outlook = self.states, self.seen
        found = self._attributed()
        for name in {**self.held, **found}:
            before = self.held.get(name, np.zeros(1))
            self.held[name] = before + states.speed * (found.get(name, np.zeros(1)) - before)
        if self._is_kept():
            self._keep(outlook)

    def _attributed(self) -> dict[str, Floats]:
        """Attribute the desired change since the start; every other quarter the terms stand still.

        What they then miss stands under `rest`, so that the sum stays exact.
        """
        states = self.states
        if self.drivers.quarter % 2 or not self.found:
            choice = Choice(states, self.seen)
            self.found = attributed(choice, choice.terms)
            return self.found
        kept = {name: each for name, each in self.found.items() if name != REST}
        whole = states.desired - states.first
        return kept | {REST: whole - np.sum(list(kept.values()), axis=0)}

    def _is_kept(self) -> bool:
        quarter = self.drivers.quarter
        return ends_year(quarter) or quarter == self.last

    def _keep(self, outlook: Outlook) -> None:
        watch, states = self.watch, self.states
        watch.quarters.append(self.drivers.quarter)
        watch.moves.append(dict(self.held))
        watch.levels.append(
            np.asarray(states.reliance + states.speed * (states.desired - states.reliance))
        )
        watch.efforts.append(attributed(partial(self.spending, self.powers, outlook), TERMS))
        watch.spent.append(self.powers.spent)


def span(results: Results, scenario: str) -> tuple[int, int]:
    """Return the first and last quarter that a scenario is run again for."""
    spec = results.batch.assumed.scenarios[scenario]
    return spec.start, min(parse_quarter(results.manifest["inputs"]["until"]), spec.end)


def watched(
    results: Results,
    scenario: str,
    worlds: NDArray[np.int64],
    advance: Callable[[int], object] = lambda _: None,
) -> Watch:
    """Run a scenario again in some worlds of a batch and return what was seen.

    `advance` is told of every quarter that is done.
    """
    batch = results.batch
    every = batch.assumed.design.rows(0, int(worlds[-1]) + 1)
    rows = Rows(every.world[worlds], every.point[worlds], every.replicate[worlds])
    spec, (_, last) = batch.assumed.scenarios[scenario], span(results, scenario)
    noise = Noise(batch.assumed.design.seed, rows.replicate)
    values = batch.values_of(rows).of_scenario(scenario)
    with np.errstate(all="ignore"):
        region = Watched(spec=spec, parameters=values, noise=noise)
        region.begin(last)
        while region.quarter < last:
            region.step()
            advance(1)
    return region.watch
