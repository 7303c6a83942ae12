"""A report's chapter on each scenario: what it assumes, what changes, why, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.answers.headlines import Verdict
from experiments.answers.outcomes import HEADLINES, outcome_of, values
from experiments.figures.bars import finding, panel
from experiments.figures.chance import varied
from experiments.figures.findings import spread
from experiments.report.tables import STANDS, Table
from experiments.results.estimates import mean, percent
from experiments.results.reading import Results
from experiments.results.text import capital, library, reference

EXPLAINED = 6
"""Scenarios whose changes are traced to what moves them: it takes a while."""
SHOWN = 6
"""Changes that a table shows."""


@dataclass(frozen=True)
class Subject:
    """A scenario: what it says of itself, and what it changes against the reference."""

    name: str
    title: str
    summary: str
    note: str
    sources: list[str]
    assumes: list[str]
    changes: Table | None
    why: str
    sure: list[str]


def subjects(results: Results, verdicts: Sequence[Verdict]) -> list[Subject]:
    """Return the user's own scenarios, then those of the library, the reference last."""
    base, shipped = reference(results), library()
    order = sorted(results.scenarios, key=lambda name: (name == base, name in shipped))
    return [_subject(results, name, place, verdicts) for place, name in enumerate(order)]


def _subject(results: Results, name: str, place: int, verdicts: Sequence[Verdict]) -> Subject:
    from scenarios.differences import differences

    specs, base = results.batch.assumed.scenarios, reference(results)
    spec, sure = specs[name], [_stands(each) for each in verdicts if each.scenario == name]
    about = (name, results.titles[name], spec.summary, spec.note, list(spec.sources))
    if name == base:
        return Subject(*about, [], None, "", sure)
    changes, why = _changes(results, name, explained=place < EXPLAINED)
    return Subject(*about, list(differences(spec, specs[base])), changes, why, sure)


def _stands(verdict: Verdict) -> str:
    """Say how a headline fares."""
    often = percent(verdict.support)
    return f"{verdict.headline}: in {often} of worlds; {STANDS[verdict.standing]}"


def _changes(results: Results, name: str, *, explained: bool) -> tuple[Table | None, str]:
    """Return the changes that are largest for their spread, and what moves the first of them."""
    base, lie = reference(results), results.clusters
    found = []
    for headline in HEADLINES:
        outcome = outcome_of(headline.column, headline.power)
        there = values(results, base, outcome)
        gaps = values(results, name, outcome) - there
        size = abs(float(np.nanmean(gaps))) / max(float(np.nanstd(there)), 1e-9)
        found.append((size if mean(gaps, lie).clear else 0.0, outcome, gaps))
    found.sort(key=lambda each: -each[0])
    rows = []
    for size, outcome, gaps in found[:SHOWN]:
        digits = 1 if abs(outcome.scale) > 1 else 2
        known = gaps[np.isfinite(gaps)]
        same = float((np.sign(known) == np.sign(known.mean())).mean()) if size else 0.0
        way = f"{'up' if known.mean() > 0 else 'down'} in {percent(same)}" if size else "unclear"
        said = spread(gaps, lie, scale=outcome.scale, unit=outcome.unit, digits=digits)
        rows.append([capital(outcome.label), said, way])
    if not explained or not found[0][0]:
        return _table(rows), ""
    _, outcome, gaps = found[0]
    moved = finding(results, [panel(varied(results, name), outcome, gaps)])
    return _table(rows), f"What moves its largest change most – {moved}."


def _table(rows: list[list[str]]) -> Table:
    caption = "What changes by the end in the region as a whole, largest for its spread first"
    return Table(caption, ["outcome", "change: 5–95 % of worlds", "direction"], rows)
