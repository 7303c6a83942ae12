"""What scenario discovery found, in words that agree with its numbers."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.figures.wording import listed, named
from experiments.outcomes.assumptions import readable, worded
from experiments.results.estimates import percent
from experiments.results.reading import Results
from experiments.tuning import tree
from experiments.tuning.discover import Discovery, told
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
    return [_how_often(results, found), *_boxed(found), *_parted(found)]


def _how_often(results: Results, found: Discovery) -> str:
    """Say in how many worlds it happens, and whose worlds these are."""
    names = listed([named(results, each) for each in found.scenarios])
    pooled = f"the worlds of {names} together" if len(found.scenarios) > 1 else f"those of {names}"
    more = "; --scenario takes one alone" if len(found.scenarios) > 1 else ""
    cases = found.cases.y
    return (
        f"{found.condition}: in {percent(cases.mean())} of {len(cases):,} worlds ({pooled}{more})."
    )


def _boxed(found: Discovery) -> Iterator[str]:
    """Yield the box, its quality here and on fresh worlds; or what there is instead of one."""
    box, own, held = told(found.box, found.cases, called), found.found, found.held
    if not box:
        parted = "the tree parts these worlds, but only fresh ones tell if that is chance"
        instead = "it is luck, or spread thin" if found.node.below is None else parted
        yield f"No box of inputs stands up to chance: {instead}."
        return
    yield "Most often where"
    yield from (f"  {each}" for each in box)
    yield (
        f"there it happens in {percent(own.density)} of worlds (density), and "
        f"{percent(own.coverage)} of all cases lie there (coverage; the box has "
        f"{percent(own.mass)} of all worlds)."
    )
    if held is not None and found.fresh is not None:
        yield (
            f"On {len(found.fresh.y):,} fresh worlds: density {percent(held.density)}, coverage "
            f"{percent(held.coverage)}, against {percent(found.fresh.y.mean())} of all of them."
        )


def _parted(found: Discovery) -> Iterator[str]:
    """Yield the tree, each leaf with what fresh worlds say of it."""
    if found.node.below is None:
        yield "A second opinion, a tree: it finds nothing to split either."
        return
    fresh = (found.fresh.x, found.fresh.y) if found.fresh else None
    names = tuple(map(called, found.cases.names))
    yield "A second opinion, a tree:"
    yield from (f"  {line}" for line in tree.told(found.node, names, fresh))
