"""Agents of a user's own: classes out of files that the user names, as a batch carries them.

The text of a file and of those beside it that it imports travels with the batch, so that workers
need no files, and their checksums stand in the manifest. A results folder holds no code: who
computes one again names the file again.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import inspect
import marshal
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from experiments.errors import BadInput
from scenarios.faults import FaultyInput, nearest
from scenarios.reading import described
from scenarios.scenario import Scenario
from scenarios.text import content_of

CODED = re.compile(r"(?P<code>\w+)=(?P<place>.+)")
FORM = "CODE=FILE:CLASS, such as RUS=my_agents.py:MyRussia"


@dataclass(frozen=True)
class OwnAgent:
    """The class that plays an agent: its name, the name of its file and that file's checksum.

    `text` is the file's; `texts` are those of the files beside it that it imports, by module, and
    `beside` the checksums of these, by file. A class that Python handed over is `kind`, and
    `number` tells it from one of the same name that a notebook defined before. With neither it is
    known by name alone.
    """

    code: str
    name: str
    file: str
    sha256: str
    text: str = ""
    kind: type[Any] | None = None
    number: int = 0
    texts: tuple[tuple[str, str], ...] = ()
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def stored(self) -> dict[str, Any]:
        """What a manifest says of it."""
        said = {"class": self.name, "file": self.file, "sha256": self.sha256}
        return {**said, "beside": dict(self.beside)} if self.beside else said

    @property
    def here_alone(self) -> bool:
        """Whether no other process can import it: it was typed into a notebook."""
        main = self.kind is not None and self.kind.__module__ == "__main__"
        return main and not hasattr(sys.modules["__main__"], "__file__")

    def loaded(self) -> type[Any]:
        """Return the class; BadInput where it is known by name alone."""
        if self.kind is not None:
            return self.kind
        if not self.text:
            told = f"{self.code} is {self.name} of {self.file}, and a folder holds no code"
            raise BadInput(f"{told}: give it with --agents {self.code}=FILE:{self.name}")
        return _class_of(self.text, self.file, self.name, self.texts)


def read_agents(words: Iterable[str]) -> dict[str, str]:
    """Return what the command line says of agents by code; BadInput where it says nothing.

    A class that says its `code` itself may stand without one.
    """
    found: dict[str, str] = {}
    for word in words:
        said = CODED.fullmatch(word)
        place = said["place"] if said else word
        code = said["code"].upper() if said else getattr(_from_file("", place).loaded(), "code", "")
        if not code:
            raise BadInput(f"--agents {word}: which agent? expected {FORM}")
        if code in found:
            raise BadInput(f"--agents: {code} is given twice")
        found[code] = place
    return found


def own_agents(given: Mapping[str, Any], scenarios: Mapping[str, Scenario]) -> tuple[OwnAgent, ...]:
    """Return the agents that were asked for; BadInput for those that cannot be.

    Each takes part in a quarter of two worlds first, so that what it does wrong is told at once.
    """
    if not given:
        return ()
    from agents.roster import roster

    found = tuple(_read(code, each) for code, each in given.items())
    kinds = {each.code: each.loaded() for each in found}
    for scenario in scenarios.values():
        try:
            roster(kinds, scenario.behaviours)
        except ValueError as wrong:
            raise BadInput(*str(wrong).splitlines()) from None
    _try_out(found, kinds)
    return found


def given_again(
    agents: Sequence[OwnAgent], given: Mapping[str, Any] | None
) -> tuple[OwnAgent, ...]:
    """Return the agents of a folder with the code that the user names; BadInput for other code."""
    again = {code: _read(code, each) for code, each in (given or {}).items()}
    known = {each.code: each for each in agents}
    for code, each in again.items():
        if code not in known:
            told = nearest(code, known) if known else "none is of a user's own"
            raise BadInput(f"--agents: {code} is not among the agents of this folder; {told}")
        if each.beside != known[code].beside and each.sha256 == known[code].sha256:
            files = ", ".join(sorted({name for name, _ in {*each.beside} ^ {*known[code].beside}}))
            raise BadInput(f"--agents: {code}: {each.file} imports other code now: {files}")
        if (each.name, each.sha256) != (known[code].name, known[code].sha256):
            was = f"{known[code].name} of a file with the checksum {known[code].sha256[:12]}"
            here = f"{each.name} of {each.file} with {each.sha256[:12]}"
            raise BadInput(f"--agents: {code}: expected {was}, got {here}")
    return tuple(again.get(each.code, each) for each in agents)


def _read(code: str, given: object) -> OwnAgent:
    """Return an agent that was given as a class, or as FILE:CLASS."""
    if isinstance(given, type):
        return _from_python(code, given)
    if isinstance(given, str):
        return _from_file(code, given)
    raise BadInput(f"agents: {code}: expected a class or FILE:CLASS, got {described(given)}")


def _from_file(code: str, place: str) -> OwnAgent:
    file, _, name = place.rpartition(":")
    if not (file and name.isidentifier()):
        raise BadInput(f"--agents {place}: expected {FORM}")
    try:
        content = content_of(Path(file))
        text = content.decode()
    except OSError as wrong:
        raise BadInput(f"--agents: {file}: {wrong.strerror or wrong}") from None
    except UnicodeDecodeError:
        raise BadInput(f"--agents: {file}: expected Python, got what is no text") from None
    texts: dict[str, str] = {}
    _saying_where(file, lambda: _read_beside(text, Path(file), texts))
    by_name = sorted(texts.items())
    beside = tuple(
        (f"{key}.py", hashlib.sha256(each.encode()).hexdigest()) for key, each in by_name
    )
    found = OwnAgent(
        code, name, file, hashlib.sha256(content).hexdigest(), text or "\n",
        texts=tuple(by_name), beside=beside,
    )  # fmt: skip
    found.loaded()
    return found


def _from_python(code: str, kind: type[Any]) -> OwnAgent:
    if "<locals>" in kind.__qualname__:
        told = f"agents: {code}: {kind.__name__} is made within a function"
        raise BadInput(f"{told}; expected a class of a file or notebook of its own")
    try:
        file = Path(inspect.getfile(kind))
        content = file.read_bytes()
    except (OSError, TypeError):
        file = Path("notebook")
        functions = (getattr(each, "__code__", None) for each in vars(kind).values())
        content = b"".join(marshal.dumps(c) for c in functions if isinstance(c, CodeType))
    checksum = hashlib.sha256(content).hexdigest()
    return OwnAgent(code, kind.__name__, file.name, checksum, kind=kind, number=id(kind))


@lru_cache(maxsize=32)
def _class_of(text: str, file: str, name: str, texts: tuple[tuple[str, str], ...]) -> type[Any]:
    """Run a file's text as a module of its own, and return a class of it."""
    label = hashlib.sha256(repr((text, texts)).encode()).hexdigest()[:12]
    beside, made = dict(texts), dict[str, ModuleType]()

    def imports(wanted: str, *rest: Any) -> Any:  # noqa: ANN401 (as `__import__` has it)
        if wanted not in beside:
            return __import__(wanted, *rest)
        if wanted not in made:
            module(wanted, beside[wanted], str(Path(file).with_name(f"{wanted}.py")))
        return made[wanted]

    def module(key: str, text: str, file: str) -> ModuleType:
        made[key] = found = ModuleType(f"agents_of_{label}_{key}")
        found.__file__, sys.modules[found.__name__] = file, found
        vars(found)["__builtins__"] = {**vars(builtins), "__import__": imports}
        exec(compile(text, file, "exec"), vars(found))  # noqa: S102 (what the user named)
        return found

    _saying_where(file, lambda: module("", text, file))
    classes = {key: each for key, each in vars(made[""]).items() if isinstance(each, type)}
    if name not in classes:
        own = [key for key, each in classes.items() if each.__module__ == made[""].__name__]
        raise BadInput(f"{file}: no class '{name}'; {nearest(name, own) if own else 'it has none'}")
    return classes[name]


