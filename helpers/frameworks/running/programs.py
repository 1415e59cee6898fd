"""Run the optional programs of lessons 13 and 14, each in its own environment, and judge the answers."""

import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.experiments.own_network import course_parts, train_own
from helpers.frameworks import binary_by_hand, measured
from helpers.frameworks.running import install
from helpers.frameworks.systems import FOLDER, System
from helpers.ground import CannotGoOnError, say

COMMAND = "python start.py frameworks"
FILES = {
    "keras-binary": "keras_binary.py",
    "ultralytics": "ultralytics_step.py",
    "tensorboard": "tensorboard_run.py",
    "dask-sweep": "dask_sweep.py",
}


class Program(System):
    """An optional program; it is installed as a system is, and has its own questions and answers."""

    @property
    def file(self) -> Path:
        """The file that runs in an environment of its own."""
        return FOLDER / FILES[self.name]


PROGRAMS = {
    program.name: program
    for program in (
        Program("keras-binary", "keras-binary", "keras"),
        Program("ultralytics", "ultralytics", "ultralytics", slow=True),
        Program("tensorboard", "tensorboard", "tensorboard"),
        Program("dask-sweep", "dask-sweep", "dask"),
    )
}


def ask(name: str, uv: str) -> dict[str, Any]:
    """Install and run one program and return its answer; raise CannotGoOnError with one sentence."""
    program = PROGRAMS[name]
    python = install.prepare(program, uv)
    with tempfile.TemporaryDirectory(prefix="course-frameworks-", ignore_cleanup_errors=True) as folder:
        answer = Path(folder) / "answer.json"
        command = [str(python), str(program.file), *arguments(name, Path(folder)), str(answer)]
        install.run_in(name, command, folder)
        try:
            return json.loads(answer.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise CannotGoOnError("It ran and left no answer that can be read.") from None


def arguments(name: str, folder: Path) -> list[str]:
    """Return what a program is given before the file for its answer."""
    if name == "keras-binary":
        problem = folder / "problem.npz"
        binary_by_hand.write(problem)
        return [str(problem)]
    if name == "tensorboard":
        losses = folder / "losses.json"
        losses.write_text(json.dumps(train_own(course_parts()).losses.tolist()), encoding="utf-8")
        return [str(folder / "run"), str(losses)]
    return ["--kill"] if name == "dask-sweep" else []


def run(names: Sequence[str], record: bool = False) -> bool:
    """Run programs, print each claim and whether it holds, record what holds; return whether all did."""
    good = True
    for name in names:
        say(name)
        try:
            answer = ask(name, install.find_uv())
            claims = measured.CLAIMS[name](answer)
        except (CannotGoOnError, OSError) as error:
            say(f"  did not run. {error}")
            good = False
            continue
        for claim in claims:
            say(f"  {'holds' if claim.holds else 'FAILS'}: {claim.sentence}")
        held = all(claim.holds for claim in claims)
        good = good and held
        if record and held:
            measured.write(name, answer, f"{COMMAND} {name}", datetime.now(UTC).date().isoformat())
            say(f"  recorded {name}")
    return good
