"""Marks on their way back: into a copy of each table that the teacher gave, written anew by every `grade`."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from helpers.grading.exchange import canvas, moodle, record, sheets
from helpers.grading.exchange.sheets import Sheet
from helpers.grading.exchange.whose import CANVAS, MOODLE
from helpers.grading.handing_in.due import written
from helpers.grading.handing_in.files import TIME
from helpers.grading.results import Grade
from helpers.ground import CannotGoOnError, say

KEPT, READY = Path("grading") / "tables", Path("grades") / "to-import"


def keep(course: Path, paths: Iterable[Path]) -> list[Sheet]:
    """Keep a copy of each table that is given, and return them. Raises CannotGoOnError for what is none of ours."""
    found = [(path, sheets.read(path)) for path in paths]
    for path, sheet in found:
        if not moodle.is_one(sheet) and not canvas.is_one(sheet):
            known = "Moodle's grading worksheet, in English or German, nor the export of Canvas' gradebook"
            raise CannotGoOnError(f"{path} is neither {known}; download one of them again.")
        (course / KEPT).mkdir(parents=True, exist_ok=True)
        (course / KEPT / path.name).write_bytes(sheet.content())
    return [sheet for _, sheet in found]


def canvas_ids(tables: Iterable[Sheet]) -> set[str]:
    """Return the ids that Canvas' gradebooks among tables know."""
    return {id for sheet in tables if canvas.is_one(sheet) for id in canvas.ids(sheet)}


def times(course: Path, tables: Iterable[Sheet]) -> None:
    """Take over when each learner handed in, and whether late, from Moodle's worksheets: archives do not say it."""
    known = record.load(course)
    for sheet in (sheet for sheet in tables if moodle.is_one(sheet)):
        rows, lesson = moodle.said(sheet), _lesson_of(sheet, known)
        if any(row.time for row in rows.values()):
            say(f"{sheet.name} names no time zone: its times are read in that of this machine, {_zone()}.")
        for student, learner in known.get(lesson, {}).items():
            row = rows.get(learner.id) if learner.system == MOODLE else None
            if row is None:
                continue
            time = written(row.time) if row.time else learner.time
            known[lesson][student] = learner._replace(late=row.late or learner.late, time=time)
            place = course / "submitted" / student / lesson
            if time and place.is_dir():
                (place / TIME).write_text(time, encoding="utf-8")
    record.save(course, known)


def _zone() -> str:
    return f"{datetime.now().astimezone():%Z (UTC%z)}"


def give_back(course: Path, grades: Iterable[Grade]) -> None:
    """Write the marks into a copy of each kept table, and say what was done."""
    known = record.load(course)
    by_key = {(grade.student, grade.assignment): grade for grade in grades}
    for path in sorted((course / KEPT).glob("*")):
        sheet = sheets.read(path)
        if moodle.is_one(sheet):
            said = _into_moodle(sheet, known, by_key)
        else:
            said = [line for lesson in known for line in _into_canvas(sheet, lesson, known, by_key)]
        (course / READY).mkdir(parents=True, exist_ok=True)
        (course / READY / path.name).write_bytes(sheet.content())
        said = [*said, f"Ready to import: {course / READY / path.name}"] if said else []
        for line in said or [f"{sheet.name}: none of its learners is in an export that was taken in; it is unchanged."]:
            say(line)


def _into_moodle(sheet: Sheet, known: record.Record, grades: dict[tuple[str, str], Grade]) -> list[str]:
    lesson = _lesson_of(sheet, known)
    own = _by_id(MOODLE, lesson, known, grades)
    return moodle.fill(sheet, own) if own else []


def _into_canvas(sheet: Sheet, lesson: str, known: record.Record, grades: dict[tuple[str, str], Grade]) -> list[str]:
    own = _by_id(CANVAS, lesson, known, grades)
    return canvas.fill(sheet, lesson, own) if own else []


def _by_id(system: str, lesson: str, known: record.Record, grades: dict[tuple[str, str], Grade]) -> dict[str, Grade]:
    """Return the grades of a lesson by what a system knows its learners by."""
    learners = known.get(lesson, {})
    return {
        learner.id: grades[student, lesson]
        for student, learner in learners.items()
        if learner.system == system and (student, lesson) in grades
    }


def _lesson_of(sheet: Sheet, known: record.Record) -> str:
    """Return the lesson that a worksheet is of: the one whose learners it names; Moodle numbers them anew in each."""
    ids = moodle.rows(sheet).keys()
    shared = {lesson: len(ids & {each.id for each in learners.values()}) for lesson, learners in known.items()}
    best = max(shared, key=lambda lesson: shared[lesson], default="")
    return best if shared.get(best) else ""
