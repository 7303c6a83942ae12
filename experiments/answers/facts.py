"""What runs and the record say, as far as the facts ask: means over worlds, crossings, efforts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.axes import CHN, RUS, SECURITY
from experiments.design.inputs import registry_and_draws
from experiments.progress import progress
from model.ensemble import Request, simulate
from model.recorder import Recorded
from model.region import Region
from model.uncertainty import draw_parameters
from scenarios.load import load_scenario
from scenarios.observed import figures
from scenarios.quarters import YEAR, parse_quarter
from scenarios.reading import read_document
from scenarios.scenario import Scenario
from scenarios.vocabulary import POWERS, STATES

FloatArray = NDArray[np.float64]
Value = dict[str, Any]
"""A value as a file of facts writes it: a mapping with an operator or a column."""

BASELINE = "baseline"
BLOCK = 250
"""Worlds run at once: what fits into a cache."""


def asked_of(value: Any) -> Iterator[Value]:  # noqa: ANN401 (whatever the file holds)
    """All mappings inside a value, itself among them."""
    if isinstance(value, Mapping):
        yield dict(value)
    for each in value.values() if isinstance(value, Mapping) else value:
        if isinstance(each, (Mapping, list)):
            yield from asked_of(each)


def scenarios_of(values: list[Value]) -> list[str]:
    """Names of the scenarios that values ask for, and the baseline."""
    runs = (each for each in values if "column" in each)
    return sorted({BASELINE, *(each.get("scenario", BASELINE) for each in runs)})


@dataclass
class Evidence:
    """Runs of the scenarios that some values ask for, in the same worlds, and the record.

    `advance` is called with the worlds of a scenario that are done, block by block.
    """

    seed: int
    worlds: int
    values: list[Value]
    advance: Callable[[int], object] = lambda _: None
    parameters: str | Path | None = None
    """What `run --parameters` takes."""
    scenarios: dict[str, Scenario] = field(init=False)
    means: dict[str, dict[str, FloatArray]] = field(init=False, default_factory=dict)
    crossings: dict[str, FloatArray] = field(init=False, default_factory=dict)
    failed: set[int] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        """Run what is needed; a world that fails in any scenario is left out of all means."""
        self.registry, self.draws = registry_and_draws(self.parameters)
        runs = [each for each in self.values if "column" in each]
        names = scenarios_of(self.values)
        self.scenarios = {name: load_scenario(name) for name in names}
        self.until = max(parse_quarter(each["to"]) for each in runs)
        self.columns = sorted({*(each["column"] for each in runs), "influence.trade"})
        self.weight = self.registry["state_weight"].value
        self._impulses: dict[tuple[str, int], list[float]] = {}
        self._run()

    def mean(self, asked: Value) -> FloatArray:
        """Mean of a column over worlds and quarters: a number, or one for each state."""
        quarters = slice(parse_quarter(asked["from"]), parse_quarter(asked["to"]) + 1)
        path = self.means[asked.get("scenario", BASELINE)][asked["column"]][quarters]
        values = np.asarray(path.mean(axis=0))
        if asked.get("among") == "powers":
            values = values / values.sum(axis=1, keepdims=True)
        if "power" in asked:
            values = values[:, POWERS.index(asked["power"])]
        return self.over_states(values, asked.get("state")) if values.ndim else values

    def over_states(self, values: FloatArray, states: str | list[str] | None) -> FloatArray:
        """One state's value, the weighed mean of several or of all, their total, or each."""
        if states == "each":
            return values
        if states == "total":
            return np.asarray(values.sum())
        named = [states] if isinstance(states, str) else states or []
        rows = [STATES.index(name) for name in (STATES if states == "region" else named)]
        return np.asarray(np.average(values[rows], weights=self.weight[rows]))

    def observed(self, asked: Value) -> FloatArray:
        """Mean share on record over years by state, weighed over the states."""
        first, last = asked["years"]
        by_state: dict[str, list[float]] = {}
        for each in figures():
            about = (each.domain, each.option) == (asked["record"], asked["power"])
            if about and first <= each.last <= last:
                share = 1 / (1 + np.exp(-each.log_odds))
                by_state.setdefault(each.state, []).append(float(share))
        means = np.array([np.mean(by_state.get(state, [np.nan])) for state in STATES])
        return self.over_states(means, asked["state"])

    def crossing(self, asked: Value) -> tuple[float, float] | float:
        """Years between which China lastingly overtakes Russia in that part of the worlds.

        Worlds in which that never happens count as infinity. With `by`: the share of worlds in
        which it has.
        """
        first = np.sort(self.crossings[asked["crossing"]])
        if "by" in asked:
            return float((first <= parse_quarter(asked["by"])).mean())
        tail = (1 - asked["worlds"]) / 2
        low, high = (first[int(part * (len(first) - 1))] for part in (tail, 1 - tail))
        return float(np.floor(2000 + low / 4)), float(np.floor(2000 + high / 4))

    def impulse(self, asked: Value) -> float:
        """Rise of China's security effort so many quarters after an attack, as a share."""
        key = (asked["impulse"], parse_quarter(asked["quarter"]))
        if key not in self._impulses:
            self._impulses[key] = self._after_attack(*key)
        return self._impulses[key][asked["after"]]

    def _run(self) -> None:
        held = {each["crossing"]: each["held"] for each in self.values if "crossing" in each}
        sums: dict[str, dict[str, FloatArray]] = {name: {} for name in self.scenarios}
        crossings: dict[str, list[FloatArray]] = {state: [] for state in held}
        for first in range(0, self.worlds, BLOCK):
            members = np.arange(first, min(first + BLOCK, self.worlds))
            for name, recorded in self._block(members):
                self.failed.update(int(members[each.world]) for each in recorded.failures)
                sound = ~np.isin(members, list(self.failed))
                self._add(sums[name], recorded, sound)
                self.advance(len(members))
                for state in held if name == BASELINE else ():
                    crossings[state].append(_crossed(recorded, state, held[state])[sound])
        count = self.worlds - len(self.failed)
        self.means = {
            name: {column: total / count for column, total in columns.items()}
            for name, columns in sums.items()
        }
        self.crossings = {state: np.concatenate(parts) for state, parts in crossings.items()}

    def _block(self, members: NDArray[np.int64]) -> Iterator[tuple[str, Recorded]]:
        tables = sorted({column.split(".")[0] for column in self.columns})
        request = Request(self.seed, members, self.until, 0, "quarter", tuple(tables))
        drawn = draw_parameters(self.registry, self.draws, self.seed, members)
        return simulate(self.scenarios, dict.fromkeys(self.scenarios, drawn), request)

    def _add(
        self, sums: dict[str, FloatArray], recorded: Recorded, sound: NDArray[np.bool_]
    ) -> None:
        for column in self.columns:
            table, name = column.split(".")
            total = recorded.tables[table][name][..., sound].sum(axis=-1, dtype=float)
            sums[column] = sums.get(column, 0.0) + total

    def _after_attack(self, state: str, quarter: int) -> list[float]:
        """China's security effort with the scenario's attack over that without, by quarter."""
        base = self.scenarios[BASELINE]
        calm = [e for e in base.events if (e.type, e.quarter) != ("china_asset_attack", quarter)]
        few = np.arange(min(self.worlds, BLOCK))
        drawn = draw_parameters(self.registry, self.draws, self.seed, few)
        paths = [
            _efforts(
                Region(spec=spec, worlds=few.size, rng=self.seed, parameters=drawn),
                quarter,
                STATES.index(state),
            )
            for spec in (base, replace(base, events=tuple(calm)))
        ]
        return [struck / quiet - 1 for struck, quiet in zip(*paths, strict=True)]


