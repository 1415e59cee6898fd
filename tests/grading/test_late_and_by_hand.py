"""A rule for late work looks at the points of now: a mark by hand that comes after it is subject to it as well."""

import csv
import warnings
from datetime import datetime

import pytest
from grading import exports
from sqlalchemy.exc import SAWarning

from helpers.grading.exchange import moodle
from helpers.grading.exchange.sheets import Sheet
from helpers.grading.reporting import gradebook
from helpers.grading.reporting.pages import write_reports
from helpers.grading.reporting.postflight import final
from helpers.grading.results import GRADED, Grade, Mark
from helpers.ground import CannotGoOnError

NAME, STEP = "05_gradient_descent", "gradient-step"
ZERO = 'c.LateSubmissionPlugin.penalty_method = "zero"\n'
A_TENTH = """
from nbgrader.plugins import BasePlugin


class Tenth(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 10


c.AssignLatePenalties.plugin_class = Tenth
"""
STOPS = A_TENTH.replace("score / 10", "1 / 0")


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """Return a function that gives a gradebook a rule and points by hand, and returns the final grade of late work."""
    from nbgrader.api import Gradebook

    course = tmp_path_factory.mktemp("late")
    config = course / gradebook.CONFIG
    config.write_text("c = get_config()\n")
    gradebook.settings(course)  # alembic's place
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            book.add_assignment(NAME, duedate=datetime(2026, 12, 1, 17))
            book.add_notebook(NAME, NAME)
            book.add_grade_cell(f"{STEP}-check", NAME, NAME, max_score=4, cell_type="code")
            book.add_student("ada")
            book.add_submission(NAME, "ada", timestamp=datetime(2026, 12, 2, 17))
            book.find_grade(f"{STEP}-check", NAME, NAME, "ada").auto_score = 2.0
            book.db.commit()

    def graded(rule, by_hand, due=None):
        config.write_text(f"c = get_config()\n{rule}")
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            book.find_grade(f"{STEP}-check", NAME, NAME, "ada").manual_score = by_hand
            book.find_assignment(NAME).duedate = due or datetime(2026, 12, 1, 17)
            book.db.commit()
        (entry,) = gradebook.gradebook_entries(course, [NAME]).values()
        before = Grade("ada", NAME, GRADED, 2.0, 4.0, (Mark(STEP, 2.0, 4.0, "partly"),))
        return final(before, entry)

    return graded


@pytest.mark.parametrize(
    ("rule", "by_hand", "score", "off"),
    [
        (ZERO, None, 0, 2),
        (ZERO, 3.5, 0, 3.5),
        (ZERO, 0.0, 0, 0),
        (A_TENTH, None, 1.8, 0.2),
        (A_TENTH, 3.5, 3.15, 0.35),
        ("", 3.5, 3.5, 0),
    ],
)
def test_a_mark_by_hand_does_not_lift_a_penalty_and_all_tables_and_pages_add_up(
    late, tmp_path, rule, by_hand, score, off
):
    late(rule, None)  # nbgrader's rule has looked before the mark by hand is there
    grade = late(rule, by_hand)
    points = sum(mark.points for mark in grade.marks)
    assert (grade.score, points - grade.score) == (pytest.approx(score), pytest.approx(off))
    said = f"{off:g} points off because it was late"
    assert (said in " ".join(grade.changed)) is bool(off)
    write_reports([grade], tmp_path / "grades")
    (row,) = table(tmp_path, "grades.csv")
    assert (float(row["score"]), row["late"], float(row[STEP])) == (pytest.approx(score), "1 day late", points)
    (row,) = table(tmp_path, f"moodle-{NAME}.csv")
    assert float(row[NAME]) == pytest.approx(score) and (said in row[f"{NAME} feedback"]) is bool(off)
    assert table(tmp_path, "canvas.csv")[1][NAME] == row[NAME]
    sheet = Sheet("marks.csv", exports.worksheet([("11", "ada")], most="4.00"))
    moodle.fill(sheet, {"11": grade})
    worksheet = exports.cells(sheet.content())[1]
    assert worksheet[4] == row[NAME] and worksheet[9] == f"Points: {row[f'{NAME} feedback']}"
    assert ", late</a>" in (tmp_path / "grades" / "cohort.html").read_text(encoding="utf-8")
    page = (tmp_path / "grades" / "feedback" / "ada" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "1 day late" in page and (said in page) is bool(off)


def test_who_gets_more_time_afterwards_is_late_no_more(late):
    assert late(ZERO, 3.5).score == 0
    grade = late(ZERO, 3.5, datetime(2026, 12, 3))
    assert (grade.score, grade.late, grade.changed) == (3.5, "", ())


def test_a_rule_that_stops_is_one_sentence(late):
    with pytest.raises(CannotGoOnError, match=r"rule for late work .* ZeroDivisionError.* Mend it"):
        late(STOPS, 3.5)


def table(course, name):
    with (course / "grades" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
