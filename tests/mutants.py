"""Mutation testing: does a test notice when the code of the rules is changed a little?

`python tests/mutants.py [COUNT [SEED]]` draws so many places in `agents/rules` and `model` (without
the engine, which is held to NumPy's bits), changes one at a time in a copy of the project, and runs
the tests of the rules until one fails. It prints those that survive: look at each.
"""

from __future__ import annotations

import ast
import copy
import os
import random
import shutil
import sys
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted([*ROOT.glob("agents/rules/*.py"), *ROOT.glob("model/*.py")])
TESTS = (
    "test_model_baseline",
    *("test_agents_rules", "test_agents_trade", "test_agents_circumstances", "test_model_rules"),
    *("test_model_claims_decisions", "test_model_events", "test_model_noise", "test_model_region"),
    *(
        "test_model_invariants",
        "test_model_smoothing",
        "test_model_record",
        "test_model_parameters",
    ),
    *("test_model_claims_history", "test_model_histories", "test_model_corners"),
)
"""The quickest first: most mutants do not get far."""
SWAPS: dict[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
CALLS = {"minimum": "maximum", "maximum": "minimum", "zeros": "ones", "ones": "zeros"}


class Mutant(NamedTuple):
    """One change: where, what it was and what it is, and the file's text with it."""

    file: Path
    line: int
    was: str
    now: str
    text: str


def places(tree: ast.Module) -> list[int]:
    """Return which nodes of a tree can be changed, by their number in `ast.walk`.

    >>> places(ast.parse("x = 1 - min(a, 2)"))
    [3, 5, 10]
    """
    return [number for number, node in enumerate(ast.walk(tree)) if changed(copy.copy(node))]


def mutant(file: Path, number: int) -> Mutant:
    """Return a file with the node of that number changed; comments are lost."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    node = next(each for count, each in enumerate(ast.walk(tree)) if count == number)
    was = ast.unparse(node)
    changed(node)
    return Mutant(file, getattr(node, "lineno", 0), was, ast.unparse(node), ast.unparse(tree))


def changed(node: ast.AST) -> bool:
    """Change a node, if it is of a kind that can be."""
    if isinstance(node, ast.BinOp) and type(node.op) in SWAPS:
        node.op = SWAPS[type(node.op)]()
    elif isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        node.ops = [SWAPS[type(node.ops[0])](), *node.ops[1:]]
    elif isinstance(node, ast.Attribute) and node.attr in CALLS:
        node.attr = CALLS[node.attr]
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    elif isinstance(node, ast.Constant) and type(node.value) in {int, float}:
        node.value = node.value + 1
    else:
        return False
    return True


def killed(mutant: Mutant, tree: Path) -> bool:
    """Whether a test fails in a copy of the project that has this change."""
    path = tree / mutant.file.relative_to(ROOT)
    kept = path.read_text(encoding="utf-8")
    path.write_text(mutant.text, encoding="utf-8")
    child = os.fork()  # what every run imports is here already
    if child == 0:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        tests = [f"tests/{name}.py" for name in TESTS]
        flags = ["-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", "--timeout", "120"]
        code = 1
        try:
            code = pytest.main([*flags, str(path), *tests])
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    path.write_text(kept, encoding="utf-8")
    return os.waitstatus_to_exitcode(status) != 0


def main(words: list[str]) -> int:
    """Draw mutants, try each, and print those that survive and the score."""
    count, seed = (*map(int, words), *(40, 0)[len(words) :])
    for name in ("numpy", "scipy.stats", "mesa", "pandas", "pyarrow", "pydantic"):
        import_module(name)
    sys.dont_write_bytecode = True
    os.environ["CROSSROADS_CACHE"] = ""
    found = [(file, each) for file in FILES for each in places(ast.parse(file.read_text("utf-8")))]
    drawn = random.Random(seed).sample(found, min(count, len(found)))  # noqa: S311 (no secret)
    left = 0
    with TemporaryDirectory() as apart:
        tree = Path(apart, "project")
        unwanted = shutil.ignore_patterns("__pycache__", ".*", "results", "site", "build")
        shutil.copytree(ROOT, tree, ignore=unwanted)
        for number, each in enumerate((mutant(*place) for place in drawn), 1):
            if not killed(each, tree):
                left += 1
                place = f"{each.file.relative_to(ROOT)}:{each.line}"
                print(f"survives {place}: {each.was}  ->  {each.now}", flush=True)
            print(f"{number - left} of {number} noticed", file=sys.stderr, flush=True)
    print(f"{count - left} of {count} mutants noticed, of {len(found)} places")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
