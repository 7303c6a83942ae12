"""A traced array computes as any other, and writes down what is done with it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from model.engine.tracing import COPY, SUM, Trace, Traced, plain, traced_as

TABLE = np.arange(1.0, 13.0).reshape(2, 3, 2)


@pytest.fixture
def trace():
    return Trace()


@pytest.fixture
def watched(trace):
    return trace.watch(TABLE)


def names(trace):
    """What was called, in order."""
    return [call.name for call in trace.noted]


def constants(a):
    """Constants of a shape of their own, which `like` tells a trace of."""
    made = np.zeros((2, 1, 1), like=a)
    made[1] = 3.0
    return made + np.array([[[1.0], [2.0], [3.0]]], like=a) + np.ones((1, 1), like=a)


def filled(a):
    """Places of a table that are written to, by numbers of the model and by one of our own."""
    made = np.zeros_like(a)
    made[(0, 1), (2, 1)] = np.exp(a[(1, 0), (0, 2)])
    made[(0,), (0,)] = 3.0
    return made[(0, 1), (2, 0)] + made[0, 0]


RULES = {
    "sum of products": lambda a: a * 2 + a,
    "functions": lambda a: np.exp(-a) / np.sqrt(a),
    "comparison": lambda a: (a > 3).astype(float) + (a < 2),
    "views": lambda a: np.swapaxes(a, 0, 1)[1:] - a[0, np.newaxis, :1],
    "sum over the first axis": lambda a: a.sum(axis=0),
    "sum over a middle axis": lambda a: a.sum(axis=1),
    "sum over an axis from the end": lambda a: a.sum(axis=-2),
    "sum that keeps its axis": lambda a: a / a.sum(axis=1, keepdims=True),
    "power": lambda a: a**2 + a**0.5 + np.float_power(a, np.full((3, 1), 0.3)),
    "reduce by operator": lambda a: np.add.reduce(a, axis=0),
    "places in a list": lambda a: a[(1, 0), (0, 2)] + a[[1], [1]] + filled(a),
    "constants": lambda a: np.ones_like(a) + a * np.full((3, 1), 0.5, like=a) + constants(a),
    "clipped": lambda a: np.minimum(np.maximum(a, 2), 9),
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_traced_array_computes_as_numpy_does(rule, watched):
    found = rule(watched)
    assert isinstance(found, Traced)
    assert plain(found).tobytes() == rule(TABLE).tobytes()


def test_calls_are_noted_in_their_order_with_what_they_were_given(trace, watched):
    found = np.exp(watched + 1)
    assert names(trace) == ["add", "exp"]
    add, exp = trace.noted
    assert add.given[0].ctypes.data == watched.ctypes.data
    assert add.given[1] == 1
    assert exp.given[0].ctypes.data == add.out.ctypes.data
    assert exp.out.ctypes.data == found.ctypes.data


def test_what_is_noted_is_not_traced_itself(trace, watched):
    watched[0] = watched[1] * 2
    assert all(type(each) is not Traced for call in trace.noted for each in (call.out, *call.given))


def test_a_square_is_a_square(trace, watched):
    assert np.array_equal(plain(watched**2), np.square(TABLE))
    assert names(trace) == ["square"]


def test_a_sum_is_noted_with_its_axis_from_the_front(trace, watched):
    watched.sum(axis=-2)
    assert [(call.name, call.axis) for call in trace.noted] == [(SUM, 1)]


def test_views_are_traced_and_compute_nothing(trace, watched):
    for view in (watched[0], np.moveaxis(watched, 0, 1), watched[:, np.newaxis, 1:]):
        assert isinstance(view, Traced)
        assert view.seen_by is trace
    assert trace.noted == []


def test_operators_in_place_write_where_the_array_is(trace, watched):
    begins = watched.ctypes.data
    watched *= 2
    watched[1] -= watched[0]
    assert watched.ctypes.data == begins
    assert trace.noted[0].out.ctypes.data == begins
    assert names(trace) == ["multiply", "subtract", COPY]
    assert np.array_equal(plain(watched[1]), 2 * TABLE[1] - 2 * TABLE[0])


def test_a_function_may_write_into_an_array_of_its_caller(trace, watched):
    result = np.empty_like(watched, shape=(2, 2, 3, 2))
    np.multiply(watched, 2, out=result[0])
    np.subtract(watched, result[0], out=result[1])
    assert np.array_equal(plain(result), [2 * TABLE, -TABLE])
    assert [call.out.ctypes.data for call in trace.noted] == [
        result[0].ctypes.data,
        result[1].ctypes.data,
    ]


def test_what_is_written_into_an_array_is_noted_as_moved(trace, watched):
    watched[0, 1] = 5
    (call,) = trace.noted
    assert call.name == COPY
    assert call.out.ctypes.data == watched[0, 1].ctypes.data
    assert watched[0, 1].tolist() == [5, 5]


@pytest.mark.parametrize("copy", [lambda a: a.copy(), lambda a: a.astype(float)])
def test_a_copy_has_memory_of_its_own_and_is_traced(copy, trace, watched):
    made = copy(watched)
    assert isinstance(made, Traced)
    assert names(trace) == [COPY]
    made += 1
    assert np.array_equal(plain(watched), TABLE)


def test_zeros_in_another_shape_are_traced(trace, watched):
    made = np.zeros_like(watched, shape=(4, 2))
    assert made.shape == (4, 2)
    assert not plain(made).any()
    assert names(trace) == [COPY]
    made[1] = watched[0, 0]
    assert made.sum(axis=0).tolist() == [1, 2]


def test_constants_are_noted_cell_by_cell(trace, watched):
    made = np.array([[1.0, 1.0], [2.0, 2.0]], like=watched)
    assert isinstance(made, Traced)
    assert [(call.name, call.given) for call in trace.noted] == [(COPY, (1.0,)), (COPY, (2.0,))]
    with pytest.raises(TypeError, match="differs between worlds"):
        np.array([[1.0, 2.0]], like=watched)


def test_a_watched_array_leaves_the_original_alone(watched):
    watched += 1
    assert TABLE.ravel()[0] == 1


REFUSED = {
    "branch": lambda a: 1 if a[0, 0, 0:1] > 0 else 0,
    "truth": bool,
    "where": lambda a: np.where(a > 1, a, 0),
    "any": lambda a: (a > 1).any(),
    "greatest": lambda a: a.max(axis=0),
    "product": lambda a: a.prod(axis=0),
    "cumulated": lambda a: np.cumsum(a, axis=0),
    "cumulated by method": lambda a: a.cumsum(axis=0),
    "accumulated": lambda a: np.add.accumulate(a, axis=0),
    "outer": lambda a: np.multiply.outer(a, a),
    "joined": lambda a: np.concatenate([a, a]),
    "stacked": lambda a: np.stack([a, a]),
    "sorted": lambda a: np.sort(a, axis=0),
    "einsum": lambda a: np.einsum("ijk->jk", a),
    "sorted in place": lambda a: a.sort(axis=0),
    "partitioned in place": lambda a: a.partition(1, axis=0),
    "put": lambda a: a.put([0], 1.0),
    "an item": lambda a: a.item(0),
    "a number": lambda a: float(a[:1, :1].sum(axis=0).sum(axis=0)),
    "a whole number": lambda a: int(a[0]),
    "some worlds": lambda a: a - a[..., :1],
    "whole numbers": lambda a: a.astype(int),
    "single precision": lambda a: a.astype(np.float32),
    "filled with a number of the model": lambda a: np.full_like(a, a.seen_by.watch(np.ones(1))),
    "copied in places": lambda a: np.copyto(a, 0.0, where=TABLE > 1),
    "both truths": lambda a: (a > 0) & (a < 2),
    "not a truth": lambda a: ~(a > 0),
    "a function of others": special.expit,
    "a power of an array": lambda a: a ** np.full((3, 1), 0.5),
}


@pytest.mark.parametrize("rule", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_played_for_other_numbers_is_refused(rule, watched):
    with pytest.raises(TypeError, match=r"cannot be traced: rules are to use NumPy's ufuncs"):
        rule(watched)


def one_way(numbers, more):
    return [float(each + more) for each in numbers]


@traced_as(lambda numbers, more: numbers + more)
def branching(numbers, more):
    """Said of the function that branches."""
    return one_way(numbers, more)


def test_another_function_is_seen_by_a_trace_only(trace):
    assert branching(np.ones(2), 1.0) == [2, 2]
    found = branching(trace.watch(np.ones(2)), 1.0)
    assert isinstance(found, Traced)
    assert names(trace) == ["add"]
    assert isinstance(branching(1.0, trace.watch(np.ones(2))), Traced)


def test_a_function_that_a_trace_sees_otherwise_keeps_its_name():
    assert branching.__name__ == "branching"
    assert branching.__doc__ == "Said of the function that branches."


@pytest.mark.parametrize(
    "rule",
    [
        lambda x: (x < 1) + (x > 0),
        lambda x: np.add(x, 1, where=x > 0),
        lambda x: x.sum(axis=0, initial=2.0),
        lambda x: x.sum(),
        lambda x: x.sum(axis=-1),
        np.modf,
        lambda x: x @ x,
        lambda x: x[0, 0],
        lambda x: x[[0, 1]],
        lambda x: x.__setitem__(np.array([True, False]), 0.0),
    ],
    ids=["truths", "where", "initial", "all", "worlds", "two", "matrices", "one", "list", "mask"],
)
def test_what_would_be_noted_wrongly_is_refused(rule):
    watched = Trace().watch(np.full((2, 2), 0.5))
    with pytest.raises(TypeError, match="cannot be traced"):
        rule(watched)


def test_filling_is_writing():
    trace = Trace()
    watched = trace.watch(np.zeros((2, 3)))
    watched.fill(0.5)
    assert (np.asarray(watched) == 0.5).all()
    assert [call.name for call in trace.noted] == [COPY]
