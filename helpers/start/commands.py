"""The commands of the course, told once: their names, what they are for and what they take.

Standard library only: `python start.py` reads a command before anything is installed, and refuses what is wrong.
`python -m helpers` reads it again, where it runs.
"""

import argparse
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from helpers.ground import ROOT, CannotGoOnError

PROGRAM = "python start.py"
TRUST = "--i-trust-every-submission"
PARTS = {
    "quick": "between two edits: style, spelling, types and the fast tests, in a minute",
    "all": "all that follows but coverage, as the continuous integration runs it; the systems without the slow ones",
    "style": "ruff check",
    "format": "ruff format",
    "spelling": "codespell",
    "types": "mypy",
    "tests": "the tests that need no browser, no sandbox and no other system",
    "solutions": "whether the solutions still print what is stored in them",
    "lessons": "whether the lessons run as learners get them",
    "front": "the JavaScript of the live pictures: its tests, its types and its style",
    "frameworks": "the other systems, installed and run for real; --without caffe spark leaves some out",
    "grading": "grading, in the sandbox",
    "browser": "the lessons in JupyterLab in a Chromium",
    "mutations": "whether the tests notice that the course is broken, one thing at a time",
    "coverage": "how much of each room of helpers the tests reach",
}


def options_of_frameworks(parser: ArgumentParser) -> None:
    """Add the options of `frameworks`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a system, such as torch or jax; none for all")
    parser.add_argument("--record", action="store_true", help="for authors: keep what agrees for the lesson")


def options_of_reset(parser: ArgumentParser) -> None:
    """Add the options of `reset`."""
    parser.add_argument("lessons", nargs="+", metavar="LESSON", help="a lesson by its number or name: 05")


def options_of_assignment(parser: ArgumentParser) -> None:
    """Add the options of `assignment`."""
    parser.add_argument("--lessons", nargs="+", required=True, metavar="NN", help="lessons by number: 04 05 08")
    parser.add_argument("--seed", type=seed, required=True, help="draws the cohort's numbers; keep it secret")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to make")
    parser.add_argument("--due", metavar="DATE", help="2026-12-01, or '2026-12-01 18:00 +01:00'")


def options_of_grade(parser: ArgumentParser) -> None:
    """Add the options of `grade`."""
    parser.add_argument("course", type=Path, metavar="DIR", help="the course folder that assignment made")
    parser.add_argument("--at-once", type=count, metavar="N", help="submissions at once (one a core)")
    parser.add_argument("--seconds", type=amount, default=150, help="for one submission (%(default)s)")
    parser.add_argument("--cell-seconds", type=amount, default=30, help="for one cell (%(default)s)")
    parser.add_argument("--memory", type=count, default=1024, metavar="MIB", help="for one (%(default)s)")
    parser.add_argument("--cluster", metavar="ADDRESS", help="run on a Dask cluster: tcp://host:8786")
    parser.add_argument("--again", action="store_true", help="run also what is known already")
    parser.add_argument(TRUST, action="store_true", dest="trusted", help="run without a sandbox, as yourself")


def options_of_execute(parser: ArgumentParser) -> None:
    """Add the options of `execute`."""
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="a lesson by its number or name; none for all")


def options_of_new(parser: ArgumentParser) -> None:
    """Add what `new` makes."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="lesson|exercise")
    lesson = kinds.add_parser("lesson", help="a lesson that runs, and says what is to do in it", allow_abbrev=False)
    lesson.add_argument("name", metavar="NAME", help="such as 12_training_a_network, or without the number")
    exercise = kinds.add_parser("exercise", help="an exercise at the end of a lesson", allow_abbrev=False)
    exercise.add_argument("lesson", metavar="LESSON", help="the lesson that asks it: 05")
    exercise.add_argument("id", metavar="ID", help="its name, such as adam-step")


def seed(text: str) -> int:
    """Read the number that an assignment is drawn from."""
    if int(text) < 0:
        raise argparse.ArgumentTypeError("the seed must not be negative")
    return int(text)


def count(text: str) -> int:
    """Read a number of things."""
    amount(text)
    return int(text)


def amount(text: str) -> float:
    """Read an amount."""
    if not float(text) > 0:
        raise argparse.ArgumentTypeError("numbers must be greater than 0")
    return float(text)


def strictly(parser: ArgumentParser, words: list[str]) -> Namespace:
    """Read options, and refuse every word that is none."""
    return parser.parse_args(words)


def for_jupyterlab(parser: ArgumentParser, words: list[str]) -> Namespace:
    """Leave all but --help to JupyterLab."""
    return parser.parse_known_args(words)[0]


