"""The machine: LLVM turns assembly into functions of this process; what it made is cached on disk.

llvmlite is read late and tried before it is used, so that without it everything else works.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int64, c_void_p
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.text import TABLE, content_of

EFFORT = 2
"""How hard LLVM tries to make code fast: as with -O2."""
POINTERS, SIZES = 6, 3
"""How many addresses, and how many numbers after them, a function is given."""
FROM, BEFORE = (0, 45), (0, 51)
"""Versions of llvmlite that programs were compared with the rules under; as in pyproject.toml."""
CACHE = Path(__file__).parent / "__pycache__"
"""Where compiled code waits for the next process, beside Python's own."""
MOST = 40
"""Files in the cache; those not used for longest make room."""
MARK = 32
"""Bytes of the checksum that a file begins with."""
LIBRARIES = count()
"""Numbers for the names of what is loaded, no two of which may be the same."""
TRIAL = """
declare <8 x double> @llvm.sqrt.v8f64(<8 x double>)
declare <8 x double> @llvm.masked.load.v8f64.p0(ptr, i32, <8 x i1>, <8 x double>)
declare void @llvm.masked.store.v8f32.p0(<8 x float>, ptr, i32, <8 x i1>)
define void @trial(ptr %from, ptr %to, ptr %c, ptr %d, ptr %e, ptr %f, i64 %x, i64 %y, i64 %z) {
  %filled = fcmp ogt <8 x double> <double 1.0, double 1.0, double 1.0, double 1.0, double 1.0,
    double 0.0, double 0.0, double 0.0>, zeroinitializer
  %given = call <8 x double> @llvm.masked.load.v8f64.p0(ptr %from, i32 8, <8 x i1> %filled,
    <8 x double> zeroinitializer)
  %root = call <8 x double> @llvm.sqrt.v8f64(<8 x double> %given)
  %small = fptrunc <8 x double> %root to <8 x float>
  call void @llvm.masked.store.v8f32.p0(<8 x float> %small, ptr %to, i32 4, <8 x i1> %filled)
  ret void
}
"""
"""What every program needs of LLVM, in a group of eight worlds of which there are five."""
TRIED = 5

Function = Callable[..., None]


class Machine:
    """The functions of compiled code."""

    def __init__(self, code: bytes, names: list[str]) -> None:
        """Load the code, of which some functions are wanted."""
        llvm = compiler()
        self._linker = llvm.create_lljit_compiler(target())
        library = llvm.JITLibraryBuilder().add_object_img(code)
        for name in names:
            library.export_symbol(name)
        self._library = library.link(self._linker, f"program {next(LIBRARIES)}")

    def function(self, name: str) -> Function:
        """One of the functions, which keeps its machine."""
        kinds = (*(c_void_p,) * POINTERS, *(c_int64,) * SIZES)
        found: Any = CFUNCTYPE(None, *kinds)(self._library[name])
        found.machine = self
        return found


def code_of(assembly: str) -> bytes:
    """Compile an assembly for the processor."""
    code: bytes = target().emit_object(compiler().parse_assembly(assembly))
    return code


@cache
def compiler() -> Any:  # noqa: ANN401 (llvmlite has no types)
    """LLVM. Raises ImportError for a version of llvmlite that is too old or too new."""
    import llvmlite
    from llvmlite import binding

    version = tuple(map(int, re.findall(r"\d+", llvmlite.__version__)[:2]))
    if not FROM <= version < BEFORE:
        raise ImportError(f"llvmlite is {llvmlite.__version__}, not {supported()}")
    binding.initialize_native_target()
    binding.initialize_native_asmprinter()
    return binding


def supported() -> str:
    """The versions of llvmlite, as pip takes them."""
    return ">={}.{},<{}.{}".format(*FROM, *BEFORE)


@cache
def usable() -> bool:
    """Whether quarters can be compiled here; the first time that they cannot, the user is warned.

    A small program is compiled and compared with NumPy, as llvmlite can be there and not work.
    """
    try:
        code = cached(lambda: code_of(TRIAL), TRIAL, processor())
        given, found = np.arange(8.0), np.zeros(8, np.float32)
        trial = Machine(code, ["trial"]).function("trial")
        trial(given.ctypes.data, found.ctypes.data, *(None,) * 4, 0, 0, 0)
        meant = np.sqrt(given[:TRIED]).astype(np.float32)
        same = np.array_equal(found[:TRIED], meant) and not found[TRIED:].any()
        problem = "" if same else "compiled code computes otherwise"
    except Exception as error:  # noqa: BLE001 (whatever it is, the rules do without)
        problem = f"{type(error).__name__}: {error}".splitlines()[0]
    if problem:
        warnings.warn(
            f"large batches are stepped by NumPy, which takes two to three times as long, since "
            f"llvmlite cannot be used ({problem}); pip install 'llvmlite{supported()}'",
            stacklevel=2,
        )
    return not problem


def target() -> Any:  # noqa: ANN401 (as above)
    """The processor, as LLVM compiles for it."""
    llvm = compiler()
    return llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(),
        features=llvm.get_host_cpu_features().flatten(),
        opt=EFFORT,
        jit=True,
    )


@cache
def processor() -> str:
    """All that compiled code follows from beside its assembly."""
    llvm = compiler()
    cpu = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    return repr((*cpu, llvm.llvm_version_info, EFFORT))


def cached(make: Callable[[], bytes], *about: str) -> bytes:
    """What `make` makes, unless some process has made it before; `about` says all it follows from.

    A folder that cannot be written to keeps nothing.
    """
    path = CACHE / f"kept-{hashlib.sha256(repr(about).encode()).hexdigest()[:24]}.bin"
    with suppress(OSError):
        content = content_of(path, TABLE)
        if content[:MARK] == marked(path, content[MARK:]):
            with suppress(OSError):
                path.touch()
            return content[MARK:]
    found = make()
    with suppress(OSError):
        keep(path, found)
    return found


def marked(path: Path, content: bytes) -> bytes:
    """The checksum of a file under its name: what was put under another's name is not whole."""
    return hashlib.sha256(path.name.encode() + content).digest()


def keep(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, and remove the oldest where there are too many."""
    path.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        apart = Path(folder) / path.name
        apart.write_bytes(marked(path, content) + content)
        apart.replace(path)
    by_age = sorted(path.parent.glob("kept-*.bin"), key=lambda each: each.stat().st_mtime)
    for old in by_age[:-MOST]:
        old.unlink(missing_ok=True)
