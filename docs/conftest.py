"""The examples of these pages write where they say, below a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

# No examples in these; tests/ has a module of the first name, the others need more packages.
collect_ignore = ["conftest.py", "app.py", "hooks.py"]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run each page in an empty folder."""
    monkeypatch.chdir(tmp_path)
