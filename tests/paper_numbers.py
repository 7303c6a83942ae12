"""Where every number comes from that `make paper` writes: commands, tables, fields of sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as ds
from paper_pages import (
    facts_page,
    five,
    leaders,
    own_scenario,
    posteriors,
    scores_of,
    sensitivity_page,
    skills,
    speeds,
)
from thumbnails import thumbnails

from experiments import load
from experiments.answers.facts import tally
from experiments.tuning.backtest import ACTUAL, FROZEN
from experiments.tuning.scoring import gathered, summarised
from scenarios.behaviours import ALL, BEHAVIOURS
from scenarios.posterior import load_posterior
from scenarios.vocabulary import STATES

ORIGINS = "2008,2011,2014,2018"
HEADLINES = {
    "levels": "baseline --outcome share:KAZ:CHN --outcome security:TJK:CHN "
    "--outcome joint_dependence --outcome rivalry",
    "freeze": "frozen_ukraine --minus baseline --outcome share:RUS --outcome rivalry",
}
"""Six headlines: four of the baseline in 2035, two of what a freeze changes by then."""
FIRST = "baseline frozen_ukraine afghanistan_instability --record-from 2000-Q1"
RANGES = "--set attention_cost=0.3:0.8 --set world_offer_effect=0.6:1.6"
SMALL = ("library", "first", "five", "facts", "rivals")
"""Parts that a few worlds can show; fits and levers have tests of their own."""


def parts(place: Path, *, small: bool) -> dict[str, str]:
    """Return the command lines by the name of what they make."""
    few = " --worlds 8" if small else ""
    size = " --inputs 4 --base 16" if small else ""
    points = "--points 8 --replicates 2" if small else "--points 64 --replicates 8"
    library = "run scenarios/batches/every_scenario.yaml --quiet --no-cache --out DIR/library"
    return {
        "first": f"run {FIRST}{few} --quiet --no-cache --out DIR/first",
        "five": f"run baseline frozen_ukraine {mine(place)}{few} --quiet --no-cache --out DIR/five",
        "library": library + few,
        "points": f"run baseline {RANGES} {points} --quiet --no-cache --out DIR/points",
        "facts": f"facts --json{few}",
        "backtest": f"backtest --origins {ORIGINS} --horizon 4 --quiet --out DIR/backtest",
        "claims": "claims --to DIR/claims.md",
        **{
            name: f"sensitivity {each}{size} --quiet --out DIR/{name}"
            for name, each in HEADLINES.items()
        },
        "rivals": f"run {' '.join(rivals(place))}{few or ' --worlds 256'} --quiet --no-cache "
        "--out DIR/rivals",
        "bench": "bench --json --rounds 3",
    }


def mine(place: Path) -> Path:
    """Write the scenario of README's five minutes, and return its path."""
    path = place / "mine.yaml"
    path.write_text(own_scenario())
    return path


def rivals(place: Path) -> list[str]:
    """Write each rival behaviour under the baseline and under a freeze as files; name all."""
    found = ["baseline", "frozen_ukraine"]
    (place / "behaviours").mkdir(exist_ok=True)
    for name, whose in BEHAVIOURS.items():
        agent = whose[0] if len(whose) == 1 else ALL
        for base in found[:2]:
            file = place / "behaviours" / f"{name}_{base}.yaml"
            file.write_text(f"title: {name}\nextends: {base}\nbehaviour: {{{agent}: {name}}}\n")
            found.append(str(file))
    return found


FIGURES: dict[str, Callable[[Path], object]] = {
    "first": lambda place: thumbnails(load(place / "first"), place / "figures"),
    "points": lambda place: thumbnails(load(place / "points"), place / "figures", ["response"]),
}
TABLES: dict[tuple[str, str], tuple[str, Callable[[Path], str]]] = {
    ("README.md", "leaders"): ("first", leaders),
    ("README.md", "five"): ("five", five),
    ("docs/tuning.md", "posteriors"): ("first", posteriors),
    ("docs/tuning.md", "skills"): ("backtest", skills),
    ("docs/speed.md", "speeds"): ("bench", speeds),
}
"""Tables of pages: the part that they are made of, and how."""
WHOLE: dict[str, tuple[str, Callable[[Path], str]]] = {
    "docs/claims.md": ("claims", lambda place: (place / "claims.md").read_text("utf-8")),
    "docs/facts.md": ("facts", facts_page),
    "docs/sensitivity.md": ("freeze", sensitivity_page),
}


