"""Building the report from a results folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from experiments.addresses import file_for
from experiments.answers.headlines import verdicts
from experiments.answers.questions import answers
from experiments.figures.catalogue import drawable, left_out
from experiments.figures.style import unbroken
from experiments.progress import Step, steps
from experiments.report.explore import SCRIPT, explored
from experiments.report.pictures import pictures
from experiments.report.subjects import subjects
from experiments.report.tables import robustness, tables
from experiments.results.base import sharing
from experiments.results.citation import citation
from experiments.results.reading import Results
from experiments.results.text import capital, on_record, reference
from experiments.store.folder import whole
from scenarios.registry import Parameter, Registry

TEMPLATE = "report.html"
PARTS = {"answers": answers, "verdicts": verdicts, "tables": tables}
"""What is read from the folder before the figures are drawn."""
SHORT = ("influence", "change", "passage", "relations", "incidents", "robustness")
"""Figures whose findings stand at the top."""
LIMITS = (
    "Shares outside trade are expert composites. Read differences between scenarios, not levels.",
    (
        "Rivalry, the norm, assertiveness and cooperation have no observed series; what is known "
        "of them are signs. Compare ranks, differences and crossings of quantiles."
    ),
    (
        "Trade statistics of partners differ up to fourfold, in one case eightfold; the model "
        "follows national statistics."
    ),
    (
        "Signs that the sources claim are built in: that the model shows them verifies the code, "
        "it does not validate the claims."
    ),
    (
        "Intervals in brackets say how well many worlds know the model's own answer. What the "
        "model leaves out stands in none of them."
    ),
    "That the war in Ukraine lasts until 2040 in the baseline is an assumption, not a forecast.",
)


def build(results: Results, to: str | Path | None = None) -> tuple[Path, list[str]]:
    """Write the report of a folder as one HTML file, which needs nothing else.

    Return its path, and a line for each figure that could not be drawn.
    """
    own = results.folder.local
    named = Path(f"{Path(results.folder.address).name or 'crossroads'}-report.html")
    usual = named if own is None else own / "report.html"
    target = file_for(usual if to is None else to, (".html", ".htm"), own=own)
    target.parent.mkdir(parents=True, exist_ok=True)
    with steps(len(drawable(results)) + len(PARTS)) as step:
        shown = contents(results, step)
    with whole(target) as fresh:
        fresh.write_text(html(shown), encoding="utf-8")
    return target, shown["undrawn"]


def html(shown: dict[str, Any]) -> str:
    """Return the report as text, from all that it shows."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("experiments.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["unbroken"] = unbroken
    return environment.get_template(TEMPLATE).render(**shown)


def contents(results: Results, step: Step = lambda _: None) -> dict[str, Any]:
    """Return everything that the page shows."""
    found: dict[str, Any] = {}
    for name, read in PARTS.items():
        step(name)
        found[name] = read(results)
    judged = found.pop("verdicts")
    steady = robustness(results, judged)
    drawn, faults = pictures(results, step)
    return {
        "title": _title(results),
        "subtitle": _subtitle(results),
        **found,
        "robustness": steady,
        "figures": drawn,
        "undrawn": faults,
        "faults": [*faults, *map(capital, left_out(results))],
        "numbers": {each.name: place for place, each in enumerate(drawn, start=1)},
        "short": [each for each in drawn if each.name in SHORT],
        "subjects": subjects(results, judged),
        "base": results.titles[reference(results)],
        "limits": LIMITS,
        "parameters": [_parameter(each) for each in _registry(results).values()],
        "draws": _drawn(results),
        "folder": results.folder.address,
        "origin": made_of(results),
        "cite": citation(results),
        "met": met(results),
        "explored": explored(results),
        "script": SCRIPT,
    }


def _title(results: Results) -> str:
    """Say what is compared, and until when."""
    named, until = list(results.titles.values()), results.manifest["inputs"]["until"]
    scenarios = f"{len(named)} scenarios" if len(named) > 1 else named[0]
    return f"Russia, China and Central Asia to {until[:4]}: {scenarios} compared"


def _subtitle(results: Results) -> str:
    """Say what was run: worlds, quarters, seed and the part on record."""
    inputs = results.manifest["inputs"]
    return (
        f"Crossroads, an agent-based simulation. {results.size:,} worlds a scenario, "
        f"{inputs['record_from']} to {inputs['until']}, seed {inputs['seed']}. "
        f"Worlds {on_record(results.batch.assumed.scenarios)}. {sharing(results)}"
    ).rstrip()


def _drawn(results: Results) -> list[dict[str, str]]:
    """Return what worlds draw from a posterior or another table of draws: median and 90 %."""
    return [
        {"name": name, "low": f"{low:.3g}", "median": f"{middle:.3g}", "high": f"{high:.3g}"}
        for name, members in results.batch.assumed.design.draws.items()
        for low, middle, high in [np.quantile(members, (0.05, 0.5, 0.95))]
    ]


def _registry(results: Results) -> Registry:
    return results.batch.assumed.registry


def _parameter(parameter: Parameter) -> dict[str, str]:
    single = parameter.value.size == 1
    return {
        "name": parameter.name,
        "value": f"{float(parameter.value.ravel()[0]):g}" if single else "table",
        "range": f"{float(parameter.low.min()):g} to {float(parameter.high.max()):g}",
        "unit": parameter.unit,
        "about": parameter.about,
        "source": parameter.source,
    }


def made_of(results: Results) -> list[tuple[str, str]]:
    """Return what the numbers come from, as pairs of a name and what it says."""
    inputs, origin = results.manifest["inputs"], results.manifest["origin"]
    versions = [f"{name} {each}" for name, each in origin["versions"].items() if each]
    files = sum(len(block["files"]) for block in results.manifest["blocks"])
    return [
        ("Command", " ".join(map(str, origin["command_line"]))),
        ("Worlds", f"{results.size:,} a scenario, seed {inputs['seed']}"),
        ("Failed worlds", f"{len(results.failures):,}"),
        ("Quarters", f"{inputs['record_from']} to {inputs['until']}, every {inputs['every']}"),
        ("Computed", f"{results.manifest['times']['finished']} on {origin['platform']}"),
        ("Versions", f"Python {origin['python']}, {', '.join(versions)}"),
        ("Files", f"{files} with checksums in manifest.json"),
    ]


def met(results: Results) -> str:
    """Say how many figures of the record the worlds meet; nothing of a folder without its years."""
    from experiments.figures.catalogue import need
    from experiments.figures.past import finding

    return "" if need(results, "record") else finding(results)
