"""Canvas' own gradebook export: whose a row is, which column is the lesson's, and where the mark goes."""

import re

from helpers.grading.exchange.sheets import Sheet, points
from helpers.grading.reporting.tables import number
from helpers.grading.results import GRADED, Grade

ID, POINTS = ("id",), "points possible"
NOT_OURS = {"EX", "N/A"}  # excused, and not assigned


def is_one(sheet: Sheet) -> bool:
    """Whether a table is an export of Canvas' gradebook."""
    return sheet.column("student", "lastname") == 0 and None not in (sheet.column(*ID), sheet.column("section"))


def ids(sheet: Sheet) -> dict[str, int]:
    """Return the rows of a gradebook by Canvas' id of their learner."""
    place = sheet.column(*ID)
    found = ((sheet.cell(row, place), row) for row in range(1, len(sheet.rows)))
    return {id: row for id, row in found if id.isdecimal()}


def column_of(sheet: Sheet, lesson: str) -> int | None:
    """Return the column whose title names a lesson: `05_gradient_descent (123)`, or `Gradient descent (123)`."""
    titles = [_words(re.sub(r"\(\d+\)\s*$", "", title)) for title in sheet.rows[0]]
    wanted = _words(lesson)
    for match in (
        lambda words: words == wanted,
        lambda words: f" {wanted} " in f" {words} ",
        lambda words: f" {wanted.lstrip('0123456789 ')} " in f" {words} ",
    ):
        fitting = [place for place, words in enumerate(titles) if match(words)]
        if len(fitting) == 1:
            return fitting[0]
    return None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def fill(sheet: Sheet, lesson: str, grades: dict[str, Grade]) -> list[str]:
    """Write the marks of a lesson, by Canvas' id, and return what is to be said about it."""
    column = column_of(sheet, lesson)
    if column is None:
        wanted = "name the assignment so in Canvas, and export its gradebook again"
        return [f"{sheet.name} has no one column whose title says {lesson}: {wanted}."]
    most = next((points(sheet.cell(row, column)) for row in range(1, len(sheet.rows)) if _is_points(sheet, row)), None)
    by_id, notes, filled, comma = ids(sheet), [], 0, sheet.has_decimal_comma(column)
    for id, grade in grades.items():
        row = by_id.get(id)
        if row is None or column >= len(sheet.rows[row]):
            notes.append(f"{sheet.name} has no row for {grade.student}.")
        elif grade.state != GRADED or grade.score is None:
            notes.append(f"{sheet.name}: {grade.student} is {grade.state}, the cell stays as it was.")
        elif (there := sheet.cell(row, column).upper()) in NOT_OURS:
            notes.append(f"{sheet.name}: {grade.student} has {there}, which stays.")
        else:
            mark = number(grade.score * (most or grade.out_of) / grade.out_of)
            sheet.set(row, column, mark.replace(".", ",") if comma else mark)
            filled += 1
    return [f"{sheet.name}: {filled} marks written for {lesson}.", *_scaled(sheet, most, grades), *notes]


def _is_points(sheet: Sheet, row: int) -> bool:
    return POINTS in sheet.cell(row, 0).casefold()


def _scaled(sheet: Sheet, most: float | None, grades: dict[str, Grade]) -> list[str]:
    out_of = next(iter(grades.values())).out_of
    if not most or most == out_of:
        return []
    return [f"{sheet.name}: its maximum is {number(most)}, ours {number(out_of)}; scaled."]
