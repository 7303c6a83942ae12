"""The machine: assembly turned into functions of this process by LLVM, and kept on disk."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int64, c_void_p
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

EFFORT = 2
"""How hard LLVM tries to make code fast: as with -O2."""
POINTERS, SIZES = 6, 3
"""How many addresses, and how many numbers after them, a function is given."""
KEPT = Path(__file__).parent / "__pycache__"
"""Where compiled code waits for the next process, beside that of Python itself."""
MOST = 40
"""Compiled assemblies that are kept; those not used for longest make room."""

MARK = 32
"""Bytes of the checksum that a file begins with."""

Function = Callable[..., None]


class Machine:
    """The functions of an assembly, as long as this object lives."""

    def __init__(self, assembly: str) -> None:
        """Compile, unless some process has done so before with this processor and this LLVM."""
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        cpu, features = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
        target = llvm.Target.from_default_triple().create_target_machine(
            cpu=cpu, features=features, opt=EFFORT, jit=True
        )
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(assembly), target)
        kept = kept_as(assembly, cpu, features, repr((llvm.llvm_version_info, EFFORT)))
        self._engine.set_object_cache(lambda _, code: keep(kept, code), lambda _: found(kept))
        self._engine.finalize_object()

    def function(self, name: str) -> Function:
        """One of the functions."""
        kinds = (*(c_void_p,) * POINTERS, *(c_int64,) * SIZES)
        return CFUNCTYPE(None, *kinds)(self._engine.get_function_address(name))


def kept_as(*parts: str) -> Path:
    """The file for what is compiled from an assembly."""
    return KEPT / f"quarter-{hashlib.sha256(repr(parts).encode()).hexdigest()[:24]}.o"


def found(path: Path) -> bytes | None:
    """Compiled code, or None where there is none yet or it is not whole."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        path.touch()
    mark, code = content[:MARK], content[MARK:]
    return code if mark == marked(path, code) else None


def marked(path: Path, code: bytes) -> bytes:
    """The checksum of code under its name: what was put under another's name is not whole."""
    return hashlib.sha256(path.name.encode() + code).digest()


def keep(path: Path, code: bytes) -> None:
    """Keep compiled code whole or not at all; a folder that cannot be written to keeps none."""
    try:
        path.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            whole = Path(folder) / path.name
            whole.write_bytes(marked(path, code) + code)
            whole.replace(path)
        for old in by_age(path.parent)[:-MOST]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def by_age(folder: Path) -> list[Any]:
    """Compiled assemblies in a folder, those not used for longest first."""
    return sorted(folder.glob("quarter-*.o"), key=lambda each: each.stat().st_mtime)
