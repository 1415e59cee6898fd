"""The same jobs on a Dask cluster: two workers on the loopback, one writer."""

import json
import os
import shutil
import subprocess
import sys
import time

import pytest
from command import grade, gradebook, grades_of, grading, left_behind, temporary
from grading import proof
from nbgrader_course import COURSE

WORKERS = 2
NAME = "05_gradient_descent"


@pytest.fixture
def cluster(tmp_path):
    """The address of a scheduler with two workers."""
    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-W", "ignore", "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    settings = {"TMPDIR": str(temporary(tmp_path)), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "60s"}
    quiet["env"] = os.environ | {"PYTHONPATH": str(COURSE)} | settings
    at = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [subprocess.Popen([*dask, "scheduler", *at, "--port", "0", "--scheduler-file", str(file)], **quiet)]
    work = [*dask, "worker", "--scheduler-file", str(file), *at, "--no-nanny", "--nthreads", "1"]
    started += [subprocess.Popen(work, **quiet) for _ in range(WORKERS)]
    try:
        while not file.exists():
            assert started[0].poll() is None, "the scheduler did not start"
            time.sleep(0.1)
        yield json.loads(file.read_text())["address"]
    finally:
        for process in reversed(started):  # the scheduler last: a worker says goodbye to it
            process.terminate()
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        left_over = left_behind(tmp_path)
        shutil.rmtree(temporary(tmp_path), ignore_errors=True)
    assert [name for name in left_over if "dask-" not in name] == []  # Dask leaves its own folder


def test_two_workers_give_the_gradebook_that_one_machine_gives(cluster, fresh):
    books = []
    for options in ([], ["--cluster", cluster]):
        course = fresh()
        wanted = ("reference", "untouched", "mistakes-01", "mistakes-02", "os-exit-in-answer", "empty-file")
        cases = [case for case in proof.cohort(course) if case.student in wanted and case.assignment == NAME]
        proof.write(cases, course / "submitted")
        grade(course, *options)
        assert proof.differences(cases, grades_of(course), course) == []
        books.append(gradebook(course))
    assert books[0] == books[1] != []
    from distributed import Client

    def took_part():  # inside, so that it travels whole: workers do not have this file
        from helpers.grading.running import pool

        return pool._pool is not None

    with Client(cluster) as client:
        assert list(client.run(took_part).values()) == [True] * WORKERS


def test_an_address_where_nobody_listens_is_said(fresh):
    course = fresh()
    process = grading(course, "--cluster", "tcp://127.0.0.1:9", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = process.communicate()
    assert process.returncode == 1
    assert "There is no Dask scheduler at tcp://127.0.0.1:9" in said
    assert "Traceback" not in said
    assert left_behind(course) == []
