"""From what a user asks for to a batch: names resolved, values checked, nothing written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import prod
from pathlib import Path
from typing import Any

from experiments.addresses import as_path
from experiments.design.asked import LEADER, Asked, Precision
from experiments.design.batch import Batch
from experiments.design.checking import all_of, refuse, uneven_shares, wrong_values
from experiments.design.layout import Design, Floats, Method, points_of
from experiments.design.naming import fault_of_name
from experiments.design.own_agents import own_agents
from experiments.design.points import ENDINGS, MOST_NUMBERS, read_table
from experiments.design.settings import designed
from experiments.design.spec import RunSpec
from experiments.design.values import Assumptions, said
from experiments.errors import BadInput
from experiments.store.columns import TABLES
from scenarios.counts import NUMBERED
from scenarios.frame import current
from scenarios.frames import frame_of
from scenarios.library import is_file
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.posterior import load_posterior
from scenarios.quarters import Every, ends_year, parse_quarter, quarter_label, recorded_quarters
from scenarios.registry import Registry
from scenarios.scenario import Distribution, ParameterValue, Scenario
from scenarios.uncertain import AT, stated, with_open
from scenarios.vocabulary import FREE, LAST_YEAR

WORLDS = 500
POSTERIOR, REGISTRY = "posterior", "registry"
"""What stands for the shipped posterior, the default, and for the registry's values alone."""
MOST_WORLDS = 100_000
"""Where a batch that is to reach a precision stops all the same."""
SOBOL = "sobol"
DESIGNS = (SOBOL, "lhs", "grid")


def resolve(spec: RunSpec) -> Batch:
    """Return the batch that was asked for.

    Raises FaultyInput for faults in files and BadInput for everything else that cannot be.
    """
    with frame_of(spec.extras).used():
        return _resolved(spec)


def _resolved(spec: RunSpec) -> Batch:
    registry, draws = registry_and_draws(spec.parameters, spec.record_until)
    plain, left_open = (
        {name: each for name, each in spec.settings.items() if (AT in name) == other}
        for other in (False, True)
    )
    scenarios = open_up(_scenarios(spec, wrong_values(plain, registry)), left_open)
    registry = with_open(registry, scenarios.values())
    refuse(wrong_values(left_open, registry))
    settings = {name: designed(registry, name, each) for name, each in spec.settings.items()}
    spec = spec.model_copy(update={"settings": settings})
    table = _table(spec, registry)
    refuse(uneven_shares(registry, scenarios, settings, draws, table))
    design = _design(spec, scenarios, table, draws)
    until, record_from = _span(spec, scenarios)
    assumed = Assumptions(registry, design, scenarios, dict(spec.settings))
    tables = tuple(table for table in TABLES if table in spec.tables)
    precision = _precision(spec, tables, until)
    agents = own_agents(spec.agents, scenarios)
    return Batch(assumed, until, record_from, spec.every, tables, precision, current(), agents)


def open_up(scenarios: Mapping[str, Scenario], names: Iterable[str]) -> dict[str, Scenario]:
    """Return the scenarios with what a user varies of drivers, such as `sanctions@2029-Q1`.

    What a scenario leaves open by that name itself is varied there alone. Raises BadInput.
    """
    found, wrong = dict(scenarios), []
    for name in names:
        if any(name in each.uncertain for each in found.values()):
            continue
        try:
            found = {key: stated(each, name) for key, each in found.items()}
        except ValueError as refused:
            wrong.append(f"--set {name}: {refused}")
    refuse(wrong)
    return found


def _scenarios(spec: RunSpec, faults: Iterable[str]) -> dict[str, Scenario]:
    """Return the scenarios that were asked for by name; BadInput where two share one."""
    named = (partial(_named, each, spec.folders) for each in spec.scenarios)
    found = dict(all_of(named, faults))
    if len(found) < len(spec.scenarios):
        twice = _twice(spec.scenarios)
        raise BadInput(f"'{twice}' is named twice; rename a file if two share it")
    return {name: _on_record(each, spec) for name, each in found.items()}


