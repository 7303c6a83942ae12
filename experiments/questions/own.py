"""One's own question: how likely a condition is, when it is met, what scenarios change about it."""

from __future__ import annotations

from experiments.conditions import Holding, holding, parse
from experiments.estimates import Difference, mean
from experiments.figures.wording import quoted, reference, shown, titles
from experiments.questions.answer import Answer, Finding
from experiments.questions.saying import Told, on_share, one_by_one, under
from experiments.reading import Results
from scenarios.quarters import quarter_label


def ask(
    results: Results, condition: str, scenarios: list[str] | None = None, *, name: str = "own"
) -> Answer:
    """Answer how likely a condition is in each scenario, and how that differs from the baseline.

    Raises BadInput for a condition that cannot be read or that the folder cannot answer.
    """
    read = parse(condition)
    names = shown(results, scenarios, len(results.scenarios))
    found = {each: holding(results, read, each) for each in names}
    base = reference(results) if reference(results) in names else names[0]
    findings = [each for one in found.values() for each in _findings(one, found[base])]
    told = [
        Told(each, one.probability.value, _said(results, one, found[base]))
        for each, one in found.items()
    ]
    text = f"{read.text}: share of worlds {one_by_one(results, told)}."
    tail = under(results, base)
    claims = (f"It happens in most worlds {tail}", f"It does not happen in most worlds {tail}")
    robust = on_share(results, base, found[base].outcome, claims)
    return Answer(name, read.text, text, tuple(findings), (), (robust,))


def _findings(found: Holding, base: Holding) -> list[Finding]:
    """Return the probability, its difference to the reference, and the median time of passage."""
    when = f"{quarter_label(int(found.quarters[0]))} to {quarter_label(int(found.quarters[-1]))}"
    first = Finding.of(found.probability, "probability", found.scenario, when=when)
    median = Finding(
        "median time of passage (year)",
        found.scenario,
        _year(found),
        when=f"censored at {quarter_label(int(found.quarters[-1]))}",
        worlds=found.curve.worlds,
    )
    if found is base:
        return [first, median]
    gap = difference(found, base)
    more = {"when": when, "against": base.scenario}
    return [first, median, Finding.of(gap, "difference of probabilities", found.scenario, **more)]


def difference(found: Holding, base: Holding) -> Difference:
    """Return the paired difference of two probabilities."""
    return mean(found.outcome - base.outcome)


def _year(found: Holding) -> float | None:
    row = found.curve.median
    return None if row is None else 2000 + float(found.quarters[row]) / 4


def _said(results: Results, found: Holding, base: Holding) -> str:
    """Say the probability in a scenario, and half-way time or difference where there is one."""
    text = f"{found.probability} under {quoted(titles(results)[found.scenario])}"
    extra = []
    if found.condition.at is None and found.curve.median is not None:
        extra.append(f"half of them by {found.quarter(found.curve.median)}")
    if found is not base:
        gap = difference(found, base)
        extra.append(gap.said("points", scale=100) if gap.clear else "not clearly different")
    return f"{text} ({'; '.join(extra)})" if extra else text
