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


def breadth_first(inputs: Inputs) -> np.ndarray:
    grads = np.zeros(len(inputs))
    grads[-1] = 1.0
    waiting = [len(inputs) - 1]
    for k in waiting:
        for i, slope in inputs[k]:
            grads[i] += slope * grads[k]
            if i not in waiting:
                waiting.append(i)
    return grads


def draw(rng: np.random.Generator) -> tuple[Inputs]:
    """A computation of three to eight numbers; some go into the same operation twice, some are never used."""
    inputs: Inputs = [[]]
    while len(inputs) < rng.integers(3, 9):
        k = len(inputs)
        used = rng.integers(0, k, rng.choice([0, 1, 2, 2, 3]) if k > 1 else 1)
        inputs.append([(int(i), round(float(rng.choice([-1, 1]) * rng.uniform(0.3, 4)), 1)) for i in used])
    return (inputs,)


EXERCISE = exercise(
    "backward-pass",
    backward_pass,
    probes=[
        ([[], [(0, 3.0)], [(0, -2.0), (1, 4.0)]],),
        ([[], [], [(0, -3.0), (1, 2.0)], [(2, 1.0), (0, 1.0)], [(2, -4.0), (3, -6.0)]],),
        ([[], [], [], [(0, 0.5), (1, 1.5)], [(1, -2.0), (2, 3.0)], [(3, 1.2), (4, -0.7)], [(5, 2.0), (3, 0.4)]],),
        ([[], [(0, 2.0), (0, 2.0)], [(1, 3.0), (0, 5.0)], [(2, -1.5), (1, 0.5)]],),
        ([[], [], [(0, 2.0)]],),
        ([[], [(0, 1.5)], [], [(1, -0.8), (2, 2.5), (0, 3.2)], [(3, 0.6), (3, 1.7)], [(0, 4.2), (4, -1.3)]],),
        ([[], [(0, -1.4)], [(1, 2.6)], [(2, 0.7)], [(3, -3.1)]],),
    ],
    edges=[([[]],), ([[], [(0, 2.5)], []],)],
    draw=draw,
)
