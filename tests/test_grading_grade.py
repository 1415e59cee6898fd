"""The grade command where nothing is run: a missing folder, a lost worker, and who may be graded at once."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from helpers.grading import grade
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.results import RunResult
from helpers.grading.running.batch import StoredRun, result_of
from helpers.ground import CannotGoOnError
from helpers.start.commands import parse

STORED = StoredRun(PreflightResult("ada", "05_gradient_descent"), Path("ada.json"), "key")


def future_of(result=None, error=None):
    future = Future()
    if error:
        future.set_exception(error)
    else:
        future.set_result(result)
    return future


def test_a_job_gives_what_it_gave():
    ran = RunResult("ada", "05_gradient_descent", {}, {"gradient-step-check": 0.5}, {})
    assert result_of(future_of(ran), STORED) is ran


def test_a_worker_that_is_lost_costs_its_submission_and_no_other():
    ran = result_of(future_of(error=ConnectionError("gone")), STORED)
    assert (ran.student, ran.assignment, ran.notebook) == ("ada", "05_gradient_descent", None)
    assert "ConnectionError" in ran.problem


def test_what_is_wrong_for_all_ends_the_command():
    with pytest.raises(CannotGoOnError):
        result_of(future_of(error=CannotGoOnError("no sandbox")), STORED)


@pytest.mark.parametrize("folder", ["release", "submitted"])
def test_a_folder_that_is_missing_is_named_with_what_to_do(tmp_path, folder):
    (tmp_path / ({"release", "submitted"} - {folder}).pop()).mkdir()
    with pytest.raises(CannotGoOnError, match=f"There is no folder .*{folder}: "):
        grade.run(parse(["grade", str(tmp_path)]))


def test_two_commands_do_not_grade_one_folder_at_once(tmp_path):
    busy = pytest.raises(CannotGoOnError, match="Another grade command is at work")
    with grade._alone_in(tmp_path), busy, grade._alone_in(tmp_path):
        pass
    with grade._alone_in(tmp_path):  # free again
        pass
