"""`python start.py frameworks [NAMES] [--record]`: run the systems for real, and end with one table."""

import errno
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np

from helpers.frameworks import recorded, systems
from helpers.frameworks.problem import ELSEWHERE, FEW, STEPS
from helpers.frameworks.running import install, programs
from helpers.frameworks.running.programs import PROGRAMS
from helpers.frameworks.systems import SYSTEMS, System, UnknownSystemError
from helpers.ground import CannotGoOnError, say

COMMAND = "python start.py frameworks"
PROBE = systems.FOLDER / "probe.py"
HEADER = ("system", "version", "floats", "difference", "import", "step", "lines")


class Outcome(NamedTuple):
    """What came of a system: its answer and its difference from the reference, or the sentence why there is none."""

    name: str
    answer: dict | None = None
    difference: float = float("inf")
    sentence: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ran and stayed within its tolerance."""
        return self.answer is not None and self.difference <= SYSTEMS[self.name].tolerance


def run(arguments: Sequence[str]) -> int:
    """Run what is named, or all; return 0 only when every one ran and agrees with its reference."""
    options = {word for word in arguments if word.startswith("-")}
    if options - {"--record"}:
        say(f"There is no option {min(options - {'--record'})}; the only one is --record.")
        return 1
    names = list(dict.fromkeys(word for word in arguments if word not in options)) or [*SYSTEMS, *PROGRAMS]
    outcomes = run_all([name for name in names if name not in PROGRAMS])
    if outcomes:
        say("\n" + table(outcomes))
    if "--record" in options:
        for outcome in outcomes:
            if outcome.passed and outcome.answer:
                command = f"{COMMAND} {outcome.name} --record"
                recorded.write(outcome.name, outcome.answer, command, datetime.now(UTC).date().isoformat())
                say(f"recorded {outcome.name}")
    held = programs.run([name for name in names if name in PROGRAMS], "--record" in options)
    return 0 if held and all(outcome.passed for outcome in outcomes) else 1


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
    except (CannotGoOnError, UnknownSystemError) as error:
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


# The table


def table(outcomes: Sequence[Outcome]) -> str:
    """Return one line per system; those that did not run, or differ, say so."""
    rows = [row(outcome) for outcome in outcomes if outcome.answer]
    lines = aligned([HEADER, *rows]) if rows else []
    lines += [f"{outcome.name}: {verdict(outcome)}" for outcome in outcomes if not outcome.passed]
    passed = sum(outcome.passed for outcome in outcomes)
    return "\n".join([*lines, f"{passed} of {len(outcomes)} ran and agree with NumPy over the whole path."])


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return lines with the words of a column below each other: names to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sides = "<<<>>>>"
    return [
        "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True))
        for cells in rows
    ]


def row(outcome: Outcome) -> tuple[str, ...]:
    """Return the cells of a system that ran."""
    system, answer = SYSTEMS[outcome.name], outcome.answer or {}
    seconds = answer["seconds"]
    return (
        outcome.name,
        answer["version"],
        system.floats,
        f"{outcome.difference:.1e}",
        f"{seconds['import']:.2f} s",
        duration(seconds["step"]),
        str(systems.lines_of_code(system)),
    )


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds <= 0:
        return "unclear"
    for unit, factor in (("s", 1), ("ms", 1e3)):
        if seconds * factor >= 0.1:
            return f"{seconds * factor:.2g} {unit}"
    return f"{seconds * 1e6:.0f} µs"


def verdict(outcome: Outcome) -> str:
    """Return why a system does not count as passed."""
    if outcome.answer is None:
        return f"did not run. {outcome.sentence}"
    tolerance = SYSTEMS[outcome.name].tolerance
    return f"differs from its reference by {outcome.difference:.1e}, more than {tolerance:.0e}."