AFTER = 8
"""Quarters after an attack for which effort is watched."""


def _efforts(region: Region, quarter: int, state: int) -> list[float]:
    """China's mean security effort in a state, from a quarter on."""
    path = []
    while region.quarter < quarter + AFTER:
        region.step()
        if region.quarter >= quarter:
            path.append(float(region.powers.spent[SECURITY, CHN, state].mean()))
    return path


def _crossed(recorded: Recorded, state: str, held: int) -> FloatArray:
    """First quarter of the first of so many years in which China's trade exceeds Russia's."""
    trade = recorded.tables["influence"]["trade"][:, STATES.index(state)]
    years = trade[: len(trade) // YEAR * YEAR].reshape(-1, YEAR, *trade.shape[1:]).mean(axis=1)
    above = years[:, CHN] > years[:, RUS]
    windows = np.lib.stride_tricks.sliding_window_view(above, held, axis=0).all(axis=-1)
    return np.where(windows.any(axis=0), windows.argmax(axis=0) * YEAR, np.inf)


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

    `pass` of a fact is None for composites; `forced` marks those whose figures worlds go through,
    so that they hold by themselves; a check has a verdict of its own in any case.
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
        "forced": fact.get("forced", False),
        "checks": checks,
        "source": fact["source"],
        "tried": fact.get("tried", ""),
    }


def tally(rows: Sequence[Mapping[str, Any]]) -> str:
    """How many observed facts hold, and how many the record itself asks for, in words.

    >>> tally([{"kind": "observed", "pass": False, "forced": True}])
    'Of 1 observed fact none holds; the record itself asks for 1.'
    """
    observed = [row for row in rows if row["kind"] == "observed"]
    hold, forced = sum(row["pass"] for row in observed), sum(row["forced"] for row in observed)
    said = f"Of {len(observed)} observed {'fact' if len(observed) == 1 else 'facts'} "
    said += f"{hold or 'none'} {'hold' if hold > 1 else 'holds'}"
    return f"{said}; the record itself asks for {forced or 'none'}."


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
