"""Question 6: which state is the first to depend on Russia and China, or at risk."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.conditions import holding
from experiments.questions.answer import Answer, Finding
from experiments.questions.saying import Clause, on_share, one_by_one, under
from experiments.results.cells import recorded
from experiments.results.clusters import clusters_of
from experiments.results.estimates import probability
from experiments.results.lacking import lack
from experiments.results.reading import Results
from experiments.results.wording import reference
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

Floats = NDArray[np.float64]
SINCE = "2024"
JOINT, RISK = 0.8, 0.6


def first_dependent(results: Results) -> Answer:
    """Answer Q6: which state is the first to depend on both, or at risk."""
    question = f"Which state first reaches joint dependence > {JOINT} or dependency risk > {RISK}?"
    if missing := lack(results, tables=["states"], until="2024-Q4"):
        return Answer.lacking("Q6", question, missing)
    findings, told = [], []
    counts = {name: _first_states(results, name) for name in results.scenarios}
    for name, of in counts.items():
        for place, first in of.items():
            often = probability(first, clusters_of(results))
            findings.append(Finding.of(often, "probability first", name, where=place))
        told.append(_likeliest(results, name, of))
    text = (
        f"{_span(results)}, the first state with a joint "
        f"dependence on Russia and China above {JOINT} or a dependency risk above {RISK} (share of "
        f"worlds) is: {one_by_one(results, told)}."
    )
    robust = _leading(results, counts[reference(results)])
    return Answer("Q6", question, text, tuple(findings), (), (robust,))


def _span(results: Results) -> str:
    """Say from when to when states are looked at; of a record that begins late, its quarters."""
    first, last = (quarter_label(int(recorded(results)[row])) for row in (0, -1))
    if first[:4] <= SINCE:
        return f"From {SINCE} to {last[:4]}"
    return f"In {last}" if first == last else f"From {first} to {last}"


def _called(place: str) -> str:
    return STATE_NAMES.get(place, "none of them")


def _likeliest(results: Results, name: str, counts: Mapping[str, Floats]) -> Clause:
    """Say which two outcomes are likeliest; that a state comes first is what is compared."""
    often = {place: probability(first, clusters_of(results)) for place, first in counts.items()}
    likely = sorted(often, key=lambda each: -often[each].value)[:2]
    told = [f"{_called(each)} in {often[each]}" for each in likely if often[each].value]
    return Clause(name, often["none"].value, f"{under(results, name)} {', '.join(told)}")


def _leading(results: Results, counts: Mapping[str, Floats]) -> str:
    """Say whether the likeliest answer survives judgement."""
    base = reference(results)
    tail = f"by {results.manifest['inputs']['until'][:4]} {under(results, base)}"
    likely = max(counts, key=lambda each: np.nanmean(counts[each]))
    if likely == "none":
        claims = (f"No state gets there {tail}", f"Some state gets there {tail}")
    else:
        name = STATE_NAMES[likely]
        claims = (f"{name} gets there first {tail}", f"{name} is not the first {tail}")
    return on_share(results, base, counts[likely], claims)


def _first_states(results: Results, scenario: str) -> dict[str, Floats]:
    """Return for each state, and `none`, whether it is the first: 1, 0, NaN in a failed world.

    Where two come in the same quarter, both do.
    """
    asked = f"joint_dependence > {JOINT} in {{0}} or dependency_risk > {RISK} in {{0}} from {SINCE}"
    found = [holding(results, asked.format(state), scenario) for state in STATES]
    sound = np.isfinite(np.stack([each.outcome for each in found])).all(axis=0)
    first_rows = np.stack([each.first[sound] for each in found])
    late = np.where(first_rows < 0, np.iinfo(np.int64).max, first_rows)
    never = (first_rows < 0).all(axis=0)
    earliest = {s: (late[i] == late.min(axis=0)) & ~never for i, s in enumerate(STATES)}
    whole = {place: np.full(sound.shape, np.nan) for place in (*STATES, "none")}
    for place, first in {**earliest, "none": never}.items():
        whole[place][sound] = first
    return whole
