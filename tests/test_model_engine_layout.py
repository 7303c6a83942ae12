"""The layout: every value is where it is read, and nothing is written over that is needed."""

from __future__ import annotations

import numpy as np
from engine_places import laid_out_by
from engine_trial import STEPS, Drawn, begun, program_of
from hypothesis import example, given, settings

from model.engine import layout
from model.engine.layout import Stay, packed


@settings(max_examples=80)
@given(STEPS)
@example([("exp", 0, 0), ("exp", 3, 0), ("logaddexp", 0, 4), ("logaddexp", 5, 0)])
@example([("exp", 2, 0), ("logaddexp", 0, 3), ("logaddexp", 2, 4), ("add", 0, 1)])
def test_every_value_of_a_random_rule_is_where_it_is_read(steps):
    assert laid_out_by(lambda: program_of(Drawn(steps), begun())).play() == []


def test_one_array_may_be_given_to_numpy_in_several_stages():
    def rule(held):
        a = held["a"]
        later = np.exp(np.exp(a) * 0.5)
        both = np.logaddexp(a, later) + np.logaddexp(later, a)
        return {"a": both * 0.1}, np.logaddexp(both, a)

    places = laid_out_by(lambda: program_of(rule, {"a": np.full((3, 11), 0.5)}))
    assert sum(bool(stage.calls) for stage in places.stages) == 4
    assert places.play() == []


SHARED = [("add", 0, 1), ("exp", 3, 0), ("logaddexp", 3, 4), ("subtract", 5, 3)]


def test_two_values_in_one_place_are_found(monkeypatch):
    monkeypatch.setattr(layout, "packed", lambda stays, start: (dict.fromkeys(stays, start), 99))
    assert laid_out_by(lambda: program_of(Drawn(SHARED), begun())).play() != []


def test_an_operand_that_nobody_brings_is_found():
    places = laid_out_by(lambda: program_of(Drawn([("exp", 0, 0)]), begun()))
    places.layout.moves[0].clear()
    assert any("operand of exp" in fault for fault in places.play())


def test_arrays_that_change_places_are_moved_all_at_once():
    def rule(held):
        return {"a": held["b"], "b": held["a"]}, held["a"] + held["b"]

    held = {"a": np.zeros((2, 11)), "b": np.ones((2, 11))}
    assert laid_out_by(lambda: program_of(rule, held)).play() == []


def test_rows_are_taken_again_when_nothing_needs_them():
    found, rows = packed({n: Stay(n, n + 1, 3) for n in range(10)}, 5)
    assert rows == 5 + 2 * 3
    assert all(found[n] != found[n + 1] for n in range(9))


def test_rows_that_are_needed_at_the_same_moment_are_apart():
    rng = np.random.default_rng(1)
    drawn = rng.integers((0, 0, 1), (20, 8, 5), (40, 3)).tolist()
    stays = {n: Stay(begins, begins + d, count) for n, (begins, d, count) in enumerate(drawn)}
    found, rows = packed(stays, 0)
    for moment in range(30):
        taken = [
            row
            for n, stay in stays.items()
            if stay.begins <= moment <= stay.ends
            for row in range(found[n], found[n] + stay.count)
        ]
        assert len(taken) == len(set(taken))
        assert max(taken, default=0) < rows
