"""What was tried to break Crossroads, how often, and what came of it: `make reliability`.

`python tests/reliability.py` tries everything and writes docs/reliability.md; with `--small` it
tries each kind a few times, as the slow tests do. A try that loses a number, gives a wrong one,
hangs or ends in a traceback is printed; its inputs follow from its number alone.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple
from unittest.mock import patch

from folders import tables
from test_experiments_foreign import changed, tried
from test_model_corners import MANY, joint, strays

from experiments.answers.parser import parse
from experiments.cli import main as crossroads
from experiments.errors import BadInput
from experiments.results import manifest
from experiments.store.folder import Folder
from scenarios.faults import FaultyInput
from scenarios.library import LIBRARY
from scenarios.load import load_scenario

PAGE = Path(__file__).parents[1] / "docs" / "reliability.md"
RUN = (*("run", "baseline", "attack_wave", "--worlds", "300", "--until", "2004-Q4", "--quiet"),
       *("--record-from", "2003-Q1", "--workers", "1", "--no-cache", "--out"))  # fmt: skip
WRITES = 24
"""Files that such a run writes, or a few more."""
PATIENCE = 300
"""Seconds after which a command hangs."""
WORDS = (
    *("run", "baseline", "--worlds", "2", "-3", "--until", "2003", "nope", "", "--set", "x=1", "٣"),
    *("summary", "compare", "ask", "out", "--state", "KAZ", "--json", "--help", "explain", "plot"),
    *("share RUS > CHN in KAZ", "discover", "--when", "export", "--to", "a.csv", "replay", "NaN"),
    *("--world", "0", "--scenario", "check", "new", "show", "parameters", "--seed", "\u202e", "~x"),
)
SAID = (
    *("share", "security", "rivalry", "RUS", "CHN", "in", "KAZ", "TJK", ">", "<", "=", "0.2", "20"),
    *("%", "rises", "falls", "by", "points", "at", "2035", "2035-Q4", "2099", "and", "or", "not"),
    *("held", "3", "quarters", "(", ")", "-", "/", "0", "leader", "is", "any", "against", "x"),
)


class Trial(NamedTuple):
    """A kind of attack: what it is called, what has to come of it, how often, and one try."""

    name: str
    wanted: str
    often: tuple[int, int]
    attempt: Callable[[Place, random.Random], str]


class Place:
    """A folder in which tries happen, with the results of a run that nothing disturbed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.whole = path / "whole"
        code, said = command(*RUN, self.whole)
        assert code == 0, said
        self.tables = tables(self.whole)

    def again(self, out: Path, *, before: str) -> str:
        """Run once more into a folder; say what is not as in an undisturbed run."""
        code, said = command(*RUN, out)
        same = code == 0 and tables(out) == self.tables
        return "" if same else f"{before}; run again: {code}, {said[-200:]}"


def begun(words: tuple[object, ...], disturb: Callable[[], object], said: int) -> int:
    """Start a command line in a process of its own, without the cost of starting Python."""
    child = os.fork()
    if child:
        return child
    os.dup2(said, 1)
    os.dup2(said, 2)
    code = 70
    try:
        signal.alarm(PATIENCE)
        disturb()
        code = crossroads([str(word) for word in words])
    except BaseException:  # noqa: BLE001 (whatever it is, it is told)
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def command(*words: object, disturb: Callable[[], object] = bool) -> tuple[int, str]:
    """Return the exit code of a command line, negative for a signal, and what it printed."""
    with TemporaryFile() as said:
        _, status = os.waitpid(begun(words, disturb, said.fileno()), 0)
        said.seek(0)
        return os.waitstatus_to_exitcode(status), said.read().decode(errors="replace")


def broken(code: int, said: str) -> str:
    """Say what is wrong with how a command ended, nothing where it ended as commands do."""
    return f"{code}: {said[-300:]}" if code not in (0, 1, 2) or "Traceback" in said else ""


def killed(place: Place, dice: random.Random) -> str:
    """End a run at a moment that is drawn."""
    out, moment = place.path / "killed", dice.uniform(0.01, 1.5)
    code, _ = command(*RUN, out, disturb=lambda: signal.setitimer(signal.ITIMER_REAL, moment))
    return place.again(out, before=f"killed after {moment:.3f} s ({code})")


def at_write(place: Place, dice: random.Random, act: Callable[[], object]) -> str:
    """Disturb a run between a file's content and its name."""
    out, chosen, count = place.path / "write", dice.randrange(WRITES), iter(range(1000))
    real = Path.replace

    def named(temporary: Path, target: Path) -> Path:
        if next(count) == chosen:
            act()
        return real(temporary, target)

    def disturb() -> None:
        patch.object(Path, "replace", named).start()

    code, said = command(*RUN, out, disturb=disturb)
    return broken(max(code, 0), said) or place.again(out, before=f"write {chosen} ({code})")


def crash(place: Place, dice: random.Random) -> str:
    """End a run while it writes a file."""
    return at_write(place, dice, lambda: os.kill(os.getpid(), signal.SIGKILL))


def disk(place: Place, dice: random.Random) -> str:
    """Have the disk fail while a file is written."""
    number = dice.choice((5, 28, 30))  # input or output, no space, read-only

    def fail() -> None:
        raise OSError(number, os.strerror(number))

    return at_write(place, dice, fail)


def race(place: Place, dice: random.Random) -> str:
    """Start two runs at once into one folder, or into two that share a cache."""
    shared = dice.random() < 0.5
    outs = (place.path / "race", place.path / ("race" if shared else "other"))
    cache = str(place.path / "cache")
    with patch.dict(os.environ, {"CROSSROADS_CACHE": cache}), TemporaryFile() as said:
        words = tuple(each for each in RUN if each != "--no-cache")
        both = [begun((*words, out), bool, said.fileno()) for out in outs]
        codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in both]
    if not (0 in codes and set(codes) <= ({0, 2} if shared else {0})):
        return f"codes {codes}"
    return "".join(place.again(out, before="raced") for out in set(outs))


