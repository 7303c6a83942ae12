"""What a tuning leaves: a posterior, its best point, a page that says how far to trust it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.errors import BadInput
from experiments.figures.style import save, styled
from experiments.record.measurement import rows_of
from experiments.results.provenance import origin
from experiments.tuning.convergence import convergence_text
from experiments.tuning.figures import prior_and_posterior
from experiments.tuning.fit import Fit
from experiments.tuning.likelihood import LUCKS
from scenarios.parameters import load_parameters
from scenarios.posterior import FOLDER, MADE_FROM

Floats = NDArray[np.float64]
POSTERIOR, BEST, PAGE, DIAGNOSTICS = (
    "posterior.parquet", "best.yaml", "identified.md", "parameters.csv",
)  # fmt: skip
LEARNED, SOMEWHAT = 0.6, 0.85
"""Posterior spread over prior spread: below the first a parameter is identified."""
OUTER, PRESSED = 0.05, 0.2
"""A posterior presses against an end of its range: the outer part of it, and the mass in there."""
TRIANGLES = 12**0.5 / 2**0.5
"""Range over standard deviation of what worlds draw, were the value in its middle."""


def refuse_others(folder: Path, own: str) -> None:
    """Refuse a folder that holds things, and among them none that match `own`."""
    if folder.is_file():
        raise BadInput(f"{folder} is a file; expected a folder")
    if folder.is_dir() and any(folder.iterdir()) and not any(folder.glob(own)):
        raise BadInput(f"{folder} holds other things; expected a folder of its own")


def write(fit: Fit, folder: Path, history: Path | None = None) -> None:
    """Write posterior, best point, diagnostics and page of a tuning."""
    folder.mkdir(parents=True, exist_ok=True)
    write_posterior(fit, folder / POSTERIOR)
    (folder / BEST).write_text(best_file(fit), encoding="utf-8")
    learned(fit).to_csv(folder / DIAGNOSTICS, index=False)
    (folder / PAGE).write_text(page(fit, history), encoding="utf-8")
    with styled():
        figure = prior_and_posterior(fit)
        save(figure, folder / "figures", "prior_and_posterior")


def write_posterior(fit: Fit, file: Path) -> None:
    """Write the members: a column a leaf, a row a member; float64, so that they stay in range."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(sorted(fit.members.items())))
    told = {"crossroads": "posterior", "until": str(fit.until), "made_from": made_from(fit)}
    fresh = file.with_suffix(".tmp")
    pq.write_table(table.replace_schema_metadata(told), fresh, compression="zstd")
    fresh.replace(file)


def ship(fit: Fit, folder: Path = FOLDER) -> None:
    """Write the members where worlds draw them from by default, to six digits."""
    names, leaves = sorted(fit.members), load_parameters().leaves

    def cell(name: str, value: float) -> str:
        short, leaf = f"{value:.6g}", leaves[name]
        return short if leaf.low <= float(short) <= leaf.high else repr(float(value))

    rows = zip(*([cell(n, value) for value in fit.members[n]] for n in names), strict=True)
    quality = (
        f"Largest R-hat {fit.diagnostics['r_hat'].max():.3f}; weighted draws worth "
        f"{fit.effective:.0f}; yearly surprises inside 90 %: "
        + ", ".join(f"{name} {inside:.0%}" for name, inside in fit.coverage.items())
    )
    lines = [f"{MADE_FROM}{made_from(fit)} {quality}", ",".join(names), *map(",".join, rows)]
    fresh = folder / f"{fit.until}.tmp"
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(fresh.with_suffix(".csv"))


def best_file(fit: Fit) -> str:
    """The best point as a parameters file."""
    head = f"# Best point of a tuning to the record up to {fit.until}; use with --parameters.\n"
    return head + "".join(f"{name}: {float(value)!r}\n" for name, value in sorted(fit.best.items()))


def made_from(fit: Fit, history: Path | None = None) -> str:
    """From which data and code the tuning was made, in a sentence."""
    found = origin()
    code = found.get("commit") or found.get("version") or "unknown"
    first, last = fit.figures["year"].min(), fit.figures["year"].max()
    files = "scenarios/history/observations.csv" + (f" and {history.name}" if history else "")
    return f"{len(fit.figures)} figures of {first} to {last} ({files}) and code state {code}."


