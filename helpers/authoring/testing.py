"""`python start.py test`: every check as a process of its own, its output as it comes, and one count at the end.

A check that finds nothing to check fails: a suite that collects no test must not pass.
"""

import os
import shutil
import subprocess
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from helpers.authoring.checks import Check, chosen
from helpers.ground import say
from helpers.start.installing import add


def run(root: Path, words: list[str]) -> int:
    """Run the checks that the words ask for, end with the line `N passed, N failed`, and return the exit code.

    What a check needs is installed before the first one begins. Raises CannotGoOnError when that is impossible.
    """
    checks = chosen(root, words)
    for extra in dict.fromkeys(extra for check in checks for extra in check.extras):
        add(extra)
    total: Counter[str] = Counter()
    failed = []
    with tempfile.TemporaryDirectory(prefix="course-test-", ignore_cleanup_errors=True) as folder:
        for check in checks:
            say(f"== {check.title}")
            counts, seconds = outcome(root, check, Path(folder))
            total += counts
            if counts["failed"]:
                failed.append(check.title)
            say(f"== {check.title}: {'FAILED' if counts['failed'] else 'passed'} in {seconds:.0f} s\n")
    if failed:
        say(f"failed: {', '.join(failed)}")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    say(f"{total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if failed else 0


def outcome(root: Path, check: Check, scratch: Path) -> tuple[Counter[str], float]:
    """Run one check and return its counts and its seconds; one without a report counts as one."""
    command, report = check.command, scratch / f"{check.name}.xml"
    if "pytest" in command:
        command = (*command, f"--junit-xml={report}")
    if check.copied:
        shutil.copytree(root / check.copied, scratch / check.copied)
    start = time.monotonic()
    place = scratch if check.copied else root
    code = subprocess.run(command, cwd=place, env=environment(root, check.notebooks)).returncode
    counts = read_report(report)
    if code and not counts["failed"]:  # nothing collected, a crash, a wrong option
        counts["failed"] += 1
    elif not code and not counts:
        counts["passed"] += 1
    return counts, time.monotonic() - start


def environment(root: Path, notebooks: bool) -> dict[str, str]:
    """Return the environment of a check: this root's helpers, nobody's progress, no windows."""
    env = os.environ | {"GRADIENT_COURSE_PROGRESS": "temporary", "PYTHONPATH": str(root), "MPLBACKEND": "Agg"}
    env |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # two workers on two cores: more threads only wait
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
