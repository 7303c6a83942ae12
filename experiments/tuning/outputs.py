"""What a tuning leaves in its folder, and the shipped posteriors."""

from __future__ import annotations

from concurrent.futures import Executor
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.record.measurement import load_measurement
from experiments.results.provenance import origin
from experiments.tuning import figures as pictures
from experiments.tuning.fit import Fit
from experiments.tuning.forecasting import corrections
from experiments.tuning.hindcast import hindcast_of, predict_worlds
from experiments.tuning.page import learned, written
from scenarios.posterior import FOLDER, MADE_FROM

POSTERIOR, BEST, PAGE, DIAGNOSTICS = (
    "posterior.parquet", "best.yaml", "identified.md", "parameters.csv",
)  # fmt: skip
WORLDS = 512


def write(fit: Fit, record: pd.DataFrame, folder: Path, executor: Executor | None = None) -> None:
    """Write posterior, best point, diagnostics, page and figures of a tuning."""
    folder.mkdir(parents=True, exist_ok=True)
    write_posterior(fit, folder / POSTERIOR)
    (folder / BEST).write_text(best_file(fit), encoding="utf-8")
    learned(fit).to_csv(folder / DIAGNOSTICS, index=False)
    tools = load_measurement().instruments
    used = np.array([tools[name].fit for name in record["variable"]])
    shown = record[used].reset_index(drop=True)
    worlds = predict_worlds(hindcast_of(shown, seed=1), fit.members, WORLDS, executor)
    moved = corrections(shown, worlds, fit.slopes, fit.until)
    (folder / PAGE).write_text(written(fit, moved, made_from(fit)), encoding="utf-8")
    pictures.draw(fit, shown, worlds, folder / "figures")


def write_posterior(fit: Fit, file: Path) -> None:
    """Write the members: a column a leaf, a row a member; float64, so that they stay in range."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(dict(sorted(fit.members.items())))
    told = {"crossroads": "posterior", "until": str(fit.until), "made_from": made_from(fit)}
    table = table.replace_schema_metadata(told)
    fresh = file.with_suffix(".tmp")
    pq.write_table(table, fresh, compression="zstd")
    fresh.replace(file)


def ship(fit: Fit, folder: Path = FOLDER) -> None:
    """Write the members where worlds draw them from by default, to six digits."""
    names = sorted(fit.members)
    fresh = folder / f"{fit.until}.tmp"
    members = np.stack([fit.members[name] for name in names], axis=1)
    head = f"{MADE_FROM}{made_from(fit)}\n{','.join(names)}"
    np.savetxt(fresh, members, "%.6g", ",", header=head, comments="")
    fresh.replace(fresh.with_suffix(".csv"))


def best_file(fit: Fit) -> str:
    """The best point as a parameters file."""
    head = f"# Best point of a tuning to the record up to {fit.until}; use with --parameters.\n"
    return head + "".join(f"{name}: {float(value)!r}\n" for name, value in sorted(fit.best.items()))


def made_from(fit: Fit) -> str:
    """From which data and code the tuning was made, in a sentence."""
    found = origin()
    code = found.get("commit") or found.get("version") or "unknown"
    first, last = fit.figures["year"].min(), fit.figures["year"].max()
    return (
        f"{len(fit.figures)} figures of {first} to {last} "
        f"(scenarios/history/observations.csv) and code state {code}."
    )
