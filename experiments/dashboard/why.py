"""Why an answer is as it is: some worlds run again, the state's choice taken apart."""

from __future__ import annotations

from html import escape
from io import StringIO
from tempfile import TemporaryDirectory

from experiments.answers.explanation import explained
from experiments.batch.run import run
from experiments.dashboard.query import Query
from experiments.figures.style import styled
from experiments.figures.waterfall import waterfall
from scenarios.vocabulary import DOMAINS

WORLDS = 16
"""Worlds that are run again, of those that the page shows."""


def why(asked: Query, state: str, column: str) -> str:
    """Return the waterfall of a state's choice as a picture for the page.

    It is against the scenario that the page compares with first; of the domain that is looked at,
    or of the one that moves most.
    """
    spec = asked.spec()
    with TemporaryDirectory() as folder:
        results = run(
            *spec.scenarios, worlds=WORLDS, record_from="2024-Q4", every="year",
            tables=("influence",), settings=dict(spec.settings), out=folder, workers=1,
        )  # fmt: skip
        first, *others = results.scenarios
        found = explained(results, first, state, others[0] if others else None, WORLDS)
        figure = waterfall(found, column if column in DOMAINS else None)
        text = StringIO()
        with styled():
            figure.savefig(text, format="svg", metadata={"Date": None})
    drawn = text.getvalue()
    title = escape(" ".join(figure.get_suptitle().split()))
    return f'<div role="img" aria-label="{title}">{drawn[drawn.index("<svg") :]}</div>'
