"""Serving the page on this machine, and to it alone."""

from __future__ import annotations

import logging
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from experiments.errors import BadInput, extra

HERE = "127.0.0.1"
UNUSED = 10_000
"""Milliseconds that a page which nobody shows, or shows no more, is kept."""
EXTRA = f"the dashboard needs, in a clone of Crossroads: {extra('dashboard')}"


class Gone(logging.Filter):
    """Keeps quiet about messages to a page that was closed meanwhile."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is about anything else."""
        kind = record.exc_info[0] if record.exc_info else None
        gone = kind is not None and kind.__name__ in {"WebSocketClosedError", "StreamClosedError"}
        return not gone and "connection was closed" not in record.getMessage()


def serve(port: int) -> None:
    """Serve the page until interrupted.

    Raises BadInput where the extra is not installed or the port is taken.
    """
    server = started(port)
    for name in ("asyncio", "bokeh.server.views.ws"):
        logging.getLogger(name).addFilter(Gone())
    logging.getLogger("tornado.access").setLevel(logging.ERROR)  # who is refused need not be told
    print(f"http://{HERE}:{port} (Ctrl-C ends it)", flush=True)
    try:
        server.io_loop.start()
    finally:
        server.stop()


def started(port: int) -> Any:  # noqa: ANN401 (Panel carries no types)
    """Return the server, listening."""
    try:
        import panel as pn
    except ImportError:
        raise BadInput(EXTRA) from None
    refuse_taken(port)
    from experiments.dashboard.page import Page, warm_up

    warm_up()
    names = [f"{name}:{port}" for name in (HERE, "localhost")]
    server = pn.serve(
        lambda: Page().template(), port=port, address=HERE, websocket_origin=names,
        title="Crossroads", show=False, start=False, verbose=False,
        unused_session_lifetime_milliseconds=UNUSED, check_unused_sessions_milliseconds=UNUSED // 3,
    )  # fmt: skip
    refuse_strangers(server._tornado, names)  # noqa: SLF001 (Bokeh gives it no public name)
    server.start()  # else nothing looks for pages that are over
    return server


def refuse_strangers(application: Any, names: Collection[str]) -> None:  # noqa: ANN401 (as above)
    """Answer requests for another host, or from another's page, with 403, before all else.

    A foreign name can be made to lead to this machine (DNS rebinding), and any page can open a
    socket to it. What is refused makes no session.
    """
    from tornado.routing import Matcher, Rule
    from tornado.web import ErrorHandler

    class Stranger(Matcher):
        """Matches what does not name this server alone."""

        def match(self, request: Any) -> dict[str, Any] | None:  # noqa: ANN401 (as above)
            origins = request.headers.get_list("Origin")
            hosts = [*request.headers.get_list("Host"), *map(host_of, origins)]
            known = "Host" in request.headers and all(host in names for host in hosts)
            return None if known else {}

    router = application.default_router
    rule = Rule(Stranger(), ErrorHandler, {"status_code": 403})
    router.rules.insert(0, router.process_rule(rule))


def host_of(origin: str) -> str:
    """Return the host and port of a page's origin; '' where it has none.

    >>> host_of("http://localhost:5006"), host_of("null")
    ('localhost:5006', '')
    """
    return urlsplit(origin).netloc if origin.startswith(("http://", "https://")) else ""


def refuse_taken(port: int) -> None:
    """Raise BadInput where a port cannot be listened to, before anything slow is imported."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except OSError as wrong:
            raise BadInput(f"--port {port}: {str(wrong.strerror).lower()}; try another") from None
