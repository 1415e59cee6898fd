"""How many steps a budget pays for."""

import numpy as np

from helpers.exercises.reading import exercise


def budget_steps(budget: int, batch: int) -> int:
    """Number of steps that a budget of sample gradients pays for, each on a full batch; batch >= 1."""
    return budget // batch


def draw(rng: np.random.Generator) -> tuple[int, int]:
    """A budget and a batch, which divides it now and then and may be dearer."""
    batch = int(rng.integers(3, 60))
    left_over = int(rng.integers(1, batch)) if rng.random() < 0.6 else 0
    budget = batch * int(rng.integers(2, 300)) + left_over
    return (budget, batch) if rng.random() < 0.9 else (int(rng.integers(2, batch)), batch)


EXERCISE = exercise(
    "budget-steps",
    budget_steps,
    probes=[
        *((100, 30), (12000, 32), (12000, 128), (1000, 300), (64, 8), (442, 17), (99, 10), (100, 33)),
        *((2000, 7), (640, 27), (8, 21), (50, 64), (341, 31)),
    ],
    edges=[(5, 5), (5, 1), (1, 1), (1, 3), (0, 4)],
    draw=draw,
)
