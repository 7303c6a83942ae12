"""A small classification tree (Breiman et al. 1984): a second opinion on what matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.results.estimates import percent

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Fresh = tuple[Floats, Booleans, NDArray[np.int64]]
"""Inputs of fresh worlds, whether it happened, and which world each row is of."""
DEEPEST = 3
LEAST_LEAF = 0.05
LEAST_GAIN = 0.01


@dataclass(frozen=True)
class Node:
    """Part of the worlds: how many, and which part of them are cases; a split if there is one."""

    mass: float
    density: float
    place: int = -1
    limit: float = 0.0
    below: Node | None = None
    above: Node | None = None


def grown(x: Floats, y: Booleans, *, whole: int | None = None, depth: int = 0) -> Node:
    """A tree over worlds (world, input), split where cases part most (Gini)."""
    whole = whole or len(y)
    mass, density = len(y) / whole, float(y.mean())
    least = max(int(LEAST_LEAF * whole), 1)
    place, limit, gain = split(x, y, least)
    if depth == DEEPEST or place < 0 or gain * mass < LEAST_GAIN * density * (1 - density):
        return Node(mass, density)
    under = x[:, place] <= limit
    parts = (grown(x[side], y[side], whole=whole, depth=depth + 1) for side in (under, ~under))
    return Node(mass, density, place, limit, *parts)


def split(x: Floats, y: Booleans, least: int) -> tuple[int, float, float]:
    """The input and limit whose split lowers the Gini impurity most, and by how much."""
    best = (-1, 0.0, 0.0)
    count, cases = len(y), float(y.sum())
    if count < 2 * least:
        return best
    before = 2 * cases / count * (1 - cases / count)
    left = np.arange(1, count)
    for place in range(x.shape[1]):
        order = np.argsort(x[:, place], kind="stable")
        values, sums = x[order, place], np.cumsum(y[order])[:-1]
        low, high = sums / left, (cases - sums) / (count - left)
        after = (left * 2 * low * (1 - low) + (count - left) * 2 * high * (1 - high)) / count
        after[(values[1:] == values[:-1]) | (left < least) | (count - left < least)] = np.inf
        at = int(after.argmin())
        if before - after[at] > best[2]:
            best = (place, float((values[at] + values[at + 1]) / 2), float(before - after[at]))
    return best


def tree_lines(node: Node, names: tuple[str, ...], fresh: Fresh | None = None) -> Iterator[str]:
    """The tree in lines, one a leaf or split; leaves say what they hold of fresh worlds, if any."""
    if node.below is None or node.above is None:
        worlds = f"of these worlds ({percent(node.mass)} of all)"
        yield f"in {percent(node.density)} {worlds}{_of(fresh)}"
        return
    under, over = _parted(node, fresh)
    yield f"{names[node.place]} at most {node.limit:.4g}:"
    yield from (f"  {line}" for line in tree_lines(node.below, names, under))
    yield f"{names[node.place]} above {node.limit:.4g}:"
    yield from (f"  {line}" for line in tree_lines(node.above, names, over))


def _of(fresh: Fresh | None) -> str:
    """Say in which part of the fresh worlds of a leaf it happens."""
    if fresh is None:
        return ""
    _, y, worlds = fresh
    count = len(np.unique(worlds))
    return f"; of {count:,} fresh ones in {percent(y.mean())}" if count else "; no fresh ones"


def _parted(node: Node, fresh: Fresh | None) -> tuple[Fresh | None, ...]:
    """Send fresh worlds down both sides of a split."""
    if fresh is None:
        return None, None
    x, y, worlds = fresh
    under = x[:, node.place] <= node.limit
    return tuple((x[side], y[side], worlds[side]) for side in (under, ~under))
