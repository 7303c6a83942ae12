"""Questions 4, 5, 7, 8, 9 and 10: what a scenario or an event changes, world by world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.cells import Cells, numbers, recorded, regional, row_of
from experiments.estimates import Difference, mean
from experiments.figures.wording import quoted, titles
from experiments.questions.answer import Answer, Finding, lacking
from experiments.reading import Results
from scenarios.quarters import parse_quarter, quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

BASE, FREEZE = "baseline", "frozen_ukraine"
ATTENTION, RELIEF = "freeze_without_relief", "relief_without_freeze"
NOT_HERE = "This folder does not hold the scenarios for it."
LATER = 4
"""Quarters after an intervention at which its yield is read."""


def at(
    results: Results, scenario: str, column: str, quarter: str, power: str | None = None
) -> NDArray[np.float32]:
    """Return a column in a quarter over worlds, states weighted where it has any."""
    row = row_of(results, quarter)
    found = numbers(results, scenario, Cells(column, power=power, rows=(row,)))
    whole = regional(results, found) if found.ndim > 2 else found  # noqa: PLR2004
    now: NDArray[np.float32] = whole[0]
    return now


def freeze(results: Results) -> Answer:
    """Answer Q4: what does a frozen conflict change, four and nine years on."""
    question = "What does a frozen conflict in Ukraine change, 4 and 9 years on?"
    missing = lacking(results, BASE, FREEZE, tables=["influence", "region"], until="2035-Q4")
    if missing:
        return Answer("Q4", question, NOT_HERE, (), (missing,))
    findings, said = [], []
    for years, quarter in ((4, "2030-Q4"), (9, "2035-Q4")):
        for column, power, name in (
            ("share", "RUS", "Russia's share of influence in the region"),
            ("rivalry", None, "rivalry of Russia and China"),
        ):
            gap = mean(
                at(results, FREEZE, column, quarter, power)
                - at(results, BASE, column, quarter, power)
            )
            more = {"where": "region", "when": quarter, "against": BASE}
            findings.append(Finding.of(gap, name, FREEZE, **more))
            scale, unit = (100, "points") if column == "share" else (1, "")
            said.append(f"{name} by {gap.said(unit, scale=scale)} after {years} years")
    text = f"{quoted(titles(results)[FREEZE])} changes {'; '.join(said)}."
    return Answer("Q4", question, text, tuple(findings))


def attacks(results: Results) -> Answer:
    """Answer Q5: how many attacks on Chinese assets a year."""
    question = "How many attacks on Chinese assets are there a year?"
    if missing := lacking(results, tables=["states"]):
        return Answer("Q5", question, NOT_HERE, (), (missing,))
    there = recorded(results)
    rows = tuple(int(row) for row in np.flatnonzero(there >= parse_quarter("2026-Q1")))
    rows = rows or tuple(range(len(there)))
    span = f"{quarter_label(int(there[rows[0]]))} to {quarter_label(int(there[rows[-1]]))}"
    a_year = 4 if results.manifest["inputs"]["every"] == "quarter" else 1
    findings, said = [], []
    for name in results.scenarios:
        counts = numbers(results, name, Cells("attacks_on_chinese_assets", rows=rows))
        rate = mean(counts.sum(axis=1).mean(axis=0) * a_year)
        findings.append(Finding.of(rate, "attacks a year", name, where="region", when=span))
        said.append(f"{_plain(rate)} under {quoted(titles(results)[name])}")
    text = f"Attacks on Chinese assets a year, {span}: {'; '.join(said)}."
    return Answer("Q5", question, text, tuple(findings))


def _plain(found: Difference) -> str:
    return f"{found.value:.2f} [{found.low:.2f}–{found.high:.2f}]"


def intervention(results: Results) -> Answer:
    """Answer Q7: does it pay for Russia when the alliance steps in."""
    question = "Does it pay for Russia that the alliance steps in (a year on)?"
    unrest = "kazakhstan_unrest_war"
    missing = lacking(results, BASE, unrest, tables=["influence"], record_from="2026-Q4")
    quarterly = results.manifest["inputs"]["every"] == "quarter"
    if missing or not quarterly:
        hint = missing or f"{lacking(results, 'nothing')} --every quarter".replace(" nothing", "")
        return Answer("Q7", question, NOT_HERE, (), (hint,))
    start = row_of(results, "2027-Q1")
    gaps = {
        column: numbers(results, unrest, _kazakh(column, start))
        - numbers(results, BASE, _kazakh(column, start))
        for column in ("credibility", "security")
    }
    stepped_in = gaps["credibility"][0] > 0
    findings, said = [], []
    for column, name in (("credibility", "its credibility"), ("security", "its security share")):
        yields = _between(gaps[column][1], stepped_in)
        more = {"where": "KAZ", "when": "4 quarters on", "against": "no intervention"}
        findings.append(Finding.of(yields, f"{column} of Russia", unrest, **more))
        said.append(f"{name} by {yields.said('points', scale=100)}")
    verdict = "It pays" if all((each.low or 0) > 0 for each in findings) else "It hardly pays"
    text = (
        f"{verdict}: where the alliance steps in against the unrest in Kazakhstan in 2027 "
        f"({stepped_in.mean():.0%} of worlds, by lot), Russia has a year later, compared with "
        f"worlds in which it does not, changed {' and '.join(said)}."
    )
    return Answer("Q7", question, text, tuple(findings))


def _kazakh(column: str, start: int) -> Cells:
    return Cells(column, "KAZ", "RUS", (start, start + LATER))


def _between(values: NDArray[np.float32], group: NDArray[np.bool_]) -> Difference:
    """Return the difference of two groups' means with its 95 % interval."""
    one, other = mean(values[group]), mean(values[~group])
    half = np.hypot(one.high - one.value, other.high - other.value)
    gap = one.value - other.value
    return Difference(gap, gap - float(half), gap + float(half), one.worlds + other.worlds)


