"""Answers that a person marks, in words and in code, go the whole way: released, graded, marked, and on each page."""

import csv
import json
import shutil

import nbformat
import pytest
from command import copy_of, grade, grades_of, temporary
from grading.cases import GRADED, PARTLY, UNGRADED, Case, Expected, after, assignment, cell_of, handed_in
from grading.damages import STEP
from grading.proof import differences, write
from nbgrader_course import run

NAME = "05_gradient_descent"
WRITTEN = {"explain": ("markdown", 20.0, "A model answer."), "explain-check": ("code", 3.0, "plot_what_we_saw()")}
WORDS = "The step is longer than the way to the minimum: $\\eta > 2/L$."
EVIL = "<img src=x onerror=alert(1)><script>alert(1)</script>"
COMMENT = "Which L?\nSee lesson 06, lr < 2/L. <b>"


def marked(name, kind, points, source):
    """A cell as nbgrader's Create Assignment makes it: manually graded, under a name that is not its id."""
    wanted = {"grade": True, "solution": True, "locked": False, "task": False, "points": points}
    cell = nbformat.v4.new_markdown_cell(source) if kind == "markdown" else nbformat.v4.new_code_cell(source)
    cell.metadata["nbgrader"] = wanted | {"schema_version": 3, "grade_id": name}
    return cell


@pytest.fixture(scope="module")
def asked(course, tmp_path_factory):
    """A course folder whose teacher has added two questions to a lesson."""
    out = copy_of(course, tmp_path_factory.mktemp("asked"))
    (out / "gradebook.db").unlink()  # other tests' submissions may be in it, and then nbgrader lets no cell be added
    path = out / "source" / NAME / f"{NAME}.ipynb"
    nb = nbformat.read(path, as_version=4)
    nb.cells[-1:-1] = [marked(name, *given) for name, given in WRITTEN.items()]
    nbformat.write(nb, path)
    run(out, "generate_assignment", NAME, "--force")
    yield out
    shutil.rmtree(temporary(out), ignore_errors=True)


def cases_of(course):
    """Submissions, and how each ends before anybody has marked."""
    lesson = assignment(course / "release" / NAME / f"{NAME}.ipynb")
    ids = {
        c["metadata"]["nbgrader"]["grade_id"]: c["id"] for c in lesson.release["cells"] if "nbgrader" in c["metadata"]
    }

    def case(student, expected, words=WORDS, code="2 + 2", change=lambda nb: nb):
        nb = lesson.solved()
        for name, source in (("explain", words), ("explain-check", code)):
            if source is not None:
                cell_of(nb, ids[name])["source"] = source
        return Case(student, NAME, handed_in(change(nb)), expected)

    def without(name):
        return lambda nb: nb | {"cells": [cell for cell in nb["cells"] if cell["id"] != ids[name]]}

    def wrong(nb):
        cell_of(nb, STEP)["source"] = "def gradient_step(w, grad, lr):\n    return w"
        return nb

    waits = Expected(PARTLY, 7.0, "explain, explain-check to be marked by hand", mistakes=())
    one = waits._replace(says="explain-check to be marked by hand")
    return [
        case("both", waits),
        case("untouched-words", one, None),
        case("untouched-both", Expected(GRADED, 7.0), None, None),
        case("words-deleted", one._replace(says="was deleted"), change=without("explain")),
        case("words-emptied", waits, ""),
        case("evil-words", waits, EVIL),
        case("code-that-stops", waits, code="1 / 0"),
        case("code-that-ends-the-kernel", waits, code="import os\n\nos._exit(0)"),
        case("code-that-shows-a-picture", waits, code="from helpers.pictures import plt\n\nplt.plot([1, 2])"),
        case("code-without-a-name", waits, code="undefined_name"),
        case("wrong-besides", waits._replace(score=6.0, mistakes=None), change=wrong),
        case("newer-words", waits, "type X = int"),
        case("own-cell-behind", waits, change=lambda nb: after(nb, ids["explain"], "3 + 3")),
        Case("empty", NAME, handed_in(""), Expected(UNGRADED, None, "empty")),
    ]


@pytest.fixture(scope="module")
def graded(asked):
    cases = cases_of(asked)
    write(cases, asked / "submitted")
    grade(asked, "--cell-seconds", "8")
    return asked, cases, grades_of(asked)


