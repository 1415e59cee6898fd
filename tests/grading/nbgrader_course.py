"""How to run nbgrader in a course folder, with this course's helpers."""

import os
import subprocess
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
LESSONS = ["03", "05", "06", "10", "15"]  # 03 has torch, 15 trains


def run(course, *words):
    """Run an nbgrader command in the course folder and return all that it said."""
    scripts = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # nbgrader starts alembic
    path = {
        "PATH": scripts,
        "PYTHONPATH": str(COURSE),
        "GRADIENT_COURSE_PROGRESS": "temporary",
        "IPYTHONDIR": str(course / ".ipython"),
    }
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=course, env=os.environ | path, capture_output=True, text=True)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said
