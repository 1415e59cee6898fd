"""Settings with which heavy ball is quicker than with Polyak's, when the run is to end early."""

from math import inf

import numpy as np

from helpers.exercises.course.momentum.optimal_momentum import optimal_momentum
from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise

PART = 1e-4  # of the loss at the start: that is the goal
SHARE = 0.75  # of the steps that Polyak's settings take
MOST = 600
BENCH = (0.02, 10.0)  # the curvatures on which the best answer is remembered


def quick_settings(smallest: float, largest: float) -> tuple[float, float]:
    """Polyak's learning rate and momentum, as if the flattest direction were steeper than it is."""
    flat, steep = np.sqrt(2.5 * smallest), np.sqrt(largest)
    return (2 / (steep + flat)) ** 2, ((steep - flat) / (steep + flat)) ** 2


def steps_needed(settings: tuple[float, float], smallest: float, largest: float) -> float:
    """The step from which on the loss is below the goal; MOST if it is not, inf if the run goes out."""
    lr, beta = map(float, settings)
    x = y = 1.0  # plain numbers: two of them are ten times as quick as an array
    v_x = v_y = 0.0
    start, last = smallest + largest, 0
    for t in range(1, MOST):
        v_x, v_y = beta * v_x + smallest * x, beta * v_y + largest * y
        x, y = x - lr * v_x, y - lr * v_y
        loss = smallest * (x * x) + largest * (y * y)
        if not loss < 1e9 * start:
            return inf
        if loss > PART * start:
            last = t
    return last + 1


def observe(answer: Answer, smallest: float, largest: float) -> dict[str, str] | None:
    """How a run with the settings goes; None for anything but two finite numbers."""
    try:
        lr, beta = map(float, answer(smallest, largest))
    except (TypeError, ValueError):
        return None
    if not np.isfinite([lr, beta]).all():
        return None
    needed = steps_needed((lr, beta), smallest, largest)
    polyaks = steps_needed(optimal_momentum(smallest, largest), smallest, largest)
    if needed <= SHARE * polyaks:
        return {"the run": "arrives in time"}
    if needed == inf:
        return {"the run": "diverges"}
    return {"the run": "arrives too late" if needed < MOST else "does not arrive"}


def score(answer: Answer) -> float:
    """The steps that the settings need on BENCH."""
    lr, beta = map(float, answer(*BENCH))
    return steps_needed((lr, beta), *BENCH)


def draw(rng: np.random.Generator) -> tuple[float, float]:
    """Two curvatures, the second one 300 to 1000 times as large as the first."""
    smallest = float(f"{10 ** rng.uniform(-3, 1.5):.3g}")
    return smallest, float(f"{smallest * rng.uniform(300, 1000):.4g}")


def probes() -> list[tuple[float, float]]:
    """Curvatures of all sizes, so that settings which forget the unit of lr do not pass by chance."""
    rng = np.random.default_rng(9)
    return [BENCH, (1.0, 300.0), (1.0, 1000.0), *(draw(rng) for _ in range(27))]


EXERCISE = exercise(
    "quick-settings",
    quick_settings,
    probes=probes(),
    draw=draw,
    observe=observe,
    score=score,
)
