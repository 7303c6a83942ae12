"""The live page on the wire: newer moves, failures, ports, the missing extra, Ctrl-C."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from tornado import httputil, web

from experiments.dashboard import page, serving
from experiments.dashboard.query import Query
from experiments.dashboard.worlds import Worlds
from experiments.errors import BadInput

FREEZE = Query("frozen_ukraine", "baseline", worlds=6)


@pytest.fixture(scope="module")
def freeze():
    return Worlds().answer(FREEZE)


class Slow:
    """Stands in for the worlds: notes what it is asked; newer wishes come while it is at work."""

    part = 0.5

    def __init__(self, answer, meanwhile):
        self.asked, self.given, self.meanwhile = [], answer, meanwhile

    def answer(self, inquiry):
        self.asked.append(inquiry)
        self.meanwhile()
        return self.given


def test_newer_moves_replace_those_that_wait(freeze, monkeypatch):
    opened = page.Page()
    opened.document = type("Document", (), {"add_next_tick_callback": lambda _, call: call()})()
    wished = [FREEZE]
    moves = [Query("frozen_ukraine", "baseline", {"sanctions": x}) for x in (0.1, 0.2, 0.3)]
    slow = Slow(freeze, lambda: wished.extend(moves))
    monkeypatch.setattr(page, "WORLDS", slow)
    monkeypatch.setattr(opened, "inquiry", lambda: wished[-1])
    asyncio.run(opened.renew())
    assert slow.asked == [FREEZE, moves[-1]]
    assert opened.status.object.endswith(" ms</span>")
    assert "In Kazakhstan in 2035" in opened.said.object


class Failing:
    """Worlds that give no answer."""

    part = 0.0

    def __init__(self, error):
        self.error = error

    def answer(self, _):
        raise self.error


def test_what_cannot_be_run_is_said_on_the_page(monkeypatch):
    opened = page.Page()
    monkeypatch.setattr(page, "WORLDS", Failing(BadInput("no <such> scenario")))
    asyncio.run(opened.renew())
    assert "no &lt;such&gt; scenario" in opened.status.object
    assert not opened.busy


@pytest.mark.parametrize(
    "asked",
    [
        Query("/etc/passwd", "baseline"),
        Query("frozen_ukraine", "../secret"),
        Query("frozen_ukraine", "baseline", third="/etc/passwd"),
        Query("frozen_ukraine", "baseline", last=10**9),
        Query("frozen_ukraine", "baseline", moves=("2026-Q1}\nnote: x", 2030)),
        Query("frozen_ukraine", "baseline", {"sanctions": 99.0}),
        Query("frozen_ukraine", "baseline", {"sanctions": "0.5}\nnote: x"}),
        Query("frozen_ukraine", "baseline", {"title": 0.5}),
        Query("frozen_ukraine", "baseline", {}, {"attention_cost": float("nan")}),
        Query("frozen_ukraine", "baseline", {}, {"x; rm -r ~": 0.5}),
    ],
)
def test_what_the_page_does_not_offer_is_refused_and_not_shown(asked, monkeypatch):
    opened = page.Page()
    monkeypatch.setattr(page, "WORLDS", Failing(AssertionError("it was run")))
    asyncio.run(opened._answer(asked))
    assert "reload the page" in opened.status.object
    assert "passwd" not in opened.status.object


def test_a_page_does_not_wait_for_what_will_never_come(monkeypatch):
    opened = page.Page()
    monkeypatch.setattr(page, "WORLDS", Failing(RuntimeError("unforeseen")))
    with pytest.raises(RuntimeError):
        asyncio.run(opened.renew())
    assert page.FAILED in opened.status.object
    assert not opened.busy


def test_every_scenario_of_the_library_can_be_chosen():
    themes = page.by_theme()
    assert "frozen_ukraine" in themes["War in Ukraine"].values()
    assert next(iter(themes)) == "Baseline"


def test_without_the_extra_one_line_names_it(crossroads, monkeypatch):
    monkeypatch.setitem(sys.modules, "panel", None)
    answer = crossroads("dashboard")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"{serving.EXTRA}\n"


def test_a_port_in_use_is_one_line(crossroads):
    with socket.socket() as taken:
        taken.bind((serving.HERE, 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = crossroads("dashboard", "--port", port)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == f"--port {port}: address already in use; try another\n"


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_there_is_not_is_refused(port, crossroads):
    answer = crossroads("dashboard", "--port", port)
    assert answer.code == 2
    assert "--port" in answer.err


@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({"Host": "127.0.0.1:5006"}, True),
        ({"Host": "localhost:5006"}, True),
        ({"Host": "localhost:5006", "Origin": "http://localhost:5006"}, True),
        ({"Host": "evil.example:5006"}, False),
        ({"Host": "127.0.0.1"}, False),
        ({"Host": "localhost:5006", "Origin": "http://evil.example:5006"}, False),
        ({"Host": "evil.example:5006", "Origin": "http://evil.example:5006"}, False),
        ({"Host": "localhost:5006", "Origin": "null"}, False),
        ({}, False),
    ],
)
def test_whoever_names_another_host_or_comes_from_another_page_is_a_stranger(headers, admitted):
    class Made(web.RequestHandler):
        pass

    application = web.Application([("/.*", Made)])
    serving.refuse_strangers(application, ["127.0.0.1:5006", "localhost:5006"])
    line = httputil.RequestStartLine("GET", "/ws", "HTTP/1.1")
    asked = httputil.HTTPHeaders({"Host": "x"} | headers)
    if "Host" not in headers:
        del asked["Host"]
    request = httputil.HTTPServerRequest(
        headers=httputil.HTTPHeaders({"Host": "127.0.0.1:5006"}),
        start_line=line,
        connection=type("Connection", (), {"context": None})(),
    )
    request.headers = asked
    assert (application.find_handler(request).handler_class is Made) == admitted


@pytest.mark.slow
def test_pages_that_nobody_shows_are_let_go_of(monkeypatch):
    monkeypatch.setattr(serving, "UNUSED", 300)
    server = serving.started(port := free_port())
    (context,) = server._tornado.applications.values()
    visits = []

    def visit():
        for _ in range(3):
            urllib.request.urlopen(f"http://{serving.HERE}:{port}/").read()
            visits.append(len(context._sessions))
        server.io_loop.add_callback(watch)

    def watch():
        server.io_loop.stop() if not context._sessions else server.io_loop.call_later(0.1, watch)

    threading.Thread(target=visit, daemon=True).start()
    server.io_loop.start()
    server.stop()
    gc.collect()
    assert visits[0] == 1
    assert not [each for each in gc.get_objects() if isinstance(each, page.Page)]


def free_port():
    with socket.socket() as one:
        one.bind((serving.HERE, 0))
        return one.getsockname()[1]


@pytest.mark.slow
def test_ctrl_c_ends_it_quietly():
    words = [sys.executable, "-m", "experiments", "dashboard", "--port", str(free_port())]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    ) as served:
        assert "http://127.0.0.1" in served.stdout.readline()
        served.send_signal(signal.SIGINT)
        out, err = served.communicate(timeout=60)
    assert served.returncode in {0, 130}
    assert (out, err) == ("", "")
