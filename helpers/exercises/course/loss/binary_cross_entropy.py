"""Cross-entropy from logits, of two classes."""

import numpy as np

from helpers.exercises.reading import exercise


def binary_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Mean cross-entropy of n logits for n labels 0 or 1, in nats; finite for every finite logit."""
    signs = 2 * labels - 1
    costs = np.logaddexp(0, -signs * logits)
    return np.mean(costs)


def draw(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Two to six logits from -2 to 2, sometimes all between 0 and 1, and as many labels."""
    n = rng.integers(2, 7)
    lowest, highest = (0.1, 0.9) if rng.random() < 0.3 else (-2, 2)
    return np.round(rng.uniform(lowest, highest, n), 2), rng.integers(0, 2, n)


def probes() -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(1)
    return [
        (np.array([0.2, 0.7, 0.4]), np.array([1, 0, 1])),
        (np.array([-0.6, 1.4, -1.1]), np.array([0, 0, 0])),
        (np.array([1.7, -0.3]), np.array([1, 1])),
        *(draw(rng) for _ in range(10)),
    ]


def edges() -> list[tuple[np.ndarray, np.ndarray]]:
    """One sample, and logits that are too large for one formula or another: at 40 the sigmoid is rounded to 1."""
    large = [
        (np.array([logit, 0.5]), np.array(labels)) for logit in (40.0, 1000.0, -1000.0) for labels in ([1, 0], [0, 1])
    ]
    return [(np.array([0.0]), np.array([1])), *large]


EXERCISE = exercise("binary-cross-entropy", binary_cross_entropy, probes=probes(), edges=edges(), draw=draw)
