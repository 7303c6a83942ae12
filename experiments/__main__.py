"""`python -m experiments` is `crossroads`."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import suppress


def run() -> None:
    """Run the command line of this process, and end it.

    Threads of libraries may outlive Python, and abort a process that takes its memory apart
    meanwhile (two `ask` in a hundred, with pyarrow 26 on two busy cores). So the process ends at
    once when Python has done what it does at the end.
    """
    try:
        from experiments.cli import main  # Ctrl-C may come while this is read

        code = main()
    except KeyboardInterrupt:
        code = 130
    atexit._run_exitfuncs()  # noqa: SLF001 (there is no public name for it)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
