"""A comparison of two scenarios as people and programs read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from typing import Any

from experiments.answers.channels import INTERACTION, SPLIT, TOTAL
from experiments.answers.comparison import SHARE, Comparison, changes
from experiments.answers.headlines import not_covered
from experiments.answers.outcomes import SMALL, Change, precision
from experiments.answers.robustness import counted
from experiments.answers.tables import Lines, as_text, fits, print_table, write_workbook
from experiments.errors import BadInput
from experiments.printing import say
from experiments.results.estimates import minus
from experiments.results.reading import Results
from experiments.results.text import capital, of_worlds, quoted
from scenarios.lists import listed
from scenarios.vocabulary import POWER_NAMES, STATE_NAMES

Row = dict[Any, Any]
FEW = 3
"""Outcomes that the first sentence names."""
RANKED = 20
"""Rows of the ranking in JSON."""
PLURAL = {"remittances", "bargaining terms"}
"""Outcomes that are several."""
HEADS = ("change", "5–95 % of worlds", "mean ±")
LEGEND = (
    "change: mean over worlds; then the range of nine worlds in ten; ±: 95 % interval of the mean"
)


def print_comparison(found: Comparison) -> None:
    """Print a comparison: levels, changes, channels; what moves, where, and how surely."""
    rows: list[Row] = found.levels.to_dict("records")
    first = rows[0]
    where = STATE_NAMES[first["state"]] if first["state"] else "the region as a whole"
    names = [quoted(found.titles[each]) for each in (found.scenario, found.against)]
    title = f"{' minus '.join(names)}: {where}, {first['quarter']}, {of_worlds(found.worlds)}"
    heads = ["", found.scenario, found.against, *HEADS, "unit", "clear from"]
    lines: Lines = [(each["outcome"], _cells(each)) for each in rows]
    if not fits(heads, lines):  # of a narrow terminal the dates are let go, never the numbers
        heads, lines = heads[:-1], [(name, cells[:-1]) for name, cells in lines]
    print_table(f"{title}\n{LEGEND}", heads, lines)
    if first["state"] is None and (several := _channel_lines(found)):
        run = max(each.effect.worlds for of in found.channels.values() for each in of)
        part = "the world" if run == 1 else f"{run:,} of {found.worlds:,} worlds"
        print_table(f"Each change alone, at the end, run again in {part}", ["", *HEADS], several)
    say(["", *sentences(found)])


def _cells(row: Row) -> list[str]:
    """Return what is shown of an outcome: levels, change, range, precision, unit, since when."""
    digits = 1 if row["unit"].startswith("%") else 3
    over = "" if row["unit"] == SHARE else f"{row['q05']:+.{digits}f} to {row['q95']:+.{digits}f}"
    cells = [
        *(f"{row[name]:.{digits}f}" for name in ("level", "reference")),
        f"{row['change']:+.{digits}f}",
        over,
        precision(row["high"] - row["change"], digits),
        row["unit"],
    ]
    return [*map(minus, cells), row["since"] or ""]


def _channel_lines(found: Comparison) -> Lines:
    """Return what each change does alone, below each outcome that is split."""
    lines: list[tuple[str, list[str]]] = []
    for outcome, several in found.channels.items():
        if outcome.label not in SPLIT or len(several) <= len((TOTAL, INTERACTION)) + 1:
            continue  # one change alone is the whole
        lines.append((f"{outcome.label} ({outcome.unit})", []))
        for each in several:
            name = each.name if each.name in {TOTAL, INTERACTION} else f"{each.name} alone"
            half = outcome.scale * each.effect.half
            cells = [
                minus(f"{outcome.scale * each.effect.value:+.1f}"),
                each.effect.range(outcome.scale),
                precision(half, 1),
            ]
            lines.append((f"  {name}", cells))
    return lines


def sentences(found: Comparison) -> list[str]:
    """Say what differs, where most, whether directions survive, and what worlds share."""
    said = (_differs(found), _moved_most(found), _robust(found), found.shared)
    return [minus(each) for each in said if each]


def _single(found: Comparison) -> bool:
    """Whether worlds are of one draw of luck, which gives no interval."""
    return bool(found.over_time["low"].isna().all())


def _differs(found: Comparison) -> str:
    """Say how many outcomes differ clearly, and which most, as they are in the first scenario."""
    rows: list[Row] = found.levels.to_dict("records")
    name, other = (quoted(found.titles[each]) for each in (found.scenario, found.against))
    if _single(found):
        draws = "One world" if found.worlds < 2 else "One draw of luck"  # noqa: PLR2004
        return f"{draws} gives no interval: no change under {name} can be told from luck."
    clear = [row for row in rows if row["since"]]
    clear.sort(key=lambda row: -abs(row["change"]) * (1 if row["unit"].startswith("%") else 100))
    if not clear:
        return f"{name} does not differ from {other} by more than luck could."
    parts = [_in_words(row) for row in clear[:FEW]]
    count = f"{len(clear)} of {len(rows)} outcomes differ clearly"
    return f"{count}: under {name}, {listed(parts)} than under {other}."


def _in_words(row: Row) -> str:
    """Say what is higher or lower than in the other scenario, and by how much.

    >>> _in_words({"outcome": "bargaining terms", "change": -0.051, "unit": "0.5 to 1"})
    'bargaining terms are 0.051 lower (on a scale of 0.5 to 1)'
    >>> _in_words({"outcome": "Russia leads", "change": 6.4, "unit": "% of worlds"})
    'Russia leads in more worlds (by 6.4 points)'
    """
    what, change, unit = row["outcome"], float(row["change"]), row["unit"]
    if unit == SHARE:
        return f"{what} in {'more' if change > 0 else 'fewer'} worlds (by {abs(change):.1f} points)"
    by = f"{abs(change):.1f} points" if unit.startswith("%") else f"{abs(change):.3f}"
    scale = "" if unit.startswith("%") else f" (on a scale of {unit})"
    verb = "are" if what in PLURAL else "is"
    return f"{what} {verb} {by} {'higher' if change > 0 else 'lower'}{scale}"


def _moved_most(found: Comparison) -> str:
    """Say which reliance of which state moves most, and how to see that state."""
    if not len(found.ranking) or found.levels["state"].notna().any():
        return ""
    clear = found.ranking[
        (100 * found.ranking["change"].abs() >= SMALL)
        & (_single(found) | (found.ranking["low"] > 0) | (found.ranking["high"] < 0))
    ]
    if not len(clear):
        return ""
    first = clear.iloc[0]
    mean, half = float(first["change"]), float(first["high"] - first["change"])
    size = Change(mean, half, float(first["q05"]), float(first["q95"]), found.worlds)
    return (
        f"The reliance that moves most by the end is that of {STATE_NAMES[first['state']]} on "
        f"{POWER_NAMES[first['power']]} in {first['domain']}: {size.said('points')}; "
        f"see --state {first['state']}."
    )


def _robust(found: Comparison) -> str:
    """Say how many directions survive the spread of judgement, and which do not."""
    standings = [each.standing for each in found.robust.values()]
    if not standings or _single(found):
        return ""
    why = " (why: --json)" if {"falls", "close", "tie"} & set(standings) else ""
    tail = f" {said}" if (said := not_covered(found.fixed)) else ""
    return f"Robust? {capital(counted(standings, 'directions of change'))}{why}.{tail}"


def write_table(
    results: Results, found: Sequence[Comparison], kind: str, folder: Path | None
) -> None:
    """Print comparisons as a table (csv, md, latex), or write it into a folder, xlsx always so."""
    table = changes(results, found)
    if folder is None:
        if kind == "xlsx":
            raise BadInput("--format xlsx: name a folder for the file, --to DIR")
        print(as_text(table, kind), end="")
        return
    folder.mkdir(parents=True, exist_ok=True)
    names = [*(each.scenario for each in found), found[0].against]
    path = folder / f"compare_{'_'.join(names)}.{ {'latex': 'tex'}.get(kind, kind) }"
    if kind == "xlsx":
        write_workbook(path, {"changes": table})
    else:
        path.write_text(as_text(table, kind), encoding="utf-8")
    print(path)


def as_data(found: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON has it: words, the last quarter, rankings, channels, levels."""
    last = found.over_time[found.over_time["quarter"] == found.over_time["quarter"].max()]
    return {
        "scenario": found.scenario,
        "against": found.against,
        "words": " ".join(sentences(found)),
        "worlds": found.worlds,
        "shared": found.shared,
        "outcomes": _records(last),
        "ranking": _records(found.ranking.head(RANKED)),
        "states": _records(found.states),
        "channels": {
            outcome.label: [{"channel": each.name, **_numbers(each.effect)} for each in several]
            for outcome, several in found.channels.items()
        },
        "levels": _records(found.levels),
        "robust": {name: asdict(each) for name, each in found.robust.items()},
        "fixed": found.fixed,
    }


def _numbers(effect: Change) -> dict[str, float | None]:
    """Return an effect's numbers; None for ends that one world cannot give."""
    ends = {"low": effect.value - effect.half, "high": effect.value + effect.half}
    whole = {"value": effect.value, **ends, "q05": effect.low, "q95": effect.high}
    known = {name: each if isfinite(each) else None for name, each in whole.items()}
    return known | {"worlds": effect.worlds}


def _records(table: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (a frame)
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", date_format="iso"))
    return records
