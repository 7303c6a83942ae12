"""Load a scenario: find its files, lay them over each other, check the whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.assembly import Assembly
from scenarios.behaviours import Conduct
from scenarios.faults import Fault, FaultyInput
from scenarios.frame import per_frame
from scenarios.happenings import Happenings
from scenarios.library import find_scenario, relative_name
from scenarios.lineage import ROOT_FILE, Lineage, extra_layers, read_layer, with_extras
from scenarios.paths import read_statement
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.reading import Layer
from scenarios.scenario import Cell, Origin, ParameterValue, Scenario
from scenarios.settings import Settings
from scenarios.text import stamp
from scenarios.vocabulary import DRIVERS, FREE, QUARTERS, cells_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scenarios.reading import Place
    from scenarios.scenario import Uncertain

LAST = QUARTERS - 1


def load_scenario(name: str | Path, *, folders: Sequence[str | Path] = ()) -> Scenario:
    """Load a scenario by its name in the library or in `folders`, or by its path.

    Raises FaultyInput with every fault of the file and of those that it extends.
    """
    path = scenario_path(name, folders)
    lineage = Lineage(folders)
    lineage.add(path)
    if not lineage.layers or lineage.layers[-1].path != path:
        raise FaultyInput(lineage.faults)
    return _Whole(lineage).scenario()


def scenario_path(name: str | Path, folders: Sequence[str | Path] = ()) -> Path:
    """The file of a scenario that is asked for by name or path. Raises FaultyInput for none."""
    try:
        return find_scenario(name, folders)
    except ValueError as error:
        raise FaultyInput([Fault(str(name), 0, str(error))]) from None


@per_frame(2)
def _ground(path: Path, _stamp: tuple[int, ...], _called: str) -> Assembly:
    """The baseline's paths, which most scenarios go on from, told by the name of its file."""
    found = Assembly()
    for layer in with_extras([read_layer(path)]):
        found.add(layer)
    return found


