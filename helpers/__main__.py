"""The commands of the course, as `python start.py` runs them in .venv: python -m helpers COMMAND.

A function for each name in helpers/start/commands.py. It imports what it needs: opening a lesson must not wait for the
author's tools.
"""

import errno
import signal
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from helpers.ground import ROOT, CannotGoOnError, say
from helpers.start.commands import COMMANDS, parse

NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS)
NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def lab(wanted: Namespace) -> int:
    """Refresh the workbook and open it in JupyterLab."""
    from helpers.start import lab, workbook

    for line in workbook.refresh(ROOT):
        say(line)
    return lab.launch(ROOT, wanted.words)


def test(wanted: Namespace) -> int:
    """Run the checks."""
    from helpers.authoring import testing

    return testing.run(ROOT, wanted.words)


def frameworks(wanted: Namespace) -> int:
    """Run the same descent in other systems."""
    from helpers.frameworks.running import runner

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the system that runs would outlive the command
    return runner.run(wanted.names, wanted.record)


def doctor(wanted: Namespace) -> int:
    """Say what works."""
    from helpers.start import doctor

    return doctor.run(ROOT)


def reset(wanted: Namespace) -> int:
    """Lay fresh copies of lessons."""
    from helpers.start import workbook

    for name in wanted.lessons:
        say(workbook.reset(ROOT, name))
    return 0


def solved(wanted: Namespace) -> int:
    """Write a page of what is solved."""
    from helpers.exercises.attesting import attest

    attest(wanted.name, ROOT / "workbook")
    return 0


def agenda(wanted: Namespace) -> int:
    """Print when what is taught."""
    from helpers.workshop.kit import agenda

    return agenda.run(ROOT, wanted)


def assignment(wanted: Namespace) -> int:
    """Make a graded assignment."""
    from helpers.grading.making import assignment

    return assignment.run(ROOT, wanted)


def grade(wanted: Namespace) -> int:
    """Grade what was submitted."""
    from helpers.grading import grade

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # or the submissions that run would outlive the command
    return grade.run(wanted)


def workshop(wanted: Namespace) -> int:
    """Open a room."""
    from helpers.start.installing import add

    add("workshop")
    for ending in (signal.SIGTERM, signal.SIGINT):  # or seats would end before they are asked to, or go on behind &
        signal.signal(ending, signal.default_int_handler)
    if wanted.pack_proxy:
        from helpers.workshop import proxy

        say(f"{proxy.pack(wanted.pack_proxy)} is made.")
        return 0
    if wanted.collect or wanted.reset:
        from helpers.workshop import collecting

        return (collecting.collect if wanted.collect else collecting.reset)(ROOT, wanted)
    from helpers.workshop import room

    return room.run(ROOT, wanted)


def new(wanted: Namespace) -> int:
    """Begin a lesson or an exercise."""
    from helpers.authoring import new

    begun = new.lesson(ROOT, wanted.name) if wanted.kind == "lesson" else new.exercise(ROOT, wanted.lesson, wanted.id)
    return tell(begun, "written")


def release(wanted: Namespace) -> int:
    """Write the lessons from the solutions."""
    from helpers.authoring import release

    return tell(release.release(ROOT))


def execute(wanted: Namespace) -> int:
    """Run the solutions and store their outputs."""
    from helpers.authoring import executing

    return tell(executing.execute(ROOT, wanted.lessons))


def minutes(wanted: Namespace) -> int:
    """Estimate how long each lesson takes."""
    from helpers.authoring import minutes, release

    return minutes.run(release.solutions(ROOT))


def site(wanted: Namespace) -> int:
    """Make a folder of pages."""
    from helpers.start.installing import add

    add("site")  # before anything imports it
    from helpers.site import build

    return build.run(ROOT, wanted)


def lock(wanted: Namespace) -> int:
    """Write the installed versions."""
    from helpers.authoring import lock

    return lock.run()


def tell(files: list[Path], done: str = "changed") -> int:
    """Say what an author's step did to which files, and how many they are."""
    for path in files:
        say(f"{path.relative_to(ROOT)} {done if path.exists() else 'removed'}")
    say(f"{len(files)} {done}.")
    return 0


def fail(sentence: str) -> int:
    """Say what is wrong, where errors are said, and return the exit code."""
    print(sentence, file=sys.stderr, flush=True)
    return 1


RUN: dict[str, Callable[[Namespace], int]] = {name: globals()[name] for name in COMMANDS}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        wanted = parse(arguments)
        return RUN[wanted.command](wanted)
    except CannotGoOnError as error:
        return fail(str(error))
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