def _on_record(scenario: Scenario, spec: RunSpec) -> Scenario:
    """Return a scenario with what was asked for of the record, whatever it says itself."""
    asked: dict[str, Any] = {}
    if spec.record is not None:
        asked["free"] = spec.record == FREE
    if spec.record_until is not None:
        asked["record_until"] = spec.record_until
    return replace(scenario, **asked) if asked else scenario


def _twice(given: Sequence[str | Path | Scenario]) -> str:
    """Return the name that two of the given scenarios share."""
    names = [each.name if isinstance(each, Scenario) else Path(each).stem for each in given]
    return max(names, key=names.count)


def _precision(spec: RunSpec, tables: tuple[str, ...], until: int) -> Precision | None:
    """Return the precision that ends the batch, if one was asked for."""
    asked = Asked.read(spec.outcome)
    if spec.precision is None:
        if spec.outcome != LEADER:
            raise BadInput(f"--outcome {spec.outcome} is what --precision is about: give both")
        return None
    if spec.every == "year" and not ends_year(until):
        raise BadInput("--precision --every year: expected --until the end of a year")
    if not 0 < spec.precision < 1:
        raise BadInput(f"--precision {spec.precision}: expected more than 0 and less than 1")
    if asked.table not in tables:
        raise BadInput(f"--precision needs table '{asked.table}' for '{spec.outcome}'")
    if spec.points or spec.replicates or spec.design is not None:
        raise BadInput("--precision adds worlds by itself; it cannot go with a design of points")
    return Precision(spec.precision, spec.outcome)


def _named(given: str | Path | Scenario, folders: Sequence[str | Path]) -> tuple[str, Scenario]:
    """Return a scenario under its name."""
    places = tuple(folders)
    found = given if isinstance(given, Scenario) else load_scenario(given, folders=places)
    if fault := fault_of_name(found.name):
        raise BadInput(f"scenario '{found.name}': rename the file: {fault}")
    return found.name, found


def registry_and_draws(
    given: str | Path | None, until: int | None = None
) -> tuple[Registry, dict[str, Floats]]:
    """Return the registry, and the draws that worlds take members of.

    By default these are the shipped posterior's, as of a `Region` by itself, and that of those
    which know nothing later than the year `until`; a file of values has none.
    """
    if given is None or str(given) == POSTERIOR:
        members = load_posterior(until and until + 1).members
        return load_parameters().as_of(until or LAST_YEAR), dict(members)
    if str(given) == REGISTRY:
        return load_parameters(), {}
    path = as_path(given, "--parameters")
    if not is_file(path):
        raise BadInput(f"--parameters {given}: expected a file, '{POSTERIOR}' or '{REGISTRY}'")
    if path.suffix.lower() in ENDINGS:
        registry = load_parameters()
        return registry, read_table(path, registry)
    return load_parameters(path), {}


def _table(spec: RunSpec, registry: Registry) -> dict[str, Floats]:
    """Return the table of points, when the design is a file."""
    if spec.design is None or spec.design in DESIGNS:
        return {}
    if Path(spec.design).suffix.lower() not in ENDINGS:
        raise BadInput(
            f"--design {spec.design}: expected {', '.join(DESIGNS)} or a CSV or Parquet file"
        )
    if spec.points is not None:
        raise BadInput("--points: the table of points says how many there are")
    return read_table(as_path(spec.design, "--design"), registry)


