"""Experiment files: a whole batch in one file, to share and to run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from scenarios.faults import Fault, FaultyInput
from scenarios.frames import frame_of
from scenarios.library import find_scenario, relative_name
from scenarios.load import load_scenario
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.reading import Layer, read_document
from scenarios.run_options import RunOptions
from scenarios.schema import parameter_type
from scenarios.settings import Settings
from scenarios.shapes import Text, mapping_of, some
from scenarios.wording import check_shape


class ExperimentFile(RunOptions):
    """A batch: which scenarios, how many worlds, what varies."""

    title: Text = Field(description="a few words for reports")
    scenarios: Annotated[list[Text], BeforeValidator(some)] = Field(
        description="names in the library or paths, relative to this file"
    )
    note: Text = Field(default="", description="free text")
    parameters: Any = Field(
        default={}, description="a number (fixed), a range (over worlds) or a list (crossed)"
    )
    parameters_file: Text = Field(default=None, description="other values, or a table of draws")
    agents: Annotated[dict[Text, Text], BeforeValidator(some)] = Field(
        default={}, description="agents of one's own by code: FILE:CLASS, relative to this file"
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
    """A batch as its file asks for it: `options` are those of a run that the file gives."""

    name: str
    title: str
    scenarios: tuple[Path, ...]
    note: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    outcomes: tuple[str, ...] = ()


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
    with frame_of(loading.extras).used():
        experiment = loading.experiment()
    if loading.faults:
        raise FaultyInput(loading.faults)
    return experiment


class _Loading:
    """One experiment file on its way to a dataclass."""

    def __init__(self, layer: Layer, folders: Sequence[str | Path]) -> None:
        self.layer, self.folders = layer, folders
        self.faults: list[Fault] = list(layer.faults)
        near = layer.path.parent
        self.extras = [
            near / each if "/" in str(each) else each for each in layer.said("extras") or ()
        ]

    def experiment(self) -> Experiment:
        said, settings = self.layer.said, self._settings()
        self._check_quarters()
        options = {key: said(key) for key in RunOptions.model_fields}
        if str(options["design"]).endswith((".csv", ".parquet")):
            options["design"] = self.layer.path.parent / options["design"]
        options["extras"] = self.extras or None
        options |= {"settings": settings.values or None, "parameters": settings.file}
        agents, place = self.layer.section("agents"), self.layer.path.parent
        options["agents"] = {code: str(place / each) for code, each in agents.items()} or None
        return Experiment(
            name=self.layer.path.stem,
            title=said("title") or "",
            scenarios=self._scenarios(),
            note=(said("note") or "").strip(),
            options={key: value for key, value in options.items() if value is not None},
            outcomes=tuple(said("outcomes") or ()),
        )

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
