"""Questions 1, 2, 3 and 6: when, and how likely, something passes something else."""

from __future__ import annotations

import numpy as np

from experiments.cells import Cells, numbers, row_of
from experiments.conditions import holding
from experiments.estimates import percent, probability
from experiments.figures.wording import listed, quoted, reference, titles
from experiments.passage import first_passage
from experiments.questions.answer import Answer, Finding, lacking
from experiments.reading import Results
from scenarios.quarters import quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

HORIZONS = ("2035-Q4", "2040-Q4")
SINCE = "2024-Q1"
PLACES = (*STATES, "region")
JOINT, RISK = 0.8, 0.6
QUANTILE = 0.9


def reachable(results: Results) -> list[str]:
    """Return the horizons that the folder reaches; its own end if it reaches none."""
    end = results.manifest["inputs"]["until"]
    return [each for each in HORIZONS if each <= end] or [end]


def security_in_tajikistan(results: Results) -> Answer:
    """Answer Q1: when does China's security share in Tajikistan pass Russia's."""
    asked = "security CHN > RUS in TJK held 4 quarters from 2024"
    findings, said = [], []
    for horizon in reachable(results):
        found = {s: holding(results, f"{asked} by {horizon}", s) for s in results.scenarios}
        findings += [
            Finding.of(one.probability, "probability", name, where="TJK", when=f"by {horizon}")
            for name, one in found.items()
        ]
        parts = [
            f"{one.probability} under {quoted(titles(results)[n])}" for n, one in found.items()
        ]
        said.append(f"before the end of {horizon[:4]} in this share of worlds: {'; '.join(parts)}")
    findings += [_halfway(results, asked, name) for name in results.scenarios]
    text = f"China's security share in Tajikistan passes Russia's {'; '.join(said)}."
    return Answer(
        "Q1",
        "When does China's security share in Tajikistan pass Russia's (held four quarters)?",
        text,
        tuple(findings),
        _further(results),
    )


def _halfway(results: Results, asked: str, scenario: str) -> Finding:
    """Return the median time of passage, or None with the quarter at which it is censored."""
    found = holding(results, asked, scenario)
    row = found.curve.median
    end = quarter_label(int(found.quarters[-1]))
    year = None if row is None else 2000 + float(found.quarters[row]) / 4
    return Finding(
        "median time of passage (year)",
        scenario,
        year,
        where="TJK",
        when=f"censored at {end}",
        worlds=found.curve.worlds,
    )


def _further(results: Results) -> tuple[str, ...]:
    """Return the command that reaches the last horizon, if the folder does not."""
    more = lacking(results, until=HORIZONS[-1])
    return (more,) if more else ()


def influence_everywhere(results: Results) -> Answer:
    """Answer Q2: when does China's influence pass Russia's, in each state and in the region."""
    horizon = reachable(results)[-1]
    findings = []
    for name in results.scenarios:
        for place in PLACES:
            asked = f"influence CHN > RUS in {place} held 4 quarters from 2024 by {horizon}"
            found = holding(results, asked, name).probability
            more = {"where": place, "when": f"by {horizon}"}
            findings.append(Finding.of(found, "probability", name, **more))
    text = "; ".join(_everywhere(results, findings, name) for name in results.scenarios)
    return Answer(
        "Q2",
        "When does China's overall influence pass Russia's, in each state and in the region?",
        f"China's influence exceeds Russia's for a year or longer by {horizon[:4]}: {text}.",
        tuple(findings),
        _further(results),
    )


def _everywhere(results: Results, findings: list[Finding], name: str) -> str:
    own = {each.where: each for each in findings if each.scenario == name}
    states = listed([f"{STATE_NAMES[s]} {percent(own[s].value or 0)}" for s in STATES])
    region = own["region"]
    interval = f"[{100 * (region.low or 0):.0f}–{100 * (region.high or 0):.0f} %]"
    return (
        f"under {quoted(titles(results)[name])} in the region as a whole in "
        f"{percent(region.value or 0)} {interval} of worlds, in {states}"
    )


def rivalry_rises(results: Results) -> Answer:
    """Answer Q3: how likely is rivalry above what was unusual in 2024."""
    question = "How likely is rivalry above the 90 % quantile of the baseline in 2024?"
    base, end = reference(results), reachable(results)[0]
    missing = lacking(results, tables=["region"], record_from="2024-Q4")
    if missing:
        return Answer("Q3", question, "This folder does not hold it.", (), (missing,))
    row = row_of(results, "2024-Q4")
    usual = float(np.nanquantile(numbers(results, base, Cells("rivalry", rows=(row,))), QUANTILE))
    findings, said = [], []
    for name in results.scenarios:
        ever = holding(results, f"rivalry > {usual:.6f} from 2024 by {end}", name).probability
        late = holding(results, f"rivalry > {usual:.6f} at {end}", name).probability
        findings += [
            Finding.of(ever, "probability", name, where="region", when=f"at any time to {end}"),
            Finding.of(late, "probability", name, where="region", when=f"in {end}"),
        ]
        said.append(f"{ever} under {quoted(titles(results)[name])}, and {late} in {end} itself")
    text = (
        f"Rivalry of Russia and China exceeds {usual:.2f}, which one world in ten does in 2024 "
        f"({quoted(titles(results)[base])}), at any time from 2024 to {end} (share of worlds): "
        f"{'; '.join(said)}. Rivalry has no unit: only such comparisons can be read."
    )
    return Answer("Q3", question, text, tuple(findings))


def first_dependent(results: Results) -> Answer:
    """Answer Q6: which state is the first to depend on both, or at risk."""
    question = f"Which state first reaches joint dependence > {JOINT} or dependency risk > {RISK}?"
    if missing := lacking(results, tables=["states"]):
        return Answer("Q6", question, "This folder does not hold it.", (), (missing,))
    findings, said = [], []
    for name in results.scenarios:
        counts = _first_states(results, name)
        for place, first in counts.items():
            findings.append(Finding.of(probability(first), "probability first", name, where=place))
        likely = sorted(counts, key=lambda each: -counts[each].mean())[:2]
        told = [
            f"{STATE_NAMES.get(each, 'none of them')} in {probability(counts[each])}"
            for each in likely
            if counts[each].any()
        ]
        said.append(f"under {quoted(titles(results)[name])} {', '.join(told)}")
    text = (
        f"From {SINCE[:4]} to {reachable(results)[-1]}, the first state with a joint dependence on "
        f"Russia and China above {JOINT} or a dependency risk above {RISK} (share of worlds) is: "
        f"{'; '.join(said)}."
    )
    return Answer("Q6", question, text, tuple(findings))


def _first_states(results: Results, scenario: str) -> dict[str, np.ndarray]:
    """Return for each state, and `none`, in which worlds it is the first (ties count for both)."""
    asked = f"joint_dependence > {JOINT} or dependency_risk > {RISK}"
    rows = []
    for state in STATES:
        first, second = asked.split(" or ")
        found = holding(results, f"{first} in {state} or {second} in {state} from 2024", scenario)
        rows.append(first_passage(found.holds, 1))
    first_rows = np.stack(rows)
    late = np.where(first_rows < 0, np.iinfo(np.int64).max, first_rows)
    earliest = late.min(axis=0)
    never = (first_rows < 0).all(axis=0)
    found_first = {s: (late[i] == earliest) & ~never for i, s in enumerate(STATES)}
    return {**found_first, "none": never}
