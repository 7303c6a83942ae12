"""The command that measures speed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson
from experiments.errors import BadInput

Rounds = Annotated[
    int, typer.Option(min=1, help="How often everything is measured; medians are told.")
]
Figure = Annotated[
    Path | None,
    typer.Option(help="Measure how cost grows instead, and draw it into this file."),
]

LINES = {
    "mesa_batch_run_us": "mesa.batch_run, seven numbers collected, two processes",
    "mesa_batch_run_all_us": "mesa.batch_run, everything collected, two processes",
    "batch_us": "crossroads run, everything written, two processes",
    "floor_us": "floor: draws and powers alone, in NumPy",
}
RATIOS = {
    "ratio_to_mesa_batch_run": "times as fast as mesa.batch_run collecting seven numbers",
    "ratio_to_mesa_batch_run_all": "times as fast as mesa.batch_run collecting everything",
    "ratio_to_floor": "floors that a step of 256 worlds takes",
}


def bench(as_json: AsJson = False, rounds: Rounds = 5, figure: Figure = None) -> None:
    """Measure speed against mesa.batch_run and against a floor, on this machine, now."""
    if figure is not None:
        draw_growth(figure, rounds, as_json=as_json)
        return
    from experiments.bench.speed import Bench

    found = Bench(rounds, whole=not as_json).measure()
    if as_json:
        print(json.dumps(found, indent=1))
        return
    print("microseconds a world-quarter")
    for worlds, taken in found["us_per_world_quarter"].items():
        print(f"{taken:9.1f}  {worlds} worlds in a block")
    for name, text in LINES.items():
        print(f"{found[name]:9.1f}  {text}")
    for name, text in RATIOS.items():
        print(f"{found[name]:9.1f}  {text}")
    print(
        f"{found['whole_s']:9.1f}  seconds for a command that runs 10,000 worlds; "
        f"{found['stepping']:.0%} of it is stepping"
    )


def draw_growth(figure: Path, rounds: int, *, as_json: bool) -> None:
    """Measure how cost grows and draw it; BadInput for a file of no kind that figures have."""
    from experiments.bench.scaling import draw, measured
    from experiments.figures.style import FORMATS

    if figure.suffix[1:] not in FORMATS:
        raise BadInput(f"--figure {figure}: expected a name that ends in .{', .'.join(FORMATS)}")
    points = measured(rounds)
    draw(points, figure)
    print(json.dumps(points) if as_json else figure)
