"""Moodle's grading worksheet: whose a row is, when it was handed in, and where the mark and the comment go.

Moodle names learners by `Identifier`, also where it hides their names, and finds it by the digits at its end. It takes
back a row only if its times are as they were, and a number only in the way of its language.
"""

import re
from datetime import UTC, datetime
from typing import NamedTuple

from helpers.grading.exchange.sheets import Sheet, points
from helpers.grading.reporting.tables import comment, number
from helpers.grading.results import GRADED, Grade
from helpers.grading.text import listed

IDENTIFIER = ("identifier", "id")  # in English and in German; an import wants the language of the download
GRADE, MOST = ("grade", "bewertung"), ("maximum grade", "bestwertung")
STATUS, SUBMITTED = ("status",), ("last modified (submission)", "zuletzt geändert (abgabe)")
LAST = ("last modified (grade)", "zuletzt geändert (bewertung)")
COMMENT = ("feedback comments", "feedback als kommentar")
OPEN = ("grade can be changed", "bewertung kann geändert werden")
CLOSED, LATE = {"no", "nein"}, re.compile(r"\blate\b|zu spät|verspätet")
OURS = "Points: "  # begins what grading writes into a comment, so that the next time it is replaced and nothing else
MONTHS = {"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8}
MONTHS |= {"september": 9, "october": 10, "november": 11, "december": 12}
MONTHS |= {"januar": 1, "februar": 2, "märz": 3, "mai": 5, "juni": 6, "juli": 7, "oktober": 10, "dezember": 12}


class Row(NamedTuple):
    """What the worksheet says of a learner: whether she was late, and when she handed in."""

    late: bool
    time: datetime | None


def is_one(sheet: Sheet) -> bool:
    """Whether a table is a grading worksheet of Moodle's."""
    return None not in (sheet.column(*IDENTIFIER), sheet.column(*GRADE), sheet.column(*LAST))


def rows(sheet: Sheet) -> dict[str, int]:
    """Return the rows of a worksheet by the number of their learner."""
    place = sheet.column(*IDENTIFIER)
    found = ((re.search(r"\d+$", sheet.cell(row, place)), row) for row in range(1, len(sheet.rows)))
    return {match[0]: row for match, row in found if match}


def said(sheet: Sheet) -> dict[str, Row]:
    """Return what a worksheet says of each learner."""
    status, submitted = sheet.column(*STATUS), sheet.column(*SUBMITTED)
    return {
        id: Row(bool(LATE.search(sheet.cell(row, status).casefold())), _moment(sheet.cell(row, submitted)))
        for id, row in rows(sheet).items()
    }


def _moment(text: str) -> datetime | None:
    """Return a time as Moodle writes it in English or German, in this machine's zone; None for any other."""
    words = re.findall(r"[^\W\d]+|\d+", text.casefold())
    numbers = [int(word) for word in words if word.isdigit()]
    months = [MONTHS[word] for word in words if word in MONTHS]
    if len(numbers) != 4 or not months:
        return None
    day, year, hour, minute = numbers
    if "am" in words or "pm" in words:
        hour = hour % 12 + 12 * ("pm" in words)
    try:
        return datetime(year, months[0], day, hour, minute).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def fill(sheet: Sheet, grades: dict[str, Grade]) -> list[str]:
    """Write marks and comments, by the learner's number, and return what is to be said about it."""
    grade_place, comment_place, most_place = (sheet.column(*names) for names in (GRADE, COMMENT, MOST))
    comma = sheet.has_decimal_comma(grade_place) or sheet.has_decimal_comma(most_place)
    by_id, notes, filled = rows(sheet), [], 0
    if grade_place is None or most_place is None:
        return [f"{sheet.name} takes words of a scale and no points: nothing was written."]
    scales = set()
    for id, grade in grades.items():
        row = by_id.get(id)
        if row is None:
            notes.append(f"{sheet.name} has no row for {grade.student}.")
        elif grade.state != GRADED or grade.score is None:
            notes.append(f"{sheet.name}: {grade.student} is {grade.state}, the row stays as it was.")
        elif sheet.cell(row, sheet.column(*OPEN)).casefold() in CLOSED:
            notes.append(f"{sheet.name}: Moodle lets nobody change the grade of {grade.student}.")
        else:
            most = points(sheet.cell(row, most_place)) or grade.out_of
            scales |= {most} if most != grade.out_of else set()
            mark = number(grade.score * most / grade.out_of)
            sheet.set(row, grade_place, mark.replace(".", ",") if comma else mark)
            filled += 1
            if comment_place is not None:
                kept = sheet.rows[row][comment_place].partition(OURS)[0].rstrip()
                sheet.set(row, comment_place, f"{kept} {OURS}{comment(grade)}".strip())
    if others := [row for id, row in by_id.items() if id not in grades]:
        names = listed([sheet.cell(row, 1) for row in others])
        notes.append(f"{sheet.name}: in no export that was taken in, so that their rows stay: {names}.")
    return _told(sheet, filled, scales, comment_place, notes, grades)


def _told(
    sheet: Sheet, filled: int, scales: set[float], comments: int | None, notes: list[str], grades: dict[str, Grade]
) -> list[str]:
    out_of = next(iter(grades.values())).out_of
    said = [f"{sheet.name}: {filled} marks written."]
    if scales:
        said.append(f"{sheet.name}: its maximum is {', '.join(map(number, scales))}, ours {number(out_of)}; scaled.")
    if comments is None:
        said.append(f"{sheet.name} has no column for comments: switch on Feedback comments in Moodle to have them.")
    return said + notes
