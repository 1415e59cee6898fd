"""Run one system in its own environment: python probe.py by_x.py PACKAGE ANSWER.json

It imports the system's file (and times that), lets it descend, lets it begin elsewhere, lets it descend with a learning
rate that is 0.1 % off, and times a step. Readable by Python 3.8, and needs nothing but NumPy and the system.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import sys
from importlib.metadata import version
from time import perf_counter
from types import ModuleType
from typing import Callable  # noqa: UP035 (Python 3.8)

LONG = 4.0  # seconds, about


def load(path: str) -> ModuleType:
    """Import a system's file by its path."""
    spec = importlib.util.spec_from_file_location("system", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def time_of(action: Callable[[], object]) -> float:
    """Return how many seconds an action takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def time_of_a_step(descend: Callable, seconds: float) -> float:
    """Return the seconds of a step: a long descent minus a short one, without what is done once."""
    from problem import FEW, STEPS, solve

    steps = STEPS * min(100, max(1, int(LONG / seconds)))
    long = time_of(lambda: solve(descend, steps=steps))
    short = min(time_of(lambda: solve(descend, steps=FEW)) for _ in range(2))
    return max(long - short, 0.0) / (steps - FEW)


def main(path: str, package: str, answer: str) -> None:
    """Write the answer as JSON, whole or not at all."""
    start = perf_counter()
    descend = load(path).descend
    imported = perf_counter() - start
    from problem import ELSEWHERE, FEW, LR, OFF, solve

    run = solve(descend)
    elsewhere = solve(descend, start=ELSEWHERE, steps=FEW)
    start = perf_counter()
    control = solve(descend, lr=OFF * LR)
    step = time_of_a_step(descend, perf_counter() - start)
    found = {
        "version": version(package),
        "python": platform.python_version(),
        "path": run.path.tolist(),
        "losses": run.losses.tolist(),
        "elsewhere": elsewhere.path.tolist(),
        "control": control.path.tolist(),
        "seconds": {"import": imported, "step": step},
    }
    with open(answer + ".new", "w", encoding="utf-8") as file:
        json.dump(found, file)
    os.replace(answer + ".new", answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
