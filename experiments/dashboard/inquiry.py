"""What an analyst asks of the page, and the command that gives the same numbers.

Drivers are assumptions about the future, so moving one makes another scenario: a file that extends
the chosen one. Parameters say how the world works, so setting one sets it in all scenarios.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from experiments.design.batch import BLOCK
from experiments.design.spec import RunSpec
from experiments.refusals import BadInput
from scenarios.lists import listed
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.scenario import Scenario
from scenarios.vocabulary import DRIVERS, NOW

HELD = "2027-Q1"
"""From NOW to here a moved driver goes to its new value in a straight line; there it stays."""
RECORDED = "2000-Q1"
FEW = 2
"""Moved drivers that a title names."""


@dataclass(frozen=True)
class Inquiry:
    """A scenario, one or two to compare it with, what is moved in the first, and what in all.

    `drivers` are the values that drivers of `scenario` take from HELD on; `settings` the
    parameters of all. Values stay within the ranges of `DRIVERS` and of the registry.
    """

    scenario: str
    against: str
    drivers: Mapping[str, float] = field(default_factory=dict)
    settings: Mapping[str, float] = field(default_factory=dict)
    worlds: int = BLOCK
    third: str = ""

    def refuse_unknown(self, scenarios: Collection[str]) -> None:
        """Raise BadInput for names and numbers that the page does not offer, whoever sent them.

        They reach a scenario file and a command; nothing of them is shown.
        """
        registry = load_parameters().leaves
        known = {name: (each.low, each.high) for name, each in registry.items()}
        for moved, ranges in (
            (self.drivers, {name: (each.low, each.high) for name, each in DRIVERS.items()}),
            (self.settings, known),
        ):
            for name, value in moved.items():
                number = isinstance(value, int | float) and not isinstance(value, bool)
                low, high = ranges.get(name, (1, 0))
                if not (number and low <= value <= high):
                    raise BadInput("a lever was moved to where there is none: reload the page")
        if any(str(each) not in scenarios for each in (self.scenario, self.against)):
            raise BadInput("a scenario that is not among those offered: reload the page")

    @property
    def name(self) -> str:
        """The scenario's name in results.

        >>> Inquiry("baseline", "baseline", {"sanctions": 0.5}).name
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
        title = f"{load_scenario(self.scenario).title}, {_moved(self.drivers)}"
        lines = [f"title: {json.dumps(title, ensure_ascii=False)}", f"extends: {self.scenario}"]
        knots = [
            f"  {name}: {{{NOW}: inherited, {HELD}: {value:.6g}}}"
            for name, value in self.drivers.items()
        ]
        return "\n".join([*lines, "drivers:", *knots, ""])

    def file(self) -> str:
        """Return a scenario file of what is asked about, moved or not."""
        title = json.dumps(load_scenario(self.scenario).title, ensure_ascii=False)
        return self.text() or f"title: {title}\nextends: {self.scenario}\n"

    def spec(self) -> RunSpec:
        """Return the batch that is asked for, as the command line would say it."""
        return RunSpec(
            tuple(self._moved() if name == self.name else name for name in self.names),
            worlds=self.worlds,
            record_from=RECORDED,
            settings=dict(self.settings),
        )

    def command(self) -> str:
        """Return what to type for the same numbers: the scenario's file, if any, and the run."""
        file, text = f"{self.name}.yaml", self.text()
        names = [file if text and name == self.name else name for name in self.names]
        options = [f"--worlds {self.worlds}", f"--record-from {RECORDED}"]
        options += [f"--set {name}={value:.6g}" for name, value in self.settings.items()]
        run = " ".join(["crossroads run", *names, *options])
        return f"cat > {file} <<'END'\n{text}END\n{run}" if text else run

    def _moved(self) -> Scenario | str:
        """Return the scenario with its drivers moved, read from the file that the command has."""
        if not self.drivers:
            return self.scenario
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"{self.name}.yaml"
            path.write_text(self.text(), encoding="utf-8")
            return load_scenario(path)


def _moved(drivers: Mapping[str, float]) -> str:
    """Say which drivers are moved.

    >>> _moved({"sanctions": 0.5, "belt_and_road": 1.0})
    'with sanctions = 0.5 and belt_and_road = 1'
    """
    if len(drivers) > FEW:
        return f"with {len(drivers)} drivers moved"
    return f"with {listed([f'{name} = {value:.6g}' for name, value in drivers.items()])}"
