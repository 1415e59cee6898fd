"""The whole walk back through a formula."""

import numpy as np

from helpers.exercises.reading import exercise

Inputs = list[list[tuple[int, float]]]


def backward_pass(inputs: Inputs) -> np.ndarray:
    """Gradient of the last number of a computation with respect to each of its numbers, the last one included."""
    grads = np.zeros(len(inputs))
    grads[-1] = 1.0
    for k in reversed(range(len(inputs))):
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
    return grads


EXERCISE = exercise(
    "backward-pass",
    backward_pass,
    probes=[
        ([[], [(0, 3.0)], [(0, -2.0), (1, 4.0)]],),
        ([[], [], [(0, -3.0), (1, 2.0)], [(2, 1.0), (0, 1.0)], [(2, -4.0), (3, -6.0)]],),
        ([[], [], [], [(0, 0.5), (1, 1.5)], [(1, -2.0), (2, 3.0)], [(3, 1.2), (4, -0.7)], [(5, 2.0), (3, 0.4)]],),
        ([[], [(0, 2.0), (0, 2.0)], [(1, 3.0), (0, 5.0)], [(2, -1.5), (1, 0.5)]],),
        ([[], [], [(0, 2.0)]],),
        ([[]],),
    ],
)
