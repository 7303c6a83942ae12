"""Who holds which place while a layout is played: places are written down as values, not numbers.

A value that is read where another waits is a fault, so that no two share a place while both are
needed.
"""

from __future__ import annotations

import pytest

from model.engine import program
from model.engine.plan import CONSTANT


def laid_out_by(compile_):
    """The layout that is made on the way to a program, as places; nothing is compiled."""
    seen, laid_out, streamed_rows = {}, program.laid_out, program.streamed_rows

    def laid(*given):
        seen["given"], seen["layout"] = given, laid_out(*given)
        return seen["layout"]

    def streamed(tracing):
        seen["streamed"] = streamed_rows(tracing)
        return seen["streamed"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(program, "laid_out", laid)
        patch.setattr(program, "streamed_rows", streamed)
        patch.setattr(program, "cached", lambda make, *_: make())
        patch.setattr(program, "code_of", lambda _: b"")
        compile_()
    return Places(*seen["given"], seen["layout"], seen["streamed"])


class Places:
    """Rows and numbers of one group of worlds, with the values that they hold."""

    def __init__(self, values, stages, leaves, replaced, recorded, layout, streamed=frozenset()):
        """Begin a quarter."""
        self.values, self.stages, self.layout = values, stages, layout
        self.leaves, self.replaced, self.streamed = leaves, replaced, streamed
        compiled = {each for stage in stages for each in stage.compiled if values[each].wide}
        self.recorded = [each for each in recorded if each not in compiled]
        self.faults = []
        self.rows, self.numbers = {}, {}
        for each, at in layout.home.items():
            if values[each].name == CONSTANT:
                self.numbers[at] = each
        self._begin()

    def _begin(self):
        for each, at in self.leaves.home.items():
            if self.values[each].wide:
                self.rows[at] = each

    def play(self):
        """Go through a quarter with the first worlds, then with others; faults as text."""
        for each, at in self.leaves.home.items():
            if not self.values[each].wide:
                self.numbers[at] = each
        self._quarter(narrow=True)
        self._expect_leaves(wide=True)
        self.rows.clear()
        self._begin()
        self._quarter(narrow=False)
        self._expect_leaves(wide=True)
        self._move(self.layout.moves[-1], wide=False)
        self._expect_leaves(wide=False)
        return self.faults

    def _quarter(self, *, narrow):
        last = len(self.stages) - 1
        for number, stage in enumerate(self.stages):
            self._call(stage, self.layout.calls[number], narrow=narrow)
            kinds = (False, True) if narrow else (True,)
            for wide in kinds:
                for piece in stage.pieces:
                    if self.values[piece[0]].wide == wide:
                        self._piece(piece, wide=wide)
                if number == last and wide:
                    for each in self.recorded:
                        self._read(each, "written down")
                if number < last or wide:
                    self._move(self.layout.moves[number], wide=wide)

    def _call(self, stage, placed, *, narrow):
        pairs = [
            pair for pair in zip(stage.calls, placed, strict=True) if narrow or pair[1].found.wide
        ]
        for call, at in pairs:
            for given, block in zip(call.given, at.given, strict=True):
                for place, each in enumerate(given, block.first):
                    self._expect(place, each, block.wide, f"operand of {call.name}")
            for place, each in enumerate(call.found, at.found.first):
                self._memory(at.found.wide)[place] = each

    def _piece(self, piece, *, wide):
        held = set()
        for each in piece:
            for given in set(self.values[each].given) - held:
                self._read(given, f"for {each}")
                held.add(given)
            held.add(each)
            own = self.layout.home.get(each)
            for place in [*([] if own is None else [own]), *self.layout.sent.get(each, ())]:
                self._memory(wide)[place] = each

    def _move(self, moves, *, wide):
        moves = [each for each in moves if each.wide == wide]
        for each in moves:
            self._read(each.value, "to be moved")
        for each in moves:
            self._memory(wide)[each.place] = each.value

    def _read(self, value, why):
        if value not in self.streamed:
            self._expect(self.layout.home.get(value), value, self.values[value].wide, why)

    def _expect(self, place, value, wide, why):
        held = self._memory(wide).get(place)
        if held != value:
            self.faults.append(f"{value} {why}: place {place} has {held}")

    def _expect_leaves(self, *, wide):
        for leaf, value in self.replaced.items():
            if self.values[leaf].wide == wide and leaf in self.leaves.home:
                self._expect(self.leaves.home[leaf], value, wide, f"for {leaf} of the next quarter")

    def _memory(self, wide):
        return self.rows if wide else self.numbers
