"""A course folder that nbgrader made from our assignment; it takes a minute."""

import shutil

import pytest
from command import copy_of, temporary
from nbgrader_course import COURSE, LESSONS, run

from helpers.grading.making import assignment
from helpers.start.commands import parse


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """The course folder, with every lesson's release made by nbgrader."""
    out = tmp_path_factory.mktemp("course")
    words = ["assignment", "--lessons", *LESSONS, "--seed", "7", "--out", str(out), "--due", "2026-12-01 18:00 +0100"]
    assert assignment.run(COURSE, parse(words)) == 0
    for name in sorted(path.name for path in (out / "source").iterdir()):
        run(out, "generate_assignment", name)
    return out


@pytest.fixture(scope="session")
def fresh(course, tmp_path_factory):
    """Return a function that makes a course folder without submissions."""
    made = []

    def make():
        made.append(copy_of(course, tmp_path_factory.mktemp("cohort")))
        return made[-1]

    yield make
    for each in made:
        shutil.rmtree(temporary(each), ignore_errors=True)
