"""Shares of influence by scenario and state, for the report's chart that is looked at by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from experiments.figures.palette import POWER, SHORT_POWER
from experiments.results.cells import Cells, drawn_time, numbers
from experiments.results.reading import Results
from scenarios.vocabulary import POWERS, STATE_NAMES, STATES

SCRIPT = Path(__file__).with_name("explore.js").read_text(encoding="utf-8")


def explored(results: Results) -> str:
    """Return the numbers as JSON that can stand in a page; '' for a folder without the table."""
    if "influence" not in results.manifest["inputs"]["tables"]:
        return ""
    with results.frame.used():
        told = _told(results)
    return json.dumps(told, separators=(",", ":")).replace("<", "\\u003c")


def _told(results: Results) -> dict[str, Any]:
    """Return what the chart shows: by state and power 5 %, median and 95 %; -1 before a start."""
    rows, time = drawn_time(results)
    shown = {}
    for name, title in results.titles.items():
        found = 100 * numbers(results, name, Cells("share", rows=rows))
        ends = np.nanquantile(found, (0.05, 0.5, 0.95), axis=-1).round(1)
        by_state = np.nan_to_num(np.moveaxis(ends, (2, 3), (0, 1)), nan=-1.0)
        states = dict(zip(STATES, by_state.tolist(), strict=True))
        shown[name if title in shown else title] = states
    return {
        "time": [round(float(each), 2) for each in time],
        "states": {state: STATE_NAMES[state] for state in STATES},
        "powers": [SHORT_POWER[power] for power in POWERS],
        "colours": [POWER[power].colour for power in POWERS],
        "shown": shown,
    }
