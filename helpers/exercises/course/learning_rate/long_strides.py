"""Rates of which some are beyond the limit: a descent on an ill-conditioned bowl that arrives early."""

import math

import numpy as np

from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise

STEPS = 150
GOAL = 1e-6
PLACES = np.array([0, 0.07, 0.22, 0.31, 0.48, 0.59, 0.77, 0.83, 1])  # of the curvatures, as logarithms


def long_strides(step: int, smallest: float, largest: float) -> float:
    """The rate of a step (0, 1, ...) on a bowl with curvatures from smallest to largest: one long, one short."""
    middle, half = (largest + smallest) / 2, (largest - smallest) / 2
    side = 1 if step % 2 == 0 else -1
    return 1 / (middle + side * half / math.sqrt(2))


def losses_with(answer: Answer, smallest: float, largest: float) -> np.ndarray:
    """The losses of STEPS steps with the rates of an answer, in units of the first, on a bowl of nine curvatures."""
    curvatures = smallest * (largest / smallest) ** PLACES
    w, losses = np.ones(9), []
    for step in range(STEPS):
        w = w - float(answer(step, smallest, largest)) * curvatures * w
        losses.append(curvatures @ w**2 / curvatures.sum())
    return np.array(losses)


def how_it_ends(answer: Answer, smallest: float, largest: float) -> dict[str, str] | None:
    """What the descent does with the rates of an answer; None if they are no numbers."""
    first = answer(0, smallest, largest)
    if not isinstance(first, (int, float, np.number, np.ndarray)) or np.ndim(first) != 0:
        return None
    losses = losses_with(answer, smallest, largest)
    if np.any(losses < GOAL):
        return {"the descent": "arrives"}
    return {"the descent": "is still on its way" if losses[-1] <= 1 else "runs away"}


def steps_needed(answer: Answer) -> float:
    """After how many steps the loss is below GOAL times the first, for curvatures from 1 to 100."""
    return float(np.argmax(losses_with(answer, 1.0, 100.0) < GOAL) + 1)


def draw(rng: np.random.Generator) -> tuple[int, float, float]:
    """Curvatures of condition number 85 to 100; the number of the step is given by the descent."""
    smallest = round(float(rng.uniform(0.3, 3)), 2)
    return 0, smallest, round(smallest * float(rng.uniform(85, 100)), 1)


EXERCISE = exercise(
    "long-strides",
    long_strides,
    probes=[(0, 1.0, 100.0), (0, 0.5, 47.3), (0, 3.0, 271.0), (0, 2.1, 181.7)],
    observe=lambda answer, step, smallest, largest: how_it_ends(answer, smallest, largest),
    draw=draw,
    score=steps_needed,
)
