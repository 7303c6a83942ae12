"""The calibration facts: what the model is held against, and how it does.

Targets, tolerances, kinds and sources live in `scenarios/history/facts.yaml`, not here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from experiments.outcomes.evidence import Evidence, Value, asked_of, scenarios_of
from experiments.progress import progress
from scenarios.reading import read_document

FACTS = Path(__file__).parents[2] / "scenarios" / "history" / "facts.yaml"
EXACT = 1e-12
Range = dict[str, float]
BOUNDS = ("low", "high", "above", "below")
"""`low` and `high` belong to the range, `above` and `below` do not."""


def facts_file() -> dict[str, Any]:
    """The shipped file of facts: `caveats` by kind, and `facts`."""
    return read_document(FACTS, FACTS.name).values


def judge(
    worlds: int = 1000, seed: int = 0, parameters: str | Path | None = None, *, quiet: bool = True
) -> list[dict[str, Any]]:
    """Every fact with its value and verdict: a row for each, as `crossroads facts` prints it.

    Unless it is to be quiet, it shows people at a terminal how far it is.

    `pass` of a fact is None for composites; a check has a verdict of its own in any case.
    """
    facts = facts_file()["facts"]
    asked = list(asked_of(facts))
    with progress("worlds", worlds * len(scenarios_of(asked)), quiet=quiet) as advance:
        evidence = Evidence(seed, worlds, asked, advance, parameters)
    return [judged(fact, evidence) for fact in facts]


def judged(fact: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    """One fact with its checks."""
    checks = [checked(each, evidence) for each in fact["checks"]]
    passed = all(each["pass"] for each in checks)
    return {
        "id": fact["id"],
        "kind": fact["kind"],
        "fact": fact["fact"],
        "target": fact["target"],
        "value": "; ".join(f"{each['check']} {as_printed(each['value'])}" for each in checks),
        "pass": None if fact["kind"] == "composite" else passed,
        "checks": checks,
        "source": fact["source"],
        "tried": fact.get("tried", ""),
    }


def tally(rows: Sequence[Mapping[str, Any]], *, held_out: bool = True) -> str:
    """How many observed facts hold, and of those held out if anything is, in words.

    >>> tally([{"id": "C2", "kind": "observed", "pass": False}])
    'Of 1 observed fact none holds; of the 1 held out, none.'
    """
    ids = {fact["id"] for fact in facts_file()["facts"] if fact.get("held_out")}
    observed = [row for row in rows if row["kind"] == "observed"]
    unseen = [row for row in observed if row["id"] in ids]
    hold = sum(row["pass"] for row in observed)
    said = f"Of {len(observed)} observed {'fact' if len(observed) == 1 else 'facts'} "
    said += f"{hold or 'none'} {'hold' if hold > 1 else 'holds'}"
    if held_out:
        said += f"; of the {len(unseen)} held out, {sum(row['pass'] for row in unseen) or 'none'}"
    return f"{said}."


def checked(check: dict[str, Any], evidence: Evidence) -> dict[str, Any]:
    """One check: its value against its target."""
    value = valued(check["value"], evidence)
    wanted: Range = {key: check[key] for key in BOUNDS if key in check}
    if "contains" in check:
        low, high = value
        target, passed = f"contains {check['contains']}", low <= check["contains"] <= high
        value = [low, high] if np.isfinite(high) else [low, None]
    else:
        if "target" in check:
            wanted = around(check, evidence)
        target, passed = worded(wanted), holds(value, wanted)
    return {"check": check["check"], "target": target, "value": value, "pass": bool(passed)}


def around(check: dict[str, Any], evidence: Evidence) -> Range:
    """The range that a target with a tolerance stands for."""
    target = valued(check["target"], evidence)
    width = check.get("within", check.get("share", 0.0) * target)
    return {"low": target - width, "high": target + width}


def holds(value: float, wanted: Range) -> bool:
    """Whether a value lies where it should.

    >>> holds(0.3, {"low": 0.3, "below": 0.4}), holds(0.0, {"above": 0.0})
    (True, False)
    """
    return (
        value >= wanted.get("low", -np.inf) - EXACT
        and value <= wanted.get("high", np.inf) + EXACT
        and value > wanted.get("above", -np.inf)
        and value < wanted.get("below", np.inf)
    )


def worded(wanted: Range) -> str:
    """A range in words.

    >>> worded({"low": 0.2, "high": 0.5}), worded({"above": 0})
    ('0.2 to 0.5', 'above 0')
    """
    if "low" in wanted and "high" in wanted:
        return f"{wanted['low']:.3g} to {wanted['high']:.3g}"
    words = {"low": "at least", "high": "at most", "above": "above", "below": "below"}
    return " and ".join(f"{words[key]} {bound:.3g}" for key, bound in wanted.items())


def as_printed(value: Any) -> str:  # noqa: ANN401 (a number or a range of years)
    """A value as printed.

    >>> as_printed(0.21345), as_printed([2018.0, None])
    ('0.213', '2018 to never')
    """
    if isinstance(value, list):
        return " to ".join("never" if each is None else f"{each:.0f}" for each in value)
    return f"{value:.3g}"


def valued(value: Value | float, evidence: Evidence) -> Any:  # noqa: ANN401 (number, range, array)
    """A value of the file, computed: see the head of the file for what there is."""
    if not isinstance(value, dict):
        return float(value)
    operators: dict[str, Callable[[], Any]] = {
        "column": lambda: evidence.mean(value),
        "record": lambda: evidence.observed(value),
        "crossing": lambda: evidence.crossing(value),
        "impulse": lambda: evidence.impulse(value),
        "ratio": lambda: np.divide(*(valued(each, evidence) for each in value["ratio"])),
        "minus": lambda: np.subtract(*(valued(each, evidence) for each in value["minus"])),
        "least": lambda: np.min(valued(value["least"], evidence)),
        "most": lambda: np.max(valued(value["most"], evidence)),
    }
    result = next(compute() for name, compute in operators.items() if name in value)
    return float(result) if np.ndim(result) == 0 else result
