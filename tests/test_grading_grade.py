"""The grade command where nothing is run: a missing folder, a lost worker, and who may be graded at once."""

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest

from helpers.grading import grade
from helpers.grading.exchange import laying, taking
from helpers.grading.handing_in.preflight import PreflightResult
from helpers.grading.results import RunResult
from helpers.grading.running.batch import StoredRun, result_of
from helpers.ground import ROOT, CannotGoOnError
from helpers.sandbox import recipe as sandbox
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


KILLED = """
import os, signal, sys
from pathlib import Path
from helpers.grading import grade

with grade._alone_in(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows kills in another way")
def test_a_command_that_was_killed_is_followed_by_one_that_says_so_and_goes_on(tmp_path, capsys):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    for said in (1, 0):
        with grade._alone_in(tmp_path):
            pass
        assert capsys.readouterr().out.count("was killed") == said


def test_a_command_that_was_stopped_or_could_not_go_on_was_not_killed(tmp_path, capsys):
    for error in (KeyboardInterrupt, CannotGoOnError):
        with pytest.raises(error), grade._alone_in(tmp_path):
            raise error
    with grade._alone_in(tmp_path):
        assert capsys.readouterr().out == ""


def test_an_export_that_was_being_taken_in_is_asked_for_again(tmp_path, capsys):
    (tmp_path / laying.STAGE).mkdir(parents=True)
    taking.take_in(tmp_path, {}, [], [])
    assert "give it with --from again" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")
def test_runs_side_by_side_have_user_ids_of_their_own():
    runs = [sandbox.Users() for _ in range(3)]
    firsts = sorted(run.first for run in runs)
    assert firsts[1] - firsts[0] >= sandbox.USERS and firsts[2] - firsts[1] >= sandbox.USERS
    assert firsts[-1] + sandbox.USERS < 2**31  # some programs take ids for signed numbers
    runs[0].close()
    freed = sandbox.Users()
    assert freed.first == runs[0].first
    for each in (freed, *runs[1:]):
        each.close()
