"""Grades into nbgrader's gradebook, by nbgrader and by one writer: everything of its autograde but running notebooks.

Comments, points given by hand and late penalties stay nbgrader's. A submission that could not be graded has no entry,
because an entry without points would be a 0.
"""

import json
import logging
import shutil
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import (
    AssignLatePenalties,
    CheckCellMetadata,
    LimitOutput,
    OverwriteCells,
    OverwriteKernelspec,
    SaveAutoGrades,
)
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from helpers.environment import CannotGoOnError
from helpers.grading.outcomes import Ran
from helpers.grading.preflight import TIME

CONFIG = "nbgrader_config.py"


def settings(course: Path) -> Config:
    """Return the settings of a course folder, as nbgrader reads them. Raises CannotGoOnError."""
    try:
        config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except Exception as error:
        raise CannotGoOnError(f"{course / CONFIG} cannot be read: {error}.") from error
    config.CourseDirectory.root = str(course)
    return config


def record(course: Path, runs: list[Ran], clean: Path, place: Path) -> None:
    """Write executed submissions into the gradebook and into autograded/.

    clean: where preflight left the submissions, with their times. place: a folder to lay the notebooks out in.
    """
    for assignment in sorted({ran.assignment for ran in runs}):
        shutil.rmtree(place, ignore_errors=True)
        for ran in runs:
            if ran.assignment == assignment:
                folder = place / ran.student / assignment
                folder.mkdir(parents=True)
                (folder / f"{assignment}.ipynb").write_text(json.dumps(ran.notebook), encoding="utf-8")
                if (clean / ran.student / assignment / TIME).exists():
                    shutil.copy(clean / ran.student / assignment / TIME, folder / TIME)
        config = settings(course)
        config.CourseDirectory.submitted_directory = str(place.relative_to(course))
        config.CourseDirectory.assignment_id = assignment
        converter = Autograde(coursedir=CourseDirectory(config=config), config=config, force=True)
        converter.log.setLevel(logging.ERROR)
        converter.sanitize_preprocessors = [OverwriteKernelspec, OverwriteCells, CheckCellMetadata]
        converter.autograde_preprocessors = [LimitOutput, SaveAutoGrades, AssignLatePenalties, CheckCellMetadata]
        converter.start()
    shutil.rmtree(place, ignore_errors=True)


def forget(course: Path, submissions: list[tuple[str, str]]) -> None:
    """Take what can no longer be graded out of the gradebook; what is not in it is no error."""
    directory = CourseDirectory(config=settings(course))
    with Gradebook(directory.db_url, directory.course_id) as gradebook:
        for student, assignment in submissions:
            try:
                gradebook.remove_submission(assignment, student)
            except MissingEntry:
                continue
            shutil.rmtree(course / "autograded" / student / assignment, ignore_errors=True)
