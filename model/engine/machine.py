"""The machine: assembly turned into functions of this process by LLVM."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import CFUNCTYPE, c_int64, c_void_p
from functools import cache
from typing import Any

import llvmlite.binding as llvm

EFFORT = 2
"""How hard LLVM tries to make code fast: as with -O2."""
POINTERS, SIZES = 6, 3
"""How many addresses, and how many numbers after them, a function is given."""

Function = Callable[..., None]


class Machine:
    """The functions of compiled code."""

    def __init__(self, code: bytes) -> None:
        """Load the code."""
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target())
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def function(self, name: str) -> Function:
        """One of the functions, which keeps its machine."""
        kinds = (*(c_void_p,) * POINTERS, *(c_int64,) * SIZES)
        found: Any = CFUNCTYPE(None, *kinds)(self._engine.get_function_address(name))
        found.machine = self
        return found


def code_of(assembly: str) -> bytes:
    """Compile an assembly for the processor."""
    code: bytes = target().emit_object(llvm.parse_assembly(assembly))
    return code


def target() -> Any:  # noqa: ANN401 (llvmlite has no types)
    """The processor, as LLVM compiles for it."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    cpu, features = host()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=cpu, features=features, opt=EFFORT, jit=True
    )


@cache
def host() -> tuple[str, str]:
    """The name of the processor, and what it can do."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def compiler() -> str:
    """All that compiled code follows from beside its assembly."""
    return repr((*host(), llvm.llvm_version_info, EFFORT))
