"""Grades as CSV: one table for spreadsheets, one file an assignment for Moodle, one file for Canvas.

In the files for Moodle and Canvas a grade that is not final is an empty cell, never 0: empty means "no grade" to both.
It also clears a grade that was entered there by hand before.
"""

import csv
import html
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from helpers.grading.results import GRADED, NO_SCORE, Grade
from helpers.grading.text import printable

# Commas and decimal points are what every program reads that asks or looks. An Excel that is set to decimal commas
# neither asks nor looks when a file is double-clicked; there the way in is Data, From Text/CSV. A semicolon would make
# it read 2.5 as the second of May.
SEPARATOR = ","
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for an older encoding
STUDENT = "student"
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")  # Canvas asks for these, in this order

_BEFORE = re.compile(r"\A[\s\"'\u200b-\u200f\ufeff]*")


def cell(value: Any) -> Any:
    """Return a value for a CSV cell: a number stays one, None is empty, a text can be no formula."""
    if value is None or isinstance(value, int | float):
        return "" if value is None else number(value)
    start = unicodedata.normalize("NFKC", _BEFORE.sub("", value)[:1])
    formula = start in ("=", "+", "-", "@") or value[:1] in ("\t", "\r", "\n")
    return printable(f"'{value}" if formula else value)


def number(value: float) -> str:
    """Return points as people write them: 2, 2.5, 0.33."""
    return f"{round(value, 2):.10g}"


def grades_csv(grades: Iterable[Grade]) -> str:
    """Return the table of everything, one row a submission; the score of an ungraded one is empty."""
    grades = list(grades)
    exercises = list(dict.fromkeys(mark.exercise for grade in grades for mark in grade.marks))
    head = [STUDENT, "assignment", "state", "score", "out of", "late", *exercises]
    head += ["mistakes", "reason", "evidence", "flags", "repairs"]
    return BYTE_ORDER_MARK + _csv([head, *(_row(grade, exercises) for grade in grades)])


def _row(grade: Grade, exercises: list[str]) -> list[Any]:
    points = {mark.exercise: None if mark.verdict in NO_SCORE else mark.points for mark in grade.marks}
    mistakes = "; ".join(f"{mark.exercise}: {mark.mistake}" for mark in grade.marks if mark.mistake)
    said = [mistakes, grade.reason, *map("; ".join, (grade.evidence, grade.flags, grade.repairs))]
    ours = [grade.student, grade.assignment, grade.state, grade.score, grade.out_of, grade.late]
    return [*ours, *map(points.get, exercises), *said]


def moodle_csv(grades: Iterable[Grade], assignment: str) -> str:
    """Return what Moodle imports for an assignment: whose, the grade, and feedback.

    Whoever imports it tells Moodle what the names of the folders are: "Map from" student, "Map to" the username, ID
    number or address. A student whom Moodle does not know stops the whole import.
    """
    rows = [
        [grade.student, grade.score if grade.state == GRADED else None, comment(grade)]
        for grade in grades
        if grade.assignment == assignment
    ]
    return _csv([[STUDENT, assignment, f"{assignment} feedback"], *rows])


def comment(grade: Grade) -> str:
    """Return feedback in one line, of our words and the teacher's; Moodle shows it as HTML. It adds up to the score."""
    if grade.state != GRADED:
        return "There is no final grade yet; this is not a zero."
    each = [
        f"{mark.exercise}: {mark.verdict}"
        + (f", {number(mark.points)} of {number(mark.out_of)}" if mark.verdict not in NO_SCORE else "")
        + (" by hand" if mark.by_hand else "")
        + (f" ({mark.mistake.replace('-', ' ')})" if mark.mistake else "")
        + (f" - {html.escape(' '.join(mark.comment.split()), quote=False)}" if mark.comment else "")
        for mark in grade.marks
    ]
    late = [f"handed in {grade.late}"] if grade.late else []
    total = [f"altogether {number(grade.score)} of {number(grade.out_of)}"] if grade.score is not None else []
    return "; ".join([*each, *late, *grade.changed, *total])


def canvas_csv(grades: Iterable[Grade]) -> str:
    """Return what the gradebook of Canvas imports: one row a student, one column an assignment.

    The name of a student's folder stands for a SIS id or a login, and never for Canvas' own ID, which it reads first:
    another student may have that number.
    """
    grades = [grade for grade in grades if grade.assignment]
    out_of = {grade.assignment: grade.out_of for grade in grades}
    scores = {(grade.student, grade.assignment): grade.score for grade in grades if grade.state == GRADED}
    students = dict.fromkeys(grade.student for grade in grades)
    rows = [[who, None, who, who, None, *(scores.get((who, name)) for name in out_of)] for who in students]
    return _csv([[*CANVAS, *out_of], ["    Points Possible", *[None] * 4, *out_of.values()], *rows])


def _csv(rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=SEPARATOR).writerows([cell(value) for value in row] for row in rows)
    return text.getvalue()
