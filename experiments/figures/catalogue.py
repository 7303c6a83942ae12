"""The list of figures: what each shows, what a folder must hold for it, and how they are drawn.

**To add a figure**, write a function from `Results` to a matplotlib figure and add one row to
`CATALOGUE`. Its arguments say what can be chosen: `scenario` or `scenarios`, `state`, `column`,
`power`, `axes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from experiments.errors import BadInput
from experiments.exit_codes import said_of
from experiments.machine import cores
from experiments.store.columns import by_name, table_of
from scenarios.faults import nearest
from scenarios.lists import listed

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import PeriodIndex

    from experiments.results.reading import Results

ALONE = 6
"""So few figures are drawn here: starting processes would take longer."""
ALL = ("influence", "states", "region")


@dataclass(frozen=True)
class Entry:
    """A figure: where its function lives, what it shows, which tables and how much it needs.

    An annex is drawn only where it is asked for by name.
    """

    where: str
    shows: str
    tables: tuple[str, ...]
    scenarios: int = 1
    quarters: int = 2
    since: int = 2000
    before: int = 10_000
    varied: bool = False
    worlds: int = 1
    annex: bool = False

    @property
    def function(self) -> Callable[..., Figure]:
        """The function that draws it."""
        module, name = self.where.split(":")
        found: Callable[..., Figure] = getattr(import_module(f"experiments.figures.{module}"), name)
        return found


CATALOGUE: dict[str, Entry] = {
    "influence": Entry(
        "series:influence",
        "share of influence over time: all powers, then Russia and China by scenario",
        ("influence",),
    ),
    "change": Entry(
        "changes:change",
        "what each scenario changes against the baseline, world by world, a row a scenario",
        ("influence",),
        scenarios=2,
    ),
    "relations": Entry(
        "series:relations",
        "Russia and China: cooperation, competition and rivalry over time",
        ("region",),
    ),
    "map": Entry(
        "maps:map_of_leaders",
        "the region by leading power and its margin: the shared past, then each scenario",
        ("influence",),
        quarters=1,
    ),
    "coopetition": Entry(
        "plane:coopetition",
        "cooperation against competition as paths in time, with clouds of worlds",
        ("region",),
    ),
    "passage": Entry(
        "changes:first_passage",
        "in how many worlds China has passed Russia by each quarter",
        ("influence",),
        quarters=5,
        since=2024,
    ),
    "scenarios": Entry(
        "heat:scenarios",
        "scenario by outcome: what each changes, as a heat map",
        ALL,
        scenarios=2,
        quarters=1,
    ),
    "tornado": Entry(
        "bars:tornado",
        "which assumptions move outcomes most, from their low to their high end",
        ALL,
        quarters=1,
        worlds=2,
    ),
    "differences": Entry(
        "bars:differences",
        "which assumptions move the differences between scenarios most",
        ALL,
        scenarios=2,
        quarters=1,
        worlds=2,
    ),
    "response": Entry(
        "worlds:response",
        "an outcome against the parameters that a design varies, as a filled map",
        ("influence",),
        quarters=1,
        varied=True,
    ),
    "robustness": Entry(
        "bars:robustness",
        "which headlines survive the spread of what is judged, and what moves them most",
        ALL,
        quarters=1,
    ),
    "incidents": Entry(
        "heat:incidents",
        "attacks on Chinese assets and unrest: a calendar by state and year",
        ("states",),
    ),
    "lines": Entry(
        "series:lines",
        "any column over time, scenarios overlaid (--column, --power, --state)",
        ("influence",),
        annex=True,
    ),
    "histogram": Entry(
        "worlds:histogram",
        "how any outcome spreads over worlds, and what scenarios change (--column, --power)",
        ("region",),
        quarters=1,
        annex=True,
    ),
    "hedging": Entry(
        "series:hedging",
        "hedging, joint dependence and dependency risk of each state over time",
        ("states",),
        annex=True,
    ),
    "domains": Entry(
        "reliance:domains",
        "on whom each state relies in each domain, over time",
        ("influence",),
        annex=True,
    ),
    "record": Entry(
        "past:record",
        "fit to the record: trade, FBIC, arms, UN votes, remittances and debt",
        ("influence", "states"),
        before=2024,
        annex=True,
    ),
}


@dataclass(frozen=True)
class Subject:
    """What figures are drawn of: some scenarios, a state, a column, a power, axes; or all."""

    scenarios: tuple[str, ...] = ()
    state: str | None = None
    column: str | None = None
    power: str | None = None
    axes: tuple[str, ...] = ()

    @property
    def asked(self) -> list[str]:
        """Return what is chosen, as the options of the command line are called."""
        return [each.name for each in fields(self) if getattr(self, each.name)]

    def of(self, name: str) -> dict[str, Any]:
        """Return the arguments by which a figure's function takes this, as far as it does.

        A figure of one scenario takes the first of those given.
        """
        offered = {
            "scenarios": list(self.scenarios), "names": list(self.scenarios),
            "scenario": next(iter(self.scenarios), None), "state": self.state,
            "column": self.column, "power": self.power, "axes": list(self.axes),
        }  # fmt: skip
        known = signature(CATALOGUE[name].function).parameters
        return {key: each for key, each in offered.items() if each and key in known}

    def file(self, name: str) -> str:
        """Return what a figure's files are called: one of a choice leaves that of all alone.

        >>> Subject(("frozen_ukraine", "baseline"), "TJK").file("domains")
        'domains_frozen_ukraine_TJK'
        """
        parts = ([each] if isinstance(each, str) else each for each in self.of(name).values())
        return "_".join([name, *(label for part in parts for label in part)])


class FigureTask(NamedTuple):
    """A figure to draw: its name, the folder and kinds of its files, and what it is drawn of."""

    name: str
    to: Path
    formats: tuple[str, ...]
    subject: Subject

    def draw(self, results: Results) -> list[Path]:
        """Draw the figure and return its files."""
        from experiments.figures.style import save

        figure = CATALOGUE[self.name].function(results, **self.subject.of(self.name))
        return save(figure, self.to, self.subject.file(self.name), self.formats)


class Drawn(NamedTuple):
    """A figure's name and files, or the reason why there are none."""

    name: str
    files: list[Path]
    wrong: Exception | None = None

    @property
    def said(self) -> str:
        """What went wrong, in a line."""
        return failed(self.name, self.wrong) if self.wrong else ""


