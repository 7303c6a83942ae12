"""Agents of one's own that tests play."""

from __future__ import annotations

import numpy as np

from agents.power import Russia
from agents.state import State


class Withdrawn(Russia):
    """A Russia that spends a tenth from 2003 on."""

    def budget(self, outlook, income):
        return super().budget(outlook, income) * (1 - 0.9 * (outlook.year >= 2003))


class Wary(State):
    """A state to which every power costs twice as much, and which remembers threat."""

    def __init__(self, model, *, code):
        super().__init__(model, code=code)
        self.memory = np.zeros(1)

    def autonomy_price(self, outlook, usual):
        self.memory = 0.5 * self.memory + outlook.threat[self.index]
        return usual * 2

    def pull(self, outlook, usual):
        usual[:, :4] -= 0.1 * self.memory * outlook.attention
        return usual


class Branching(Russia):
    """Rules that no trace can note: a branch on the date."""

    def budget(self, outlook, income):
        means = super().budget(outlook, income)
        return means * 2 if outlook.year >= 2003 else means


class Counting(Russia):
    """What it holds is no array, and changes."""

    def __init__(self, model, *, parameters):
        super().__init__(model, parameters=parameters)
        self.quarters, self.seen = 0, []

    def budget(self, outlook, income):
        self.quarters += 1
        self.seen.append(self.quarters)
        return super().budget(outlook, income) * (1 + 0.01 * len(self.seen))


class Peeking(Russia):
    """It asks its model for the quarter."""

    def budget(self, outlook, income):
        return super().budget(outlook, income) * (1 + 0.01 * self.model.quarter)
