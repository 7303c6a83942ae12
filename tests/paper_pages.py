"""Tables and pages that `make paper` makes whole, each as Markdown from what was run."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from textwrap import dedent

import numpy as np
import pandas as pd
from paper import shown

from experiments import load
from experiments.answers.facts import as_printed, facts_file, tally
from experiments.answers.headlines import leading, verdict
from experiments.cli import main as crossroads
from experiments.tuning.backtest import ACTUAL, FROZEN
from experiments.tuning.scoring import CHANGE, summarised
from model.ensemble import Request, simulate
from scenarios.behaviours import BEHAVIOURS
from scenarios.load import load_scenario
from scenarios.parameters import load_parameters
from scenarios.posterior import FOLDER
from scenarios.quarters import parse_quarter
from scenarios.vocabulary import POWER_NAMES, POWERS, STATE_NAMES, STATES

README = Path(__file__).parents[1] / "README.md"

SERIES = {
    "trade_share": "trade shares",
    "gas_export_share": "gas exports (energy)",
    "external_debt_share": "debt to China (finance)",
    "fdi_stock_share": "Kazakh investment (finance)",
    "student_share": "students (culture)",
    "arms_share": "arms (security)",
    "remittances_received": "remittances",
    "unga_agreement": "UN votes",
    "fbic": "FBIC",
}


def rows(*cells: tuple[object, ...]) -> str:
    """Return rows of a Markdown table, the first one its head."""
    head, *body = [f"| {' | '.join(map(str, each))} |" for each in cells]
    return "\n".join([head, "|" + "---|" * len(cells[0]), *body]) + "\n"


def leaders(place: Path) -> str:
    """Return who leads in 2035, in how many worlds, and whether that survives judgement."""
    found = load(place / "first")
    last = parse_quarter("2035-Q4")
    request = Request(0, np.arange(found.size), last, last, tables=("influence",))
    spec, fixed = load_scenario("baseline"), load_parameters().arrays()
    lucky = next(simulate({"baseline": spec}, {"baseline": fixed}, request))[1]
    judged = found.table("influence", scenario="baseline", quarter="2035-Q4")
    head = ("state", "leads in 2035", "with luck alone", "with all that is uncertain")
    table: list[tuple[object, ...]] = [(*head, "whole ranking kept", "verdict")]
    for number, (state, line) in enumerate(zip(STATES, leading(found, "baseline"), strict=True)):
        mine = judged[judged["state"] == state]
        shares = mine.pivot_table(index="world", columns="power", values="share", observed=True)
        order = np.argsort(-shares[list(POWERS)].to_numpy(), axis=1)
        power = int(np.bincount(order[:, 0]).argmax())
        luck = lucky.tables["influence"]["share"][-1][number].argmax(axis=0) == power
        kept = np.unique(order, axis=0, return_counts=True)[1].max() / len(order)
        shares_of = (luck.mean(), (order[:, 0] == power).mean(), kept)
        percents = [f"{shown(float(each), '%')} %" for each in shares_of]
        table.append((STATE_NAMES[state], POWER_NAMES[POWERS[power]], *percents, said(found, line)))
    return rows(*table)


def own_scenario() -> str:
    """Return the scenario that README's five minutes have one write."""
    (written,) = re.findall(r"    ```yaml\n(.*?)    ```", README.read_text("utf-8"), re.DOTALL)
    return dedent(written)


def five(place: Path) -> str:
    """Return the lines of a comparison that README's five minutes end in."""
    told = ("security reliance on", "Russia's share of", "China's share of", "threat")
    printed = StringIO()
    with redirect_stdout(printed):
        crossroads(["compare", str(place / "five"), "mine", "frozen_ukraine", "--state", "TJK"])
    lines = printed.getvalue().splitlines()[2:]
    kept = [*lines[:2], *(line for line in lines[2:] if line.startswith(told))]
    return "".join(f"    {line}".rstrip() + "\n" for line in ("```text", *kept, "```"))


def said(found: object, line: object) -> str:
    """Return a verdict in the words of the table."""
    judged = verdict(found, line)
    if judged.survives:
        return "leader survives"
    return "close to a tie" if judged.standing in {"close", "tie"} else "does not survive"


def posteriors(_: Path) -> str:
    """Return how well the shipped posteriors were fitted, by what their files say."""
    head = ("file", "figures", "largest R-hat", "worth of the weighted draws")
    table: list[tuple[object, ...]] = [(*head, "90 % of yearly surprises of trade")]
    files = sorted(FOLDER.glob("*.csv"))
    for file in files:
        first = file.open(encoding="utf-8").readline()
        told = [
            first.partition(before)[2].split()[0].rstrip(";,") if before in first else "not told"
            for before in ("Largest R-hat ", "draws worth ", "trade_share ")
        ]
        last = file == files[-1]
        which = "all" if last else f"to {file.stem}"
        table.append((file.stem, which, *told[:2], told[2].replace("%", " %")))
    return rows(*table)