def draw(
    results: Results,
    name: str,
    scenarios: Sequence[str] = (),
    state: str | None = None,
    **more: Any,  # noqa: ANN401 (as `Subject` takes them)
) -> Figure:
    """Draw a figure of the catalogue, of what is chosen where it can be."""
    subject = Subject(tuple(scenarios), state, **more)
    return CATALOGUE[name].function(results, **subject.of(name))


def draw_all(
    results: Results,
    names: Sequence[str],
    to: Path,
    formats: Sequence[str],
    subject: Subject = Subject(),
) -> Iterator[Drawn]:
    """Draw figures and yield what became of each, in the order of the names; a bar says how far.

    Many are drawn side by side on the cores of the machine. One that fails does not keep the
    others from being drawn. Raises BadInput for a scenario that is not in the folder, before
    anything is written.
    """
    from experiments.batch.executors import local_workers
    from experiments.progress import steps
    from experiments.results.text import chosen_scenarios

    chosen_scenarios(results, subject.scenarios or None)
    tasks = [FigureTask(name, to, tuple(formats), subject) for name in names]
    workers = min(cores(), len(names))
    with steps(len(names)) as step:
        if workers == 1 or len(names) <= ALONE:
            for task in tasks:
                step(task.name)
                yield _outcome(task.name, partial(task.draw, results))
            return
        with local_workers(workers) as pool:
            waiting = [pool.submit(_draw_there, results.folder.address, task) for task in tasks]
            for task, each in zip(tasks, waiting, strict=True):
                step(task.name)
                yield _outcome(task.name, each.result)


def _draw_there(address: str, task: FigureTask) -> list[Path]:
    """Draw one figure in a worker."""
    from experiments.results.reading import load

    results = load(address)
    with results.frame.used():
        return task.draw(results)


def _outcome(name: str, make: Callable[[], list[Path]]) -> Drawn:
    """Return the files that drawing makes, or why it does not, whatever the reason is."""
    try:
        return Drawn(name, make())
    except Exception as wrong:  # noqa: BLE001 (one figure's fault must not cost the others)
        return Drawn(name, [], wrong)


def failed(name: str, wrong: Exception) -> str:
    """Say in a line which figure could not be drawn, and why.

    >>> failed("map", ValueError("no borders"))
    "figure 'map' could not be drawn: no borders"
    """
    said = said_of(wrong) if isinstance(wrong, OSError) else str(wrong)
    return f"figure '{name}' could not be drawn: {' '.join(said.split()) or type(wrong).__name__}"


