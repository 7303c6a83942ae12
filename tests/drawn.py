"""A results folder whose numbers are a formula, so that pictures change only when drawing does."""

from __future__ import annotations

from dataclasses import fields
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments import load, run
from experiments.answers.channels import ATTENTION, INTERACTION, RELIEF, TOTAL, Channel
from experiments.answers.comparison import Comparison
from experiments.answers.explanation import Explanation
from experiments.answers.outcomes import HEADLINES
from experiments.results import manifest
from experiments.results.estimates import Difference
from experiments.store.columns import LABELS, TABLES
from experiments.store.folder import checksum
from experiments.store.parts import encoded_part, part_name
from scenarios.scenario import Distribution

SCENARIOS = ("baseline", "frozen_ukraine", "afghanistan_instability")
WORLDS = 40
VARIED = {
    "world_offer_effect": Distribution("uniform", 0.6, 1.6),
    "attention_cost": Distribution("uniform", 0.3, 0.8),
}
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


def drawn_results(folder, settings=MappingProxyType({})):
    """Return results of three scenarios with made-up numbers, a year a row.

    `settings` are parameters that the design varies: the first makes the luck of the worlds.
    """
    results = run(
        *SCENARIOS, worlds=WORLDS, record_from="2000-Q1", every="year", out=folder, workers=1,
        settings=settings,
    )  # fmt: skip
    for place, scenario in enumerate(SCENARIOS):
        for table in TABLES:
            made = dict(numbers(results, table, place))
            with encoded_part(table, 0, results.timeline.tolist(), made) as content:
                results.folder.write(part_name(table, scenario, 0), content)
    pq.write_table(assumed(settings), results.folder.path("worlds.parquet"))
    manifest.write(results.folder, summed(results))
    return load(folder)


def summed(results):
    """Return the manifest with the checksums of the files as they are now."""
    kept = dict(results.manifest)
    for files in (kept["files"], *(block["files"] for block in kept["blocks"])):
        files |= {name: checksum(results.folder.read(name)) for name in files}
    return kept


def numbers(results, table, scenario):
    """Yield a column's name and its numbers: smooth in time, spread over worlds."""
    shape = [len(LABELS[key]) for key in TABLES[table].keys]
    years = np.linspace(0, 1, len(results.timeline))
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


def assumed(settings):
    """Return a design with a few assumptions, of which the first makes the luck of the worlds."""
    random, luck = np.random.default_rng(8), np.random.default_rng(7).normal(size=WORLDS)
    number = np.arange(WORLDS, dtype=np.int32)
    columns = {"world": number, "point": number * 0, "replicate": number}
    weights = (0.36, 0.14, 0.16, 0.12, 0.22)
    for state, weight in zip(LABELS["state"], weights, strict=True):
        columns[f"state_weight.{state}"] = np.full(WORLDS, weight)
    columns["world_offer_effect"] = np.exp(0.25 * luck)
    columns |= {f"domain_weight.{name}": random.normal(size=WORLDS) for name in RELIANCE[:4]}
    columns |= {name: random.random(WORLDS) for name in settings if name not in columns}
    return pa.table(columns)


TITLES = {"frozen_ukraine": "Frozen conflict in Ukraine", "baseline": "A long war in Ukraine"}
TERMS = ("China's offers", "sanctions", "credibility", "autonomy", "access", "chance", "threat")


def drawn_explanation():
    """Return an explanation whose terms are a formula: some rise, some fall, none are equal."""
    quarters = pd.date_range("2024-10-01", "2035-10-01", freq="YS-OCT")
    rows = [
        (quarter, "security", power, term, sign * 0.02 * (6 - n) * (-1) ** n * t / len(quarters))
        for t, quarter in enumerate(quarters)
        for power, sign in (("RUS", -1.0), ("CHN", 1.4))
        for n, term in enumerate(TERMS)
    ]
    moves = pd.DataFrame(rows, columns=["quarter", "domain", "option", "term", "value"])
    given = {"state": "UZB", "scenario": "baseline", "against": None, "titles": TITLES}
    given |= {"moves": moves, "worlds": 16}
    empty = {each.name: pd.DataFrame() for each in fields(Explanation)}
    return Explanation(**{**empty, **given})


def drawn_comparison():
    """Return a comparison whose numbers are a formula."""
    t = np.linspace(0, 1, 12)
    quarters = pd.date_range("2024-10-01", periods=12, freq="YS-OCT")
    over_time = [
        pd.DataFrame({
            "outcome": outcome.label, "scale": outcome.scale, "unit": outcome.unit,
            "quarter": quarters, "begins": "2026-Q2",
            **{name: 0.01 * (n - 5.5) * t**2 + shift * t
               for name, shift in (("mean", 0), ("low", -0.002), ("high", 0.002),
                                   ("q05", -0.02), ("q50", 0), ("q95", 0.02))},
        })
        for n, outcome in enumerate(HEADLINES)
    ]  # fmt: skip
    ranking = [
        {"state": state, "domain": domain, "power": power, "change": change,
         "low": change - 0.003, "high": change + 0.003}
        for d, domain in enumerate(RELIANCE)
        for s, state in enumerate(LABELS["state"])
        for power, change in (("RUS", 0.01 * (8 - d - s)), ("CHN", 0.006 * (d - 6 + s)))
    ]  # fmt: skip
    table = pd.DataFrame(ranking).sort_values("change", ascending=False, ignore_index=True)
    split = {
        outcome: list(parted(outcome, 0.01 * (n - 5.5))) for n, outcome in enumerate(HEADLINES)
    }
    return Comparison(
        "frozen_ukraine", "baseline", TITLES, pd.concat(over_time), table, channels=split, worlds=40
    )


def parted(outcome, whole):
    """Yield what two changes do alone, and their interaction."""
    for name, part in ((TOTAL, 1.0), (ATTENTION, 0.7), (RELIEF, 0.4), (INTERACTION, -0.1)):
        yield Channel(outcome, name, Difference(part * whole, part * whole - 0.002,
                                                part * whole + 0.002, 40))  # fmt: skip
