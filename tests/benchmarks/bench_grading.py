"""CPU seconds, time and memory of `start.py grade` beside plain `nbgrader autograde`, on the same cohort in one run.

    python tests/benchmarks/bench_grading.py [--submissions 100] [--lessons 05 03]

Lesson 05 has no torch, lesson 03 has. Every submission has all answers right, so nothing waits for a time limit. All
processes that a command leaves to others count as its own: this process adopts them (Linux alone can do that). What it
needs, `assignment` installs.
"""

import argparse
import ctypes
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

COURSE = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(COURSE), str(COURSE / "tests"), str(COURSE / "tests" / "grading")]

from grading import proof  # noqa: E402
from nbgrader_course import run  # noqa: E402

from helpers.grading.making import assignment  # noqa: E402
from helpers.start.commands import parse  # noqa: E402

ADOPT = 36  # PR_SET_CHILD_SUBREAPER
ASKED = {"05": 3.0, "03": 4.5}  # times less CPU a submission


class Cost(NamedTuple):
    """What a command took: seconds of all cores, seconds on the clock, MiB of its largest process."""

    cpu: float
    wall: float
    memory: float


def cost(command: list[str], folder: Path) -> Cost:
    """Run a command to the end of all that it started."""
    start = time.monotonic()
    child = os.fork()
    if child == 0:  # a process of its own, whose children are those of this command alone
        ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
        env = os.environ | {"PYTHONPATH": str(COURSE), "GRADIENT_COURSE_PROGRESS": "temporary"}
        with (folder / "log").open("w") as log:
            code = subprocess.run(command, cwd=folder, env=env, stdout=log, stderr=log).returncode
        end = time.monotonic()
        try:
            while os.wait():
                pass
        except ChildProcessError:
            pass
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        answer = [used.ru_utime + used.ru_stime, end - start, used.ru_maxrss / 1024]
        (folder / "cost.json").write_text(json.dumps(answer if code == 0 else None))
        os._exit(0)
    os.waitpid(child, 0)
    answer = json.loads((folder / "cost.json").read_text())
    assert answer, (folder / "log").read_text()[-2000:]
    return Cost(*answer)


def cohort(lesson: str, submissions: int, folder: Path) -> tuple[str, Path, Path]:
    """Make a course folder with right submissions, twice; return the assignment's name and both folders."""
    words = ["assignment", "--lessons", lesson, "--seed", "7", "--out", str(folder / "ours")]
    assert assignment.run(COURSE, parse(words)) == 0
    (name,) = [path.name for path in (folder / "ours" / "source").iterdir()]
    run(folder / "ours", "generate_assignment", name)
    reference = next(case for case in proof.cohort(folder / "ours") if case.student == "reference")
    for number in range(submissions):
        place = folder / "ours" / "submitted" / f"student-{number:03}" / name
        place.parent.mkdir(parents=True)
        reference.make(place)
    shutil.copytree(folder / "ours", folder / "plain")
    return name, folder / "ours", folder / "plain"


def main() -> None:
    """Print a table, a row for each lesson."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=100)
    parser.add_argument("--lessons", nargs="+", default=["05", "03"])
    wanted = parser.parse_args()
    rows = []
    for lesson in wanted.lessons:
        with tempfile.TemporaryDirectory() as folder:
            name, ours, plain = cohort(lesson, wanted.submissions, Path(folder))
            mine = cost([sys.executable, "-W", "ignore", "-m", "helpers", "grade", str(ours)], ours)
            theirs = cost([sys.executable, "-m", "nbgrader", "autograde", name], plain)
        rows.append((lesson, mine, theirs))
    print(f"{wanted.submissions} submissions: CPU seconds a submission, start of the commands included")
    print("lesson  grade  nbgrader  ratio  asked  grade took  nbgrader took  largest process")
    for lesson, mine, theirs in rows:
        each, plain_each = mine.cpu / wanted.submissions, theirs.cpu / wanted.submissions
        ratio, asked = plain_each / each, ASKED.get(lesson, 3.0)
        verdict = "" if ratio >= asked and mine.memory < 1024 else "  MISSED"
        times = f"{mine.wall:8.0f} s  {theirs.wall:11.0f} s  {mine.memory:11.0f} MiB"
        print(f"{lesson:6} {each:6.2f} {plain_each:9.2f} {ratio:6.1f} {asked:6.1f}  {times}{verdict}")


if __name__ == "__main__":
    main()
