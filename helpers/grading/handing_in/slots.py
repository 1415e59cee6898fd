"""The graded and locked cells of a release, and by what a submitted cell is recognised as one of them."""

import ast
import re
import warnings
from collections.abc import Iterable
from typing import Any

from helpers.grading.handing_in.reading import Cell
from helpers.grading.names import UNREADABLE
from helpers.grading.text import text_of


class Slot:
    """A graded or locked cell of the release.

    claims: the submitted cells, by index, that claim to be it. place: the one that stands for it. dropped: those that
    are left out. answer: what it says in the clean notebook.
    """

    def __init__(self, cell: dict[str, Any]) -> None:
        self.cell = cell
        self.grading: dict[str, Any] = cell["metadata"]["nbgrader"]
        self.name: str = self.grading["grade_id"]
        self.source = self.answer = text_of(cell["source"])
        self.is_answer = bool(self.grading.get("solution"))
        self.functions = re.findall(r"^def (\w+)", self.source, re.MULTILINE) if self.is_answer else []
        self.claims: list[int] = []
        self.place: int | None = None
        self.dropped: set[int] = set()

    def take(self, place: int, dropped: Iterable[int]) -> None:
        """Let one cell stand for this one, and leave others out."""
        self.place, self.dropped = place, set(dropped) - {place}

    def is_called(self, cell: Cell) -> bool:
        """Whether a cell without nbgrader's metadata is this one by its own id."""
        return self.name == cell.id

    def holds(self, cell: Cell) -> bool:
        """Whether a cell without an id is this one by what it holds."""
        if self.is_answer:
            return cell.kind == "code" and self.is_defined_in(cell.source)
        return alike(cell.source, self.source)

    def is_written_in(self, source: str) -> bool:
        """Whether a source holds something, and something else than what was released."""
        return bool(source.strip()) and not alike(source, self.source)

    def is_defined_in(self, source: str) -> bool:
        """Whether a source defines a function of this answer at its left edge; it may hold what is not Python."""
        return any(re.search(rf"^(async )?def {name}\b", source, re.MULTILINE) for name in self.functions)


def alike(one: str, other: str) -> bool:
    """Whether two sources are the same but for blanks at the ends of lines, and empty lines at the end."""
    first, second = ([line.rstrip() for line in text.rstrip().split("\n")] for text in (one, other))
    return first == second


def is_python(source: str) -> bool:
    """Whether a source can be compiled."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except UNREADABLE:
        return False
    return True
