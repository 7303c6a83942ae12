"""An emulator of the hindcast: what it would predict, in microseconds instead of milliseconds.

Predictions are smooth in the parameters, for all points have the same luck. First they are
condensed: divided by their errors, the figures of a variable move along far fewer directions than
there are figures (Higdon et al. 2008). Each of those is then a polynomial in the unit point,
fitted by ridge regression. The emulator only proposes (see `posterior`): where it errs, more of
its proposals are refused, and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.tuning.likelihood import Group, Likelihood

Floats = NDArray[np.float64]
LOST = 1e-3
"""Mean misfit (a sum of squares in errors) that the directions left out may cost a variable."""
RIDGE = 1e-4


@dataclass(frozen=True)
class Emulator:
    """Log-likelihoods of unit points: call it with (point, leaf).

    `weights` (feature, direction) are the polynomials, `likelihood` judges directions as if they
    were figures.
    """

    weights: Floats
    likelihood: Likelihood

    def __call__(self, unit: Floats) -> Floats:
        """The emulated log-likelihood of every point."""
        return self.likelihood(self.weights.T @ features(unit).T)


def features(unit: Floats) -> Floats:
    """Terms of the polynomial (point, term): Legendre to the third degree, products of pairs."""
    x = np.ascontiguousarray(2 * unit.T - 1)
    leaves = len(x)
    found = np.empty((terms(leaves), len(unit)))
    found[0] = 1
    found[1 : 1 + 3 * leaves] = np.concatenate([x, (3 * x**2 - 1) / 2, (5 * x**3 - 3 * x) / 2])
    start = 1 + 3 * leaves
    for leaf in range(leaves - 1):
        stop = start + leaves - 1 - leaf
        np.multiply(x[leaf], x[leaf + 1 :], out=found[start:stop])
        start = stop
    return found.T


def terms(leaves: int) -> int:
    """How many terms the polynomial has; as many points are the least that tell them apart."""
    return 1 + 3 * leaves + leaves * (leaves - 1) // 2


def emulated(unit: Floats, predicted: Floats, likelihood: Likelihood) -> Emulator:
    """The emulator fitted to predictions (figure, point) at unit points (point, leaf)."""
    sound = np.isfinite(predicted).all(axis=0)
    directions, condensed = condense(likelihood, predicted[:, sound])
    terms_of = features(unit[sound])
    penalty = np.full(terms_of.shape[1], RIDGE * len(terms_of))
    penalty[0] = 0.0
    gram = terms_of.T @ terms_of + np.diag(penalty)
    targets = (directions @ predicted[:, sound]).T
    return Emulator(np.asarray(np.linalg.solve(gram, terms_of.T @ targets), float), condensed)


def condense(likelihood: Likelihood, predicted: Floats) -> tuple[Floats, Likelihood]:
    """Directions (direction, figure) in which predictions differ, and the likelihood of these.

    What of the record lies in no direction misfits by the same amount at every point; it goes
    with the constant.
    """
    parts, groups, count = [], [], 0
    for name in dict.fromkeys(group.variable for group in likelihood.groups):
        mine = [group for group in likelihood.groups if group.variable == name]
        found = _directions(mine, predicted)
        rows = count + np.arange(len(found))
        groups.append(_condensed(mine, found, rows))
        parts.append(found)
        count += len(found)
    return np.concatenate(parts), Likelihood(tuple(groups))


def _directions(groups: list[Group], predicted: Floats) -> Floats:
    """Orthogonal directions of one variable's figures, each measured in errors."""
    whitening = np.zeros((sum(len(group.rows) for group in groups), len(predicted)))
    start = 0
    for group in groups:
        stop = start + len(group.rows)
        whitening[start:stop, group.rows] = np.linalg.cholesky(group.precision).T
        start = stop
    axes, sizes, _ = np.linalg.svd(whitening @ predicted, full_matrices=False)
    left = np.cumsum(sizes[::-1] ** 2)[::-1] / predicted.shape[1]
    kept = max(int((left > LOST).sum()), 1)
    return np.asarray(axes[:, :kept].T @ whitening)


def _condensed(groups: list[Group], directions: Floats, rows: NDArray[np.int64]) -> Group:
    """One group of directions in place of a variable's groups of figures.

    A direction d of figures x is d·x, in errors; the record's place on it is found by the same
    weights, and what is left of the record's own square is a constant.
    """
    record = np.zeros(directions.shape[1])
    whole = 0.0
    for group in groups:
        record[group.rows] = group.y
        whole += float(group.y @ group.precision @ group.y)
    y = directions @ record
    logdet = sum(group.logdet for group in groups) + whole - float(y @ y)
    return Group(groups[0].variable, rows, y, np.eye(len(y)), logdet, np.ones(len(y)))
