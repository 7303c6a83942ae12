"""Explanations as people, programs and printers want them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from experiments.explain.beside import rests
from experiments.explain.explanation import SMALL, Explanation, begin_together, explained
from experiments.explain.watching import span
from experiments.explain.wording import READING, parts
from experiments.figures.wording import reference, shown
from experiments.refusals import BadInput
from experiments.results.estimates import minus
from experiments.results.labels import label_of
from experiments.results.reading import Results
from experiments.tuning.stages import progress
from scenarios.faults import nearest
from scenarios.vocabulary import DOMAINS, POWERS

ELSE = "`--against start` tells what moved it since the scenario's own start."
NOTHING = "No term moves any reliance here by a twentieth of a point."
Which = tuple[str | None, str, str | None, str | None]
"""Scenario or None, state, domain or None, scenario to compare with, START or None."""
START = "start"
"""In place of a scenario to compare with: what moved the state since the scenario's own start."""


def told(
    results: Results, which: Which, worlds: int, *, to: Path | None, as_json: bool = False
) -> list[str]:
    """Return an explanation as lines, after drawing it into a folder if one is given."""
    scenario, state, domain, against = _resolved(results, which)
    domain = label_of("domain", domain) if domain is not None else None
    label_of("state", state)
    if scenario == against:
        raise BadInput(f"'{scenario}' cannot be explained against itself")
    names = shown(results, [scenario, *([against] if against else [])])
    quarters = sum(last - first for first, last in (span(results, name) for name in names))
    with progress("explaining", quarters, quiet=False) as advance:
        found = explained(results, scenario, state, against, worlds, advance)
    paths = _drawn(found, domain, to) if to else []
    if as_json:
        return [json.dumps(as_data(found, domain), indent=1, ensure_ascii=False)]
    told_of = f"{READING} {rests(results, found, domain or found.most_moved())}"
    hint = [ELSE] if against else []
    return [*found.lines(domain), told_of, *hint, "", *_table(found, domain), *map(str, paths)]


def _resolved(results: Results, which: Which) -> tuple[str, str, str | None, str | None]:
    """Return what is explained: a scenario that is not the reference against that one, as a rule.

    The reference itself, one that begins at another time, and any against START are told since
    their own start. BadInput where several scenarios could be meant.
    """
    scenario, state, domain, against = which
    if scenario is None and len(results.scenarios) > 1:
        raise BadInput(f"--scenario: which one? {nearest('', results.scenarios)}")
    name = shown(results, None if scenario is None else [scenario])[0]
    base = reference(results)
    if against == START and START not in results.scenarios:
        against = None
    elif against is None and name != base and begin_together(results, name, base):
        against = base
    return name, state, domain, against


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
    head = "points of reliance, by domain and power, and the terms that make them:"
    return [head, *lines] if lines else [NOTHING]


def _drawn(found: Explanation, domain: str | None, to: Path) -> list[Path]:
    from experiments.figures.style import save
    from experiments.figures.waterfall import waterfall

    about = domain or found.most_moved()
    name = f"explain_{found.scenario}_{found.state}_{about}"
    return save(waterfall(found, about), to, name)
