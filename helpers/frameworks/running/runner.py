"""`python start.py frameworks [NAMES] [--record]`: run the systems for real, and end with one table."""

import errno
import json
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from helpers.frameworks import recorded, systems
from helpers.frameworks.problem import ELSEWHERE, FEW, STEPS
from helpers.frameworks.running import install, programs
from helpers.frameworks.running.outcomes import Outcome, table, verdict
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.systems import SYSTEMS, System
from helpers.ground import CannotGoOnError, say

COMMAND = "python start.py frameworks"
PROBE = systems.FOLDER / "probe.py"


def run(names: Iterable[str], record: bool = False) -> int:
    """Run what is named, or all; return 0 only when every one ran and agrees with its reference."""
    names = list(dict.fromkeys(names)) or [*SYSTEMS, *PROGRAMS]
    outcomes = run_all([name for name in names if name not in PROGRAMS])
    if outcomes:
        say("\n" + table(outcomes))
    if record:
        keep(outcomes)
    held = programs.run([name for name in names if name in PROGRAMS], record)
    return 0 if held and all(outcome.passed for outcome in outcomes) else 1


def keep(outcomes: Iterable[Outcome]) -> None:
    """Record the answers that agree with their reference."""
    for outcome in outcomes:
        if outcome.passed and outcome.answer:
            command = f"{COMMAND} {outcome.name} --record"
            recorded.write(outcome.name, outcome.answer, command, datetime.now(UTC).date().isoformat())
            say(f"recorded {outcome.name}")


def run_all(names: Sequence[str]) -> list[Outcome]:
    """Run the systems one after another, showing progress; what fails does not keep the others from running."""
    if not names:
        return []
    try:
        uv = install.find_uv()
    except CannotGoOnError as error:
        return [Outcome(name, sentence=str(error)) for name in names]
    outcomes = []
    for number, name in enumerate(names, 1):
        say(f"[{number}/{len(names)}] {name}")
        outcome = run_one(name, uv)
        if not outcome.passed:
            say(f"  {verdict(outcome)}")
        outcomes.append(outcome)
    return outcomes


def run_one(name: str, uv: str) -> Outcome:
    """Install and run one system; whatever goes wrong becomes a sentence."""
    try:
        system = systems.find(name)
        python = install.prepare(system, uv)
        answer = ask(system, python)
    except CannotGoOnError as error:
        return Outcome(name, sentence=str(error))
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        return Outcome(name, sentence=install.DISK_FULL if full else f"{error}.")
    return Outcome(name, answer, largest_difference(system, answer))


def largest_difference(system: System, answer: dict) -> float:
    """Return the largest difference from the reference, over the whole path and over a few steps from elsewhere."""
    expected = {"path": systems.reference(system), "elsewhere": systems.reference(system, start=ELSEWHERE, steps=FEW)}
    return max(systems.difference(np.array(answer[key]), run.path) for key, run in expected.items())


def ask(system: System, python: Path) -> dict:
    """Let a system descend in its own environment and return its answer."""
    with tempfile.TemporaryDirectory(prefix="course-frameworks-", ignore_cleanup_errors=True) as folder:
        answer = Path(folder) / "answer.json"
        command = [str(python), str(PROBE), str(system.file), system.package, str(answer)]
        install.run_in(system.name, command, folder)
        return read(answer)


def read(file: Path) -> dict:
    """Return the answer in a file; raise when it is missing or damaged."""
    try:
        answer = json.loads(file.read_text(encoding="utf-8"))
        lengths = {"path": STEPS + 1, "control": STEPS + 1, "elsewhere": FEW + 1}
        whole = all(np.array(answer[key], float).shape == (length, 2) for key, length in lengths.items())
        whole = whole and len(answer["losses"]) == STEPS + 1
        whole = whole and all(isinstance(answer[key], str) for key in ("version", "python"))
        whole = whole and all(float(answer["seconds"][key]) >= 0 for key in ("import", "step"))
    except (OSError, ValueError, KeyError, TypeError):
        whole = False
    if not whole:
        raise CannotGoOnError("It ran and left no answer that can be read.")
    return answer
