"""Grades into nbgrader's gradebook, by nbgrader and by one writer: everything of its autograde but running notebooks.

Comments, points given by hand and late penalties stay nbgrader's. A submission that could not be graded has no entry,
because an entry without points would be a 0.
"""

import contextlib
import json
import logging
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbgrader.api import Grade, Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from sqlalchemy.exc import SAWarning, SQLAlchemyError  # type: ignore[import-not-found, unused-ignore] # nbgrader's
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from helpers.grading.handing_in.files import TIME
from helpers.grading.reporting.points import grading_of, is_for_a_person
from helpers.grading.results import GradebookEntry, RunResult
from helpers.grading.running import sanitise
from helpers.grading.text import text_of
from helpers.ground import CannotGoOnError

CONFIG = "nbgrader_config.py"


def settings(course: Path) -> Config:
    """Return the settings of a course folder, as nbgrader reads them. Raises CannotGoOnError."""
    # nbgrader runs alembic by its name, which lies beside an interpreter whose environment nobody activated.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    try:
        config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except (Exception, SystemExit) as error:
        said = f"{course / CONFIG} cannot be read: {type(error).__name__}: {error}."
        raise CannotGoOnError(f"{said} Mend it, then start the same command again.") from error
    config.CourseDirectory.root = str(course)
    return config


@contextlib.contextmanager
def _gradebook_of(course: Path, assignment: str = "") -> Iterator[Gradebook]:
    """Open the gradebook, which must know the assignment. What is wrong with it is a CannotGoOnError."""
    directory = CourseDirectory(config=settings(course))
    try:
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
            if assignment and not gradebook.find_assignment(assignment).notebooks:
                raise MissingEntry(assignment)
            yield gradebook
    except MissingEntry as error:
        again = f"run nbgrader generate_assignment --force {assignment}, then start again"
        raise CannotGoOnError(f"The gradebook of {course} does not know {assignment}: {again}.") from error
    except SQLAlchemyError as error:
        said = str(error).splitlines()[0]
        kept = "Mend it or bring back its copy, then start again: no submission is run twice."
        raise CannotGoOnError(f"nbgrader cannot write into the gradebook of {course} ({said}). {kept}") from error


def record(course: Path, runs: list[RunResult], clean: Path, place: Path) -> None:
    """Write executed submissions into the gradebook and into autograded/. Raises CannotGoOnError.

    clean: where preflight left the submissions, with their times. place: a folder to lay the notebooks out in.
    """
    for assignment in sorted({run.assignment for run in runs}):
        own = [run for run in runs if run.assignment == assignment]
        released = course / "release" / assignment / f"{assignment}.ipynb"
        shutil.rmtree(place, ignore_errors=True)
        _lay_out(own, json.loads(released.read_text(encoding="utf-8")), clean, place)
        with _gradebook_of(course, assignment) as gradebook:
            before = {key: _seen(course, grade) for key, grade in _by_hand(gradebook, assignment)}
            asked = {key for key, grade in _by_hand(gradebook, assignment) if grade.needs_manual_grade}
        _autograde(course, assignment, place)
        with _gradebook_of(course, assignment) as gradebook:
            _ask_for_lost(gradebook, own)
            for key, grade in _by_hand(gradebook, assignment):  # nbgrader would ask again after each autograde
                new = key in asked or before.get(key) != _seen(course, grade)
                grade.needs_manual_grade = grade.needs_manual_grade and new
            gradebook.db.commit()
    shutil.rmtree(place, ignore_errors=True)


def _lay_out(runs: list[RunResult], release: dict[str, Any], clean: Path, place: Path) -> None:
    """Write executed notebooks, with their times, as nbgrader looks for submissions."""
    for run in runs:
        assert run.notebook
        folder, time = place / run.student / run.assignment, clean / run.student / run.assignment / TIME
        folder.mkdir(parents=True)
        shown = sanitise.prose(run.notebook, release)
        (folder / f"{run.assignment}.ipynb").write_text(json.dumps(shown), encoding="utf-8")
        if time.exists():
            shutil.copy(time, folder / TIME)