def test_each_submission_with_written_answers_ends_as_expected(graded):
    course, cases, grades = graded
    assert differences(cases, grades, course) == []
    assert not [grade for grade in grades if "not run" in grade.reason]


def test_the_release_shows_no_model_answer(graded):
    course, _, _ = graded
    released = (course / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    assert "YOUR ANSWER HERE" in released and not [source for *_, source in WRITTEN.values() if source in released]


def test_what_waits_has_no_number_in_the_tables_and_its_page_says_who_marks_it(graded):
    course, _, _ = graded
    rows = {row["student"]: row for row in table(course, "grades.csv")}
    assert (rows["both"]["explain"], rows["both"]["score"], rows["untouched-words"]["explain"]) == ("", "7", "0")
    moodle = {row["student"]: row[NAME] for row in table(course, f"moodle-{NAME}.csv")}
    assert (moodle["both"], moodle["untouched-both"]) == ("", "7")
    page = (course / "grades" / "feedback" / "both" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "Your teacher marks this answer" in page and "not run" not in page and WORDS in page.replace("&gt;", ">")
    evil = (course / "grades" / "feedback" / "evil-words" / f"{NAME}.html").read_text(encoding="utf-8")
    assert "<img" not in evil and "<script" not in evil


def test_formgrader_shows_the_words_as_they_were_typed(graded):
    course, _, _ = graded
    cells = json.loads((course / "autograded" / "evil-words" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8"))[
        "cells"
    ]
    shown = next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == "explain")
    assert "".join(shown["source"]) == f"```\n{EVIL}\n```"


def test_points_and_comments_by_hand_settle_it_and_add_up(graded):
    from nbgrader.api import Gradebook

    course, _, _ = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        waiting = {g.name for g in book.find_submission(NAME, "both").notebooks[0].grades if g.needs_manual_grade}
        assert waiting == set(WRITTEN)
        for name, points in (("explain", 15.5), ("explain-check", 2.0), (f"{STEP}-half", 0.25)):
            mark = book.find_grade(name, NAME, NAME, "both")
            mark.manual_score, mark.needs_manual_grade = points, False
        mark = book.find_grade("explain", NAME, NAME, "evil-words")
        mark.manual_score, mark.needs_manual_grade = 0.0, False
        book.find_comment("explain", NAME, NAME, "both").manual_comment = COMMENT
        book.find_comment(STEP, NAME, NAME, "both").manual_comment = "Half of it."
        book.db.commit()
    said = grade(course, "--cell-seconds", "8")
    assert "13 were run before" in said
    grades = {g.student: g for g in grades_of(course)}
    both = grades["both"]
    assert (both.state, both.score) == (GRADED, 7 - 0.25 + 17.5)
    assert sum(mark.points for mark in both.marks) == both.score
    assert {m.exercise: (m.verdict, m.points) for m in both.marks if m.by_hand} == {
        "explain": ("marked", 15.5),
        "explain-check": ("marked", 2.0),
        STEP: ("right", 0.75),
    }
    assert (grades["evil-words"].state, grades["evil-words"].score) == (PARTLY, 7.0)
    assert grades["evil-words"].reason.startswith("explain-check to be marked by hand")
    page = (course / "grades" / "feedback" / "both" / f"{NAME}.html").read_text(encoding="utf-8")
    assert (
        "Which L?\nSee lesson 06, lr &lt; 2/L. &lt;b&gt;" in page
        and "Half of it." in page
        and "to be marked" not in page
    )
    row = next(row for row in table(course, f"moodle-{NAME}.csv") if row["student"] == "both")
    assert row[NAME] == "24.25" and "explain: marked, 15.5 of 20 by hand - Which L? See" in row[f"{NAME} feedback"]


def test_a_written_answer_that_is_handed_in_anew_waits_for_a_mark_again(graded):
    course, _, _ = graded
    case = next(case for case in cases_of(course) if case.student == "evil-words")
    shutil.rmtree(course / "submitted" / "both" / NAME)
    case.make(course / "submitted" / "both" / NAME)
    grade(course, "--cell-seconds", "8")
    both = next(g for g in grades_of(course) if g.student == "both")
    assert both.state == PARTLY and "explain" in both.reason


def table(course, name):
    with (course / "grades" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
