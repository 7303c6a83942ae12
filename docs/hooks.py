"""What `make docs` adds to MkDocs: equations as MathML, which browsers draw without a network."""

from __future__ import annotations

import re

from latex2mathml.converter import convert

FENCE = re.compile(r"^```math\n(.*?)\n```$", re.MULTILINE | re.DOTALL)


def on_page_markdown(markdown: str, **_: object) -> str:
    """Turn every fence of LaTeX into a block of MathML."""
    return FENCE.sub(lambda each: f'<div class="math">{_drawn(each[1])}</div>', markdown)


def _drawn(latex: str) -> str:
    """Convert in words that the converter knows, which are fewer than those of MathJax."""
    known = {"{aligned}": "{align*}", r"\_": "_", r"\mathrel{+}=": r"\text{+= }"}
    for word, instead in known.items():
        latex = latex.replace(word, instead)
    return convert(latex, display="block")
