"""A scenario of one's own on the page: pasted, uploaded or built, and read with care.

The text comes from a browser or from a shared address. It may name scenarios of the library and no
file; nothing that it names is opened otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from html import escape
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from experiments.errors import BadInput
from scenarios.event_types import EVENT_TYPES
from scenarios.faults import FaultyInput
from scenarios.load import load_scenario
from scenarios.quarters import quarter_label
from scenarios.reading import document_of
from scenarios.scenario import Scenario

MINE = "mine"
"""The name of the scenario, whose file would be `mine.yaml`."""
MOST = 10_000
"""Letters that it may have; they have to fit into an address."""
BEGUN = "title: My scenario\nextends: baseline\n"
Knots = Mapping[int, float]
"""Values of a driver by quarter."""


def read(files: Mapping[str, str], known: Collection[str]) -> dict[str, Scenario]:
    """Load scenarios from texts by name; a later one may extend those before it.

    Raises FaultyInput with every fault, BadInput for a text that is too long.
    """
    found: dict[str, Scenario] = {}
    with TemporaryDirectory() as folder:
        for name, text in files.items():
            _refuse_files(text, f"{name}.yaml", {*known, *found})
            path = Path(folder) / f"{name}.yaml"
            path.write_text(text, encoding="utf-8", newline="\n")
            try:
                found[name] = load_scenario(path)
            except FaultyInput as faulty:
                raise FaultyInput([_named(each, folder) for each in faulty.faults]) from None
    return found


def _named(fault: Any, folder: str) -> Any:  # noqa: ANN401 (a fault, and another)
    """Return a fault that names a file of the folder by its name alone."""
    file, message = (each.replace(f"{folder}/", "") for each in (fault.file, fault.message))
    return type(fault)(file, fault.line, message)


def _refuse_files(text: str, file: str, known: Collection[str]) -> None:
    """Refuse texts that are too long or name what is no scenario that the page offers."""
    if len(text) > MOST:
        raise BadInput(f"a scenario of {len(text):,} letters; the page takes {MOST:,} at most")
    document = document_of(text, file)
    said, record = document.values.get("extends", []), document.values.get("record")
    faults = [
        document.fault(("extends", place), "the page extends its own scenarios alone, by name")
        for place, name in enumerate(said if isinstance(said, list) else [said])
        if not (isinstance(name, str) and name in known)
    ]
    if "parameters_file" in document.values or isinstance(record, dict):
        place = "record" if isinstance(record, dict) else "parameters_file"
        faults.append(document.fault((place,), "the page reads no other file"))
    if faults:
        raise FaultyInput(faults)


def faults_of(wrong: Exception, text: str) -> str:
    """Show each fault under the line of the text that it is in."""
    if not isinstance(wrong, FaultyInput):
        return f"<p>{escape(str(wrong))}</p>"
    lines, shown = text.splitlines(), []
    for fault in wrong.faults:
        at = fault.line if fault.file == f"{MINE}.yaml" else 0
        said = lines[at - 1].strip()[:80] if 0 < at <= len(lines) else ""
        where = f"<b>line {at}</b> <code>{escape(said)}</code><br>" if said else ""
        shown.append(f"<li>{where}{escape(fault.message)}</li>")
    return f'<ul role="alert" class="faults">{"".join(shown)}</ul>'


def with_path(text: str, cell: tuple[str, ...], knots: Knots) -> str:
    """Return a scenario's text with a path of a driver (its name, state and power) put in."""
    path = CommentedMap((quarter_label(q), float(f"{v:.4g}")) for q, v in sorted(knots.items()))
    path.fa.set_flow_style()

    def put(values: Any) -> None:  # noqa: ANN401 (ruamel's)
        for key in ("drivers", *cell[:-1]):
            inner = values.get(key)
            if not isinstance(inner, dict) or any(str(each)[:1].isdecimal() for each in inner):
                values[key] = CommentedMap()  # one path for all gives way to one of each
            values = values[key]
        values[cell[-1]] = path

    return _changed(text, put)


def with_event(text: str, event: Mapping[str, Any]) -> str:
    """Return a scenario's text with an event added, of the keys that its type takes."""
    keys = [key for key in EVENT_TYPES[event["type"]].keys if event.get(key) not in {None, ""}]
    line = CommentedMap((key, event[key]) for key in keys)
    line.fa.set_flow_style()

    def put(values: Any) -> None:  # noqa: ANN401 (ruamel's)
        values["events"] = [*(values.get("events") or []), line]

    return _changed(text, put)


def _changed(text: str, put: Callable[[Any], None]) -> str:
    """Return a text changed, its comments kept. Raises FaultyInput for what is no YAML."""
    document_of(text or BEGUN, f"{MINE}.yaml")  # which bounds it
    yaml, written = YAML(), StringIO()
    yaml.width = 100
    values = yaml.load(text or BEGUN)
    put(values)
    yaml.dump(values, written)
    return written.getvalue()
