"""Experiment files: a whole batch in one file, to share and to run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from scenarios.counts import BOUNDS, expected
from scenarios.faults import Fault, FaultyInput
from scenarios.library import find_scenario, relative_name
from scenarios.lineage import Layer
from scenarios.load import load_scenario
from scenarios.quarters import INTERVALS, parse_quarter, quarter_label
from scenarios.reading import described, read_document
from scenarios.scenario import ParameterValue
from scenarios.schema import parameter_type
from scenarios.settings import Settings
from scenarios.shapes import Checked, Quarter, Strict, Text, mapping_of, some, word, wrong
from scenarios.vocabulary import FREE, GONE_THROUGH, TABLES
from scenarios.wording import check_shape

SETTINGS = (
    *("worlds", "seed", "until", "record_from", "every", "tables"),
    *("points", "replicates", "design", "record", "record_until"),
)
"""Keys of the file that are keywords of `experiments.run` as they stand."""


def _count(name: str) -> Checked:
    """The type of a whole number that the command line takes too."""
    least, most = BOUNDS[name]

    def check(value: object) -> object:
        if wanted := expected(value, least, most):
            raise wrong(f"expected {wanted}, got {described(value)}")
        return value

    return Checked(check, {"type": "integer", "minimum": least, "maximum": most})


class ExperimentFile(Strict):
    """A batch: which scenarios, how many worlds, what varies."""

    title: Text = Field(description="a few words for reports")
    scenarios: Annotated[list[Text], BeforeValidator(some)] = Field(
        description="names in the library or paths, relative to this file"
    )
    note: Text = Field(default="", description="free text")
    worlds: Annotated[Any, _count("worlds")] = Field(
        default=None, description="worlds in each scenario"
    )
    seed: Annotated[Any, _count("seed")] = Field(
        default=None, description="where the chance starts"
    )
    until: Quarter = Field(default=None, description="last quarter")
    record_from: Quarter = Field(default=None, description="first quarter that is written")
    every: Annotated[Any, word(INTERVALS, "interval")] = Field(
        default=None, description="how often results are written"
    )
    tables: Annotated[list[Annotated[Any, word(TABLES, "table")]], BeforeValidator(some)] = Field(
        default=[], description="which tables are written"
    )
    parameters: Any = Field(
        default={}, description="a number (fixed), a range (over worlds) or a list (crossed)"
    )
    parameters_file: Text = Field(default=None, description="other values, or a table of draws")
    points: Annotated[Any, _count("points")] = Field(
        default=None, description="points of the design"
    )
    replicates: Annotated[Any, _count("replicates")] = Field(
        default=None, description="worlds at each point"
    )
    design: Text = Field(default=None, description="sobol, lhs, grid or a table of points")
    record: Annotated[Any, word((FREE, GONE_THROUGH), "record")] = Field(
        default=None, description="whether worlds go through what was observed"
    )
    record_until: Annotated[Any, _count("record_until")] = Field(
        default=None, description="last year of which anything observed is known"
    )
    outcomes: list[Text] = Field(
        default=[], description="outcomes of interest, such as share:KAZ:CHN or rivalry"
    )


def experiment_file() -> type[ExperimentFile]:
    """The model of an experiment file, parameters typed."""
    about = ExperimentFile.model_fields["parameters"].description
    typed: Any = (mapping_of(Text, parameter_type()), Field(default=None, description=about))
    return create_model(
        "Experiment", __base__=ExperimentFile, __doc__=ExperimentFile.__doc__, parameters=typed
    )


@dataclass(frozen=True)
class Experiment:
    """A batch as its file asks for it; None where the file leaves a choice to the runner."""

    name: str
    title: str
    scenarios: tuple[Path, ...]
    note: str = ""
    worlds: int | None = None
    seed: int | None = None
    until: str | int | None = None
    record_from: str | int | None = None
    every: str | None = None
    tables: tuple[str, ...] | None = None
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    parameters_file: Path | None = None
    points: int | None = None
    replicates: int | None = None
    design: str | None = None
    record: str | None = None
    record_until: int | None = None
    outcomes: tuple[str, ...] = ()
    file: str = ""

    def options(self) -> dict[str, Any]:
        """What the file says, as keywords of `experiments.run`."""
        said = {key: getattr(self, key) for key in SETTINGS}
        said |= {"values": self.parameters or None, "parameters": self.parameters_file}
        return {key: value for key, value in said.items() if value is not None}


def is_experiment(path: Path) -> bool:
    """Whether a file asks for a batch: it names `scenarios`. Raises FaultyInput if unreadable."""
    return "scenarios" in read_document(path, relative_name(path)).values


def load_experiment(path: str | Path, *, folders: Sequence[str | Path] = ()) -> Experiment:
    """Read an experiment file and check it with all the scenarios that it names.

    Raises FaultyInput with every fault.
    """
    path = Path(path)
    document = read_document(path, relative_name(path))
    faults, unusable = check_shape(document, experiment_file())
    layer = Layer(path, document, (*document.repeated, *faults), frozenset(unusable))
    loading = _Loading(layer, folders)
    experiment = loading.experiment()
    if loading.faults:
        raise FaultyInput(loading.faults)
    return experiment


class _Loading:
    """One experiment file on its way to a dataclass."""

    def __init__(self, layer: Layer, folders: Sequence[str | Path]) -> None:
        self.layer, self.folders = layer, folders
        self.faults: list[Fault] = list(layer.faults)

    def experiment(self) -> Experiment:
        said = self.layer.said
        tables, settings = said("tables"), self._settings()
        self._check_quarters()
        plain = {key: said(key) for key in SETTINGS if key not in {"tables", "design"}}
        return Experiment(
            name=self.layer.path.stem,
            title=said("title") or "",
            scenarios=self._scenarios(),
            note=(said("note") or "").strip(),
            tables=tuple(tables) if tables else None,
            parameters=settings.values,
            parameters_file=settings.file,
            design=self._design(),
            outcomes=tuple(said("outcomes") or ()),
            file=self.layer.document.file,
            **plain,
        )

    def _design(self) -> str | None:
        """The design; a table of points lies beside the experiment."""
        said = self.layer.said("design")
        is_table = isinstance(said, str) and said.endswith((".csv", ".parquet"))
        return str(self.layer.path.parent / said) if is_table else said

    def _settings(self) -> Settings:
        settings = Settings(of_experiment=True)
        settings.add(self.layer)
        settings.settle()
        self.faults += settings.faults
        return settings

    def _scenarios(self) -> tuple[Path, ...]:
        found: dict[str, Path] = {}
        for position, name in self.layer.section("scenarios").items():
            try:
                path = find_scenario(name, self.folders, near=self.layer.path.parent)
                if path.stem in found:
                    self._fault(position, f"a scenario '{path.stem}' is named already")
                found[path.stem] = path
                load_scenario(path, folders=self.folders)
            except FaultyInput as faulty:
                self.faults += faulty.faults
            except ValueError as error:
                self._fault(position, str(error))
        return tuple(found.values())

    def _fault(self, position: int, message: str) -> None:
        self.faults.append(self.layer.document.fault(("scenarios", position), message))

    def _check_quarters(self) -> None:
        until, record_from = self.layer.said("until"), self.layer.said("record_from")
        if until is None or record_from is None:
            return
        last, first = parse_quarter(until, closing=True), parse_quarter(record_from)
        if first > last:
            message = f"{quarter_label(first)} lies after the last quarter, {quarter_label(last)}"
            self.faults.append(self.layer.document.fault(("record_from",), message))