def learned(fit: Fit) -> pd.DataFrame:
    """A row a parameter: its range, the posterior, and how much narrower it is than the prior."""
    leaves, rows = load_parameters().leaves, []
    known = fit.diagnostics.set_index("leaf")
    for name, values in fit.members.items():
        leaf = leaves[name]
        low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
        agreed = dict(known.loc[name]) if name in known.index else {}
        rows.append(
            {"leaf": name, "shipped": leaf.value, "low": leaf.low, "high": leaf.high,
             "q05": low, "median": middle, "q95": high, "best": fit.best[name],
             "narrowing": float(values.std() * TRIANGLES * 2 / (leaf.high - leaf.low)),
             "r_hat": agreed.get("r_hat", np.nan), "effective": agreed.get("effective", np.nan),
             "tail": agreed.get("tail", np.nan), "pressed": pressed(values, leaf.low, leaf.high)}
        )  # fmt: skip
    return pd.DataFrame(rows)


def pressed(values: Floats, low: float, high: float) -> str:
    """Against which end of its range a posterior presses: `low`, `high`, both or none."""
    unit = (values - low) / (high - low)
    ends = {"low": (unit < OUTER).mean(), "high": (unit > 1 - OUTER).mean()}
    return " and ".join(name for name, mass in ends.items() if mass > PRESSED)


def page(fit: Fit, history: Path | None = None) -> str:
    """The page of a tuning, in Markdown."""
    table = learned(fit)
    left = ", ".join(table[table["narrowing"] > SOMEWHAT]["leaf"]) or "none"
    ends = table[table["pressed"] != ""]
    slopes = ", ".join(f"{k} {each.mean():.2f}" for k, each in fit.slopes.items()) or "none"
    parts = [
        f"# Tuned to the record up to {fit.until}",
        made_from(fit, history),
        (
            f"Nothing after {fit.until} was used. What follows describes the fit. It is not skill: "
            "`crossroads backtest` and `crossroads score` judge forecasts of what was not used."
        ),
        "## What the record identifies",
        _table(table[table["narrowing"] < LEARNED]),
        "## What it narrows a little",
        _table(table[table["narrowing"].between(LEARNED, SOMEWHAT)]),
        "## What it leaves open",
        (
            f"Of the parameters that move anything on record: {left}. All others move nothing on "
            "record by much: they keep their ranges, and what rests on them is judgement."
        ),
        "## What presses against the end of its range",
        ", ".join(f"{row.leaf} ({row.pressed})" for row in rows_of(ends)) or "Nothing.",
        "## Convergence",
        _converged(fit),
        "## Luck",
        _luck(fit),
        "## Links",
        f"Slopes of links that need only rise, whose levels are free: {slopes}.",
    ]
    return "\n\n".join(parts) + "\n"


def _converged(fit: Fit) -> str:
    """Say how well chains agree, and what their draws are worth to the model itself."""
    return (
        f"Chains on the emulator {convergence_text(fit.diagnostics)}. The model itself weighed "
        f"draws of them, which are worth {fit.effective:.0f} independent ones; the emulator's "
        f"log-likelihood was off by {fit.misjudged:.2f} (half the central 68 %)."
    )


def _luck(fit: Fit) -> str:
    """Say how large surprises are, series by series, and how many lie where they should."""
    luck = {name: [LUCKS[place][1] for place in places] for name, places in fit.lucks.items()}
    each = (f"{n} {np.median(luck[n]):.3f}, {inside:.0%}" for n, inside in fit.coverage.items())
    said = "A quarter's surprise, and the part of yearly surprises of the fit inside 90 %: "
    return f"{said}{'; '.join(each)}."


def _table(table: pd.DataFrame) -> str:
    if table.empty:
        return "Nothing."
    head = "| parameter | range | shipped | 5 % | median | 95 % | spread left |\n|-|-|-|-|-|-|-|\n"
    return head + "\n".join(
        f"| {row.leaf} | {row.low:.4g}–{row.high:.4g} | {row.shipped:.4g} | {row.q05:.4g} "
        f"| {row.median:.4g} | {row.q95:.4g} | {row.narrowing:.0%} |"
        for row in rows_of(table.sort_values("narrowing"))
    )