def scores_of(place: Path) -> pd.DataFrame:
    """Return the scores of a backtest; series without partners have an empty one."""
    scores = pd.read_csv(place / "backtest" / "scores.csv", keep_default_na=False, na_values="")
    return scores.fillna({"partner": ""})


def skills(place: Path) -> str:
    """Return skill against the walk by series, with drivers as they turned out and frozen."""
    found = summarised(scores_of(place)).set_index(["variable", "drivers"])
    head = ("series", "figures", "as turned out: level", "change", "inside 90 %")
    table: list[tuple[object, ...]] = [(*head, "frozen: level / change")]
    for name, title in SERIES.items():
        if (name, ACTUAL) not in found.index:
            continue  # not forecast from these origins
        level, change = found.loc[(name, ACTUAL)], found.loc[(name + CHANGE, ACTUAL)]
        frozen = [found.loc[(each, FROZEN)].walk for each in (name, name + CHANGE)]
        cells = [_interval(each) for each in (level, change)]
        inside = f"{shown(float(level['coverage90']), '%')} %"
        held = " / ".join(shown(float(each), "+.2") for each in frozen)
        table.append((title, int(level["n"]), *cells, inside, held))
    return rows(*table)


def _interval(row: pd.Series) -> str:
    ends = " ".join(shown(float(row[each]), ".2") for each in ("low", "high"))
    return f"{shown(float(row['walk']), '+.2')} [{ends}]"


def speeds(place: Path) -> str:
    """Return what a world-quarter costs on this machine, now."""
    found = json.loads((place / "bench.txt").read_text(encoding="utf-8"))
    floor = found["floor_us"]
    table: list[tuple[object, ...]] = [("what", "µs", "against"), ("floor", f"{floor:.1f}", "")]
    for worlds, taken in found["us_per_world_quarter"].items():
        title = f"a block of {worlds} world{'s' if worlds != '1' else ''}"
        table.append((title, f"{taken:.1f}", f"{taken / floor:.1f} floors"))
    ours = found["batch_us"]
    table.append(("`crossroads run`, everything written, two processes", f"{ours:.1f}", ""))
    for name, what in (("", "seven numbers"), ("_all", "everything")):
        theirs, ratio = found[f"mesa_batch_run{name}_us"], found[f"ratio_to_mesa_batch_run{name}"]
        title = f"`mesa.batch_run`, {what} collected, two processes"
        table.append((title, f"{theirs:.0f}", f"{ratio:.0f} times ours"))
    return rows(*table)


FACTS = """\
# Facts: what was observed, what experts agree on, which signs must hold

`crossroads facts` compares the shipped baseline with fourteen facts; `make paper` writes this page.
Values are means over 1,000 worlds. Three kinds are worth different things: **observed** facts stand
in the record, which worlds go through, so that holding them shows fit and no foresight;
**composites** are judgement dressed as numbers and have no verdict; **signs** are what the sources
claim. What forecasts were worth stands [elsewhere](tuning.md#what-it-reached).

"""


def facts_page(place: Path) -> str:
    """Return the page of the facts: every check with its value and its target."""
    found = json.loads((place / "facts.txt").read_text(encoding="utf-8"))
    parts = [FACTS, f"**{tally(found)}**\n\n"]
    verdicts = {True: "holds", False: "**misfit**", None: "reported"}
    for kind, caveat in facts_file()["caveats"].items():
        table: list[tuple[object, ...]] = [("fact", "check", "value", "target", "")]
        for fact in (each for each in found if each["kind"] == kind):
            forced = "; its figures are in the record" if fact["forced"] else ""
            name = f"**{fact['id']}** {fact['fact']} ({verdicts[fact['pass']]}{forced})"
            for check in fact["checks"]:
                value, mark = as_printed(check["value"]), "" if check["pass"] else "missed"
                table.append((name, check["check"], value, check["target"], mark))
                name = ""
        parts.append(
            f"## {kind.capitalize()}\n\n{caveat[:1].upper() + caveat[1:]}.\n\n{rows(*table)}\n"
        )
    return "".join(parts).rstrip("\n") + "\n"


SENSITIVITY = """\
# What the headlines hang on

Six headlines, and which of the uncertain numbers move them. Inputs are all ranges and judgements of
`scenarios/parameters.yaml`, each by its rank in the distribution that worlds draw from; luck is
left out. A first pass over all of them picks the 40 that move the headlines most; the Sobol'
indices, with 95 % intervals (bootstrap), are of these. **Total** is the part of the variance that
would stay if all other inputs were known, **first** the part that would go if this one were. Where
totals add up to much more than 1, inputs act together; the strongest pairs are named. **Low** and
**high** are the mean outcome in the lowest and in the highest tenth of the input.
(`noise_persistence` counts without luck, too: what the rules leave unexplained of the past fades at
that pace.) Drivers are as in the scenario.

`make sensitivity` writes this page; `crossroads sensitivity SCENARIO --outcome COLUMN:STATE:POWER`
does the same for any other outcome.

"""
TITLES = {
    "share:KAZ:CHN": "China's share of influence in Kazakhstan",
    "security:TJK:CHN": "China's share of security in Tajikistan",
    "joint_dependence": "Joint dependence on Russia and China, mean of the five",
    "rivalry": "Rivalry of Russia and China",
    "share:RUS": "Russia's share of influence, mean of the five",
}
SHOWN, PAIRS = 8, 3


