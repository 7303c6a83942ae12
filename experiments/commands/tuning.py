"""Commands about the record and what it teaches: tune, backtest, score."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.addresses import as_path, folder_for
from experiments.commands.options import AsJson
from experiments.errors import BadInput, wrong_count
from scenarios.vocabulary import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from experiments.tuning.backtest import Judged

History = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Observations to add to the shipped record.")
]
Workers = Annotated[int | None, typer.Option(help="Local processes (one per core).")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]
SCORES = "scores.csv"
Seed = Annotated[
    int,
    typer.Option(min=0, help="Whole number; the same one repeats the same worlds."),
]


def tune(
    *,
    out: Annotated[Path, typer.Option(metavar="DIR")] = Path("results/tuning"),
    until: Annotated[
        int | None, typer.Option(help="Last year whose figures are used. [default: all]")
    ] = None,
    history: History = None,
    points: Annotated[int, typer.Option(help="Points of the prior, and draws weighed.")] = 768,
    keep: Annotated[int, typer.Option(help="Parameters to tune, the most influential.")] = 40,
    steps: Annotated[int, typer.Option(help="Steps of each chain.")] = 2400,
    chains: Annotated[int, typer.Option(help="Independent chains.")] = 32,
    ship: Annotated[
        bool, typer.Option("--ship", help="Make it a posterior that travels with the project.")
    ] = False,
    seed: Seed = 0,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Fit parameters to the record: a minute or two."""
    from experiments.tuning import outputs
    from experiments.tuning.fit import Budget, fitted

    least_of(points=(points, 64), keep=(keep, 2), steps=(steps, 20), chains=(chains, 2))
    figures = _figures(history)
    last = int(figures["year"].max()) if until is None else until
    _within_record(figures, last)
    out = folder_for(out, "--out") or out
    outputs.refuse_others(out, outputs.POSTERIOR)
    budget = Budget(points=points, keep=keep, steps=steps, chains=chains)
    with workers_of(workers) as executor:
        fit = fitted(figures, last, budget, executor=executor, quiet=quiet, seed=seed)
    outputs.write(fit, out, history)
    if ship:
        outputs.ship(fit)
    print((out / outputs.PAGE).read_text(encoding="utf-8"))


