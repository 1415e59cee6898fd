"""Real workers: they agree with one process, tell of a death, leave nothing behind, and have a recording."""

import json
import os
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import psutil
import pytest

from helpers.cluster import launch as launching
from helpers.cluster import task
from helpers.cluster.launch import launch
from helpers.cluster.ring import NeighbourGoneError, Ring
from helpers.ground import ROOT, CannotGoOnError

pytestmark = pytest.mark.slow


@pytest.fixture
def processes(monkeypatch):
    """The workers that a test starts; at its end none may be left."""
    seen = []
    popen = subprocess.Popen

    def noted(*args, **options):
        seen.append(popen(*args, **options))
        return seen[-1]

    monkeypatch.setattr(launching.subprocess, "Popen", noted)
    yield seen
    assert all(process.returncode is not None for process in seen)
    assert not any(psutil.pid_exists(process.pid) for process in seen)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_workers_with_a_part_each_walk_the_path_of_one_process_with_all(workers, processes):
    run = launch(workers, steps=20)
    losses, w = task.alone(20)
    assert not run.said and not run.recorded and len(processes) == workers
    np.testing.assert_allclose(run.losses, losses, rtol=1e-12)
    np.testing.assert_allclose(run.w, w, rtol=1e-12, atol=1e-12)
    if workers == 2:
        assert run.sent == 20 * 2 * 8 * 51 / 2, "two halves of 51 numbers, one of them longer by one, in turns"


def test_the_shards_are_all_samples_and_not_equal():
    shards = [task.shard(rank, 4) for rank in range(4)]
    assert sorted(np.concatenate(shards)) == list(range(task.SAMPLES))
    assert len({len(shard) for shard in shards}) == 2


def test_when_one_dies_the_others_say_so_and_end(processes):
    run = launch(3, steps=20, dies_at=7)
    assert run.said[2] == "step 7: it ended with exit code 3"
    assert run.said[0] == run.said[1] == "step 7: a neighbour is gone"
    assert not len(run.losses)


def test_a_silent_neighbour_is_not_waited_for_for_ever(processes):
    run = launch(2, steps=3, pause=2.0, patience=0.5)
    assert run.said[0] == "step 0: a neighbour was silent for 0.5 s"


def test_when_time_is_over_a_recorded_run_is_shown_and_the_workers_are_ended(processes, capsys):
    run = launch(2, pause=5.0, patience=20.0, limit=3.0)
    assert run.recorded
    said = capsys.readouterr().out
    assert "the time was over while waiting for step 1 of worker 0" in said and f"recorded on {run.recorded}" in said
    assert len(processes) == 2


def test_where_no_process_can_be_started_a_recorded_run_is_shown(monkeypatch, capsys):
    def refused(*args, **options):
        raise PermissionError("not here")

    monkeypatch.setattr(launching.subprocess, "Popen", refused)
    run = launch(4)
    losses, w = task.alone(100)
    np.testing.assert_allclose(run.losses, losses, rtol=1e-12)
    np.testing.assert_allclose(run.w, w, rtol=1e-12, atol=1e-12)
    assert "The workers could not run here (not here)." in capsys.readouterr().out
    assert launch(4, dies_at=50).said[3] == "step 50: it ended with exit code 3"
    with pytest.raises(CannotGoOnError, match="recorded run for each of: 1 workers, 100 steps"):
        launch(5)


def test_a_worker_that_cannot_begin_is_told_by_its_last_line(monkeypatch, capsys, processes):
    monkeypatch.setattr(launching, "WORKER", [sys.executable, "-c", "raise SystemExit('no room for a worker')"])
    assert launch(2).recorded
    assert "worker 0 ended before it was connected: no room for a worker" in capsys.readouterr().out


def test_a_learner_who_interrupts_leaves_no_worker(processes, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(launching.Ears, "last", interrupted)
    with pytest.raises(KeyboardInterrupt):
        launch(2, pause=0.2)


def test_workers_end_when_the_notebook_is_killed():
    program = "from helpers.cluster.launch import launch; launch(2, pause=1.0, patience=60.0)"
    env = os.environ | {"PYTHONUNBUFFERED": ""}  # as everywhere: what is said comes at once nevertheless
    notebook = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert notebook.stdout.readline().startswith("2 processes started")
        assert notebook.stdout.readline().startswith("connected")
        workers = psutil.Process(notebook.pid).children(recursive=True)
        assert len(workers) >= 2
        notebook.kill()
        notebook.wait()
        gone, left = psutil.wait_procs(workers, timeout=20)
        assert not left and len(gone) >= 2
    finally:
        notebook.kill()
        notebook.stdout.close()


def test_a_stranger_at_the_door_is_not_let_in():
    with socket.create_server(("127.0.0.1", 0)) as door, socket.create_server(("127.0.0.1", 0)) as neighbour:
        ports = [door.getsockname()[1], neighbour.getsockname()[1]]
        stranger = socket.create_connection(("127.0.0.1", ports[0]))
        threading.Thread(target=lambda: stranger.sendall(b"x" * 32), daemon=True).start()
        with pytest.raises(NeighbourGoneError, match="stranger"):
            Ring(0, ports, door, "t" * 32, patience=5.0)
        stranger.close()


def test_messages_longer_than_what_the_system_keeps_on_the_way_arrive():
    run = launch(2, steps=1, timed=True)
    assert set(run.timed) == {16, 8000, 800_000, 4_000_000} and all(run.timed.values())


@pytest.mark.parametrize("asked", [{"workers": 0}, {"workers": 17}, {"workers": 2, "steps": 0}])
def test_what_cannot_be_launched_is_refused(asked):
    with pytest.raises(ValueError, match="from 1 to 16 workers"):
        launch(**asked)


def test_the_recording_is_of_what_the_workers_do_now():
    kept = json.loads(launching.RECORDED.read_text(encoding="utf-8"))
    losses, _ = task.alone(100)
    for run in kept["runs"].values():
        if not run["said"]:
            np.testing.assert_allclose(run["losses"], losses, rtol=1e-12)
    assert time.strptime(kept["date"], "%Y-%m-%d") and launching.RECORDED.stat().st_size < 60_000
