"""The command line: `crossroads COMMAND ...`, also `python -m experiments`.

**To add a command**, add one row to `COMMANDS` below: its name, `"module:function"` and one line
for the list of commands. The function lives in `experiments/commands/<family>.py`. Its signature
is the command line, as typer reads it, and its docstring the command's own help; examples that end
it stand in `experiments/commands/examples.py`::

    def check(files: Annotated[list[Path], typer.Argument(help="scenario files")]) -> None:
        \"\"\"Say everything that is wrong with scenario files.\"\"\"

The module is imported only when its command is called, so `crossroads --help` stays quick
however much the commands need.

**How a command ends.** It returns `None` (exit code 0) or its exit code. Bad input is an
exception: `scenarios.faults.FaultyInput` for faults in files, `experiments.errors.BadInput` for a
wrong argument. `main` prints them, one line a fault, and the exit code is 2.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from errno import EINVAL, ELOOP, ENAMETOOLONG, EOVERFLOW, EROFS
from importlib import import_module
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from experiments.commands.examples import examples_of
from experiments.errors import BadInput
from experiments.exit_codes import (
    BAD_INPUT,
    BAD_PATH,
    DONE,
    INTERRUPTED,
    READER_GONE,
    SOME_WORLDS_FAILED,
    said_of,
)
from experiments.printing import drop_output, make_printable
from scenarios import frame
from scenarios.faults import FaultyInput


class Command(NamedTuple):
    """Where a command lives, as `"module:function"`, and its line in the list of commands."""

    where: str
    summary: str


COMMANDS: dict[str, Command] = {
    "scenarios": Command("experiments.commands.scenarios:list_scenarios", "What there is to run."),
    "check": Command("experiments.commands.check:check", "Check files for errors."),
    "show": Command("experiments.commands.scenarios:show", "Draw a scenario; print it in full."),
    "diff": Command("experiments.commands.scenarios:diff", "How two scenarios differ, in words."),
    "new": Command("experiments.commands.scenarios:new", "Start a scenario of your own."),
    "schema": Command("experiments.commands.scenarios:schema", "JSON Schema, for editors."),
    "parameters": Command("experiments.commands.parameters:parameters", "Every parameter."),
    "run": Command("experiments.commands.batch:run", "Run scenarios in many worlds."),
    "rerun": Command("experiments.commands.batch:rerun", "Compute a folder again and compare."),
    "bench": Command("experiments.commands.bench:bench", "Measure speed."),
    "plot": Command("experiments.commands.outcomes:plot", "Draw figures."),
    "explain": Command("experiments.commands.outcomes:explain", "Why a state moved."),
    "compare": Command("experiments.commands.outcomes:compare", "What changes, and how."),
    "compare-structures": Command(
        "experiments.commands.structures:compare_structures", "What holds under every behaviour?"
    ),
    "report": Command("experiments.commands.outcomes:report", "A report on one page, in HTML."),
    "questions": Command("experiments.commands.outcomes:questions", "Ten answers, with intervals."),
    "ask": Command("experiments.commands.outcomes:ask", "In how many worlds it happens."),
    "export": Command("experiments.commands.results:export", "CSV, Excel, Parquet, data package."),
    "dashboard": Command("experiments.commands.dashboard:dashboard", "Open the live page."),
    "replay": Command("experiments.commands.replay:replay", "One world, quarter by quarter."),
    "facts": Command("experiments.commands.model:facts", "Compare with observed facts."),
    "claims": Command("experiments.commands.claims:claims", "Check each lever's direction."),
    "summary": Command("experiments.commands.results:summary", "Who leads where, how often."),
    "tune": Command("experiments.commands.tuning:tune", "Fit parameters to the record."),
    "backtest": Command("experiments.commands.tuning:backtest", "Score forecasts of past years."),
    "score": Command("experiments.commands.tuning:score", "Score parameters on a period."),
    "sensitivity": Command("experiments.commands.learning:sensitivity", "What matters, how much."),
    "discover": Command("experiments.commands.learning:discover", "Under which conditions?"),
}


NINE = (
    "{}: takes no --with; `run`, `check` and `compare-structures` do, and a folder knows who "
    "was added. Records, posterior, claims and the live page are of the shipped nine alone."
)


class Commands(TyperGroup):
    """The commands of the table: listed from it, imported when called."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 (whatever typer hands over)
        """Stand a name and a line in for each command."""
        super().__init__(**settings)
        for name, command in COMMANDS.items():
            self.add_command(TyperCommand(name, help=command.summary))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 (as above)
        """Find the called command, or suggest the nearest; replace its stand-in by itself."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, imported(str(name)), rest

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 (typer's own context class is private)
        """Run the called command; end quietly when the reader of its output has gone."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            drop_output()
            code = READER_GONE
        return code