def _autograde(course: Path, assignment: str, place: Path) -> None:
    """Let nbgrader grade what was laid out, without running it. Raises CannotGoOnError."""
    config = settings(course)
    config.CourseDirectory.submitted_directory = str(place.relative_to(course))
    config.CourseDirectory.assignment_id = assignment
    converter = Autograde(coursedir=CourseDirectory(config=config), config=config, force=True)
    converter.log.setLevel(logging.ERROR)
    converter.sanitize_preprocessors = [OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
    converter.autograde_preprocessors = [LimitOutput, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader adds to a session in an order that it dislikes
            converter.start()
    except NbGraderException as error:
        said = "what nbgrader says above tells why. Then start again: no submission is run twice"
        raise CannotGoOnError(f"Grades of {assignment} could not be recorded; {said}.") from error


def _ask_for_lost(gradebook: Gradebook, runs: list[RunResult]) -> None:
    """Let nbgrader list the cells that could not be run for a mark by hand."""
    for run in runs:
        for cell in run.lost:
            grade = gradebook.find_grade(cell, run.assignment, run.assignment, run.student)
            grade.needs_manual_grade = grade.manual_score is None


def _seen(course: Path, grade: Grade) -> tuple[float | None, str]:
    """Return what a mark by hand was given for: the automatic score, and an answer that only a person marks."""
    name = grade.assignment.name
    file = course / "autograded" / grade.student.id / name / f"{name}.ipynb"
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError):
        cells = []
    written = (cell for cell in cells if is_for_a_person(grading_of(cell)))
    return grade.auto_score, "".join(text_of(c["source"]) for c in written if grading_of(c)["grade_id"] == grade.name)


def _by_hand(gradebook: Gradebook, assignment: str) -> Iterator[tuple[tuple[str, str], Grade]]:
    """Yield the grades with marks by hand, each with its student and cell."""
    for entry in gradebook.assignment_submissions(assignment):
        for grade in (grade for notebook in entry.notebooks for grade in notebook.grades):
            if grade.manual_score is not None:
                yield (entry.student_id, grade.name), grade


def gradebook_entries(course: Path, assignments: list[str]) -> dict[tuple[str, str], GradebookEntry]:
    """Return what stands in the gradebook, by student and assignment."""
    found: dict[tuple[str, str], GradebookEntry] = {}
    if not assignments:
        return found
    with _gradebook_of(course) as gradebook:
        for name in assignments:
            _penalties_of_now(course, gradebook, name)
            for entry in gradebook.assignment_submissions(name):
                grades = [grade for notebook in entry.notebooks for grade in notebook.grades]
                given = [grade for grade in grades if grade.manual_score is not None or grade.extra_credit]
                by_hand = {grade.name: grade.score - (grade.auto_score or 0.0) for grade in given}
                late = sum(notebook.late_submission_penalty or 0.0 for notebook in entry.notebooks)
                written = [comment for notebook in entry.notebooks for comment in notebook.comments]
                comments = {comment.name: comment.manual_comment for comment in written if comment.manual_comment}
                waiting = frozenset(grade.name for grade in grades if grade.needs_manual_grade)
                seconds = entry.total_seconds_late
                found[entry.student_id, name] = GradebookEntry(by_hand, waiting, late, comments, seconds)
    return found


def _penalties_of_now(course: Path, gradebook: Gradebook, assignment: str) -> None:
    """Let nbgrader's rule for late work look at today's points: marks by hand come after its own look at them.

    Raises CannotGoOnError for a rule that stops with an error.
    """
    rule = AssignLatePenalties(config=settings(course))
    rule.log.setLevel(logging.ERROR)
    rule.init_plugin()
    for entry in gradebook.assignment_submissions(assignment):
        late = entry.total_seconds_late
        for notebook in entry.notebooks:
            try:
                asked = (
                    rule.plugin_inst.late_submission_penalty(entry.student_id, notebook.score, late) if late else None
                )
            except Exception as error:
                said = f"The rule for late work in {course / CONFIG} stops with {type(error).__name__}: {error}."
                raise CannotGoOnError(f"{said} Mend it, then start the same command again.") from error
            penalty = None if asked is None else min(max(asked, 0.0), notebook.score)
            if penalty != notebook.late_submission_penalty:
                notebook.late_submission_penalty = penalty
    gradebook.db.commit()


def forget(course: Path, submissions: list[tuple[str, str]]) -> None:
    """Take what can no longer be graded out of the gradebook; what is not in it is no error."""
    if not submissions:
        return
    with _gradebook_of(course) as gradebook:
        for student, assignment in submissions:
            try:
                gradebook.remove_submission(assignment, student)
            except MissingEntry:
                continue
            shutil.rmtree(course / "autograded" / student / assignment, ignore_errors=True)
