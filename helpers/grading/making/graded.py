"""The source notebook of an assignment: a solution with nbgrader's metadata, its header and hidden tests."""

from copy import deepcopy
from datetime import datetime
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from helpers.authoring.regions import ReleaseError, regions
from helpers.authoring.release import to_lesson
from helpers.cells import CHECK, HALF, HELP, SETUP
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.exercise import Exercise
from helpers.grading.making.half import enough
from helpers.grading.making.hidden import half_tests, hidden_tests

HEADER = "assignment-header"

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
  file under its name, `{name}.ipynb`. If it imports modules that you wrote, hand in their files with it, as they lie
  beside it; no other files.
"""


def graded(solution: Any, name: str, seed: int, due: datetime | None) -> Any:
    """Return the source notebook of an assignment: a solution with nbgrader's metadata, its header and hidden tests.

    Raises ReleaseError when the solution cannot be released or has nothing to grade.
    """
    to_lesson(solution)  # it says what is wrong with a solution
    nb = deepcopy(solution)
    answers = {cell.id.removesuffix(CHECK) for cell in nb.cells if cell.id.endswith(CHECK)}
    exercises = [EXERCISES[cell.id] for cell in nb.cells if cell.id in answers]
    if not exercises:
        raise ReleaseError(f"{name} has no exercise, so there is nothing to grade; choose another lesson.")
    for cell in list(nb.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if cell.id in answers:
            cell.source = with_programs_below(cell)
            mark(cell, solution=True)
        elif cell.id.endswith(CHECK):
            exercise = EXERCISES[cell.id.removesuffix(CHECK)]
            make_check(cell, exercise, seed)
            nb.cells.insert(nb.cells.index(cell) + 1, half_cell(exercise, seed))
        elif cell.id.endswith(HELP):
            cell.source = f'# hint("{cell.id.removesuffix(HELP)}")'  # solution("...") would print the answer
        elif cell.id == SETUP:
            mark(cell, locked=True)
    nb.cells.insert(1, mark(new_markdown_cell(header(name, exercises, due), id=HEADER), locked=True))
    nb.metadata = nbformat.from_dict({"kernelspec": nb.metadata.kernelspec, "language_info": {"name": "python"}})
    return nb


def with_programs_below(cell: Any) -> str:
    """Return an answer's source with programs to repair below it, behind #: nbgrader clears the answer alone."""
    lines = cell.source.split("\n")
    for region in reversed(list(regions(cell))):
        if region.is_repair:
            program = lines[region.end - 1 - len(region.given) : region.end]
            lines[region.end - len(program) : region.end + 1] = [lines[region.end], *program]
    return "\n".join(lines)


def make_check(cell: Any, exercise: Exercise, seed: int) -> None:
    """Make a check's cell the one that gives half of an exercise's points, to an answer that is right everywhere."""
    call = f'check("{exercise.id}", {exercise.reference.__name__}, required=True)'
    cell.source = f"{call}\n{hidden_tests(exercise, seed)}"
    mark(cell, locked=True, points=exercise.points / 2)


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
