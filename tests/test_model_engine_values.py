"""Values of a trace: each number computed once, whatever memory it was written into."""

from __future__ import annotations

import numpy as np
import pytest
from engine_trial import WORLDS, meant, valued

from model.engine.plan import Values, addresses
from model.engine.tracing import Trace

WIDE, NARROW = np.ones((3, WORLDS)), np.ones((3, 1))


def computed(values):
    """Names of what is computed, without what it begins with."""
    return [each.name for each in values.every if each.name not in {"leaf", "constant"}]


def test_each_row_of_an_array_is_a_value():
    values, (begun,), found = valued(np.exp, WIDE)
    assert len(begun) == len(found) == 3
    assert [values.every[each].given for each in found] == [(each,) for each in begun]


def test_what_is_computed_twice_is_one_value():
    values, _, found = valued(lambda a, b: np.exp(a + b) * np.exp(a + b), WIDE, WIDE)
    assert computed(values) == ["add"] * 3 + ["exp"] * 3 + ["multiply"] * 3
    assert all(len(set(values.every[each].given)) == 1 for each in found)


def test_operands_in_another_order_are_another_value():
    values, _, _ = valued(lambda a, b: (a - b) * (b - a), WIDE, WIDE)
    assert computed(values).count("subtract") == 6


def test_writing_into_memory_makes_a_new_value():
    def rule(a):
        before = a * 2
        a[1] = before[0]
        return before + a

    values, (begun,), found = valued(rule, WIDE)
    first, second, third = (values.every[each].given for each in found)
    assert first[1] == begun[0]
    assert third[1] == begun[2]
    assert second[1] == first[0]


def test_an_operator_in_place_is_a_new_value_of_the_same_memory():
    def rule(a):
        a += 1
        a *= a
        return a

    values, (begun,), found = valued(rule, WIDE[:1])
    assert meant(values, found[0]) == "multiply(add(leaf 0, 1), add(leaf 0, 1))"
    assert found != begun


def test_a_copy_is_the_value_itself():
    values, (begun,), found = valued(lambda a: a.copy().astype(float), WIDE)
    assert found == begun
    assert computed(values) == []


@pytest.mark.parametrize("axis", [0, -2])
def test_a_sum_adds_up_in_the_order_of_the_axis(axis):
    values, ((a, b, c),), (found,) = valued(lambda table: table.sum(axis=axis), WIDE)
    assert meant(values, found) == f"add(add(leaf {a}, leaf {b}), leaf {c})"


def test_a_sum_over_a_middle_axis_adds_up_each_row():
    values, (begun,), found = valued(lambda a: a.sum(axis=1), np.ones((2, 3, WORLDS)))
    a, b, c, d, e, f = begun
    assert [meant(values, each) for each in found] == [
        f"add(add(leaf {x}, leaf {y}), leaf {z})" for x, y, z in ((a, b, c), (d, e, f))
    ]


def test_rows_that_are_repeated_are_the_same_values():
    values, (table, row), found = valued(lambda a, b: a * b, WIDE, WIDE[:1])
    assert [values.every[each].given for each in found] == [(each, row[0]) for each in table]


def test_narrow_stays_narrow_until_it_meets_wide():
    values, _, found = valued(lambda a, b: np.exp(a * 2) + b, NARROW, WIDE)
    kinds = {each.name: each.wide for each in values.every if each.name != "leaf"}
    assert kinds == {"constant": False, "multiply": False, "exp": False, "add": True}
    assert all(values.every[each].wide for each in found)


def test_numbers_of_the_same_size_are_one_constant():
    values, _, _ = valued(lambda a: (a + 0.5) * np.array(0.5) * np.float64(0.5), WIDE)
    assert [each.constant for each in values.every if each.name == "constant"] == [0.5]


def test_a_view_turned_round_is_the_same_rows_in_another_order():
    values, (begun,), found = valued(lambda a: np.swapaxes(a, 0, 1), np.ones((2, 3, WORLDS)))
    assert found == [begun[i] for i in (0, 3, 1, 4, 2, 5)]
    assert computed(values) == []


def test_an_array_that_nobody_watched_is_refused():
    trace, values = Trace(), Values()
    watched = trace.watch(WIDE)
    values.leaf(watched, wide=True)
    watched + np.ones((3, WORLDS))
    with pytest.raises(TypeError, match="neither the region's nor made from its arrays"):
        values.take(trace.noted)


def test_rows_begin_where_memory_says():
    table = np.zeros((2, 3, 4))
    begins = table.ctypes.data
    assert addresses(table) == [begins + 32 * row for row in range(6)]
    assert addresses(np.swapaxes(table, 0, 1)) == [begins + 32 * row for row in (0, 3, 1, 4, 2, 5)]
    assert addresses(np.broadcast_to(table[0, 0], (2, 4))) == [begins] * 2
