"""What a user asks of a batch, on the command line, from Python or in an experiment file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from experiments.design.asked import LEADER, outcome_faults
from experiments.design.settings import in_floats
from experiments.refusals import BadInput, as_float, plain
from experiments.store.columns import TABLES
from scenarios.counts import BOUNDS
from scenarios.experiment import Experiment, is_experiment, load_experiment
from scenarios.faults import FaultyInput, nearest
from scenarios.quarters import Every
from scenarios.scenario import Scenario


class Options(TypedDict, total=False):
    """The keywords of `run` that shape the numbers; see `Wishes`."""

    worlds: int | None
    seed: int
    until: str | int
    record_from: str | int
    every: Every
    tables: tuple[str, ...]
    settings: Mapping[str, Any]
    parameters: str | Path | None
    points: int | None
    replicates: int | None
    design: str | None
    record: str | None
    record_until: int | None
    precision: float | None
    outcome: str
    folders: tuple[str | Path, ...]


@dataclass(frozen=True)
class Wishes:
    """What a user asks of a batch, as given on the command line or from Python."""

    scenarios: tuple[str | Path | Scenario, ...]
    worlds: int | None = None
    seed: int = 0
    until: str | int = "2035-Q4"
    record_from: str | int = "2024-Q1"
    every: Every = "quarter"
    tables: tuple[str, ...] = tuple(TABLES)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Parameters by name: each a number, a list to cross, or a range as a scenario has it."""
    parameters: str | Path | None = None
    points: int | None = None
    replicates: int | None = None
    design: str | None = None
    """How points are laid out (None: by Sobol' sequence), or a table of them."""
    record: str | None = None
    """`free` or `followed`, whatever scenarios say themselves."""
    record_until: int | None = None
    """No figure of a later year is used, and no posterior that knows one."""
    precision: float | None = None
    outcome: str = LEADER
    folders: tuple[str | Path, ...] = ()
    experiment: Experiment | None = None
    """The file that asked for the batch, if it was one."""

    def __post_init__(self) -> None:
        """Take numbers of NumPy's and others for Python's, which files can hold."""
        for name in BOUNDS:
            object.__setattr__(self, name, plain(getattr(self, name)))
        for name in ("tables", "folders"):
            object.__setattr__(self, name, _kept(getattr(self, name)))
        object.__setattr__(self, "precision", as_float(self.precision))
        if isinstance(self.settings, Mapping):
            settings = {name: in_floats(each) for name, each in self.settings.items()}
            object.__setattr__(self, "settings", settings)

    @classmethod
    def read(cls, scenarios: Sequence[str | Path | Scenario], options: Options) -> Wishes:
        """Take scenarios and options as given; an experiment file brings its own of both.

        What is given beside an experiment file is stronger than what stands in it.
        """
        from experiments.design.checking import refuse, wrong_choices  # it takes wishes itself

        for name in set(options) - set(Options.__annotations__):
            raise BadInput(f"unknown option '{name}'; {nearest(name, Options.__annotations__)}")
        given = [path for path in map(_path, scenarios) if path and is_experiment(path)]
        if not given:
            return cls(tuple(scenarios), **options)
        if len(scenarios) > 1:
            raise BadInput(f"{given[0]}: an experiment file stands alone")
        refuse(wrong_choices(cls(tuple(scenarios), **options)))
        asked = load_experiment(given[0], folders=options.get("folders", ()))
        if faults := outcome_faults(given[0], asked.outcomes):
            raise FaultyInput(faults)
        said: Options = asked.options()  # type: ignore[assignment]
        said["settings"] = said.pop("values", {})  # type: ignore[typeddict-item]
        said |= options
        said["settings"] |= options.get("settings", {})  # type: ignore[operator]
        return cls(asked.scenarios, experiment=asked, **said)


def _kept(several: Any) -> Any:  # noqa: ANN401 (whatever Python hands over)
    """Return what can be gone through once as what can be gone through again."""
    return tuple(several) if isinstance(several, Iterator) else several


def _path(given: str | Path | Scenario) -> Path | None:
    """Return a scenario's path if it was given by one."""
    if not isinstance(given, str | Path) or Path(given).suffix not in {".yaml", ".yml"}:
        return None
    return Path(given) if Path(given).is_file() else None
