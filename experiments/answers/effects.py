"""Questions 4, 5, 7, 8, 9 and 10: what a scenario changes, world by world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from experiments.answers.answer import (
    EFFECT,
    Answer,
    Finding,
    Numbers,
    Row,
    Statement,
    effect_cells,
    on_effect,
    on_number,
    ordered,
    unclear,
    under,
)
from experiments.answers.channels import ATTENTION, INTERACTION, RELIEF, SPLIT, TOTAL, alone
from experiments.answers.headlines import in_words
from experiments.answers.outcomes import change_of, unit_of
from experiments.answers.robustness import judged
from experiments.results.cells import Cells, lived, numbers, regional, row_of
from experiments.results.estimates import change_in, percent
from experiments.results.missing import lack
from experiments.results.reading import Results
from experiments.results.text import quoted, reference
from scenarios.lists import listed
from scenarios.quarters import YEAR, parse_quarter, quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

BASE, FREEZE = "baseline", "frozen_ukraine"
FASTER, ENGAGED, STRONG = "faster_growth", "wider_engagement", "strategic_autonomy"
COMES, CHANCE = "kazakhstan_unrest_intervention", "kazakhstan_unrest_war"
EVENT, LATER = "2027-Q1", 4
"""When the alliance steps in, and how many quarters later its yield is read."""
FELT = "2030-Q4"
"""By then what scenarios change from 2026 on can be seen."""
GAINS = {
    "credibility": "Russia's credibility in Kazakhstan",
    "security": "Russia's security share in Kazakhstan",
}
DECIDED = ("credibility_intervention", "credibility_abandonment")
"""The two parameters that decide what coming and staying away do to credibility."""
NOTE = (
    "They are {1} and {2}. Read in the {0} of worlds in which nobody would have come; what the "
    "troops cost is in no rule of the model."
)


def freeze(results: Results) -> Answer:
    """Answer Q4: what does a frozen conflict change, four and nine years after 2026."""
    question = "What does a front frozen by the end of 2026 change, 4 and 9 years on?"
    tables, span = ["influence", "region"], {"record_from": "2030-Q4", "until": "2035-Q4"}
    if missing := lack(results, BASE, FREEZE, tables=tables, **span):
        return Answer.missing("Q4", question, missing)
    findings, rows, said, robust = [], list[Row](), [], []
    for column, power, name in (
        ("share", "RUS", "Russia's share of influence in the region"),
        ("rivalry", None, "rivalry of Russia and China"),
    ):
        unit = unit_of(column)
        for quarter in ("2030-Q4", "2035-Q4"):
            cells = Cells(column, power=power, rows=(row_of(results, quarter),))
            both = (numbers(results, scenario, cells) for scenario in (FREEZE, BASE))
            one, other = (regional(results, e) if e.ndim > 2 else e for e in both)  # noqa: PLR2004
            gap = (one - other)[0]
            change = change_of(results, gap)
            more = {"where": "region", "when": quarter, "against": BASE}
            findings.append(Finding.of(change, name, FREEZE, **more))
            rows.append((f"{name}, {quarter}", effect_cells(change, unit)))
        said.append(f"{name} by {rows[-1][1][0]}")
        robust.append(on_effect(results, FREEZE, gap, name, unit=unit))
    text = f"By 2035 {quoted(results.titles[FREEZE])} changes {' and '.join(said)}."
    return Answer("Q4", question, text, tuple(findings), (), tuple(robust), EFFECT, tuple(rows),
                  shown=4)  # fmt: skip


def attacks(results: Results) -> Answer:
    """Answer Q5: how many attacks on Chinese assets a year."""
    question = "How many attacks on Chinese assets are there a year?"
    if missing := lack(results, tables=["states"]):
        return Answer.missing("Q5", question, missing)
    base = reference(results)
    rows, span = _since_2026(results)
    rates = {name: _a_year(results, name, rows) for name in results.scenarios}
    means = {name: change_of(results, rate) for name, rate in rates.items()}
    gaps = {name: change_of(results, rate - rates[base]) for name, rate in rates.items()}
    table: list[Row] = []
    for name in ordered(results, {name: each.value for name, each in means.items()}):
        gap = None if name == base else gaps[name]
        cells = (*effect_cells(means[name], "", 1, signed=False), unclear(gap))
        table.append((results.titles[name], cells))
    findings = [
        Finding.of(rate, "attacks a year", name, where="region", when=span)
        for name, rate in means.items()
    ]
    text = f"There are {table[0][1][0]} attacks on Chinese assets a year, {span}."
    label = f"the number of attacks {under(results, base)}"
    robust = [on_number(results, base, rates[base], label, "{:.2f} a year".format)]
    if len(gaps) > 1:
        most = max(gaps, key=lambda name: abs(gaps[name].value))
        gap_of, what = rates[most] - rates[base], "the number of attacks"
        robust.append(on_effect(results, most, gap_of, what, scale=1, unit="a year"))
    heads = ("attacks a year", *EFFECT[1:], "")
    return Answer("Q5", question, text, tuple(findings), (), tuple(robust), heads, tuple(table))


def _since_2026(results: Results) -> tuple[tuple[int, ...], str]:
    """Return the rows from 2026 on, or all of a folder that ends before, and their span."""
    there = results.timeline
    rows = tuple(int(row) for row in np.flatnonzero(there >= parse_quarter("2026-Q1")))
    rows = rows or tuple(range(len(there)))
    letters = 4 if results.manifest["inputs"]["every"] == "year" else None
    ends = (quarter_label(int(there[rows[end]]))[:letters] for end in (0, -1))
    return rows, " to ".join(dict.fromkeys(ends))


def _a_year(results: Results, scenario: str, rows: tuple[int, ...]) -> Numbers:
    """Return attacks a year over worlds, in quarters that a scenario has; years hold sums."""
    own = tuple(row for row in rows if row in lived(results, scenario))
    counts = numbers(results, scenario, Cells("attacks_on_chinese_assets", rows=own))
    a_year = YEAR if results.manifest["inputs"]["every"] == "quarter" else 1
    found: Numbers = counts.sum(axis=1).mean(axis=0) * a_year
    return found


def intervention(results: Results) -> Answer:
    """Answer Q7: does it pay for Russia that the alliance steps in.

    No column says whether the alliance came, but a pair of scenarios does. They share all luck and
    differ in one event: the alliance comes for certain in one and by its chance in the other. A
    world in which Russia's credibility is the same in both is one in which it came anyway; in all
    others the difference is what coming instead of staying away is worth.
    """
    question = "Does it pay for Russia that the alliance steps in (a year on)?"
    needed = {"tables": ["influence"], "until": "2028-Q4", "record_from": EVENT}
    if missing := lack(results, CHANCE, COMES, **needed):  # type: ignore[arg-type]
        return Answer.missing("Q7", question, missing)
    there, event = results.timeline, parse_quarter(EVENT)
    start, later = (int(np.searchsorted(there, each)) for each in (event, event + LATER))
    when = quarter_label(int(there[later]))
    worth = {}
    for column in GAINS:
        cells = Cells(column, "KAZ", "RUS", (start, later))
        worth[column] = numbers(results, COMES, cells) - numbers(results, CHANCE, cells)
    stayed = worth["credibility"][0] != 0
    findings, rows, robust = list[Finding](), list[Row](), list[Statement]()
    for column, name in GAINS.items():
        gap = np.where(stayed, worth[column][1], np.nan)
        gain, more = change_of(results, gap), {"where": "KAZ", "when": when}
        findings.append(Finding.of(gain, name, COMES, **more, against="nobody comes"))
        rows.append((name, effect_cells(gain, "points")))
        robust.append(on_effect(results, COMES, gap, name, unit="points"))
    pays = all(each.low is not None and each.low > 0 for each in findings)
    text = (
        f"Two fixed numbers decide it: with them coming to Kazakhstan's help "
        f"{'pays' if pays else 'hardly pays'}, Russia's credibility there moves by {rows[0][1][0]}."
    )
    note = NOTE.format(percent(float(np.mean(stayed))), *DECIDED)
    return Answer("Q7", question, text, tuple(findings), (), tuple(robust), EFFECT, tuple(rows),
                  note)  # fmt: skip


def engagement(results: Results) -> Answer:
    """Answer Q8: do third powers make the five less dependent on Russia and China."""
    question = "What does wider engagement (+0.4) do to joint dependence on Russia and China?"
    if missing := lack(results, BASE, ENGAGED, tables=["states"], until=FELT):
        return Answer.missing("Q8", question, missing)
    return _states_effect(results, "Q8", question, ENGAGED, ("joint_dependence",))


def self_reliance(results: Results) -> Answer:
    """Answer Q10: what is self-reliance worth."""
    question = "What is self-reliance (growth +1 point a year) worth to the five?"
    if missing := lack(results, BASE, FASTER, tables=["states"], until=FELT):
        return Answer.missing("Q10", question, missing)
    columns = ("dependency_risk", "joint_dependence", "autonomy")
    found = _states_effect(results, "Q10", question, FASTER, columns)
    if missing := lack(results, STRONG):
        return replace(found, needs=(missing.command,))
    whole = _states_effect(results, "Q10", question, STRONG, columns)
    prefix = f"{results.titles[STRONG]}: "
    return replace(
        found,
        findings=found.findings + whole.findings,
        robust=found.robust + whole.robust,
        rows=(*found.rows, *((prefix + name, cells) for name, cells in whole.rows)),
    )


def _states_effect(
    results: Results, number: str, question: str, scenario: str, columns: Sequence[str]
) -> Answer:
    """Answer how a scenario changes columns of the states in the last quarter."""
    last = len(results.timeline) - 1
    when = quarter_label(int(results.timeline[last]))
    findings, rows, said, robust = [], list[Row](), [], []
    for column in columns:
        cells = Cells(column, rows=(last,))
        gap = numbers(results, scenario, cells) - numbers(results, BASE, cells)
        moves = {"region": regional(results, gap)[0], **dict(zip(STATES, gap[0], strict=True))}
        changes = {place: change_of(results, each) for place, each in moves.items()}
        findings += [
            Finding.of(each, column, scenario, where=place, when=when, against=BASE)
            for place, each in changes.items()
        ]
        name, unit = column.replace("_", " "), unit_of(column)
        rows.append((name, effect_cells(changes["region"], unit)))
        said.append(f"{name} by {rows[-1][1][0]}")
        robust.append(on_effect(results, scenario, moves["region"], name, unit=unit))
        if len(columns) == 1:
            rows += [(f"  {STATE_NAMES[s]}", effect_cells(changes[s], unit)) for s in STATES]
    title = quoted(results.titles[scenario])
    text = f"By {when[:4]} {title} changes {listed(said)} in the region."
    return Answer(number, question, text, tuple(findings), (), tuple(robust), EFFECT, tuple(rows))


def channels(results: Results) -> Answer:
    """Answer Q9: attention or sanctions: through which does a freeze change rivalry."""
    question = "How much of a freeze's effect on rivalry is attention, how much eased sanctions?"
    if missing := lack(results, BASE, FREEZE, until=FELT):
        return Answer.missing("Q9", question, missing)
    last = results.manifest["inputs"]["until"]
    effects = alone(results, FREEZE, BASE)
    findings, rows, said, robust = [], list[Row](), list[str](), []
    named = {TOTAL: "all", ATTENTION: "freed attention alone", RELIEF: "eased sanctions alone",
             INTERACTION: "interaction"}  # fmt: skip
    split = {outcome.label: outcome for outcome in effects}
    for label, outcome in ((each, split[each]) for each in SPLIT):
        parts = {name: change_of(results, gap) for name, gap in effects[outcome].items()}
        more = {"where": "region", "when": last, "against": BASE}
        findings += [Finding.of(e, f"{label}: {name}", FREEZE, **more) for name, e in parts.items()]
        cells = {key: effect_cells(parts[key], outcome.unit, outcome.scale) for key in named}
        rows += [(f"{label}: {named[key]}", own) for key, own in cells.items()]
        if not said:
            part = [f"{named[key]} by {cells[key][0].split()[0]}" for key in (ATTENTION, RELIEF)]
            said = [f"{label} by {cells[TOTAL][0]}: {' and '.join(part)}"]
        gap = effects[outcome][RELIEF] - effects[outcome][ATTENTION]
        robust.append(_stronger(results, gap, outcome.label, outcome.scale, outcome.unit))
    text = f"By {last[:4]} a freeze changes {said[0]}."
    note = f"Each change was run alone in {findings[0].worlds:,} of the worlds."
    return Answer("Q9", question, text, tuple(findings), (), tuple(robust), EFFECT, tuple(rows),
                  note, 4)  # fmt: skip


def _stronger(results: Results, gap: Numbers, label: str, scale: float, unit: str) -> Statement:
    """Say whether it survives which of two causes does more; `gap` is the lead of the first."""
    found = judged(results, FREEZE, gap, 0.0)
    first, second = ("eased sanctions", "freed attention")[:: 1 if found.value > 0 else -1]
    form = change_in(scale if found.value > 0 else -scale, unit)
    claim = f"More of the change in {label} comes of {first} than of {second}"
    words = in_words(results, found, form)
    return Statement(found.standing, f"{claim} ({form(found.value)} more): {words}")
