"""Questions 1, 2, 3 and 6: when, and in how many worlds, something passes something else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from experiments.answers.answer import (
    Answer,
    Finding,
    Numbers,
    Row,
    Statement,
    on_share,
    ordered,
    share_cells,
    unclear,
    under,
)
from experiments.answers.conditions import Holding, holding
from experiments.answers.headlines import HALF
from experiments.answers.query import begun, difference, passage
from experiments.results.cells import Cells, numbers, row_of
from experiments.results.estimates import percent, probability
from experiments.results.missing import Missing, lack
from experiments.results.reading import Results
from experiments.results.text import reference
from scenarios.quarters import YEAR, parse_quarter
from scenarios.vocabulary import STATE_NAMES, STATES

HORIZONS = ("2035-Q4", "2040-Q4")
SINCE, THEN, BEFORE = "2024-Q1", "2024-Q4", "2025-Q4"
QUANTILE = 0.9
JOINT = 0.8
NONE = "none"


def reachable(results: Results) -> list[str]:
    """Return the horizons that the folder reaches; its own end if it reaches none."""
    end = results.manifest["inputs"]["until"]
    return [each for each in HORIZONS if each <= end] or [end]


def _short(results: Results) -> Missing | None:
    """Return what is missing for powers to pass each other for a year from 2024 on."""
    since = int((results.timeline >= parse_quarter(SINCE)).sum())
    short = since < (1 if results.manifest["inputs"]["every"] == "year" else YEAR)
    late = results.timeline[-1] >= parse_quarter(SINCE) + YEAR - 1
    span = {"record_from": SINCE} if short and late else {"until": "2024-Q4"}
    return lack(results, tables=["influence"], **span)


def _further(results: Results) -> tuple[str, ...]:
    """Return the command that reaches the last horizon, if the folder does not."""
    more = lack(results, until=HORIZONS[-1])
    return (more.command,) if more else ()


def _passes(results: Results, found: Mapping[str, Holding], what: str, horizon: str) -> Statement:
    """Say whether it survives judgement that China is ahead of Russia for a year, or is not."""
    base = reference(results)
    tail = f"above Russia's for a year by {horizon[:4]} {under(results, base)}"
    claims = (f"China's {what} is {tail}", f"China's {what} is not {tail}")
    return on_share(results, base, found[base].outcome, claims)


def _shares(found: Mapping[str, Holding], where: str, when: str) -> list[Finding]:
    """Return the share of worlds of each scenario as findings."""
    return [
        Finding.of(one.probability, "share of worlds", name, where=where, when=when)
        for name, one in found.items()
    ]


def _rows(
    results: Results, found: Mapping[str, Holding], cells: Callable[[str], Iterable[str]]
) -> tuple[Row, ...]:
    """Return a line a scenario, with whether it clearly differs from the reference."""
    base, rows = reference(results), list[Row]()
    for name in ordered(results, {s: one.probability.value for s, one in found.items()}):
        gap = None if name == base else difference(found[name], found[base])
        rows.append((results.titles[name], (*cells(name), unclear(gap))))
    return tuple(rows)


def security_in_tajikistan(results: Results) -> Answer:
    """Answer Q1: when does China's security share in Tajikistan pass Russia's."""
    question = "When does China's security share in Tajikistan pass Russia's (held four quarters)?"
    if missing := _short(results):
        return Answer.missing("Q1", question, missing)
    asked, base = "security CHN > RUS in TJK held 4 quarters from 2024", reference(results)
    by = {
        horizon: {s: holding(results, f"{asked} by {horizon}", s) for s in results.scenarios}
        for horizon in reachable(results)
    }
    last, found = list(by.items())[-1]
    findings = [each for when, of in by.items() for each in _shares(of, "TJK", f"by {when}")]
    findings += [passage(holding(results, asked, name), "TJK") for name in results.scenarios]
    text = (
        f"China's security share in Tajikistan passes Russia's for a year by {last[:4]} in "
        f"{percent(found[base].probability.value)} of worlds ({begun(found[base])})."
    )
    return Answer(
        "Q1",
        question,
        text,
        tuple(findings),
        _further(results),
        (_passes(results, found, "security share in Tajikistan", last),),
        (*(head for horizon in by for head in (f"by {horizon[:4]}", "95 %")), ""),
        _rows(results, found,
              lambda name: (c for of in by.values() for c in share_cells(of[name].probability))),
    )  # fmt: skip


def influence_everywhere(results: Results) -> Answer:
    """Answer Q2: when does China's share of influence pass Russia's, in each state and region."""
    question = "When does China's share of influence pass Russia's, by state and in the region?"
    if missing := _short(results):
        return Answer.missing("Q2", question, missing)
    horizon, base = reachable(results)[-1], reference(results)
    asked = f"share CHN > RUS in {{}} held 4 quarters from 2024 by {horizon}"
    found = {
        place: {name: holding(results, asked.format(place), name) for name in results.scenarios}
        for place in ("region", *STATES)
    }
    region, begin = found["region"], found["region"][base].quarter(0)
    findings = [e for place, of in found.items() for e in _shares(of, place, f"by {horizon}")]
    for place, of in found.items():
        more = {"where": place, "when": f"in {begin}"}
        findings.append(Finding.of(of[base].already, "share of worlds already", base, **more))
    often = {state: found[state][base].probability.value for state in STATES}
    tie = min(STATES, key=lambda state: abs(often[state] - HALF))
    share = percent(region[base].probability.value)
    text = f"China's share of influence passes Russia's for a year by {horizon[:4]} in {share} of "
    text += f"worlds in the region{_ends(often)}."
    robust = (
        _passes(results, region, "share of influence in the region", horizon),
        _passes(results, found[tie], f"share of influence in {STATE_NAMES[tie]}", horizon),
    )
    first, *rows = _rows(results, region, lambda name: (
        *share_cells(region[name].probability),
        *(percent(found[state][name].probability.value) for state in STATES)))  # fmt: skip
    whole, *states = (percent(found[place][base].already.value) for place in ("region", *STATES))
    already = (f"  already in {begin}", (whole, "", *states))
    return Answer("Q2", question, text, tuple(findings), _further(results), robust,
                  ("region", "95 %", *STATES, ""), (first, already, *rows))  # fmt: skip


def _ends(often: Mapping[str, float]) -> str:
    """Say in which state it is so most often, and in which least."""
    most, least = (pick(often, key=lambda state: often[state]) for pick in (max, min))
    said = (f"{STATE_NAMES[state]} ({percent(often[state])})" for state in (most, least))
    return ", most often in {}, least in {}".format(*said)


def rivalry_rises(results: Results) -> Answer:
    """Answer Q3: in how many worlds is rivalry above what was unusual in 2024."""
    question = "In how many worlds is rivalry above the 90 % quantile of the baseline in 2024?"
    base, end = reference(results), reachable(results)[0]
    if missing := lack(results, tables=["region"], record_from=THEN, until=THEN):
        return Answer.missing("Q3", question, missing)
    row = row_of(results, THEN)
    usual = float(np.nanquantile(numbers(results, base, Cells("rivalry", rows=(row,))), QUANTILE))
    ever, late = (
        {s: holding(results, f"rivalry > {usual:.6f} {when}", s) for s in results.scenarios}
        for when in (f"from 2024 by {end}", f"at {end}")
    )
    text = (
        f"Rivalry exceeds {usual:.2f}, as one world in ten does in 2024, in "
        f"{percent(late[base].probability.value)} of worlds in {end}."
    )
    tail = f"above {usual:.2f} in {end} {under(results, base)}"
    claims = (f"Rivalry is {tail}", f"Rivalry is not {tail}")
    rows = _rows(results, late, lambda name: (
        cell for of in (late, ever) for cell in share_cells(of[name].probability)))  # fmt: skip
    return Answer(
        "Q3",
        question,
        text,
        (*_shares(ever, "region", f"at any time to {end}"), *_shares(late, "region", f"in {end}")),
        (),
        (on_share(results, base, late[base].outcome, claims),),
        (f"in {end}", "95 %", f"ever to {end[:4]}", "95 %", ""),
        rows,
        "Rivalry has no unit: only such comparisons can be read.",
    )


def first_dependent(results: Results) -> Answer:
    """Answer Q6: which state is the first to become dependent on Russia and China after 2025."""
    question = f"Which state is the first after 2025 in which joint dependence exceeds {JOINT}?"
    if missing := lack(results, tables=["states"], record_from=BEFORE, until="2026-Q4"):
        return Answer.missing("Q6", question, missing)
    base, end = reference(results), results.manifest["inputs"]["until"][:4]
    counts = {name: _first_states(results, name) for name in results.scenarios}
    shares = {
        name: {place: probability(first, results.clusters) for place, first in of.items()}
        for name, of in counts.items()
    }
    findings = [
        Finding.of(often, "share of worlds first", name, where=place)
        for name, of in shares.items()
        for place, often in of.items()
    ]
    rows = [
        (results.titles[name], (*share_cells(shares[name][NONE]),
                                 *(percent(shares[name][state].value) for state in STATES)))
        for name in ordered(results, {s: of[NONE].value for s, of in shares.items()})
    ]  # fmt: skip
    state = max(STATES, key=lambda each: shares[base][each].value)
    share = shares[base][state].value
    which = f"; {STATE_NAMES[state]} is the first in {percent(share)}" if share else ""
    text = (
        f"In {percent(shares[base][NONE].value)} of worlds no state newly exceeds a joint "
        f"dependence of {JOINT} on Russia and China from 2026 to {end}{which}."
    )
    tail = f"newly gets there by {end} {under(results, base)}"
    robust = on_share(results, base, counts[base][NONE], (f"No state {tail}", f"Some state {tail}"))
    return Answer("Q6", question, text, tuple(findings), (), (robust,),
                  ("none", "95 %", *STATES), tuple(rows))  # fmt: skip


def _first_states(results: Results, scenario: str) -> dict[str, Numbers]:
    """Return for each state, and NONE, whether it is the first: 1, 0, NaN in a failed world.

    A state that is there already at the end of 2025 does not count. Where two come in the same
    quarter, both do.
    """
    asked = f"joint_dependence > {JOINT} in {{}} {{}}"
    found = [holding(results, asked.format(state, "from 2026"), scenario) for state in STATES]
    before = [holding(results, asked.format(state, f"at {BEFORE}"), scenario) for state in STATES]
    known = np.isfinite(np.stack([each.outcome for each in found])).all(axis=0)
    pairs = zip(before, found, strict=True)
    rows = np.stack([np.where(past.met, -1, each.first) for past, each in pairs])
    late = np.where(rows < 0, np.iinfo(np.int64).max, rows)
    never = (rows < 0).all(axis=0)
    first = {s: (late[i] == late.min(axis=0)) & ~never for i, s in enumerate(STATES)}
    return {place: np.where(known, is_so, np.nan)
            for place, is_so in {NONE: never, **first}.items()}  # fmt: skip
