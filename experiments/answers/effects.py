"""Questions 4, 5, 8, 9 and 10: what a scenario changes, world by world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from experiments.answers.answer import (
    Answer,
    Clause,
    Finding,
    on_effect,
    on_number,
    on_order,
    one_by_one,
    unclear,
    under,
)
from experiments.answers.channels import ATTENTION, INTERACTION, RELIEF, SPLIT, TOTAL, alone
from experiments.answers.outcomes import unit_of
from experiments.results.cells import Cells, lived, numbers, recorded, regional, row_of
from experiments.results.clusters import clusters_of
from experiments.results.estimates import Difference, change_in, mean, percent
from experiments.results.lacking import lack
from experiments.results.reading import Results
from experiments.results.wording import quoted, reference, titles
from scenarios.lists import listed
from scenarios.quarters import YEAR, parse_quarter, quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

Numbers = NDArray[np.float32]
BASE, FREEZE = "baseline", "frozen_ukraine"
FASTER, ENGAGED, STRONG = "faster_growth", "wider_engagement", "strategic_autonomy"
FELT = "2030-Q4"
"""By then what scenarios change from 2026 on can be seen."""
HARDLY = 0.0005
"""Changes of shares below this round to nothing."""


def at(
    results: Results, scenario: str, column: str, quarter: str, power: str | None = None
) -> Numbers:
    """Return a column in a quarter over worlds, states weighted where it has any."""
    row = row_of(results, quarter)
    found = numbers(results, scenario, Cells(column, power=power, rows=(row,)))
    whole = regional(results, found) if found.ndim > 2 else found  # noqa: PLR2004
    now: Numbers = whole[0]
    return now


def freeze(results: Results) -> Answer:
    """Answer Q4: what does a frozen conflict change, four and nine years after 2026."""
    question = "What does a front frozen by the end of 2026 change, 4 and 9 years on?"
    tables, span = ["influence", "region"], {"record_from": "2030-Q4", "until": "2035-Q4"}
    if missing := lack(results, BASE, FREEZE, tables=tables, **span):
        return Answer.lacking("Q4", question, missing)
    findings, said, robust = [], [], []
    for column, power, name in (
        ("share", "RUS", "Russia's share of influence in the region"),
        ("rivalry", None, "rivalry of Russia and China"),
    ):
        unit = unit_of(column)
        told = []
        for quarter in ("2030-Q4", "2035-Q4"):
            worlds = [at(results, s, column, quarter, power) for s in (FREEZE, BASE)]
            gap = worlds[0] - worlds[1]
            more = {"where": "region", "when": quarter, "against": BASE}
            change = mean(gap, clusters_of(results))
            findings.append(Finding.of(change, name, FREEZE, **more))
            told.append(f"{change.said(unit, scale=100)} in {quarter}")
        said.append(f"{name} by {' and '.join(told)}")
        robust.append(on_effect(results, FREEZE, gap, name, unit=unit))
    text = f"{quoted(titles(results)[FREEZE])} changes {'; '.join(said)}."
    return Answer("Q4", question, text, tuple(findings), (), tuple(robust))


def attacks(results: Results) -> Answer:
    """Answer Q5: how many attacks on Chinese assets a year."""
    question = "How many attacks on Chinese assets are there a year?"
    if missing := lack(results, tables=["states"]):
        return Answer.lacking("Q5", question, missing)
    rows, span = _since_2026(results)
    rates = {name: _a_year(results, name, rows) for name in results.scenarios}
    base = reference(results)
    lie = clusters_of(results)
    means = {name: mean(rate, lie) for name, rate in rates.items()}
    gaps = {name: mean(rate - rates[base], lie) for name, rate in rates.items() if name != base}
    findings = [
        Finding.of(rate, "attacks a year", name, where="region", when=span)
        for name, rate in means.items()
    ]
    told = [
        Clause(name, rate.value, f"{_plain(rate)} {under(results, name)}{unclear(gaps.get(name))}")
        for name, rate in means.items()
    ]
    text = f"Attacks on Chinese assets a year, {span}: {one_by_one(results, told)}."
    label = f"the number of attacks {under(results, base)}"
    robust = [on_number(results, base, rates[base], label, "{:.2f} a year".format)]
    if gaps:
        most = max(gaps, key=lambda name: abs(gaps[name].value))
        gap, what = rates[most] - rates[base], "the number of attacks"
        robust.append(on_effect(results, most, gap, what, scale=1, unit="a year"))
    return Answer("Q5", question, text, tuple(findings), (), tuple(robust))


def _since_2026(results: Results) -> tuple[tuple[int, ...], str]:
    """Return the rows from 2026 on, or all of a folder that ends before, and their span."""
    there = recorded(results)
    rows = tuple(int(row) for row in np.flatnonzero(there >= parse_quarter("2026-Q1")))
    rows = rows or tuple(range(len(there)))
    letters = 4 if results.manifest["inputs"]["every"] == "year" else None
    first, last = (quarter_label(int(there[rows[end]]))[:letters] for end in (0, -1))
    return rows, first if first == last else f"{first} to {last}"


def _a_year(results: Results, scenario: str, rows: tuple[int, ...]) -> Numbers:
    """Return attacks a year over worlds, in quarters that a scenario has; years hold sums."""
    own = tuple(row for row in rows if row in lived(results, scenario))
    counts = numbers(results, scenario, Cells("attacks_on_chinese_assets", rows=own))
    a_year = YEAR if results.manifest["inputs"]["every"] == "quarter" else 1
    found: Numbers = counts.sum(axis=1).mean(axis=0) * a_year
    return found


def _plain(found: Difference) -> str:
    return found.said(signed=False, digits=2)


def engagement(results: Results) -> Answer:
    """Answer Q8: do third powers make the five less dependent on Russia and China."""
    question = "What does wider engagement (+0.4) do to joint dependence on Russia and China?"
    if missing := lack(results, BASE, ENGAGED, tables=["states"], until=FELT):
        return Answer.lacking("Q8", question, missing)
    return _states_effect(results, "Q8", question, ENGAGED, ("joint_dependence",))


def self_reliance(results: Results) -> Answer:
    """Answer Q10: what is self-reliance worth."""
    question = "What is self-reliance (growth +1 point a year) worth to the five?"
    if missing := lack(results, BASE, FASTER, tables=["states"], until=FELT):
        return Answer.lacking("Q10", question, missing)
    columns = ("dependency_risk", "joint_dependence", "autonomy")
    found = _states_effect(results, "Q10", question, FASTER, columns)
    if missing := lack(results, STRONG):
        return replace(found, needs=(missing.command,))
    whole = _states_effect(results, "Q10", question, STRONG, columns)
    more = whole.text.split(" ", 2)[-1]
    text = f"{found.text} With own capacity and wider engagement beside it, {more}"
    findings, robust = found.findings + whole.findings, found.robust + whole.robust
    return Answer("Q10", question, text, findings, (), robust)


def _states_effect(
    results: Results, number: str, question: str, scenario: str, columns: Sequence[str]
) -> Answer:
    """Answer how a scenario changes columns of the states in the last quarter."""
    last = len(recorded(results)) - 1
    when = quarter_label(int(recorded(results)[last]))
    findings, said, robust = [], [], []
    for column in columns:
        cells = Cells(column, rows=(last,))
        gap = numbers(results, scenario, cells) - numbers(results, BASE, cells)
        whole = regional(results, gap)[0]
        moves = {**dict(zip(STATES, gap[0], strict=True)), "region": whole}
        changes = {place: mean(each, clusters_of(results)) for place, each in moves.items()}
        findings += [
            Finding.of(each, column, scenario, where=place, when=when, against=BASE)
            for place, each in changes.items()
        ]
        name, unit = column.replace("_", " "), unit_of(column)
        told = listed([f"{STATE_NAMES[s]} {change_in(100)(changes[s].value)}" for s in STATES])
        change = f"{name} by {changes['region'].said(unit, scale=100)} in the region"
        small = abs(changes["region"].value) < HARDLY
        said.append(f"{change}, next to nothing" if small else f"{change} ({told})")
        if not small:
            robust.append(on_effect(results, scenario, whole, name, unit=unit))
    text = f"By {when} {quoted(titles(results)[scenario])} changes {'; '.join(said)}."
    return Answer(number, question, text, tuple(findings), (), tuple(robust))


def channels(results: Results) -> Answer:
    """Answer Q9: attention or sanctions: through which does a freeze change rivalry."""
    question = "How much of a freeze's effect on rivalry is attention, how much eased sanctions?"
    if missing := lack(results, BASE, FREEZE, until=FELT):
        return Answer.lacking("Q9", question, missing)
    last = results.manifest["inputs"]["until"]
    effects = alone(results, FREEZE, BASE)
    findings, said, robust = [], [], []
    split = {each.label: each for each in effects}
    for outcome in (split[label] for label in SPLIT):
        parts = {name: mean(gap, clusters_of(results)) for name, gap in effects[outcome].items()}
        more = {"where": "region", "when": last, "against": BASE}
        label = outcome.label
        findings += [Finding.of(e, f"{label}: {k}", FREEZE, **more) for k, e in parts.items()]
        said.append(f"{label} by {_split(parts, outcome.scale, outcome.unit)}")
        gap = effects[outcome][RELIEF] - effects[outcome][ATTENTION]
        robust.append(_stronger(results, gap, label, outcome.scale, outcome.unit))
    run = findings[0].worlds
    where = "the one world" if run == 1 else f"{run:,} of the worlds"
    text = f"By {last} a freeze changes {'; '.join(said)} (each change run alone in {where})."
    return Answer("Q9", question, text, tuple(findings), (), tuple(robust))


def _split(parts: dict[str, Difference], scale: float, unit: str) -> str:
    """Say what of an effect each channel does alone, and what their interaction adds."""
    whole = parts[TOTAL]
    named = ((ATTENTION, "freed attention alone"), (RELIEF, "eased sanctions alone"),
             (INTERACTION, "their interaction"))  # fmt: skip
    if not whole.clear:
        told = [f"{name} {parts[key].said(scale=scale, digits=1)}" for key, name in named]
    else:
        told = [f"{name} {percent(parts[key].value / whole.value)}" for key, name in named]
    return f"{whole.said(unit, scale=scale)}: {', '.join(told)}"


def _stronger(
    results: Results, gap: NDArray[np.float64], label: str, scale: float, unit: str
) -> str:
    """Say whether it survives judgement which channel is the stronger one."""
    names = ("eased sanctions", "freed attention")
    return on_order(results, FREEZE, gap, (names, label), scale=scale, unit=unit)


COMES, CHANCE = "kazakhstan_unrest_intervention", "kazakhstan_unrest_war"
EVENT = "2027-Q1"
LATER = 4
"""Quarters after the intervention at which its yield is read."""
QUESTION = "Does it pay for Russia that the alliance steps in (a year on)?"
COLUMNS = {
    "credibility": "Russia's credibility in Kazakhstan",
    "security": "Russia's security share in Kazakhstan",
}


def intervention(results: Results) -> Answer:
    """Answer Q7: does it pay for Russia when the alliance steps in."""
    needed = {"tables": ["influence"], "until": "2028-Q4", "record_from": EVENT}
    if missing := lack(results, CHANCE, COMES, **needed):  # type: ignore[arg-type]
        return Answer.lacking("Q7", QUESTION, missing)
    rows = _rows(results)
    when = quarter_label(int(recorded(results)[rows[1]]))
    gaps = {
        column: numbers(results, COMES, Cells(column, "KAZ", "RUS", rows))
        - numbers(results, CHANCE, Cells(column, "KAZ", "RUS", rows))
        for column in COLUMNS
    }
    stayed = gaps["credibility"][0] != 0
    worth = {column: np.where(stayed, gap[1], np.nan) for column, gap in gaps.items()}
    gains = {column: mean(each, clusters_of(results)) for column, each in worth.items()}
    findings = tuple(
        Finding.of(gains[column], name, COMES, where="KAZ", when=when, against="nobody comes")
        for column, name in COLUMNS.items()
    )
    robust = tuple(
        on_effect(results, COMES, worth[column], name, unit="points")
        for column, name in COLUMNS.items()
    )
    return Answer("Q7", QUESTION, _text(findings, gains, when, stayed), findings, (), robust)


def _rows(results: Results) -> tuple[int, int]:
    """Return the rows of the event, or of its year's end, and of a year later or the next end."""
    there = recorded(results)
    start = int(np.searchsorted(there, parse_quarter(EVENT)))
    return start, int(np.searchsorted(there, parse_quarter(EVENT) + LATER))


def _text(
    findings: tuple[Finding, ...],
    gains: dict[str, Difference],
    when: str,
    stayed: np.ndarray,
) -> str:
    """Say whether it pays, by how much, and what that leaves out."""
    pays = all(each.low is not None and each.low > 0 for each in findings)
    verdict = "It pays in standing and security" if pays else "It hardly pays"
    said = " and ".join(
        f"{name} by {gains[column].said('points', scale=100)}" for column, name in COLUMNS.items()
    )
    return (
        f"{verdict}: by {when}, coming to Kazakhstan's help in {EVENT} instead of staying away "
        f"changes {said}, in the {percent(float(np.mean(stayed)))} of worlds in which nobody would "
        "have come while Russia is at war. What coming wins and staying away costs in credibility "
        "is set by two judged numbers (credibility_intervention, credibility_abandonment); what "
        "the troops cost is in no rule of the model."
    )
