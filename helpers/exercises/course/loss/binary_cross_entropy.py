"""Cross-entropy from logits, of two classes."""

import numpy as np

from helpers.exercises.reading import exercise


def binary_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of n logits for n labels 0 or 1, in nats; finite for every finite logit."""
    costs = np.logaddexp(0, logits) - labels * logits
    return np.mean(costs)


def some_logits(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.round(np.random.default_rng(seed).normal(0, 2, shape), 2)


EXERCISE = exercise(
    "binary-cross-entropy",
    binary_cross_entropy,
    probes=[
        (np.array([0.2, 0.7, 0.4]), np.array([1, 0, 1])),
        (np.array([2.0, -1.0]), np.array([1, 0])),
        (some_logits((4,), 1), np.array([0, 1, 1, 1])),
        (some_logits((5,), 2), np.array([1, 0, 0, 1, 0])),
    ],
    edges=[
        (np.array([0.0]), np.array([1])),
        (np.array([1000.0, 0.5]), np.array([1, 0])),
        (np.array([1000.0, 0.5]), np.array([0, 1])),
        (np.array([-1000.0, 0.5]), np.array([1, 0])),
        (np.array([-1000.0, 0.5]), np.array([0, 1])),
    ],
)