def backtest(
    *,
    history: History = None,
    origins: Annotated[str, typer.Option(help="Years, commas between.")] = "2008,2011,2014,2018",
    horizon: Annotated[int, typer.Option(help="Years ahead.")] = 4,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep scores and figures here.")
    ] = None,
    steps: Annotated[int, typer.Option(help="Steps of each chain, for each origin.")] = 2400,
    as_json: AsJson = False,
    seed: Seed = 0,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Tune on what came before each origin, forecast what came after, score it."""
    from experiments.tuning.backtest import backtested
    from experiments.tuning.fit import Budget
    from experiments.tuning.outputs import refuse_others
    from experiments.tuning.scoring import records

    years = _years(origins)
    least_of(horizon=(horizon, 1), steps=(steps, 20))
    figures = _figures(history)
    for year in years:
        _within_record(figures, year)
    if min(years) >= (last := int(figures["year"].max())):
        raise BadInput(f"--origins {origins}: nothing is on record after {last}")
    if out is not None:
        out = folder_for(out, "--out") or out
        refuse_others(out, SCORES)
    with workers_of(workers) as executor:
        found = backtested(
            figures, years, horizon, Budget(steps=steps), executor=executor, quiet=quiet, seed=seed
        )
    if found.scores.empty:
        raise BadInput(f"nothing is on record within {horizon} years after {origins}")
    if out is not None:
        _keep(found, out)
    if as_json:
        print(json.dumps(records(found.scores), indent=1))
    else:
        from experiments.tuning.score_text import backtest_text

        print(backtest_text(found))


def score(
    *,
    history: History = None,
    parameters: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="As for run. [default: the shipped posterior that does not know the period]",
        ),
    ] = None,
    first: Annotated[int, typer.Option("--from", metavar="YEAR")] = 2016,
    last: Annotated[int, typer.Option("--to", metavar="YEAR")] = 2024,
    worlds: Annotated[int, typer.Option(help="Draws that a forecast is made of.")] = 512,
    as_json: AsJson = False,
    seed: Seed = 0,
    workers: Workers = None,
    quiet: Quiet = False,
) -> None:
    """Score given parameters against a period of the record, without tuning."""
    from experiments.progress import progress
    from experiments.tuning.backtest import members_of, scored_period
    from experiments.tuning.score_text import score_text
    from experiments.tuning.scoring import records

    least_of(worlds=(worlds, 20))
    if not FIRST_YEAR < first <= last <= LAST_YEAR:
        raise BadInput(f"--from {first} --to {last}: expected years after 2000, in order")
    figures = _figures(history)
    members = members_of(parameters, first)
    with workers_of(workers) as executor, progress("score", worlds, quiet=quiet) as advance:
        found = scored_period(
            figures, members, first, last, executor=executor, worlds=worlds, seed=seed,
            advance=advance,
        )  # fmt: skip
    if found.scores.empty:
        raise BadInput(f"no series on record goes on from before {first} to {first}-{last}")
    if as_json:
        print(json.dumps(records(found.scores), indent=1))
    else:
        print(score_text(found, parameters, first, last))


def _figures(history: Path | None) -> pd.DataFrame:
    from experiments.record.measurement import left_out, observed
    from experiments.record.observations import load_record, read_rows

    own = None if history is None else as_path(history, "--history")
    record = load_record(own)
    for line in [] if own is None else left_out(read_rows(own)):
        print(f"{history}: not compared: {line}", file=sys.stderr)
    return observed(record)


def _within_record(figures: pd.DataFrame, year: int) -> None:
    """Refuse a year before which there is hardly anything to tune on."""
    first = int(figures["year"].min())
    if not first + 3 <= year <= LAST_YEAR:
        raise BadInput(f"{year}: the record begins in {first}; expected {first + 3} or later")


def _years(text: str) -> list[int]:
    from experiments.record.observations import is_year

    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts or not all(map(is_year, parts)):
        raise BadInput(f"--origins '{text}': expected years such as 2008,2011,2014")
    if len(set(parts)) < len(parts):
        raise BadInput(f"--origins '{text}': a year stands there twice")
    return [int(part) for part in parts]


def least_of(**given: tuple[int, int]) -> None:
    """Refuse numbers that are too small: name=(value, least)."""
    for name, (value, least) in given.items():
        if value < least:
            raise BadInput(f"--{name} {value}: expected {least} or more")


def known(value: str, names: tuple[str, ...], option: str) -> None:
    """Refuse a word that is none of those expected."""
    from scenarios.faults import nearest

    if value not in names:
        raise BadInput(f"{option}: unknown '{value}'; {nearest(value, names)}")


@contextmanager
def workers_of(workers: int | None) -> Iterator[Executor | None]:
    """Local processes, or none when one is asked for."""
    from experiments.batch.executors import cores, local_workers

    count = workers if workers is not None else cores()
    if wrong := [*wrong_count("--workers", count, 1)]:
        raise BadInput(*wrong)
    if count == 1:
        yield None
        return
    with local_workers(count) as executor:
        yield executor


def _keep(found: Judged, out: Path) -> None:
    """Write scores, corrections and the reliability figure."""
    from experiments.figures.style import save, styled
    from experiments.tuning.figures import reliability

    out.mkdir(parents=True, exist_ok=True)
    found.scores.to_csv(out / SCORES, index=False)
    found.corrections.to_csv(out / "corrections.csv", index=False)
    with styled():
        figure = reliability(found.scores)
        save(figure, out / "figures", "reliability")
