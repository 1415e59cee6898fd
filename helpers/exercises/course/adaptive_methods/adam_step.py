"""One step of Adam."""

import numpy as np

from helpers.exercises.course.adaptive_methods.adagrad_step import EPSILONS, RATES, SHAPES, SIZES
from helpers.exercises.reading import exercise

Array = np.ndarray
Triple = tuple[Array, Array, Array]
Arguments = tuple[Array, Array, Array, int, Array, float, float, float, float]

# The small ones, so that products with t stay below 1 as well.
BETAS = ((0.9, 0.999), (0.8, 0.99), (0.7, 0.95), (0.3, 0.45), (0.2, 0.3))


def adam_step(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """Step t = 1, 2, ... of Adam: the next w, m and v (not corrected); arrays of one shape, none is changed."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * grad**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def first_only(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """A mistake: the loop over the entries returns in its first round."""
    return beside(adam_step(w, m, v, t, grad, lr, beta1, beta2, eps), (w, m, v))


def first_beside_zeros(
    w: Array, m: Array, v: Array, t: int, grad: Array, lr: float, beta1: float, beta2: float, eps: float
) -> Triple:
    """A mistake: the same, where the new arrays were zeros before the loop."""
    return beside(adam_step(w, m, v, t, grad, lr, beta1, beta2, eps), (0 * w, 0 * m, 0 * v))


def beside(new: Triple, old: Triple) -> Triple:
    """The first entries of the new arrays, and the rest of the old ones."""
    w, m, v = (np.concatenate([one[:1], other[1:]]) for one, other in zip(new, old, strict=True))
    return w, m, v


def state(
    rng: np.random.Generator, shape: tuple[int, ...], size: float, t: int
) -> tuple[Array, Array, Array, int, Array]:
    """w, both averages, t and a gradient."""
    w, m, grad = (np.round(rng.normal(0, spread, shape), 2) for spread in (2, size / 2, size))
    return w, m, np.round(rng.uniform(0.1, 1, shape) * size**2, 2), t, grad


def draw(rng: np.random.Generator) -> Arguments:
    """Arguments of any shape that is asked for, and any t up to 12."""
    found = state(rng, SHAPES[rng.integers(len(SHAPES))], rng.choice(SIZES), int(rng.integers(1, 13)))
    return *found, float(rng.choice(RATES)), *BETAS[rng.integers(len(BETAS))], float(rng.choice(EPSILONS))


def states() -> list[Arguments]:
    """The first step; later ones, each shape once; and gradients of 0, and so small that the usual eps counts."""
    rng = np.random.default_rng(82)
    found: list[Arguments] = [
        (np.array([5.0, -1.0]), np.zeros(2), np.zeros(2), 1, np.array([6.0, 0.02]), 0.1, 0.9, 0.999, 1e-8)
    ]
    for i, (shape, t) in enumerate(zip(SHAPES, (2, 7, 40, 5, 3, 2, 12), strict=True)):
        found.append((*state(rng, shape, SIZES[i % 2], t), RATES[i % 5], *BETAS[(i + 3) % 5], EPSILONS[i % 3]))
    small = np.array([1e-4, -2e-4, 3.0, 0.0])
    found.append((np.array([1.0, -2.0, 0.5, 2.0]), small / 2, small**2 / 50, 3, small, 0.1, 0.9, 0.99, 1e-8))
    return found


# In w0 there was never a slope; and a w of whole numbers.
FLAT = (np.array([1.0, 2.0]), np.zeros(2), np.zeros(2), 1, np.array([0.0, 3.0]), 0.1, 0.9, 0.999, 1e-8)
WHOLE = (
    np.array([3, -1]),
    np.array([0.5, -0.25]),
    np.array([0.5, 1.0]),
    2,
    np.array([2.0, -1.0]),
    0.1,
    0.9,
    0.99,
    1e-8,
)

EXERCISE = exercise("adam-step", adam_step, probes=states(), edges=[FLAT, WHOLE], draw=draw)
