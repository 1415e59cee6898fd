"""An nbgrader course folder from solutions/: what is graded, for how many points, on this cohort's own numbers.

source/<lesson>/<lesson>.ipynb is a solution with nbgrader's metadata: answers, locked check cells with points and
hidden tests, a locked setup cell, a locked header. nbgrader does all that follows.
"""

import argparse
import sys
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.authoring.canonical import read, serialise
from helpers.authoring.regions import ReleaseError
from helpers.authoring.release import chosen, solutions, to_lesson
from helpers.cells import CHECK, HALF, HELP, SETUP, STUB
from helpers.exercises.catalogue import EXERCISES, LESSONS
from helpers.exercises.exercise import Exercise
from helpers.grading.handing_in.due import to_utc, written
from helpers.grading.making.hidden import enough, half_tests, hidden_tests
from helpers.ground import CannotGoOnError, say, write_whole
from helpers.start.installing import add

COURSE = "gradient-descent-by-experiment"
HEADER = "assignment-header"
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

INSTRUCTIONS = """\
## Graded assignment

{due}**Points:** {total}

| exercise | function | points | half of them for |
|---|---|---|---|
{table}

- Write your answer in the cell of the exercise, in place of the line that raises `NotImplementedError`. Keep the name
  and the arguments of the function.
- All points of an exercise: the check below it finds your answer right, and your answer is right on other numbers too,
  which you do not see.
- Half of the points: your answer is right on as many calls with such numbers as the table says. Where a guess would be
  right on half of the calls, it says all. A call that raises an error is not right; the others still count.
- Do not copy, split, move or delete the cells of exercises and checks; the checks and this cell are locked. You may add
  cells of your own.
- Before you hand it in: restart the kernel and run all cells. What holds then is what is graded. Save, and hand in this
  file under its name, `{name}.ipynb`, without other files.
"""


def graded(solution: Any, name: str, seed: int, due: datetime | None) -> Any:
    """Return the source notebook of an assignment: a solution with nbgrader's metadata, its header and hidden tests.

    Raises ReleaseError when the solution cannot be released or has nothing to grade.
    """
    to_lesson(solution)
    nb = deepcopy(solution)
    answers = {cell.id.removesuffix(CHECK) for cell in nb.cells if cell.id.endswith(CHECK)}
    exercises = [EXERCISES[cell.id] for cell in nb.cells if cell.id in answers]
    if not exercises:
        raise ReleaseError(f"{name} has no exercise, so there is nothing to grade; choose another lesson.")
    for cell in list(nb.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if cell.id in answers:
            mark(cell, solution=True)
        elif cell.id.endswith(CHECK):
            exercise = EXERCISES[cell.id.removesuffix(CHECK)]
            call = f'check("{exercise.id}", {exercise.reference.__name__}, required=True)'
            cell.source = f"{call}\n{hidden_tests(exercise, seed)}"
            mark(cell, locked=True, points=exercise.points / 2)
            nb.cells.insert(nb.cells.index(cell) + 1, half_cell(exercise, seed))
        elif cell.id.endswith(HELP):
            cell.source = f'# hint("{cell.id.removesuffix(HELP)}")'  # solution("...") would print the answer
        elif cell.id == SETUP:
            mark(cell, locked=True)
    nb.cells.insert(1, mark(new_markdown_cell(header(name, exercises, due), id=HEADER), locked=True))
    nb.metadata = nbformat.from_dict({"kernelspec": nb.metadata.kernelspec, "language_info": {"name": "python"}})
    return nb


def half_cell(exercise: Exercise, seed: int) -> Any:
    """Return the cell that gives the other half of an exercise's points, to an answer that is often right."""
    part = "all" if enough(exercise) == len(exercise.probes) else "at least half"
    said = f"# {exercise.id}, half of the points: {part} of the calls on this assignment's own numbers are right."
    cell = new_code_cell(f"{said}\n{half_tests(exercise, seed)}", id=exercise.id + HALF)
    return mark(cell, locked=True, points=exercise.points / 2)


def mark(cell: Any, solution: bool = False, locked: bool = False, points: float | None = None) -> Any:
    """Give a cell nbgrader's metadata; its grade_id is its own id, and points make it a graded one."""
    wanted = {
        "grade": points is not None,
        "grade_id": cell.id,
        "locked": locked,
        "schema_version": 3,
        "solution": solution,
    }
    wanted |= {"task": False} | ({} if points is None else {"points": points})
    cell.metadata["nbgrader"] = nbformat.from_dict(wanted)
    return cell


def header(name: str, exercises: list[Exercise], due: datetime | None) -> str:
    """Return what the learner reads first: when, how many points for what, and how."""
    table = "\n".join(
        f"| {e.id} | `{e.reference.__name__}` | {e.points} | {enough(e)} of {len(e.probes)} calls right |"
        for e in exercises
    )
    said = f"**Due:** {due.day} {due:%B %Y, %H:%M} UTC\n\n" if due else ""
    return INSTRUCTIONS.format(due=said, total=sum(e.points for e in exercises), table=table, name=name).rstrip()


# The folder


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
