"""What `make measure` counts, and the limits that parts of the project keep already."""

from __future__ import annotations

import ast

import measure
import pytest


@pytest.fixture(scope="module")
def found():
    return measure.modules()


def test_scenarios_and_answers_have_no_circle_of_imports(found):
    edges = {name: set() for name in found}
    for name, module in found.items():
        for source, several in measure.imports(module.tree):
            targets = {f"{source}.{each}" for each in several} & found.keys()
            edges[name] |= targets or {source}
    tidy = ("scenarios", "agents", "experiments.answers")
    assert not [each for group in measure.circles(edges) for each in group if each.startswith(tidy)]


def test_circles_are_groups_that_import_each_other_at_whatever_distance():
    edges = {"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": set(), "e": {"f"}, "f": {"e"}}
    assert measure.circles(edges) == [["a", "b", "c"], ["e", "f"]]


def test_files_and_functions_of_answers_keep_their_limits(found):
    answers = {n: each for n, each in found.items() if n.startswith("experiments.answers")}
    assert all(each.lines <= 400 for each in answers.values())
    long = measure.longest_function(answers)
    assert not long.fails, long.where


def test_a_function_is_measured_without_its_signature_and_docstring():
    text = 'def f(\n    a,\n):\n    """Say it.\n\n    More.\n    """\n    b = a\n    return b\n'
    (node,) = ast.parse(text).body
    assert measure._body(node) == 2


def test_a_measure_fails_above_its_limit_alone():
    assert measure.Measure("lines", 3, 2).fails
    assert not measure.Measure("lines", 2, 2).fails
    assert not measure.Measure("files", 9, None).fails