def _read_beside(text: str, file: Path, found: dict[str, str]) -> None:
    """Add the files beside a user's own that it imports, and those that these import, by module."""
    for node in ast.walk(ast.parse(text, str(file))):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        of = [node.module] if isinstance(node, ast.ImportFrom) else [e.name for e in node.names]
        for name in (each for each in of if each and each not in found):
            if (beside := file.with_name(f"{name}.py")).exists():
                found[name] = content_of(beside).decode()
                _read_beside(found[name], beside, found)


def _saying_where(file: str, act: Callable[[], object]) -> None:
    """Do something of a user's file; BadInput with its line where that goes wrong."""
    try:
        act()
    except (FaultyInput, BadInput):  # which says where
        raise
    except SyntaxError as wrong:
        raise BadInput(f"{wrong.filename}:{wrong.lineno}: {wrong.msg}") from None
    except (Exception, SystemExit) as wrong:  # noqa: BLE001 (whatever a user's code raises)
        frames = traceback.extract_tb(wrong.__traceback__)
        lines = [each.lineno for each in frames if Path(each.filename).name == Path(file).name]
        where = f"{file}:{lines[-1]}" if lines else file
        raise BadInput(f"{where}: {type(wrong).__name__}: {wrong}") from None


def _try_out(found: Sequence[OwnAgent], kinds: Mapping[str, type[Any]]) -> None:
    """Let each agent alone take part in the first quarter of two worlds."""
    import numpy as np

    from model.region import Region

    for each in found:
        with np.errstate(all="ignore"):
            own = {each.code: kinds[each.code]}
            _saying_where(each.file, lambda own=own: Region(worlds=2, rng=0, agents=own).step())  # type: ignore[misc]