def sensitivity_page(place: Path) -> str:
    """Return the page of indices: what each headline hangs on, in a sentence and a table."""
    parts = [SENSITIVITY]
    for folder, what in (("levels", "2035"), ("freeze", "what a freeze changes by 2035")):
        indices = pd.read_csv(place / folder / "indices.csv")
        pairs = pd.read_csv(place / folder / "interactions.csv")
        for outcome in dict.fromkeys(indices["outcome"]):
            mine = indices[indices["outcome"] == outcome]
            parts.append(f"## {TITLES[outcome]}, {what}\n\n{_hangs_on(mine)}\n\n")
            parts.append(_indices(mine))
            parts.append(f"\n{_pairs(pairs[pairs['outcome'] == outcome])}\n\n")
    return "".join([*parts, RIVALS, rival_structures(place)])


RIVALS = """\
## Rival behaviours

The same headlines where agents decide otherwise from 2024 on
([behaviours](scenarios.md#behaviours)): how far each moves against the model's own rules, the mean
over 256 worlds and, in brackets, where nine worlds in ten lie. Shares are in points of 100, rivalry
in hundredths of its scale.

"""


def rival_structures(place: Path) -> str:
    """Return how far each rival behaviour moves each headline, as a table."""
    found = load(place / "rivals")

    def read(scenario: str, outcome: str) -> np.ndarray:
        column, *of = outcome.split(":")
        keys = dict(zip(("state", "power") if len(of) > 1 else ("power",), of, strict=False))
        table = "influence" if of else "region" if column == "rivalry" else "states"
        cells = found.table(table, scenario=scenario, quarter="2035-Q4", columns=[column], **keys)
        return 100 * cells.groupby("world")[column].mean().to_numpy(float)

    table: list[tuple[object, ...]] = [("headline", *BEHAVIOURS)]
    for outcome in ("share:KAZ:CHN", "security:TJK:CHN", "joint_dependence", "rivalry"):
        moved = [
            read(f"{each}_baseline", outcome) - read("baseline", outcome) for each in BEHAVIOURS
        ]
        table.append((f"{TITLES[outcome]}, 2035", *map(_moved, moved)))
    for outcome in ("share:RUS", "rivalry"):
        usual = read("frozen_ukraine", outcome) - read("baseline", outcome)
        moved = [
            read(f"{each}_frozen_ukraine", outcome) - read(f"{each}_baseline", outcome) - usual
            for each in BEHAVIOURS
        ]
        title = f"{TITLES[outcome]}, what a freeze changes by 2035 ({shown(usual.mean(), '+0.1')})"
        table.append((title, *map(_moved, moved)))
    return rows(*table)


def _moved(worlds: np.ndarray) -> str:
    ends = " ".join(shown(float(each), "+0.1") for each in np.quantile(worlds, (0.05, 0.95)))
    return f"{shown(float(worlds.mean()), '+0.1')} [{ends}]"


def _hangs_on(mine: pd.DataFrame) -> str:
    """Return in a sentence what a headline hangs on: the inputs that explain most alone."""
    first = mine.sort_values("first", ascending=False)
    most = first[first["first"].cumsum() <= max(0.5, first["first"].iloc[0])]["input"]
    names = " and ".join(f"`{name}`" for name in most[:3])
    part, sum_of = mine["first"].clip(lower=0).sum(), mine["index"].sum()
    return (
        f"Hangs first on {names}. The median is {shown(float(mine['middle'].iloc[0]), '+.3')}; "
        f"single inputs explain {shown(min(part, 1.0), '%')} % of the variance, totals add up to "
        f"{sum_of:.2f}."
    )


def _indices(mine: pd.DataFrame) -> str:
    table: list[tuple[object, ...]] = [("input", "total", "first", "low", "high", "which is")]
    known = load_parameters()
    for row in mine.nlargest(SHOWN, "index").to_dict("records"):
        ends = " ".join(shown(row[each], ".2") for each in ("low", "high"))
        total = f"{shown(row['index'], '.2')} [{ends}]"
        doubt = row["first_doubt"]
        first = f"{shown(row['first'], '.2')} ± {shown(doubt, '.2')}"
        tenths = [shown(row[each], "+.3") for each in ("at_low", "at_high")]
        about = known[row["input"].partition(".")[0]].about
        table.append((f"`{row['input']}`", total, first, *tenths, about))
    return rows(*table)


def _pairs(pairs: pd.DataFrame) -> str:
    found = [
        f"`{row['one']}` with `{row['other']}` {shown(row['index'], '.2')} ± "
        f"{shown(row['doubt'], '.2')}"
        for row in pairs[pairs["low"] > 0].nlargest(PAIRS, "index").to_dict("records")
    ]
    told = "; ".join(found) or "none that differs clearly from zero"
    return f"Strongest pairs: {told}."