class OnceEach(TyperCommand):
    """A command that refuses an option given twice: the last would win without a word."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 (as above)
        """Read the words, once no option that is no list stands there again."""
        _, _, order = self.make_parser(ctx).parse_args(args=[*args])
        single = [each for each in order if not (getattr(each, "multiple", True) or each.is_eager)]
        given = Counter(each.opts[0] for each in single)
        if twice := [
            f"{name}: given {n} times; expected once" for name, n in given.items() if n > 1
        ]:
            raise BadInput(*twice)
        return super().parse_args(ctx, args)


def imported(name: str) -> Any:  # noqa: ANN401 (typer's own class for commands is private)
    """Import the function behind a command and make the command of it."""
    module, function = COMMANDS[name].where.split(":")
    family = typer.Typer(add_completion=False, rich_markup_mode=None)
    made = family.command(name, cls=OnceEach, epilog=examples_of(name))
    made(getattr(import_module(module), function))
    return typer.main.get_command(family)


app = typer.Typer(
    name="crossroads",
    cls=Commands,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def print_version(asked: bool) -> None:  # noqa: FBT001 (typer hands the flag over)
    """Print the version of Crossroads and stop."""
    if asked:
        from importlib.metadata import version

        print("crossroads", version("central-asia-crossroads"))
        raise typer.Exit


@app.callback(invoke_without_command=True)
def crossroads(
    ctx: typer.Context,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=print_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Russia, China and others compete for influence in Central Asia: a simulation.

    Start with `crossroads scenarios`; `crossroads COMMAND --help` explains a command.
    """
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code.

    `arguments` are the words after `crossroads`, by default those of the process.
    """
    make_printable()
    try:
        with frame.command():
            command = typer.main.get_command(app)
            code = command.main(args=arguments, prog_name="crossroads", standalone_mode=False)
    except TyperException as wrong:
        return refuse(worded(wrong))
    except (FaultyInput, BadInput) as wrong:
        return refuse(str(wrong))
    except OSError as wrong:
        refuse(said_of(wrong))
        return BAD_INPUT if _is_of_path(wrong) else given_way()
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if isinstance(code, int) else DONE


def worded(wrong: Any) -> str:  # noqa: ANN401 (what typer raises has attributes that it hides)
    """Say in a line what is wrong with a command line.

    An option cut short is told those that begin so; what is missing is told what it is.
    """
    context, short = getattr(wrong, "ctx", None), getattr(wrong, "option_name", None)
    if context and short:
        options = [option for each in context.command.params for option in each.opts]
        if short == "--with" and short not in options:
            return NINE.format(context.info_name)
        begun = [each for each in options if each.startswith(short)]
        wrong.possibilities = begun or wrong.possibilities
    said = " ".join(wrong.format_message().split())
    about = getattr(getattr(wrong, "param", None), "help", None)
    if context and about and said.startswith("Missing"):
        return f"{said} {about} (crossroads {context.info_name} --help)"
    return said


def _is_of_path(wrong: OSError) -> bool:
    """Whether an error is about a path that a user gave, not about the disk behind it."""
    of_path = {ENAMETOOLONG, ELOOP, EINVAL, EROFS, EOVERFLOW}
    return isinstance(wrong, BAD_PATH) or wrong.errno in of_path


def given_way() -> int:
    """Return the exit code for a full disk or the like, once output can do no more harm."""
    try:
        sys.stdout.flush()
    except OSError:
        drop_output()
    return SOME_WORLDS_FAILED


def refuse(message: str) -> int:
    """Say on the error stream what is wrong with the input, and give the exit code for it.

    >>> refuse("freeze.yaml:7: unknown key 'titel'")
    2
    """
    with suppress(OSError):  # the exit code stands, even where nothing can be said
        print(message, file=sys.stderr)
    return BAD_INPUT
