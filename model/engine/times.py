"""Times: when each value of a plan is computed, and when it is read last."""

from __future__ import annotations

from collections.abc import Sequence

from model.engine.plan import Stage
from model.engine.values import Value


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