def engagement(results: Results) -> Answer:
    """Answer Q8: do third powers make the five less dependent on Russia and China."""
    question = "What does wider engagement (+0.4) do to joint dependence on Russia and China?"
    return _states_effect(results, "Q8", question, "wider_engagement", ("joint_dependence",))


def self_reliance(results: Results) -> Answer:
    """Answer Q10: what is self-reliance worth."""
    question = "What is self-reliance (growth +1 point a year, own capacity) worth?"
    columns = ("dependency_risk", "joint_dependence", "autonomy")
    found = _states_effect(results, "Q10", question, "strategic_autonomy", columns)
    if not found.findings:
        return found
    note = " This scenario also widens the engagement of third powers; see Q8 for that alone."
    return Answer(found.id, found.question, found.text + note, found.findings, found.needs)


def _states_effect(
    results: Results, number: str, question: str, scenario: str, columns: tuple[str, ...]
) -> Answer:
    """Answer how a scenario changes columns of the states in the last quarter."""
    if missing := lacking(results, BASE, scenario, tables=["states"]):
        return Answer(number, question, NOT_HERE, (), (missing,))
    last = len(recorded(results)) - 1
    when = quarter_label(int(recorded(results)[last]))
    findings, said = [], []
    for column in columns:
        cells = Cells(column, rows=(last,))
        gap = numbers(results, scenario, cells)[0] - numbers(results, BASE, cells)[0]
        for place, values in zip(STATES, gap, strict=True):
            more = {"where": place, "when": when, "against": BASE}
            findings.append(Finding.of(mean(values), column, scenario, **more))
        own = [each for each in findings if each.quantity == column]
        told = ", ".join(f"{STATE_NAMES[f.where]} {100 * (f.value or 0):+.1f}" for f in own)
        whole = mean(regional(results, gap[np.newaxis])[0])
        findings.append(
            Finding.of(whole, column, scenario, where="region", when=when, against=BASE)
        )
        name = column.replace("_", " ")
        said.append(f"{name} by {whole.said('points', scale=100)} in the region ({told})")
    text = f"{quoted(titles(results)[scenario])} changes by {when} {'; '.join(said)}."
    return Answer(number, question, text, tuple(findings))


def channels(results: Results) -> Answer:
    """Answer Q9: attention or sanctions: through which does a freeze change rivalry."""
    question = "How much of a freeze's effect on rivalry is attention, how much eased sanctions?"
    missing = lacking(results, BASE, FREEZE, ATTENTION, RELIEF, tables=["region", "influence"])
    if missing:
        return Answer("Q9", question, NOT_HERE, (), (missing,))
    last = quarter_label(int(recorded(results)[-1]))
    findings, said = [], []
    for column, power in (("rivalry", None), ("security", "RUS")):
        levels = {s: at(results, s, column, last, power) for s in (BASE, FREEZE, ATTENTION, RELIEF)}
        name = "rivalry" if column == "rivalry" else "Russia's security share"
        parts = {
            "both": mean(levels[FREEZE] - levels[BASE]),
            "attention alone": mean(levels[ATTENTION] - levels[BASE]),
            "relief on top of attention": mean(levels[FREEZE] - levels[ATTENTION]),
            "relief alone": mean(levels[RELIEF] - levels[BASE]),
        }
        more = {"where": "region", "when": last, "against": BASE}
        findings += [Finding.of(e, f"{name}: {k}", FREEZE, **more) for k, e in parts.items()]
        part = parts["attention alone"].value / parts["both"].value
        said.append(f"{name} {parts['both'].said()}, of which freed attention {part:.0%}")
    text = (
        f"By {last} a freeze changes {'; '.join(said)}; the rest comes with eased sanctions. "
        f"{quoted(titles(results)[RELIEF])} eases them further than the freeze does, so its own "
        "effect is larger than that part; `crossroads compare` splits them exactly."
    )
    return Answer("Q9", question, text, tuple(findings))
