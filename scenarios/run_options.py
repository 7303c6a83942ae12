"""What may be asked of a run, whoever asks: the command line, Python or an experiment file."""

from __future__ import annotations

from numbers import Integral
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from scenarios.counts import BOUNDS, expected
from scenarios.quarters import INTERVALS, Every
from scenarios.reading import described
from scenarios.shapes import Checked, Quarter, Strict, is_text, some, word, wrong
from scenarios.vocabulary import FREE, GONE_THROUGH, TABLES


def _count(name: str) -> Checked:
    """The type of a whole number within its bounds; NumPy's become Python's."""
    least, most = BOUNDS[name]

    def check(value: object) -> object:
        whole = isinstance(value, Integral) and not isinstance(value, bool)
        value = int(value) if whole else value  # type: ignore[call-overload]
        if wanted := expected(value, least, most):
            raise wrong(f"expected {wanted}, got {described(value)}")
        return value

    return Checked(check, {"type": "integer", "minimum": least, "maximum": most})


def _name_or_path(value: object) -> object:
    if isinstance(value, Path):
        return value
    if not isinstance(value, str):
        raise wrong(f"expected a name or a path, got {described(value)}")
    return is_text(value)


NameOrPath = Annotated[str | Path | None, Checked(_name_or_path, {"type": "string"})]


class RunOptions(Strict):
    """What shapes the numbers of a run; descriptions are the command line's help."""

    worlds: Annotated[int | None, _count("worlds")] = Field(
        default=None, description="Worlds in each scenario (500)."
    )
    seed: Annotated[int, _count("seed")] = Field(
        default=0, description="Seed of all random draws (0)."
    )
    until: Quarter = Field(default="2035-Q4", description="Last quarter to simulate (2035-Q4).")
    record_from: Quarter = Field(
        default="2024-Q1", description="First quarter to record (2024-Q1)."
    )
    every: Annotated[Every, word(INTERVALS, "interval")] = Field(
        default="quarter", description="How often to record (quarter)."
    )
    tables: Annotated[
        tuple[Annotated[str, word(TABLES, "table")], ...],
        Field(strict=False),
        BeforeValidator(some),
    ] = Field(default=TABLES, description="Tables to write (influence,states,region).")
    extras: Annotated[
        tuple[Annotated[str | Path, Checked(_name_or_path, {"type": "string"})], ...],
        Field(strict=False),
    ] = Field(
        default=(),
        description="Add a state or power: azerbaijan, turkiye, or a folder of your own.",
        json_schema_extra={"option": "--with", "metavar": "NAME|DIR"},
    )
    points: Annotated[int | None, _count("points")] = Field(
        default=None, description="Points of the design (of each range: a grid)."
    )
    replicates: Annotated[int | None, _count("replicates")] = Field(
        default=None, description="Worlds at each point."
    )
    design: NameOrPath = Field(
        default=None,
        description="sobol, lhs, grid, or a table of points, CSV or Parquet (sobol).",
    )
    record: Annotated[str | None, word((FREE, GONE_THROUGH), "record")] = Field(
        default=None, description="Whether worlds follow the observed record."
    )
    record_until: Annotated[int | None, _count("record_until")] = Field(
        default=None,
        description="Use no figure or posterior later than this year.",
    )
