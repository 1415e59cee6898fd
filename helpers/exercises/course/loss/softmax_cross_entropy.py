"""Cross-entropy from logits, of many classes."""

import numpy as np

from helpers.exercises.reading import exercise


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of logits (n, k) for n class numbers from 0 to k - 1, in nats; finite for finite logits."""
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    costs = log_total - shifted[np.arange(len(labels)), labels]
    return np.mean(costs)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two to five samples of two to five classes, logits from -1 to 1."""
    n, k = rng.integers(2, 6, 2)
    return np.round(rng.uniform(-1, 1, (n, k)), 2), rng.integers(0, k, n)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(9)
    return [(np.array([[2.0, 1.0, -1.0], [0.5, 0.0, 1.5]]), np.array([0, 1])), *(draw(rng) for _ in range(9))]


EXERCISE = exercise(
    "softmax-cross-entropy",
    softmax_cross_entropy,
    probes=probes(),
    edges=[
        (np.zeros((2, 3)), np.array([2, 0])),
        (np.array([[0.5, -1.0, 2.0]]), np.array([1])),
        (np.array([[1000.0, -1000.0]]), np.array([0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([0, 0])),
        (np.array([[1000.0, -1000.0], [0.5, 0.0]]), np.array([1, 0])),
        (np.array([[1000.0, 999.0], [-1000.0, -999.0]]), np.array([0, 1])),
    ],
    draw=draw,
)
