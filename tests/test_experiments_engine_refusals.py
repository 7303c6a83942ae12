"""Rules that the engine cannot play: stepped by NumPy, or refused where forks would suffer too."""

from __future__ import annotations

import numpy as np
import pytest
from engine_runs import differing, ran

from agents.rules import choice
from model.engine import player
from model.readings import TABLES

SPAN = {"until": "2002-Q4", "record_from": "2000-Q1"}


def choosing(rebalanced):
    return lambda *given: np.where(given[0] > 0, rebalanced(*given), 0.0)


def from_elsewhere(rebalanced):
    return lambda *given: rebalanced(*given) + np.zeros((8, 5, 5, 1))


def in_place(rebalanced):
    def written(reliance, *others):
        reliance[...] = rebalanced(reliance, *others)
        return reliance

    return written


def test_a_rule_that_writes_into_what_it_is_given_is_an_error(monkeypatch):
    monkeypatch.setattr(player, "PROGRAMS", {})
    monkeypatch.setattr(choice, "rebalanced", in_place(choice.rebalanced))
    with pytest.raises(TypeError, match=r"writing into states\.\w+ in place"):
        ran(("baseline",), 3, compiled=True, **SPAN)


def forgetting(rebalanced):
    def forgotten(*given):
        rebalanced(*given)
        return np.full(given[0].shape, 0.2)

    return forgotten


def a_column_from_elsewhere(table):
    return lambda region: table(region) | {"threat": np.zeros((5, 1))}


def test_a_column_that_cannot_be_traced_is_recorded_with_a_warning(monkeypatch):
    monkeypatch.setattr(player, "PROGRAMS", {})
    monkeypatch.setitem(TABLES, "states", a_column_from_elsewhere(TABLES["states"]))
    with pytest.warns(UserWarning, match="cannot be traced.*stepped by NumPy"):
        assert differing(("baseline",), 3, **SPAN) == []


def by_a_single_number(rebalanced):
    return lambda *given: rebalanced(*given) * np.ones(1)


@pytest.mark.parametrize("change", [choosing, from_elsewhere, forgetting, by_a_single_number])
def test_rules_that_cannot_be_traced_are_stepped_with_a_warning(change, monkeypatch):
    monkeypatch.setattr(player, "PROGRAMS", {})
    monkeypatch.setattr(choice, "rebalanced", change(choice.rebalanced))
    with pytest.warns(UserWarning, match="cannot be traced.*stepped by NumPy"):
        assert differing(("baseline",), 3, **SPAN) == []
