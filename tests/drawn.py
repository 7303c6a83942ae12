"""A results folder whose numbers are a formula, so that pictures change only when drawing does."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments import load, run
from experiments.cells import recorded
from experiments.columns import LABELS, TABLES
from experiments.store import encode_part, part_name

SCENARIOS = ("baseline", "frozen_ukraine", "afghanistan_instability")
WORLDS = 40
RELIANCE = (
    "trade",
    "finance",
    "energy",
    "security",
    "technology",
    "culture",
    "diplomacy",
    "labour",
)


def drawn_results(folder):
    """Return results of three scenarios with made-up numbers, a year a row."""
    results = run(
        *SCENARIOS, worlds=WORLDS, record_from="2000-Q1", every="year", out=folder, workers=1
    )
    for place, scenario in enumerate(SCENARIOS):
        for table in TABLES:
            made = dict(numbers(results, table, place))
            content = encode_part(table, 0, recorded(results).tolist(), made)
            results.folder.write(part_name(table, scenario, 0), content)
    pq.write_table(assumed(), results.folder.path("worlds.parquet"))
    return load(folder)


def numbers(results, table, scenario):
    """Yield a column's name and its numbers: smooth in time, spread over worlds."""
    shape = [len(LABELS[key]) for key in TABLES[table].keys]
    years = np.linspace(0, 1, len(recorded(results)))
    luck = np.random.default_rng(7).normal(size=WORLDS)
    parts = np.indices([len(years), *shape, WORLDS])
    t, world = years[parts[0]], luck[parts[-1]]
    late = np.maximum(t - 0.74, 0) * scenario
    for place, column in enumerate(TABLES[table].columns):
        phase = 0.7 * place + sum(1.3 * axis for axis in parts[1:-1])
        moved = 0.06 * world * (0.3 + t) * np.cos(phase) + 0.7 * late * np.sin(phase + 1)
        level = 0.5 + 0.25 * np.sin(2.5 * t + phase) + moved
        if column.name == "share" or column.name in RELIANCE:
            level = np.exp(3 * level)
            level = level / level.sum(axis=2, keepdims=True)
            level = level * (0.9 if column.name in RELIANCE else 1.0)
        yield column.name, np.clip(level, 0.01, None).astype(np.float32)


def assumed():
    """Return a design with a few assumptions, of which the first makes the luck of the worlds."""
    random, luck = np.random.default_rng(8), np.random.default_rng(7).normal(size=WORLDS)
    number = np.arange(WORLDS, dtype=np.int32)
    columns = {"world": number, "point": number * 0, "replicate": number}
    weights = (0.36, 0.14, 0.16, 0.12, 0.22)
    for state, weight in zip(LABELS["state"], weights, strict=True):
        columns[f"state_weight.{state}"] = np.full(WORLDS, weight)
    columns["world_offer_effect"] = np.exp(0.25 * luck)
    columns |= {f"domain_weight.{name}": random.normal(size=WORLDS) for name in RELIANCE[:4]}
    return pa.table(columns)
