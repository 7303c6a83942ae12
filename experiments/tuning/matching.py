"""History matching: which points the record rules out, whatever else it says.

A point is implausible where some dyad's figures lie further from the prediction than error,
discrepancy and the model's own spread together can explain (Craig et al. 1997; Vernon et al.
2010). The third worst dyad decides, for one or two may be odd.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, norm

from experiments.tuning.likelihood import Likelihood

Floats = NDArray[np.float64]
CUTOFF = 3.0
"""Standard deviations (Pukelsheim 1994: 95 % of any unimodal distribution)."""
WORST = 3
FEWEST = 32


@dataclass(frozen=True)
class Matched:
    """What history matching leaves: a mask over points, and how implausible each is.

    `relaxed` where the cut-off left next to nothing, so that the least implausible were kept.
    """

    plausible: NDArray[np.bool_]
    implausibility: Floats
    relaxed: bool


def implausibility(predicted: Floats, likelihood: Likelihood) -> Floats:
    """Implausibility of points (dyad, points): how many standard deviations a dyad is off.

    The misfit of a dyad's figures is a chi-square; it is told as the normal deviate that is as
    unlikely.
    """
    slopes = likelihood.slopes(predicted)
    rows = []
    for group in likelihood.groups:
        off = group.y[:, None] - slopes[group.variable] * predicted[group.rows]
        misfit = (off * (group.precision @ off)).sum(axis=0)
        rows.append(-norm.ppf(np.maximum(chi2.sf(misfit, len(group.rows)), 1e-300) / 2))
    return np.array(rows)


def matched(found: Floats) -> Matched:
    """Keep the points whose third worst dyad is within the cut-off (or the best few)."""
    place = min(WORST, len(found)) - 1
    deciding = cast("Floats", -np.sort(-found, axis=0)[place])
    plausible = deciding <= CUTOFF
    relaxed = int(plausible.sum()) < FEWEST
    if relaxed:
        plausible = deciding <= np.sort(deciding)[min(FEWEST, len(deciding)) - 1]
    return Matched(plausible, deciding, relaxed)


def matching_summary(found: Matched, count: int) -> dict[str, Any]:
    """What was ruled out, for the page."""
    return {
        "points": count,
        "plausible": int(found.plausible.sum()),
        "share": float(found.plausible.mean()),
        "relaxed": found.relaxed,
    }
