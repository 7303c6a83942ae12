"""What it took to go on from the record: the correction of every series of an anchored scenario.

A correction is the factor on a power's attraction under which a state would choose the share that
was observed. It is worked out again in some worlds of a batch, which end where the record does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from experiments.design.batch import BLOCK, Batch
from model.anchoring import Correction
from model.ensemble import let_go
from model.noise import Noise
from model.region import Region
from scenarios.scenario import Anchor, Scenario

Json = dict[str, Any]
Floats = NDArray[np.float64]
Quantiles = tuple[float | None, float | None, float | None]
WORLDS = BLOCK
"""Worlds that are run again; medians over them move by a hundredth or two."""
MISFIT = 1.5
"""A factor beyond this, either way, is a misfit: more than two standard deviations of what the
model is declared to leave out of trade (`discrepancy` in measurement.yaml: 0.2 in logarithms)."""
QUANTILES = (0.05, 0.5, 0.95)
NOTHING: Quantiles = (None, None, None)
MEANING = (
    "  model: the share held just before. factor: what a power's attraction is multiplied by from",
    "  then on, so that the state chooses the observed share; it can be below 1 although the share",
    "  held was too small, where the state was already moving beyond. Ranges are worlds' luck.",
)


def corrections(batch: Batch, worlds: int = WORLDS) -> list[Json]:
    """Return a row a series: the observed share, the model's before it, and the factor.

    `model`, `factor`, `low` and `high` are the median and the 5 % and 95 % quantiles over worlds,
    None for series that end after the batch. Scenarios that go on from nothing have no rows.
    """
    return [
        _row(name, anchor, made)
        for name, spec in batch.assumed.scenarios.items()
        if spec.anchors
        for anchor, made in _series(batch, name, spec, worlds)
    ]


def _series(
    batch: Batch, name: str, spec: Scenario, worlds: int
) -> Iterator[tuple[Anchor, Correction | None]]:
    """Yield each series of a scenario with its correction, if the batch gets so far."""
    until = min(batch.until, spec.end)
    due = [max(anchor.quarter, spec.start) for anchor in spec.anchors]
    last = max((quarter for quarter in due if quarter <= until), default=None)
    made = {} if last is None else _made(batch, name, last, worlds)
    yield from ((anchor, made.get(anchor)) for anchor in spec.anchors)


def _made(batch: Batch, name: str, last: int, worlds: int) -> dict[Anchor, Correction]:
    """Run a scenario again in the first worlds of a batch, up to its last observed share."""
    rows = batch.assumed.design.rows(0, min(worlds, batch.worlds))
    with np.errstate(all="ignore"):
        region = Region(
            spec=batch.assumed.scenarios[name],
            parameters=batch.values_of(rows).of_scenario(name),
            noise=Noise(batch.assumed.design.seed, rows.replicate),
        )
        while region.quarter < last:
            region.step()
    found = {made.anchor: made for made in region.anchoring.corrections}
    let_go(region)
    return found


def _row(scenario: str, anchor: Anchor, made: Correction | None) -> Json:
    low, middle, high = _spread(made.factor) if made else NOTHING
    return {
        "scenario": scenario,
        "state": anchor.state,
        "domain": anchor.domain,
        "power": anchor.power,
        "year": anchor.year,
        "observed": anchor.share,
        "model": _spread(made.before)[1] if made else None,
        "factor": middle,
        "low": low,
        "high": high,
        "misfit": middle is not None and not 1 / MISFIT <= middle <= MISFIT,
    }


def _spread(values: Floats) -> Quantiles:
    """Return quantiles over the worlds that did not fail."""
    sound = values[np.isfinite(values)]
    if not sound.size:
        return NOTHING
    low, middle, high = (float(each) for each in np.quantile(sound, QUANTILES))
    return low, middle, high


def correction_lines(rows: Iterable[Json]) -> Iterator[str]:
    """Yield the corrections as lines, scenario by scenario, the misfits marked and counted."""
    by_scenario: dict[str, list[Json]] = {}
    for row in rows:
        by_scenario.setdefault(row["scenario"], []).append(row)
    for name, own in by_scenario.items():
        taken = [row for row in own if row["factor"] is not None]
        if taken:
            yield f"{name} goes on from the record; corrections of attraction:"
            yield "  state  domain    power  year  observed  model  factor: median [90 % of worlds]"
            yield from map(_line, taken)
            misfits = [_series_of(row) for row in taken if row["misfit"]]
            named = ", ".join(misfits) or "none"
            yield f"  misfits, medians beyond a factor of {MISFIT} either way: {named}"
            yield from MEANING
        if len(taken) < len(own):
            yield f"{name}: {len(own) - len(taken)} shares on record end later and are not taken"


def _series_of(row: Json) -> str:
    return f"{row['domain']} of {row['state']} with {row['power']}"


def _line(row: Json) -> str:
    where = f"  {row['state']}    {row['domain']:<9} {row['power']}    {row['year']}"
    shares = f"{row['observed']:8.3f} {row['model']:6.3f}"
    factor = f"{row['factor']:6.2f} [{row['low']:.2f}-{row['high']:.2f}]"
    return f"{where}  {shares}  {factor}{'  misfit' if row['misfit'] else ''}"
