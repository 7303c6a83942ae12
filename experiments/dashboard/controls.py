"""Controls of the page's own: levers with their texts, and a command that can be copied.

Native inputs, each with its label, so that a keyboard and a screen reader can work them.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import param
from panel.custom import JSComponent

HERE = Path(__file__).parent


class Levers(JSComponent):  # type: ignore[misc]
    """Sliders for `items` (as `Lever.drawn` gives them); `moved` holds those not left alone."""

    items = param.List(default=[], doc="What can be moved, as `Lever.drawn` gives it.")
    moved = param.Dict(default={}, doc="Name to value.")

    _esm = HERE / "levers.js"
    _stylesheets: ClassVar = [(HERE / "levers.css").read_text(encoding="utf-8")]


class Command(JSComponent):  # type: ignore[misc]
    """A command line with a button that copies it."""

    text = param.String(default="", doc="What is copied.")

    _esm = HERE / "command.js"
    _stylesheets: ClassVar = [(HERE / "command.css").read_text(encoding="utf-8")]
