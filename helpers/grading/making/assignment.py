"""An nbgrader course folder from solutions/: what is graded, for how many points, on this cohort's own numbers.

source/<lesson>/<lesson>.ipynb is a solution with nbgrader's metadata: answers, locked check cells with points and
hidden tests, a locked setup cell, a locked header. nbgrader does all that follows.
"""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from helpers.authoring.canonical import read, serialise
from helpers.authoring.release import chosen, solutions
from helpers.cells import STUB
from helpers.exercises.catalogue import LESSONS
from helpers.grading.handing_in.due import to_utc, written
from helpers.grading.making.graded import graded
from helpers.ground import CannotGoOnError, say, write_whole
from helpers.start.installing import add

COURSE = "gradient-descent-by-experiment"
SECONDS = 120  # for one cell; an answer may take judging.SECONDS in its check

CONFIG = """\
# Made by: python start.py assignment {arguments}
# Keep the seed to yourself: with it and the public course, anybody can compute the hidden numbers.
c = get_config()  # noqa: F821
c.CourseDirectory.course_id = {course!r}
c.CourseDirectory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__"]
c.ClearSolutions.code_stub = {{"python": {stub!r}}}
c.OverwriteCells.add_missing_cells = True  # a test cell that was deleted comes back
c.Execute.timeout = {seconds}
"""


def planned(root: Path, lessons: list[str], seed: int, due: datetime | None, arguments: str) -> dict[str, str]:
    """Return the files of the course folder, by path inside it. Raises ReleaseError."""
    found = [path for path in solutions(root) if path.stem in {lesson.name for lesson in LESSONS}]
    plan = {"nbgrader_config.py": CONFIG.format(arguments=arguments, course=COURSE, stub=STUB, seconds=SECONDS)}
    for path in chosen(found, lessons):
        nb = graded(read(path), path.stem, seed, due)
        plan[f"source/{path.stem}/{path.name}"] = serialise(nb)
    return plan


def write(out: Path, plan: dict[str, str]) -> None:
    """Write the files; one that is there already is never replaced: it may have been released.

    Lines may have been added at its end: that is where a teacher's own settings stand. Raises CannotGoOnError.
    """
    there = {name for name in plan if (out / name).exists()}
    for name in there:
        if not (out / name).read_bytes().startswith(plan[name].encode()):
            raise CannotGoOnError(f"{out / name} is there and differs: choose another folder, or move it away.")
    for name in plan.keys() - there:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / name, plan[name])


def register(out: Path, names: list[str], due: datetime | None) -> None:
    """Enter the assignments and their due date into nbgrader's gradebook, which knows from it what is late."""
    from nbgrader.api import Gradebook
    from nbgrader.coursedir import CourseDirectory

    from helpers.grading.reporting.gradebook import settings

    with Gradebook(CourseDirectory(config=settings(out)).db_url, course_id=COURSE) as gradebook:
        for name in names:
            gradebook.update_or_create_assignment(name, duedate=written(due) if due else None)


def due_of(text: str | None) -> datetime | None:
    """Return the moment that --due names, in UTC. Raises CannotGoOnError."""
    try:
        return None if text is None else to_utc(text, end_of_day=True)
    except ValueError as error:
        raise CannotGoOnError(f"{error}: mend what stands after --due.") from error


def run(root: Path, wanted: argparse.Namespace) -> int:
    """Make the course folder that the options ask for, and say what comes next. Raises CannotGoOnError."""
    due, out = due_of(wanted.due), wanted.out.resolve()
    plan = planned(root, wanted.lessons, wanted.seed, due, " ".join(wanted.words))
    add("grading")
    write(out, plan)
    names = [Path(name).stem for name in plan if name.startswith("source/")]
    register(out, names, due)
    for name in names:
        say(f"{out / 'source' / name}")
    say(f"Due {written(due)[:16]} UTC." if due else "No due date.")
    say(f"Next, in {out}: {sys.executable} -m nbgrader generate_assignment {names[0]}")
    return 0
