"""Questions 1, 2 and 3: when, and in how many worlds, something passes something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from experiments.answers.answer import Answer, Clause, Finding, on_share, one_by_one, unclear, under
from experiments.answers.ask import already, difference, said_already
from experiments.answers.conditions import Holding, holding
from experiments.results.cells import Cells, numbers, recorded, row_of
from experiments.results.clusters import clusters_of
from experiments.results.estimates import percent, probability
from experiments.results.lacking import Lack, lack
from experiments.results.reading import Results
from experiments.results.wording import quoted, reference, titles
from scenarios.lists import listed
from scenarios.quarters import YEAR, parse_quarter, quarter_label
from scenarios.vocabulary import STATE_NAMES, STATES

HORIZONS = ("2035-Q4", "2040-Q4")
SINCE, THEN = "2024-Q1", "2024-Q4"
PLACES = (*STATES, "region")
Passing = Mapping[str, Mapping[str, Holding]]
"""When China passes Russia, by place and scenario."""
QUANTILE = 0.9
HALF = 0.5


def reachable(results: Results) -> list[str]:
    """Return the horizons that the folder reaches; its own end if it reaches none."""
    end = results.manifest["inputs"]["until"]
    return [each for each in HORIZONS if each <= end] or [end]


def security_in_tajikistan(results: Results) -> Answer:
    """Answer Q1: when does China's security share in Tajikistan pass Russia's."""
    question = "When does China's security share in Tajikistan pass Russia's (held four quarters)?"
    if missing := _short(results):
        return Answer.lacking("Q1", question, missing)
    asked = "security CHN > RUS in TJK held 4 quarters from 2024"
    findings, said, robust = [], [], ""
    for horizon in reachable(results):
        found = {s: holding(results, f"{asked} by {horizon}", s) for s in results.scenarios}
        findings += [
            Finding.of(one.probability, "probability", name, where="TJK", when=f"by {horizon}")
            for name, one in found.items()
        ]
        told = one_by_one(results, list(_likelihoods(results, found)))
        said.append(f"before the end of {horizon[:4]} in this share of worlds: {told}")
        robust = _passes(results, found, "security share in Tajikistan", horizon)
    findings += [_halfway(results, asked, name) for name in results.scenarios]
    return Answer(
        "Q1",
        question,
        f"China's security share in Tajikistan passes Russia's {'; '.join(said)}.",
        tuple(findings),
        _further(results),
        (robust,),
    )


def _likelihoods(results: Results, found: Mapping[str, Holding]) -> list[Clause]:
    """Say in how many worlds it happens in each scenario, and whether that clearly differs."""
    base = reference(results)
    return [
        Clause(
            name,
            one.probability.value,
            f"{one.probability}{_begun(one, found[base])} {under(results, name)}"
            + unclear(None if name == base else difference(one, found[base])),
        )
        for name, one in found.items()
    ]


def _begun(found: Holding, base: Holding) -> str:
    """Say in how many of these worlds it was so at once; '' of none, or where the reference has."""
    share = already(found).value
    same = found is not base and share == already(base).value
    return "" if same or not share > 0 else f" ({said_already(found)})"


def _passes(results: Results, found: Mapping[str, Holding], what: str, horizon: str) -> str:
    """Say whether it survives judgement that China is ahead of Russia for a year, or is not."""
    base = reference(results)
    tail = f"above Russia's for a year by {horizon[:4]} {under(results, base)}"
    claims = (f"China's {what} is {tail}", f"China's {what} is not {tail}")
    return on_share(results, base, found[base].outcome, claims)


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
    more = lack(results, until=HORIZONS[-1])
    return (more.command,) if more else ()


def _short(results: Results) -> Lack | None:
    """Return what the folder lacks for powers to pass each other for a year from 2024 on."""
    since = int((recorded(results) >= parse_quarter(SINCE)).sum())
    short = since < (1 if results.manifest["inputs"]["every"] == "year" else YEAR)
    late = recorded(results)[-1] >= parse_quarter(SINCE) + YEAR - 1
    span = {"record_from": SINCE} if short and late else {"until": "2024-Q4"}
    return lack(results, tables=["influence"], **span)


def influence_everywhere(results: Results) -> Answer:
    """Answer Q2: when does China's share of influence pass Russia's, in each state and region."""
    question = (
        "When does China's share of influence pass Russia's, in each state and in the region?"
    )
    if missing := _short(results):
        return Answer.lacking("Q2", question, missing)
    horizon, base = reachable(results)[-1], reference(results)
    passing = _passing(results, base, horizon)
    told = [_everywhere(results, passing, name) for name in results.scenarios]
    open_case = min(STATES, key=lambda s: abs(passing[s][base].probability.value - HALF))
    return Answer(
        "Q2",
        question,
        f"China's share of influence is above Russia's for a year or longer by {horizon[:4]}: "
        f"{one_by_one(results, told)}.",
        (*_by(passing, horizon), *_already(passing, base)),
        _further(results),
        (
            _passes(results, passing["region"], "share of influence in the region", horizon),
            _passes(
                results,
                passing[open_case],
                f"share of influence in {STATE_NAMES[open_case]}",
                horizon,
            ),
        ),
    )


def _passing(results: Results, base: str, horizon: str) -> Passing:
    """Return when China's share passes Russia's, by place and scenario, `base` first."""
    names = [base, *(each for each in results.scenarios if each != base)]
    asked = "share CHN > RUS in {} held 4 quarters from 2024 by {}"
    return {
        place: {name: holding(results, asked.format(place, horizon), name) for name in names}
        for place in PLACES
    }


def _by(passing: Passing, horizon: str) -> Iterator[Finding]:
    """Yield the share of worlds in which it has happened by a horizon."""
    for place, of in passing.items():
        for name, one in of.items():
            yield Finding.of(
                one.probability, "probability", name, where=place, when=f"by {horizon}"
            )


def _already(passing: Passing, base: str) -> Iterator[Finding]:
    """Yield the share of worlds in which it has happened from the beginning."""
    begin = passing["region"][base].quarter(0)
    for place, of in passing.items():
        found = already(of[base])
        yield Finding.of(found, "probability already", base, where=place, when=f"in {begin}")


def _everywhere(results: Results, passing: Passing, scenario: str) -> Clause:
    """Say it of the region and of each state; of other scenarios only what clearly differs."""
    base = reference(results)
    region = passing["region"][scenario].probability
    whole = passing["region"]
    begun = _begun(whole[scenario], whole[base])
    text = f"{under(results, scenario)} in the region as a whole in {region} of worlds{begun}"
    gaps = {p: difference(of[scenario], of[base]) for p, of in passing.items()}
    moved = [s for s in STATES if scenario == base or gaps[s].clear]
    text += unclear(None if scenario == base else gaps["region"])
    each = listed(
        [
            f"{STATE_NAMES[s]} {percent(passing[s][scenario].probability.value)}"
            f"{_begun(passing[s][scenario], passing[s][base])}"
            for s in moved
        ]
    )
    rest = "" if len(moved) == len(STATES) else ", elsewhere no clear difference"
    return Clause(scenario, region.value, f"{text}, in {each}{rest}" if moved else f"{text}{rest}")


def rivalry_rises(results: Results) -> Answer:
    """Answer Q3: in how many worlds is rivalry above what was unusual in 2024."""
    question = "In how many worlds is rivalry above the 90 % quantile of the baseline in 2024?"
    base, end = reference(results), reachable(results)[0]
    if missing := lack(results, tables=["region"], record_from=THEN, until=THEN):
        return Answer.lacking("Q3", question, missing)
    row = row_of(results, THEN)
    usual = float(np.nanquantile(numbers(results, base, Cells("rivalry", rows=(row,))), QUANTILE))
    ever, late = (
        {s: holding(results, f"rivalry > {usual:.6f} {when}", s) for s in results.scenarios}
        for when in (f"from 2024 by {end}", f"at {end}")
    )
    findings = [
        Finding.of(found[name].probability, "probability", name, where="region", when=when)
        for name in results.scenarios
        for found, when in ((ever, f"at any time to {end}"), (late, f"in {end}"))
    ]
    told = [
        Clause(each.scenario, late[each.scenario].probability.value,
             f"{each.text}, and {late[each.scenario].probability} in {end} itself")
        for each in _likelihoods(results, ever)
    ]  # fmt: skip
    text = (
        f"Rivalry of Russia and China exceeds {usual:.2f}, which one world in ten does in 2024 "
        f"({quoted(titles(results)[base])}), at any time from 2024 to {end} (share of worlds): "
        f"{one_by_one(results, told)}. Rivalry has no unit: only such comparisons can be read."
    )
    tail = f"above {usual:.2f} in {end} {under(results, base)}"
    claims = (f"Rivalry is {tail}", f"Rivalry is not {tail}")
    robust = on_share(results, base, late[base].outcome, claims)
    return Answer("Q3", question, text, tuple(findings), (), (robust,))


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
