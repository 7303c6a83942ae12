"""What all figures share: the style sheet, pages, titles that state the finding, files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from experiments.figures.palette import INK, SOFT
from experiments.results.reading import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHEET = Path(__file__).with_name("crossroads.mplstyle")
FORMATS = ("png", "svg", "pdf")
TITLE_SIZE, NOTE_SIZE = 13, 7.5
A_LETTER = 0.0080
"""Mean width of a bold letter, in inches a point; plain ones take less."""


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of Crossroads, whatever the user's own settings."""
    from matplotlib import rc_context, rcdefaults

    with rc_context():
        rcdefaults()
        with rc_context(fname=SHEET):
            yield


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure that keeps its parts from overlapping; no screen is needed."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def page(width: float, height: float) -> Iterator[Figure]:
    """Give an empty figure in the style of Crossroads, and lay it out for good in the end."""
    with styled():
        figure = new_figure(width, height)
        yield figure
        lay_out(figure)


def headline(figure: Figure, title: str, note: str = "", results: Results | None = None) -> None:
    """Put the finding on top and, in small print below, what is shown, how and from what."""
    said = f"{note.rstrip()} {rests_on(results)}" if results else note
    width = figure.get_figwidth() - 0.2
    letters = int(width / A_LETTER / TITLE_SIZE)
    figure.suptitle(
        fill(unbroken(title), letters), x=0.008, ha="left", fontsize=TITLE_SIZE, weight="bold",
        color=INK,
    )  # fmt: skip
    if said:
        small = int(width / A_LETTER / NOTE_SIZE * 1.1)
        figure.supxlabel(
            fill(unbroken(said), small), x=0.008, ha="left", fontsize=NOTE_SIZE, color=SOFT,
            linespacing=1.35,
        )  # fmt: skip


def unbroken(text: str) -> str:
    r"""Keep numbers and their signs of per cent on one line.

    >>> unbroken("in 7 % of worlds")
    'in 7\xa0% of worlds'
    """
    return re.sub(r"(?<=\d) %", "\u00a0%", text)


def rests_on(results: Results) -> str:
    """Say how many worlds a figure rests on, and the seed that they come from."""
    failed = f", {len(results.failures)} failed" if len(results.failures) else ""
    seed = results.manifest["inputs"]["seed"]
    return f"{results.size:,} worlds a scenario{failed}, seed {seed}."


def lay_out(figure: Figure) -> None:
    """Give all parts their places, for good: what is added later moves nothing.

    What is drawn inside panels takes no room, so it is not measured: that is most of the work.
    """
    for axes in figure.axes:
        for artist in (*axes.lines, *axes.collections, *axes.patches, *axes.artists):
            artist.set_in_layout(False)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")


def as_percent(axes: Axes, decimals: int = 0) -> None:
    """Write the y axis in per cent."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=decimals, symbol=" %"))


def save(
    figure: Figure, folder: Path, name: str, formats: Sequence[str] = ("png", "svg")
) -> list[Path]:
    """Write a figure in each format and return the files; the same figure gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata: dict[str, dict[str, Any]] = {
        "svg": {"Date": None},
        "pdf": {"CreationDate": None},
        "png": {"Software": None},
    }
    paths = [folder / f"{name}.{each}" for each in formats]
    with styled():
        for path, kind in zip(paths, formats, strict=True):
            figure.savefig(path, metadata=metadata[kind])
    return paths


def plain(name: str) -> str:
    """Return a column's name as people write it.

    >>> plain("debt_to_china")
    'debt to China'
    """
    text = name.replace("_", " ")
    for word in ("china", "russia", "taiwan"):
        text = text.replace(word, word.capitalize())
    return text.replace("chinese", "Chinese").replace("russian", "Russian")
