"""The report: one file that needs nothing else, for eyes, ears and printers."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from contextlib import redirect_stdout
from html import escape
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest

from experiments.cli import main
from experiments.report.build import build
from experiments.results.text import library
from scenarios.posterior import load_posterior

MOST_BYTES = 5_000_000
VOID = {"meta", "link", "img", "br", "hr", "input"}


class Page(HTMLParser):
    """What a page is made of: tags with attributes, in order, and whether each is closed."""

    def __init__(self):
        super().__init__()
        self.tags, self.open, self.faults = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


@pytest.fixture(scope="session")
def answer(outcomes, tmp_path_factory):
    """The exit code of the command that writes a report with all figures, and what it says."""
    page = tmp_path_factory.mktemp("report") / "report.html"
    with redirect_stdout(StringIO()) as out:
        code = main(["report", outcomes.folder.address, "--to", str(page)])
    return code, out.getvalue()


@pytest.fixture(scope="session")
def written(answer):
    return Path(answer[1].strip())


@pytest.fixture(scope="module")
def text(written):
    return written.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text):
    found = Page()
    found.feed(text)
    return found


def test_the_command_names_a_report_that_is_small_and_whole(answer, written, page):
    assert answer[0] == 0
    assert 50_000 < written.stat().st_size < MOST_BYTES
    assert page.faults == []
    assert page.open == []


def test_the_report_asks_for_nothing_from_elsewhere(page):
    for tag, attributes in page.tags:
        assert tag not in {"iframe", "object"}
        for name in ("src", "href"):
            address = attributes.get(name)
            assert address is None or address.startswith(("#", "data:"))


def test_shares_can_be_looked_at_by_scenario_and_state(text, outcomes):
    told = json.loads(re.search(r'id="shares">(.*?)</script>', text)[1])
    assert list(told["shown"]) == list(outcomes.titles.values())
    for states in told["shown"].values():
        for powers in states.values():
            low, middle, high = powers[0]
            assert len(middle) == len(told["time"])
            assert all(a <= b <= c for a, b, c in zip(low, middle, high, strict=True))


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_picture_says_in_words_what_it_shows(page):
    pictures = [attributes for tag, attributes in page.tags if tag == "img"]
    assert len(pictures) >= 10
    assert all(len(each["alt"]) > 80 for each in pictures)
    assert all("width" in each and "height" in each for each in pictures)


def test_findings_come_first_and_figures_have_their_words_as_text(text):
    assert text.index("<h2>In short</h2>") < text.index("<h2>Scenario by scenario</h2>")
    short = text.split('id="short"')[1].split("</section>")[0]
    assert short.count("<li>") >= 5
    assert "Attacks on Chinese assets" in short
    for caption in re.findall("<figcaption>(.*?)</figcaption>", text, flags=re.DOTALL):
        assert "48 worlds a scenario" in caption


def test_numbers_and_their_signs_stay_on_a_line(text):
    findings = text.split('id="findings"')[1].split("</section>")[0]
    paragraphs = re.findall("<p>(.*?)</p>", findings, flags=re.DOTALL)[1:]
    assert any("\u00a0%" in each for each in paragraphs)
    assert not any(re.search(r"\d %", each) for each in paragraphs)


def test_tables_have_captions_and_heads(page):
    tags = [tag for tag, _ in page.tags]
    assert tags.count("table") == tags.count("caption") >= 3
    assert all(a.get("scope") in {"row", "col"} for tag, a in page.tags if tag == "th")


def test_links_within_the_page_arrive(page):
    ends = {attributes.get("id") for _, attributes in page.tags}
    links = [a["href"][1:] for tag, a in page.tags if tag == "a" and a["href"][0] == "#"]
    assert len(links) >= 8
    assert set(links) <= ends


def lightness(colour):
    """Return the relative luminance of a colour (WCAG 2.1)."""
    whole = colour if len(colour) == 6 else "".join(2 * each for each in colour)
    parts = [int(whole[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_text_is_dark_enough(text):
    style = text.split("<style>")[1].split("</style>")[0]
    colours = re.findall(r"(?<![-\w])color:\s*#([0-9a-f]{6}|[0-9a-f]{3})", style)
    assert len(colours) >= 3
    assert all(1.05 / (lightness(each) + 0.05) >= 4.5 for each in colours)


def test_the_page_says_all_that_is_asked_of_it(text):
    for heading in (
        "The ten questions",
        "Figures",
        "Tables",
        "Scenario by scenario",
        "Method and limits",
    ):
        assert f"<h2>{heading}</h2>" in text
    assert "Gusseinov" in text, "scenarios name their sources"
    assert "survives the spread of judgement" in text
    assert "not forecasts" in text
    assert "Natural Earth" in text
    assert "48 a scenario, seed 0" in text
    assert "Cite as:</b> The Crossroads authors (" in text
    assert "How well the past is met: " in text


def test_each_scenario_has_what_it_assumes_what_changes_and_how_sure_that_is(text):
    chapters = text.split('id="scenarios"')[1].split("</section>")[0].split("<h3>")[1:]
    freeze, _, base = chapters
    assert freeze.startswith("Frozen conflict in Ukraine")
    assert "sanctions: lower from" in freeze
    assert re.search(r"[+−]\d+\.\d to [+−]\d+\.\d points over worlds \(mean [+−]\d", freeze)
    assert "<b>Why?</b> What moves its largest change most – " in freeze
    assert "raises rivalry: in " in freeze
    assert "(baseline)" in base
    assert "It assumes" not in base


def test_a_scenario_in_the_current_folder_is_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text("title: Mine\nextends: baseline\n", encoding="utf-8")
    assert "baseline" in library()
    assert "mine" not in library()


def test_the_numbers_of_a_figure_are_attached(text):
    attached = re.search(r'download="relations.csv" href="data:text/csv;base64,([^"]+)"', text)
    rows = base64.b64decode(attached[1]).decode().splitlines()
    assert rows[0] == "panel,what,x,y"
    assert any(row.startswith("Rivalry,frozen_ukraine,2035") for row in rows)


@pytest.fixture
def one_figure(monkeypatch):
    """A report with one figure: all are drawn once, for the tests above."""
    monkeypatch.setattr("experiments.report.pictures.drawable", lambda _: ["relations"])


@pytest.mark.usefixtures("one_figure")
def test_what_users_write_is_never_markup(tmp_path):
    from experiments import run

    own = tmp_path / "own.yaml"
    own.write_text(
        "title: A <b>bold</b></script> plan\nextends: baseline\nsummary: <script>x</script>\n"
    )
    results = run("baseline", str(own), worlds=4, every="year", out=tmp_path / "r", workers=1)
    page = build(results)[0].read_text(encoding="utf-8")
    assert "<script>x" not in page
    assert "<b>bold" not in page
    assert page.count("</script>") == page.count("<script") == 2  # those of the report itself
    assert page.index("(own)") < page.index("(baseline)"), "the user's own scenarios come first"


@pytest.mark.usefixtures("one_figure")
def test_a_folder_instead_of_a_file_is_refused(crossroads, outcomes, tmp_path):
    code, _, err = crossroads("report", outcomes.folder.address, "--to", tmp_path)
    assert (code, err.count("\n")) == (2, 1)
    assert f"--to {tmp_path}: expected" in err


def test_the_report_tells_what_worlds_draw_in_place_of_the_registrys_values(text):
    drawn = text.split("parameters that worlds draw together")[1].split("</table>")[0]
    assert all(f"<code>{leaf}</code>" in drawn for leaf in load_posterior().members)


@pytest.fixture
def browser():
    """The path of a real browser."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    return found


