"""The command that opens the live page: dashboard."""

from __future__ import annotations

from typing import Annotated

import typer


def dashboard(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where to serve it.")] = 5006,
) -> None:
    """Serve a live page on 127.0.0.1: move assumptions, see at once what changes.

    Needs the extra `dashboard`. Ctrl-C ends it.
    """
    from experiments.dashboard.serving import serve

    serve(port)
