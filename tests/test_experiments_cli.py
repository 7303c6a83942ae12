"""The command line: quick, lazy, and clear about what is wrong."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pytest
import typer

from experiments import cli
from experiments.answers.parser import parse
from experiments.commands.examples import EXAMPLES
from experiments.design.asked import Asked
from experiments.figures.catalogue import CATALOGUE
from scenarios.faults import Fault, FaultyInput
from scenarios.library import LIBRARY

HEAVY = {"numpy", "pandas", "mesa", "pyarrow", "duckdb", "matplotlib", "pydantic", "rich", "scipy"}


@pytest.fixture
def command(monkeypatch):
    """Put a command `greet` made of a function into the table."""

    def put(function):
        family = ModuleType("family_of_the_test")
        family.greet = function
        monkeypatch.setitem(sys.modules, family.__name__, family)
        row = cli.Command(f"{family.__name__}:greet", "say hello")
        monkeypatch.setitem(cli.COMMANDS, "greet", row)

    return put


def greet(name: str, times: Annotated[int, typer.Option(min=1)] = 1) -> None:
    """Say hello."""
    print(f"hello {name}\n" * times, end="")


def shell(*words, **settings):
    return subprocess.run([sys.executable, "-m", "experiments", *words], check=False, **settings)


def test_help_imports_nothing_heavy():
    code = "import sys; from experiments.cli import main; main(['--help']); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    loaded = {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_of_the_table_can_be_imported_and_has_help(name, crossroads):
    answer = crossroads(name, "--help")
    assert answer.code == 0
    assert answer.out.startswith(f"Usage: crossroads {name}")


def read(name):
    """What the command reads of each of its examples, as a shell hands them over."""
    for example in EXAMPLES[name]:
        _, *words = shlex.split(example.partition(" > ")[0] if name == "schema" else example)
        yield cli.imported(name).make_context(name, words).params


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_ends_with_examples_that_the_command_takes(name, crossroads):
    shown = crossroads(name, "--help").out.partition("Examples:\n")[2].splitlines()
    assert [each.strip() for each in shown if each] == [f"crossroads {e}" for e in EXAMPLES[name]]
    assert len(list(read(name))) == len(EXAMPLES[name]) > 0


def test_examples_ask_for_what_there_is():
    for condition in [each["condition"] for each in read("ask")]:
        parse(condition)
    parse(next(read("discover"))["when"])
    for outcomes in [each["outcome"] for each in read("sensitivity")]:
        assert [Asked.read(each) for each in outcomes]
    Asked.read("share:UZB:CHN")
    assert {*next(read("run"))["scenarios"]} <= {path.stem for path in LIBRARY.glob("*.yaml")}
    assert {name for each in read("plot") for name in each["figure"] or ()} <= {*CATALOGUE}


def test_help_lists_each_command_with_its_line(crossroads, command):
    command(greet)
    assert "greet" in crossroads("--help").out
    assert "say hello" in crossroads("--help").out


def test_listing_commands_does_not_import_them(crossroads, monkeypatch):
    row = cli.Command("a_module_that_does_not_exist:greet", "say hello")
    monkeypatch.setitem(cli.COMMANDS, "greet", row)
    assert crossroads("--help").code == 0


def test_without_a_command_the_help_is_shown(crossroads):
    assert crossroads() == crossroads("--help")


def test_the_version_is_that_of_the_distribution(crossroads):
    answer = crossroads("--version")
    assert answer.code == 0
    assert answer.out.split()[0] == "crossroads"


def test_a_command_gets_its_arguments(crossroads, command):
    command(greet)
    assert crossroads("greet", "Osh", "--times", 2) == (0, "hello Osh\nhello Osh\n", "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["gret"], "No such command 'gret'. Did you mean 'greet'"),
        (["greet", "Osh", "--time", "2"], "No such option: --time (Possible options: --times)"),
        (["greet"], "Missing argument 'name'."),
        (["greet", "Osh", "--times", "many"], "Invalid value for '--times'"),
        (["greet", "Osh", "--times", "0"], "Invalid value for '--times'"),
        (["--frob"], "No such option: --frob"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(crossroads, command, words, message):
    command(greet)
    answer = crossroads(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err.startswith(message)
    assert answer.err.count("\n") == 1


def fail(error):
    def raise_it() -> None:
        raise error

    return raise_it


def test_every_fault_of_a_file_is_a_line(crossroads, command):
    faults = [Fault("a.yaml", 2, "unknown key"), Fault("a.yaml", 7, "too large")]
    command(fail(FaultyInput(faults)))
    assert crossroads("greet") == (2, "", "a.yaml:2: unknown key\na.yaml:7: too large\n")


def test_a_path_that_does_not_exist_is_one_line(crossroads, command):
    command(lambda: open("/no/such/file"))  # noqa: PTH123, SIM115
    assert crossroads("greet") == (2, "", "/no/such/file: No such file or directory\n")


def test_an_interrupt_exits_with_130(crossroads, command):
    command(fail(KeyboardInterrupt()))
    assert crossroads("greet").code == 130


def test_the_exit_code_of_a_command_is_handed_on(crossroads, command):
    command(lambda: 1)
    assert crossroads("greet").code == 1
    command(fail(typer.Exit(1)))
    assert crossroads("greet").code == 1


def test_an_error_in_the_program_is_not_hidden(crossroads, command):
    command(fail(ZeroDivisionError("a bug")))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        crossroads("greet")


def test_a_reader_that_goes_away_is_no_error_message(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        "from experiments import cli\n"
        "def greet() -> None:\n"
        "    for line in range(100_000):\n"
        "        print(line)\n"
        "sys.modules['family'] = sys.modules['__main__']\n"
        "cli.COMMANDS['greet'] = cli.Command('family:greet', 'say much')\n"
        "sys.exit(cli.main(['greet']))\n"
    )
    writer = subprocess.Popen(
        [sys.executable, program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    writer.stdout.readline()
    writer.stdout.close()
    assert writer.stderr.read() == b""
    assert writer.wait() == 141
    writer.stderr.close()


@pytest.mark.parametrize(
    ("environment", "shell"),
    [({"PYTHONIOENCODING": "ascii"}, "{}"), ({}, "{} >&-"), ({}, "{} 2>&-")],
)
def test_output_that_cannot_be_printed_as_it_is_ends_nothing(environment, shell, tmp_path):
    line = shell.format(f"{sys.executable} -m experiments scenarios")
    done = subprocess.run(
        ["/bin/sh", "-c", line],
        env=os.environ | {"PYTHONPATH": str(LIBRARY.parent)} | environment,
        cwd=tmp_path,  # `scenarios` looks into the current folder, which may hold anything
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("run", "baseline", "--rec", "2024"),
            "No such option: --rec (Possible options: --record, --record-from, --record-until)",
        ),
        (("explain", "DIR"), "Missing option '--state'. Tajikistan or TJK, for one."),
    ],
)
def test_what_is_cut_short_or_missing_is_told_by_its_name_and_meaning(crossroads, words, said):
    code, out, err = crossroads(*words)
    assert (code, out) == (2, "")
    assert err.startswith(said)


@pytest.mark.parametrize("command", ["explain", "compare"])
def test_help_names_no_folder_where_nothing_is_drawn_unasked(crossroads, command):
    assert "figures" not in crossroads(command, "--help").out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_an_option_that_is_no_list_is_refused_where_it_is_given_twice(crossroads, name):
    for option in cli.imported(name).params:
        if option.param_type_name != "option" or option.is_eager:
            continue
        word = [option.opts[0], *([] if option.is_flag else ["x"])]
        code, out, err = crossroads(name, *word, *word)
        told = f"{option.opts[0]}: given 2 times; expected once\n"
        assert (told in err) != option.multiple
        assert (code, out) == (2, "") or option.multiple


def test_every_option_that_is_given_twice_is_told(crossroads):
    twice = ("--tables", "influence", "--tables", "states", "--set", "a=1", "--quiet", "--quiet")
    assert crossroads("run", "baseline", *twice, "--set", "b=1") == (
        2,
        "",
        "--tables: given 2 times; expected once\n--quiet: given 2 times; expected once\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("words", [["scenarios"], ["--help"], ["parameters", "--json"]])
def test_an_output_that_is_full_is_blamed_itself(words, unbuffered):
    with Path("/dev/full").open("w") as full:
        streams = {"stdout": full, "stderr": subprocess.PIPE, "text": True}
        done = shell(*words, env=os.environ | {"PYTHONUNBUFFERED": unbuffered}, **streams)
    assert done.returncode == 1
    assert done.stderr == "standard output: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_the_exit_code_stands_where_nothing_can_be_said():
    with Path("/dev/full").open("w") as full:
        done = shell("summary", "missing", stdout=subprocess.PIPE, stderr=full)
    assert (done.returncode, done.stdout) == (2, b"")
