"""The live page in a browser that reaches nothing but this machine."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.dashboard.serving import HERE
from experiments.figures.palette import INK, POWER

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 120_000
"""Milliseconds after which the page has failed, however busy the machine."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium"),
]


@pytest.fixture(scope="module")
def address():
    with socket.socket() as one:
        one.bind((HERE, 0))
        port = one.getsockname()[1]
    words = [sys.executable, "-m", "experiments", "dashboard", "--port", str(port)]
    root = Path(__file__).parents[1]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=root) as served:
        assert served.stdout.readline().startswith(f"http://{HERE}:{port}")
        yield f"http://{HERE}:{port}"
        served.terminate()


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    cut_off = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HERE}"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=[cut_off])
        yield opened
        opened.close()


class Opened:
    """A page that has its first answer, with all that it complained of and asked for."""

    def __init__(self, browser, address, width):
        self.context = browser.new_context(viewport={"width": width, "height": 900})
        self.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints, self.asked = [], []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)
        self.said("In Kazakhstan in 2035")  # which is written last, when all has its place

    def _heard(self, message):
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def said(self, text):
        self.page.get_by_text(text).first.wait_for()

    def slider(self, name):
        return self.page.get_by_role("slider", name=name)

    def click_on_map(self, across, down):
        """Click at parts of the map's width and height, once it stands still."""
        drawn = self.page.locator("main section").nth(2).locator(".bk-events")
        box = drawn.bounding_box()
        drawn.click(position={"x": across * box["width"], "y": down * box["height"]})

    def command(self):
        return self.page.get_by_label("Command").inner_text()


@pytest.fixture
def opened(browser, address):
    found = Opened(browser, address, 1400)
    yield found
    found.context.close()


DRAWN = """([section, colour]) => {
  const canvases = (root) => [...root.querySelectorAll("*")].flatMap((each) => [
    ...(each.tagName === "CANVAS" && each.width && each.height ? [each] : []),
    ...(each.shadowRoot ? canvases(each.shadowRoot) : []),
  ]);
  const pixels = canvases(document.querySelectorAll("main section")[section]).flatMap((each) =>
    [...each.getContext("2d").getImageData(0, 0, each.width, each.height).data]);
  let found = 0;
  for (let at = 0; at < pixels.length; at += 4)
    found += pixels[at + 3] > 200 &&
      colour.every((part, place) => Math.abs(pixels[at + place] - part) < 12);
  return found > 50;
}"""
"""Whether a section of the page has more than fifty pixels of a colour."""


