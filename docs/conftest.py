"""The examples of these pages write where they say, below a folder of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

collect_ignore = ["conftest.py"]  # no examples in it; tests/ has a module of its name


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Run each page in an empty folder."""
    monkeypatch.chdir(tmp_path)
