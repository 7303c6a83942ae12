"""What the answering commands say of folders whose numbers are frozen: `python tests/golden.py`.

A folder is run, its numbers are then replaced by drawn ones that no rule of the model moves: what
a command prints changes when its words or its reckoning do. `--renew` writes the files anew.
"""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from difflib import unified_diff
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch
from zlib import crc32

import numpy as np
import pandas as pd

from experiments import load, run
from experiments.cli import main
from experiments.results import manifest
from experiments.store.columns import LABELS, TABLES
from experiments.store.folder import checksum
from experiments.store.parts import encoded_part, part_name
from scenarios.quarters import recorded_quarters
from scenarios.scenario import Distribution

KEPT = Path(__file__).parent / "data" / "golden"
TITLES = {
    "baseline": "As it was",
    "frozen_ukraine": "Frozen front",
    "faster_growth": "Faster growth",
    "wider_engagement": "Wider engagement",
    "strategic_autonomy": "Strategic autonomy",
    "kazakhstan_unrest_war": "Unrest, by chance",
    "kazakhstan_unrest_intervention": "Unrest, intervention",
}
WORLDS = 60
VARIED = (
    "attention_cost",
    "world_offer_effect",
    "initial_reliance.trade.KAZ.RUS",
    "domain_weight.security",
    "threat_level.TJK",
)
"""Parameters that vary: the first makes half of the worlds' luck, the others do nothing."""
MEANT = {"RUS": 0.9, "CHN": 0.6, "WST": -0.6, "REG": -1.0}
SPREAD = {"security": ("RUS", 1.0), "culture": ("RUS", 0.8), "trade": ("CHN", 0.7)}
COMMANDS = {
    "summary": ("summary", "many"),
    "summary_json": ("summary", "many", "--json"),
    "summary_region": ("summary", "few"),
    "compare": ("compare", "many", "frozen_ukraine", "baseline"),
    "compare_json": ("compare", "many", "frozen_ukraine", "baseline", "--json"),
    "compare_state": ("compare", "many", "frozen_ukraine", "baseline", "--state", "Tajikistan"),
    "compare_several": (
        *("compare", "many", "frozen_ukraine", "faster_growth", "baseline"),
        *("--no-channels", "--at", "2030"),
    ),
    "compare_itself": ("compare", "many", "baseline", "baseline"),
    "compare_unknown": ("compare", "many", "frozen", "baseline"),
    "compare_region": ("compare", "few", "frozen_ukraine", "baseline", "--no-channels"),
    "questions": ("questions", "many"),
    "questions_json": ("questions", "many", "--json"),
    "questions_lacking": ("questions", "few"),
    "questions_full": ("questions", "many", "--full"),
    "compare_csv": ("compare", "many", "frozen_ukraine", "baseline", "--format", "csv"),
    "compare_md": ("compare", "few", "frozen_ukraine", "baseline", "--format", "md"),
    "compare_latex": ("compare", "few", "frozen_ukraine", "baseline", "--format", "latex"),
    "compare_xlsx": ("compare", "few", "frozen_ukraine", "baseline", "--format", "xlsx"),
    "ask_effect": (
        *("ask", "many"),
        "security RUS rises by 5 points in TJK at 2035 against baseline",
    ),
    "ask_effect_wrong": ("ask", "many", "security RUS rises by 5 points in TJK at 2035"),
    "ask": ("ask", "many", "security CHN > RUS in TJK held 2 years by 2035"),
    "ask_json": ("ask", "many", "security CHN > RUS in TJK held 2 years by 2035", "--json"),
    "ask_at": ("ask", "many", "leader is China in any state and rivalry > 0.4 at 2030"),
    "ask_examples": ("ask", "many", "threat > 0.5 in Tajikistan from 2026", "--examples"),
    "ask_difference": ("ask", "many", "share CHN in KAZ - share RUS in KAZ > 5 points at 2035"),
    "ask_level": ("ask", "many", "influence RUS < 0.3 in the region by 2030"),
    "ask_wrong": ("ask", "many", "threat > 0.5 in KAS"),
    "ask_form": ("ask", "many", "Russia leads in KAZ at 2035"),
    "ask_lacking": ("ask", "few", "threat > 0.5 in TJK by 2035"),
    "discover": (
        *("discover", "many", "--when", "security CHN > RUS in TJK by 2035"),
        *("--scenario", "baseline", "--no-fresh"),
    ),
}


@contextmanager
def folders():
    """Give a place with two frozen folders: `many` scenarios, and `few` numbers, and go there."""
    with TemporaryDirectory() as apart, ExitStack() as stack:
        shared = {"workers": 1, "every": "year", "record_from": "2024-Q1"}
        place = Path(apart)
        shared["settings"] = {"attention_cost": Distribution("uniform", 0.3, 0.8)}
        run(*TITLES, worlds=WORLDS, until="2035-Q4", out=place / "many", **shared)
        few = ("baseline", "frozen_ukraine")
        run(*few, worlds=4, until="2027-Q4", tables=["region"], out=place / "few", **shared)
        for name in ("many", "few"):
            frozen(place / name)
        stack.enter_context(patch("model.ensemble.simulate", simulated))
        yield place


