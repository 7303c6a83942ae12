"""The numbers of the model in a few worlds, kept: `python tests/baseline.py` renews them.

A change that is to leave results alone leaves these alone. One that moves them is renewed by
`make baseline`, and the changelog says why.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from model.ensemble import Request, simulate
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter

KEPT = Path(__file__).parent / "data" / "baseline.json"
SCENARIOS = ("baseline", "afghanistan_instability", "debt_distress", "perfect_storm")
QUARTERS = ("2004-Q4", "2014-Q4", "2024-Q4", "2030-Q4", "2040-Q4")
WORLDS = 4


def numbers() -> dict[str, list[float]]:
    """Return the mean of every column over worlds, and one that weighs cells apart, by quarter."""
    spans = [parse_quarter(each) for each in QUARTERS]
    followed = {name: load_scenario(name) for name in SCENARIOS}
    free = {f"{name}, free": replace(followed[name], record_until=1999) for name in ["baseline"]}
    request = Request(0, np.arange(WORLDS), spans[-1], spans[0])
    found: dict[str, list[float]] = {}
    for specs in (followed, free):
        for name, run in simulate(specs, {name: {} for name in specs}, request):
            for table, columns in run.tables.items():
                for column, values in columns.items():
                    cells = values[[each - spans[0] for each in spans]].reshape(len(spans), -1)
                    apart = cells * np.cos(np.arange(cells.shape[1]))
                    means = [*cells.mean(axis=1), *apart.mean(axis=1)]
                    found[f"{name} {table}.{column}"] = [float(f"{each:.6g}") for each in means]
    return found


if __name__ == "__main__":
    lines = [f"{json.dumps(key)}: {json.dumps(each)}" for key, each in numbers().items()]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
