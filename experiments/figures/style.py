"""What all figures share: the style sheet, pages, titles that state the finding, files."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

from experiments.addresses import MADE_BY, refuse_foreign, refuse_unfit
from experiments.figures.palette import INK, SOFT
from experiments.results.base import sharing
from experiments.results.reading import Results
from experiments.results.text import worlds_of
from experiments.store.folder import whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHEET = Path(__file__).with_name("crossroads.mplstyle")
FORMATS = ("png", "svg", "pdf")
TITLE_SIZE, NOTE_SIZE = 13, 7.5
SIDES = ("left", "right", "bottom", "top")
POINTS = 72
"""To an inch."""
PACKED = 3
"""How hard a PNG is packed, of 9: the usual 6 takes twice as long to make it 2 % smaller."""
SLACK = 0.2
"""Inches by which small print may come out wider than its letters are."""
A_LETTER = 0.0070
"""Mean width of a plain letter, in inches a point; bold ones take more."""


@contextmanager
def styled() -> Iterator[None]:
    """Draw in the style of Crossroads, whatever the user's own settings."""
    import_matplotlib()
    from matplotlib import rc_context

    with catch_warnings(), rc_context(_sheet()):
        filterwarnings("ignore", "Glyph .* missing from font")  # a title of one's own: boxes do
        yield


@cache
def _sheet() -> Any:  # noqa: ANN401 (matplotlib's type names every setting)
    """Return matplotlib's defaults, and the sheet's settings over them."""
    from matplotlib import rc_params_from_file, rcParamsDefault

    usual = {key: each for key, each in rcParamsDefault.items() if not key.startswith("backend")}
    return usual | dict(rc_params_from_file(SHEET, use_default_template=False))


def import_matplotlib() -> None:
    """Import matplotlib, even if MPLBACKEND names a backend that there is not.

    Figures are drawn by Agg into files; a kernel hands its own backend to whatever it starts.
    """
    wished = os.environ.get("MPLBACKEND")
    if wished is None or "matplotlib" in sys.modules:
        return
    os.environ["MPLBACKEND"] = "agg"
    try:
        import matplotlib as mpl
    finally:
        os.environ["MPLBACKEND"] = wished
    with suppress(ValueError):
        mpl.rcParams["backend"] = wished


def new_figure(width: float, height: float) -> Figure:
    """Return an empty figure that keeps its parts from overlapping; no screen is needed.

    Notebooks show it as a picture, whether or not they have been told to draw inline.
    """
    import_matplotlib()
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return figure


def _png(figure: Figure) -> bytes:
    picture = BytesIO()
    with styled():
        figure.savefig(picture, format="png")
    return picture.getvalue()


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
    finding = _filled(title, width, TITLE_SIZE, "bold")
    figure.suptitle(finding, x=0.008, ha="left", fontsize=TITLE_SIZE, weight="bold", color=INK)
    if said:
        figure.supxlabel(
            _filled(said, width - SLACK, NOTE_SIZE), x=0.008, ha="left", fontsize=NOTE_SIZE,
            color=SOFT, linespacing=1.35,
        )  # fmt: skip


def _filled(text: str, width: float, size: float, weight: str = "normal") -> str:
    """Break a text so that its lines take no more than so many inches, as these letters are."""

    def wide(line: str) -> float:
        return size * sum(_wide(letter, weight) for letter in line)

    letters = max(int(width / A_LETTER / size), 1)
    tried = (fill(unbroken(text), each) for each in range(letters, letters // 2, -1))
    return next(
        (lines for lines in tried if max(map(wide, lines.split("\n"))) <= width),
        fill(unbroken(text), letters),
    )


@cache
def _wide(letter: str, weight: str) -> float:
    """Return how many inches a letter of one point takes."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=POINTS, weight=weight)
    both, one = (text_to_path.get_text_width_height_descent(text, font, ismath=False)[0]
                 for text in (f"n{letter}n", "nn"))  # fmt: skip
    return float(both - one) / POINTS**2


def unbroken(text: str) -> str:
    r"""Keep numbers and their signs of per cent on one line.

    >>> unbroken("in 7 % of worlds")
    'in 7\xa0% of worlds'
    """
    return re.sub(r"(?<=\d) %", "\u00a0%", text)


def rests_on(results: Results) -> str:
    """Say how many worlds a figure rests on, and the seed that they come from."""
    seed = results.manifest["inputs"]["seed"]
    said = f"{worlds_of(results)}, seed {seed}. {sharing(results)}"
    return said.rstrip()


def lay_out(figure: Figure) -> None:
    """Give all parts their places, for good: what is added later moves nothing.

    What is drawn inside panels takes no room, so it is not measured: that is most of the work.
    Nor are spines, names of axes that have none, and axes whose labels another panel has.
    """
    hidden = []
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_label_text():
                continue
            axis.set_label_coords(0, 0)  # else it is placed by the labels of all ticks
            shown = axis.get_tick_params()
            if axis.get_visible() and not any(shown.get(f"label{side}") for side in SIDES):
                axis.set_visible(False)
                hidden += [axis] if shown["gridOn"] else []
        inside = (*axes.lines, *axes.collections, *axes.patches, *axes.artists)
        for artist in (*inside, *axes.spines.values()):
            artist.set_in_layout(False)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine(None)  # unlike "none", it spares saving one more drawing
    for axis in hidden:
        axis.set_visible(True)


def as_percent(axes: Axes, decimals: int = 0) -> None:
    """Write the y axis in per cent."""
    from matplotlib.ticker import PercentFormatter

    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=decimals, symbol=" %"))


def save(
    figure: Figure, folder: Path, name: str, formats: Sequence[str] = ("png", "svg")
) -> list[Path]:
    """Write a figure in each format and return the files; the same figure gives the same bytes."""
    refuse_unfit(folder, str(folder))
    paths = [folder / f"{name}.{each}" for each in formats]
    for path in paths:
        refuse_foreign(path)
    folder.mkdir(parents=True, exist_ok=True)
    with styled():
        for path in paths:
            write(figure, path)
    return paths


def write(figure: Figure, path: Path, **how: Any) -> None:  # noqa: ANN401 (as matplotlib takes it)
    """Write a figure to a file, which says that Crossroads made it."""
    kinds: dict[str, dict[str, Any]] = {
        ".svg": {"metadata": {"Date": None, "Creator": MADE_BY}},
        ".pdf": {"metadata": {"CreationDate": None, "Creator": MADE_BY}},
        ".png": {"metadata": {"Software": MADE_BY}, "pil_kwargs": {"compress_level": PACKED}},
    }
    with whole(path) as fresh:
        kind = path.suffix.lower()
        figure.savefig(fresh, format=kind[1:], **kinds[kind], **how)


def plain(name: str) -> str:
    """Return a column's name as people write it.

    >>> plain("debt_to_china")
    'debt to China'
    """
    text = name.replace("_", " ")
    for word in ("china", "russia", "taiwan"):
        text = text.replace(word, word.capitalize())
    return text.replace("chinese", "Chinese").replace("russian", "Russian")
