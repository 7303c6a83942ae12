"""Explanations as people and programs want them."""

from __future__ import annotations

from typing import Any

from experiments.explain.beside import rests
from experiments.explain.explanation import SMALL, Explanation, begin_together, explained
from experiments.explain.watching import span
from experiments.explain.wording import READING, parts
from experiments.progress import progress
from experiments.refusals import BadInput
from experiments.results.estimates import minus
from experiments.results.reading import Results
from experiments.results.wording import chosen_scenarios, of_worlds, reference
from experiments.store.labels import label_of
from scenarios.faults import nearest
from scenarios.vocabulary import DOMAINS, POWERS

ELSE = "`--against start` tells what moved it since the scenario's own start."
NOTHING = "No term moves any reliance here by a twentieth of a point."
Which = tuple[str | None, str, str | None]
"""Scenario or None, state, and scenario to compare with, START or None."""
START = "start"
"""In place of a scenario to compare with: what moved the state since the scenario's own start."""


def explanation_of(results: Results, which: Which, worlds: int) -> Explanation:
    """Run what is asked for again, with a bar on a terminal, and return what moved the state."""
    scenario, state, against = _resolved(results, which)
    label_of("state", state)
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be explained against itself")
    names = chosen_scenarios(results, [scenario, *([against] if against else [])])
    quarters = sum(last - first for first, last in (span(results, name) for name in names))
    with progress("explaining", quarters, quiet=False) as advance:
        return explained(results, scenario, state, against, worlds, advance)


def explanation_lines(results: Results, found: Explanation, domain: str | None) -> list[str]:
    """Return what all worlds have, sentences, how to read them, and a table of the terms."""
    first = rests(results, found, domain or found.most_moved())
    hint = [ELSE] if found.against else []
    return [first, *found.lines(domain), READING, *hint, "", *_table(found, domain)]


def _resolved(results: Results, which: Which) -> tuple[str, str, str | None]:
    """Return what is explained: a scenario that is not the reference against that one, as a rule.

    The reference itself, one that begins at another time, and any against START are told since
    their own start. BadInput where several scenarios could be meant.
    """
    scenario, state, against = which
    if scenario is None and len(results.scenarios) > 1:
        raise BadInput(f"--scenario: which one? {nearest('', results.scenarios)}")
    name = chosen_scenarios(results, None if scenario is None else [scenario])[0]
    base = reference(results)
    if against == START and START not in results.scenarios:
        against = None
    elif against is None and name != base and begin_together(results, name, base):
        against = base
    return name, state, against


def as_data(found: Explanation, domain: str | None) -> dict[str, Any]:
    """Return an explanation as JSON has it: the terms of each domain and power, largest first."""
    domains = [domain] if domain else list(DOMAINS)
    return {
        "state": found.state,
        "scenario": found.scenario,
        "against": found.against,
        "quarter": found.last.date().isoformat(),
        "worlds": found.worlds,
        "words": {each: found.words(each) for each in domains},
        "terms": {
            each: {power: found.terms(each, power).round(6).to_dict() for power in POWERS}
            for each in domains
        },
    }


def _table(found: Explanation, domain: str | None) -> list[str]:
    """Return the terms in numbers: a line a domain, power and its largest terms, in points."""
    lines = []
    for each in [domain] if domain else DOMAINS:
        for power in POWERS:
            terms = found.terms(each, power)
            if terms.abs().max() < SMALL:
                continue
            main = terms[terms.abs() >= SMALL].head(len(terms) if domain else 5)
            whole = float(terms.sum())
            listed = ", ".join(parts(main, whole, 1))
            lines.append(minus(f"  {each:<10} {power} {100 * whole:+6.1f}: {listed}"))
    many = of_worlds(found.worlds)
    head = f"points of reliance, by domain and power, and the terms that make them, in {many}:"
    return [head, *lines] if lines else [NOTHING]