def _design(
    spec: RunSpec,
    scenarios: Mapping[str, Scenario],
    table: dict[str, Floats],
    draws: dict[str, Floats],
) -> Design:
    """Lay the worlds out: points crossed with lists and with replicates."""
    given = [said(each, spec.settings, table) for each in scenarios.values()]
    ranges, lists = _varied(given)
    method = "table" if table else _method(spec, ranges)
    samples = len(next(iter(table.values()))) if table else spec.points or 1
    crossed = prod(lists.values())
    points = points_of(method, samples, len(ranges), crossed)
    _check_room(method, points // crossed, len(ranges))
    replicates = _replicates(spec, points, designed=method != "random")
    if points * replicates > NUMBERED:
        raise BadInput(f"{points * replicates:,} worlds in a scenario: at most {NUMBERED:,}")
    return Design(
        spec.seed, points * replicates, replicates, method, samples, ranges, lists, table, draws
    )


def _method(spec: RunSpec, ranges: Sequence[str]) -> Method:
    """Return how points of ranges are laid out; at random, a draw a world, where none are."""
    if spec.points is None and spec.design is None:
        return "random"
    if spec.points is None:
        raise BadInput(f"--design {spec.design}: give the number of points, as in --points 64")
    if not ranges:
        python = '{"low": LOW, "high": HIGH}'
        told = f"give a range, as in --set NAME=LOW:HIGH (in Python: {python})"
        raise BadInput(f"--points: nothing to vary; {told}")
    return spec.design or SOBOL  # type: ignore[return-value]


def _check_room(method: Method, samples: int, ranges: int) -> None:
    """Refuse designs of which memory holds no more than the beginning; nothing is laid out yet."""
    most = MOST_NUMBERS // max(ranges, 1)
    if method not in {"random", "table"} and samples > most:
        varied = f"{ranges} range{'s' if ranges > 1 else ''}"
        raise BadInput(f"--points: {samples:,} points of {varied}: at most {most:,}")


def _replicates(spec: RunSpec, points: int, *, designed: bool) -> int:
    """Return the replicates of each point: as asked, or as the number of worlds implies."""
    if spec.replicates is not None:
        made = points * spec.replicates
        if spec.worlds not in {None, made}:
            asked = f"--worlds {spec.worlds} with --replicates {spec.replicates}"
            raise BadInput(f"{asked} makes {made}, not {spec.worlds}; leave one out")
        return spec.replicates
    if not designed:
        return spec.worlds or (MOST_WORLDS if spec.precision else WORLDS)
    if spec.worlds is None:
        return 1
    if spec.worlds % points:
        raise BadInput(f"--worlds {spec.worlds} is not a multiple of the {points} points")
    return spec.worlds // points


def _varied(
    given: Sequence[Mapping[str, ParameterValue]],
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return the leaves that have a range, and those that have a list with its length."""
    ranges, lists = set(), dict[str, int]()
    for leaf, value in ((leaf, value) for each in given for leaf, value in each.items()):
        if isinstance(value, Distribution):
            ranges.add(leaf)
        if isinstance(value, tuple) and lists.setdefault(leaf, len(value)) != len(value):
            raise BadInput(f"{leaf} has lists of different lengths; they cannot be crossed")
    return tuple(sorted(ranges)), dict(sorted(lists.items()))


def _span(spec: RunSpec, scenarios: Mapping[str, Scenario]) -> tuple[int, int]:
    """Return the last quarter to run and the first to record."""
    until = parse_quarter(spec.until, closing=True)
    record_from = parse_quarter(spec.record_from)
    if record_from > until:
        span = f"{quarter_label(record_from)} is after --until {quarter_label(until)}"
        raise BadInput(f"--record-from {span}: nothing would be recorded")
    if not recorded_quarters(record_from, until, spec.every):
        raise BadInput(
            f"--every year: no year ends from {quarter_label(record_from)} to "
            f"{quarter_label(until)}, so nothing would be recorded"
        )
    refuse(_wrong_spans(spec.every, until, record_from, scenarios))
    return until, record_from


def _wrong_spans(
    every: Every, until: int, record_from: int, scenarios: Mapping[str, Scenario]
) -> Iterator[str]:
    """Yield which scenarios end too early, or begin too late for anything to be recorded."""
    for name, scenario in scenarios.items():
        if until > scenario.end:
            end = quarter_label(scenario.end)
            yield f"--until {quarter_label(until)}: scenario '{name}' ends in {end}"
        elif not recorded_quarters(max(record_from, scenario.start), until, every):
            start = f"scenario '{name}' starts in {quarter_label(scenario.start)}"
            yield f"--until {quarter_label(until)}: {start}: nothing would be recorded"
