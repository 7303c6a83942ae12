"""What people write: examples of each command, as its help shows them."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "scenarios": ("scenarios", "scenarios --scenarios my_scenarios --json"),
    "check": ("check freeze.yaml", "check *.yaml"),
    "show": ("show frozen_ukraine", "show freeze.yaml --to freeze.svg"),
    "diff": ("diff frozen_ukraine baseline",),
    "new": ("new freeze --extends frozen_ukraine",),
    "schema": ("schema > scenario.schema.json", "schema experiment"),
    "parameters": ("parameters trade", "parameters attention_cost --json"),
    "run": (
        "run baseline frozen_ukraine afghanistan_instability",
        "run freeze.yaml baseline --worlds 2000 --out results/freeze",
        "run baseline --set attention_cost=0.3:0.8 --points 64 --replicates 32",
        "run baseline --precision 0.01 --outcome share:UZB:CHN",
        "run baseline --agents RUS=my_agents.py:MyRussia",
        "run baseline --worlds 1000000 --every year --tables region,states",
    ),
    "rerun": ("rerun results/freeze",),
    "replay": (
        "replay results/freeze --scenario baseline --world 7",
        "replay results/freeze --scenario baseline --world 7 --from 2030-Q1 --json",
    ),
    "summary": ("summary results/freeze", "summary results/freeze --json"),
    "plot": (
        "plot results/freeze",
        "plot results/freeze influence map --to pictures --format pdf",
        "plot --list",
    ),
    "questions": ("questions results/freeze",),
    "ask": (
        'ask results/freeze "share CHN > RUS in KAZ by 2035-Q4"',
        'ask results/freeze "security CHN > RUS in TJK held 4 quarters by 2035-Q4" --examples',
    ),
    "compare": (
        "compare results/freeze frozen_ukraine baseline",
        "compare results/freeze frozen_ukraine baseline --state KAZ --at 2030-Q4",
    ),
    "compare-structures": (
        "compare-structures baseline",
        "compare-structures frozen_ukraine baseline --worlds 512 --json",
    ),
    "explain": (
        "explain results/freeze --scenario frozen_ukraine --state Tajikistan",
        "explain results/freeze --scenario frozen_ukraine --state TJK --to pictures",
    ),
    "report": ("report results/freeze", "report results/freeze --to freeze.html"),
    "export": (
        "export results/freeze --to for_excel --format excel --small",
        "export results/freeze --to csv --format csv --state KAZ --from 2030-Q1",
    ),
    "facts": ("facts", "facts --worlds 200 --json"),
    "claims": ("claims", "claims basing_consent --worlds 128", "claims --to docs/claims.md"),
    "sensitivity": (
        "sensitivity baseline --outcome share:KAZ:CHN",
        "sensitivity frozen_ukraine --minus baseline --outcome rivalry --method morris",
    ),
    "discover": ('discover results/freeze --when "share CHN > RUS in KAZ by 2035-Q4"',),
    "tune": ("tune --until 2015", "tune --until 2019 --history my_figures.csv --out results/mine"),
    "score": ("score", "score --from 2016 --to 2024 --json"),
    "backtest": ("backtest", "backtest --origins 2008,2014 --horizon 4 --out results/backtest"),
    "dashboard": ("dashboard", "dashboard --port 8080"),
    "bench": ("bench", "bench --json", "bench --figure growth.png"),
}
"""Words after `crossroads`, by command."""


def examples_of(name: str) -> str | None:
    """Return what a command's help ends with, each example on a line of its own; None if none."""
    lines = [f"  crossroads {words}" for words in EXAMPLES.get(name, ())]
    return "\n".join(["\b", "Examples:", *lines]) if lines else None
