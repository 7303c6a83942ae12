"""The licence of everything that is installed beside Crossroads: `make audit`."""

from __future__ import annotations

import sys
from importlib.metadata import Distribution, distributions


def licence(of: Distribution) -> str:
    """Return what a distribution says of its licence, shortly.

    >>> from importlib.metadata import distribution
    >>> licence(distribution("numpy"))[:3]
    'BSD'
    """
    found = of.metadata
    if said := found.get("License-Expression"):
        return said
    classes = [each.split(" :: ") for each in found.get_all("Classifier") or ()]
    named = [each[-1] for each in classes if each[0] == "License" and each[-1] != "OSI Approved"]
    text = (found.get("License") or "").strip().partition("\n")[0]
    return ", ".join(named) or text or "says nothing"


def main() -> int:
    """Print a line each; 1 where one says nothing of its licence."""
    known = {each.metadata["Name"]: each for each in distributions()}
    lines = {
        name: licence(each) for name, each in sorted(known.items(), key=lambda e: e[0].lower())
    }
    width = max(map(len, lines))
    print(*(f"{name:{width}}  {known[name].version:14}  {said}" for name, said in lines.items()),
          sep="\n")  # fmt: skip
    return int("says nothing" in lines.values())


if __name__ == "__main__":
    sys.exit(main())