def frozen(folder):
    """Replace all that is drawn or computed in a folder; its layout stays as it is."""
    results = load(folder)
    years = len(results.timeline)
    for scenario in results.scenarios:
        for table in results.tables:
            made = drawn(table, scenario, years, results.size)
            if scenario == "baseline" and results.size == WORLDS:
                for each in made.values():
                    each[-3:, ..., 7] = np.nan  # a world that fails
            with encoded_part(table, 0, results.timeline.tolist(), made) as content:
                results.folder.write(part_name(table, scenario, 0), content)
    keys = results.worlds[["world", "point", "replicate"]]
    varied = {name: luck(name, results.size) for name in VARIED}
    varied["attention_cost"] = 0.5 + 0.1 * luck("worlds", results.size)
    keys.assign(**varied).to_parquet(results.folder.path("worlds.parquet"))
    if results.size == WORLDS:
        failed = {"scenario": "baseline", "world": 7, "quarter": pd.Timestamp(2033, 10, 1).date()}
        failed |= {"quantity": "share", "value": np.nan}
        pd.DataFrame([failed]).to_parquet(results.folder.path("failures.parquet"))
    kept = dict(results.manifest)
    for name, each in kept["inputs"]["scenarios"].items():
        each["title"] = TITLES[name]
    for files in (kept["files"], *(block["files"] for block in kept["blocks"])):
        files |= {name: checksum(results.folder.read(name)) for name in files}
    manifest.write(results.folder, kept)


def luck(name, *shape):
    """Return numbers that no version of NumPy changes."""
    legacy = np.random.RandomState(crc32(name.encode()))
    return legacy.normal(size=shape)


def drawn(table, scenario, years, worlds):
    """Return a table's numbers: (years, its keys, worlds) a column."""
    keys = TABLES[table].keys
    shape = [len(LABELS[key]) for key in keys]
    time = np.linspace(0, 1, years).reshape(-1, *[1] * (len(shape) + 1))
    late = np.where(time > 0.2, time, 0.0) * moved(scenario)
    found = {}
    for column in TABLES[table].columns:
        own = luck(f"{table}.{column.name}", 1, *shape, worlds)
        drift = luck(f"trend.{column.name}", 1, *shape, 1)
        effect = luck(f"effect.{column.name}", 1, *shape, worlds)
        score = 0.4 * own + (0.5 * drift + 0.3 * effect) * late + 0.3 * drift * time
        found[column.name] = _bounded(column, keys, score, luck("worlds", worlds))
    return {name: values.astype(np.float32) for name, values in found.items()}


def moved(scenario):
    """Return how far a scenario goes from the baseline."""
    return 0.0 if scenario == "baseline" else 0.2 + 0.1 * list(TITLES).index(scenario)


def _bounded(column, keys, score, common):
    """Return scores within a column's range; shares of powers are parts of a whole."""
    if column.high is None:
        return np.floor(np.abs(score) * 2) if column.unit == "count" else np.abs(score)
    if "power" not in keys:
        return column.low + (column.high - column.low) / (1 + np.exp(-score - 0.3 * common))
    level = np.array([MEANT[power] for power in LABELS["power"]])[:, np.newaxis]
    tilt = np.array([0.6, -0.3, 0.0, 0.0])[:, np.newaxis] * common
    powers = np.exp(score + level + tilt)
    return powers / powers.sum(axis=-2, keepdims=True)


def simulated(scenarios, _arrays, request):
    """Stand in for the model where worlds are run again: frozen numbers of the same quarters."""
    worlds, span = len(request.replicates), (request.record_from, request.until, request.every)
    quarters = np.array(recorded_quarters(*span))
    for name in scenarios:
        size = {"no change": 0.0, "all changes": 1.0}.get(name, 0.2 + crc32(name.encode()) % 3)
        tables = {}
        for table in TABLES:
            still, made = (
                {n: each[-len(quarters) :] for n, each in drawn(table, *of, worlds).items()}
                for of in (("baseline", len(quarters) + 1), ("frozen_ukraine", len(quarters) + 1))
            )
            tables[table] = {n: still[n] + size * (each - still[n]) for n, each in made.items()}
        yield name, SimpleNamespace(tables=tables, failures=[], quarters=quarters)


def said(place, words):
    """Return what a command line prints, and its exit code."""
    out, err = io.StringIO(), io.StringIO()
    full = [str(place / word) if word in {"many", "few"} else word for word in words]
    with redirect_stdout(out), redirect_stderr(err):
        code = main(full)
    text = out.getvalue()
    if "--json" in words and text:
        text = json.dumps(rounded(json.loads(text)), indent=1, ensure_ascii=False) + "\n"
    whole = f"$ crossroads {' '.join(words)}\n{text}{err.getvalue()}exit code {code}\n"
    whole = re.sub(r"(?<=Not covered: )\d+.*?\)|(?<=\"fixed\": \[)[^]]*", "...", whole)
    return whole.replace(f"{place}/", "")


def rounded(value):
    """Return JSON with numbers of five digits: the last ones are the machine's."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def difference(name, now):
    """Return how what is said now differs from what is kept, as a text for people."""
    path = KEPT / f"{name}.txt"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    lines = unified_diff(before.splitlines(), now.splitlines(), f"kept {name}", "now", lineterm="")
    return "\n".join(lines)


def check(words):
    """Print what differs; with --renew, keep it."""
    differ = 0
    with folders() as place:
        for name, command in COMMANDS.items():
            now = said(place, command)
            if changed := difference(name, now):
                differ += 1
                print(changed)
                if "--renew" in words:
                    (KEPT / f"{name}.txt").write_text(now, encoding="utf-8")
    print(f"{differ} of {len(COMMANDS)} differ{', and were renewed' * ('--renew' in words)}")
    return int(differ > 0 and "--renew" not in words)


if __name__ == "__main__":
    sys.exit(check(sys.argv[1:]))
