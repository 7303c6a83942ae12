"""Whether chains converged: each chain is judged by itself against all others.

Rank-normalised split R-hat and the effective sizes of bulk and tails (Vehtari et al. 2021), by
arviz-stats.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
GOOD_R_HAT = 1.01
ENOUGH = 400
"""Effective draws from which on R-hat itself can be trusted (Vehtari et al. 2021)."""
TAILS = (0.05, 0.95)


def diagnosed(names: Sequence[str], chains: Floats) -> pd.DataFrame:
    """How far chains (chain, step, leaf) converged, by leaf: `r_hat`, `effective` and `tail`.

    `effective` is the size of the bulk, `tail` that of the 5 % and 95 % quantiles. Chains that
    never move have an infinite R-hat, and the size of one draw a chain.
    """
    from arviz_stats.base import array_stats

    axes = {"chain_axis": 0, "draw_axis": 1}
    rows = []
    with np.errstate(all="ignore"):
        for place, name in enumerate(names):
            mine = np.ascontiguousarray(chains[..., place])
            r_hat = float(array_stats.rhat(mine, **axes))
            bulk = float(array_stats.ess(mine, method="bulk", **axes))
            tail = float(array_stats.ess(mine, method="tail", prob=TAILS, **axes))
            rows.append((name, r_hat if np.isfinite(r_hat) else np.inf, bulk, tail))
    return pd.DataFrame(rows, columns=["leaf", "r_hat", "effective", "tail"])


def converged(diagnostics: pd.DataFrame) -> bool:
    """Whether chains agree on every leaf, in bulk and tails, and are long enough to tell."""
    sizes = diagnostics[["effective", "tail"]].to_numpy()
    return bool((diagnostics["r_hat"] < GOOD_R_HAT).all() and (sizes >= ENOUGH).all())


def convergence_text(diagnostics: pd.DataFrame) -> str:
    """Whether chains converged, in plain words and with the numbers that say so."""
    verdict = "converged" if converged(diagnostics) else "DID NOT CONVERGE"
    return (
        f"{verdict} (largest R-hat {diagnostics['r_hat'].max():.3f}, smallest effective size "
        f"{diagnostics['effective'].min():.0f} in the bulk, {diagnostics['tail'].min():.0f} in "
        "the tails)"
    )