class _Whole:
    """All layers of a scenario, laid in order."""

    def __init__(self, lineage: Lineage) -> None:
        self.layers = lineage.layers
        self.leaf = lineage.layers[-1]
        self.faults = list(lineage.faults)
        self.assembly, self.happenings, self.settings = Assembly(), Happenings(), Settings()
        self.conduct = Conduct()
        self.origins: dict[str, Origin] = {}

    def scenario(self) -> Scenario:
        layers, root = with_extras(self.layers), self.layers[0].path
        for layer in layers:
            self.happenings.add(layer)
            self.settings.add(layer)
            self.conduct.add(layer)
        if root.resolve() == ROOT_FILE:
            self.assembly = _ground(root, stamp(root), relative_name(root)).branched()
            layers = layers[1 + len(extra_layers()) :]
        for layer in layers:
            self.assembly.add(layer)
        start, end = self._run()
        self._check_drivers_known()
        drivers = self.assembly.arrays()
        self.happenings.settle(start, end, drivers, self.assembly.origins, self.leaf)
        self.settings.settle()
        for part in (self.assembly, self.happenings, self.settings):
            self.faults += part.faults
        self.faults += self.conduct.late(end)
        if self.faults:
            raise FaultyInput(self.faults)
        return self._made(start, end, drivers)

    def _run(self) -> tuple[int, int]:
        """First and last quarter; knots of the file itself must lie between them."""
        start, end = self._quarter("start", 0), self._quarter("end", LAST)
        if start > end:
            which = "end" if self.leaf.said("end") is not None else "start"
            message = f"the end, {quarter_label(end)}, precedes the start, {quarter_label(start)}"
            self.faults.append(self.leaf.document.fault((which,), message))
        elif self.leaf.parents:
            self.faults += _outside_run(self.leaf, start, end)
        return start, end

    def _quarter(self, key: str, default: int) -> int:
        for layer in reversed(self.layers):
            said = layer.said(key)
            if said is not None:
                self.origins[key] = Origin(layer.document.file, layer.document.line((key,)))
                return parse_quarter(said, closing=key == "end")
        return default

    def _free(self) -> bool:
        """Whether worlds run free of the record."""
        for layer in reversed(self.layers):
            said = layer.said("record")
            if isinstance(said, str):
                line = layer.document.line(("record",))
                self.origins["record"] = Origin(layer.document.file, line)
                return bool(said == FREE)
        return False

    def _check_drivers_known(self) -> None:
        stated = {cell[0] for cell in self.assembly.paths}
        raws = [layer.document.values.get("drivers") for layer in self.layers]
        said = {name for raw in raws if isinstance(raw, dict) for name in raw}
        missing = [
            name
            for name, driver in DRIVERS.items()
            if driver.scope == "region" and name not in stated | said
        ]
        if missing:
            first = self.layers[0]
            message = f"extends nothing, so it must say all drivers; missing: {', '.join(missing)}"
            place: Place = ("extends",) if "extends" in first.document.values else ("drivers",)
            self.faults.append(first.document.fault(place, message))

    def _made(self, start: int, end: int, drivers: dict[str, Any]) -> Scenario:
        said = self.leaf.said
        uncertain = self.assembly.open() | self.happenings.open()
        return Scenario(
            name=self.leaf.path.stem,
            title=said("title"),
            summary=" ".join((said("summary") or "").split()),
            theme=said("theme") or "",
            note=(said("note") or "").strip(),
            sources=tuple(said("sources") or ()),
            as_of=next((str(d) for x in reversed(self.layers) if (d := x.said("as_of"))), ""),
            start=start,
            end=end,
            drivers=drivers,
            events=tuple(event for event, _ in self.happenings.events),
            behaviours=self.conduct.behaviours,
            free=self._free(),
            parameters=self.settings.values | self._ranges(uncertain),
            uncertain=uncertain,
            parameters_file=self.settings.file,
            extends=self.leaf.parents,
            file=self.leaf.document.file,
            origins=self._places(),
            origins_of=self.origins
            | self.settings.origins
            | self.conduct.origins
            | self.assembly.ranges_at
            | self.happenings.ranges_at,
            warnings=tuple(self.assembly.warnings + self.happenings.warnings),
            event_origins=tuple(origin for _, origin in self.happenings.events),
        )

    def _ranges(self, uncertain: Mapping[str, Uncertain]) -> dict[str, ParameterValue]:
        """The distributions of what is left open."""
        ranges = {**self.assembly.ranges, **self.happenings.ranges}
        return {name: ranges[name] for name in uncertain}

    def _places(self) -> dict[Cell, tuple[tuple[Origin, ...], ...]]:
        """Where each quarter of each driver's cells was said."""
        return {
            cell: tuple(self.assembly.origins.get(cell, [()] * QUARTERS))
            for driver in DRIVERS.values()
            for cell in cells_of(driver)
        }


def _outside_run(layer: Layer, start: int, end: int) -> list[Fault]:
    run = f"{quarter_label(start)} to {quarter_label(end)}"
    statements = [
        read_statement(raw, place, steps=False)
        for place, raw in _paths_in(layer.section("drivers"), ("drivers",))
    ]
    return [
        layer.document.fault((*each.place, knot.key), f"{knot.key} lies outside the run, {run}")
        for each in statements
        for knot in each.knots
        if knot.key and not start <= knot.quarter <= end
    ]


def _paths_in(raw: Any, place: Place) -> list[tuple[Place, Any]]:  # noqa: ANN401
    """The paths under drivers, however deep they stand."""
    if not isinstance(raw, dict) or not raw or _is_path(raw):
        return [(place, raw)] if raw or raw == 0 else []
    return [found for key, each in raw.items() for found in _paths_in(each, (*place, key))]


def _is_path(raw: dict[str, Any]) -> bool:
    key = next(iter(raw))
    return key in {"add", "scale", "step", "linear"} or key[:1].isdigit()
