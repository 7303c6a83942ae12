"""PRIM: boxes of inputs in which something happens much more often (Friedman and Fisher 1999).

A box starts as all worlds. Peeling cuts a thin slice off the side whose loss leaves the highest
share of cases, again and again; pasting tries to give slices back at the end. Every box on the
way is kept: a small one is dense, a large one covers more cases, and the trade-off is the user's.
A small classification tree (Breiman et al. 1984) is a second opinion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom

from experiments.results.estimates import percent

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Integers = NDArray[np.int64]
SLICE = 0.05
LEAST_MASS = 0.05
"""Part of all worlds below which a box says too little."""
DEEPEST = 3
LEAST_LEAF = 0.05
LEAST_GAIN = 0.01
"""How far a tree is grown, and the least mass of a leaf and gain of a split."""
Fresh = tuple[Floats, Booleans, Integers]
"""Inputs of fresh worlds, whether it happened, and which world each row is of."""
SURE = 1.96
"""Standard errors by which the sides of a split differ on fresh worlds, at least."""
CERTAIN = 0.05
"""Chance, at most, of so good a restriction without any effect; others are relaxed."""


@dataclass(frozen=True)
class Box:
    """Limits of every input: worlds inside have low <= value <= high; infinite where free."""

    low: Floats
    high: Floats

    def inside(self, x: Floats) -> Booleans:
        """Which rows of x (world, input) lie inside."""
        return np.asarray(((x >= self.low) & (x <= self.high)).all(axis=1))

    @property
    def restricted(self) -> list[int]:
        """Inputs that the box limits."""
        limited = np.isfinite(self.low) | np.isfinite(self.high)
        return [int(place) for place in np.flatnonzero(limited)]


def counted(draws: Integers, rows: Booleans, y: Booleans) -> tuple[float, int]:
    """Cases and draws among some rows, each draw once: as the part of its rows that are cases.

    `draws` says which draw of chance each row is of: a world is a row under each scenario, and
    worlds of a design share points or replicates.

    >>> every, happened = np.full(4, True), np.array([True, False, True, True])
    >>> counted(np.array([0, 1, 0, 1]), every, happened)
    (1.5, 2)
    """
    there = np.bincount(draws, rows)
    happened = np.bincount(draws, rows & y)
    return float((happened / np.maximum(there, 1)).sum()), int((there > 0).sum())


@dataclass(frozen=True)
class Quality:
    """How good a box is: part of all cases inside, part of the inside that are cases, and size."""

    coverage: float
    density: float
    mass: float


def quality(box: Box, x: Floats, y: Booleans) -> Quality:
    """Quality of a box on some worlds; y says which are cases."""
    inside = box.inside(x)
    cases = float((inside & y).sum())
    return Quality(
        cases / max(float(y.sum()), 1.0), cases / max(float(inside.sum()), 1.0), inside.mean()
    )


def trajectory(x: Floats, y: Booleans) -> list[Box]:
    """Boxes from all worlds down to the smallest, each peeled from the one before."""
    free = np.full(x.shape[1], np.inf)
    box = Box(-free, free)
    found, inside = [box], np.ones(len(x), dtype=bool)
    while inside.sum() > LEAST_MASS * len(x) and not y[inside].all():
        peels = list(_peels(box, x, inside))
        gains = [_gain(kept, inside, y) for _, kept in peels]
        if not peels or max(gains) <= -np.inf:
            break
        box, inside = peels[int(np.argmax(gains))]
        found.append(box)
    return found


def _peels(box: Box, x: Floats, inside: Booleans) -> Iterator[tuple[Box, Booleans]]:
    """Every box that a slice off one side would leave."""
    values = x[inside]
    for i in range(x.shape[1]):
        below, above = np.quantile(values[:, i], [SLICE, 1 - SLICE])
        for side, limit in (("low", below), ("high", above)):
            low, high = box.low.copy(), box.high.copy()
            keep = x[:, i] > limit if side == "low" else x[:, i] < limit
            kept = inside & keep
            if not kept.any() or kept.sum() == inside.sum():
                continue
            lost = inside & ~keep
            if side == "low":
                low[i] = (x[kept, i].min() + x[lost, i].max()) / 2
            else:
                high[i] = (x[kept, i].max() + x[lost, i].min()) / 2
            yield Box(low, high), kept


def _gain(kept: Booleans, inside: Booleans, y: Booleans) -> float:
    """What peeling gains in density for every world that it costs."""
    lost = inside.sum() - kept.sum()
    if kept.sum() < LEAST_MASS * len(y) / 2:
        return -np.inf
    return float((y[kept].mean() - y[inside].mean()) / lost)


def chosen(boxes: list[Box], x: Floats, y: Booleans) -> int:
    """The box to tell of: the one that tells cases from others best.

    That is the largest coverage minus the part of the other worlds that lie inside too (Youden
    1950). Among equals the one with fewest restrictions, which comes first.
    """
    base = float(y.mean())
    told = [telling(quality(box, x, y), base) for box in boxes]
    return max(range(len(told)), key=lambda i: (round(told[i], 3), -i))


def telling(found: Quality, base: float) -> float:
    """Coverage of the cases minus coverage of all other worlds; `base` is the part of cases.

    >>> telling(Quality(coverage=0.5, density=1.0, mass=0.1), base=0.2)
    0.5
    """
    others = found.mass * (1 - found.density) / max(1 - base, 1e-12)
    return found.coverage - others


def simplified(box: Box, x: Floats, y: Booleans, draws: Sequence[Integers] | None = None) -> Box:
    """The box without restrictions that might be chance, the least telling relaxed first.

    `draws` says for each input which draw of it a row has; without it each row is one of its own.
    """
    draws = [np.arange(len(y))] * x.shape[1] if draws is None else draws
    while True:
        doubts = {i: quasi_p_value(box, i, x, y, draws[i]) for i in box.restricted}
        if not doubts or max(doubts.values()) <= CERTAIN:
            return pasted(box, x, y)
        box = relaxed(box, max(doubts, key=lambda i: doubts[i]))


def quasi_p_value(box: Box, place: int, x: Floats, y: Booleans, draws: Integers) -> float:
    """How likely as many cases are inside if the restriction of one input did nothing."""
    inside, without = box.inside(x), relaxed(box, place).inside(x)
    if without.sum() == 0:
        return 1.0
    cases, count = counted(draws, inside, y)
    return float(binom.sf(np.floor(cases) - 1, count, y[without].mean()))


def relaxed(box: Box, place: int) -> Box:
    """The box without the limits of one input."""
    low, high = box.low.copy(), box.high.copy()
    low[place], high[place] = -np.inf, np.inf
    return Box(low, high)


def widened(box: Box, places: NDArray[np.intp], inputs: int) -> Box:
    """A box over some inputs as one over all of them, free in the others."""
    low, high = np.full(inputs, -np.inf), np.full(inputs, np.inf)
    low[places], high[places] = box.low, box.high
    return Box(low, high)


def pasted(box: Box, x: Floats, y: Booleans) -> Box:
    """The box widened wherever a slice outside is at least as dense as the inside."""
    for place in box.restricted:
        box = _widened(box, place, x, y)
    return box


def _widened(box: Box, place: int, x: Floats, y: Booleans) -> Box:
    free, inside = relaxed(box, place).inside(x), box.inside(x)
    size = max(int(SLICE * inside.sum()), 1)
    values = x[:, place]
    for side in ("low", "high"):
        limit = getattr(box, side)[place]
        if not np.isfinite(limit):
            continue
        outside = free & (values < limit if side == "low" else values > limit)
        order = np.argsort(values[outside])[::-1] if side == "low" else np.argsort(values[outside])
        near = np.flatnonzero(outside)[order][:size]
        if len(near) == size and y[near].mean() >= y[inside].mean():
            limits = {"low": box.low.copy(), "high": box.high.copy()}
            limits[side][place] = _between(values, float(values[near[-1]]), side)
            box = Box(limits["low"], limits["high"])
    return box


def _between(values: Floats, limit: float, side: str) -> float:
    """Half way from a limit to the next value outside: limits lie between worlds, not on one."""
    beyond = values[values < limit] if side == "low" else values[values > limit]
    if not beyond.size:
        return limit
    return float((limit + (beyond.max() if side == "low" else beyond.min())) / 2)


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


def upheld(node: Node, fresh: Fresh) -> Node:
    """The tree without splits that fresh worlds do not show too, beyond chance, the same way round.

    A world that is a row under several scenarios counts once.
    """
    if node.below is None or node.above is None:
        return node
    under, over = (side for side in _parted(node, fresh) if side is not None)
    counts = [len(np.unique(worlds)) for _, _, worlds in (under, over)]
    if min(counts) == 0:
        return Node(node.mass, node.density)
    whole = float(fresh[1].mean())
    half = SURE * np.sqrt(whole * (1 - whole) * (1 / counts[0] + 1 / counts[1]))
    step = float(over[1].mean() - under[1].mean())
    if step * np.sign(node.above.density - node.below.density) <= half:
        return Node(node.mass, node.density)
    return replace(node, below=upheld(node.below, under), above=upheld(node.above, over))


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