def wait_for_colour(opened, section, colour):
    """Wait until a chart is painted in a colour."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    opened.page.wait_for_function(DRAWN, arg=[section, wanted])


def test_with_no_network_the_page_is_whole_and_complains_of_nothing(opened, address):
    opened.page.wait_for_load_state("networkidle")
    assert opened.complaints == []
    assert all(each.startswith((address, f"blob:{address}", "data:")) for each in opened.asked)
    for section in (1, 3):
        for power in ("RUS", "CHN"):
            wait_for_colour(opened, section, POWER[power].colour)


def test_a_lever_moved_by_keyboard_changes_sentence_and_command(opened):
    opened.slider("sanctions on Russia").press("Home")
    opened.said("with sanctions = 0”")
    opened.slider("attention that the war").press("End")
    opened.said("--set attention_cost=0.8")
    assert "sanctions: {2026-Q1: inherited, 2027-Q1: 0}" in opened.command()
    opened.page.get_by_text("512 worlds run").wait_for()
    assert opened.complaints == []


def test_the_default_can_be_taken_again(opened):
    opened.slider("real growth of China").press("Home")
    opened.said("china_growth: {2026-Q1")
    opened.page.get_by_role("button", name="Reset china_growth").click()
    opened.page.get_by_text("china_growth: {2026-Q1").wait_for(state="detached")
    opened.slider("real growth of China").press("Home")
    opened.said("china_growth: {2026-Q1")
    opened.page.get_by_role("button", name="Reset", exact=True).click()
    opened.page.get_by_text("china_growth: {2026-Q1").wait_for(state="detached")
    assert "china_growth" not in opened.command()


def test_the_command_is_copied(opened):
    opened.said("crossroads run frozen_ukraine")
    opened.page.get_by_role("button", name="Copy").click()
    opened.page.get_by_role("button", name="Copied").wait_for()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied == "crossroads run frozen_ukraine baseline --worlds 256 --record-from 2000-Q1"


def test_choices_have_labels_and_a_click_on_the_map_chooses(opened):
    for name in ("Scenario", "Compare with", "And with", "Outcome", "Power", "State"):
        assert opened.page.get_by_role("combobox", name=name).count() == 1
    wait_for_colour(opened, 2, INK)
    opened.click_on_map(0.33, 0.86)
    opened.said("In Turkmenistan in 2035")
    opened.page.go_back()
    opened.said("In Kazakhstan in 2035")
    wait_for_colour(opened, 2, INK)
    opened.click_on_map(0.88, 0.9)  # the label beside Tajikistan
    opened.said("In Tajikistan in 2035")
    opened.slider("Year").press("Home")
    opened.said("In Tajikistan in 2000")


def test_every_lever_tells_its_range_default_and_source(opened):
    sliders = opened.page.get_by_role("slider").all()
    assert len(sliders) == 16
    tips = opened.page.locator("[role=tooltip]").all_inner_texts()
    opened.slider("price of leaning").focus()
    opened.page.get_by_role("tooltip").get_by_text(
        re.compile(r"Range: \d+ to \d+ \(per unit")
    ).wait_for()
    assert len(tips) == len(sliders)


def test_any_outcome_of_three_scenarios_is_shared_by_the_address_and_downloaded(opened, browser):
    for name, label in (("And with", "Afghanistan falls apart"), ("Outcome", "security"),
                        ("Power", "Russia"), ("State", "Tajikistan")):  # fmt: skip
        opened.page.get_by_role("combobox", name=name).select_option(label=label)
    opened.said("In Tajikistan in 2035, Russia's security share is")
    opened.said("against “Afghanistan falls apart”, it changes by")
    for kind in ("CSV", "SVG"):
        with opened.page.expect_download(timeout=PATIENCE) as given:
            opened.page.get_by_text(f"Download {kind}").click()
        assert given.value.suggested_filename == f"frozen_ukraine_security.{kind.lower()}"
    again = browser.new_context().new_page()
    again.set_default_timeout(PATIENCE)
    again.goto(opened.page.url)
    again.get_by_text("In Tajikistan in 2035, Russia's security share is").first.wait_for()
    again.context.close()
    assert opened.complaints == []


def test_why_takes_the_choice_apart_beside_the_answer(opened):
    opened.page.get_by_role("button", name="Why?").click()
    opened.page.get_by_role("img", name="Kazakhstan, ").wait_for()
    assert opened.complaints == []


@pytest.mark.parametrize("width", [1400, 800, 400])
def test_nothing_sticks_out_at_the_side(browser, address, width):
    found = Opened(browser, address, width)
    wide = found.page.evaluate("document.documentElement.scrollWidth")
    found.context.close()
    assert wide <= width


def test_two_pages_take_turns(browser, address):
    pages = [Opened(browser, address, 1400) for _ in range(2)]
    for found, key in zip(pages, ("Home", "End"), strict=True):
        found.slider("engagement of the US").press(key)
    for found, value in zip(pages, (0, 1), strict=True):
        found.said(f"western_engagement: {{2026-Q1: inherited, 2027-Q1: {value}}}")
        found.said(f"western_engagement = {value}”; against")
        assert found.complaints == []
        found.context.close()


def test_a_scenario_of_ones_own_is_written_built_run_and_shared(opened):
    opened.page.get_by_text("Your own scenario").click()
    file = opened.page.get_by_label("Scenario file")
    written = {
        "title: A\ntitel: x\n": "did you mean 'title'",
        "title: A\nextends: /etc/passwd\n": "own scenarios alone",
        "title: All at peace\nextends: frozen_ukraine\n": "under “All at peace”",
    }
    for text, said in written.items():
        file.fill(text)
        file.blur()
        opened.said(said)
    opened.page.get_by_role("button", name="Add the event").click()
    opened.said("crossroads run mine.yaml")
    assert "type: china_asset_attack" in file.input_value()
    opened.page.get_by_role("combobox", name="Run to").select_option(label="the end of 2040")
    opened.said("--until 2040-Q4")
    opened.page.reload()
    opened.said("under “All at peace”")
    assert opened.complaints == []
