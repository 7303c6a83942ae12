"""What an answer is: a sentence, the numbers behind it, and what the folder lacks for more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from math import isfinite
from shlex import quote
from typing import Any

import pandas as pd

from experiments.results.cells import recorded
from experiments.results.estimates import Difference, Probability
from experiments.results.reading import Results
from scenarios.library import LIBRARY
from scenarios.quarters import parse_quarter, quarter_label

LACKS = (
    "This folder does not hold what it takes; the command given with this answer runs all of it "
    "again, with what is missing, into a new folder (this one stays as it is)."
)


@dataclass(frozen=True)
class Finding:
    """A number with its 95 % interval: of which quantity, where, when, under which scenario."""

    quantity: str
    scenario: str
    value: float | None
    low: float | None = None
    high: float | None = None
    where: str = ""
    when: str = ""
    against: str = ""
    worlds: int = 0

    @classmethod
    def of(
        cls, estimate: Probability | Difference, quantity: str, scenario: str, **more: str
    ) -> Finding:
        """Make a finding of an estimate; `more` are where, when and against."""
        return cls(
            quantity,
            scenario,
            _number(estimate.value),
            _number(estimate.low),
            _number(estimate.high),
            worlds=estimate.worlds,
            **more,
        )


def _number(value: float) -> float | None:
    """Return the number rounded as far as it can mean anything; None if there is none."""
    return round(value, 6) if isfinite(value) else None


@dataclass(frozen=True)
class Answer:
    """An answer: `text` says it, `findings` hold its numbers, `needs` what would add to it.

    `robust` says whether it survives the spread of what is judged, and what it hangs on.
    """

    id: str
    question: str
    text: str
    findings: tuple[Finding, ...] = ()
    needs: tuple[str, ...] = field(default=())
    robust: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Return the answer as JSON has it."""
        return {**asdict(self), "worlds": max((each.worlds for each in self.findings), default=0)}


def frame(answers: Answer | Iterable[Answer]) -> pd.DataFrame:
    """Return the numbers behind answers as a table, a row a finding."""
    several = [answers] if isinstance(answers, Answer) else answers
    return pd.DataFrame(
        {"question": answer.id, **asdict(finding)}
        for answer in several
        for finding in answer.findings
    )


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
    """Return how many worlds, or points and replicates."""
    design = results.manifest["inputs"]["design"]
    if design["samples"] > 1:
        return [f"--points {design['samples']} --replicates {design['replicates']}"]
    return [f"--worlds {results.size}"]


def _setting(name: str, value: Any) -> str:  # noqa: ANN401 (as the manifest has it)
    """Return `--set` for a number or a range; '' for what only a file can say."""
    if isinstance(value, dict):
        uniform = value.get("kind") == "uniform"
        return f"--set {name}={value['low']:g}:{value['high']:g}" if uniform else ""
    several = value if isinstance(value, list) else [value]
    return f"--set {name}={','.join(f'{each:g}' for each in several)}"


def lacking(
    results: Results,
    *scenarios: str,
    tables: Iterable[str] = (),
    until: str | None = None,
    record_from: str | None = None,
) -> str:
    """Return the command that adds what a question needs and the folder lacks; '' if nothing."""
    absent = [name for name in scenarios if name not in results.scenarios]
    there = recorded(results)
    short = until is not None and there[-1] < parse_quarter(until)
    late = record_from is not None and there[0] > parse_quarter(record_from)
    if absent or short or late or any(table not in results.tables for table in tables):
        return command(results, absent, until, record_from)
    return ""
