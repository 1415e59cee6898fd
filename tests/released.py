"""What nbgrader's release of an assignment is, without nbgrader; tests/grading asserts that it is so."""

import re
from pathlib import Path

from helpers.authoring.canonical import read
from helpers.authoring.release import to_lesson
from helpers.grading.making.graded import graded

ROOT = Path(__file__).parents[1]
HIDDEN = re.compile(r"\n### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", re.DOTALL)


def released(name, due=None):
    """The release of a lesson: stubs for answers, and no hidden tests."""
    solution = read(ROOT / "solutions" / f"{name}.ipynb")
    nb, stubs = graded(solution, name, 7, due), {cell.id: cell.source for cell in to_lesson(solution).cells}
    for cell in nb.cells:
        cell.source = HIDDEN.sub("", cell.source)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = stubs[cell.id]
    return nb
