"""One world of a batch again, alone, quarter by quarter, as a table that one can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.errors import BadInput
from experiments.results.reading import Results
from model.noise import Noise
from model.readings import TABLES as READINGS
from model.region import Region
from scenarios.faults import nearest
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.scenario import Event
from scenarios.vocabulary import CONTESTED, DOMAINS, DRIVERS, OPTIONS, POWERS, STATES

Json = dict[str, Any]
Floats = NDArray[np.float64]
MOVED = 0.0005
"""A driver that moves by less is not told."""
CALLED = {
    "china_asset_attack": "attack on Chinese assets",
    "csto_intervention": "CSTO intervention",
}
"""Types of events that are called as what the world records of them."""
TOLD = 4
"""Cells that are told of a quarter."""


@dataclass(frozen=True)
class Which:
    """The world to replay, and the quarters to tell (counted from 2000-Q1)."""

    scenario: str
    world: int
    first: int
    last: int


def replayed(results: Results, which: Which) -> Iterator[Json]:
    """Yield a world's quarters: drivers, events, efforts, offers, decisions, outcomes.

    The world runs alone from its scenario's start with the noise and parameters that it had in
    the batch. Raises BadInput for a scenario or world that the batch does not have.
    """
    region = lonely(results, which)
    while region.quarter < which.last:
        before = region.reliance.copy(), vars(region.drivers.now)
        region.step()
        if region.quarter >= which.first:
            yield snapshot(region, *before)


def lonely(results: Results, which: Which) -> Region:
    """Return the region of one world, standing before its first quarter."""
    if which.scenario not in results.scenarios:
        names = results.scenarios
        raise BadInput(f"no scenario '{which.scenario}' here; {nearest(which.scenario, names)}")
    if not 0 <= which.world < results.size:
        raise BadInput(f"no world {which.world} here: they are 0 to {results.size - 1}")
    batch = results.batch
    rows = batch.assumed.design.rows(which.world, which.world + 1)
    return Region(
        spec=batch.assumed.scenarios[which.scenario],
        parameters=batch.values_of(rows).of_scenario(which.scenario),
        agents=batch.kinds,
        noise=Noise(batch.assumed.design.seed, rows.replicate),
    )


def snapshot(region: Region, reliance: Floats, drivers: Json) -> Json:
    """Return what there is to tell of the quarter that was just stepped."""
    return {
        "quarter": quarter_label(region.quarter),
        "drivers": _drivers(vars(region.drivers.now)),
        "moved": _moved(vars(region.drivers.now), drivers),
        "events": _events(region),
        "means": _named(region.powers.means, POWERS),
        "efforts": _cells(region.powers.spent, (CONTESTED, POWERS, STATES)),
        "offers": _cells(region.powers.standing, (CONTESTED, POWERS, STATES)),
        "reliance": _cells(region.reliance, (DOMAINS, OPTIONS, STATES)),
        "shifts": _cells(region.reliance - reliance, (DOMAINS, OPTIONS, STATES)),
        "influence": _cells(region.influence.value, (POWERS, STATES)),
        "region": {name: _one(each) for name, each in READINGS["region"](region).items()},
    }


def _one(values: Floats) -> float:
    return float(np.asarray(values).ravel()[0])


def _named(values: Floats, names: Sequence[str]) -> dict[str, float]:
    return {name: _one(each) for name, each in zip(names, values, strict=True)}


def _cells(values: Floats, labels: tuple[Sequence[str], ...]) -> dict[str, float]:
    """Return an array of one world as numbers by dotted name, such as `security.RUS.KAZ`."""
    return {
        ".".join(axis[place] for axis, place in zip(labels, at, strict=True)): float(values[at][0])
        for at in np.ndindex(*values.shape[:-1])
    }


def _drivers(now: Json) -> dict[str, float]:
    """Return the drivers of the whole region."""
    return {name: _one(now[name]) for name, each in DRIVERS.items() if each.scope == "region"}


def _moved(now: Json, before: Json) -> dict[str, list[float]]:
    """Return the region's drivers that moved: value before and now."""
    pairs = {name: (_drivers(before)[name], value) for name, value in _drivers(now).items()}
    return {name: list(pair) for name, pair in pairs.items() if abs(pair[1] - pair[0]) > MOVED}


def _events(region: Region) -> list[str]:
    """Return what happened, each once: a scenario's events show in what the world records too."""
    recorded = _incidents(region)
    own = dict.fromkeys(map(_event, _happened(region)))
    new = [each for each in own if not any(line.startswith(each) for line in recorded)]
    return [*new, *recorded]


def _happened(region: Region) -> list[Event]:
    """Return the scenario's events that happened in this world this quarter."""
    return [event for event, mask in region.drivers.events if _one(mask)]


def _event(event: Event) -> str:
    if event.type == "border_clash":
        return "border clash"
    where = [each for each in (event.state, event.power, event.organisation) if each]
    return " ".join([CALLED.get(event.type, event.type.replace("_", " ")), *where])


def _incidents(region: Region) -> list[str]:
    """Return what the world's own luck brought: incidents, attacks, unrest, interventions."""
    found = [
        ("incident", region.incidents.count),
        ("attack on Chinese assets", region.incidents.attacks),
        ("unrest", region.crises.unrest),
        ("CSTO intervention", region.crises.interventions),
    ]
    lines = [
        f"{what} {STATES[state]}" + (f" x{count:.0f}" if count > 1 else "")
        for what, counts in found
        for state, count in enumerate(np.asarray(counts)[..., 0])
        if count > 0
    ]
    return lines + ["border clash KGZ TJK"] * bool(_one(region.crises.clash))


def largest(cells: dict[str, float], count: int = TOLD) -> list[tuple[str, float]]:
    """Return the cells with the largest absolute numbers, largest first.

    >>> largest({"a": 0.1, "b": -0.3, "c": 0.0}, count=2)
    [('b', -0.3), ('a', 0.1)]
    """
    ranked = sorted(cells.items(), key=lambda cell: -abs(cell[1]))
    return [cell for cell in ranked[:count] if cell[1]]


def agrees(results: Results, which: Which, told: Sequence[Json]) -> bool | None:
    """Tell whether the last recorded quarter of those told is, to the bit, what the batch has.

    None where none of them is recorded, or no influence.
    """
    held = {quarter_label(each) for each in results.timeline}
    last = next((each for each in reversed(told) if each["quarter"] in held), None)
    if last is None or "influence" not in results.tables:
        return None
    frame = results.table(
        "influence", scenario=which.scenario, world=which.world, quarter=last["quarter"],
        columns=["influence"],
    )  # fmt: skip
    names = [f"{row.power}.{row.state}" for row in frame.itertuples()]
    again = np.array([last["influence"][name] for name in names], dtype=np.float32)
    return np.array_equal(again, frame["influence"].to_numpy(np.float32), equal_nan=True)


def failure(results: Results, which: Which) -> str | None:
    """Say when and how a world failed in the batch; None if it did not."""
    rows = results.failures
    rows = rows[(rows["scenario"] == which.scenario) & (rows["world"] == which.world)]
    for row in rows.to_dict("records"):
        quarter = quarter_label(parse_quarter(row["quarter"].date()))
        return f"failed in {quarter}: {row['quantity']} = {row['value']}"
    return None
