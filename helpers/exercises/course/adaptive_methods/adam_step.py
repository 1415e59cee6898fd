"""One step of Adam."""

import numpy as np

from helpers.exercises.reading import exercise

Array = np.ndarray
Triple = tuple[Array, Array, Array]


def adam_step(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """Step t = 1, 2, ... of Adam: the next w, m and v (not corrected); arrays of one shape, none is changed."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def states() -> list[tuple[Array, Array, Array, int, Array, float, float, float, float]]:
    """Arguments of Adam: first and later steps, several shapes, and gradients so small that eps counts."""
    rng = np.random.default_rng(82)
    first = np.zeros(2)
    found = [(np.array([5.0, -1.0]), first, first, 1, np.array([6.0, 0.02]), 0.1, 0.9, 0.999, 1e-8)]
    for shape, t, lr, beta1, beta2 in [
        ((3,), 2, 0.05, 0.9, 0.99),
        ((2, 2), 7, 0.3, 0.8, 0.99),
        ((1,), 40, 0.2, 0.9, 0.95),
    ]:
        w, m, grad = (np.round(rng.normal(0, size, shape), 2) for size in (2, 1, 3))
        found.append((w, m, np.round(rng.uniform(0.5, 2, shape), 2), t, grad, lr, beta1, beta2, 1e-8))
    small = np.array([1e-4, -2e-4, 3.0])
    found.append((np.array([1.0, -2.0, 0.5]), small / 2, small**2 / 50, 3, small, 0.1, 0.9, 0.99, 1e-8))
    return found


# In w0 there was never a slope.
FLAT = (np.array([1.0, 2.0]), np.zeros(2), np.zeros(2), 1, np.array([0.0, 3.0]), 0.1, 0.9, 0.999, 1e-8)

EXERCISE = exercise("adam-step", adam_step, probes=states(), edges=[FLAT])
