"""One command grades the proof: every outcome is the expected one, nothing else changes, nothing stays behind."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest
from grading import harm, proof
from grading.cases import GRADED
from nbgrader_course import COURSE

QUICK = ["--cell-seconds", "8"]
NAME = "04_gradient_descent"


def grading(course, *options, **settings):
    """Start the command that a teacher starts."""
    env = os.environ | {"PYTHONPATH": str(COURSE), harm.SECRET: "not for submissions"}
    command = [sys.executable, "-m", "helpers", "grade", str(course), *options]
    return subprocess.Popen(command, cwd=course.parent, env=env, text=True, **settings)


def grade(course, *options):
    """Run the command to its end, and return what it said."""
    process = grading(course, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


def kill_midway(course, results, *options):
    """Start the command, kill it without warning when that many results are there, and return how many are."""
    process = grading(course, *options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and len(found(course)) < results:
        time.sleep(0.05)
    assert process.poll() is None, "it ended before it could be killed"
    process.send_signal(signal.SIGKILL)
    process.wait()
    return len(found(course))


def found(course):
    return list((course / "grading" / "results").glob("*/*.json"))


def ours():
    """The command lines of processes that grading starts."""
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    words = ("helpers.grading.warm", "--unshare-net", "multiprocessing.forkserver", "helpers grade")
    return [line for line in lines if any(word in line for word in words)]


def nothing_of_ours_runs():
    """Whether it all ends, if not at once: a process that was told to end takes a moment."""
    for _ in range(100):
        if not ours():
            return True
        time.sleep(0.1)
    return False


def state_of(*folders):
    """The content of every file below the folders, and where links lead."""
    state = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        if path.is_symlink():
            state[path] = os.readlink(path)
        elif path.is_file() and "__pycache__" not in path.parts:
            state[path] = hashlib.sha256(path.read_bytes()).hexdigest()
    return state


def gradebook(course):
    """What stands in nbgrader's gradebook, without its random identifiers."""
    query = """
        SELECT assignment.name, submitted_assignment.student_id, submitted_assignment.timestamp, base_cell.name,
               grade.auto_score, grade.manual_score, grade.needs_manual_grade
        FROM grade JOIN base_cell ON grade.cell_id = base_cell.id
        JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
        JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
        JOIN assignment ON submitted_assignment.assignment_id = assignment.id ORDER BY 1, 2, 4"""
    with closing(sqlite3.connect(course / "gradebook.db")) as book:
        return book.execute(query).fetchall()


def copy_of(course, place):
    """A course folder with its release and an empty place for submissions."""
    for name in ("source", "release"):
        shutil.copytree(course / name, place / name)
    for name in ("gradebook.db", "nbgrader_config.py"):
        shutil.copy(course / name, place / name)
    (place / "submitted").mkdir()
    return place


@pytest.fixture(scope="session")
def fresh(course, tmp_path_factory):
    """Return a function that makes a course folder without submissions."""
    return lambda: copy_of(course, tmp_path_factory.mktemp("cohort"))


@pytest.fixture(scope="session")
def graded(fresh):
    """The proof after grading: killed in the middle, started again, and what was seen before and after."""
    course = fresh()
    with harm.listening() as (port, connections):
        cases = proof.cohort(course, port=port)
        proof.write(cases, course / "submitted")
        kept = [course / "submitted", course / "source", course / "release", COURSE / "helpers", COURSE / "solutions"]
        before = state_of(*kept)
        killed_at = kill_midway(course, 20, *QUICK)
        left_over = None if nothing_of_ours_runs() else ours()
        said = grade(course, *QUICK)
    after = {"state": state_of(*kept), "left_over": None if nothing_of_ours_runs() else ours()}
    after["temporary"] = list(Path(tempfile.gettempdir()).glob("gd-*"))
    return {
        "course": course,
        "cases": cases,
        "said": said,
        "killed_at": killed_at,
        "left_over": left_over,
        "connections": connections,
        "before": before,
        "after": after,
    }


def grades_of(course):
    """The grades of the last run, as it wrote them down."""
    from helpers.grading.outcomes import Grade, Mark

    rows = json.loads((course / "grading" / "grades.json").read_text(encoding="utf-8"))
    return [Grade(**row | {"marks": tuple(Mark(*mark) for mark in row["marks"])}) for row in rows]


def test_every_submission_of_the_proof_ends_as_expected(graded):
    assert proof.differences(graded["cases"], grades_of(graded["course"]), graded["course"]) == []


def test_no_submission_reached_the_loopback_outside_its_sandbox(graded):
    assert graded["connections"] == []


def test_nothing_outside_the_output_has_changed(graded):
    assert graded["after"]["state"] == graded["before"]
    assert graded["after"]["temporary"] == []


def test_no_process_stays_behind_not_even_when_the_command_is_killed(graded):
    assert graded["left_over"] is None
    assert graded["after"]["left_over"] is None


def test_the_second_start_went_on_where_the_first_was_killed(graded):
    assert graded["killed_at"] >= 20
    assert f"{graded['killed_at']} were run before" in graded["said"]


def test_the_gradebook_holds_what_the_reports_say(graded):
    rows = gradebook(graded["course"])
    scores = {}
    for assignment, student, _, _, score, *_ in rows:
        scores[student, assignment] = scores.get((student, assignment), 0) + score
    grades = grades_of(graded["course"])
    assert scores == {(g.student, g.assignment): g.score for g in grades if g.score is not None}
    assert any(g.score is None for g in grades)


def test_a_cohort_that_was_killed_has_the_same_gradebook_as_one_that_was_not(fresh):
    books = []
    for killed in (False, True):
        course = fresh()
        honest = [case for case in proof.cohort(course) if case.expected.state == GRADED and "mistakes" in case.student]
        proof.write([case for case in honest if case.assignment == NAME][:8], course / "submitted")
        if killed:
            assert 0 < kill_midway(course, 3) < 8
        grade(course)
        books.append(gradebook(course))
    assert books[0] == books[1] != []


def test_nothing_is_run_again_or_written_again_when_nothing_changed(graded):
    before = (gradebook(graded["course"]), state_of(graded["course"] / "grades"))
    assert f"{len(found(graded['course']))} were run before" in grade(graded["course"], *QUICK)
    assert (gradebook(graded["course"]), state_of(graded["course"] / "grades")) == before


def test_a_better_submission_replaces_the_worse_one_and_a_broken_one_its_grade(fresh):
    course = fresh()
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    place = course / "submitted" / "ada" / NAME
    place.parent.mkdir()
    for case, score in (("untouched", [0]), ("reference", [5]), ("empty-file", [])):
        shutil.rmtree(place, ignore_errors=True)
        cases[case].make(place)
        grade(course)
        rows = gradebook(course)
        assert [sum(row[4] for row in rows)] * bool(rows) == score


def test_without_a_sandbox_nothing_is_run_unless_every_submission_is_trusted(fresh, tmp_path, monkeypatch):
    course = fresh()
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    proof.write([cases["reference"], cases["untouched"]], course / "submitted")
    monkeypatch.setenv("PATH", str(tmp_path))  # no bwrap there
    process = grading(course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate()
    assert process.returncode == 1 and "bubblewrap" in said and "--i-trust-every-submission" in said
    assert found(course) == []
    grade(course, "--i-trust-every-submission")
    assert {(g.student, g.score) for g in grades_of(course)} == {("reference", 5), ("untouched", 0)}
