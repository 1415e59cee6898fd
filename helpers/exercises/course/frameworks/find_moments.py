"""The four moments in a trace of an unknown program."""

from typing import Any

import numpy as np

from helpers.exercises.exercise import Answer
from helpers.exercises.reading import exercise

Rows = tuple[int, int, int, int]


def find_moments(trace: np.ndarray) -> Rows:
    """The rows of trace (lines, 3) in which w, loss and gradient are first there, and in which w first changes."""
    there = ~np.isnan(trace)
    initialise, loss, gradient = (int(row) for row in there.argmax(axis=0))
    w = trace[initialise:, 0]
    update = initialise + int(np.argmax(w != w[0]))
    return initialise, loss, gradient, update


def observe(answer: Answer, trace: np.ndarray) -> dict[str, Any] | None:
    """Take the rows out of a tuple, a list or an array."""
    found = answer(trace)
    if type(found) not in (tuple, list, np.ndarray) or len(found) != 4:
        return None
    return dict(zip(("initialise", "loss", "gradient", "update"), found, strict=True))


NONE = np.nan
TORCH = [
    *((NONE, NONE, NONE), (1.5, NONE, NONE), (1.5, NONE, NONE), (1.5, 8.1, NONE)),
    *((1.5, 8.1, -2.6), (1.5, 8.1, -2.6), (1.76, 8.1, -2.6), (1.76, 8.1, NONE), (1.76, 5.9, NONE)),
    *((1.76, 5.9, -2.1), (1.97, 5.9, -2.1)),
]
FROM_ZERO = [
    *((NONE, NONE, NONE), (NONE, NONE, NONE), (0.0, NONE, NONE), (0.0, 4.0, NONE)),
    *((0.0, 4.0, -1.0), (0.1, 4.0, -1.0), (0.1, 3.6, -1.0), (0.1, 3.6, -0.9), (0.19, 3.6, -0.9)),
]
PURE = [(-0.5, NONE, NONE), (-0.5, 2.0, 3.0), (-0.5, 2.0, 3.0), (-0.8, 2.0, 3.0), (-0.8, 1.1, 2.2)]
STILL = [(NONE, NONE, NONE), (2.0, NONE, NONE), (2.0, NONE, 0.0), (2.0, 7.0, 0.0), (2.0000001, 7.0, 0.0)]
SOLVER = [(NONE, NONE, NONE), (2.0, NONE, NONE), (1.4, 6.0, 3.0), (1.0, 4.4, 2.1)]


def draw(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A trace of a program that initialises, and then goes around its loop twice or more."""
    w, rows = round(float(rng.normal(0, 2)) + 0.01, 2), [(NONE, NONE, NONE)] * int(rng.integers(0, 3))
    loss, grad = NONE, NONE
    rows += [(w, loss, grad)] * int(rng.integers(1, 4))
    for _ in range(int(rng.integers(2, 4))):
        loss = round(float(rng.uniform(1, 9)), 1)
        rows += [(w, loss, grad)] * int(rng.integers(1, 3))
        grad = round(float(rng.uniform(1, 5)), 1)
        rows += [(w, loss, grad)] * int(rng.integers(1, 4))
        w = round(w - 0.1 * grad, 2)
        rows += [(w, loss, grad)] * int(rng.integers(1, 3))
    return (np.array(rows),)


EXERCISE = exercise(
    "find-moments",
    find_moments,
    probes=[
        *((np.array(rows),) for rows in (TORCH, FROM_ZERO, PURE)),
        *(draw(rng) for rng in map(np.random.default_rng, range(7))),
    ],
    edges=[(np.array(SOLVER),), (np.array(STILL),)],
    observe=observe,
    draw=draw,
)
