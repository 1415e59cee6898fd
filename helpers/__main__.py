"""The commands of the course, as `python start.py` runs them in .venv: python -m helpers COMMAND."""

import errno
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from helpers.ground import ROOT, say

NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

# Each command imports what it needs: opening a lesson must not wait for the author's tools.


def lab(arguments: list[str]) -> int:
    """Refresh the workbook and open it in JupyterLab."""
    from helpers.start import lab, workbook

    for line in workbook.refresh(ROOT):
        say(line)
    return lab.launch(ROOT, arguments)


def test(arguments: list[str]) -> int:
    """Run the checks."""
    from helpers.authoring import testing

    return testing.run(ROOT, arguments)


def frameworks(arguments: list[str]) -> int:
    """Run the same descent in other systems."""
    from helpers.frameworks.running import runner

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the system that runs would outlive the command
    return runner.run(arguments)


def doctor(arguments: list[str]) -> int:
    """Say what works."""
    from helpers.start import doctor

    return doctor.run(ROOT)


def reset(arguments: list[str]) -> int:
    """Lay fresh copies of lessons."""
    from helpers.start import workbook

    if not arguments:
        return fail("Say which lesson: python start.py reset 05")
    try:
        for name in arguments:
            say(workbook.reset(ROOT, name))
    except workbook.UnknownLessonError as error:
        return fail(str(error))
    return 0


def release(arguments: list[str]) -> int:
    """Write the lessons from the solutions."""
    return author(lambda release: release.release(ROOT))


def execute(arguments: list[str]) -> int:
    """Run the solutions and store their outputs."""
    return author(lambda release: release.execute(ROOT, arguments))


def assignment(arguments: list[str]) -> int:
    """Make a graded assignment."""
    from helpers.authoring.release import ReleaseError
    from helpers.grading.making import assignment
    from helpers.ground import CannotGoOnError

    try:
        return assignment.run(ROOT, arguments)
    except (CannotGoOnError, ReleaseError) as error:
        return fail(str(error))


def grade(arguments: list[str]) -> int:
    """Grade what was submitted."""
    from helpers.grading import grade
    from helpers.ground import CannotGoOnError

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the submissions that run would outlive the command
    try:
        return grade.run(arguments)
    except CannotGoOnError as error:
        return fail(str(error))


def lock(arguments: list[str]) -> int:
    """Write the installed versions."""
    from helpers.authoring import lock

    return lock.run()


def author(step: Callable[..., list[Path]]) -> int:
    """Take an author's step, which returns the files that it changed."""
    from helpers.authoring import release

    try:
        changed = step(release)
    except release.ReleaseError as error:
        return fail(str(error))
    for path in changed:
        say(f"{path.relative_to(ROOT)} {'changed' if path.exists() else 'removed'}")
    say(f"{len(changed)} changed.")
    return 0


def fail(sentence: str) -> int:
    """Say what is wrong, where errors are said, and return the exit code."""
    print(sentence, file=sys.stderr, flush=True)
    return 1


VERBS = (lab, test, frameworks, doctor, reset, assignment, grade, release, execute, lock)
COMMANDS = {command.__name__: command for command in VERBS}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    verb, *rest = arguments or ["lab"]
    if verb not in COMMANDS:
        return fail(f"There is no command {verb}: python start.py --help lists them.")
    try:
        return COMMANDS[verb](rest)
    except OSError as error:
        if error.errno in NO_SPACE:
            return fail(f"{error}: free some space, then start the same command again.")
        if error.errno not in NOT_WRITABLE:
            raise
        return fail(f"{error}: copy the course to a folder that you can write to, and start it there.")
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