def visited(browser, profile, *words):
    """Run a browser without a screen and return what it says."""
    quiet = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
    )
    command = [browser, *quiet, f"--user-data-dir={profile}", "--enable-logging=stderr", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)


@pytest.mark.slow
def test_a_browser_opens_the_page_without_an_error(browser, written, tmp_path):
    said = visited(browser, tmp_path, "--dump-dom", written.as_uri())
    assert said.returncode == 0
    assert "How to repeat and cite this" in said.stdout
    assert "CONSOLE" not in said.stderr


@pytest.mark.slow
@pytest.mark.parametrize("wide", [320, 390, 1280])
def test_the_page_does_not_scroll_sideways_on_any_screen(browser, text, tmp_path, wide):
    frame = tmp_path / "frame.html"
    look = "d = contentDocument.documentElement; document.title = d.scrollWidth - d.clientWidth"
    frame.write_text(
        f'<iframe width="{wide}" height="800" style="border:0" onload="{look}" '
        f'srcdoc="{escape(text)}"></iframe>',
        encoding="utf-8",
    )
    said = visited(browser, tmp_path / "profile", "--dump-dom", frame.as_uri()).stdout
    assert "<title>0</title>" in said


@pytest.mark.slow
def test_an_error_in_a_page_would_be_noticed(browser, tmp_path):
    page = tmp_path / "wrong.html"
    page.write_text("<script>nothing.at.all()</script>")
    assert "CONSOLE" in visited(browser, tmp_path / "profile", "--dump-dom", page.as_uri()).stderr


@pytest.mark.slow
def test_the_page_prints(browser, written, tmp_path):
    printed = tmp_path / "report.pdf"
    visited(browser, tmp_path / "profile", f"--print-to-pdf={printed}", written.as_uri())
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) > 5
