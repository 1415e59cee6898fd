"""What real workers cost: 1, 2 and 4 processes, and the bytes and seconds of their all-reduce beside the cost model.

Run: python -m tests.benchmarks.bench_workers [ROUNDS]. The numbers of workers are measured in turn, in one run; each
figure is a median over the rounds. Latency and bandwidth come from the shortest and the longest message of two workers;
what the model of the exercise `step-time` makes of them is then compared with all others. A ratio above 1 means that
the workers are slower than it says: it gives every worker a core of its own, and they have those of this computer. Of
the bytes a little is missing or too much where the numbers cannot be cut into equal chunks.
"""

import contextlib
import io
import os
import statistics
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))  # run by its path, this file finds the course that it belongs to

from helpers.cluster import task  # noqa: E402
from helpers.cluster.launch import Run, launch  # noqa: E402
from helpers.exercises.course.scaling_out.step_time import step_time  # noqa: E402

WORKERS = (1, 2, 4)
STEPS = 100


def measured(workers: int) -> Run:
    """One launch, quietly; it ends the benchmark where workers cannot run, for a recorded run measures nothing."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        run = launch(workers, STEPS, timed=workers > 1)
    if run.recorded or run.said:
        sys.exit(said.getvalue() + "\n".join(run.said.values()))
    return run


def seconds_of(runs: list[Run], size: int) -> float:
    return statistics.median(run.timed[size] for run in runs)


def fit(runs: list[Run]) -> tuple[float, float]:
    """Latency (s) and bandwidth (bytes a second) of two workers: two rounds, in each one message of half the bytes."""
    short, long = min(runs[0].timed), max(runs[0].timed)
    latency = seconds_of(runs, short) / 2
    return latency, (long / 2) / (seconds_of(runs, long) / 2 - latency)


def totals(runs: dict[int, list[Run]]) -> None:
    losses, w = task.alone(STEPS)
    numbers = task.FEATURES + 1
    print(f"\n{STEPS} steps, {numbers} numbers each: seconds from start to end, bytes sent, those of the model, path")
    for workers, own in runs.items():
        off = max(np.abs(run.losses - losses).max() + np.abs(run.w - w).max() for run in own)
        model = STEPS * 2 * (workers - 1) / workers * 8 * numbers
        wall = statistics.median(run.seconds for run in own)
        print(f"{workers} workers {wall:10.2f} s {own[0].sent:10,} {model:12,.0f}    off by {off:.1e}")


def all_reduces(runs: dict[int, list[Run]]) -> None:
    latency, bandwidth = fit(runs[2])
    print(f"\nFrom two workers: latency {latency * 1e6:.0f} us, bandwidth {bandwidth / 1e6:.0f} MB/s")
    print("All-reduce: measured, model, ratio")
    for workers, own in runs.items():
        for size in own[0].timed:
            found, model = seconds_of(own, size), step_time(workers, 0, 0.0, size, latency, bandwidth)
            print(f"{workers} workers, {size:9,} B {found * 1e3:9.2f} ms {model * 1e3:9.2f} ms {found / model:8.2f}")


if __name__ == "__main__":
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}, {rounds} rounds")
    launches = [{workers: measured(workers) for workers in WORKERS} for _ in range(rounds)]
    runs = {workers: [each[workers] for each in launches] for workers in WORKERS}
    totals(runs)
    all_reduces(runs)