def for_the_checks(parser: ArgumentParser, words: list[str]) -> Namespace:
    """Leave all but --help to the checks, and refuse a first word that is neither a part nor a file."""
    first = words[0] if words else ""
    if first and not first.startswith("-") and first not in PARTS and not (ROOT / first.partition("::")[0]).exists():
        parser.error(f"there is no part {first} of the checks, and no such file{meant(first, PARTS)}")
    return parser.parse_known_args(words)[0]


class Command(NamedTuple):
    """What a command is for, what adds its options, and how its words are read."""

    meaning: str
    options: Callable[[ArgumentParser], None] | None = None
    read: Callable[[ArgumentParser, list[str]], Namespace] = strictly
    usage: str | None = None
    more: str = ""


COMMANDS = {
    "lab": Command(
        "open the course in JupyterLab, as no command does; options go to JupyterLab",
        read=for_jupyterlab,
        usage=f"{PROGRAM} lab [OPTIONS OF JUPYTERLAB]",
    ),
    "test": Command(
        "run the checks, or a part of them: test quick, test all, test browser",
        read=for_the_checks,
        usage=f"{PROGRAM} test [PART | FILES] [OPTIONS OF PYTEST]",
        more="Without a part: style, format, spelling, types, tests, solutions and lessons. The parts:\n\n"
        + "\n".join(f"  {name:12}{meaning}" for name, meaning in PARTS.items())
        + "\n\nOptions after a part go to its program: test browser -k word, test tests/test_data.py -x",
    ),
    "frameworks": Command(
        "run one descent in many systems, or in those named: frameworks torch jax", options_of_frameworks
    ),
    "doctor": Command("say what works, and how to mend what does not"),
    "reset": Command("lay a fresh copy of a lesson and keep yours beside it: reset 05", options_of_reset),
    "assignment": Command("for teachers: make a graded assignment", options_of_assignment),
    "grade": Command("for teachers: grade what was submitted, in a sandbox: grade DIR", options_of_grade),
    "new": Command("for authors: begin a lesson or an exercise", options_of_new),
    "release": Command("for authors: write lessons/ from solutions/"),
    "execute": Command("for authors: run solutions and store their outputs: execute 05", options_of_execute),
    "lock": Command("for authors: write the installed versions to helpers/start/constraints.txt"),
}


def parse(arguments: list[str]) -> Namespace:
    """Return what a command line asks for: `command`, its `words` as they were typed, and its options by name.

    No command means lab. Raises CannotGoOnError for an unknown command; --help and wrong options end the program.
    """
    parser, parsers = parsers_of(COMMANDS)
    if arguments[:1] in (["-h"], ["--help"]):
        parser.parse_args(arguments)
    if not arguments or arguments[0].startswith("-"):
        arguments = ["lab", *arguments]
    name, *words = arguments
    if name not in COMMANDS:
        raise CannotGoOnError(f"There is no command {name}{meant(name, COMMANDS) or '.'}\n\n{parser.format_help()}")
    found = COMMANDS[name].read(parsers[name], words)
    found.command, found.words = name, words
    return found


def parsers_of(commands: dict[str, Command]) -> tuple[ArgumentParser, dict[str, ArgumentParser]]:
    """Return the parser that lists the commands, and the parser of each."""
    usage = f"{PROGRAM} [--wheels FOLDER] [COMMAND] [OPTIONS]"
    more = f"{PROGRAM} COMMAND --help says more of each."
    parser = ArgumentParser(prog=PROGRAM, parents=[WHEELS], usage=usage, epilog=more)
    listed = parser.add_subparsers(prog=PROGRAM, title="commands", metavar="COMMAND")
    for name, told in commands.items():
        own = listed.add_parser(name, help=told.meaning, description=told.meaning, usage=told.usage, allow_abbrev=False)
        own.epilog, own.formatter_class = told.more, argparse.RawDescriptionHelpFormatter
        if told.options:
            told.options(own)
    return parser, listed.choices


def meant(word: str, known: Iterable[str]) -> str:
    """Return the question whether the closest known word was meant, or nothing when none is close."""
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def folder(name: str) -> Path:
    """Return a folder that exists; raise CannotGoOnError for any other."""
    if not name or not Path(name).is_dir():
        raise CannotGoOnError(f"--wheels needs a folder that exists, and {name or 'nothing'} is none.")
    return Path(name).resolve()


WHEELS = ArgumentParser(prog=PROGRAM, add_help=False, allow_abbrev=False)  # this option may stand anywhere
WHEELS.add_argument(
    "--wheels", type=folder, metavar="FOLDER", help="install from a folder of wheels, without a network"
)
