"""The layout: where values wait that more than one piece of a plan needs, and for how long.

Wide values wait in rows, narrow ones among the numbers. What a quarter starts from comes first.
What NumPy is called with lies side by side, and the result takes the place of the first operand.
Rows that nothing needs any more are taken again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from model.engine.plan import CONSTANT, Call, Stage, Value


class Times:
    """When values are computed and used last: a moment a piece, and one for calls and for moves.

    `order` counts compiled values, `last_reader` says which of them reads a value last.
    """

    def __init__(self, values: Sequence[Value], stages: Sequence[Stage]) -> None:
        """Go through a plan."""
        self.made: dict[int, int] = {}
        self.order: dict[int, int] = {}
        self.called: list[int] = []
        moment = 0
        for stage in stages:
            self.called.append(moment)
            self.made |= {each: moment for call in stage.calls for each in call.found}
            for piece in stage.pieces:
                moment += 1
                self.made |= dict.fromkeys(piece, moment)
                self.order |= {each: len(self.order) + i for i, each in enumerate(piece)}
            moment += 2
        self.end = moment
        self.last: dict[int, int] = {}
        self.last_reader: dict[int, int] = {}
        self.crossing: set[int] = set()
        for each, place in self.order.items():
            for given in values[each].given:
                self.use(given, self.made[each])
                self.last_reader[given] = place
        for stage, moment in zip(stages, self.called, strict=True):
            for each in stage.read - self.order.keys():
                self.use(each, moment - 1)

    def use(self, value: int, moment: int) -> None:
        """Note that a value is read at a moment."""
        self.last[value] = max(self.last.get(value, -1), moment)
        if self.made.get(value) != moment:
            self.crossing.add(value)

    def begins(self, value: int, stage: int) -> int:
        """When an operand of a stage's calls is put into its place."""
        return self.made[value] if value in self.order else self.called[stage] - 1


@dataclass(frozen=True)
class Block:
    """Places side by side: rows where `wide`, else numbers."""

    first: int
    count: int
    wide: bool


@dataclass(frozen=True)
class PlacedCall:
    """A function of NumPy's with the places of its result and of its operands."""

    name: str
    found: Block
    given: tuple[Block, ...]


@dataclass(frozen=True)
class Move:
    """A value that has to go to another place."""

    value: int
    place: int
    wide: bool


@dataclass
class Layout:
    """Places. `home` is where a value can be read, `sent` where compiled ones have to go besides.

    `moves` are made at the end of each stage; those of the last turn the quarter into the next.
    """

    home: dict[int, int]
    rows: int
    numbers: int
    sent: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    calls: list[list[PlacedCall]] = field(default_factory=list)
    moves: list[list[Move]] = field(default_factory=list)

    def taken(self, count: int) -> Block:
        """Take so many new numbers."""
        self.numbers += count
        return Block(self.numbers - count, count, wide=False)


@dataclass(frozen=True)
class Stay:
    """How long rows side by side are needed, from one moment to another."""

    begins: int
    ends: int
    count: int


def laid_out(
    values: Sequence[Value],
    stages: Sequence[Stage],
    leaves: Layout,
    replaced: Mapping[int, int],
    recorded: Iterable[int],
) -> Layout:
    """Find a place for everything.

    `leaves` has the places of what a quarter starts from, `replaced` says what takes their place
    in the next, and `recorded` is read at the end of the quarter where it is not compiled.
    """
    layout, times = Layout(dict(leaves.home), leaves.rows, leaves.numbers), Times(values, stages)
    for each in recorded:
        if each not in times.order:
            times.use(each, times.end)
    # Constants first, then what the quarter hands to the next: some of that may be written straight
    # to where the next quarter reads it.
    put_constants(values, stages, {*replaced.values(), *recorded}, layout)
    last = renew(values, stages, replaced, times, layout)
    # Narrow values get a number each for good; wide ones share rows, each while it is read. What a
    # stage's calls read and no piece computes is moved there at the end of the stage before.
    for each in times.order:
        if not values[each].wide:
            layout.home[each] = layout.taken(1).first
    put_rows(values, stages, times, layout)
    before = [moves_before(*each, times) for each in zip(stages, layout.calls, strict=True)]
    layout.moves = [*before[1:], last]
    return layout


def moves_before(stage: Stage, calls: Sequence[PlacedCall], times: Times) -> list[Move]:
    """Bring what is not compiled to where a stage's calls read it."""
    return [
        Move(value, place, block.wide)
        for call, at in zip(stage.calls, calls, strict=True)
        for given, block in zip(call.given, at.given, strict=True)
        for place, value in enumerate(given, block.first)
        if value not in times.order
    ]


