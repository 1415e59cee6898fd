"""torch.distributed for real: two processes by `launch_torch`, and by torch's own command."""

import os
import re
import subprocess
import sys

import numpy as np

from helpers.cluster import task
from helpers.cluster.launch import launch_torch
from helpers.ground import ROOT


def test_two_processes_walk_the_path_of_one():
    run = launch_torch(2)
    losses, w = task.alone(100)
    assert not run.recorded and not run.said
    np.testing.assert_allclose(run.losses, losses, rtol=1e-12)
    np.testing.assert_allclose(run.w, w, rtol=1e-12, atol=1e-12)


def test_when_one_dies_the_other_says_so():
    run = launch_torch(2, dies_at=50)
    assert run.said == {0: "another process is gone (RuntimeError)", 1: "step 50: it ended with exit code 3"}


def test_torchs_own_command_runs_the_program():
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command += ["-m", "helpers.cluster.by_torch"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
    said = re.search(r"2 processes, 100 steps; largest difference from one process: (\S+)", done.stdout)
    assert said and float(said[1]) < 1e-12