def harmed(place: Place, dice: random.Random) -> str:
    """Change, cut or remove a file of a folder: it is told or does no harm, and is mended."""
    out = place.path / "harmed"
    shutil.copytree(place.whole, out)
    victim = out / dice.choice(sorted(place.tables))
    content = bytearray(victim.read_bytes())
    way = dice.choice(("flip", "cut", "gone"))
    if way == "flip":
        content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    victim.write_bytes(content[: dice.randrange(len(content))] if way == "cut" else content)
    if way == "gone":
        victim.unlink()
    said = broken(*command("summary", out))
    return said or place.again(out, before=f"{victim.name} {way}")


def foreign(place: Place, dice: random.Random) -> str:
    """Give a manifest another value, with the right checksum."""
    out = place.path / "foreign"
    shutil.copytree(place.whole, out)
    ((way, value),) = tried(out, 1, dice.randrange(10**6))
    try:
        manifest.write(Folder(str(out)), changed((out / manifest.NAME).read_text(), way, value))
    except (TypeError, ValueError):
        return ""
    words = dice.choice((["summary"], ["ask"], ["replay"], ["rerun"], ["compare"]))
    more = {"ask": ["rivalry rises"], "replay": ["--world", "1", "--scenario", "baseline"]}
    return broken(*command(*words, out, *more.get(words[0], ())))


def text(place: Place, dice: random.Random) -> str:
    """Mutilate a scenario file: it is read, or its faults are told."""
    content = bytearray(dice.choice(sorted(LIBRARY.rglob("*.yaml"))).read_bytes())
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(content))
        junk = dice.choice([b"{", b"]", b"\t", b": ", b"&a", b"*a", b"\xff", b"- ", b"9" * 5000])
        content[at : at + dice.choice((0, 1, 20))] = dice.choice((junk, b"", content[at : at + 40]))
    path = place.path / "text.yaml"
    path.write_bytes(content)
    try:
        load_scenario(path)
    except FaultyInput:
        return ""
    except Exception as wrong:  # noqa: BLE001 (whatever it is, it is told)
        return repr(wrong)[:300]
    return ""


def condition(_place: Place, dice: random.Random) -> str:
    """Ask in words put together by lot."""
    asked = " ".join(dice.choices(SAID, k=dice.randint(1, 14)))
    try:
        parse(asked)
    except BadInput as refused:
        return "" if "\n" not in str(refused) else f"{asked}: several lines"
    except Exception as wrong:  # noqa: BLE001 (whatever it is, it is told)
        return f"{asked}: {wrong!r}"
    return ""


def line(place: Place, dice: random.Random) -> str:
    """Give a command line of words put together by lot."""
    words = dice.choices(WORDS, k=dice.randint(1, 6))
    return broken(*command(*words, disturb=lambda: os.chdir(place.path)))


def corners(_place: Place, dice: random.Random) -> str:
    """Put all parameters at ends of their ranges, in a few hundred worlds."""
    return "; ".join(strays(joint(dice.randrange(10**6))))


GOES_ON = "the same command ends with the bytes of an undisturbed run"
TOLD = "read as it was, or refused in one line; no traceback, no hang"
TRIALS = (
    Trial("runs killed at any moment", GOES_ON, (2, 20), killed),
    Trial("runs killed while a file is written", GOES_ON, (2, 40), crash),
    Trial("disk errors while a file is written", f"one line; {GOES_ON}", (2, 40), disk),
    Trial("two runs at once, in one folder or one cache", GOES_ON, (2, 10), race),
    Trial("files of results changed, cut, removed", f"told; {GOES_ON}", (2, 40), harmed),
    Trial("manifests of other content, with their checksum", TOLD, (10, 100), foreign),
    Trial("scenario files mutilated", TOLD, (30, 500), text),
    Trial("conditions of random words", TOLD, (300, 10000), condition),
    Trial("command lines of random words", TOLD, (20, 150), line),
    Trial(f"blocks of {MANY} worlds with all parameters at ends of their ranges",
          "no world fails, all columns in their ranges", (1, 25), corners),
)  # fmt: skip


def losses(trial: Trial, often: int) -> Iterator[str]:
    """Try so often; say what was lost, with the number of the try."""
    with TemporaryDirectory() as apart:
        place = Place(Path(apart))
        for number in range(often):
            lost = trial.attempt(place, random.Random(number))  # noqa: S311 (no secret)
            if lost:
                yield f"{trial.name}, try {number}: {lost}"
            for each in place.path.iterdir():
                if each != place.whole:
                    shutil.rmtree(each) if each.is_dir() else each.unlink()


HEAD = """\
# Reliability

`make reliability` tries to break Crossroads in these ways and writes this page. Inputs are drawn by
lot and follow from the number of the try. Nothing is lost where the column says 0: no number, no
file, no session that hangs.

| what was tried | how often | what has to come of it | lost |
|---|---|---|---|
"""


def main(words: list[str]) -> int:
    """Try everything; 1 where something was lost."""
    small, rows, all_lost = "--small" in words, [], []
    for trial in TRIALS:
        often = trial.often[0 if small else 1]
        lost = list(losses(trial, often))
        rows.append(f"| {trial.name} | {often:,} | {trial.wanted} | {len(lost)} |")
        print(rows[-1], *lost, sep="\n", flush=True)
        all_lost += lost
    if not small:
        PAGE.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return int(bool(all_lost))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
