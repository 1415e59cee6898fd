"""The command that a teacher starts, and what can be seen of it afterwards."""

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
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

from grading import harm
from nbgrader_course import COURSE

from helpers.grading.results import Grade, Mark


@cache
def temporary(course):
    """Where the command keeps what is neither in the course nor in its reports: short, because sockets lie there."""
    return Path(tempfile.mkdtemp(prefix="t"))


def grading(course, *options, **settings):
    """Start the command that a teacher starts."""
    env = os.environ | {"PYTHONPATH": str(COURSE), harm.SECRET: "not for submissions", "TMPDIR": str(temporary(course))}
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


def left_behind(course):
    """The command lines of processes that were started for this course, ten seconds later at most, and its files.

    Such a process names the course's temporary folder, on its command line or in its environment.
    """
    name = os.fsencode(temporary(course))
    for _ in range(100):
        lines = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended, or belongs to somebody else
                line = (process / "cmdline").read_bytes()
                if name in line or name in (process / "environ").read_bytes():
                    lines.append(line.replace(b"\0", b" ").decode(errors="replace"))
        if not lines:
            break
        time.sleep(0.1)
    return lines + [str(path) for path in temporary(course).iterdir()]


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


def grades_of(course):
    """The grades of the last run, as it wrote them down."""
    rows = json.loads((course / "grading" / "grades.json").read_text(encoding="utf-8"))
    return [Grade(**row | {"marks": tuple(Mark(*mark) for mark in row["marks"])}) for row in rows]
