"""Each dependency at the lowest version that pyproject.toml allows, a line each, for pip's `-c`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parent.parent / "pyproject.toml"


def lowest(needs: list[str]) -> Iterator[str]:
    """Yield the lower bound of each requirement as a pin.

    >>> list(lowest(["mesa>=3.3,<4", "moto[s3]>=5"]))
    ['mesa==3.3', 'moto==5']
    """
    for need in needs:
        name, bound = re.fullmatch(r"([\w.-]+)(?:\[.*\])?>=([\d.]+).*", need).groups()
        yield f"{name}=={bound}"


if __name__ == "__main__":
    print(*lowest(tomllib.loads(PROJECT.read_text())["project"]["dependencies"]), sep="\n")
