"""The player: carries a block of worlds through quarters by programs where it can.

A quarter whose arrays have the same shapes as the one before is traced, and those like it are
played from compiled code, some quarters at a time. Any other is stepped by the rules themselves.
Either way the numbers are the same.
"""

from __future__ import annotations

import numpy as np

from model.engine.program import Program, program_of
from model.engine.quarter import (
    Held,
    code_at_work,
    parts,
    plain_values,
    shapes,
    shapes_outside,
    traced,
)
from model.engine.sources import sources
from model.engine.work import MOST, SPARE, Brought, Work, work_on
from model.noise import RUN
from model.recorder import Recorder
from model.region import Region

Known = tuple[object, ...]
"""What a program depends on."""

PROGRAMS: dict[Known, Program | None] = {}
"""Programs of this process; None where shapes do not last."""


class Player:
    """Steps a region that has a recorder, quarter after quarter; it may take steps in between."""

    def __init__(self, region: Region, recorder: Recorder) -> None:
        """Take over a region where it is."""
        self.region, self.recorder = region, recorder
        self.kinds: tuple[type, ...] = ()
        self._forget()

    def _forget(self) -> None:
        """Take what the region holds as new: it has gone on without a program."""
        self.work: Work | None = None
        self.known: Known = ()
        self.run: list[Brought] = []

    def step_to(self, quarter: int) -> None:
        """Step the region to a quarter, and leave it there as its own steps would."""
        while self.region.quarter < quarter:
            self.region.advance()
            self.recorder.open(self.region.quarter)
            self._take()
        self._settle()
        self._forget()

    def _take(self) -> None:
        """Put a quarter into the run, or step it."""
        held = parts(self.region, self.recorder)
        known = self._outside(held)
        # Quarters go on being played while what they bring along has the same shapes; when worlds
        # come to differ in a driver, or the record ends, another program takes over.
        if self.work is None or known != self.known[: len(known)]:
            self._settle()
            self.work = self._take_up(known, held)
        if self.work is not None:
            self._append(self.work, held)

    def _take_up(self, outside: Known, held: Held) -> Work | None:
        """Find a program for a quarter of other shapes; without one, trace or step it."""
        known = (*outside, *plain_values(held), *shapes(held, self.region.worlds))
        # A quarter is traced if the one before had the same shapes, so that these are likely to
        # last; the first of its kind is stepped. What was traced has been stepped by that.
        if known not in PROGRAMS and known == self.known:
            found = traced(self.region, self.recorder)
            PROGRAMS[known] = None if found is None else program_of(found)
            return None
        self.known, program = known, PROGRAMS.get(known)
        if program is None:
            self.region.respond()
            self.recorder.record(self.region)
            return None
        return work_on(program, self.region.worlds, held)

    def _outside(self, held: Held) -> Known:
        """What a program depends on, but for what the region holds."""
        region = self.region
        kinds = *map(type, region.states.members), *map(type, region.powers.members)
        if kinds != self.kinds:  # at first, and where an agent takes up another behaviour
            self.kinds, self.sources = kinds, sources(*code_at_work(region, self.recorder))
        alone = region.worlds == 1
        return self.sources, alone, self.recorder.asked, shapes_outside(held)

    def _append(self, work: Work, held: Held) -> None:
        """Put a quarter into the run, and play it before the memory of luck is used again."""
        index = self.region.quarter
        self.run.append(work.quarter(index, held))
        if index % RUN == RUN - 1:
            self._play(work)

    def _play(self, work: Work) -> None:
        """Play the run; if a world has gone wrong in it, again and quarter by quarter."""
        run, self.run = self.run, []
        before = work.memory.lasting(work.program)
        right = work.play(run, self.recorder).all(axis=0)
        # A world that has gone wrong is reported with the quarter and the number that tell it, for
        # which the run is played again from where it began, one quarter at a time.
        if not self.recorder.news(np.flatnonzero(~right).tolist()):
            return
        work.memory.restore(before)
        for quarter in run:
            work.play([quarter], self.recorder)
            work.give(parts(self.region, self.recorder))
            self.recorder.check(self.region, quarter.index)

    def _settle(self) -> None:
        """Play what is left of the run, give the region what it holds, and let the memory go."""
        if self.work is not None:
            if self.run:
                self._play(self.work)
            self.work.give(parts(self.region, self.recorder))
            SPARE[:] = [self.work, *SPARE][:MOST]
