"""How to cite the model, and one run of it; CITATION.cff says the same (a test compares them)."""

from __future__ import annotations

from experiments.results.reading import Results

AUTHORS = "The Crossroads authors"
TITLE = "Crossroads: an agent-based model of competition for influence in Central Asia"
YEAR = "2026"
"""The year of this version, of which nothing is released yet."""


def citation(results: Results) -> str:
    """Return the text to cite a run by: authors, year, title, version, and what was run."""
    inputs, origin = results.manifest["inputs"], results.manifest["origin"]
    version = origin["versions"]["central-asia-crossroads"] or "unreleased"
    commit = f", commit {origin['commit'][:12]}" if origin["commit"] else ""
    done = (results.manifest["times"]["finished"] or "")[:10]
    return (
        f"{AUTHORS} ({YEAR}). {TITLE}, version {version}{commit}. Run of {done}: scenarios "
        f"{', '.join(results.scenarios)}, {results.size} worlds each, seed {inputs['seed']}, "
        f"to {inputs['until']}."
    )
