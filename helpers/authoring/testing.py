"""`python start.py test`: every check as a process of its own, its output as it comes, and one count at the end.

A part that finds nothing to check fails: a suite that collects no test must not pass.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from helpers.ground import CannotGoOnError, say
from helpers.start.installing import add

PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q")
TWO = ("-n", "2")
TESTS = ("--ignore=tests/browser", "--ignore=tests/frameworks", "--ignore=tests/grading")
RUFF = (sys.executable, "-m", "ruff")
CHECKED = ("helpers", "tests", "start.py", "solutions", "lessons")
NBVAL = ("--nbval-current-env", "--nbval-cell-timeout=120")
STRICT = ("--nbval", "--nbval-sanitize-with=tests/nbval_sanitize.cfg", *NBVAL)
SLOW_SYSTEMS = (
    "tensorflow",
    "keras-tensorflow",
    "fastai",
    "caffe",
    "spark",
    "ultralytics",
)  # `test frameworks` runs them too
EXTRAS = {"browser": ("browser",), "grading": ("grading", "cluster"), "all": ("browser", "grading", "cluster")}
TWO_NOTEBOOKS = (*TWO, "--dist", "loadscope")


class Part(NamedTuple):
    """A check: its title and its command; `notebooks` keeps the notebooks' own plotting backend."""

    title: str
    command: tuple[str, ...]
    notebooks: bool = False


def parts(root: Path, arguments: list[str], scratch: Path) -> Iterator[Part]:
    """Yield the checks that `all`, `browser`, `grading`, `frameworks`, nothing or arguments for pytest ask for."""
    browser, grading = (Part(title, (*PYTEST, f"tests/{title}")) for title in ("browser", "grading"))
    if arguments == ["browser"]:
        yield browser
    elif arguments == ["grading"]:
        yield grading
    elif arguments[:1] == ["frameworks"]:
        yield frameworks(arguments[1:])
    elif arguments in ([], ["all"]):
        yield Part("ruff check", (*RUFF, "check", "--no-cache", *CHECKED))
        yield Part("ruff format", (*RUFF, "format", "--check", "--no-cache", *CHECKED))
        yield Part("tests", (*PYTEST, "tests", *TESTS, *TWO))
        yield Part("solutions reproduce", (*PYTEST, "solutions", *STRICT, *TWO_NOTEBOOKS), notebooks=True)
        # A copy: a lesson that writes a file must not write it into the repository.
        lessons = shutil.copytree(root / "lessons", scratch / "lessons", dirs_exist_ok=True)
        lax = (str(lessons), f"--rootdir={lessons}", "--nbval-lax", *NBVAL)
        yield Part("lessons run", (*PYTEST, *lax, *TWO_NOTEBOOKS), notebooks=True)
        if arguments == ["all"]:
            yield Part("mutations", (sys.executable, "tests/mutations.py"))
            yield frameworks(["--without", *SLOW_SYSTEMS])
            yield grading
            yield browser
    else:
        named = any((root / word.partition("::")[0]).exists() for word in arguments if not word.startswith("-"))
        yield Part("tests", (*PYTEST, *arguments, *(() if named else TESTS)))


def frameworks(options: list[str]) -> Part:
    """Return the check of the systems, without those that --without names."""
    return Part("frameworks", (*PYTEST, "tests/frameworks", f"--without={','.join(options[1:])}"))


def wrong_options(options: list[str]) -> str | None:
    """Return what is wrong with the options of `test frameworks`, or None."""
    from helpers.frameworks import measured
    from helpers.frameworks.systems import UnknownSystemError, find

    if options and options[0] != "--without":
        return f"test frameworks runs every system; leave some out with --without NAMES, not with {options[0]}."
    try:
        for name in set(options[1:]) - set(measured.NAMES):
            find(name)
    except UnknownSystemError as error:
        return str(error)
    return None


def run(root: Path, arguments: list[str]) -> int:
    """Run the checks, end with the line `N passed, N failed`, and return the exit code."""
    try:
        for extra in EXTRAS.get(" ".join(arguments), ()):
            add(extra)
    except CannotGoOnError as error:
        say(str(error))
        return 1
    wrong = wrong_options(arguments[1:]) if arguments[:1] == ["frameworks"] else None
    if wrong:
        say(wrong)
        return 1
    total: Counter[str] = Counter()
    failed = []
    with tempfile.TemporaryDirectory(prefix="course-test-", ignore_cleanup_errors=True) as folder:
        for number, part in enumerate(parts(root, arguments, Path(folder))):
            say(f"== {part.title}")
            counts, seconds = outcome(root, part, Path(folder) / f"{number}.xml")
            total += counts
            if counts["failed"]:
                failed.append(part.title)
            say(f"== {part.title}: {'FAILED' if counts['failed'] else 'passed'} in {seconds:.0f} s\n")
    if failed:
        say(f"failed: {', '.join(failed)}")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    say(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if failed else 0


def outcome(root: Path, part: Part, report: Path) -> tuple[Counter[str], float]:
    """Run one part and return its counts and its seconds; a part without a report counts as one check."""
    command = part.command
    if "pytest" in command:
        command = (*command, f"--junit-xml={report}")
    start = time.monotonic()
    code = subprocess.run(command, cwd=root, env=environment(root, part.notebooks)).returncode
    counts = read_report(report)
    if code and not counts["failed"]:  # nothing collected, a crash, a wrong option
        counts["failed"] += 1
    elif not code and not counts:
        counts["passed"] += 1
    return counts, time.monotonic() - start


def environment(root: Path, notebooks: bool) -> dict[str, str]:
    """Return the environment of a check: this root's helpers, nobody's progress, no windows."""
    env = os.environ | {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONPATH": str(root), "MPLBACKEND": "Agg"}
    if notebooks:
        del env["MPLBACKEND"]
    return env


def read_report(report: Path) -> Counter[str]:
    """Return what a JUnit report counts; nothing when there is no report, or an unfinished one."""
    counts: Counter[str] = Counter()
    try:
        suites = ElementTree.parse(report).iter("testsuite")
    except (OSError, ElementTree.ParseError):
        return counts
    for suite in suites:
        bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts.update(failed=bad, skipped=skipped, passed=int(suite.get("tests", 0)) - bad - skipped)
    return counts
