"""The page: controls on the left, what the worlds say on the right.

Nothing is pressed. Whatever is moved becomes an inquiry; while one is computed, the newest of those
that come takes the place of the others.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from html import escape
from pathlib import Path
from typing import Any
from weakref import ref

import panel as pn

from experiments.dashboard.builder import Builder
from experiments.dashboard.charts import Chart, opening
from experiments.dashboard.controls import Command, Levers
from experiments.dashboard.downloads import KINDS, file_of
from experiments.dashboard.finding import finding
from experiments.dashboard.levers import levers
from experiments.dashboard.own import MINE
from experiments.dashboard.query import LAST, LASTS, MOVES, Query
from experiments.dashboard.region_map import RegionMap
from experiments.dashboard.text import heads, rested, table, whole, working
from experiments.dashboard.view import View, choices, powers
from experiments.dashboard.why import why
from experiments.dashboard.worlds import Answer, Worlds
from experiments.errors import BadInput
from scenarios.contents import all_scenarios
from scenarios.faults import FaultyInput
from scenarios.vocabulary import STATE_NAMES, STATES

TEMPLATE, TEXT, WIDGETS = (
    Path(__file__).with_name(name).read_text(encoding="utf-8")
    for name in ("page.html", "text.css", "widgets.css")
)
WORLDS, ONE = Worlds(), ThreadPoolExecutor(1, "worlds")
"""Kept worlds serve every open page; one thread runs them, so that two pages take turns."""
PULSE = 0.1
"""Seconds between two looks at how far a computation is."""
FIRST, AGAINST = "frozen_ukraine", "baseline"
BEGUN = '<p class="finding">The first worlds are being computed …</p>'
FAILED = "the model failed: the terminal that serves this page says how"
YEAR = {
    "name": "year", "about": "Year that the sentence, the map and the table show",
    "low": 2000, "high": LAST, "step": 1, "default": LAST, "unit": "", "left_alone": str(LAST),
    "tip": ["The last quarter of the year.", "Dotted line in the charts."],
}  # fmt: skip
NARROW = "@media (max-width: 640px) { :host { display: grid; grid: auto / 1fr 1fr; gap: 0 10px; } }"
"""Choices stand two by two on a phone, so that the answer is near."""
WHEN = [
    YEAR | {"name": name, "about": about, "low": 2026 + late, "high": 2039 + late,
            "default": default, "left_alone": str(default), "tip": ["Its first quarter."]}
    for late, (name, about, default) in enumerate([
        ("from", "Moved drivers leave their path in", MOVES[0]),
        ("to", "and reach the new value in", MOVES[1]),
    ])
]  # fmt: skip
WIDE = {"sizing_mode": "stretch_width", "margin": 0}


class Page:
    """One open page and what its analyst has moved."""

    def __init__(self) -> None:
        """Lay the page out, empty."""
        self.document = pn.state.curdoc
        self.answer: Answer | None = None
        self.asked: Query | None = None
        self.levered, self.based = ("", ""), None
        self.busy = False
        self._make_controls()
        self._make_pictures()

    def _make_controls(self) -> None:
        wide, titles = {**WIDE, "margin": (0, 0, 8, 0), "stylesheets": [WIDGETS]}, by_theme()
        self.offered = {name for own in titles.values() for name in own.values()}
        titles = {"Your own": {"Your scenario": MINE}} | titles
        self.scenario = pn.widgets.Select(label="Scenario", groups=titles, value=FIRST, **wide)
        self.against = pn.widgets.Select(label="Compare with", groups=titles, value=AGAINST, **wide)
        more = {"": {"(no other)": ""}} | titles
        self.third = pn.widgets.Select(label="And with", groups=more, value="", **wide)
        self.outcome = pn.widgets.Select(label="Outcome", groups=choices(), value="share", **wide)
        self.power = pn.widgets.Select(label="Power", options=powers(), value="", **wide)
        states = {STATE_NAMES[state]: state for state in STATES}
        self.state = pn.widgets.Select(label="State", options=states, value=STATES[0], **wide)
        lasts = {f"the end of {year}": year for year in LASTS}
        self.last = pn.widgets.Select(label="Run to", options=lasts, value=LAST, **wide)
        self.year, self.when = Levers(items=[YEAR], **WIDE), Levers(items=WHEN, **WIDE)
        self.builder = Builder(text, WIDGETS)
        self.builder.text.param.watch(self._written, "value")
        self.drivers, self.settings = Levers(**WIDE), Levers(**WIDE)
        self.reset = pn.widgets.Button(label="Reset", **wide)
        self.reset.on_click(self._reset)
        for control, value in (
            (self.scenario, "value"), (self.against, "value"), (self.third, "value"),
            (self.last, "value"), (self.when, "moved"),
            (self.drivers, "moved"), (self.settings, "moved"),
        ):  # fmt: skip
            control.param.watch(self.renew, value)
        for control in (self.state, self.outcome, self.power):
            control.param.watch(lambda _: self.draw(), "value")
        self.year.param.watch(lambda _: self.draw(), "moved")

    def _make_pictures(self) -> None:
        self.level = Chart(262, (0.13, 0.22), signed=False)
        self.change = Chart(235, (0.12, 0.42), signed=True)
        self.map = RegionMap()
        for each in (self.map.states, self.map.named):
            each.selected.on_change("indices", self._choose)
        self.status, self.said = text(sizing_mode=None), text()
        self.said.object = BEGUN
        self.heads = {name: text() for name in ("level", "change", "map", "numbers", "command")}
        self.numbers = text()
        self.command = Command(**WIDE)
        self.downloads = pn.FlexBox(*map(self._download, KINDS), **WIDE)
        self.ask = pn.widgets.Button(label="Why?", stylesheets=[WIDGETS], width=90, margin=(8, 0))
        self.ask.on_click(self._explain)
        self.reasons = pn.Column(**WIDE)

    def template(self) -> Any:  # noqa: ANN401 (Panel carries no types)
        """Return the page for the server."""
        page = pn.Template(TEMPLATE, location=True)
        chosen = (self.scenario, self.against, self.third, self.outcome, self.power, self.state,
                  self.last)  # fmt: skip
        self._keep_in_address()
        parts = {
            "status": self.status, "year": self.year,
            "choices": pn.Column(*chosen, stylesheets=[NARROW], **WIDE),
            "drivers": self.drivers, "settings": self.settings, "when": self.when,
            "own": self.builder.shown, "reset": self.reset,
            "finding": pn.Column(self.said, self.ask, self.reasons, **WIDE),
            "level": self._card("level", self.level.figure),
            "change": self._card("change", self.change.figure),
            "map": self._card("map", self.map.figure),
            "numbers": self._card("numbers", self.numbers),
            "command": pn.Column(self._card("command", self.command), self.downloads, **WIDE),
        }  # fmt: skip
        for name, part in parts.items():
            page.add_panel(name, part)
        pn.state.onload(partial(begin, ref(self)))
        return page

    def _card(self, name: str, shown: Any) -> Any:  # noqa: ANN401
        return pn.Column(self.heads[name], shown, **WIDE)

    def inquiry(self) -> Query:
        """Return what the controls ask for."""
        return Query(
            self.scenario.value, self.against.value,
            dict(self.drivers.moved), dict(self.settings.moved), third=self.third.value,
            mine=self.builder.text.value, last=self.last.value,
            moves=tuple(self.when.moved.get(each["name"], each["default"]) for each in WHEN),
        )  # fmt: skip

    def view(self) -> View:
        """Return what is looked at; a power counts only where the outcome is one of each."""
        column, year = self.outcome.value, int(self.year.moved.get("year", LAST))
        if self.answer:
            year = min(year, self.answer.inquiry.last)
        by_power = column in choices()["By power"].values()
        return View(
            column, (self.power.value or None) if by_power else None, self.state.value, year
        )

    async def renew(self, *_: object) -> None:
        """Compute what is asked for, and again until nothing newer is."""
        if self.busy:
            return
        self.busy = True
        try:
            while (asked := self.inquiry()) != self.asked:
                self.asked = asked
                await self._answer(asked)
        finally:
            self.busy = False

    async def _answer(self, asked: Query) -> None:
        try:
            asked.refuse_unknown(self.offered)
            own = (asked.scenario, asked.mine if asked.scenario == MINE else "")
            if own != self.levered:
                self.drivers.items, self.settings.items = await self._wait(drawn, *own)
                self.based = await self._wait(asked.based)
                self.levered = own
            self.answer = await self._wait(WORLDS.answer, asked)
        except FaultyInput as wrong:
            self.builder.refuse(wrong)
            self.status.object = '<span class="wrong">your scenario has faults</span>'
            return
        except BadInput as wrong:
            self.status.object = f'<span class="wrong">{escape(str(wrong))}</span>'
            return
        except Exception:  # the page must not wait for what will never come
            self.status.object = f'<span class="wrong">{FAILED}</span>'
            raise
        self.builder.wrong.object = ""
        self.status.object = rested(self.answer)
        self.document.add_next_tick_callback(self.draw)  # which waits for the document's lock

    async def _wait(self, work: Any, *given: object) -> Any:  # noqa: ANN401
        """Have something done in the thread for it, and show how far it is."""
        future = asyncio.get_running_loop().run_in_executor(ONE, work, *given)
        while not future.done():
            self.status.object = working(WORLDS.part)
            await asyncio.wait([future], timeout=PULSE)
        return future.result()

    def draw(self) -> None:
        """Draw the answer at hand for the chosen state and year."""
        if self.answer is None:
            return
        answer, view = self.answer, self.view()
        levels, changes, opens = view.levels(answer), view.changes(answer), opening(answer)
        self.level.show(answer, levels, opens, view.year)
        self.change.show(answer, changes, opens, view.year)
        self.power.disabled = view.column not in choices()["By power"].values()
        self.map.show(next(iter(answer.shares.values()))[view.row(answer)], view.state)
        said = escape(whole(finding(answer, view)))
        self.said.object = f'<p class="finding">{said}</p>'
        self.numbers.object = table(answer, view)
        self.command.text = answer.inquiry.command()
        for name, words in heads(answer, view).items():
            self.heads[name].object = words
        self.reasons.clear()
        if self.based is not self.builder.based:
            self.builder.show(self.based)

    def _download(self, kind: str) -> Any:  # noqa: ANN401
        """Return a button that gives away a kind of file, made when it is clicked."""
        button = pn.widgets.FileDownload(
            label=f"Download {kind.upper()}", filename=f"crossroads.{kind}",
            stylesheets=[WIDGETS], margin=(0, 8, 8, 0), sizing_mode=None, auto=True, embed=False,
        )  # fmt: skip

        def made() -> Any:  # noqa: ANN401
            if self.answer is None:
                return None
            button.filename = f"{self.answer.inquiry.name}_{self.view().column}.{kind}"
            return file_of(kind, self.answer, self.view())

        button.callback = made
        return button

    async def _explain(self, _: object) -> None:
        """Say beside the answer which terms moved the state's choice."""
        if self.answer is None or self.busy:
            return
        self.busy = True
        try:
            asked, view = self.answer.inquiry, self.view()
            figure = await self._wait(why, asked, view.state, view.column)
            self.reasons[:] = [text(figure)]
            self.status.object = rested(self.answer)
        except (FaultyInput, BadInput) as wrong:
            self.status.object = f'<span class="wrong">{escape(str(wrong))}</span>'
        finally:
            self.busy = False

    def _keep_in_address(self) -> None:
        """Keep what is chosen and moved in the page's address, to be shared and gone back to."""
        location = pn.state.location
        if location is None:
            return
        location.sync(self.builder.text, {"value": MINE})
        for name in ("scenario", "against", "third", "outcome", "power", "state", "last"):
            location.sync(getattr(self, name), {"value": name})
        for name in ("year", "when", "drivers", "settings"):
            location.sync(getattr(self, name), {"moved": name})

    async def _written(self, _: object) -> None:
        """Look at one's own scenario once it is written."""
        if MINE not in (self.scenario.value, self.against.value, self.third.value):
            self.scenario.value = MINE
        await self.renew()

    def _choose(self, _attribute: str, _old: object, new: list[int]) -> None:
        """Take the state that was clicked on the map."""
        if new:
            self.state.value = STATES[new[0]]

    def _reset(self, _: object) -> None:
        self.drivers.moved, self.settings.moved = {}, {}


async def begin(page: ref[Page]) -> None:
    """Have a page compute once it is shown.

    Panel keeps what it calls then by the page's document, which the page itself keeps: held
    weakly, a page that was never shown is let go of with its session.
    """
    if (opened := page()) is not None:
        await opened.renew()


def warm_up() -> None:
    """Begin with what every page shows first."""
    ONE.submit(WORLDS.answer, Query(FIRST, AGAINST))


def text(words: str = "", **how: Any) -> Any:  # noqa: ANN401 (Panel carries no types)
    """Return a piece of text."""
    return pn.pane.HTML(words, stylesheets=[TEXT], **(WIDE | how))


def by_theme() -> dict[str, dict[str, str]]:
    """Return the scenarios that can be chosen, as `crossroads scenarios` lists them."""
    found, _ = all_scenarios(())
    themes: dict[str, dict[str, str]] = {}
    for each in found:
        own = themes.setdefault(each["theme"], {})
        own[each["name"] if each["title"] in own else each["title"]] = each["name"]
    return themes


def drawn(scenario: str, mine: str) -> tuple[list[dict[str, Any]], ...]:
    """Return a scenario's levers as the page draws them: drivers, then parameters."""
    return tuple([each.drawn() for each in kind] for kind in levers(scenario, mine))
