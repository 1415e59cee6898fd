"""The one problem that every system solves: a line through 100 points, by gradient descent on all of them.

Standard library and NumPy only, and readable by Python 3.8: it runs in the environment of every system.
"""

from __future__ import annotations

from typing import Callable, NamedTuple  # noqa: UP035 (Python 3.8)

import numpy as np

SLOPE, INTERCEPT, NOISE = 3.0, 2.0, 0.3
START = (0.0, 0.0)
ELSEWHERE = (-1.5, 0.75)  # another start, so that a system that forgets to initialise is noticed
LR = 0.1
STEPS = 100
FEW = 10  # steps
OFF = 1.001  # the control's learning rate is 0.1 % off


class Run(NamedTuple):
    """A descent: `path` (steps + 1, 2) of slope w and intercept b, and the mean squared error (steps + 1,) on it."""

    path: np.ndarray
    losses: np.ndarray


def points() -> tuple[np.ndarray, np.ndarray]:
    """Return the features x and the targets y = 3 x + 2 + noise, (100,) each."""
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, 100)
    return x, SLOPE * x + INTERCEPT + NOISE * rng.standard_normal(100)


def solve(
    descend: Callable,
    start: tuple[float, float] = START,
    lr: float = LR,
    steps: int = STEPS,
    dtype: str = "float64",
) -> Run:
    """Run a system's `descend` on the problem; `dtype` is that of the points it is given."""
    x, y = points()
    path, losses = descend(x.astype(dtype), y.astype(dtype), *start, lr, steps)
    return Run(np.asarray(path, dtype="float64"), np.asarray(losses, dtype="float64"))


def show(descend: Callable) -> None:
    """Print where a system's descent begins and ends."""
    run = solve(descend)
    for step in (0, 1, STEPS):
        w, b = run.path[step]
        print(f"step {step:3}: w = {w:.6f}, b = {b:.6f}, loss = {run.losses[step]:.6f}")
