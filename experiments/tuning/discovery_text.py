"""What scenario discovery found, in words that agree with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from experiments.answers.assumptions import readable, worded
from experiments.results.base import sharing
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.results.text import named
from experiments.tuning.discover import Cases, Discovery
from experiments.tuning.prim import SURE, Box, Quality, tree_lines, upheld
from scenarios.lists import listed
from scenarios.parameters import load_parameters
from scenarios.vocabulary import DRIVERS


def called(name: str) -> str:
    """Return an input's name with what it is about, in the words that figures have.

    >>> called("world_offer_effect")
    'world_offer_effect (the effect of offers)'
    >>> called("csto_membership.KGZ")
    'csto_membership.KGZ (member of the CSTO alliance, mean over time)'
    """
    driver = DRIVERS.get(name.split(".", maxsplit=1)[0])
    about = f"{driver.meaning}, mean over time" if driver else worded(name, load_parameters())
    return name if about == readable(name) else f"{name} ({about})"


def in_words(results: Results, found: Discovery) -> list[str]:
    """The answer for a reader, a line each."""
    return [_how_often(results, found), *_boxed(found), *_parted(found), *_shared(results)]


def _how_often(results: Results, found: Discovery) -> str:
    """Say in how many worlds it happens, and whose worlds these are."""
    names, worlds = [named(results, each) for each in found.scenarios], f"{found.cases.worlds:,}"
    happens = f"{found.condition}: in {percent(found.cases.y.mean())} of {worlds} worlds"
    if len(names) == 1:
        return f"{happens} (those of {names[0]})."
    return (
        f"{happens}, on average over {listed(names)}. A world counts once where chance is "
        "reckoned, however many scenarios it is in; --scenario takes one alone."
    )


def _shared(results: Results) -> Iterator[str]:
    """Say that worlds of a design are not independent, and what the search makes of it."""
    if said := sharing(results):
        head = said.partition(":")[0]
        yield f"{head}: an input counts as often as it was drawn where chance is reckoned."


def _boxed(found: Discovery) -> Iterator[str]:
    """Yield the box, its quality here and on fresh worlds; or what there is instead of one."""
    box, own, held = box_lines(found.box, found.cases, called), found.found, found.held
    if not box:
        parted = "the tree parts these worlds, but only fresh ones tell if that is chance"
        instead = "it is luck, or spread thin" if found.node.below is None else parted
        yield f"No box of inputs stands up to chance: {instead}."
        return
    if held is not None and found.fresh is not None and not _holds(held, found.fresh):
        against = f"density {percent(held.density)} against {percent(found.fresh.y.mean())} of all"
        yield f"No box of inputs holds on {found.fresh.worlds:,} fresh worlds: {against}."
        return
    yield "Most often where"
    yield from (f"  {each}" for each in box)
    yield (
        f"there it happens in {percent(own.density)} of worlds (density), and "
        f"{percent(own.coverage)} of all cases lie there (coverage; the box has "
        f"{percent(own.mass)} of all worlds)."
    )
    if held is not None and found.fresh is not None:
        again = " under the same scenarios" if len(found.scenarios) > 1 else ""
        yield (
            f"On {found.fresh.worlds:,} fresh worlds{again}: density {percent(held.density)}, "
            f"coverage {percent(held.coverage)}, against {percent(found.fresh.y.mean())} of all."
        )


def _holds(held: Quality, fresh: Cases) -> bool:
    """Whether a box is denser on fresh worlds than all of them are, beyond chance."""
    often = float(fresh.y.mean())
    half = SURE * np.sqrt(often * (1 - often) / max(held.mass * fresh.worlds, 1))
    return bool(held.mass > 0 and held.density - often > half)


def _parted(found: Discovery) -> Iterator[str]:
    """Yield the tree where fresh worlds bear it out, each leaf with what fresh worlds say of it."""
    if found.node.below is None:
        yield "A second opinion, a tree: it finds nothing to split either."
        return
    again = found.fresh
    fresh = (again.x, again.y, again.rows) if again else None
    node = upheld(found.node, fresh) if fresh else found.node
    if node.below is None:
        yield "A second opinion, a tree: none of its splits holds on fresh worlds."
        return
    names = tuple(map(called, found.cases.names))
    yield "A second opinion, a tree:"
    yield from (f"  {line}" for line in tree_lines(node, names, fresh))


def box_lines(box: Box, cases: Cases, called: Callable[[str], str] = str) -> list[str]:
    """A box in words, one line a restricted input; `called` gives an input's name to readers."""
    lines = []
    for place in box.restricted:
        low, high, name = box.low[place], box.high[place], called(cases.names[place])
        if np.isfinite(low) and np.isfinite(high):
            lines.append(f"{name} between {low:.4g} and {high:.4g}")
        elif np.isfinite(low):
            lines.append(f"{name} at least {low:.4g}")
        else:
            lines.append(f"{name} at most {high:.4g}")
    return lines


def as_found(found: Discovery) -> dict[str, Any]:
    """What was found, as `crossroads discover --json` prints it."""
    return {
        "scenarios": list(found.scenarios),
        "worlds": found.cases.worlds,
        "share": float(found.cases.y.mean()),
        "box": box_lines(found.box, found.cases),
        **_rated(found.found),
        "fresh": None if found.held is None else _rated(found.held),
    }


def _rated(box: Quality) -> dict[str, float]:
    return {"coverage": box.coverage, "density": box.density, "mass": float(box.mass)}
