"""Scenario discovery: under which conditions something happens, and how far to trust the answer.

Inputs are what varied over the worlds of a results folder, and the drivers in which its scenarios
differ (their mean over the recorded quarters). Boxes are found on these worlds and judged on
fresh ones, which share neither luck nor judgement with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.batch.dispatch import Means
from experiments.batch.folder import Folder
from experiments.batch.run import carry_out
from experiments.conditions import holding, parse
from experiments.design.layout import Design
from experiments.figures.wording import shown
from experiments.outcomes.assumptions import beyond_luck, ranked
from experiments.refusals import BadInput
from experiments.results.reading import Results, load
from experiments.tuning import prim, tree
from experiments.tuning.prim import Box, Quality
from scenarios.quarters import parse_quarter
from scenarios.scenario import Scenario
from scenarios.vocabulary import DRIVERS, POWERS, STATES

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
FEWEST = 20
"""Worlds in which it happens, and in which it doesn't, below which there is nothing to learn."""
FRESH_SEED = 1_000_003


@dataclass(frozen=True)
class Cases:
    """Worlds as rows: inputs (world, input), their names, and whether it happened."""

    x: Floats
    names: tuple[str, ...]
    y: Booleans


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
    node: tree.Node
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

    Raises BadInput for one that cannot be read or learnt, and for scenarios that are not there.
    """
    parse(condition)
    means = Means(workers)
    pooled = shown(results, scenarios, len(results.scenarios))
    cases = cases_of(results, condition, pooled)
    happened = int(cases.y.sum())
    if min(happened, len(cases.y) - happened) < FEWEST:
        raise BadInput(
            f"'{condition}' holds in {happened} of {len(cases.y)} worlds: nothing to tell apart"
        )
    boxes, box = boxed(cases, results.size)
    node = tree.grown(cases.x, cases.y)
    again = fresh_cases(results, condition, pooled, cases.names, means) if fresh else None
    return Discovery(condition, tuple(pooled), cases, boxes, box, node, again)


def boxed(cases: Cases, worlds: int) -> tuple[tuple[Box, ...], Box]:
    """Find boxes, and the one to tell of: among inputs that it follows beyond luck, else all.

    Among hundreds of inputs PRIM peels off what is chance and so loses what is not: what it does
    follow is looked at alone first. `worlds` says how many worlds there are of a scenario.
    """
    follows = np.abs(ranked(cases.x.T) @ ranked(cases.y.astype(np.float64)))
    places = np.flatnonzero(follows > beyond_luck(worlds))
    found = _boxed(cases, places) if places.size else None
    return found if found and found[1].restricted else _boxed(cases, np.arange(len(cases.names)))


def _boxed(cases: Cases, places: NDArray[np.intp]) -> tuple[tuple[Box, ...], Box]:
    """Find boxes over some of the inputs, and the one to tell of."""
    x, y = cases.x[:, places], cases.y
    boxes = prim.trajectory(x, y)
    box = prim.simplified(boxes[prim.chosen(boxes, x, y)], x, y)
    wide = [prim.widened(each, places, len(cases.names)) for each in (*boxes, box)]
    return tuple(wide[:-1]), wide[-1]


def cases_of(
    results: Results,
    condition: str,
    scenarios: Sequence[str],
    names: tuple[str, ...] | None = None,
) -> Cases:
    """Inputs and outcome of every world of some scenarios."""
    parts, happened = [], []
    for scenario in scenarios:
        held = holding(results, condition, scenario)
        known = held.known[-1] | held.met
        inputs = inputs_of(results, scenario)
        wide = np.broadcast_to(held.met, len(inputs))
        keep = np.broadcast_to(known, len(inputs))
        parts.append(inputs[keep])
        happened.append(wide[keep])
    table = pd.concat(parts, ignore_index=True)
    chosen = names or tuple(str(name) for name in table if table[name].min() < table[name].max())
    x = table[list(chosen)].to_numpy(np.float64)
    return Cases(x, chosen, np.concatenate(happened))


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
    means: Means,
) -> Cases:
    """As many worlds again, with another seed: other luck, other judgement, other points."""
    batch = results.batch
    design: Design = replace(batch.assumed.design, seed=batch.assumed.design.seed + FRESH_SEED)
    again = replace(batch, assumed=replace(batch.assumed, design=design))
    with TemporaryDirectory() as folder:
        place = Path(folder) / "fresh"
        carry_out(again, Folder(str(place)), means)
        return cases_of(load(place), condition, scenarios, names)


def told(box: Box, cases: Cases, called: Callable[[str], str] = str) -> list[str]:
    """A box in words, one line a restricted input; `called` gives an input's name to readers."""
    lines = []
    for place in box.restricted:
        low, high, name = box.low[place], box.high[place], called(cases.names[place])
        if np.isfinite(low) and np.isfinite(high):
            lines.append(f"{name} between {low:.4g} and {high:.4g}")
        elif np.isfinite(low):
            lines.append(f"{name} at least {low:.4g}")
        else:
            lines.append(f"{name} at most {high:.4g}")
    return lines


def as_found(found: Discovery) -> dict[str, Any]:
    """What was found, as `crossroads discover --json` prints it."""
    return {
        "scenarios": list(found.scenarios),
        "probability": float(found.cases.y.mean()),
        "box": told(found.box, found.cases),
        **_rated(found.found),
        "fresh": None if found.held is None else _rated(found.held),
    }


def _rated(box: Quality) -> dict[str, float]:
    return {"coverage": box.coverage, "density": box.density, "mass": float(box.mass)}


def curve(found: Discovery) -> pd.DataFrame:
    """The trade-off: coverage, density, mass and number of restrictions of every box."""
    x, y = found.cases.x, found.cases.y
    rows = []
    for box in found.boxes:
        each = prim.quality(box, x, y)
        rows.append((each.coverage, each.density, each.mass, len(box.restricted)))
    return pd.DataFrame(rows, columns=["coverage", "density", "mass", "restricted"])
