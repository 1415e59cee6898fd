"""Cross-entropy from logits, of many classes."""

import numpy as np

from helpers.exercises.course.loss.binary_cross_entropy import some_logits
from helpers.exercises.reading import exercise


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of logits (n, k) for n class numbers from 0 to k - 1, in nats; finite for finite logits."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    costs = log_total - shifted[np.arange(len(labels)), labels]
    return np.mean(costs)


EXERCISE = exercise(
    "softmax-cross-entropy",
    softmax_cross_entropy,
    probes=[
        (np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 1.5]]), np.array([0, 1])),
        (some_logits((3, 4), 3), np.array([3, 0, 2])),
        (some_logits((4, 3), 4), np.array([2, 2, 0, 1])),
        (some_logits((5, 2), 5), np.array([0, 1, 1, 0, 1])),
    ],
    edges=[
        (np.zeros((2, 3)), np.array([2, 0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([0, 0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([1, 0])),
        (np.array([[1000.0, 999.0], [-1000.0, -999.0]]), np.array([0, 1])),
    ],
)
