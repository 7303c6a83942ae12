"""Tables as people read them: on terminals, into pipes, and as files for other programs."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.errors import BadInput
from scenarios.faults import nearest

if TYPE_CHECKING:
    import pandas as pd

Lines = Sequence[tuple[str, Sequence[str]]]
"""Lines of a table: a name, and the cells that follow; a name without cells heads what is below."""
PIPE = 100
"""Columns that a table may take where no terminal says how many there are."""
BETWEEN = 2
FORMATS = ("table", "csv", "xlsx", "md", "latex")
FORMULA = ("=", "+", "-", "@")
"""What a text may not begin with in a spreadsheet, which would compute it."""
WIDEST = 60
LATEX = str.maketrans({"%": r"\%", "&": r"\&", "_": r"\_", "#": r"\#", "$": r"\$"})


def room() -> int:
    """Return how many columns there are."""
    if not sys.stdout.isatty():
        return PIPE
    from rich.console import Console  # slow to import

    return Console().width


def width(heads: Sequence[str], lines: Lines) -> int:
    """Return how wide a table is."""
    widths = _widths(heads, lines)
    return max(sum(widths) + BETWEEN * (len(widths) - 1), *(len(name) for name, _ in lines))


def fits(heads: Sequence[str], lines: Lines) -> bool:
    """Tell whether a table needs no folding; into a pipe none does."""
    return not sys.stdout.isatty() or width(heads, lines) <= room()


def _widths(heads: Sequence[str], lines: Lines) -> list[int]:
    rows = [heads, *([name, *cells] for name, cells in lines if cells)]
    return [max(map(len, cells)) for cells in zip_longest(*rows, fillvalue="")]


def aligned(heads: Sequence[str], lines: Lines) -> list[str]:
    """Return a table as lines of text, its columns below each other.

    >>> aligned(["", "share"], [("Kazakhstan", ()), ("  baseline", ("78 %",))])
    ['            share', 'Kazakhstan', '  baseline  78 %']
    """
    widths, rows = _widths(heads, lines), [heads, *([name, *cells] for name, cells in lines)]
    between = " " * BETWEEN
    padded = ((cell.ljust(size) for cell, size in zip(row, widths, strict=False)) for row in rows)
    return [line for row in padded if (line := between.join(row).rstrip())]


def print_table(title: str, heads: Sequence[str], lines: Lines) -> None:
    """Print a table: as plain lines into a pipe, with bold heads and folded on a terminal."""
    print("", title, sep="\n")
    if not sys.stdout.isatty():
        print(*aligned(heads, lines), sep="\n")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, BETWEEN, 0, 0), header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for name, cells in lines:
        table.add_row(name, *cells, style=None if cells or name.startswith(" ") else "bold")
    Console(highlight=False, markup=False, emoji=False).print(table)


def format_of(name: str) -> str:
    """Return the name of a format that a table can be written in; BadInput for another."""
    if name in FORMATS:
        return name
    raise BadInput(f"--format: no '{name}'; {nearest(name, FORMATS)}")


def as_text(frame: pd.DataFrame, kind: str) -> str:
    """Return a table as `csv` (six digits), or as `md` or `latex` (rounded, for a page)."""
    if kind == "csv":
        return frame.to_csv(index=False, float_format="%.6g")
    heads, rows = [str(name).replace("_", " ") for name in frame], _cells(frame)
    if kind == "latex":
        body = [" & ".join(cell.translate(LATEX) for cell in row) for row in [heads, *rows]]
        begin = rf"\begin{{tabular}}{{{'l' * len(heads)}}}"
        return "\n".join([begin, *(rf"{line} \\" for line in body), r"\end{tabular}", ""])
    rule = ["---"] * len(heads)
    return "".join(f"| {' | '.join(row)} |\n" for row in [heads, rule, *rows])


def _cells(frame: pd.DataFrame) -> list[list[str]]:
    """Return a table's cells as texts: numbers rounded to what they can mean."""
    return [
        [f"{each:.3g}" if isinstance(each, float) else str(each) for each in row]
        for row in frame.fillna("").itertuples(index=False)
    ]


def write_workbook(path: Path, sheets: dict[str, pd.DataFrame]) -> None:
    """Write tables as sheets of an Excel file, numbers formatted; texts are never formulas."""
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as book:
        for name, frame in sheets.items():
            add_sheet(book, name, frame)


def add_sheet(book: pd.ExcelWriter, name: str, frame: pd.DataFrame) -> None:
    """Add a table as a sheet: frozen head, filters, wide columns; texts are never formulas."""
    frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))
    sheet: Any = book.sheets[name]
    sheet.auto_filter.ref = sheet.dimensions
    for column in sheet.columns:
        longest = max(len(each.value) if isinstance(each.value, str) else 8 for each in column)
        sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, WIDEST)
        for cell in column:
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.quotePrefix = cell.value.startswith(FORMULA)
            elif isinstance(cell.value, float):
                cell.number_format = "0.000" if abs(cell.value) < 1 else "0.0"
