"""The optional programs, installed and run for real: every claim of the lessons holds of what they answer."""

import json
import subprocess
from contextlib import contextmanager

import psutil
import pytest

from helpers.frameworks import measured
from helpers.frameworks.running import install, programs
from helpers.ground import CannotGoOnError


@pytest.mark.parametrize("name", measured.NAMES)
def test_every_claim_holds_of_a_new_answer(name, uv):
    try:
        answer = programs.ask(name, uv)
    except CannotGoOnError as error:
        pytest.fail(f"{name} did not run. {error}", pytrace=False)
    wrong = [claim.sentence for claim in measured.CLAIMS[name](answer) if not claim.holds]
    assert not wrong


@pytest.fixture(params=["dask-sweep"])
def dask(request, uv):
    """The program, its Python, and what starts its commands."""
    program = programs.PROGRAMS[request.param]
    try:
        python = install.prepare(program, uv)
    except CannotGoOnError as error:
        pytest.fail(f"dask-sweep is not installed. {error}", pytrace=False)
    return program.file, python, [str(python), "-m", "dask"]


@contextmanager
def running(command, word):
    """Start a command and give the line that has the word; at the end no process of it is left."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        yield next(line for line in process.stdout if word in line)
    finally:
        own = [*psutil.Process(process.pid).children(recursive=True), process]
        for each in own:
            each.kill()
        process.wait()
        process.stdout.close()


def swept(dask, *arguments, folder):
    """Run the sweep, and return it and its answer."""
    file, python, _ = dask
    answer = folder / "answer.json"
    done = subprocess.run([python, file, *arguments, answer], cwd=folder, capture_output=True, text=True, timeout=150)
    return done, json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None


def test_the_dask_sweep_runs_on_a_cluster_by_its_address(dask, tmp_path):
    *_, command = dask
    with running(
        [*command, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"], "Scheduler at"
    ) as line:
        address = line.split()[-1]
        done, answer = swept(dask, "--address", address, folder=tmp_path)
        assert done.returncode == 1 and answer is None
        assert done.stderr.strip().endswith(
            f"The cluster at {address} has no workers: add one with `dask worker {address}`."
        )
        with running([*command, "worker", address, "--nthreads", "1", "--no-dashboard"], "Registered to"):
            done, answer = swept(dask, "--address", address, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert answer["workers"] == 1 and not answer["begun_again"]
    assert measured.sweep_difference(answer) <= 1e-9


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://127.0.0.1:9", "No cluster answered at tcp://127.0.0.1:9 within 10 s: start it with `dask scheduler`."),
        ("nonsense", "nonsense is no address: one looks like tcp://127.0.0.1:8786."),
    ],
)
def test_where_no_cluster_answers_the_dask_sweep_ends_with_one_sentence(dask, address, sentence, tmp_path):
    done, answer = swept(dask, "--address", address, folder=tmp_path)
    assert done.returncode == 1 and answer is None
    assert done.stderr.strip() == sentence
