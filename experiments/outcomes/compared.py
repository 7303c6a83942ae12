"""Comparisons as JSON and as files."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import Any

from experiments.outcomes.compare import Comparison
from experiments.results.estimates import Difference

FEW = 20
"""Rows of the ranking that are told."""


def as_data(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it: words, the last quarter, rankings, channels, levels."""
    last = found.over_time[found.over_time["quarter"] == found.over_time["quarter"].max()]
    return {
        "scenario": found.scenario,
        "against": found.against,
        "words": found.words,
        "worlds": found.worlds,
        "shared": found.shared,
        "outcomes": _records(last),
        "ranking": _records(found.ranking.head(FEW)),
        "states": _records(found.states),
        "channels": {
            outcome.label: [{"channel": each.name, **_numbers(each.effect)} for each in several]
            for outcome, several in found.channels.items()
        },
        "levels": _records(found.levels),
        "robust": {name: asdict(each) for name, each in found.robust.items()},
    }


def _numbers(effect: Difference) -> dict[str, float | None]:
    """Return an estimate's numbers; None for ends that one world cannot give."""
    return {name: value if isfinite(value) else None for name, value in asdict(effect).items()}


def _records(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a frame)
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return records
