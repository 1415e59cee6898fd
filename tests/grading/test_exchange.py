"""From what Moodle and Canvas give to what they take, by the command that a teacher starts: nobody is lost."""

import pytest
from command import grade, grades_of
from grading import exports
from grading.cases import GRADED, UNGRADED, assignment, text
from grading.exports import canvas, moodle

NAME = "05_gradient_descent"


@pytest.fixture(scope="module")
def lesson(course):
    return assignment(course / "release" / NAME / f"{NAME}.ipynb")


def written(course, name):
    return (course / "grades" / "to-import" / name).read_bytes()


def test_a_moodle_export_goes_in_and_its_worksheet_comes_back_with_every_mark(fresh, lesson, tmp_path):
    course = fresh()
    right, blank = text(lesson.solved()), text(lesson.release)
    people = {
        "11": "Ada Lovelace",
        "12": "Søren Ångström",
        "13": "O'Neil, Bob",
        "14": "王 小明",
        "15": "Eve_99",
        "16": "Same Name",
        "17": "Same Name",
        "18": "Paul Pdf",
        "19": "Lee Late",
        "20": "Nobody Here",
    }
    files = {moodle(name, id, "Untitled.ipynb"): right for id, name in people.items() if id < "18"}
    files[moodle("Ada Lovelace", "11", f"{NAME}.ipynb")] = blank, exports.datetime(2026, 12, 1, 16, 0)
    files[moodle("Paul Pdf", "18", "report.pdf")] = b"%PDF-1.7"
    files[moodle("Lee Late", "19", f"{NAME}.ipynb")] = right, exports.datetime(2026, 12, 3, 8, 0)
    export = exports.zipped(tmp_path / "Week 5.zip", files)
    sheet = tmp_path / "Grades-Week 5.csv"
    late = {3: "Submitted for grading - 1 day 14 hours late -  - ", 9: "See me."}
    sheet.write_bytes(exports.worksheet([(id, name, late if id == "19" else {}) for id, name in people.items()]))
    before = sheet.read_bytes()
    said = grade(course, "--from", str(export), "--into", str(sheet))
    assert "9 learners in the export" in said and "8 marks written" in said
    grades = {grade.student: grade for grade in grades_of(course)}
    assert len(grades) == 9 and {"Same Name_16", "Same Name_17", "王 小明", "O'Neil, Bob", "Eve_99"} <= set(grades)
    assert "report.pdf" in grades["Paul Pdf"].reason and grades["Paul Pdf"].state == UNGRADED
    assert grades["Ada Lovelace"].score == 7 and any("the newest" in said for said in grades["Ada Lovelace"].repairs)
    assert grades["Lee Late"].late and (grades["Lee Late"].state, grades["Lee Late"].score) == (GRADED, 7)
    rows = {row[0]: row for row in exports.cells(written(course, sheet.name))}
    assert [rows[f"Participant {id}"][4] for id in people] == ["7"] * 7 + ["", "7", ""]
    assert (
        rows["Participant 19"][9].startswith("See me. Points: gradient-step: right")
        and "late" in rows["Participant 19"][9]
    )
    assert sheet.read_bytes() == before
    for name in ("grades.csv", f"moodle-{NAME}.csv", "canvas.csv"):
        listed = (course / "grades" / name).read_text(encoding="utf-8-sig")
        assert all(student in listed for student in grades), name
    page = (course / "grades" / "cohort.html").read_text(encoding="utf-8")
    assert "Late: 1" in page and all(student.replace("'", "&#39;") in page for student in grades)


def test_a_canvas_export_goes_in_and_its_gradebook_comes_back(fresh, lesson, tmp_path):
    course = fresh()
    right = text(lesson.solved())
    files = {canvas("lovelaceada", 1234, f"{NAME}-1.ipynb", late=True): right, canvas("bob", 12, "page.html"): "<p>"}
    book = tmp_path / "2026 Grades-CS1.csv"
    people = [("1234", "Lovelace, Ada", ["", "2"]), ("12", "Bob", ["", "3"]), ("13", "Absent", ["", ""])]
    book.write_bytes(exports.gradebook(people, ["Gradient descent (5)", "Other (6)"], ["7.0", "10"]))
    said = grade(course, "--from", str(exports.zipped(tmp_path / "submissions.zip", files)), "--into", str(book))
    grades = {grade.student: grade for grade in grades_of(course)}
    assert grades["lovelaceada_1234"].late == "late, as Canvas says" and grades["lovelaceada_1234"].score == 7
    assert "page.html" in grades["bob_12"].reason and "1 marks written" in said
    before, after = exports.cells(book.read_bytes()), exports.cells(written(course, book.name))
    assert [row[5] for row in after] == ["Gradient descent (5)", "7.0", "7", "", ""]
    assert [row[:5] + row[6:] for row in after] == [row[:5] + row[6:] for row in before]


def test_a_mark_by_hand_and_a_penalty_reach_the_worksheet_with_hidden_names(fresh, lesson, tmp_path):
    from nbgrader.api import Gradebook

    course = fresh()
    people = [
        ("11", "", {7: "Dienstag, 1. Dezember 2026, 16:55"}),
        ("12", "", {7: "Mittwoch, 2. Dezember 2026, 20:00"}),
    ]
    files = {moodle("Teilnehmer_in", id, "a.ipynb"): text(lesson.release) for id, *_ in people}
    sheet = tmp_path / "Bewertungen.csv"
    sheet.write_bytes(exports.worksheet(people, exports.ARBEITSBLATT, "Teilnehmer/in", "7,00", separator=";"))
    grade(course, "--from", str(exports.zipped(tmp_path / "Abgaben.zip", files)), "--into", str(sheet))
    students = sorted(grade.student for grade in grades_of(course))
    assert students == ["Teilnehmer_in_11", "Teilnehmer_in_12"]
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for student in students:
            book.find_grade("gradient-step-check", NAME, NAME, student).manual_score = 0.25
        book.db.commit()
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    grade(course)
    rows = exports.cells(written(course, sheet.name), ";")
    assert [row[4] for row in rows] == ["Bewertung", "0,25", "0"]
    assert "gradient-step: not attempted, 0.25 of 1 by hand" in rows[1][9] and "altogether 0.25 of 7" in rows[1][9]
    assert all(word in rows[2][9] for word in ("late", "0.25 points off because it was late", "altogether 0 of 7"))
