"""The commands of the course, told once: their names, what they are for and how they are read.

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
from helpers.start import options

PROGRAM = "python start.py"
PARTS = {
    "quick": "between two edits: style, spelling, types and the fast tests, in a minute",
    "all": "all that follows but coverage, as the continuous integration runs it; the systems without the slow ones",
    "style": "ruff check",
    "format": "ruff format",
    "spelling": "codespell",
    "types": "mypy",
    "front": "the JavaScript of the live pictures: its tests, its types and its style",
    "tests": "the tests that need no browser, no sandbox and no other system",
    "solutions": "whether the solutions still print what is stored in them",
    "lessons": "whether the lessons run as learners get them",
    "mutations": "whether the tests notice that the course is broken, one thing at a time",
    "frameworks": "the other systems, installed and run for real; --without caffe spark leaves some out",
    "grading": "grading, in the sandbox",
    "workshop": "a room: three seats in a Chromium, attacks from one of them, a killed hub",
    "browser": "the lessons in JupyterLab in a Chromium, and the site's first page and two lessons",
    "site": "every page of the site, in Chromium and Firefox",
    "coverage": "how much of each room of helpers the tests reach",
}


def strictly(parser: ArgumentParser, words: list[str]) -> Namespace:
    """Read options, and refuse every word that is none."""
    return parser.parse_args(words)


def in_any_order(parser: ArgumentParser, words: list[str]) -> Namespace:
    """Read names with options between them, and refuse every other word."""
    return parser.parse_intermixed_args(words)


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
        usage=f"{PROGRAM} lab [--projector] [OPTIONS OF JUPYTERLAB]",
        more="--projector makes the type large, to be read from the back row.",
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
        "run one descent in many systems, or in those named: frameworks torch jax", options.frameworks, in_any_order
    ),
    "doctor": Command("say what works, and how to mend what does not"),
    "reset": Command("lay a fresh copy of a lesson and keep yours beside it: reset 06", options.reset),
    "solved": Command("write a page of what you have solved", options.solved),
    "agenda": Command("for instructors: a running order with a clock: agenda half-day", options.agenda, in_any_order),
    "assignment": Command("for teachers: make a graded assignment", options.assignment),
    "grade": Command("for teachers: grade what was submitted, in a sandbox: grade DIR", options.grade),
    "workshop": Command(
        "for instructors: a room with a seat for everyone: workshop names.txt", options.workshop, in_any_order
    ),
    "new": Command("for authors: begin a lesson or an exercise", options.new),
    "release": Command("for authors: write lessons/ from solutions/"),
    "execute": Command("for authors: run solutions and store their outputs: execute 06", options.execute),
    "minutes": Command("for authors: estimate how long each lesson takes"),
    "site": Command("make a folder of pages, to read the course without a kernel: site 05", options.site, in_any_order),
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
