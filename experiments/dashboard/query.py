"""What an analyst asks of the page, and the command that gives the same numbers.

Drivers are assumptions about the future, so moving one makes another scenario: a file that extends
the chosen one. Parameters say how the world works, so setting one sets it in all scenarios.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import starmap

from experiments.dashboard.own import BEGUN, MINE, read
from experiments.design.batch import BLOCK
from experiments.design.spec import RunSpec
from experiments.errors import BadInput
from scenarios.contents import all_scenarios
from scenarios.lists import listed
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import DRIVERS

MOVES = (2026, 2027)
"""In the first quarters of these years a moved driver leaves its path, and is at its new value."""
YEARS = (2026, 2040)
LAST, LASTS = 2035, (2035, 2040)
"""The year up to which worlds run unless told otherwise, and those that can be told."""
RECORDED = "2000-Q1"
FEW = 2
"""Moved drivers that a title names."""


@dataclass(frozen=True)
class Query:
    """A scenario, one or two to compare it with, what is moved in the first, and what in all.

    `drivers` are the values that drivers of `scenario` go to in a straight line over `moves`, years
    whose first quarters are meant, and keep; `settings` the parameters of all. Values stay within
    the ranges of `DRIVERS` and of the registry. `mine` is the text of the scenario of that name,
    `last` the year up to which worlds run.
    """

    scenario: str
    against: str
    drivers: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    worlds: int = BLOCK
    third: str = ""
    mine: str = ""
    moves: tuple[float, float] = MOVES
    last: int = LAST

    def refuse_unknown(self, scenarios: Collection[str]) -> None:
        """Raise BadInput for names and numbers that the page does not offer, whoever sent them.

        They reach a scenario file and a command; nothing of them is shown.
        """
        registry = load_parameters().leaves
        leaves = {name: (each.low, each.high) for name, each in registry.items()}
        for moved, ranges in (
            (self.drivers, {name: (each.low, each.high) for name, each in DRIVERS.items()}),
            (self.settings, leaves),
            (
                dict(zip(("begins", "held"), self.moves, strict=True)),
                {"begins": YEARS, "held": YEARS},
            ),
        ):
            for name, value in moved.items():
                number = isinstance(value, int | float) and not isinstance(value, bool)
                low, high = ranges.get(name, (1, 0))
                if not (number and low <= value <= high):
                    raise BadInput("a lever was moved to where there is none: reload the page")
        asked = (self.scenario, self.against, self.third or MINE)
        if any(str(each) not in {*scenarios, MINE} for each in asked) or self.last not in LASTS:
            raise BadInput("a scenario or year that is not among those offered: reload the page")
        begins, held = self.moves
        if begins >= held:
            raise BadInput(f"a lever moves from {begins:.0f} to {held:.0f}: choose a later end")

    @property
    def name(self) -> str:
        """The scenario's name in results.

        >>> Query("baseline", "baseline", {"sanctions": 0.5}).name
        'baseline_moved'
        """
        return f"{self.scenario}_moved" if self.drivers else self.scenario

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios that are run, the one asked about first."""
        return tuple(dict.fromkeys(filter(None, (self.name, self.against, self.third))))

    def text(self) -> str:
        """Return the scenario file that moves the drivers; '' where none is moved."""
        if not self.drivers:
            return ""
        title = f"{self.based().title}, {_moved(self.drivers)}"
        lines = [f"title: {json.dumps(title, ensure_ascii=False)}", f"extends: {self.scenario}"]
        begins, held = (f"{year:.0f}-Q1" for year in self.moves)
        knots = [
            f"  {name}: {{{begins}: inherited, {held}: {value:.6g}}}"
            for name, value in self.drivers.items()
        ]
        return "\n".join([*lines, "drivers:", *knots, ""])

    def texts(self) -> dict[str, str]:
        """Return the scenario files that the command has to write, by the scenario's name."""
        used = MINE in (self.scenario, self.against, self.third)
        own = {MINE: self.mine or BEGUN} if used else {}
        return own | ({self.name: self.text()} if self.drivers else {})

    def file(self) -> str:
        """Return a scenario file of what is asked about, moved or not."""
        title = json.dumps(self.based().title, ensure_ascii=False)
        return self.texts().get(self.name) or f"title: {title}\nextends: {self.scenario}\n"

    def spec(self) -> RunSpec:
        """Return the batch that is asked for, as the command line would say it.

        Raises FaultyInput or BadInput for a scenario of one's own that is faulty.
        """
        own = read(self.texts(), known())
        return RunSpec(
            tuple(own.get(name, name) for name in self.names),
            worlds=self.worlds,
            record_from=RECORDED,
            until=f"{self.last}-Q4",
            settings=dict(self.settings),
        )

    def command(self) -> str:
        """Return what to type for the same numbers: the scenarios' files, if any, and the run."""
        texts = self.texts()
        names = [f"{name}.yaml" if name in texts else name for name in self.names]
        options = [f"--worlds {self.worlds}", f"--record-from {RECORDED}"]
        options += [f"--until {self.last}-Q4"] if self.last != LAST else []
        options += [f"--set {name}={value:.6g}" for name, value in self.settings.items()]
        return "".join(starmap(_written, texts.items())) + " ".join(
            ["crossroads run", *names, *options]
        )

    def based(self) -> Scenario:
        """Return the scenario that is asked about, before it is moved."""
        if self.scenario == MINE:
            return read({MINE: self.mine or BEGUN}, known())[MINE]
        return load_scenario(self.scenario)


@cache
def known() -> frozenset[str]:
    """Return the names of the scenarios that the page offers."""
    return frozenset(each["name"] for each in all_scenarios(())[0])


def _written(name: str, text: str) -> str:
    """Return the lines of a shell that write a scenario's file, whatever it holds.

    >>> print(_written("a", "title: END"))
    cat > a.yaml <<'END_'
    title: END
    END_
    <BLANKLINE>
    """
    end = "END"
    while end in text:
        end += "_"
    whole = text if text.endswith("\n") else f"{text}\n"
    return f"cat > {name}.yaml <<'{end}'\n{whole}{end}\n"


def _moved(drivers: Mapping[str, float]) -> str:
    """Say which drivers are moved.

    >>> _moved({"sanctions": 0.5, "belt_and_road": 1.0})
    'with sanctions = 0.5 and belt_and_road = 1'
    """
    if len(drivers) > FEW:
        return f"with {len(drivers)} drivers moved"
    return f"with {listed([f'{name} = {value:.6g}' for name, value in drivers.items()])}"
