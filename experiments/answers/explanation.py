"""Why a state moved: a scenario is run again in some worlds and each choice is taken apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.outlook import Outlook
from experiments.answers.terms import REST, TERMS, Choice, Spending, attributed, moved_at_once
from experiments.design.layout import Rows
from experiments.errors import BadInput
from experiments.results.cells import sound
from experiments.results.estimates import means
from experiments.results.reading import Results
from experiments.results.text import chosen_scenarios
from experiments.store.labels import label_of
from model.ensemble import alike, recall, remembered
from model.noise import Noise
from model.region import Region
from scenarios.forks import first_fork
from scenarios.quarters import ends_year, parse_quarter, quarter_date
from scenarios.uncertain import realised_all
from scenarios.vocabulary import CONTESTED, DOMAINS, OPTIONS, POWERS, STATES

Floats = NDArray[np.float64]
Axes = Mapping[str, Sequence[str]]
"""Names of the rows and columns of a table, and their labels."""
WORLDS = 16
"""Worlds that are run again; terms are means over them."""
SMALL = 5e-4
"""Terms below this are not shown."""


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
        acting = copy(states)
        acting.rebalance(outlook, self.draw.shares, np.zeros((len(STATES), 1)))
        watch.levels.append(acting.reliance)
        acting.reliance = states.reliance  # what pulls at once is what was held before
        moves = dict(self.held)
        for name, moved in moved_at_once(acting, outlook).items():
            moves[name] = moves.get(name, np.zeros(1)) + moved
        watch.moves.append(moves)
        watch.efforts.append(attributed(partial(self.spending, self.powers, outlook), TERMS))
        watch.spent.append(self.powers.spent)


def span(results: Results, scenario: str) -> tuple[int, int]:
    """Return the first and last quarter that a scenario is run again for."""
    spec = results.batch.assumed.scenarios[scenario]
    return spec.start, min(parse_quarter(results.manifest["inputs"]["until"]), spec.end)


def watched(
    results: Results,
    scenarios: Sequence[str],
    worlds: NDArray[np.int64],
    advance: Callable[[int], object] = lambda _: None,
) -> list[Watch]:
    """Run scenarios again in some worlds of a batch and return what was seen of each.

    A past that scenarios share is run once. `advance` is called for the quarters that are done.
    """
    batch = results.batch
    every = batch.assumed.design.rows(0, int(worlds[-1]) + 1)
    rows = Rows(every.world[worlds], every.point[worlds], every.replicate[worlds])
    values, found = batch.values_of(rows), dict[str, Watch]()
    specs, arrays = realised_all(
        {name: batch.assumed.scenarios[name] for name in scenarios},
        {name: values.of_scenario(name) for name in scenarios},
    )
    with np.errstate(all="ignore"):
        for names in alike(specs, arrays):
            fork = first_fork([specs[name] for name in names])
            noise = Noise(batch.assumed.design.seed, rows.replicate, kept_from=fork)
            region = Watched(
                spec=specs[names[0]], parameters=arrays[names[0]], agents=batch.kinds, noise=noise
            )
            lasts = [span(results, name)[1] for name in names]
            region.begin(min(lasts))
            while region.quarter < min(fork, *lasts) - 1:
                region.step()
                advance(len(names))
            memory, seen = remembered(region), (region.watch, region.held, region.found)
            for name, last in zip(names, lasts, strict=True):
                recall(region, memory, specs[name])
                region.watch, region.held, region.found = deepcopy(seen)
                region.last = last
                while region.quarter < last:
                    region.step()
                    advance(1)
                found[name] = region.watch
    return [found[name] for name in scenarios]


@dataclass(frozen=True)
class Explanation:
    """Why a state moved in a scenario since its start, or against another scenario.

    `moves`: quarter, domain, option, term and the part of the change in reliance (0-1) that is due
    to it, a mean over worlds with the ends of its 95 % interval. `efforts`: the same of what powers
    spend on the state (effort units). `levels`: reliance itself, of both scenarios; `spent`: what
    the powers spend.
    """

    state: str
    scenario: str
    against: str | None
    titles: dict[str, str]
    moves: pd.DataFrame
    efforts: pd.DataFrame
    levels: pd.DataFrame
    spent: pd.DataFrame
    worlds: int

    @property
    def last(self) -> pd.Timestamp:
        """The last quarter that is explained."""
        return pd.Timestamp(self.moves["quarter"].max())

    @property
    def quarter(self) -> int:
        """The same as a number of quarters since the first of 2000."""
        return parse_quarter(self.last.date())

    def terms(self, domain: str, option: str) -> pd.Series:
        """Return the terms of a change by the last quarter, the largest first."""
        now = self.moves[
            (self.moves["quarter"] == self.last)
            & (self.moves["domain"] == domain)
            & (self.moves["option"] == option)
        ]
        found = now.set_index("term")["value"]
        return found.reindex(found.abs().sort_values(ascending=False).index)

    def change(self, domain: str, option: str) -> float:
        """Return the whole change of reliance by the last quarter."""
        return float(self.terms(domain, option).sum())

    def most_moved(self) -> str:
        """Return the domain in which reliance on Russia and China moved most."""
        size = {d: sum(abs(self.change(d, p)) for p in POWERS[:2]) for d in DOMAINS}
        return max(size, key=lambda each: size[each])


def explained(
    results: Results,
    scenario: str,
    state: str,
    against: str | None = None,
    worlds: int = WORLDS,
    advance: Callable[[int], object] = lambda _: None,
) -> Explanation:
    """Run a scenario again in the first worlds that did not fail, and say what moved a state.

    With `against`, terms are those of the scenario minus those of the other one, world by world.
    States go by code or name; `advance` is called for every quarter that is run again. Raises
    BadInput for an unknown scenario or state, and for scenarios that do not begin together.
    """
    names = chosen_scenarios(results, [scenario, *([against] if against else [])])
    if against and not begin_together(results, scenario, against):
        raise BadInput(f"'{scenario}' and '{against}' do not begin together, as their terms do")
    state = label_of("state", state)
    kept = sound(results, *names)[:worlds]
    if not kept.size:
        raise BadInput("every world failed here: there is no choice to explain")
    seen = watched(results, names, kept, advance)
    watches = list(zip(names, seen, strict=True))
    place = STATES.index(state)
    reliance: Axes = {"domain": DOMAINS, "option": OPTIONS}
    effort: Axes = {"domain": CONTESTED, "power": POWERS}
    return Explanation(
        state,
        scenario,
        against,
        {name: results.titles[name] for name in names},
        _terms([(each.quarters, each.moves) for each in seen], place, reliance),
        _terms([(each.quarters, each.efforts) for each in seen], place, effort),
        pd.concat([_means(n, w.quarters, w.levels, place, reliance) for n, w in watches]),
        pd.concat([_means(n, w.quarters, w.spent, place, effort) for n, w in watches]),
        kept.size,
    )


def begin_together(results: Results, one: str, other: str) -> bool:
    """Whether two scenarios of a folder have the same first quarter."""
    specs = results.batch.assumed.scenarios
    return specs[one].start == specs[other].start


def _terms(
    seen: Sequence[tuple[list[int], list[dict[str, Floats]]]], state: int, axes: Axes
) -> pd.DataFrame:
    """Return terms, or those of one watch minus those of another, with means over worlds."""
    (quarters, own), nothing, frames = seen[0], np.zeros(1), []
    others = seen[1][1] if len(seen) > 1 else [{} for _ in own]
    for quarter, mine, theirs in zip(quarters, own, others, strict=False):
        gaps = {
            name: mine.get(name, nothing) - theirs.get(name, nothing)
            for name in dict.fromkeys([*mine, *theirs])
        }
        whole = {name: each[:, :, state] for name, each in gaps.items() if each.ndim > 1}
        ends = zip(("value", "low", "high"), means(np.stack(list(whole.values()))), strict=True)
        index = pd.MultiIndex.from_product([list(whole), *axes.values()], names=["term", *axes])
        now = pd.DataFrame({name: each.ravel() for name, each in ends}, index=index).reset_index()
        frames.append(now.assign(quarter=pd.Timestamp(quarter_date(quarter))))
    return pd.concat(frames, ignore_index=True)


def _means(
    scenario: str, quarters: list[int], tables: list[Floats], state: int, axes: Axes
) -> pd.DataFrame:
    """Return tables over (row, column, state, worlds), one a quarter, as rows of means."""
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    frames = []
    for quarter, table in zip(quarters, tables, strict=True):
        now = pd.DataFrame({"value": table[:, :, state].mean(axis=-1).ravel()}, index=index)
        frames.append(now.reset_index().assign(quarter=pd.Timestamp(quarter_date(quarter))))
    return pd.concat(frames, ignore_index=True).assign(scenario=scenario)
