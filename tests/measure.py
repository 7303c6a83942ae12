"""How large the project is and how much it hangs together: `make measure`.

Tests are left out of all numbers. A limit may be None: the number is then shown for comparison.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parent
PACKAGES = ("scenarios", "agents", "model", "experiments")
RUN = ("run", "baseline", "--worlds", "4", "--until", "2027-Q4", "--quiet", "--out")
ASK = "security CHN > RUS in TJK by 2027"


class Measure(NamedTuple):
    """A number, what it may be at most, and where it is reached."""

    what: str
    value: float
    limit: float | None
    where: str = ""

    @property
    def fails(self) -> bool:
        """Whether the number is above its limit."""
        return self.limit is not None and self.value > self.limit


class Module(NamedTuple):
    """A file of the project, read."""

    path: Path
    lines: int
    tree: ast.Module


def modules() -> dict[str, Module]:
    """Return the project's files by the name that they are imported by."""
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            module = Module(path.relative_to(ROOT), len(text.splitlines()), ast.parse(text))
            found[name.removesuffix(".__init__")] = module
    return found


def imports(tree: ast.Module) -> Iterator[tuple[str, list[str]]]:
    """Yield the project's modules that a file imports from, wherever in the file, with the names.

    Imports for type checkers and those inside functions count like all others.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            yield node.module or "", [each.name for each in node.names]
        elif isinstance(node, ast.Import):
            yield from ((e.name, []) for e in node.names if e.name.split(".")[0] in PACKAGES)


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Return groups of modules that import each other, directly or through others.

    >>> circles({"a": {"b"}, "b": {"a", "c"}, "c": set()})
    [['a', 'b']]
    """
    reached = {name: _reachable(name, edges) for name in edges}
    mutual = {
        name: tuple(sorted(each for each in there if name in reached.get(each, ())))
        for name, there in reached.items()
    }
    groups = {group for name, group in mutual.items() if name in group and len(group) > 1}
    return [list(group) for group in sorted(groups, key=lambda each: (-len(each), each))]


def _reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    todo = [start]
    while todo:
        new = edges.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def entered(*words: str) -> tuple[int, int]:
    """Return how many files and functions of the project a command line enters."""
    code = (
        "import json, sys, threading\n"
        "seen = set()\n"
        "def note(frame, event, _):\n"
        "    if event == 'call' and not frame.f_code.co_name.startswith('<'):\n"
        "        seen.add((frame.f_code.co_filename, frame.f_code.co_qualname))\n"
        "threading.setprofile(note); sys.setprofile(note)\n"
        "from experiments.cli import main\n"
        "code = main(json.loads(sys.argv[1]))\n"
        "sys.setprofile(None); threading.setprofile(None)\n"
        "print(json.dumps([code, sorted(seen)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    ended, seen = json.loads(done.stdout.splitlines()[-1])
    if ended:
        raise RuntimeError(f"{' '.join(words)}: exit code {ended}\n{done.stderr}")
    tops = tuple(str(ROOT / package) for package in PACKAGES)
    own = [each for each in seen if each[0].startswith(tops)]
    return len({file for file, _ in own}), len(own)


def structure(found: dict[str, Module]) -> Iterator[Measure]:
    """Yield what can be counted without running anything."""
    edges: dict[str, set[str]] = {name: set() for name in found}
    crossing, names, statements = set(), 0, 0
    for name, module in found.items():
        for source, several in imports(module.tree):
            statements += 1
            names += len(several)
            crossing |= {(source, each) for each in several}
            targets = {f"{source}.{each}" for each in several} & found.keys()
            edges[name] |= targets or {source}
    yield Measure("lines", sum(each.lines for each in found.values()), 26_000)
    yield Measure("files", len(found), None)
    yield Measure("names crossing files", len(crossing), 500)
    yield Measure("imported names", names, None)
    yield Measure("imports a file", round(statements / len(found), 1), 3.5)
    groups = circles(edges)
    yield Measure("circles of imports", len(groups), 0, "; ".join(map(_circle, groups)))
    yield longest_function(found)
    first = max(found.values(), key=lambda each: each.lines)
    yield Measure("longest file", first.lines, 400, str(first.path))


def _circle(group: list[str]) -> str:
    return f"{group[0]} and {len(group) - 1} more" if len(group) > 3 else ", ".join(group)


def longest_function(found: dict[str, Module]) -> Measure:
    """Return the length of the longest body, without signature and docstring, and where it is."""
    lengths = [
        (_body(node), f"{module.path}:{node.lineno} {node.name}")
        for module in found.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    length, where = max(lengths)
    return Measure("longest function", length, 30, where)


def _body(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def sizes(found: dict[str, Module]) -> list[str]:
    """Return the lines and files of each package, a line each."""
    parts = {}
    for name, group in groupby(found.values(), key=lambda each: each.path.parts[:-1][:2]):
        several = list(group)
        parts["/".join(name)] = (sum(each.lines for each in several), len(several))
    return [f"  {name:<24} {lines:>7,} {files:>4}" for name, (lines, files) in parts.items()]


def measured() -> list[Measure]:
    """Return all measures of the project; two commands are run for the last ones."""
    with TemporaryDirectory() as apart:
        ran, asked = entered(*RUN, f"{apart}/run"), entered("ask", f"{apart}/run", ASK)
    return [
        *structure(modules()),
        Measure("files entered by ask", asked[0], 30, f"{asked[1]} functions"),
        Measure("files entered by run", ran[0], 60, f"{ran[1]} functions"),
    ]


def main(words: list[str]) -> int:
    """Print the measures as a table; with --check, 1 where one is above its limit."""
    found = measured()
    print(f"{'':<24} {'now':>8} {'limit':>8}")
    for each in found:
        limit = "" if each.limit is None else f"{each.limit:,g}"
        flag = "!" if each.fails else " "
        print(f"{flag} {each.what:<22} {each.value:>8,g} {limit:>8}  {each.where}".rstrip())
    if "--packages" in words:
        print(f"\n  {'':<24} {'lines':>7} {'files':>4}", *sizes(modules()), sep="\n")
    return int("--check" in words and any(each.fails for each in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
