"""What all figures share: the style sheet, titles that state the finding, labels at line ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.figures.palette import INK, POWER, SOFT
from experiments.reading import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHEET = Path(__file__).with_name("crossroads.mplstyle")
FORMATS = ("png", "svg", "pdf")
TITLE_SIZE, NOTE_SIZE = 13, 7.5
A_LETTER = 0.0080
"""Mean width of a bold letter, in inches a point; plain ones take less."""
LABEL_LETTER, LABEL_LINE = 0.0083, 1.3 / 72
"""Width of a letter and height of a line of a label, in inches a point."""


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


def headline(figure: Figure, title: str, note: str = "") -> None:
    """Put the finding on top and, in small print below, what is shown and how."""
    width = figure.get_figwidth() - 0.2
    letters = int(width / A_LETTER / TITLE_SIZE)
    figure.suptitle(
        fill(title, letters), x=0.008, ha="left", fontsize=TITLE_SIZE, weight="bold", color=INK
    )
    if note:
        small = int(width / A_LETTER / NOTE_SIZE * 1.13)
        figure.supxlabel(
            fill(note, small), x=0.008, ha="left", fontsize=NOTE_SIZE, color=SOFT, linespacing=1.35
        )


def rests_on(results: Results) -> str:
    """Say how many worlds a figure rests on, and the seed that they come from."""
    failed = f", {len(results.failures)} failed" if len(results.failures) else ""
    seed = results.manifest["inputs"]["seed"]
    return f"{results.size:,} worlds a scenario{failed}, seed {seed}."


Ends = dict[str, tuple[float, str]]
"""Text to the height and colour of the line that it names."""


def label_panels(
    figure: Figure,
    panels: Iterable[tuple[Axes, Ends]],
    x: float,
    *,
    size: float = 7.5,
    widen: bool = True,
) -> None:
    """Write names beside the ends of lines at `x`, pushed apart where they would overlap.

    Panels are widened to the right by what the longest name takes, unless there is room already.
    Call it last.
    """
    listed = list(panels)
    lay_out(figure)
    lines = [line for _, ends in listed for text in ends for line in text.splitlines()]
    letters = max((len(line) for line in lines), default=0)
    for axes, ends in listed:
        if widen:
            _widen(figure, axes, x, (letters * LABEL_LETTER * size + 0.08))
        _label(figure, axes, x, ends, size)


def lay_out(figure: Figure) -> None:
    """Give all parts their places, for good: what is added later moves nothing."""
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")


def _widen(figure: Figure, axes: Axes, x: float, inches: float) -> None:
    """Make room for labels right of x without drawing the axis on."""
    width = axes.get_position().width * figure.get_figwidth()
    first = axes.get_xlim()[0]
    axes.set_xlim(first, first + (x - first) * width / max(width - inches, 0.3 * width))
    axes.spines["bottom"].set_bounds(first, x)
    axes.set_xticks([tick for tick in axes.get_xticks() if first <= tick <= x])


def _label(figure: Figure, axes: Axes, x: float, ends: Ends, size: float) -> None:
    from matplotlib.patheffects import withStroke

    low, high = axes.get_ylim()
    height = axes.get_position().height * figure.get_figheight()
    rows = max((text.count("\n") + 1 for text in ends), default=1)
    step = (high - low) * rows * size * LABEL_LINE / max(height, 0.3)
    halo = [withStroke(linewidth=1.6, foreground="white")]
    free = apart({text: at for text, (at, _) in ends.items()}, step)
    for text, at in within(free, step, low + step / 2, high - step / 2).items():
        axes.annotate(
            text,
            (x, at),
            (4, 0),
            textcoords="offset points",
            va="center",
            fontsize=size,
            color=ends[text][1],
            linespacing=1.05,
            path_effects=halo,
            annotation_clip=False,
        )


def line_ends(axes: Axes, names: Mapping[str, str]) -> Ends:
    """Return where the lines end whose labels `names` knows, under the names it gives them."""
    named = [line for line in axes.lines if line.get_label() in names]
    ends = [float(np.asarray(line.get_ydata())[-1]) for line in named]
    return {
        names[str(line.get_label())]: (end, str(line.get_color()))
        for line, end in zip(named, ends, strict=True)
    }


def apart(heights: Mapping[str, float], step: float) -> dict[str, float]:
    """Return heights moved as little as it takes to keep them a step apart.

    >>> apart({"a": 0.0, "b": 0.1, "c": 5.0}, 1.0)
    {'a': -0.45, 'b': 0.55, 'c': 5.0}
    """
    groups: list[list[tuple[str, float]]] = []
    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        groups.append([(name, height)])
        while len(groups) > 1 and _bottom(groups[-1], step) < _top(groups[-2], step) + step:
            groups[-2:] = [groups[-2] + groups[-1]]
    return {
        name: _bottom(group, step) + place * step
        for group in groups
        for place, (name, _) in enumerate(group)
    }


def within(heights: Mapping[str, float], step: float, low: float, high: float) -> dict[str, float]:
    """Return heights that are a step apart moved between two limits, as far as they fit.

    >>> within({"a": -1.0, "b": 0.5, "c": 3.0}, 1.0, 0.0, 9.0)
    {'a': 0.0, 'b': 1.0, 'c': 3.0}
    """
    found, least = {}, low
    for name, height in sorted(heights.items(), key=lambda each: each[1]):
        found[name] = max(height, least)
        least = found[name] + step
    most = high
    for name in reversed(found):
        found[name] = min(found[name], max(most, low)) if most >= low else found[name]
        most = found[name] - step
    return found


def _bottom(group: Sequence[tuple[str, float]], step: float) -> float:
    middle = sum(height for _, height in group) / len(group)
    return middle - step * (len(group) - 1) / 2


def _top(group: Sequence[tuple[str, float]], step: float) -> float:
    return _bottom(group, step) + step * (len(group) - 1)


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


def of_power(axes: Axes, power: str, x: Any, middle: Any, **more: Any) -> None:  # noqa: ANN401
    """Draw a power's line in its stroke."""
    stroke = POWER[power]
    axes.plot(x, middle, color=stroke.colour, ls=stroke.dashes, label=power, **more)


def plain(name: str) -> str:
    """Return a column's name as people write it.

    >>> plain("debt_to_china")
    'debt to China'
    """
    text = name.replace("_", " ")
    for word in ("china", "russia", "taiwan"):
        text = text.replace(word, word.capitalize())
    return text.replace("chinese", "Chinese").replace("russian", "Russian")
