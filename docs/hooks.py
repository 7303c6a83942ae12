"""What `make docs` adds to MkDocs: equations as MathML, which browsers draw without a network.

`<!-- README: HEADING -->` on a page stands for that section of the README.
"""

from __future__ import annotations

import re
from pathlib import Path

from latex2mathml.converter import convert
from mkdocs.structure.pages import Page

FENCE = re.compile(r"^```math\n(.*?)\n```$", re.MULTILINE | re.DOTALL)

SECTION = re.compile(r"^<!-- README: (.*) -->$", re.MULTILINE)
README = Path(__file__).parents[1] / "README.md"
WIDE = {"claims.md", "tables.md"}
"""Pages of wide tables: a list of headings beside them would take their room."""


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put sections of the README in, and turn every fence of LaTeX into a block of MathML."""
    if page.file.src_path in WIDE:
        page.meta["hide"] = ["toc"]
    markdown = SECTION.sub(lambda each: _section(each[1]), markdown)
    return FENCE.sub(lambda each: f'<div class="math">{_drawn(each[1])}</div>', markdown)


def _drawn(latex: str) -> str:
    """Convert in words that the converter knows, which are fewer than those of MathJax."""
    known = {
        "{aligned}": "{align*}",
        r"\_": "_",
        r"\mathrel{+}=": r"\text{+= }",
        r"\mathrel{\cdot}=": r"\text{·= }",
    }
    for word, instead in known.items():
        latex = latex.replace(word, instead)
    return convert(latex, display="block")


def _section(heading: str) -> str:
    """Return a section of the README, its links as they are from here."""
    text = README.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^## {re.escape(heading)}\n.*?(?=^## )", text, re.MULTILINE | re.DOTALL)
    return found.replace("](docs/", "](")
