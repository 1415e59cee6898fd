"""`python start.py test coverage`: how much of each room of helpers a run of pytest reaches, in one table.

Lines in other processes, such as kernels, sandboxes and other systems, are not seen: this table is of the tests alone.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import helpers
from helpers.ground import ROOT, say


def main(command: list[str]) -> int:
    """Measure `-m pytest ...`, print the table and return pytest's exit code."""
    with tempfile.TemporaryDirectory(prefix="course-coverage-") as folder:
        report = Path(folder) / "report.json"
        options = ["--cov=helpers", f"--cov-report=json:{report}"]
        env = os.environ | {"COVERAGE_FILE": str(Path(folder) / "data")}
        code = subprocess.run([sys.executable, *command, *options], cwd=ROOT, env=env).returncode
        if report.exists():
            say(table(reached(json.loads(report.read_text(encoding="utf-8"))["files"])))
    return code


def reached(files: Mapping[str, dict]) -> dict[str, tuple[int, int]]:
    """Return for each room, from the ground up, how many lines there are and how many of them were run."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for name, file in files.items():
        of_room = found[room(Path(name))]
        of_room[0] += file["summary"]["num_statements"]
        of_room[1] += file["summary"]["covered_lines"]
    rooms = [room for floor in helpers.FLOORS for room in floor]
    return {room: (found[room][0], found[room][1]) for room in rooms if found[room][0]}


def room(file: Path) -> str:
    """Return the room of a file such as helpers/frameworks/running/runner.py: the longest name that FLOORS has."""
    parts = file.with_suffix("").parts[1:]
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if any(name in floor for floor in helpers.FLOORS)), "")


def table(rooms: Mapping[str, tuple[int, int]]) -> str:
    """Return a line for each room and one for all."""
    total = tuple(map(sum, zip(*rooms.values(), strict=True)))
    rows = [*rooms.items(), ("all", total)]
    lines = [f"{name:20}{count:8}{run:8}{100 * run / count:9.1f} %" for name, (count, run) in rows]
    return "\n".join(["", f"{'room':20}{'lines':>8}{'run':>8}{'covered':>11}", *lines])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
