"""What `python start.py test` can check: a table of checks, cheap ones first, and the sets that are run together."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import NamedTuple

from helpers.ground import CannotGoOnError

PYTHON = (sys.executable, "-m")
PYTEST = (*PYTHON, "pytest", "-p", "no:cacheprovider", "-q")
TWO = ("-n", "2")
TWO_HALVES = (*TWO, "--dist", "worksteal")  # who is done takes from the other's half
SUITES = ("browser", "front", "frameworks", "grading", "workshop")  # folders of tests, each a check of its own
IGNORED = tuple(f"--ignore=tests/{suite}" for suite in SUITES)
TESTS = (*PYTEST, "tests", *IGNORED, *TWO_HALVES)
SITE = ("tests/test_site.py", "tests/browser/test_pages.py")
CODE = ("helpers", "tests", "start.py", "solutions", "lessons")
TEXT = ("helpers", "tests", "start.py", "README.md", "CONTRIBUTING.md", "solutions")
NBVAL = ("--nbval-current-env", "--nbval-cell-timeout=120")
STRICT = ("--nbval", "--nbval-sanitize-with=tests/nbval_sanitize.cfg", *NBVAL)
TWO_NOTEBOOKS = (*TWO, "--dist", "loadscope")
TYPES = str(Path(sys.prefix) / "mypy")  # what the type checker remembers, in .venv
WHOLE = "whole_site"  # how tests of pages are marked that only the site's own check opens
SLOW = "slow"  # how tests and systems are marked that not every run has time for


class Check(NamedTuple):
    """A check: its name on the command line, its title, its command, and the extras that it needs.

    `notebooks` keeps the notebooks' own plotting backend; `copied` is a folder that the command may write to: it runs
    beside a copy.
    """

    name: str
    title: str
    command: tuple[str, ...]
    extras: tuple[str, ...] = ()
    notebooks: bool = False
    copied: str = ""

    def given(self, *options: str) -> "Check":
        """Return the same check with more options."""
        return self._replace(command=(*self.command, *options))


def suite(name: str, *extras: str) -> Check:
    """Return the check that is a folder of tests."""
    return Check(name, name, (*PYTEST, f"tests/{name}"), extras)


NO_MUTANTS = "--ignore=tests/test_mutants.py"
CHECKS = {
    check.name: check
    for check in (
        Check("style", "ruff check", (*PYTHON, "ruff", "check", "--no-cache", *CODE)),
        Check("format", "ruff format", (*PYTHON, "ruff", "format", "--check", "--no-cache", *CODE)),
        Check("spelling", "spelling", (*PYTHON, "codespell_lib", *TEXT)),
        Check("types", "types", (*PYTHON, "mypy", "--cache-dir", TYPES)),
        suite("front", "front"),
        Check("tests", "tests", TESTS),
        Check("solutions", "solutions reproduce", (*PYTEST, "solutions", *STRICT, *TWO_NOTEBOOKS), notebooks=True),
        Check(
            "lessons",
            "lessons run",
            (*PYTEST, "lessons", "--rootdir=lessons", "--nbval-lax", *NBVAL, *TWO_NOTEBOOKS),
            notebooks=True,
            copied="lessons",
        ),
        Check("mutations", "mutations", (sys.executable, "tests/mutations.py"), ("browser", "site")),
        suite("frameworks"),
        suite("grading", "grading", "cluster").given(*TWO, "--dist", "loadfile"),  # the whole proof in one of the two
        suite("workshop", "workshop", "browser"),
        suite("browser", "browser", "site").given(*TWO_HALVES, "-m", f"not {WHOLE}"),
        Check("site", "site", (*PYTEST, *SITE, *TWO), ("browser", "site")),
        # The mutants' tests run every exercise thousands of times, which counting lines slows most.
        Check("coverage", "coverage", (*PYTHON, "helpers.authoring.coverage", *TESTS[1:], NO_MUTANTS), ("coverage",)),
    )
}
EXTRAS = tuple(dict.fromkeys(extra for check in CHECKS.values() for extra in check.extras))


def named(*names: str) -> tuple[Check, ...]:
    """Return checks by their names."""
    return tuple(CHECKS[name] for name in names)


STYLE = named("style", "format", "spelling", "types")
TESTS_AND_NOTEBOOKS = named("tests", "solutions", "lessons")
USUAL = (*STYLE, *TESTS_AND_NOTEBOOKS)
SETS = {
    "quick": (*STYLE, CHECKS["tests"].given("-m", f"not {SLOW}", "--durations=5", "--durations-min=2")),
    "all": (
        *STYLE,
        *named("front"),
        *TESTS_AND_NOTEBOOKS,
        *named("mutations"),
        CHECKS["frameworks"].given("--without", SLOW),
        *named("grading", "workshop", "browser"),
    ),
}


def chosen(root: Path, words: list[str]) -> tuple[Check, ...]:
    """Return the checks that the words after `test` ask for. Raises CannotGoOnError."""
    if not words:
        return USUAL
    part, *options = words
    if part in SETS and options:
        raise CannotGoOnError(f"test {part} takes no options: name one part, as in python start.py test tests -k word.")
    if part in SETS:
        return SETS[part]
    if part == "frameworks":
        refuse_unknown_systems(options)
    return (CHECKS[part].given(*options) if part in CHECKS else for_pytest(root, words),)


def for_pytest(root: Path, words: list[str]) -> Check:
    """Return the check of what is named for pytest: files, or options for the usual tests."""
    named = any((root / word.partition("::")[0]).exists() for word in words if not word.startswith("-"))
    return Check("tests", "tests", (*PYTEST, *words, *(() if named else IGNORED)))


def refuse_unknown_systems(options: list[str]) -> None:
    """Raise CannotGoOnError when `test frameworks` is told to leave out what is no system."""
    from helpers.frameworks import measured
    from helpers.frameworks.systems import find

    if options and not options[0].startswith("-"):
        sentence = f"leave some out with --without NAMES, not with {options[0]}."
        raise CannotGoOnError(f"test frameworks runs every system; {sentence}")
    parser = ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--without", nargs="*", default=[])
    for name in sorted({*parser.parse_known_args(options)[0].without} - {*measured.NAMES, SLOW}):
        find(name)
