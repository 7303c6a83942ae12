"""What varies over worlds by judgement or design, and how strongly outcomes follow it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.results.reading import Results
from scenarios.registry import Registry
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

Floats = NDArray[np.float64]
PHRASES = {
    "initial_reliance": "the first share (2000) of {2} in {0} in {1}",
    "domain_weight": "the weight of {0} in influence",
    "importance": "how much {1} depends on {0}",
    "state_weight": "the weight of {0} in the region",
    "threat_level": "the threat that {0} feels from Afghanistan",
    "state_appeal": "what {1} is worth to {0}",
    "domain_appeal": "what {1} is worth to {0}",
}
"""What is judged, in words, by the labels of its table; the registry says it of the others."""
BOOKKEEPING = {"world", "point", "replicate"}
LUCK = 3.5
"""Standard errors beyond which a rank correlation is hardly luck, with 600 of them."""


@dataclass(frozen=True)
class Influence:
    """How an outcome follows an assumption: Spearman's rank correlation with a 95 % interval."""

    name: str
    value: float
    low: float
    high: float


def assumptions(results: Results, scenario: str) -> dict[str, Floats]:
    """Return the values of everything that varies over the worlds of a scenario, by name.

    A scenario's own range, a column `scenario/leaf` of worlds.parquet, replaces the shared one.
    """
    found: dict[str, Floats] = {}
    for column in results.worlds.columns:
        owner, _, leaf = column.rpartition("/")
        if column in BOOKKEEPING or owner not in {"", scenario}:
            continue
        values = results.worlds[column].to_numpy(dtype=np.float64)
        if values.size > 1 and np.ptp(values) > 0:
            found[leaf] = values
    return found


def ranked(values: Floats) -> Floats:
    """Return centred ranks of (..., worlds), scaled to unit length; ties take their mean rank."""
    rows = pd.DataFrame(values.reshape(-1, values.shape[-1]))
    ranks = rows.rank(axis=1).to_numpy().reshape(values.shape)
    ranks = ranks - ranks.mean(axis=-1, keepdims=True)
    found: Floats = ranks / np.maximum(np.linalg.norm(ranks, axis=-1, keepdims=True), 1e-12)
    return found


def influences(
    assumed: dict[str, Floats], outcome: NDArray[np.float32], ranks: Floats | None = None
) -> list[Influence]:
    """Return how an outcome follows each assumption, the strongest first.

    Worlds that failed are left out. Intervals are Fisher's. `ranks` are those of the assumptions,
    for who asks of several outcomes.
    """
    kept = np.isfinite(outcome)
    if not assumed or kept.sum() < 8 or np.ptp(outcome[kept]) == 0:  # noqa: PLR2004
        return []
    table = ranks if ranks is not None and kept.all() else _table(assumed, kept)
    found = table @ ranked(outcome[kept].astype(np.float64))
    half = 1.96 / np.sqrt(kept.sum() - 3)
    spread = np.arctanh(np.clip(found, -0.999, 0.999))
    low, high = np.tanh(spread - half), np.tanh(spread + half)
    listed = [
        Influence(name, *(float(each) for each in ends))
        for name, *ends in zip(assumed, found, low, high, strict=True)
    ]
    return sorted(listed, key=lambda each: -abs(each.value))


def _table(assumed: dict[str, Floats], kept: NDArray[np.bool_]) -> Floats:
    """Return the ranks of all assumptions over the worlds that are kept."""
    return ranked(np.stack([values[kept] for values in assumed.values()]))


def beyond_luck(worlds: int) -> float:
    """Return the size of a rank correlation that luck alone hardly reaches.

    >>> round(beyond_luck(500), 2)
    0.16
    """
    return float(np.tanh(LUCK / np.sqrt(max(worlds - 3, 1))))


def readable(name: str) -> str:
    """Return an assumption's name as people read it.

    >>> readable("initial_reliance.trade.KAZ.RUS")
    'initial reliance: trade KAZ RUS'
    """
    parameter, *labels = name.split(".")
    text = parameter.replace("_", " ")
    return f"{text}: {' '.join(labels)}" if labels else text


def worded(name: str, registry: Registry) -> str:
    """Return what an assumption is about, in words.

    >>> from scenarios.parameters import load_parameters
    >>> worded("initial_reliance.security.UZB.CHN", load_parameters())
    'the first share (2000) of China in security in Uzbekistan'
    >>> worded("world_offer_effect", load_parameters())
    'the effect of offers'
    """
    parameter, *labels = name.split(".")
    names = [{**STATE_NAMES, **POWER_NAMES}.get(each, each.replace("_", " ")) for each in labels]
    if parameter in PHRASES:
        return PHRASES[parameter].format(*names)
    about = registry[parameter].about if parameter in registry else readable(parameter)
    whose = f" ({', '.join(names)})" if names else ""
    return f"the {about}{whose}" if parameter.startswith("world_") else f"{about}{whose}"
