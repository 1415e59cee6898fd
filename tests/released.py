"""What nbgrader's release of an assignment is, without nbgrader; tests/grading asserts that it is so."""

import re
from copy import deepcopy
from functools import cache
from pathlib import Path

from helpers.authoring.canonical import read
from helpers.cells import STUB
from helpers.grading.making.graded import graded

ROOT = Path(__file__).parents[1]
ANSWER = re.compile(r"# BEGIN SOLUTION.*?# END SOLUTION", re.DOTALL)
HIDDEN = re.compile(r"\n### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", re.DOTALL)


def released(name, due=None):
    """The release of a lesson: stubs for answers, above programs to repair, and no hidden tests."""
    return deepcopy(_made(name, due))


@cache
def _made(name, due):
    nb = graded(read(ROOT / "solutions" / f"{name}.ipynb"), name, 7, due)
    for cell in nb.cells:
        cell.source = HIDDEN.sub("", cell.source)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = ANSWER.sub(STUB, cell.source)
    return nb
