"""Which scenarios a figure draws, and what its title may claim: no more than numbers tell apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from experiments.answers.outcomes import Outcome
from experiments.errors import BadInput
from experiments.results.clusters import Clusters
from experiments.results.estimates import mean, minus, quantiles
from experiments.results.moments import Centred
from experiments.results.reading import Results
from experiments.results.text import SURE, chosen_scenarios, named, reference
from scenarios.lists import listed
from scenarios.vocabulary import STATES

Array = NDArray[Any]
PANELS, LINES = 6, 7
"""A figure shows no more than so many scenarios in panels or as lines, unless asked to."""
VISIBLE = 0.01
"""A turn on the way is named if a number is so far beyond both of its ends."""
PRINTED = 0.005
"""Changes smaller than this are 0.00 in print: titles call them none."""
NAMED = 2
"""Scenarios that a title names with their numbers."""


class Choice(NamedTuple):
    """The scenarios that are drawn, those that a title judges (the drawn first), what to say."""

    drawn: list[str]
    every: list[str]
    note: str = ""


def choose(
    results: Results, scenarios: Sequence[str] | None, most: int,
    read: Callable[[str], Array], what: str,
) -> Choice:  # fmt: skip
    """Return the scenarios asked for, or all, or the reference and those that differ most from it.

    `read` returns what is drawn of a scenario in the end, (..., worlds); how far one differs is
    its largest mean change. `what` says of what, for the small print.
    """
    every = chosen_scenarios(results, scenarios)
    if scenarios is not None or len(every) <= most:
        return Choice(every, every)
    base = reference(results)
    there, others = read(base), [name for name in every if name != base]
    far = {name: distance(read(name) - there) for name in others}
    first = sorted(others, key=lambda name: -far[name])[: most - 1]
    drawn = [base, *(name for name in others if name in first)]
    note = (
        f"{len(drawn)} of {len(every)} scenarios shown: {named(results, base)} and those that "
        f"change {what} most against it; --scenario shows others. "
    )
    return Choice(drawn, [*drawn, *(name for name in others if name not in first)], note)


def others_of(results: Results, scenarios: Sequence[str] | None, base: str) -> list[str]:
    """Return the scenarios asked for without the one they are compared with; BadInput if none."""
    found = [name for name in chosen_scenarios(results, scenarios) if name != base]
    if not found:
        raise BadInput(f"a difference needs a second scenario; here is only '{base}'")
    return found


def one_of(results: Results, scenario: str) -> str:
    """Say which scenario a figure of one shows, where the folder has several."""
    many = len(results.scenarios)
    if many == 1:
        return ""
    return f"One of {many} scenarios shown: {named(results, scenario)}; --scenario shows another. "


def distance(gaps: Array) -> float:
    """Return the largest mean change, from (..., worlds); 0 where no world is known.

    >>> distance(np.array([[1.0, 2.0], [-4.0, -2.0], [np.nan, np.nan]]))
    3.0
    """
    return float(np.abs(np.nan_to_num(Centred(gaps).mean)).max())


def states_of(state: str | None) -> tuple[str, ...]:
    """Return the one state that is asked for, or all; BadInput for an unknown one."""
    if state is not None and state not in STATES:
        raise BadInput(f"unknown state '{state}'; expected one of {listed(STATES)}")
    return STATES.now() if state is None else (state,)


def spread(
    values: Array, clusters: Clusters | None = None, *, scale: float = 1.0, unit: str = "",
    digits: int = 2, signed: bool = True,
) -> str:  # fmt: skip
    """Say where 90 % of the worlds lie, then their mean and how well it is known.

    >>> spread(np.linspace(-1, 5, 101))
    '−0.70 to +4.70 over worlds (mean +2.00 ± 0.34)'
    >>> spread(np.array([0.42]), scale=100, unit="points", digits=1)
    '+42.0 points (one world)'
    """
    found, form = mean(values, clusters), f"{'+' if signed else ''}.{digits}f"
    scaled = unit.startswith("on a scale")
    of, on = ("", f" {unit}") if scaled else (f" {unit}".rstrip(), "")
    if found.worlds <= 1:
        only = f"{scale * found.value:{form}}{of} (one world){on}"
        return minus(only) if found.worlds else "unknown"
    low, high = (scale * float(end) for end in quantiles(values, (0.05, 0.95)))
    half = f"{abs(scale) * (found.high - found.value):.{digits}f}"
    known = f" ± {half}" if float(half) > 0 else ""
    if f"{low:{form}}" == f"{high:{form}}":
        return minus(f"{low:{form}}{of} over worlds{on}")
    ends = f"{low:{form}} to {high:{form}}{of} over worlds"
    return minus(f"{ends} (mean {scale * found.value:{form}}{known}){on}")


def moves(results: Results, gaps: Mapping[str, Array], outcome: Outcome, what: str) -> str:
    """Say which scenarios change an outcome most, each with its spread over worlds; '' if none.

    `gaps` are paired changes, (worlds,), by scenario.
    """
    lie, digits = results.clusters, 1 if abs(outcome.scale) > 1 else 2
    found = most_moved(gaps, lie, PRINTED if digits > 1 else PRINTED / 10)
    said = []
    for name in found[:NAMED]:
        size = spread(gaps[name], lie, scale=outcome.scale, unit=outcome.unit, digits=digits)
        about = what if name == found[0] else "it"
        said.append(f"{named(results, name)} changes {about} by {size}")
    rest = f"; {len(found) - NAMED} more may do so as much" if len(found) > NAMED else ""
    return ", ".join(said) + rest


def leading(values: Mapping[str, Array]) -> list[str]:
    """Return the name with the largest median over worlds, then all that are about equal.

    About equal are those that it exceeds in less than `SURE` of the worlds.

    >>> worlds = np.arange(4.0)
    >>> leading({"a": worlds + 1, "b": worlds, "c": worlds[::-1]})
    ['a', 'c']
    """
    order = sorted(values, key=lambda name: -float(np.nanmedian(values[name])))
    gaps = {name: values[order[0]] - values[name] for name in order[1:]}
    known = {name: gap[np.isfinite(gap)] for name, gap in gaps.items()}
    return [
        order[0],
        *(n for n, gap in known.items() if not (gap > 0).sum() >= SURE * gap.size > 0),
    ]


def most_moved(
    gaps: Mapping[str, Array], clusters: Clusters | None = None, least: float = 0.0
) -> list[str]:
    """Return the name whose mean is farthest from zero, then all that may be as far.

    Those are the ones from which the paired 95 % interval does not tell it; nothing is returned
    if it is not told from zero itself, or is nearer to it than `least`.

    >>> luck = np.array([-0.1, 0.1, 0.0])
    >>> most_moved({"a": luck - 5, "b": luck[::-1] + 5, "c": luck + 1}), most_moved({"d": luck})
    (['a', 'b'], [])
    >>> most_moved({"a": luck + 5}, least=6.0)
    []
    """
    sizes = {name: np.sign(np.nanmean(gap)) * gap for name, gap in gaps.items()}
    order = sorted(sizes, key=lambda name: -float(np.nanmean(sizes[name])))
    if not order or not mean(sizes[order[0]], clusters).clear:
        return []
    first = sizes[order[0]]
    if np.nanmean(first) < least:
        return []
    near = (name for name in order[1:] if not mean(first - sizes[name], clusters).clear)
    return [order[0], *near]


def course(path: Array, years: Sequence[int], clusters: Clusters | None = None) -> str:
    """Say in which direction a number moves over time, and where it turns on the way.

    `path` is (time, worlds), `years` the year of each row. A direction and a turn are named only
    where the 95 % interval of the paired change leaves out zero.

    >>> luck = np.linspace(-0.01, 0.01, 9)
    >>> course(np.stack([luck + 0.4, luck + 0.5, luck + 0.3]), [2024, 2030, 2035])
    'falls from 2024 to 2035: −0.10 over worlds, with a peak in 2030 (+0.10)'
    >>> course(np.stack([luck, -luck]), [2024, 2035])
    'moves in no clear direction from 2024 to 2035'
    """
    gaps = path[-1] - path[0]
    change = mean(gaps, clusters)
    span = f"from {years[0]} to {years[-1]}"
    turn = _turn(path, years, clusters)
    if not change.clear:
        return f"moves in no clear direction {span}{turn}"
    if abs(change.value) < PRINTED:
        return f"hardly moves {span}{turn}"
    way = "rises" if change.value > 0 else "falls"
    return f"{way} {span}: {spread(gaps, clusters)}{',' * bool(turn)}{turn}"


def _turn(path: Array, years: Sequence[int], clusters: Clusters | None) -> str:
    """Name the peak or the low between two ends that lies clearest beyond both, if one does."""
    middle = np.nanmedian(path, axis=-1)
    ends = middle[[0, -1]]
    found = [(middle.max() - ends.max(), 1, int(middle.argmax()))]
    found += [(ends.min() - middle.min(), -1, int(middle.argmin()))]
    beyond, sign, at = max(found)
    gaps = [mean(sign * (path[at] - end), clusters) for end in (path[0], path[-1])]
    if beyond < VISIBLE or not all(gap.low > 0 for gap in gaps):
        return ""
    name = "a peak" if sign > 0 else "a low"
    return minus(f" with {name} in {years[at]} ({sign * gaps[0].value:+.2f})")
