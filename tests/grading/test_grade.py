"""One command grades the proof: every outcome is the expected one, nothing else changes, nothing stays behind."""

import os
import shutil
import signal
import subprocess
import time

import nbformat
import pytest
from command import found, grade, gradebook, grades_of, grading, kill_midway, left_behind, state_of
from grading import harm, proof
from grading.cases import GRADED, PARTLY, SUSPICIOUS
from nbgrader_course import COURSE

# The run of lesson 15, which asks the judge five thousand times, has six times that.
QUICK = ["--cell-seconds", "15"]
NAME = "05_gradient_descent"


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
        left_over = left_behind(course)
        said = grade(course, *QUICK)
    return {
        "course": course,
        "cases": cases,
        "said": said,
        "killed_at": killed_at,
        "left_over": left_over,
        "connections": connections,
        "left_over_at_the_end": left_behind(course),
        "before": before,
        "after": state_of(*kept),
    }


def test_every_submission_of_the_proof_ends_as_expected(graded):
    assert proof.differences(graded["cases"], grades_of(graded["course"]), graded["course"]) == []


def test_no_submission_reached_the_loopback_outside_its_sandbox(graded):
    assert graded["connections"] == []


def test_nothing_outside_the_output_has_changed(graded):
    assert graded["after"] == graded["before"]


def test_no_process_and_no_file_stays_behind_not_even_when_the_command_is_killed(graded):
    assert graded["left_over"] == []
    assert graded["left_over_at_the_end"] == []


def test_the_second_start_went_on_where_the_first_was_killed(graded):
    assert graded["killed_at"] >= 20
    assert "The last grade of this folder was killed." in graded["said"]
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
            assert left_behind(course) == []
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
    for case, score in (("untouched", [0]), ("reference", [7]), ("empty-file", [])):
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
    assert "No sandbox was used." in grade(course, "--i-trust-every-submission")
    assert {(g.student, g.score) for g in grades_of(course)} == {("reference", 7), ("untouched", 0)}


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda course: (course / "nbgrader_config.py").write_text("c = get_config("), "cannot be read"),
        (lambda course: (course / "nbgrader_config.py").write_text("raise SystemExit"), "cannot be read"),
        (lambda course: shutil.rmtree(course / "source"), "both source and release"),
        (lambda course: (course / "release" / NAME / f"{NAME}.ipynb").write_text("{"), "is damaged"),
        (lambda course: (course / "gradebook.db").unlink(), "does not know"),
        (lambda course: (course / "gradebook.db").write_text("no database"), "gradebook"),
    ],
)
def test_a_broken_course_folder_is_one_sentence_and_no_traceback(fresh, break_it, says):
    course = fresh()
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    proof.write([cases["untouched"]], course / "submitted")
    break_it(course)
    process = grading(course, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate()
    assert process.returncode == 1 and says in said and "Traceback" not in said, said


def test_a_warm_process_that_ended_is_started_again(fresh):
    from helpers.grading.handing_in.preflight import preflight
    from helpers.grading.running import jobs
    from helpers.grading.running.job import Limits
    from helpers.grading.running.pool import WorkerPool

    course, limits = fresh(), Limits()
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    proof.write([cases["reference"]], course / "submitted")
    (checked,) = preflight(course / "submitted", course / "release", course / "grading")
    job = jobs.job(jobs.assignment(course, NAME, limits), checked, limits, sandboxed=True)
    with WorkerPool(1) as pool:
        pool.warm_up(job.modules)
        pool.warm[job.modules][1].kill()
        assert sum(pool.run(job).scores.values()) == 7


def test_a_job_whose_folder_is_emptied_under_it_runs_nothing_outside_a_sandbox(tmp_path):
    from jupyter_client.kernelspec import NoSuchKernel

    from helpers.grading.running import kernels, passes
    from helpers.grading.running.canaries import Canary
    from helpers.grading.running.execution import Execution
    from helpers.grading.running.job import Job, Limits, Place

    escaped = tmp_path / "escaped"
    code = nbformat.v4.new_code_cell(f"open({str(escaped)!r}, 'w')")
    notebook = nbformat.v4.new_notebook(
        cells=[code], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    wanted = Job("ada", NAME, notebook, frozenset(), (Canary("assert False", "AssertionError"),), (), Limits())
    place = Place(tmp_path, tmp_path / "warm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "environ", os.environ.copy())
        config = kernels.configured(wanted, place)
        shutil.rmtree(tmp_path / "kernels")
        with pytest.raises(NoSuchKernel):
            passes.one_pass(wanted, place, Execution(wanted, place, frozenset(), 60, config))
    assert not escaped.exists()


def test_marks_by_hand_and_late_work_reach_the_tables(fresh):
    from nbgrader.api import Gradebook

    course = fresh()
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    proof.write([cases[name] for name in ("reference", "os-exit-in-answer", "input-transformer")], course / "submitted")
    grade(course)
    before = {g.student: g for g in grades_of(course)}
    assert before["input-transformer"].state == SUSPICIOUS
    assert (before["os-exit-in-answer"].state, before["os-exit-in-answer"].score) == (PARTLY, 6)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        for part in ("check", "half"):
            mark = book.find_grade(f"gradient-step-{part}", NAME, NAME, "os-exit-in-answer")
            mark.manual_score, mark.needs_manual_grade = 0.25, False
        for mark in before["input-transformer"].marks:
            book.find_grade(f"{mark.exercise}-check", NAME, NAME, "input-transformer").manual_score = 0.25
        book.db.commit()
    (course / "submitted" / "reference" / NAME / "timestamp.txt").write_text("2026-12-01 18:00:00 UTC")  # an hour late
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.LateSubmissionPlugin.penalty_method = "zero"\n')
    said = grade(course)
    assert "3 were run before" in said and "Warning" not in said
    grades = {g.student: g for g in grades_of(course)}
    assert (grades["os-exit-in-answer"].state, grades["os-exit-in-answer"].score) == (GRADED, 6.5)
    assert grades["input-transformer"].state == GRADED and "by hand" in grades["input-transformer"].reason
    assert (grades["reference"].score, grades["reference"].reason) == (0, "7 points off because it was late")
    assert "reference,0," in (course / "grades" / f"moodle-{NAME}.csv").read_text()


def test_a_server_of_processes_that_is_killed_while_it_serves_costs_nobody_anything(fresh):
    from multiprocessing import forkserver
    from threading import Thread

    from helpers.grading.handing_in.preflight import preflight
    from helpers.grading.running import jobs
    from helpers.grading.running.job import Limits
    from helpers.grading.running.pool import WorkerPool

    course, limits, results = fresh(), Limits(), []
    cases = {case.student: case for case in proof.cohort(course) if case.assignment == NAME}
    proof.write([cases["reference"]], course / "submitted")
    (checked,) = preflight(course / "submitted", course / "release", course / "grading")
    job = jobs.job(jobs.assignment(course, NAME, limits), checked, limits, sandboxed=True)
    with WorkerPool(1) as pool:
        running = Thread(target=lambda: results.append(pool.run(job)))
        running.start()
        while not pool.working:
            time.sleep(0.05)
        os.kill(forkserver._forkserver._forkserver_pid, signal.SIGKILL)
        running.join()
    assert (sum(results[0].scores.values()), results[0].problem) == (7, None)
