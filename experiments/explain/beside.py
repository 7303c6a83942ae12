"""What an explanation rests on, and what all worlds of the folder have beside those run again."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.explain.explanation import Explanation
from experiments.results.cells import Cells, numbers, recorded, row_of, sound
from experiments.results.clusters import clusters_of
from experiments.results.estimates import mean
from experiments.results.reading import Results
from experiments.results.wording import of_worlds
from scenarios.lists import listed
from scenarios.quarters import quarter_label
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES


def rests(results: Results, found: Explanation, domain: str) -> str:
    """Say what all worlds of the folder have, where it has more, and how many were run again.

    Terms are means over the few that were run again; so are the changes that they add up to, which
    is why `compare` and figures, over all worlds, have other numbers. These come first: a number
    that is quoted should be the best there is.
    """
    names = [found.scenario, *([found.against] if found.against else [])]
    every = sound(results, *names).size
    if found.worlds >= every:
        return f"Means over {of_worlds(found.worlds)}, run again."
    if "influence" not in results.tables or found.quarter not in recorded(results):
        return f"Means over {found.worlds} of {every:,} worlds, run again."
    where, when = f"{STATE_NAMES[found.state]}, {domain}", quarter_label(found.quarter)
    what = "reliance changes by" if found.against else "reliance is"
    return (
        f"{where}, {when}, over all {every:,} worlds: {what} "
        f"{listed(list(_of_all(results, found, domain)))}. What follows is told of "
        f"{found.worlds} of them, run again."
    )


def _of_all(results: Results, found: Explanation, domain: str) -> Iterator[str]:
    """Yield reliance on Russia and China over all worlds, or its change, as `compare` has it."""
    lie, rows = clusters_of(results), (row_of(results, found.quarter),)
    for power in POWERS[:2]:
        cells = Cells(domain, found.state, power, rows)
        own = numbers(results, found.scenario, cells)[0]
        if found.against:
            change = own - numbers(results, found.against, cells)[0]
            said = mean(change, lie).said("points", scale=100, digits=1)
        else:
            said = mean(own, lie).said("%", scale=100, digits=1, signed=False)
        yield f"{said} on {POWER_NAMES[power]}"