def put_constants(
    values: Sequence[Value], stages: Sequence[Stage], wanted: set[int], layout: Layout
) -> None:
    """Give constants a number each."""
    read = {given for stage in stages for each in stage.compiled for given in values[each].given}
    for each in sorted(wanted.union(read, *(stage.read for stage in stages))):
        if values[each].name == CONSTANT:
            layout.home[each] = layout.taken(1).first


def renew(
    values: Sequence[Value],
    stages: Sequence[Stage],
    replaced: Mapping[int, int],
    times: Times,
    layout: Layout,
) -> list[Move]:
    """Send what a quarter ends with to where the next one starts; what cannot go yet is moved.

    A compiled value goes there at once if nothing reads the old one later.
    """
    moves = []
    read_late = {*replaced.values()}.union(*(stage.read for stage in stages))
    for leaf, value in replaced.items():
        both = values[leaf].wide and values[value].wide
        before = times.last_reader.get(leaf, -1) < times.order.get(value, -1)
        if value == leaf:
            continue
        if both and before and leaf not in read_late and times.last.get(leaf) != times.end:
            layout.sent[value].append(layout.home[leaf])
            layout.home.setdefault(value, layout.home[leaf])
        else:
            moves.append(Move(value, layout.home[leaf], values[leaf].wide))
            times.use(value, times.end)
    return moves


def put_rows(
    values: Sequence[Value], stages: Sequence[Stage], times: Times, layout: Layout
) -> None:
    """Give rows to what crosses from piece to piece, and to what NumPy is called with."""
    stays: dict[object, Stay] = {}
    for each in times.order:
        if values[each].wide and each in times.crossing and each not in layout.home:
            stays[each] = Stay(times.made[each], times.last[each], 1)
    for number, stage in enumerate(stages):
        for call in stage.calls:
            stays |= stays_of(values, call, number, times)
    found, layout.rows = packed(stays, layout.rows)
    layout.home |= {each: found[each] for each in times.order if each in found}
    for stage in stages:
        layout.calls.append([placed_call(values, call, found, layout) for call in stage.calls])


def stays_of(values: Sequence[Value], call: Call, stage: int, times: Times) -> dict[object, Stay]:
    """How long a call's operands and results stay, by call and operand; narrow ones need no row."""
    now = times.called[stage]
    done = max(times.last.get(each, now) for each in call.found)
    found: dict[object, Stay] = {}
    for number, given in enumerate(call.given):
        begins = min(times.begins(each, stage) for each in given)
        if values[given[0]].wide:
            found[call, number] = Stay(begins, now if number else done, len(given))
        elif values[call.found[0]].wide and number == 0:
            found[call, number] = Stay(now, done, len(given))
    return found


def packed(stays: Mapping[object, Stay], start: int) -> tuple[dict[object, int], int]:
    """Rows for all from `start` on, and how many there are then (a linear scan).

    >>> packed({"a": Stay(0, 1, 2), "b": Stay(1, 3, 1), "c": Stay(2, 3, 2)}, 10)
    ({'a': 10, 'b': 12, 'c': 10}, 13)
    """
    found: dict[object, int] = {}
    free = bytearray()
    staying: list[tuple[int, range]] = []
    for key, stay in sorted(stays.items(), key=lambda each: each[1].begins):
        for _, rows in (each for each in staying if each[0] < stay.begins):
            free[rows.start : rows.stop] = b"\1" * len(rows)
        staying = [each for each in staying if each[0] >= stay.begins]
        first = free.find(b"\1" * stay.count)
        if first < 0:  # new rows, after those at the end that are free
            first = len(free.rstrip(b"\1"))
        free[first : first + stay.count] = b"\0" * stay.count
        staying.append((stay.ends, range(first, first + stay.count)))
        found[key] = start + first
    return found, start + len(free)


def placed_call(
    values: Sequence[Value], call: Call, rows: Mapping[object, int], layout: Layout
) -> PlacedCall:
    """Place a call: its result is where its first operand was, unless only the result is wide."""
    blocks = []
    for number, given in enumerate(call.given):
        wide, count = values[given[0]].wide, len(given)
        block = Block(rows[call, number], count, wide=True) if wide else layout.taken(count)
        for place_of, each in enumerate(given, block.first):
            layout.sent[each].append(place_of)
        blocks.append(block)
    found = blocks[0]
    if values[call.found[0]].wide and not found.wide:
        found = Block(rows[call, 0], len(call.found), wide=True)
    layout.home |= {each: found.first + i for i, each in enumerate(call.found)}
    return PlacedCall(call.name, found, tuple(blocks))
