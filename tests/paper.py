"""Everything that README and docs print, computed again and compared: `make paper`.

`python tests/paper.py DIR` runs what the numbers stand on into DIR. A run that was cut short goes
on; one of other code or data begins anew. Then it draws every figure, makes every table and
compares them with the pages. `--renew` writes what differs into the pages; `--small` runs a few
worlds, and asks only whether every number has its place and is a number. Names of parts after DIR
run these alone.

A number in prose is a field of a sentence in tests/data/paper.yaml, a table stands between
`<!-- paper: NAME -->` and `<!-- end -->`; tests/paper_numbers.py says where each comes from.
"""

from __future__ import annotations

import re
import sys
from contextlib import redirect_stdout
from difflib import SequenceMatcher
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from shutil import copyfile, rmtree
from time import monotonic
from typing import NamedTuple

import numpy as np
from PIL import Image
from ruamel.yaml import YAML

from experiments.cli import main as crossroads

ROOT = Path(__file__).parents[1]
SENTENCES = ROOT / "tests" / "data" / "paper.yaml"
NUMBER = re.compile(r"[+−-]?(?:\d+(?:,\d{3})*(?:\.\d+)?|\.\d+)")
FIELD = re.compile(r"\{(\w+):([^}]*)\}")
BLOCK = re.compile(r"(<!-- paper: (\w+) -->\n).*?( *<!-- end -->)", re.DOTALL)
SIGNS = str.maketrans({"−": "-", ",": None})
TIMED = ("docs/speed.md",)
DEVIATION = 12.0
"""Root of the mean squared difference of two pictures, of 255: fonts differ, lines must not."""


class Page(NamedTuple):
    """What a page prints, and what it would print now."""

    name: str
    printed: str
    made: str


def shown(value: float, form: str) -> str:
    """Print a number as pages do: no zero before the point unless asked for, a true minus.

    >>> shown(0.254, "+.2"), shown(-0.3, ".1"), shown(0.69, "%"), shown(9.0, "d"), shown(1.7, "0.1")
    ('+.25', '−.3', '69', '9', '1.7')
    """
    if form in {"%", "d"}:
        return f"{value * (100 if form == '%' else 1):.0f}"
    sign, digits = ("+" if "+" in form else ""), form.partition(".")[2]
    text = f"{value:{sign}.{digits}f}".replace("-", "−")
    return text if "0" in form.partition(".")[0] else re.sub(r"^([+−]?)0\.", r"\1.", text)


def filled(sentence: str, numbers: dict[str, float]) -> str:
    """Put numbers into the fields of a sentence."""
    return FIELD.sub(lambda each: shown(numbers[each[1]], each[2]), sentence)


def place_of(sentence: str, page: str) -> re.Match[str] | None:
    """Find a sentence on a page, whatever its numbers and line breaks; the one place it has."""
    texts = FIELD.split(sentence)[::3]
    parts = [r"\s+".join(re.escape(word) for word in re.split(r"\s+", text)) for text in texts]
    found = list(re.finditer(f"({NUMBER.pattern})".join(parts), page))
    return found[0] if len(found) == 1 else None


def renewed(page: str, sentence: str, numbers: dict[str, float]) -> str:
    """Return a page with the numbers of a sentence as they are now."""
    found = place_of(sentence, page)
    if found is None:
        return page
    forms = [(each[1], each[2]) for each in FIELD.finditer(sentence)]
    for place, (name, form) in reversed(list(enumerate(forms, 1))):
        start, end = found.span(place)
        page = page[:start] + shown(numbers[name], form) + page[end:]
    return page


def differences(printed: str, made: str, *, timed: bool = False) -> list[str]:
    """Compare two texts: words must be the same, numbers within one unit of their last digit.

    What was timed may be half or twice as much: machines differ.

    >>> differences("Of 10 facts 9 hold, .25", "Of 10 facts 9 hold, .26")
    []
    >>> differences("skill +.25", "skill +.31")
    ['skill +.25 | skill +.31']
    """
    mine, yours = printed.splitlines(), made.splitlines()
    pairs: list[tuple[str, str]] = []
    for _, a, b, c, d in SequenceMatcher(None, mine, yours, autojunk=False).get_opcodes():
        pairs += zip_longest(mine[a:b], yours[c:d], fillvalue="")
    return [
        f"{one.strip()} | {other.strip()}"
        for one, other in pairs
        if not _alike(one, other, timed=timed)
    ]


def _alike(one: str, other: str, *, timed: bool) -> bool:
    mine, yours = NUMBER.findall(one), NUMBER.findall(other)
    if NUMBER.split(one) != NUMBER.split(other) or len(mine) != len(yours):
        return False
    return all(_close(*pair, timed=timed) for pair in zip(mine, yours, strict=True))


def _close(one: str, other: str, *, timed: bool) -> bool:
    unit = 10.0 ** -len(one.partition(".")[2])
    first, second = (float(each.translate(SIGNS)) for each in (one, other))
    if timed and first * second > 0:
        return 0.5 <= first / second <= 2.0
    return abs(first - second) <= unit * 1.001


