"""What a folder lacks for an answer or a figure, and the command that runs it with all of that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from shlex import quote
from typing import Any

from experiments.results.reading import Results
from experiments.store.columns import TABLES
from scenarios.library import LIBRARY
from scenarios.lists import listed
from scenarios.quarters import parse_quarter, quarter_label

FAR = "2035-Q4"
"""What runs longer runs to here at least."""
ADDS = "    To know more, in a new folder:"
"""What stands before a command that adds something."""
GIVEN = ("--parameters", "--design")
"""Options of a run whose files or words stand in its command line alone."""


@dataclass(frozen=True)
class Missing:
    """What a folder lacks, in words, and the command that adds it; `without` names tables."""

    what: str
    command: str
    without: tuple[str, ...] = ()

    @property
    def aside(self) -> list[str]:
        """Say what is lacking where the rest is told, and below it the command that adds it."""
        return [
            f"Not shown, since missing in this folder: {self.what}.",
            f"{ADDS} {self.command}",
        ]

    @property
    def said(self) -> str:
        """Say what is lacking, and what the command that is given with this does."""
        return (
            f"Missing in this folder: {self.what}; the command given with this answer runs all of "
            "it again, with what is missing, into a new folder (this one stays as it is)."
        )


def lack(
    results: Results,
    *scenarios: str,
    tables: Iterable[str] = (),
    until: str | None = None,
    record_from: str | None = None,
) -> Missing | None:
    """Return what the folder lacks of these scenarios, tables and quarters; None if nothing."""
    there, inputs = results.timeline, results.manifest["inputs"]
    absent = [name for name in dict.fromkeys(scenarios) if name not in results.scenarios]
    without = [table for table in TABLES if table in set(tables) - set(results.tables)]
    what = [*_counted("scenario", absent), *_counted("table", without)]
    if until is not None and there[-1] < parse_quarter(until):
        what.append(f"quarters after {inputs['until']}")
        until = max(until, FAR)
    begins = parse_quarter(inputs["record_from"])
    if record_from is not None and begins > parse_quarter(record_from):
        what.append(f"quarters before {inputs['record_from']}")
    if not what:
        return None
    return Missing(listed(what), command(results, absent, until, record_from), tuple(without))


def _counted(kind: str, names: list[str]) -> list[str]:
    """Return `the scenario a`, or `the scenarios a and b`; nothing of none."""
    return [f"the {kind}{'s' * (len(names) > 1)} {listed(names)}"] if names else []


def command(
    results: Results,
    scenarios: Iterable[str] = (),
    until: str | None = None,
    record_from: str | None = None,
) -> str:
    """Return the command that runs what the folder holds and more of it, into a new folder.

    A folder holds one batch, so what is added cannot go into the same one.
    """
    inputs = results.manifest["inputs"]
    added = [name for name in dict.fromkeys(scenarios) if name not in results.scenarios]
    first = min(parse_quarter(inputs["record_from"]), parse_quarter(record_from or "2040-Q4"))
    last = max(parse_quarter(inputs["until"]), parse_quarter(until or "2000-Q1"))
    words = [
        "crossroads run",
        *(quote(_address(results, name)) for name in [*results.scenarios, *added]),
        *_sizes(results),
        f"--seed {inputs['seed']}",
        f"--record-from {quarter_label(first)} --until {quarter_label(last)}",
        *(["--every year"] if inputs["every"] == "year" else []),
        *(_setting(name, value) for name, value in inputs["set"].items()),
        f"--out {quote(_beside(results, added, first, last))}",
    ]
    return " ".join(word for word in words if word)


def _beside(results: Results, added: Iterable[str], first: int, last: int) -> str:
    """Return the name of a new folder beside this one, after what it holds more of."""
    inputs = results.manifest["inputs"]
    more = "".join(f"+{name}" for name in added)
    more += f"-from-{quarter_label(first)}" if first < parse_quarter(inputs["record_from"]) else ""
    more += f"-to-{quarter_label(last)}" if last > parse_quarter(inputs["until"]) else ""
    return f"{results.folder.address.rstrip('/')}{more or '-all-tables'}"


def _address(results: Results, name: str) -> str:
    """Return how a scenario is called: by name, or by its file if it is the user's own."""
    own = results.manifest["inputs"]["scenarios"].get(name)
    shipped = (LIBRARY / f"{name}.yaml").is_file()
    return name if own is None or shipped or not own["file"] else str(own["file"])


def _sizes(results: Results) -> list[str]:
    """Return how many worlds, or points and replicates, and how points are laid out."""
    design = results.manifest["inputs"]["design"]
    method, given = design["method"], _given(results)
    if method == "random" and not design["lists"]:
        return [f"--worlds {results.size}", *given]
    points = [f"--points {design['samples']}"] if method not in {"random", "table"} else []
    if method in {"grid", "lhs"}:
        given = [f"--design {method}", *(each for each in given if "--design" not in each)]
    return [*points, f"--replicates {design['replicates']}", *given]


def _given(results: Results) -> list[str]:
    """Return options as the folder's own command line had them; what it did not say is left out."""
    words = [str(word) for word in results.manifest["origin"]["command_line"]]
    said = {name: value for name, value in pairwise(words) if name in GIVEN}
    said |= dict(
        word.split("=", 1) for word in words if word.startswith(tuple(f"{g}=" for g in GIVEN))
    )
    if not results.manifest["inputs"]["design"]["draws"]:
        said.setdefault("--parameters", "registry")
    return [f"{name} {quote(value)}" for name, value in said.items()]


def _setting(name: str, value: Any) -> str:  # noqa: ANN401 (as the manifest has it)
    """Return `--set` for a number, a range or a list; '' for what only a file can say."""
    if isinstance(value, dict):
        uniform = value.get("kind") == "uniform"
        return f"--set {name}={value['low']!r}:{value['high']!r}" if uniform else ""
    several = value if isinstance(value, list) else [value]
    return f"--set {name}={','.join(map(repr, several))}"
