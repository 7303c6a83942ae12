"""Scenario discovery: under which conditions something happens, and how far to trust the answer.

Inputs are what varied over the worlds of a results folder, and the drivers in which its scenarios
differ (their mean over the recorded quarters). A world that is looked at under several scenarios is
a case in each and counts once in all that is judged by chance. Boxes are found on these worlds and
judged on fresh ones, which share neither luck nor judgement with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.answers.assumptions import assumptions, beyond_luck, ranked
from experiments.answers.conditions import holding
from experiments.answers.parser import parse
from experiments.batch.dispatch import Compute
from experiments.batch.run import carry_out
from experiments.design.layout import Design
from experiments.errors import BadInput
from experiments.results.reading import Results, load
from experiments.results.text import chosen_scenarios
from experiments.results.units import groups_of
from experiments.store.folder import Folder
from experiments.tuning import prim
from experiments.tuning.prim import Box, Quality
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario
from scenarios.vocabulary import DRIVERS, POWERS, STATES

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
FEWEST = 20
"""Worlds in which it happens, and in which it doesn't, below which there is nothing to learn."""
FEW = "nothing to tell apart"
FRESH_SEED = 1_000_003
GRID = "grid"


@dataclass(frozen=True)
class Cases:
    """Worlds as rows: inputs (world, input), their names, and whether it happened.

    `of` says which world each row is of, under several scenarios; None: each is one of its own.
    `draws` says for each input which draw of it a row has: a world's, a point's or a replicate's.
    """

    x: Floats
    names: tuple[str, ...]
    y: Booleans
    of: prim.Integers | None = None
    draws: tuple[prim.Integers, ...] | None = None

    @property
    def rows(self) -> prim.Integers:
        """The world of each row."""
        return np.arange(len(self.y)) if self.of is None else self.of

    @property
    def drawn(self) -> tuple[prim.Integers, ...]:
        """Which draw of each input each row has."""
        return (self.rows,) * len(self.names) if self.draws is None else self.draws

    @property
    def worlds(self) -> int:
        """How many worlds there are, each counted once."""
        return len(np.unique(self.rows))


@dataclass(frozen=True)
class Discovery:
    """What was found: boxes from large to small, the one to tell of, a tree, and fresh worlds.

    `scenarios` are those whose worlds were pooled: the same world is a case in each of them.
    """

    condition: str
    scenarios: tuple[str, ...]
    cases: Cases
    boxes: tuple[Box, ...]
    box: Box
    node: prim.Node
    fresh: Cases | None

    @property
    def found(self) -> Quality:
        """The box on the worlds that it was found on."""
        return prim.quality(self.box, self.cases.x, self.cases.y)

    @property
    def held(self) -> Quality | None:
        """The box on fresh worlds."""
        return prim.quality(self.box, self.fresh.x, self.fresh.y) if self.fresh else None


def discovered(
    results: Results,
    condition: str,
    *,
    scenarios: Sequence[str] | None = None,
    fresh: bool = True,
    workers: int | None = None,
) -> Discovery:
    """Find out when a condition holds in some scenarios of a folder, by default in all of them.

    Several scenarios are pooled: a world is a case in each, and one draw of chance in all of them.
    Raises BadInput for one that cannot be read or learnt, and for scenarios that are not there.
    """
    parse(condition)
    means = Compute(workers)
    pooled = chosen_scenarios(results, scenarios, len(results.scenarios))
    cases = cases_of(results, condition, pooled)
    _refuse_few(condition, cases)
    boxes, box = boxed(cases)
    node = prim.grown(cases.x, cases.y)
    again = fresh_cases(results, condition, pooled, cases.names, means) if fresh else None
    return Discovery(condition, tuple(pooled), cases, boxes, box, node, again)


def _refuse_few(condition: str, cases: Cases) -> None:
    """Refuse a condition that holds, or does not hold, in too few worlds."""
    happened, worlds = prim.counted(cases.rows, np.full(len(cases.y), fill_value=True), cases.y)
    rarer = min(happened, worlds - happened)
    if rarer >= FEWEST:
        return
    said = f"'{condition}' holds in {happened:.0f} of {worlds} worlds"
    if rarer <= 0:
        raise BadInput(f"{said}: {FEW}")
    wanted = ceil(1.25 * worlds * FEWEST / rarer / 100) * 100
    raise BadInput(f"{said}; it takes {FEWEST} of either kind: run some {wanted:,} worlds")


def boxed(cases: Cases) -> tuple[tuple[Box, ...], Box]:
    """Find boxes, and the one to tell of: among inputs that it follows beyond luck, else all.

    Among hundreds of inputs PRIM peels off what is chance and so loses what is not: what it does
    follow is looked at alone first.
    """
    drawn = cases.drawn
    luck = {id(each): beyond_luck(len(np.unique(each))) for each in drawn}
    follows = np.abs(ranked(cases.x.T) @ ranked(cases.y.astype(np.float64)))
    places = np.flatnonzero(follows > np.array([luck[id(each)] for each in drawn]))
    found = _boxed(cases, places) if places.size else None
    return found if found and found[1].restricted else _boxed(cases, np.arange(len(cases.names)))


