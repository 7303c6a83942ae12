"""The files that make a scenario: itself and all that it extends, ancestors first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.faults import Fault, FaultyInput
from scenarios.frame import current, per_frame
from scenarios.library import LIBRARY, find_scenario, relative_name
from scenarios.reading import ROOT, Layer, Place, document_of, read_document
from scenarios.schema import scenario_file
from scenarios.spelling import spell
from scenarios.text import stamp
from scenarios.wording import check_shape

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_FILES = 40
ROOT_FILE = (LIBRARY / f"{ROOT}.yaml").resolve()


def read_layer(path: Path) -> Layer:
    """Read one scenario file and check its shape. Raises FaultyInput where nothing is usable."""
    return _layer(path, relative_name(path), stamp(path))


@per_frame(64)
def _layer(path: Path, file: str, _stamp: tuple[int, ...]) -> Layer:
    document = read_document(path, file)
    spell(document)
    faults, unusable = check_shape(document, scenario_file())
    return Layer(path, document, (*document.repeated, *faults), frozenset(unusable))


def with_extras(layers: Sequence[Layer]) -> list[Layer]:
    """Layers with the drivers of those whom the frame in force adds, after the baseline's.

    A scenario that extends nothing has said all: what it says is stronger.
    """
    place = next((at for at, each in enumerate(layers, 1) if each.path.resolve() == ROOT_FILE), 0)
    return [*layers[:place], *extra_layers(), *layers[place:]]


def extra_layers() -> list[Layer]:
    """The drivers of those whom the frame in force adds, as layers of a scenario."""
    return [
        _extra_layer(each.name, each.text("drivers.yaml"))
        for each in current().extras
        if each.text("drivers.yaml")
    ]


@per_frame(8)
def _extra_layer(name: str, text: str) -> Layer:
    path = Path(name) / "drivers.yaml"
    document = document_of(text, str(path))
    faults, unusable = check_shape(document, scenario_file())
    return Layer(path, document, (*document.repeated, *faults), frozenset(unusable))


class Lineage:
    """Walks from a file to its ancestors, collecting faults rather than stopping at one."""

    def __init__(self, folders: Sequence[str | Path]) -> None:
        """Start with nothing found."""
        self.folders = folders
        self.layers: list[Layer] = []
        self.faults: list[Fault] = []
        self._done: set[Path] = set()

    def add(self, path: Path, below: tuple[Path, ...] = ()) -> None:
        """Add a file after all that it extends; files met already are passed over."""
        full = path.resolve()
        if full in self._done:
            return
        self._done.add(full)
        try:
            layer = read_layer(path)
        except FaultyInput as faulty:
            self.faults += faulty.faults
            self._fall_back(below)
            return
        self.faults += layer.faults
        for position, parent in enumerate(layer.parents):
            self._add_parent(layer, parent, position, (*below, full))
        self.layers.append(layer)

    def _add_parent(self, layer: Layer, name: str, position: int, below: tuple[Path, ...]) -> None:
        place: Place = ("extends", position)
        try:
            path = find_scenario(name, self.folders, near=layer.path.parent)
        except ValueError as error:
            self.faults.append(layer.document.fault(place, str(error)))
            self._fall_back(below)
            return
        message = _endless(path.resolve(), below)
        if message:
            self.faults.append(layer.document.fault(place, message))
            self._fall_back(below)
        else:
            self.add(path, below)

    def _fall_back(self, below: tuple[Path, ...]) -> None:
        """Stand the baseline in for a file that cannot be had, so that the rest can be checked."""
        if below and ROOT_FILE not in below:
            self.add(ROOT_FILE, below)


def _endless(path: Path, below: tuple[Path, ...]) -> str:
    if path in below:
        circle = [*below[below.index(path) :], path]
        return f"extends itself in a circle: {' -> '.join(each.stem for each in circle)}"
    if len(below) >= MOST_FILES:
        return f"extends more than {MOST_FILES} files in a row"
    return ""