def drawable(results: Results) -> list[str]:
    """Return the figures, but for the annex, that a folder has enough in it for."""
    return [name for name, each in CATALOGUE.items() if not (each.annex or need(results, name))]


def need(results: Results, name: str, tables: Sequence[str] | None = None) -> str:
    """Return what a figure needs that a folder lacks, with the command that would add it."""
    from experiments.results.missing import command, lack

    entry = CATALOGUE[name]
    if missing := lack(results, tables=entry.tables if tables is None else tables):
        return f"{missing.what}: {missing.command}"
    if len(results.scenarios) < entry.scenarios:
        other = "baseline" if "baseline" not in results.scenarios else "frozen_ukraine"
        return f"{entry.scenarios} scenarios: {command(results, [other])}"
    if results.size < entry.worlds:
        return f"{entry.worlds} worlds: crossroads run ... --worlds 500"
    what, span = _short(entry, results.quarters())
    if what:
        return f"{what}: {command(results, **span)}"
    if entry.varied and not results.batch.assumed.design.varied:
        return "parameters that a design varies: crossroads run ... --set NAME=LOW:HIGH --points N"
    return ""


def _short(entry: Entry, quarters: PeriodIndex) -> tuple[str, dict[str, str]]:
    """Return which quarters a figure needs that are not there, and the span that has them."""
    since = sum(quarter.year >= entry.since for quarter in quarters)
    if since < min(entry.quarters, len(quarters)):
        return f"quarters from {entry.since} on", {"until": "2035-Q4"}
    if not any(quarter.year < entry.before for quarter in quarters):
        return f"quarters before {entry.before}", {"record_from": "2000-Q1"}
    if len(quarters) < entry.quarters:
        return f"{entry.quarters} quarters", {"record_from": "2000-Q1"}
    return "", {}


def left_out(results: Results) -> list[str]:
    """Say in a line for each need that a folder does not meet which figures it leaves out."""
    needs: dict[str, list[str]] = {}
    for name, entry in CATALOGUE.items():
        if not entry.annex:
            needs.setdefault(need(results, name), []).append(name)
    return [f"not drawn: {listed(names)}; needed: {what}" for what, names in needs.items() if what]


def chosen(results: Results, names: Sequence[str], subject: Subject = Subject()) -> list[str]:
    """Return the figures to draw: those asked for, or all that the folder allows but the annex.

    Raises BadInput for a figure that does not exist, for one that the folder lacks something for,
    and for one by name that cannot be narrowed as it is asked to be. Where no figure is named but
    something is chosen, those that can be narrowed by all of it are drawn.
    """
    known = subject.column is None or subject.column in by_name()
    tables = [table_of(str(subject.column)).name] if subject.column and known else None
    for name in names:
        if name not in CATALOGUE:
            raise BadInput(f"no figure '{name}'; {nearest(name, CATALOGUE)}")
        if missing := need(results, name, tables):
            raise BadInput(f"'{name}' needs {missing}")
        for kind in subject.asked:
            if not _narrows(name, kind):
                singular, others = (
                    kind.removesuffix("s"),
                    [e for e in CATALOGUE if _narrows(e, kind)],
                )
                option = "axis" if kind == "axes" else singular
                raise BadInput(
                    f"'{name}' has no {option} to choose; --{option} is for {', '.join(others)}"
                )
    if names or not subject.asked:
        return list(dict.fromkeys(names)) or drawable(results)
    able = drawable(results) if subject.column is None else list(CATALOGUE)
    fit = [name for name in able if all(_narrows(name, kind) for kind in subject.asked)]
    return [name for name in fit if _suits(name, subject) and not need(results, name, tables)]


def _suits(name: str, subject: Subject) -> bool:
    """Whether a figure that was not asked for by name can draw the column that was."""
    by_power = subject.column in table_of("share").names
    if subject.column is None or name == "influence":
        return subject.column is None or by_power
    return not by_power or subject.power is not None or name in {"lines", "change"}


def _narrows(name: str, kind: str) -> bool:
    """Whether a figure can be drawn of a choice of one kind."""
    asked: Any = ("X",) if kind in {"scenarios", "axes"} else "X"
    return bool(Subject(**{kind: asked}).of(name))