def begin(place: Path) -> None:
    """Make the folder, or empty it where it comes from other code or data."""
    state = sha256()
    for package in ("scenarios", "agents", "model", "experiments"):
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".yaml", ".csv"}:
                state.update(path.read_bytes())
    stamp = place / "state"
    if place.exists() and not (stamp.exists() and stamp.read_text() == state.hexdigest()):
        if any(place.iterdir()) and not stamp.exists():
            raise SystemExit(f"{place}: holds something else; expected a folder of `make paper`")
        rmtree(place)
    place.mkdir(parents=True, exist_ok=True)
    stamp.write_text(state.hexdigest())


def run(place: Path, name: str, words: str) -> None:
    """Run a command line unless it has been: what it prints stands in NAME.txt."""
    kept, begun = place / f"{name}.txt", monotonic()
    if kept.exists():
        return
    partial = place / f"{name}.part"
    with partial.open("w", encoding="utf-8") as file, redirect_stdout(file):
        code = crossroads(words.replace("DIR", str(place)).split())
    if code == 2:  # bad input: the pages say something that the command refuses
        raise SystemExit(f"crossroads {words}: refused")
    partial.rename(kept)
    print(f"{name:12} {monotonic() - begun:6.0f} s  crossroads {words}", flush=True)


def pages(place: Path, wanted: list[str]) -> list[Page]:
    """Return every page as printed and as it would be now."""
    from paper_numbers import TABLES, WHOLE, numbers

    known, sentences = numbers(place, wanted), YAML(typ="safe").load(SENTENCES)
    found = []
    for name in sorted({*sentences, *(page for page, _ in TABLES), *WHOLE}):
        if name in WHOLE:
            source, make = WHOLE[name]
            if source in wanted:
                printed = (ROOT / name).read_text("utf-8") if (ROOT / name).exists() else ""
                found.append(Page(name, printed, make(place)))
            continue
        printed = made = (ROOT / name).read_text(encoding="utf-8")
        for sentence in sentences.get(name, []):
            if place_of(sentence, printed) is None:
                raise SystemExit(f"{name}: not there, or not once: {sentence}")
            if all(each[1] in known for each in FIELD.finditer(sentence)):
                made = renewed(made, sentence, known)
        for (page, table), (source, make) in TABLES.items():
            if page == name and source in wanted:
                made = _replaced(made, table, make(place))
        found.append(Page(name, printed, made))
    return found


def _replaced(page: str, table: str, text: str) -> str:
    if f"<!-- paper: {table} -->" not in page:
        raise SystemExit(f"no table {table}")
    return BLOCK.sub(lambda e: f"{e[1]}{text}{e[3]}" if e[2] == table else e[0], page)


def figures(place: Path) -> list[str]:
    """Say which pictures of the pages differ from those drawn now."""
    found = []
    for path in sorted(place.glob("figures/*.png")) + sorted(place.glob("influence.png")):
        printed = ROOT / "docs" / path.relative_to(place)
        deviation = np.inf
        if printed.exists():
            one, other = (Image.open(each).convert("RGB") for each in (printed, path))
            if one.size == other.size:
                square = np.square(np.asarray(one, float) - np.asarray(other, float))
                deviation = float(np.sqrt(square.mean()))
        if deviation > DEVIATION:
            found.append(str(path.relative_to(place)))
    return found


def main(words: list[str]) -> int:
    """Run, compare, renew; 1 where something differs and is not renewed."""
    from paper_numbers import FIGURES, SMALL, parts

    flags = {word for word in words if word.startswith("--")}
    place, *names = [word for word in words if word not in flags]
    folder, small = Path(place), "--small" in flags
    begin(folder)
    commands = parts(folder, small=small)
    wanted = names or list(SMALL if small else commands)
    for name in wanted:
        run(folder, name, commands[name])
    if small:
        pages(folder, wanted)
        print("every number has its place")
        return 0
    (folder / "influence.png").unlink(missing_ok=True)
    for draw in (each for name, each in FIGURES.items() if name in wanted):
        draw(folder)
    found, other = pages(folder, wanted), figures(folder)
    differing = {
        each.name: differences(each.printed, each.made, timed=each.name in TIMED) for each in found
    }
    for name, lines in differing.items():
        print(*(f"{name}: {line}" for line in lines), sep="\n") if lines else None
    print(*(f"docs/{name}: drawn otherwise" for name in other), sep="\n")
    if "--renew" in flags:
        for each in found:
            (ROOT / each.name).write_text(each.made, encoding="utf-8")
        for name in other:
            copyfile(folder / name, ROOT / "docs" / name)
    count = sum(map(len, differing.values())) + len(other)
    print(f"{count} differ{', and were renewed' if '--renew' in flags else ''}")
    return int(count > 0 and "--renew" not in flags)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
