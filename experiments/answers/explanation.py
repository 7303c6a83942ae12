"""Running a scenario again in some worlds of a batch, taking the choice apart as it is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.outlook import Outlook
from experiments.answers.terms import REST, TERMS, Choice, Spending, attributed, moved_at_once
from experiments.design.layout import Rows
from experiments.refusals import BadInput
from experiments.results.cells import sound
from experiments.results.estimates import means
from experiments.results.reading import Results
from experiments.results.wording import chosen_scenarios, titles
from experiments.store.labels import label_of
from model.noise import Noise
from model.region import Region
from scenarios.quarters import ends_year, parse_quarter, quarter_date
from scenarios.vocabulary import CONTESTED, DOMAINS, OPTIONS, POWERS, STATES

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
        acting.rebalance(outlook, self.draw.shares, np.zeros((5, 1)))
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


WORLDS = 16
"""Worlds that are run again; terms are means over them."""
SMALL = 5e-4
"""Terms below this are not told."""


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

    def words(self, domain: str | None = None) -> str:
        """Say in a paragraph what moved the state in a domain, and why the powers spent there."""
        return " ".join(self.lines(domain))

    def lines(self, domain: str | None = None) -> list[str]:
        """The same, a line for each power's hold on the state and for each power's spending."""
        from experiments.answers.explanation_text import lines

        return lines(self, domain or self.most_moved())


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
    States go by code or name; `advance` is told of every quarter that is run again. Raises BadInput
    for a scenario or state that there is not, and for scenarios that do not begin together.
    """
    names = chosen_scenarios(results, [scenario, *([against] if against else [])])
    if against and not begin_together(results, scenario, against):
        raise BadInput(f"'{scenario}' and '{against}' do not begin together, as their terms do")
    state = label_of("state", state)
    kept = sound(results, *names)[:worlds]
    if not kept.size:
        raise BadInput("every world failed here: there is no choice to explain")
    seen = [watched(results, name, kept, advance) for name in names]
    place, other = STATES.index(state), seen[1] if against else None
    return Explanation(
        state,
        scenario,
        against,
        {name: titles(results)[name] for name in names},
        pd.concat(_moves(seen[0], other, place), ignore_index=True),
        pd.concat(_efforts(seen[0], other, place), ignore_index=True),
        pd.concat([_levels(*each) for each in zip(seen, [place] * 2, names, strict=False)]),
        pd.concat([_spent(*each) for each in zip(seen, [place] * 2, names, strict=False)]),
        kept.size,
    )


def begin_together(results: Results, one: str, other: str) -> bool:
    """Whether two scenarios of a folder have the same first quarter."""
    specs = results.batch.assumed.scenarios
    return specs[one].start == specs[other].start


def _moves(watch: Watch, other: Watch | None, state: int) -> Iterator[pd.DataFrame]:
    """Yield the terms of reliance, quarter by quarter."""
    theirs = other.moves if other else [{} for _ in watch.moves]
    for quarter, mine, their in zip(watch.quarters, watch.moves, theirs, strict=False):
        yield _frame(quarter, _gaps(mine, their), state, ("domain", DOMAINS), ("option", OPTIONS))


def _efforts(watch: Watch, other: Watch | None, state: int) -> Iterator[pd.DataFrame]:
    """Yield the terms of effort, quarter by quarter."""
    theirs = other.efforts if other else [{} for _ in watch.efforts]
    for quarter, mine, their in zip(watch.quarters, watch.efforts, theirs, strict=False):
        yield _frame(quarter, _gaps(mine, their), state, ("domain", CONTESTED), ("power", POWERS))


def _gaps(mine: dict[str, Floats], theirs: dict[str, Floats]) -> dict[str, Floats]:
    nothing = np.zeros(1)
    names = dict.fromkeys([*mine, *theirs])
    return {name: mine.get(name, nothing) - theirs.get(name, nothing) for name in names}


def _frame(
    quarter: int,
    terms: dict[str, Floats],
    state: int,
    *axes: tuple[str, Iterable[str]],
) -> pd.DataFrame:
    """Return terms of a quarter as rows with their mean over worlds and its interval."""
    (rows, row_names), (columns, column_names) = ((name, list(of)) for name, of in axes)
    whole = {name: each[:, :, state] for name, each in terms.items() if each.ndim > 1}
    value, low, high = means(np.stack(list(whole.values())))
    index = pd.MultiIndex.from_product(
        [list(whole), row_names, column_names], names=["term", rows, columns]
    )
    found = pd.DataFrame(
        {"value": value.ravel(), "low": low.ravel(), "high": high.ravel()}, index=index
    ).reset_index()
    found.insert(0, "quarter", pd.Timestamp(quarter_date(quarter)))
    return found


def _levels(watch: Watch, state: int, scenario: str) -> pd.DataFrame:
    """Return reliance itself, means over worlds."""
    axes = {"domain": DOMAINS, "option": OPTIONS}
    return _means(watch, watch.levels, state, axes).assign(scenario=scenario)


def _spent(watch: Watch, state: int, scenario: str) -> pd.DataFrame:
    """Return what the powers spend, means over worlds."""
    axes = {"domain": CONTESTED, "power": POWERS}
    return _means(watch, watch.spent, state, axes).assign(scenario=scenario)


def _means(
    watch: Watch, tables: list[Floats], state: int, axes: Mapping[str, Iterable[str]]
) -> pd.DataFrame:
    """Return tables over (row, column, state, worlds), one a quarter, as rows of means."""
    index = pd.MultiIndex.from_product(list(axes.values()), names=list(axes))
    frames = []
    for quarter, table in zip(watch.quarters, tables, strict=True):
        now = pd.DataFrame({"value": table[:, :, state].mean(axis=-1).ravel()}, index=index)
        frames.append(now.reset_index().assign(quarter=pd.Timestamp(quarter_date(quarter))))
    return pd.concat(frames, ignore_index=True)
