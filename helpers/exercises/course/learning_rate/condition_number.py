"""The condition number of a Hessian."""

import numpy as np

from helpers.exercises.course.learning_rate.largest_stable_rate import HESSIANS, PLAIN_HESSIANS, draw
from helpers.exercises.reading import exercise


def condition_number(hessian: np.ndarray) -> float:
    """Largest curvature over smallest curvature."""
    curvatures = np.linalg.eigvalsh(hessian)
    return curvatures.max() / curvatures.min()


EXERCISE = exercise("condition-number", condition_number, probes=HESSIANS, edges=PLAIN_HESSIANS, draw=draw)
