"""How shares go through the record: where they go this quarter, and what luck that takes.

The log-odds of an observed share walk through its figures (model/smoothing.py); what the rules do
not explain of that walk is a world's own luck, which goes on from there when the record ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from agents.axes import Array, RelianceOfAll, Shaped, StateWorlds

Cells = Float[Array, "8 options states 1"]
OfStates = Float[Array, "2 states 1"]
SENT, OWED = 0, 1
"""Places of the two stocks."""
FAINTEST = 0.0005
"""Stocks, over GDP, that are followed are no smaller."""
MOST = 0.98
"""What observed shares come to at most where others are not observed."""


@dataclass(frozen=True)
class Seen:
    """How log-odds go on in a quarter: next = level + memory * last + spread * luck.

    `seen` is 1 where a share is followed and else 0, where the others are 0 too; `own` is 1 where
    log-odds count from the world's own first share. `among` is 1 for the options that shares are
    of, `whole` (domain, 1, state, 1) where all of these are seen. `cells` are the places (domain,
    option, state), axis by axis, of which anything is on record in some quarter, and `own_cells`
    those whose log-odds count from the world's own.
    """

    level: Cells
    memory: Cells
    spread: Cells
    seen: Cells
    own: Cells
    among: Cells
    whole: Float[Array, "8 1 states 1"]
    cells: tuple[tuple[int, ...], ...]
    own_cells: tuple[tuple[int, ...], ...]
    stock_level: OfStates
    stock_memory: OfStates
    stock_spread: OfStates
    stock_seen: OfStates
    """The same for the logarithms of remittances and of debt to China, over GDP, in this order."""


@dataclass(frozen=True)
class Taken:
    """The luck that a world's factual past took in a quarter, which another past of it keeps."""

    luck: RelianceOfAll
    windfall: StateWorlds
    owed: StateWorlds
    """Log points of remittances and of debt to China."""


def targets(
    held: RelianceOfAll, first: RelianceOfAll, luck: RelianceOfAll, seen: Seen
) -> RelianceOfAll:
    """The shares that observed options have next, among those that they are shares of.

    `held` is last quarter's reliance, `first` that of the start, `luck` standard normal. Where
    nothing is observed the number means nothing.
    """
    own = log_odds(first, seen.among, seen.own_cells) * seen.own
    moved = (log_odds(held, seen.among, seen.cells) - own) * seen.memory + seen.spread * luck
    share = 1 / (1 + there(np.exp, -(own + seen.level + moved), seen.cells))
    whole = total(share * seen.seen)
    room = np.maximum(whole / MOST, 1)
    return share / (whole * seen.whole + room * (1 - seen.whole))


def missed(share: RelianceOfAll, attraction: RelianceOfAll, seen: Seen) -> RelianceOfAll:
    """What luck lacks so that observed shares come out, log points; 0 for others.

    `attraction` is that of all options with the luck that there is. Options that are not observed
    keep theirs; where all are observed, their sum stays.
    """
    observed = total(share * seen.seen)
    left = 1 - observed * (1 - seen.whole)
    free = total(attraction * seen.among * (1 - seen.seen)) / left
    scale = total(attraction * seen.among) * seen.whole + free * (1 - seen.whole)
    return there(np.log, share * scale / attraction, seen.cells) * seen.seen


def stock_missed(
    stock: int, before: StateWorlds, due: StateWorlds, luck: StateWorlds, seen: Seen
) -> StateWorlds:
    """What a stock lacks so that it goes through its figures, log points; 0 where none are known.

    `before` is what it was last quarter, `due` what it would be by the rules.
    """
    last = np.log(np.maximum(before, FAINTEST)) * seen.stock_memory[stock]
    walked = seen.stock_level[stock] + last + seen.stock_spread[stock] * luck
    return (walked - np.log(np.maximum(due, FAINTEST))) * seen.stock_seen[stock]


def log_odds(
    held: RelianceOfAll, among: Cells, cells: tuple[tuple[int, ...], ...]
) -> RelianceOfAll:
    """Log-odds of shares among some options, in some cells.

    >>> at = (0, 1), (0, 2), (0, 3)
    >>> log_odds(np.full((8, 5, 5, 1), 0.2), np.ones((8, 5, 5, 1)), at)[1, 2, 3].round(3)
    array([-1.386])
    """
    return there(np.log, held / (total(held * among) - held * among), cells)


def there(function: np.ufunc, values: Shaped, cells: tuple[tuple[int, ...], ...]) -> Shaped:
    """A function in some cells of a table, and 0 elsewhere: most cells are not on record.

    >>> there(np.exp, np.zeros((2, 2, 1)), ((1,), (0,)))[:, 0, 0]
    array([0., 1.])
    """
    result = np.zeros_like(values)
    result[cells] = function(values[cells])
    return result


def total(values: Shaped) -> Shaped:
    """Sum over the options, which stay an axis."""
    return values.sum(axis=1)[:, np.newaxis]