def numbers(place: Path, wanted: Sequence[str]) -> dict[str, float]:
    """Return the fields of sentences by name, as far as their parts were run."""
    sources = {"facts": _facts, "backtest": _skill, "library": _library, "first": _luck}
    found: dict[str, float] = {}
    for name, source in sources.items():
        if name in wanted:
            found |= source(place)
    wrong = [name for name, value in found.items() if not np.isfinite(value)]
    if wrong:
        raise SystemExit(f"no number: {', '.join(wrong)}")
    return found


def _facts(place: Path) -> dict[str, float]:
    rows = json.loads((place / "facts.txt").read_text(encoding="utf-8"))
    of, hold, asked = map(int, re.findall(r"\d+", tally(rows)))
    return {"facts_of": of, "facts_hold": hold, "facts_asked": asked}


def _skill(place: Path) -> dict[str, float]:
    """Return skill against the walk, by series and drivers, and of trade by origin."""
    scores = scores_of(place)
    found: dict[str, float] = {}
    for row in summarised(scores).itertuples():
        drivers = {ACTUAL: "", FROZEN: "_frozen"}[row.drivers]
        found[f"skill_{row.variable}{drivers}"] = row.walk
        if row.drivers == ACTUAL:
            found |= {f"low_{row.variable}": row.low, f"high_{row.variable}": row.high}
    for row in gathered(scores, ["variable", "drivers", "origin"]).itertuples():
        if row.variable == "trade_share":
            frozen = "_frozen" if row.drivers == FROZEN else ""
            found[f"trade_{int(row.origin)}{frozen}"] = row.skill_walk
    return found


def _luck(_: Path) -> dict[str, float]:
    """Return the middle of what the posterior says of luck."""
    members = {name: float(np.median(each)) for name, each in load_posterior().members.items()}
    found = {
        f"luck_{name.partition('.')[2] or name}": value
        for name, value in members.items()
        if name.startswith(("share_noise", "noise_"))
    }
    size = len(next(iter(load_posterior().members.values())))
    return found | {
        "luck_lost": 1 - found["luck_noise_persistence"],
        "posterior_members": size,
        "posterior_numbers": len(members),
    }


def _library(place: Path) -> dict[str, float]:
    """Return the levels that the limits of the model are told by."""
    found: dict[str, float] = {}
    for column in ("rivalry", "cooperation", "norm", "assertiveness_russia"):
        for scenario in ("baseline", "history_no_war"):
            found[f"{column}_{scenario}"] = mean(place, scenario, column, 2035)
    debt = [mean(place, name, "debt_to_china", 2035) for name in ("baseline", "faster_growth")]
    found["debt_by_growth"] = 100 * (debt[0] - debt[1])
    for state in STATES:
        attacks = "attacks_on_chinese_assets"
        found[f"attacks_{state}"] = mean(place, "baseline", attacks, 2000, 2023, state=state)
        found[f"remittances_{state}"] = mean(place, "baseline", "remittances", 2022, state=state)
        found[f"from_2010_{state}"] = mean(
            place, "history_from_2010", "trade", 2023, state=state, power="CHN"
        )
    late, early = (mean(place, "baseline", "security", y, power="CHN") for y in (2018, 2012))
    return found | {"china_security": late / early}


def mean(place: Path, scenario: str, column: str, first: int, last: int = 0, **of: str) -> float:
    """Return the mean of a column over worlds, years, and the states that are not named."""
    table = _table(place, scenario, "influence" if "power" in of else _of(column))
    years = table["quarter"].between(date(first, 1, 1), date(last or first, 12, 31))
    rows = table[years]
    for key, name in of.items():
        rows = rows[rows[key] == name]
    return float(rows[column].astype(float).mean())


def _of(column: str) -> str:
    states = {"debt_to_china", "attacks_on_chinese_assets", "remittances"}
    return "states" if column in states else "region"


@cache
def _table(place: Path, scenario: str, table: str) -> pd.DataFrame:
    wanted = {
        "influence": ["trade", "security", "state", "power"],
        "states": ["state", "debt_to_china", "attacks_on_chinese_assets", "remittances"],
        "region": ["rivalry", "cooperation", "norm", "assertiveness_russia"],
    }[table]
    files = ds.dataset(place / "library" / table / f"scenario={scenario}", format="parquet")
    return files.to_table(columns=["quarter", *wanted]).to_pandas()
