"""The plan: what is wanted and nothing else, each after what it is computed from."""

from __future__ import annotations

import numpy as np
from engine_trial import STEPS, WORLDS, Drawn, begun, valued
from hypothesis import given, settings

from model.engine.plan import COMPILED, PIECE, Stage, stages

WIDE, NARROW = np.full((3, WORLDS), 0.5), np.full((3, 1), 0.5)


def planned(rule, *arrays):
    """Values of a rule, what is wanted of them, and their stages."""
    values, _, found = valued(rule, *arrays)
    return values.every, found, stages(values.every, found)


def order(plan):
    """What is computed, in the order in which it is: calls of a stage at once, before pieces."""
    for stage in plan:
        yield [each for call in stage.calls for each in call.found]
        for piece in stage.pieces:
            yield from ([each] for each in piece)


def everything(plan):
    return [each for together in order(plan) for each in together]


@settings(max_examples=100)
@given(STEPS)
def test_every_operand_is_computed_before_its_use(steps):
    held = begun()
    values, wanted, plan = planned(
        lambda *given: Drawn(steps)(dict(zip(held, given, strict=True)))[1], *held.values()
    )
    done = {n for n, each in enumerate(values) if each.name in {"leaf", "constant"}}
    for together in order(plan):
        assert all(given in done for each in together for given in values[each].given)
        done |= set(together)
    assert set(wanted) <= done
    assert len(everything(plan)) == len(set(everything(plan)))


def test_only_what_is_wanted_is_computed():
    def rule(a):
        np.exp(a) * 3
        return a + 1

    values, _, plan = planned(rule, WIDE)
    assert [values[each].name for each in everything(plan)] == ["add"] * 3
    assert "exp" in {each.name for each in values}


def test_nothing_is_computed_where_nothing_is_wanted():
    assert stages([], []) == [Stage((), ())]
    _, _, plan = planned(lambda a: a.copy(), WIDE)
    assert everything(plan) == []


def test_numpy_is_called_once_for_one_function_and_one_kind():
    _, _, plan = planned(lambda a, b: np.exp(a) + np.exp(a * 2) + np.exp(b), WIDE, NARROW)
    calls = [call for stage in plan for call in stage.calls]
    assert [(call.name, len(call.found)) for call in calls] == [("exp", 6), ("exp", 3)]


def test_functions_of_numpy_with_operands_of_other_kinds_are_called_apart():
    powers = np.float_power
    _, _, plan = planned(lambda a, b: powers(a, b) + powers(b, a) + np.log(a), WIDE, NARROW)
    calls = [call for stage in plan for call in stage.calls]
    assert [call.name for call in calls] == ["float_power", "float_power", "log"]
    assert all(len(call.given) == 2 for call in calls[:2])


def test_a_stage_begins_with_what_numpy_finds():
    values, _, plan = planned(lambda a: np.exp(np.exp(a * 2) * 3) * 4, WIDE)
    assert [[call.name for call in stage.calls] for stage in plan] == [[], ["exp"], ["exp"]]
    for stage in plan:
        assert all(values[each].name in COMPILED for each in stage.compiled)
        assert stage.read == {g for c in stage.calls for each in c.given for g in each}


def test_what_is_used_late_is_compiled_late():
    values, _, plan = planned(lambda a: a * 5 + np.exp(a), WIDE)
    assert [len([*stage.compiled]) for stage in plan] == [0, 6]
    assert {values[each].name for each in plan[1].compiled} == {"multiply", "add"}


def test_narrow_pieces_come_first_and_pieces_are_of_one_kind():
    values, _, plan = planned(lambda a, b: np.exp(a * 2 + b * 3) - b * 4, WIDE, NARROW)
    for stage in plan:
        kinds = [{values[each].wide for each in piece} for piece in stage.pieces]
        assert all(len(kind) == 1 for kind in kinds)
        assert kinds == sorted(kinds, key=lambda kind: True in kind)


def test_a_long_stage_is_cut_into_pieces():
    def rule(a):
        for _ in range(PIECE):
            a = a * 0.5 + 0.1
        return a

    _, _, plan = planned(rule, WIDE[:1])
    assert [len(piece) for piece in plan[0].pieces] == [PIECE, PIECE]
