"""Where numbers come from: versions, machine, state of the code, command line."""

from __future__ import annotations

import platform
import subprocess
import sys
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

from experiments.store.folder import checksum
from model.past import FACTUAL
from scenarios.library import LIBRARY
from scenarios.observed import MEASUREMENT, OBSERVATIONS

ROOT = Path(__file__).resolve().parents[2]
LIBRARIES = ("central-asia-crossroads", "mesa", "numpy", "llvmlite", "pyarrow", "pandas", "scipy")
CODE = (".py", ".ll")
MAKING = (
    *("agents", "model"),
    *("scenarios.forks", "scenarios.observed", "scenarios.quarters", "scenarios.registry"),
    *("scenarios.scenario", "scenarios.vocabulary", "experiments.design"),
    "experiments.store.parts",
)
"""Packages and modules that make numbers, or the bytes that hold them."""
RECORD = (
    OBSERVATIONS,
    MEASUREMENT,
    LIBRARY / f"{FACTUAL}.yaml",
    LIBRARY / "history" / "drivers.csv",
)
"""What worlds go through, and the past whose luck other histories keep."""
Json = dict[str, Any]


@lru_cache(maxsize=1)
def engine() -> Json:
    """Return what the bits of the numbers depend on beside the inputs.

    `exp` and powers round differently on processors with and without AVX-512, so NumPy's own
    list of the instructions it uses belongs here, as does the state of the model's code.
    """
    simd = (np.show_config(mode="dicts") or {}).get("SIMD Extensions", {})
    return {
        "numpy": np.__version__,
        "scipy": version("scipy"),
        "pyarrow": version("pyarrow"),
        "machine": platform.machine(),
        "instructions": [*simd.get("baseline", []), *simd.get("found", [])],
        "code": code_digest(),
        "record": checksum(b"".join(path.read_bytes() for path in RECORD)),
    }


def code_digest() -> str:
    """Return a checksum over the code that makes numbers, wherever it is imported from.

    Scenarios and parameters are not in it: they stand in the manifest themselves.
    """
    places = [Path(str(import_module(name).__file__)) for name in MAKING]
    found = [p.parent.rglob("*.*") if p.name == "__init__.py" else [p] for p in places]
    files = sorted(file for each in found for file in each if file.suffix in CODE)
    return checksum(b"".join(file.name.encode() + file.read_bytes() for file in files))


def origin() -> Json:
    """Return who made the numbers: for the record, not compared between runs."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "versions": {name: _version(name) for name in LIBRARIES},
        "commit": commit(),
        "command_line": [Path(sys.argv[0]).name, *sys.argv[1:]],
    }


def commit() -> str | None:
    """Return the commit of the code, or None where it is no git checkout.

    Code that was installed may lie within a checkout of something else.
    """
    if not (ROOT / ".git").exists():
        return None
    asked = ["git", "-C", str(ROOT), "rev-parse", "HEAD"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return said.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