def _boxed(cases: Cases, places: NDArray[np.intp]) -> tuple[tuple[Box, ...], Box]:
    """Find boxes over some of the inputs, and the one to tell of."""
    x, y = cases.x[:, places], cases.y
    boxes = prim.trajectory(x, y)
    draws = [cases.drawn[place] for place in places]
    box = prim.simplified(boxes[prim.chosen(boxes, x, y)], x, y, draws)
    wide = [prim.widened(each, places, len(cases.names)) for each in (*boxes, box)]
    return tuple(wide[:-1]), wide[-1]


def cases_of(
    results: Results,
    condition: str,
    scenarios: Sequence[str],
    names: tuple[str, ...] | None = None,
) -> Cases:
    """Inputs and outcome of every world of some scenarios."""
    parts, happened, worlds = [], [], []
    for scenario in scenarios:
        inputs = inputs_of(results, scenario)
        outcome = np.broadcast_to(holding(results, condition, scenario).outcome, len(inputs))
        known = np.isfinite(outcome)
        parts.append(inputs[known])
        happened.append(outcome[known] > 0)
        worlds.append(np.flatnonzero(known))
    table = pd.concat(parts, ignore_index=True)
    chosen = names or tuple(str(name) for name in table if table[name].min() < table[name].max())
    x = table[list(chosen)].to_numpy(np.float64)
    of = np.concatenate(worlds)
    draws = draws_of(results, scenarios, chosen, of)
    return Cases(x, chosen, np.concatenate(happened), of, draws)


def inputs_of(results: Results, scenario: str) -> pd.DataFrame:
    """What varied over worlds, and the drivers of a scenario where scenarios differ."""
    table = results.worlds.drop(columns=["world", "point", "replicate"])
    mine = {name: name.removeprefix(f"{scenario}/") for name in map(str, table)}
    table = table[[name for name, own in mine.items() if "/" not in own]].rename(columns=mine)
    return table.assign(**drivers_of(results, scenario))


def drivers_of(results: Results, scenario: str) -> dict[str, float]:
    """Mean of every driver over the recorded quarters, of those in which scenarios differ."""
    scenarios = results.batch.assumed.scenarios
    inputs = results.manifest["inputs"]
    first, last = parse_quarter(inputs["record_from"]), parse_quarter(inputs["until"])
    means = {name: _means(each, first, last) for name, each in scenarios.items()}
    mine = means[scenario]
    return {
        cell: value
        for cell, value in mine.items()
        if any(other[cell] != value for other in means.values())
    }


def _means(scenario: Scenario, first: int, last: int) -> dict[str, float]:
    found = {}
    for name in DRIVERS:
        path = scenario.drivers[name][first : last + 1].mean(axis=0)
        for place, value in np.ndenumerate(path):
            labels = (STATES,) if len(place) == 1 else (POWERS, STATES)
            where = [label[i] for label, i in zip(labels, place, strict=False)] if place else []
            found[".".join([name, *where])] = float(value)
    return found


def fresh_cases(
    results: Results,
    condition: str,
    scenarios: Sequence[str],
    names: tuple[str, ...],
    means: Compute,
) -> Cases:
    """As many worlds again, with another seed: other luck, other judgement, other points."""
    batch = results.batch
    design: Design = replace(batch.assumed.design, seed=batch.assumed.design.seed + FRESH_SEED)
    again = replace(batch, assumed=replace(batch.assumed, design=design))
    with TemporaryDirectory() as folder:
        place = Path(folder) / "fresh"
        carry_out(again, Folder(str(place)), means)
        return cases_of(load(place), condition, scenarios, names)


def curve(found: Discovery) -> pd.DataFrame:
    """The trade-off: coverage, density, mass and number of restrictions of every box."""
    x, y = found.cases.x, found.cases.y
    rows = []
    for box in found.boxes:
        each = prim.quality(box, x, y)
        rows.append((each.coverage, each.density, each.mass, len(box.restricted)))
    return pd.DataFrame(rows, columns=["coverage", "density", "mass", "restricted"])


def draws_of(
    results: Results, scenarios: Sequence[str], names: Sequence[str], rows: prim.Integers
) -> tuple[prim.Integers, ...]:
    """Return for each input which draw of it each row has; `rows` are numbers of worlds.

    An input is drawn once a world, or once a point or replicate that worlds share. Points of a grid
    and values of a list are all there are, not draws: worlds at different ones share their
    replicates, so that they are compared in pairs. The same holds of drivers and scenarios.
    """
    by_world = np.arange(results.size)
    point, replicate = (results.worlds[each].to_numpy() for each in ("point", "replicate"))
    units = dict.fromkeys(names, by_world)
    for scenario in scenarios:
        for group in groups_of(assumptions(results, scenario), point, replicate):
            units |= dict.fromkeys(set(group.names) & set(names), group.unit)
    units |= dict.fromkeys(set(names) & set(_fixed(results)), by_world)
    spread = {id(unit): unit[rows] for unit in units.values()}
    return tuple(spread[id(units[name])] for name in names)


def _fixed(results: Results) -> list[str]:
    """Return the parameters whose values are all there are: lists, and ranges of a grid."""
    design = results.batch.assumed.design
    return [*design.lists, *(design.ranges if design.method == GRID else ())]
